"""`gongxin search` (查询): what the public search answers, on the command line."""

from __future__ import annotations

import argparse
import json
from datetime import date

from gongxin.rooms.disclosure import search as disclosure
from gongxin.spine import clock

NAME = "search"
HELP = "按名称的任意部分或代码查单位；只查得到当天在公示的信息（自然人不在其中）"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("text", metavar="TEXT", help="名称的任意部分（两个字起），或代码")
    parser.add_argument("--page", type=int, default=1, help="第几页")
    parser.add_argument("--kind", help="只看一类：enterprise household society institution organ")
    parser.add_argument("--as-of", type=date.fromisoformat, metavar="DAY", help="按哪一天的公示查，默认今天")
    parser.add_argument("--json", action="store_true", help="输出 JSON")


def run(arguments: argparse.Namespace) -> int:
    """Print the hits; 0 whether or not there are any, since nothing found is an answer, 2 when the question is none."""
    results = disclosure.search(
        arguments.text, arguments.page, arguments.as_of or clock.today(), kind=arguments.kind or None
    )
    if arguments.json:
        print(json.dumps(results.as_dict(), ensure_ascii=False, indent=2))
    else:
        _print(results)
    return 2 if results.notice is not None and results.notice.code != "search.nothing" else 0


def _print(results: disclosure.Results) -> None:
    if results.notice is not None:
        print(results.notice.message)
    for hit in results.hits:
        shown = "，".join(f"{name} {count}" for _, name, count in hit.on_display)
        print(f"{hit.code}  {hit.name}  {hit.kind_name}  {shown}")
    if results.total:
        print(f"共 {results.total} 个，第 {results.page}/{results.pages} 页，截至 {results.as_of}")
    for suggestion in results.suggestions:
        print(f"是不是要查：{suggestion}")
