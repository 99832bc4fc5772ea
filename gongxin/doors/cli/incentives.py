"""`gongxin incentives` (守信激励): the conveniences of the law book, and to which an organisation is entitled and why."""

from __future__ import annotations

import argparse
import json
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from gongxin.doors.cli import usage
from gongxin.doors.cli.check import tell_no
from gongxin.doors.cli.language import own_name
from gongxin.kernel.issues import Refusal
from gongxin.spine import publicday

NAME = "incentives"
HELP = gettext_noop("守信激励：有哪些便利，一个单位符合哪些、为什么；不评分、不排名")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Whom; without a code the library is listed."""
    parser.add_argument("code", metavar="CODE", nargs="?", help=_("统一社会信用代码，不写则列出全部便利"))
    parser.add_argument("--as-of", type=usage.day, metavar="DAY", help=_("按哪一天算，默认今天"))
    parser.add_argument("--json", action="store_true", help=_("输出一个 JSON 文档"))


def run(args: argparse.Namespace) -> int:
    """List the conveniences, or tell which an organisation may have; 1 where the code is faulty or a person's."""
    from gongxin.rooms.measures import incentives

    if args.code is None:
        found = incentives.library(args.as_of)
        if args.json:
            print(json.dumps([incentives.incentive_dict(each) for each in found], ensure_ascii=False, indent=2))
        else:
            print("\n".join(f"{each.id}  {own_name(each, each.name)}  {pending(each)}".rstrip() for each in found))
        return 0
    day = publicday.public_day(args.as_of)
    told = day if isinstance(day, Refusal) else incentives.for_organisation(args.code, day)
    if not isinstance(told, incentives.Entitled):
        return tell_no(told, args.json)
    if args.json:
        print(json.dumps(incentives.as_dict(told), ensure_ascii=False, indent=2))
        return 0
    print(f"{told.name or told.subject}　{told.subject}　{told.as_of}")
    for each in told.each:
        sign = _("符合") if each.entitled else pending(each.incentive) or _("不符合")
        print(f"· {own_name(each.incentive, each.incentive.name)}：{sign}")
        for reason in each.reasons:
            print(f"    {words_of(reason)}")
    return 0


def pending(each: Any) -> str:
    """Return why a convenience has no effect yet, in words (未生效原因), or nothing."""
    words = {"review": _("未经公平竞争审查，不生效"), "legal": _("待法制审核，不生效")}
    return words.get(each.pending, "")


def words_of(reason: Any) -> str:
    """Return one condition in words, and whether it is met (条件及结果)."""
    from gongxin.rooms.measures import incentives

    if reason.condition == "any":
        return _(" 或者 ").join(words_of(each) for each in reason.among)
    said = incentives.words(reason.condition, reason.amount)
    records = "、".join(str(each) for each in reason.records)
    found = _("（记录 %(records)s）") % {"records": records} if records else ""
    return f"{'✓' if reason.met else '✗'} {said}{found}"
