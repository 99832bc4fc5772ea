"""`gongxin export` (导出开放数据): what is public on a day, as files anyone can check against their manifest."""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path

from gongxin.rooms.disclosure.export import export
from gongxin.spine import clock

NAME = "export"
HELP = "把当天依法在公示的单位信息导出为开放数据（CSV、JSONL、Parquet 和清单）"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("directory", metavar="DIR", type=Path, help="导出到哪个目录（新目录，或上次导出的目录）")
    parser.add_argument("--as-of", type=date.fromisoformat, metavar="DAY", help="按哪一天的公示导出，默认今天")
    parser.add_argument("--json", action="store_true", help="输出 JSON")


def run(arguments: argparse.Namespace) -> int:
    """Write the files; 0 done, 1 when the folder is not ours to write into, 2 for a day that has not come."""
    day = arguments.as_of or clock.today()
    if day > clock.today():
        print("不能导出以后某天的公示：还没有到那一天。", file=sys.stderr)
        return 2
    try:
        written = export(arguments.directory, day, _progress)
    except (FileExistsError, NotADirectoryError) as refused:
        print(f"没有导出：{refused}", file=sys.stderr)
        return 1
    if sys.stderr.isatty():
        print(file=sys.stderr)
    if arguments.json:
        print(written.manifest.read_text(encoding="utf-8"), end="")
        return 0
    for file in written.files:
        print(f"{file.name}  {file.rows} 条  {file.bytes} 字节  sha256 {file.sha256}")
    print(f"截至 {day}，共 {written.rows} 条，清单 {written.manifest}")
    return 0


def _progress(done: int) -> None:
    if sys.stderr.isatty():
        print(f"\r已导出 {done} 条", end="", file=sys.stderr, flush=True)
