"""`gongxin validate` (预检): the same checks on a department's own machine, without any store."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from gongxin.doors.cli import intake

NAME = "validate"
HELP = gettext_noop("预检一个文件：与归集相同的检查，不连接数据库")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The file, and what it reports."""
    parser.add_argument("file", metavar="FILE", type=Path, help=_("要预检的文件"))
    parser.add_argument("--item", metavar="ITEM", help=_("目录事项；不写则按表头识别"))
    parser.add_argument(
        "--map", metavar="表头=字段", action="append", default=[], help=_("确认一个表头的含义，可多次使用")
    )
    parser.add_argument("--json", action="store_true", help=_("输出一个 JSON 文档"))


def run(args: argparse.Namespace) -> int:
    """Return 0 when every row would be accepted, 1 otherwise, 2 for wrong usage."""
    from gongxin.rooms.intake import validation
    from gongxin.rooms.intake.gathering import normal_headings, plain_desk
    from gongxin.rooms.intake.reading import Unreadable
    from gongxin.spine import clock

    if not args.file.is_file():
        return intake.usage(intake.not_found(args.file))
    columns = intake.columns_of(args.map)
    if columns is None:
        return intake.usage(_("--map 应写作 表头=字段，例如 --map 处罚文书=document_no"))
    no = intake.unknown_item(args.item)
    if no is not None:
        return intake.usage(no)
    desk = plain_desk(clock.today())
    try:
        report = validation.validate(args.file, desk, args.item, confirmed=normal_headings(columns))
    except Unreadable as fault:
        if args.json:
            print(json.dumps(validation.unread(args.file, args.item, str(fault)), ensure_ascii=False, indent=2))
        print(str(fault), file=sys.stderr)
        return 1
    if args.json:
        print(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        intake.tell({**report, "message": ""})
    return intake.exit_code(report)
