"""`gongxin template` (报送模板): the workbook to fill in, made from the catalogue, without any store."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from gongxin.doors.cli import intake

NAME = "template"
HELP = gettext_noop("报送模板：由目录生成，带下拉选项和填写说明，不连接数据库")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Of which item, and where to."""
    parser.add_argument("item", metavar="ITEM", help=_("目录事项"))
    parser.add_argument("--out", metavar="OUT.xlsx", type=Path, help=_("写入的文件；默认是当前目录下的 ITEM.xlsx"))


def run(args: argparse.Namespace) -> int:
    """Write the template; 2 where there is no such item, or a file stands there that may be filled in already."""
    from gongxin.rooms.intake import templates
    from gongxin.spine import clock, shelf

    no = intake.unknown_item(args.item)
    if no is not None:
        return intake.usage(no)
    place: Path = args.out or Path(f"{args.item}.xlsx")
    if place.exists():
        return intake.usage(_("%(path)s 已经在那里，里面可能有填好的内容；请用 --out 另写一个文件名") % {"path": place})
    place.write_bytes(templates.workbook(shelf.book().on(clock.today()).item(args.item)))
    print(_("已写入 %(place)s") % {"place": place}, file=sys.stderr)
    return 0
