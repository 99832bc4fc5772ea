"""`gongxin monitor` (监测预警): the questions the reports raise, those put to the bodies, and what another source knows."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from gongxin.doors.cli import usage
from gongxin.doors.cli.check import tell_no
from gongxin.doors.cli.language import english, own_name

NAME = "monitor"
HELP = gettext_noop("监测预警：报送异常的疑问、已提出的疑问、与其他来源比对推算漏报；只是疑问，不是结论")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what can be asked of the monitoring."""
    acts = parser.add_subparsers(dest="act", metavar="ACT", required=True)
    made = acts.add_parser("run", help=_("按今日的台账算出全部疑问；不留痕，不通知任何单位"))
    made.add_argument("--body", metavar="CODE", help=_("只看一个单位"))
    told = acts.add_parser("list", help=_("已经向单位提出的疑问和办理情况"))
    other = acts.add_parser("hidden", help=_("与其他来源的文书号比对，推算漏报多少"))
    other.add_argument("body", metavar="CODE", help=_("报送单位代码"))
    other.add_argument("item", metavar="ITEM", help=_("目录事项，如 penalty"))
    other.add_argument("file", metavar="FILE", type=Path, help=_("CSV 文件，有“文书号”一列，或者只有一列"))
    other.add_argument("--from", dest="since", type=usage.day, metavar="DAY", required=True, help=_("决定日起"))
    other.add_argument("--to", dest="until", type=usage.day, metavar="DAY", help=_("决定日止，默认今日"))
    shown = acts.add_parser("figures", help=_("监督指标：按区划；写 --gauge 按单位，再写 --body 列明细"))
    shown.add_argument("--month", default="", metavar="YYYY-MM", help=_("月份，不写即本月"))
    shown.add_argument("--region", default="", metavar="CODE", help=_("区划代码，不写即全部"))
    shown.add_argument("--gauge", default="", metavar="GAUGE", help=_("指标，例如 timely、unkept"))
    shown.add_argument("--body", default="", metavar="CODE", help=_("单位代码，须同时写 --gauge"))
    for each in (made, told, other, shown):
        each.add_argument("--json", action="store_true", help=_("输出一个 JSON 文档"))


def run(args: argparse.Namespace) -> int:
    """Tell what is asked; 1 where a body, an item or a file is faulty."""
    return {"run": _run, "list": _list, "hidden": _hidden, "figures": _figures}[args.act](args)


def _figures(args: argparse.Namespace) -> int:
    from gongxin.kernel.issues import Refusal
    from gongxin.rooms.oversight import overview

    asked = overview.asked(args.month, args.region)
    told = asked if isinstance(asked, Refusal) else overview.tell(asked, args.gauge, args.body)
    if isinstance(told, Refusal):
        return tell_no(told, args.json)
    if args.json:
        print(json.dumps(told, ensure_ascii=False, indent=2, default=str))
        return 0
    name, text = ("name_en", "text_en") if english() else ("name", "text")
    print(f"{told['month']}　{told['region'][name]}")
    for each in (*told["figures"], *told["regions"], *told["bodies"]):
        value = "—" if each["value"] is None else f"{each['value']:g}"
        print(f"  {each.get(name) or each['name']}　{value}　{each.get('gauge') or each.get('region')}")
    for each in told["rows"]:
        print(f"  {each['on']}　{each[text]}")
    return 0


def _run(args: argparse.Namespace) -> int:
    from gongxin.rooms.oversight import monitoring
    from gongxin.spine import clock

    no = monitoring.refused_body(args.body or "")
    if no is not None:
        return tell_no(no, args.json)
    told = monitoring.told(clock.today(), body=args.body or "")
    if args.json:
        print(json.dumps(told, ensure_ascii=False, indent=2))
        return 0
    for each in told:
        said = each["text_en"] if english() else each["text"]
        name, body = ("name_en", "body_name_en") if english() else ("name", "body_name")
        print(f"{each['month']}　{each[body] or each['body_name']}　{each[name]}　{each['case']}")
        print(f"    {said}")
        _print_answer(each)
    print(_("共 %(n)d 项疑问；只是疑问，不是结论") % {"n": len(told)})
    return 0


def _list(args: argparse.Namespace) -> int:
    from gongxin.rooms.oversight import replies
    from gongxin.spine import clock

    found = [replies.as_dict(each) for each in replies.all_put(clock.today())]
    if args.json:
        print(json.dumps(found, ensure_ascii=False, indent=2, default=str))
        return 0
    for each in found:
        state = each["state_name_en"] if english() else each["state_name"]
        print(f"{each['case']}　{each['body']}　{state}　{each['due'] or ''}")
        _print_answer(each)
    print(_("共 %(n)d 件") % {"n": len(found)})
    return 0


def _print_answer(told: dict[str, Any]) -> None:
    """Print what the body answered beside the question (单位说明)."""
    if told["answer"] is not None:
        print(_("    单位说明 %(on)s　%(by)s：%(text)s") % told["answer"])


def _hidden(args: argparse.Namespace) -> int:
    from gongxin.kernel.issues import Refusal
    from gongxin.rooms.oversight import monitoring
    from gongxin.spine import clock, shelf

    numbers = monitoring.numbers_in(args.file)
    until = args.until or clock.today()
    found = (
        numbers
        if isinstance(numbers, Refusal)
        else monitoring.hidden(args.body, args.item, numbers, since=args.since, until=until)
    )
    if isinstance(found, Refusal):
        return tell_no(found, args.json)
    if args.json:
        print(json.dumps(monitoring.hidden_dict(found), ensure_ascii=False, indent=2))
        return 0
    item = shelf.book().on(until).find_item(found.item)
    counts: dict[str, Any] = {
        "item": own_name(item, found.item), "first": found.handed_in, "second": found.known_elsewhere,
        "missing": len(found.missing),
    }  # fmt: skip
    print(_("%(item)s：已报送 %(first)d 件，其他来源 %(second)d 件，其中 %(missing)d 件平台从未收到") % counts)
    for number in found.missing:
        print(f"    {number}")
    if found.estimate is None:
        print(_("两个来源没有相同的文书，推算不出总数"))
        return 0
    both = {
        "total": f"{found.estimate.total:.0f}",
        "low": f"{found.estimate.low:.0f}",
        "high": f"{found.estimate.high:.0f}",
    }
    print(_("推算应有约 %(total)s 件，区间 %(low)s 至 %(high)s 件（两个来源互不相关时成立）") % both)
    return 0
