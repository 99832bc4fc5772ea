"""`gongxin screen` (批量核查): a list of codes against one matter, answered in a file, logged as one sealed batch."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from gongxin.doors.cli import check as one
from gongxin.doors.cli import usage

NAME = "screen"
HELP = gettext_noop("批量核查：读入 CSV 或工作簿，按一个事项核对，写出 CSV；每个主体都记入查阅日志")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which list, in which matter, where the answer goes."""
    parser.add_argument("input", metavar="IN.csv", type=Path, help=_("CSV 文件或工作簿，含统一社会信用代码一列"))
    parser.add_argument("--matter", required=True)
    parser.add_argument("--out", required=True, type=Path, metavar="OUT.csv")
    parser.add_argument("--column", metavar="NAME", help=_("代码所在的列；不写则按表头或内容识别"))
    parser.add_argument("--as-of", type=usage.day, metavar="DAY")
    one.add_asker(parser)
    parser.add_argument("--json", action="store_true")


def run(args: argparse.Namespace) -> int:
    """Screen and say how many."""
    from gongxin.rooms.measures import screen
    from gongxin.rooms.measures.faults import Unanswerable

    if not args.input.is_file():
        print(_("找不到文件 %(path)s；请核对路径") % {"path": args.input}, file=sys.stderr)
        return 2
    if not args.out.parent.is_dir():
        # Said before anybody is looked at: looks that nobody can read the answer of would be told to their subjects.
        print(_("没有文件夹 %(path)s；请先建立，或者换一个地方写结果") % {"path": args.out.parent}, file=sys.stderr)
        return 2
    asked = screen.Screening(args.matter, args.as_of, args.case_no, args.column)
    try:
        screened = screen.screen(one.viewer_of(args), args.input, args.out, asked)
    except Unanswerable as fault:
        return one.tell_error(fault.as_dict(), args.json)
    if not isinstance(screened, screen.Screened):
        return one.tell_no(screened, args.json)
    if args.json:
        print(json.dumps(screened.as_dict(), ensure_ascii=False, indent=2))
    else:
        names = ("rows", "subjects", "must_act", "for_reference", "invalid")
        told = {"check": screened.check} | {name: f"{getattr(screened, name):,}" for name in names}
        print(
            _(
                "核查编号 %(check)s：%(rows)s 行，%(subjects)s 个主体；须依法处理 %(must_act)s 条，"
                "供参考 %(for_reference)s 条；代码无效 %(invalid)s 行。没有记录不等于信用良好。"
            )
            % told
        )
        print(_("结果写在 %(path)s") % {"path": args.out}, file=sys.stderr)
    return 0
