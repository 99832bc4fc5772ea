"""`gongxin work` (处理队列): run the batches that wait, go on with those whose process died, send what is to be sent."""

from __future__ import annotations

import argparse
import json
import time

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

NAME = "work"
HELP = gettext_noop("处理等待中的批次，并续办中断的批次")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Once or for ever."""
    parser.add_argument("--once", action="store_true", help=_("处理完现有批次即退出"))
    parser.add_argument("--every", metavar="SECONDS", type=float, default=2.0, help=_("队列空时每隔多少秒再看一次"))
    parser.add_argument("--json", action="store_true", help=_("每个批次输出一个 JSON 文档"))


def run(args: argparse.Namespace) -> int:
    """Return 0; with --once 1 when a batch was not taken in whole."""
    from gongxin.doors.cli import intake
    from gongxin.rooms.intake import batches
    from gongxin.rooms.intake.work import run_pending
    from gongxin.rooms.remedy import notifying
    from gongxin.spine import clock
    from gongxin.spine.outbox import dispatch

    no = intake.not_ready()
    if no is not None:
        return intake.usage(no)
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


def keep() -> None:
    """Do what a new day asks for (每日维护): projections of today's epoch; requests kept for repeating forgotten in time.

    Clocks that end are reminded of; what is due for destruction is destroyed.
    """
    from gongxin.rooms.measures import accounting, handed_in, repeats, verifying
    from gongxin.rooms.measures.lists import watch
    from gongxin.rooms.oversight.governments import datasets
    from gongxin.rooms.promises import warning
    from gongxin.rooms.promises.complaints import identity
    from gongxin.rooms.remedy import keeping
    from gongxin.spine.cases import reminding
    from gongxin.spine.projections import epoch

    epoch.refresh_if_stale_now()
    repeats.forget_old()
    handed_in.forget_old()
    datasets.forget_old()
    reminding.remind()
    accounting.chase()
    verifying.remind()
    keeping.keep()
    identity.destroy()
    watch.run()
    warning.warn()
