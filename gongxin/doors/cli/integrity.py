"""`gongxin integrity` (政务诚信): how a body stands – records, promises, complaints, judgment debts; the feed of a division; propose.

What follows a proposal is done through its case: `gongxin case act`.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from gongxin.doors.cli import usage
from gongxin.doors.cli.case import _fields, _lines, _viewer
from gongxin.doors.cli.check import tell_no

NAME = "integrity"
HELP = gettext_noop("政务诚信：一个单位的失信记录和投诉情况，区划逐级汇总，提出认定")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what can be asked."""
    parser.add_argument("body", metavar="BODY", help=_("单位代码；与 --feed 同用时写区划代码"))
    parser.add_argument("--feed", action="store_true", help=_("列这个区划和下级区划全部有记录的单位，每行一个 JSON"))
    parser.add_argument(
        "--out", type=Path, default=None, metavar="FILE.jsonl",
        help=_("与 --feed 同用：写成上级平台能直接归集的文件，已停止公示的也在内"),
    )  # fmt: skip
    parser.add_argument("--as-of", type=usage.day, default=None, metavar="DAY", help=_("按哪一天"))
    parser.add_argument(
        "--propose", action="store_true", help=_("提出认定，写 source= facts= basis= evidence= complaint= document_no=")
    )
    parser.add_argument("fields", nargs="*", metavar="NAME=VALUE", help=_("所填内容；@文件 从文件读"))
    parser.add_argument("--account", default="", metavar="USERNAME", help=_("以哪个账号办理；不写即本机窗口"))
    parser.add_argument("--json", action="store_true", help=_("输出一个 JSON 文档"))


def run(args: argparse.Namespace) -> int:
    """Answer one question or propose; 0 done, 1 refused with the reason, 2 wrong usage."""
    from gongxin.kernel.issues import Refusal
    from gongxin.rooms.oversight import good_faith, integrity
    from gongxin.rooms.promises import listing
    from gongxin.rooms.promises.complaints import figures
    from gongxin.spine import duties, publicday
    from gongxin.spine.cases import telling

    day = publicday.public_day(args.as_of)
    if isinstance(day, Refusal):
        return tell_no(day, args.json)
    if args.feed and not good_faith.is_division(args.body):
        return tell_no(
            Refusal("integrity.region", _("没有这个区划：%(region)s") % {"region": args.body}, None, _("请写六位区划代码，例如 131500")),
            args.json,
        )  # fmt: skip
    if args.feed and args.out is not None:
        viewer = _viewer(args.account)
        if viewer is None:
            print(_("没有账号“%(name)s”") % {"name": args.account}, file=sys.stderr)
            return 2
        return _written(args, viewer)
    if args.feed:
        for each in good_faith.feed(args.body, day):
            print(json.dumps(good_faith.as_dict(each), ensure_ascii=False, default=str))
        return 0
    if args.propose:
        viewer, fields = _viewer(args.account), _fields(args.fields)
        if viewer is None or fields is None:
            print(_("没有账号“%(name)s”") % {"name": args.account}, file=sys.stderr)
            return 2
        done = integrity.propose(viewer, args.body, fields)
        if isinstance(done, Refusal):
            return tell_no(done, args.json)
        told: dict[str, Any] = {**telling.progress(done.case, done.standing), "receipt": done.receipt, "entries": []}
        print(json.dumps(told, ensure_ascii=False, indent=2, default=str) if args.json else "\n".join(_lines(told)))
        return 0
    found = good_faith.of_body(args.body, day)
    if found is None:
        return tell_no(Refusal("integrity.body", _("没有这个单位"), None, _("请核对代码")), args.json)
    promised = listing.figures(each for each in duties.shown(day) if each.bearer == found.body.code)
    answer = {
        "as_of": day, **good_faith.as_dict(found), "promises": asdict(promised),
        "complaints": figures.together(body=found.body.code).as_dict(),
    }  # fmt: skip
    print(json.dumps(answer, ensure_ascii=False, indent=2, default=str) if args.json else "\n".join(_said(answer)))
    return 0


def _written(args: argparse.Namespace, viewer: Any) -> int:
    """Write the rows for the level above whole or not at all (写出逐级归集文件)."""
    from gongxin.kernel.issues import Refusal
    from gongxin.rooms.oversight import good_faith

    found = good_faith.handed_up(viewer, args.body)
    if isinstance(found, Refusal):
        return tell_no(found, args.json)
    try:
        args.out.write_text("".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in found), encoding="utf-8")
    except OSError as fault:
        words = {"path": args.out, "why": fault.strerror}
        no = Refusal("integrity.out", _("写不了文件 %(path)s：%(why)s") % words, None, _("请换一个能写的位置"))
        return tell_no(no, args.json)
    told = {"file": str(args.out), "rows": len(found)}
    words = _(
        "已写出 %(rows)d 行：%(file)s；上级平台用 gongxin intake 归集，--item government-dishonesty --provider 本级信用主管单位代码"
    )
    print(json.dumps(told, ensure_ascii=False) if args.json else words % told)
    return 0


def _said(told: dict[str, Any]) -> list[str]:
    """Return how a body stands as a person reads it (终端输出)."""
    lines = [f"{told['code']}　{told['name']}"]
    for each in (*told["records"], *told["debts"]):
        lines.append(f"  {each['decided']}　{each['document'] or ''}　{each['fields'].get('facts', each['title'])}")
    for each in told["criticisms"]:
        lines.append("  " + _("通报批评　%(on)s　%(document)s　%(text)s") % each)
    if len(lines) == 1:
        lines.append("  " + _("没有在公示的政务失信记录，也不在失信被执行人名单上。"))
    lines.append(_("  公示的承诺 %(total)d 项，仍须履行 %(open)d 项，逾期 %(overdue)d 项") % told["promises"])
    words = _("  投诉 %(count)d 件，在办 %(open)d，逾期 %(overdue)d，确认已解决 %(solved)d")
    return [*lines, words % told["complaints"]]
