"""Batches (批次): receive a file, run it in chunks, go on after a crash, cancel, report.

Each chunk is one transaction: its entries, its held rows and the batch's progress are there together or not at all. So a
process killed in the middle loses nothing and doubles nothing; `resume` reads the file again and goes on behind the last
finished chunk.
"""

from __future__ import annotations

import os
import secrets
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

from django.db import transaction

from gongxin.kernel.issues import Issue
from gongxin.rooms.intake import entering, gathering, originals, running, words
from gongxin.rooms.intake.ahead import ahead
from gongxin.rooms.intake.anew import FirstOnes
from gongxin.rooms.intake.cells import NOTICES_KEPT
from gongxin.rooms.intake.checking import GOOD, REFUSED, WAITING
from gongxin.rooms.intake.examining import (
    DUPLICATE,
    Examined,
    KnownOf,
    Survey,
    Table,
    examine,
    in_order,
    more_notices,
    survey,
    told,
)
from gongxin.rooms.intake.kept import people_in, without_person
from gongxin.rooms.intake.models import Batch, HeldRow
from gongxin.rooms.intake.reading import CHUNK, Unreadable
from gongxin.spine import clock

Progress = Callable[[Batch], None]

PROGRESS = [field.name for field in Batch._meta.concrete_fields if field.name not in ("id", "notices")]
"""What a chunk changes in a batch when it has left no notice word for word."""

ENTERED_AT_ONCE = 16_384
"""Rows made ready and entered at a time: while the store takes them the next ones are hashed."""

SILENT_FOR = timedelta(minutes=10)
"""A batch claimed by another machine that has told nothing for so long counts as abandoned."""


class NotNow(RuntimeError):
    """The batch cannot be run in its present state (批次不在可处理状态); the message says why."""


# ---- receiving --------------------------------------------------------------------------------------------------


def receive(
    source: Path | BinaryIO,
    *,
    file_name: str,
    provider: str,
    via: str,
    actor: str,
    item: str | None = None,
    confirmed: Mapping[str, str] | None = None,
) -> Batch:
    """Store a file by its hash and open a batch for it (收件); nothing is read yet."""
    digest, size = originals.store(source)
    before = Batch.objects.filter(file_hash=digest, provider=provider).order_by("id").first()
    return Batch.objects.create(
        item=item or "",
        provider=provider,
        via=via,
        actor=actor,
        file_name=Path(file_name).name[:255],
        file_hash=digest,
        size=size,
        day=clock.today(),
        created=clock.now(),
        confirmed=dict(confirmed or {}),
        resubmits=None if before is None else before.pk,
    )


# ---- running ----------------------------------------------------------------------------------------------------


def run(batch_id: int, progress: Progress | None = None, *, size: int = CHUNK) -> Batch:
    """Run a batch from where it stands to its end (处理批次): also after a crash. Returns it as it ends.

    Raises NotNow when it is in another's hands, or in a state in which there is nothing to run.
    """
    token = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(8)}"
    try:
        with running.held(batch_id):
            return _run(_claim(batch_id, token), token, progress, size)
    except running.Occupied as other:
        raise NotNow(f"批次 {batch_id} 正在由另一进程处理") from other


def _run(batch: Batch, token: str, progress: Progress | None, size: int) -> Batch:
    began = time.perf_counter()
    try:
        with originals.opened_file(batch) as path:
            found = survey(path, gathering.desk(batch.day), batch.item or None, batch.confirmed)
            state, message = _work_through(batch, found, token, progress, size)
    except Unreadable as fault:
        return _finish(batch, Batch.State.FAILED, began, str(fault))
    return _finish(batch, state, began, message, drop=state != Batch.State.CONFIRM and _has_barred(found))


def _work_through(
    batch: Batch, found: Survey, token: str, progress: Progress | None, size: int
) -> tuple[Batch.State, str]:
    """Enter what a file holds, chunk by chunk; return how the batch ends and what is said of it."""
    batch.form = found.form
    if any(table.must_confirm for table in found.tables):
        return _ask(batch, found)
    if batch.next_chunk == 0:
        batch.chunk_rows = size
        _begin(batch, found)
    given = gathering.given_by(batch.provider)
    contested = gathering.contested_codes()
    desk = gathering.desk(batch.day)
    item, done = desk.edition.item(batch.item), batch.next_chunk

    def parts(known_of: KnownOf) -> Iterator[Examined]:
        checked = examine(
            found, desk, given=given, known_of=known_of, size=batch.chunk_rows, contested=contested,
            at_once=ENTERED_AT_ONCE,
        )  # fmt: skip
        for examined in checked:
            if examined.chunk >= done:
                # The long texts that were hashed are not needed any more.
                ready = entering.with_keys(examined, item).drop("__document", "__content")
                yield replace(examined, frame=ready)

    first_ones = FirstOnes(batch, item)
    with closing(ahead(parts, gathering.known_names)) as prepared:
        for examined in prepared:
            if not _enter(batch, chain([examined], prepared), token, first_ones):
                return Batch.State.CANCELLED, _cancelled_words(batch)
            if progress is not None:
                progress(batch)
    if not batch.received:
        _keep(batch, "", words.found("sheet.no_rows", severity="notice"))
    return Batch.State.DONE, _words(batch)


