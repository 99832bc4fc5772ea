"""A check on the short way (核查快路): the same question, the same rules, the same answer, in one worker's event loop.

Differences to `check.check` are of speed alone: one statement reads the acts, what the law said about a record is kept
as long as nothing is added to that record, and the look is made durable in a group. A property holds both equal.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

from django.db import connections

from gongxin.kernel.issues import Issue, Refusal
from gongxin.law.book import Edition
from gongxin.rooms.measures import answer, queue, sources
from gongxin.rooms.measures.answer import Missed, Source, Verdict
from gongxin.rooms.measures.check import PERSONS, Prepared, prepare, regions_of
from gongxin.spine import clock, shelf
from gongxin.spine.access import gate, swift
from gongxin.spine.access.commit import LookWriter
from gongxin.spine.access.gate import Admission, Viewer, Weighed
from gongxin.spine.access.looks import Draft

MOST_KEPT = 200_000
"""Verdicts one worker keeps; when there are more, it begins anew."""

ADMITTED_FOR = 5.0
"""Seconds for which a worker trusts what it read about a body, a matter and the law book."""

Sources = Mapping[str, Sequence[Source]]
Admitted = tuple[Admission, tuple[str, ...], Draft]
"""What the gate lets a viewer see, the names of the viewer's regions, and the look as far as it is known beforehand."""


class NotHere(LookupError):
    """This question takes the long way (须走常规路径): another day, a case, a person, a subject under several keys."""


class Desk:
    """One worker's desk for checks (核查台); opened at the first question."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(max_workers=4, thread_name_prefix="desk")
        self._reader: swift.Reader | None = None
        self._writer: LookWriter | None = None
        self._opening = threading.Lock()
        self._admissions: dict[tuple[Viewer, str, date], tuple[float, Refusal | Admitted]] = {}
        self._looked_for: dict[tuple[object, ...], tuple[Sources, Missed]] = {}
        self._edition: tuple[float, date, Edition] | None = None
        self._verdicts: dict[tuple[object, ...], Verdict] = {}

    async def check(
        self, viewer: Viewer, code: str, matter: str, as_of: date | None, case_no: str | None
    ) -> bytes | Refusal | list[Issue]:
        """Answer a check as of today, once its look is durable."""
        today = clock.today()
        if (as_of is not None and as_of != today) or (case_no or "").strip():
            # A case has one check, which is found in the transaction of the look; that is the long way's business.
            raise NotHere
        prepared = prepare(code, matter, None, case_no, today=today, law=self._law(today))
        if not isinstance(prepared, Prepared):
            return prepared
        if prepared.who.kinds == PERSONS:
            raise NotHere
        admitted = await self._admit(viewer, prepared)
        if isinstance(admitted, Refusal):
            return admitted
        admission, regions, template = admitted
        reader, writer = await self._open()
        found = await reader.find(prepared.who.key)
        try:
            verdicts = [self._judge(bundle, prepared, admission, regions) for bundle in found.bundles]
        except swift.Elsewhere:
            raise NotHere from None
        fresh = sources.recall(prepared.as_of)
        if fresh is None:
            fresh = await self._in_thread(sources.by_item, prepared.as_of)
        answered = answer.gather(prepared.asked(found.name, regions), verdicts, self._missed(prepared, verdicts, fresh))
        content = answered.content()
        draft = replace(
            template,
            subject=prepared.who.key,
            must=len(answered.must_act),
            reference=len(answered.for_reference),
            answer_digest=answer.digest_of(content),
        )
        receipt = await writer.commit(draft)
        if answered.incomplete and not queue.knows(answered):
            await self._in_thread(queue.lay_down, answered)
        return answer.numbered_bytes(receipt.number, content)

    def _judge(
        self, bundle: swift.Bundle, prepared: Prepared, admission: Admission, regions: tuple[str, ...]
    ) -> Verdict:
        key = (prepared.matter.id, prepared.as_of, prepared.law.book.version, bundle.signature, regions)
        kept = self._verdicts.get(key)
        if kept is None:
            line = bundle.visible(admission, prepared.as_of, prepared.law)
            kept = answer.judge(prepared.matter, line, law=prepared.law, regions=regions) if line else answer.NOTHING
            if len(self._verdicts) >= MOST_KEPT:
                self._verdicts.clear()
            self._verdicts[key] = kept
        return kept

    def _missed(self, prepared: Prepared, verdicts: list[Verdict], fresh: Sources) -> Missed:
        found = frozenset([verdict.item for verdict in verdicts if verdict.entry is not None])
        # The first sign of a code says which register it comes from, and so what can be looked for.
        whom = answer.Whom(prepared.who.shown[:1], prepared.who.kinds)
        key = (prepared.matter.id, prepared.as_of, prepared.law.book.version, found, whom)
        kept = self._looked_for.get(key)
        if kept is None or kept[0] is not fresh:
            missed = answer.not_found(prepared.matter, whom, found, fresh, law=prepared.law)
            kept = self._looked_for[key] = (fresh, missed)
        return kept[1]

    def _law(self, today: date) -> Edition:
        now = time.monotonic()
        if self._edition is None or self._edition[0] < now or self._edition[1] != today:
            self._edition = (now + ADMITTED_FOR, today, shelf.book().on(today))
        return self._edition[2]

    async def _admit(self, viewer: Viewer, prepared: Prepared) -> Refusal | Admitted:
        key = (viewer, prepared.matter.id, prepared.as_of)
        kept = self._admissions.get(key)
        if kept is not None and kept[0] > time.monotonic():
            return kept[1]
        admitted = await self._in_thread(_admission, viewer, prepared)
        if len(self._admissions) > 10_000:
            self._admissions.clear()
        self._admissions[key] = (time.monotonic() + ADMITTED_FOR, admitted)
        return admitted

    async def _open(self) -> tuple[swift.Reader, LookWriter]:
        if self._reader is None or self._writer is None:
            await self._in_thread(self._open_now)
        assert self._reader is not None
        assert self._writer is not None
        return self._reader, self._writer

    def _open_now(self) -> None:
        with self._opening:
            if self._writer is None:
                self._reader = swift.open_reader()
                self._writer = LookWriter()

    async def _in_thread(self, work, *arguments):  # type: ignore[no-untyped-def]
        return await asyncio.get_running_loop().run_in_executor(self._pool, _tidily, work, *arguments)

    def stop(self) -> None:
        """Make durable what is waiting, and close."""
        if self._writer is not None:
            self._writer.close()
        if self._reader is not None:
            self._reader.close()
        self._pool.shutdown(wait=True)


def _admission(viewer: Viewer, prepared: Prepared) -> Refusal | Admitted:
    admission = gate.admit(viewer, prepared.ground, prepared.who.key, law=prepared.law)
    if isinstance(admission, Refusal):
        return admission
    template = gate.draft_of(viewer, prepared.ground, admission, "", as_of=prepared.as_of, weighed=Weighed(0, 0, ""))
    return admission, regions_of(viewer.body), template


def _tidily(work, *arguments):  # type: ignore[no-untyped-def]
    """Run work that uses Django's connection of this thread, and give it back: such work is rare."""
    try:
        return work(*arguments)
    finally:
        connections.close_all()
