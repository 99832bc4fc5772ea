"""`gongxin fsck` (台账核验): recompute the whole ledger, the log of looks and the projections."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

NAME = "fsck"
HELP = "核验台账、查阅日志和投影 · recompute everything and name the first bad entry"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")
    parser.add_argument("--ledger-only", action="store_true", help="leave the projections as they are")
    parser.add_argument(
        "--remembered",
        type=Path,
        metavar="FILE",
        help="the JSON of an earlier check; the ledger must still begin with it",
    )


def run(args: argparse.Namespace) -> int:
    """Check, print, and return 0 when everything is as it was, 1 otherwise."""
    from gongxin.spine.ledger.fsck import fsck

    remembered = None
    if args.remembered is not None:
        try:
            remembered = json.loads(args.remembered.read_text(encoding="utf-8"))
        except (OSError, ValueError) as fault:
            print(f"{args.remembered}: {fault}", file=sys.stderr)
            return 2
    shown = None if args.json or not sys.stderr.isatty() else _show
    report = fsck(projections=not args.ledger_only, remembered=remembered, progress=shown)
    if args.json:
        print(json.dumps(report.as_dict(), ensure_ascii=False))
    else:
        print(f"台账 {report.size} 条，根 {report.root}；查阅记录 {report.looks} 条")
        for finding in report.findings:
            place = finding.number or (f"条目 {finding.seq}" if finding.seq is not None else "–")
            print(f"  {place}  {finding.code}  {finding.message}")
        print("核验通过" if report.ok else f"核验不通过，第一处不符：{report.first_bad or '见上'}")
    return 0 if report.ok else 1


def _show(done: int, whole: int) -> None:
    print(f"\r  {done}/{whole}", end="" if done < whole else "\n", file=sys.stderr, flush=True)
