"""Command line (命令行): one program for operators, one file for each command."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from types import ModuleType

COMMANDS = (
    "init",
    "demo",
    "serve",
    "intake",
    "validate",
    "watch",
    "work",
    "check",
    "screen",
    "standing",
    "search",
    "export",
    "fsck",
    "law",
    "sample",
)

WITHOUT_STORE = frozenset({"validate", "law", "sample"})
"""Commands that never open the database, so that a department can run them on its own machine."""


def _command(name: str) -> ModuleType:
    return importlib.import_module(f"gongxin.doors.cli.{name}")


def build_parser(only: str | None = None) -> argparse.ArgumentParser:
    """Return the parser of `gongxin`; with `only`, just that command is loaded, which keeps start-up short."""
    parser = argparse.ArgumentParser(
        prog="gongxin", description="公共信用信息平台 · public credit information platform"
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name in COMMANDS if only is None else (only,):
        module = _command(name)
        command = commands.add_parser(module.NAME, help=module.HELP, description=module.HELP)
        module.add_arguments(command)
        command.set_defaults(run=module.run)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 done, 1 refused or faulty data (with the reasons), 2 wrong usage."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongxin.site.settings")
    if given[:1] == ["demo"]:
        # Before the settings are read: every page of a demonstration says that its data are invented.
        os.environ["GONGXIN_DEMO"] = "1"
    import django  # after the settings are named, before any command imports a model

    django.setup()
    only = given[0] if given and given[0] in COMMANDS else None
    parsed = build_parser(only).parse_args(given)
    try:
        code = int(parsed.run(parsed))
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader at the other end of the pipe (`| head`) has seen enough; that is no fault of anybody's.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code


if __name__ == "__main__":
    sys.exit(main())