def resume(batch_id: int, progress: Progress | None = None) -> Batch:
    """Go on with a batch whose process has died or met a fault of ours (续办)."""
    Batch.objects.filter(pk=batch_id, state=Batch.State.FAILED).update(state=Batch.State.QUEUED, message="")
    return run(batch_id, progress)


def confirm(batch_id: int, columns: Mapping[str, str], *, actor: str, item: str | None = None) -> Batch:
    """Take a person's word for what headings mean (确认表头), remember it, and queue the batch again."""
    with transaction.atomic():
        batch = Batch.objects.select_for_update().get(pk=batch_id)
        if batch.state not in (Batch.State.CONFIRM, Batch.State.FAILED):
            raise NotNow(f"批次 {batch_id} {batch.get_state_display()}，没有待确认的表头")
        batch.item = item or batch.item
        batch.confirmed = {**batch.confirmed, **gathering.normal_headings(columns)}
        gathering.learn(batch.item, columns, actor)
        batch.state, batch.message, batch.claim = Batch.State.QUEUED, "", ""
        batch.received = batch.waiting = 0
        batch.notices, batch.notice_counts = [], {}
        batch.save()
    return batch


def cancel(batch_id: int) -> Batch:
    """Ask a batch to stop after its present chunk (取消); one that has not begun stops at once."""
    with transaction.atomic():
        batch = Batch.objects.select_for_update().get(pk=batch_id)
        if batch.state in (Batch.State.DONE, Batch.State.CANCELLED, Batch.State.FAILED):
            raise NotNow(f"批次 {batch_id} {batch.get_state_display()}，不能取消")
        batch.cancelling = True
        if batch.state in (Batch.State.QUEUED, Batch.State.CONFIRM):
            batch.state, batch.finished, batch.message = Batch.State.CANCELLED, clock.now(), "已取消，没有归集任何一行"
            batch.received = batch.waiting = 0
        batch.save()
    return batch


def is_abandoned(batch: Batch) -> bool:
    """Tell whether the process that ran a batch is gone (处理进程已中断)."""
    if batch.state != Batch.State.RUNNING:
        return False
    if batch.claim.partition(":")[0] == socket.gethostname():
        return not running.is_running(batch.pk)
    return batch.beat is None or clock.now() - batch.beat > SILENT_FOR


def _claim(batch_id: int, token: str) -> Batch:
    with transaction.atomic():
        batch = Batch.objects.select_for_update().get(pk=batch_id)
        # Whoever claims holds the lock, so a batch that says it runs on this machine has lost its process.
        elsewhere = batch.claim.partition(":")[0] != socket.gethostname()
        if batch.state == Batch.State.RUNNING and elsewhere and not is_abandoned(batch):
            raise NotNow(f"批次 {batch_id} 正在由另一进程处理")
        if batch.state not in (Batch.State.QUEUED, Batch.State.RUNNING):
            raise NotNow(f"批次 {batch_id} {batch.get_state_display()}，不能再次处理")
        batch.state, batch.claim, batch.beat = Batch.State.RUNNING, token, clock.now()
        batch.started = batch.started or clock.now()
        batch.save()
    return batch


def _begin(batch: Batch, found: Survey) -> None:
    """Write down what the file's columns mean before the first row is entered."""
    assert found.item is not None
    batch.item = found.item.id
    batch.columns = {table.sheet.name: _mapping(table) for table in found.tables}
    for sheet, issue in found.issues:
        _keep(batch, sheet, issue)
    batch.save()


def _mapping(table: Table) -> dict[str, Any]:
    units = {name: str(unit) for name, unit in table.matched.units.items()}
    return {**table.mapping(), "units": units, "expected": table.sheet.expected}


def _ask(batch: Batch, found: Survey) -> tuple[Batch.State, str]:
    """All rows wait until a person has said what a required heading means (待确认表头)."""
    assert found.item is not None
    batch.item = found.item.id
    batch.columns = {table.sheet.name: _mapping(table) for table in found.tables}
    batch.notices, batch.notice_counts = [], {}
    for sheet, issue in found.issues:
        _keep(batch, sheet, issue)
    batch.received = batch.waiting = sum(table.sheet.frame.height for table in found.tables)
    names = "、".join(each.heading for table in found.tables for each in table.matched.must_confirm)
    return Batch.State.CONFIRM, f"有必填列须先确认含义：{names}"


