"""`gongxin work` (处理队列): run the batches that wait, go on with those whose process died, send what is to be sent."""

from __future__ import annotations

import argparse
import json
import logging
import time
from collections.abc import Callable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

log = logging.getLogger(__name__)

NAME = "work"
HELP = gettext_noop("处理等待中的批次，并续办中断的批次")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Once or for ever."""
    parser.add_argument("--once", action="store_true", help=_("处理完现有批次即退出"))
    parser.add_argument("--every", metavar="SECONDS", type=float, default=2.0, help=_("队列空时每隔多少秒再看一次"))
    parser.add_argument(
        "--rounds", action="store_true", help=_("只看每日维护各项最近哪天运行过；有今天还没有运行的，退出码 1")
    )
    parser.add_argument("--json", action="store_true", help=_("每个批次输出一个 JSON 文档"))


def run(args: argparse.Namespace) -> int:
    """Return 0; with --once 1 when a batch was not taken in whole, with --rounds 1 when something has not run today."""
    from gongxin.doors.cli import intake
    from gongxin.rooms.intake import batches
    from gongxin.rooms.intake.work import run_pending
    from gongxin.rooms.remedy import notifying
    from gongxin.spine import clock
    from gongxin.spine.outbox import dispatch

    no = intake.not_ready()
    if no is not None:
        return intake.usage(no)
    if args.rounds:
        return _rounds(args.json)
    codes = []
    kept_for = None
    try:
        while True:
            if kept_for != clock.today():
                # Once a day, and at the start: a day that another epoch of the law governs must not find old standings.
                kept_for = clock.today()
                keep()
            dispatch.carry()
            for batch in run_pending(intake.show_progress):
                report = batches.report(batch, issues=args.json)
                codes.append(intake.exit_code(report))
                if args.json:
                    print(json.dumps(report, ensure_ascii=False), flush=True)
                else:
                    intake.tell(report)
            notifying.send()
            if args.once:
                return max(codes, default=0)
            time.sleep(args.every)
    except KeyboardInterrupt:
        return 0


def _rounds(as_json: bool) -> int:
    from gongxin.spine import clock
    from gongxin.spine.outbox import rounds

    found = rounds.deeds()
    if as_json:
        told = {"as_of": clock.today(), "deeds": [rounds.as_dict(each) for each in found]}
        print(json.dumps(told, ensure_ascii=False, indent=2, default=str))
    else:
        for each in found:
            state = _("今天还没有运行") if each.late else _("已运行")
            print(f"{each.done_on or '—'}　{state}　{each.name}{'　' + each.fault if each.fault else ''}")
    return int(any(each.late for each in found))


def keep() -> None:
    """Do what a new day asks for (每日维护): projections of today's epoch; requests kept for repeating forgotten in time.

    Clocks that end are reminded of; what is due for destruction is destroyed. Each deed leaves the day on which it was done.
    """
    from gongxin.rooms.measures import accounting, handed_in, repeats, verifying
    from gongxin.rooms.measures.lists import watch
    from gongxin.rooms.oversight.governments import datasets
    from gongxin.rooms.promises import warning
    from gongxin.rooms.promises.complaints import identity
    from gongxin.rooms.remedy import keeping
    from gongxin.spine.cases import reminding
    from gongxin.spine.outbox import rounds
    from gongxin.spine.projections import epoch

    done: dict[str, Callable[[], object]] = {
        "epoch": epoch.refresh_if_stale_now, "repeats": repeats.forget_old, "handed-in": handed_in.forget_old,
        "datasets": datasets.forget_old, "remind": reminding.remind, "chase": accounting.chase, "verify": verifying.remind,
        "keep": keeping.keep, "identity": identity.destroy, "watch": watch.run, "warn": warning.warn,
    }  # fmt: skip
    for deed in rounds.DEEDS:
        try:
            done[deed]()
        except Exception as fault:
            # What stops one must not keep the others waiting; it is seen on the desk and by --rounds until it was done.
            log.exception("the day's round: %s", deed)
            rounds.stopped(deed, type(fault).__name__)
        else:
            rounds.mark(deed)
