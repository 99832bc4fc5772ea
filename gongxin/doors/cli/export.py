"""`gongxin export` (导出开放数据): what is public on a day, as files anyone can check against their manifest."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from gongxin.doors.cli import usage
from gongxin.doors.cli.check import tell_no
from gongxin.kernel.issues import Refusal
from gongxin.rooms.disclosure.export import export
from gongxin.spine import publicday

NAME = "export"
HELP = gettext_noop("把当天依法在公示的单位信息导出为开放数据（CSV、JSONL、Parquet 和清单）")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("directory", metavar="DIR", type=Path, help=_("导出到哪个目录（新目录，或上次导出的目录）"))
    parser.add_argument("--as-of", type=usage.day, metavar="DAY", help=argparse.SUPPRESS)
    parser.add_argument("--json", action="store_true", help=_("输出一个 JSON 文档"))


def run(arguments: argparse.Namespace) -> int:
    """Write the files; 0 done, 1 when the folder is not ours to write into, 2 for another day than today."""
    day = publicday.public_day(arguments.as_of)
    if isinstance(day, Refusal):
        tell_no(day, arguments.json)
        return 2
    try:
        written = export(arguments.directory, day, _progress)
    except (FileExistsError, NotADirectoryError) as refused:
        print(_("没有导出：%(why)s") % {"why": refused}, file=sys.stderr)
        return 1
    if sys.stderr.isatty():
        print(file=sys.stderr)
    if arguments.json:
        print(written.manifest.read_text(encoding="utf-8"), end="")
        return 0
    for file in written.files:
        told = {"name": file.name, "rows": file.rows, "bytes": file.bytes, "digest": file.sha256}
        print(_("%(name)s  %(rows)d 条  %(bytes)d 字节  sha256 %(digest)s") % told)
    told = {"day": day, "rows": written.rows, "manifest": written.manifest}
    print(_("截至 %(day)s，共 %(rows)d 条，清单 %(manifest)s") % told)
    return 0


def _progress(done: int) -> None:
    if sys.stderr.isatty():
        print("\r" + _("已导出 %(done)d 条") % {"done": done}, end="", file=sys.stderr, flush=True)
