"""`gongxin search` (查询): what the public search answers, on the command line."""

from __future__ import annotations

import argparse
import json

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from gongxin.doors.cli import usage
from gongxin.doors.cli.check import tell_no
from gongxin.kernel.issues import Refusal
from gongxin.rooms.disclosure import search as disclosure
from gongxin.spine import publicday

NAME = "search"
HELP = gettext_noop("按名称的任意部分或代码查单位；只查得到当天在公示的信息（自然人不在其中）")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("text", metavar="TEXT", help=_("名称的任意部分（两个字起），或代码"))
    parser.add_argument("--page", type=usage.at_least(1), default=1, help=_("第几页"))
    parser.add_argument("--kind", help=_("只看一类：enterprise household society institution organ"))
    parser.add_argument("--as-of", type=usage.day, metavar="DAY", help=argparse.SUPPRESS)
    parser.add_argument("--json", action="store_true", help=_("输出一个 JSON 文档"))


def run(arguments: argparse.Namespace) -> int:
    """Print the hits; 0 whether or not there are any, since nothing found is an answer, 2 when the question is none."""
    day = publicday.public_day(arguments.as_of)
    if isinstance(day, Refusal):
        tell_no(day, arguments.json)
        return 2
    results = disclosure.search(arguments.text, arguments.page, day, kind=arguments.kind or None)
    if arguments.json:
        print(json.dumps(results.as_dict(), ensure_ascii=False, indent=2))
    else:
        _print(results)
    return 2 if results.notice is not None and results.notice.code != "search.nothing" else 0


def _print(results: disclosure.Results) -> None:
    if results.notice is not None:
        print(results.notice.message)
        if results.notice.way_forward:
            print(results.notice.way_forward)
    for hit in results.hits:
        shown = _("，").join(f"{name} {count}" for _item, name, count in hit.on_display)
        print(f"{hit.code}  {hit.name}  {hit.kind_name}  {shown}")
    if results.total:
        told = {"total": results.total, "page": results.page, "pages": results.pages, "day": results.as_of}
        print(_("共 %(total)d 个，第 %(page)d/%(pages)d 页，截至 %(day)s") % told)
    for suggestion in results.suggestions:
        print(_("是不是要查：%(name)s") % {"name": suggestion})
