"""`gongxin work` (处理队列): run the batches that wait, go on with those whose process died, send what is to be sent."""

from __future__ import annotations

import argparse
import json
import logging
import signal
import threading
import time
from collections.abc import Callable
from types import TracebackType

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


class Stopping:
    """A wish to stop (停止请求): noted when Ctrl-C comes, heeded where nothing is half done; a second one insists.

    An interruption in the midst of a question to the store would come out as a fault of the store: a batch would be marked
    as broken, a deed of the day as failed, and the wish would be lost.
    """

    def __init__(self) -> None:
        self._wanted = self._asleep = False
        self._before: signal.Handlers | Callable[..., object] | int | None = None

    def __enter__(self) -> Stopping:
        # Only the first thread is told of signals, and only it may ask for them.
        if threading.current_thread() is threading.main_thread():
            self._before = signal.signal(signal.SIGINT, self._note)
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)  # type: ignore[arg-type]

    def heed(self, *_about: object) -> None:
        """Stop here, where nothing is half done, if somebody wishes it."""
        if self._wanted:
            raise KeyboardInterrupt

    def sleep(self, seconds: float) -> None:
        """Wait for the next round; whoever wishes to stop need not wait for it."""
        self._asleep = True
        try:
            self.heed()
            time.sleep(seconds)
        finally:
            self._asleep = False

    def _note(self, *_signal: object) -> None:
        if self._asleep or self._wanted:
            raise KeyboardInterrupt
        self._wanted = True


def run(args: argparse.Namespace) -> int:
    """Return 0; with --once 1 when a batch was not taken in whole, with --rounds 1 when something has not run today."""
    from gongxin.doors.cli import intake
    from gongxin.rooms.intake import batches
    from gongxin.rooms.intake.models import Batch
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

    def progress(batch: Batch) -> None:
        intake.show_progress(batch)
        stopping.heed()

    try:
        with Stopping() as stopping:
            while True:
                if kept_for != clock.today():
                    # Once a day, and at the start: a day that another epoch of the law governs must not find old standings.
                    kept_for = clock.today()
                    keep(stopping.heed)
                dispatch.carry()
                stopping.heed()
                for batch in run_pending(progress):
                    report = batches.report(batch, issues=args.json)
                    codes.append(intake.exit_code(report))
                    if args.json:
                        print(json.dumps(report, ensure_ascii=False), flush=True)
                    else:
                        intake.tell(report)
                stopping.heed()
                notifying.send()
                if args.once:
                    return max(codes, default=0)
                stopping.sleep(args.every)
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


def keep(between: Callable[[], object] = lambda: None) -> None:
    """Do what a new day asks for (每日维护): projections of today's epoch; requests kept for repeating forgotten in time.

    Clocks that end are reminded of; what is due for destruction is destroyed. Each deed leaves the day on which it was done;
    `between` is called before each.
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
        between()
        try:
            done[deed]()
        except Exception as fault:
            # What stops one must not keep the others waiting; it is seen on the desk and by --rounds until it was done.
            log.exception("the day's round: %s", deed)
            rounds.stopped(deed, type(fault).__name__)
        else:
            rounds.mark(deed)
