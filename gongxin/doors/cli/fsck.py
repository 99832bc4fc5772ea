"""`gongxin fsck` (台账核验): recompute the whole ledger, the log of looks and the projections."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

NAME = "fsck"
HELP = gettext_noop("核验台账、查阅日志和投影，指出第一处不符")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("--json", action="store_true", help=_("输出一个 JSON 文档"))
    parser.add_argument("--ledger-only", action="store_true", help=_("只核验台账，不动投影"))
    parser.add_argument(
        "--remembered",
        type=Path,
        metavar="FILE",
        help=_("上次核验的 JSON，台账须仍以它开头"),
    )


def run(args: argparse.Namespace) -> int:
    """Check, print, and return 0 when everything is as it was, 1 otherwise."""
    from gongxin.spine.ledger.fsck import fsck

    remembered = None
    if args.remembered is not None:
        try:
            remembered = json.loads(args.remembered.read_text(encoding="utf-8"))
        except (OSError, ValueError) as fault:
            told = {"path": args.remembered, "fault": getattr(fault, "strerror", None) or fault}
            print(
                _("不能读上次核验的 JSON %(path)s：%(fault)s。请核对路径；它是 gongxin fsck --json 当时的输出") % told,
                file=sys.stderr,
            )
            return 2
    shown = None if args.json or not sys.stderr.isatty() else _show
    report = fsck(projections=not args.ledger_only, remembered=remembered, progress=shown)
    if args.json:
        print(json.dumps(report.as_dict(), ensure_ascii=False))
    else:
        told = {"size": report.size, "root": report.root, "looks": report.looks}
        print(_("台账 %(size)d 条，根 %(root)s；查阅记录 %(looks)d 条") % told)
        for finding in report.findings:
            place = finding.number or (_("条目 %(seq)d") % {"seq": finding.seq} if finding.seq is not None else "–")
            print(f"  {place}  {finding.code}  {finding.message}")
        bad = {"place": report.first_bad or _("见上")}
        print(_("核验通过") if report.ok else _("核验不通过，第一处不符：%(place)s") % bad)
    return 0 if report.ok else 1


def _show(done: int, whole: int) -> None:
    print(f"\r  {done}/{whole}", end="" if done < whole else "\n", file=sys.stderr, flush=True)
