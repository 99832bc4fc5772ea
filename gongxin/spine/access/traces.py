"""Traces (查阅留痕): every look at a subject, as the subject itself may read it; looks in sealed batches included."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from gongxin.spine.access.models import Look, LookBatch
from gongxin.spine.projections import links


@dataclass(frozen=True)
class Trace:
    """One look, as its subject reads it (一次查阅): who, in which matter, on which ground, when; and whether in a batch."""

    look: Look
    batch: bool


def traces_of(subject_key: str, *, limit: int = 50, offset: int = 0) -> tuple[list[Trace], int]:
    """Return the looks at a subject, the latest first, and how many there are."""
    keys = links.resolve_keys(subject_key)
    own = list(Look.objects.filter(subject__in=keys))
    batches = list(Look.objects.filter(number__in=list(_batches_with(keys))))
    found = [Trace(look, batch=False) for look in own] + [Trace(look, batch=True) for look in batches]
    found.sort(key=lambda trace: (trace.look.at, trace.look.number), reverse=True)
    return found[offset : offset + limit], len(found)


def _batches_with(keys: Iterable[str]) -> Iterable[str]:
    wanted = sorted(keys)
    for batch in LookBatch.objects.iterator(chunk_size=5):
        subjects = pl.read_ipc(bytes(batch.subjects))["subject"]
        if subjects.is_in(wanted).any():
            yield batch.number