def _enter(batch: Batch, ready: Iterator[Examined], token: str, first_ones: FirstOnes) -> bool:
    """Enter one chunk, piece by piece, with its progress in one transaction; False when the batch was cancelled."""
    before = len(batch.notices)
    with transaction.atomic():
        for number, examined in enumerate(ready):
            if number == 0:
                fresh = Batch.objects.select_for_update().get(pk=batch.pk)
                if fresh.claim != token or fresh.next_chunk != examined.chunk:
                    raise NotNow(f"批次 {batch.pk} 已由另一进程接手")
                if fresh.cancelling:
                    return False
            item = gathering.desk(batch.day).edition.item(batch.item)
            entered = entering.enter(batch, examined, item)
            entering.hold(batch, examined, item, entered)
            first_ones.close_again(examined, entered.outcomes)
            _count(batch, examined, entered)
            if examined.last:
                batch.next_chunk = examined.chunk + 1
                break
        batch.beat = clock.now()
        # A great file has soon had its allowance of notices; then they need not be written with every chunk.
        batch.save(update_fields=PROGRESS if len(batch.notices) == before else None)
    return True


def _count(batch: Batch, examined: Examined, entered: entering.Entered) -> None:
    outcomes = list(entered.outcomes.values())
    batch.received += len(outcomes)
    batch.accepted += outcomes.count(GOOD)
    batch.duplicates += outcomes.count(DUPLICATE)
    batch.refused += outcomes.count(REFUSED)
    batch.waiting += outcomes.count(WAITING)
    batch.corrections += entered.corrections
    batch.late += entered.late
    for aside in examined.set_aside:
        batch.set_aside[aside.reason] = batch.set_aside.get(aside.reason, 0) + 1
    held = {row for row, outcome in entered.outcomes.items() if outcome in (REFUSED, WAITING)}
    people = people_in(examined.frame)
    for issue in entered.issues:
        if issue.row not in held:
            _keep(batch, examined.sheet, without_person(issue) if issue.row in people else issue)
    for code, count in (examined.more + entered.more).items():
        batch.notice_counts[code] = batch.notice_counts.get(code, 0) + count


def _keep(batch: Batch, sheet: str, issue: Issue) -> None:
    count = batch.notice_counts.get(issue.code, 0) + 1
    batch.notice_counts[issue.code] = count
    if count <= NOTICES_KEPT:
        batch.notices.append(told(sheet, issue))


def _finish(batch: Batch, state: Batch.State, began: float, message: str, *, drop: bool = False) -> Batch:
    batch.state, batch.message, batch.claim = state, message, ""
    batch.finished = None if state == Batch.State.CONFIRM else clock.now()
    batch.seconds = round(batch.seconds + time.perf_counter() - began, 3)
    batch.save()
    if drop:
        # A file with information that must not be collected is not kept either; its hash remains.
        originals.stored_file(batch).unlink(missing_ok=True)
    return batch


def _has_barred(found: Survey) -> bool:
    return any(table.matched.forbidden for table in found.tables)


def _words(batch: Batch) -> str:
    if batch.resubmits is None:
        return ""
    return f"本文件与批次 {batch.resubmits} 的文件完全相同；已归集的行都记为重复"


def _cancelled_words(batch: Batch) -> str:
    return f"已取消：取消前处理了 {batch.received} 行，其中 {batch.accepted} 行已归集；其余各行没有处理"


# ---- reporting --------------------------------------------------------------------------------------------------


def issues_of(batch: Batch) -> list[dict[str, object]]:
    """Return all issues of a batch as every channel shows them (问题清单)."""
    held: list[dict[str, object]] = []
    rows = HeldRow.objects.filter(batch=batch).exclude(outcome=HeldRow.Outcome.DUPLICATE)
    for row in rows.order_by("id").iterator(chunk_size=2000):
        held += gathering.read_issues(row)
    return in_order([*batch.notices, *held])


def report(batch: Batch, *, issues: bool = True) -> dict[str, Any]:
    """Return a batch as `gongxin intake --json`, the API and the page tell it (批次结果)."""
    return {
        "batch": batch.pk,
        "item": batch.item or None,
        "received": batch.received,
        "accepted": batch.accepted,
        "duplicates": batch.duplicates,
        "refused": batch.refused,
        "waiting": batch.waiting,
        "late": batch.late,
        "seconds": batch.seconds,
        "issues": issues_of(batch) if issues else [],
        "state": batch.state,
        "provider": batch.provider,
        "file": batch.file_name,
        "file_hash": batch.file_hash,
        "corrections": batch.corrections,
        "set_aside": batch.set_aside,
        "more_notices": more_notices(batch.notice_counts),
        "resubmits": batch.resubmits,
        "message": batch.message,
    }
