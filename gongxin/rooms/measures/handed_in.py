"""Lists handed in for screening (批量核查任务): queued, screened by a worker, fetched while they are kept.

Whoever hands one in need not wait: the list lies sealed until a worker takes it, also after a restart. A worker that
dies leaves a list that is taken anew; then two batches of looks are in the log, and one answer has left.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from secrets import token_hex
from typing import Any

import polars as pl
from django.db.models import Q

from gongxin.kernel.issues import Issue, Refusal
from gongxin.rooms.measures import screen, workbook
from gongxin.rooms.measures.check import FAULTS
from gongxin.rooms.measures.faults import Unanswerable
from gongxin.rooms.measures.models import ScreenJob
from gongxin.rooms.measures.screen import Screening
from gongxin.spine import clock, home
from gongxin.spine.access import gate
from gongxin.spine.access.gate import Ground, Viewer
from gongxin.spine.sealed_files import plain_pieces, seal_file

logger = logging.getLogger("gongxin.screen")

MOST = 100_000
"""Rows of one list; longer ones go through `gongxin screen`, which reads files of any length."""

KEPT = timedelta(hours=24)
"""How long list and answer are kept; a technical choice, told on the page and in the interface's manual."""

WORKBOOK = "workbook"
"""The part of a list that is its answer as a workbook (工作簿)."""

ABANDONED = timedelta(minutes=10)
"""A list that has been running for so long was left by a worker that died."""


def hand_in(viewer: Viewer, frame: pl.DataFrame, asked: Screening) -> ScreenJob | Refusal | list[Issue]:
    """Take a list for screening (提交批量核查), or say at once what is wrong with it; nothing is looked at yet."""
    if frame.height > MOST:
        return [Issue("screen.rows", f"一次最多 {MOST:,} 行，这里有 {frame.height:,} 行；请分成几次", column="codes")]
    if frame.is_empty():
        return [Issue("screen.empty", "没有一行数据", column="codes")]
    ready = screen.prepare(frame, asked)
    if not isinstance(ready, screen.Ready):
        return ready
    admission = gate.admit(viewer, Ground(matter=asked.matter, case_no=asked.case_no), "", law=ready.law)
    if isinstance(admission, Refusal):
        return admission
    job = ScreenJob(
        id=token_hex(8), body=viewer.body, viewer=viewer.name, account=viewer.account_id, role=viewer.role,
        via=viewer.via, matter=asked.matter, case_no=(asked.case_no or "").strip(), as_of=asked.as_of,
        column=ready.column, rows=frame.height, at=clock.now(),
    )  # fmt: skip
    _keep(job, "asked", frame)
    job.save()
    return job


def find(viewer: Viewer, job: str) -> ScreenJob | None:
    """Return a list of the viewer's own (本人提交的): an officer's by account, a system's by body; others' tell nothing."""
    found = ScreenJob.objects.filter(pk=job, body=viewer.body, at__gte=clock.now() - KEPT)
    return found.filter(account=viewer.account_id).first()


def answer_of(job: ScreenJob) -> pl.DataFrame:
    """Return a finished list with the answer's columns (取回结果)."""
    return pl.read_ipc(io.BytesIO(b"".join(plain_pieces(_place(job, "answered")))), memory_map=False)


def workbook_of(job: ScreenJob) -> Iterator[bytes] | None:
    """Return a finished list as the workbook its worker wrote (取回工作簿), piece by piece; None where there is none."""
    place = _place(job, WORKBOOK)
    return plain_pieces(place) if place.exists() else None


def run_waiting() -> Mapping[str, int]:
    """Screen what waits, the oldest first (处理等待中的清单); returns how many were done and could not be."""
    done = {"done": 0, "failed": 0}
    while True:
        stale = Q(state=ScreenJob.State.RUNNING, claimed__lt=clock.now() - ABANDONED)
        waiting = ScreenJob.objects.filter(Q(state=ScreenJob.State.WAITING) | stale).order_by("at").first()
        if waiting is None:
            return done
        claimed = ScreenJob.objects.filter(pk=waiting.pk, state=waiting.state, claimed=waiting.claimed)
        if not claimed.update(state=ScreenJob.State.RUNNING, claimed=clock.now()):
            # Another worker was quicker.
            continue
        waiting.refresh_from_db()
        _run(waiting)
        done["done" if waiting.state == ScreenJob.State.DONE else "failed"] += 1


def _run(job: ScreenJob) -> None:
    viewer = Viewer(job.account, job.viewer, job.body, job.role, job.via)
    asked = Screening(job.matter, job.as_of, job.case_no or None, job.column)
    try:
        frame = pl.read_ipc(io.BytesIO(b"".join(plain_pieces(_place(job, "asked")))), memory_map=False)
        screened = screen.screened(viewer, frame, asked)
        if isinstance(screened, screen.Done):
            _keep(job, "answered", screened.answer)
            if job.account is not None:
                # A person fetches it as a workbook; a hundred thousand rows of it are no work for a web request.
                _seal(job, WORKBOOK, workbook.written(screened.answer))
            job.said, job.done, job.state = screened.said.as_dict(), job.rows, ScreenJob.State.DONE
        else:
            job.said, job.state = {"error": _no(screened)}, ScreenJob.State.FAILED
    except FAULTS as fault:
        told = Unanswerable(fault)
        job.said, job.state = {"error": told.as_dict()}, ScreenJob.State.FAILED
    job.save(update_fields=["said", "done", "state"])


def _no(no: Refusal | list[Issue]) -> dict[str, Any]:
    if isinstance(no, Refusal):
        return {"code": no.code, "message": no.message, "way_forward": no.way_forward, "clause": no.clause}
    return {
        "code": "data.invalid",
        "message": "；".join(issue.message for issue in no),
        "way_forward": "请改正后重新提交。",
    }


def as_dict(job: ScreenJob) -> dict[str, Any]:
    """Return a list's standing as machine channels give it (机器可读的进度)."""
    told = {name: job.said.get(name) for name in ("check", "subjects", "invalid", "must_act", "for_reference", "note")}
    return {
        "id": job.pk, "state": job.state, "matter": job.matter, "case_no": job.case_no or None, "rows": job.rows,
        "done": job.done, "kept_until": (job.at + KEPT).isoformat(timespec="seconds"), **told,
        "error": job.said.get("error"),
    }  # fmt: skip


def forget_old() -> int:
    """Destroy lists and answers that are kept no longer (清除过期的清单); the looks stay in the log. Returns how many."""
    old = list(ScreenJob.objects.filter(at__lt=clock.now() - KEPT))
    for job in old:
        for part in ("asked", "answered", WORKBOOK):
            _place(job, part).unlink(missing_ok=True)
    return ScreenJob.objects.filter(pk__in=[job.pk for job in old]).delete()[0]


def _keep(job: ScreenJob, part: str, frame: pl.DataFrame) -> None:
    target = io.BytesIO()
    frame.write_ipc(target, compression="zstd")
    _seal(job, part, target.getvalue())


def _seal(job: ScreenJob, part: str, content: bytes) -> None:
    draft = _place(job, part).with_suffix(".draft")
    with draft.open("wb") as file:
        seal_file([content], file)
    draft.replace(_place(job, part))


def _place(job: ScreenJob, part: str) -> Path:
    folder = home.home() / "screens"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / f"{job.pk}.{part}"
