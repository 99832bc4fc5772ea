"""Command line (命令行): one program for operators, one file for each command."""

from __future__ import annotations

import argparse
import atexit
import importlib
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import ModuleType

from django.utils.translation import gettext as _

from gongxin.doors.cli.language import speak
from gongxin.doors.cli.usage import Parser, give_argparse_our_words

COMMANDS = (
    "init",
    "staff",
    "bodies",
    "demo",
    "serve",
    "intake",
    "validate",
    "template",
    "watch",
    "work",
    "check",
    "screen",
    "measures",
    "lists",
    "outcomes",
    "standing",
    "search",
    "export",
    "subscribers",
    "report",
    "proof",
    "looks",
    "consent",
    "case",
    "tasks",
    "debt",
    "complaints",
    "integrity",
    "officials",
    "audit",
    "assess",
    "monitor",
    "bulletin",
    "incentives",
    "promises",
    "areas",
    "fsck",
    "law",
    "sample",
)

WITHOUT_STORE = frozenset({"validate", "template", "law", "measures", "sample"})
"""Commands that never open the database, so that a department can run them on its own machine."""

LAW_FIRST = frozenset({"check", "screen", "work", "watch", "serve"})
"""Commands that go on after the fault of a single task: a law book that cannot be read is told before any begins."""


STOPPED = 130
"""What a shell takes for “ended by Ctrl-C” (128 and the signal's number)."""


def _command(name: str) -> ModuleType:
    return importlib.import_module(f"gongxin.doors.cli.{name}")


def build_parser(only: str | None = None) -> argparse.ArgumentParser:
    """Return the parser of `gongxin`; with `only`, just that command is loaded, which keeps start-up short."""
    give_argparse_our_words()
    parser = Parser(prog="gongxin", description=_("公共信用信息平台"))
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name in COMMANDS if only is None else (only,):
        module = _command(name)
        told = _(module.HELP)
        command = commands.add_parser(module.NAME, help=told, description=told)
        module.add_arguments(command)
        command.set_defaults(run=module.run)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 done, 1 refused or faulty data (with the reasons), 2 wrong usage, 130 stopped by Ctrl-C."""
    try:
        return _run(arguments)
    except KeyboardInterrupt:
        print("\n" + _stopped(), file=sys.stderr)
        return STOPPED


def _stopped() -> str:
    from django.apps import apps

    if not apps.ready:
        # The words of the translations are not there yet, and nothing was begun.
        return "已停止 · stopped"
    return _(
        "已停止。已经记入的都在，没有记到一半的内容；再次运行同一命令即可，中断的批次用 gongxin work --once 或 "
        "gongxin intake --resume 继续"
    )


def _run(arguments: Sequence[str] | None) -> int:
    given = list(sys.argv[1:] if arguments is None else arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongxin.site.settings")
    if given[:1] == ["demo"]:
        # Before the settings are read: every page of a demonstration says that its data are invented.
        os.environ["GONGXIN_DEMO"] = "1"
    if given[:1] and given[0] in WITHOUT_STORE:
        _settle_elsewhere()
    import django  # after the settings are named, before any command imports a model

    try:
        django.setup()
    except OSError as fault:
        # A home nobody can write into: the words of the translations are not there yet.
        place = fault.filename or ""
        print(f"不能读写 {place}：{fault.strerror}。请检查 GONGXIN_HOME 所指的目录和权限后重试", file=sys.stderr)
        return 1
    speak()
    only = given[0] if given and given[0] in COMMANDS else None
    parsed = build_parser(only).parse_args(given)
    try:
        if parsed.command in LAW_FIRST:
            _read_the_law()
        code = int(parsed.run(parsed))
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader at the other end of the pipe (`| head`) has seen enough; that is no fault of anybody's.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as fault:
        words = _plain_words(fault)
        if words is None:
            raise
        print(words, file=sys.stderr)
        return 1
    return code


def _settle_elsewhere() -> None:
    """Let a command that needs no store run without a home of its own: on a department's machine, from a read-only disk.

    Where no home is named and none stands here, the law book that was read is kept among the user's caches: a clerk who
    checks a file wants no folder of ours beside it.
    """
    home = Path(os.environ.get("GONGXIN_HOME", "var")).absolute()
    if "GONGXIN_HOME" not in os.environ and not home.exists():
        with suppress(RuntimeError):  # somebody without a folder of their own
            home = Path(os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()) / "gongxin"
            os.environ["GONGXIN_HOME"] = str(home)
    there = next(place for place in (home, *home.parents) if place.exists())
    if not (there.is_dir() and os.access(there, os.W_OK)):
        made = tempfile.mkdtemp(prefix="gongxin-")
        atexit.register(shutil.rmtree, made, ignore_errors=True)
        os.environ["GONGXIN_HOME"] = made


def _read_the_law() -> None:
    from gongxin.spine import shelf

    shelf.book()


def _no_tables() -> str | None:
    """Return what to say where the store has no tables yet (还没有建表): whoever has just cloned asks before `init`."""
    from django.db import DatabaseError

    from gongxin.doors.cli.intake import not_ready

    with suppress(DatabaseError):
        return not_ready()
    return None


def _plain_words(fault: Exception) -> str | None:
    """Return what is wrong outside the program, where and how to go on (外部故障说明); None for a fault of our own."""
    from django.db import InterfaceError, OperationalError, ProgrammingError

    from gongxin.law.layers import BookFault

    if isinstance(fault, BookFault):
        return _(
            "法规书不能使用：%(fault)s\n请改正所指的文件（GONGXIN_LAWBOOK）后重试；可先用 gongxin law lint 检查"
        ) % {"fault": fault}
    if isinstance(fault, OperationalError | ProgrammingError) and (no := _no_tables()) is not None:
        return no
    if isinstance(fault, OperationalError | InterfaceError):
        return _(
            "数据库不能使用：%(fault)s。已入账的内容不受影响；请检查磁盘空间、文件权限或数据库连接后重试，"
            "中断的批次用 gongxin work --once 继续"
        ) % {"fault": fault}
    if isinstance(fault, OSError):
        place = f"{fault.filename}: " if fault.filename else ""
        return _("不能读写 %(place)s%(fault)s。请检查路径、权限和磁盘空间后重试") % {
            "place": place, "fault": fault.strerror or fault,
        }  # fmt: skip
    return None


if __name__ == "__main__":
    sys.exit(main())
