"""Traces (查阅留痕): every look at a subject, as the subject itself may read it; looks in sealed batches included."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import polars as pl

from gongxin.spine import clock
from gongxin.spine.access import withheld
from gongxin.spine.access.models import ConsentRow, Look, LookBatch, LookReply
from gongxin.spine.access.viewers import Viewer
from gongxin.spine.projections import links

CONFIRMED = "confirmed"
CONTESTED = "contested"
AT_ONCE = 500


@dataclass(frozen=True)
class Trace:
    """One look, as its subject reads it (一次查阅): who, in which matter, on which ground, when; and whether in a batch."""

    look: Look
    batch: bool
    consent: str = ""
    """The consent it was made on (授权编号), or nothing."""


def traces_of(
    subject_key: str, *, limit: int | None = 50, offset: int = 0, today: date | None = None
) -> tuple[list[Trace], int]:
    """Return the looks at a subject, the latest first, and how many there are; delayed ones from their day on."""
    keys = links.resolve_keys(subject_key)
    own = list(Look.objects.filter(subject__in=keys))
    batches = list(Look.objects.filter(number__in=list(_batches_with(keys))))
    concealed = withheld.hidden([look.number for look in (*own, *batches)], today or clock.today())
    used = dict(ConsentRow.objects.filter(subject__in=keys, verb="use").values_list("look", "number"))
    found = [Trace(look, batch=False, consent=used.get(look.number, "")) for look in own]
    found += [Trace(look, batch=True) for look in batches]
    found = [trace for trace in found if trace.look.number not in concealed]
    found.sort(key=lambda trace: (trace.look.at, trace.look.number), reverse=True)
    end = None if limit is None else offset + limit
    return found[offset:end], len(found)


def looks_at(subject_keys: Iterable[str]) -> dict[str, list[Look]]:
    """Return all looks at each of these subjects (对各主体的查阅), the latest first, those kept from it for now as well.

    For telling the bodies that looked, never the subject. The sealed batches are opened once for all of them.
    """
    keys = {subject: links.resolve_keys(subject) for subject in subject_keys}
    wanted = sorted(set().union(*keys.values()))
    found: dict[str, set[str]] = defaultdict(set)
    for start in range(0, len(wanted), AT_ONCE):
        rows = Look.objects.filter(subject__in=wanted[start : start + AT_ONCE])
        for key, number in rows.values_list("subject", "number"):
            found[key].add(number)
    for batch in LookBatch.objects.iterator(chunk_size=5) if wanted else ():
        inside = pl.read_ipc(bytes(batch.subjects))["subject"]
        for key in inside.filter(inside.is_in(wanted)).unique():
            found[key].add(batch.number)
    numbers = sorted(set().union(*found.values()))
    looks: dict[str, Look] = {}
    for start in range(0, len(numbers), AT_ONCE):
        looks |= {look.number: look for look in Look.objects.filter(number__in=numbers[start : start + AT_ONCE])}
    return {
        subject: sorted(
            (looks[number] for number in set().union(*(found[key] for key in own))),
            key=lambda look: (look.at, look.number), reverse=True,
        )
        for subject, own in keys.items()
    }  # fmt: skip


def reply(viewer: Viewer, subject_key: str, number: str, verb: str, *, case: str = "") -> LookReply | None:
    """Write what a subject says of a look at it (本人答复), or None when there is no such look to be seen."""
    found, _ = traces_of(subject_key, limit=None)
    if verb not in {CONFIRMED, CONTESTED} or all(trace.look.number != number for trace in found):
        return None
    return LookReply.objects.create(
        look=number, subject=subject_key, verb=verb, account=viewer.account_id, case=case, at=clock.now()
    )


def replies_of(subject_key: str) -> dict[str, LookReply]:
    """Return the last word of a subject on each look it spoke of (本人的答复)."""
    return {row.look: row for row in LookReply.objects.filter(subject=subject_key).order_by("id")}


def _batches_with(keys: Iterable[str]) -> Iterable[str]:
    wanted = sorted(keys)
    for batch in LookBatch.objects.iterator(chunk_size=5):
        subjects = pl.read_ipc(bytes(batch.subjects))["subject"]
        if subjects.is_in(wanted).any():
            yield batch.number


def subjects_of_batch(number: str, among: Iterable[str]) -> tuple[str, ...]:
    """Return which of these subjects a sealed batch held (批量查阅中的主体)."""
    batch = LookBatch.objects.filter(pk=number).first()
    if batch is None:
        return ()
    inside = pl.read_ipc(bytes(batch.subjects))["subject"]
    return tuple(inside.filter(inside.is_in(sorted(among))).to_list())
