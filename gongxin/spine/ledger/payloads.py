"""Reading entries with their payloads (读取内容): private to the spine.

Whatever lies outside the spine reads through `gongxin.spine.public` or through the gate; a static test holds it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from gongxin.law.standing import KINDS as KINDS_OF_LINES
from gongxin.law.standing import Act

LINE_KINDS = KINDS_OF_LINES
"""The acts a record's standing is folded from (记录行为)."""

OTHER_KINDS = ("judgement", "destruction")
"""Acts about identities and about the payloads themselves; no standing is folded from them."""

AT_ONCE = 500

SELECT = (
    'SELECT e.record, e.seq, e.kind, e.item, e.subject, e."on", e.actor, e.provider, e.batch, p.body'
    " FROM ledger_entry e JOIN ledger_payload p ON p.seq = e.seq"
)
KINDS = ",".join(f"'{kind}'" for kind in LINE_KINDS)
OWN_ENTRY = "e.record = e.seq AND e.kind = 'record'"
LATER_ACT = f"NOT (e.record = e.seq) AND e.kind IN ({KINDS})"
"""A history is read in two halves, so that each uses its own index: a record's own entry by number, later acts by the
partial index that holds only them; SQLite uses that index only where the condition is written as the index has it."""

FROM_HELD = SELECT.replace("FROM ledger_entry e", "FROM held CROSS JOIN ledger_entry e")
"""The few records held come first: SQLite keeps the order of a cross join, PostgreSQL finds its own."""

JOINED = "projections_link l ON (l.key_a = own.k OR l.key_b = own.k) AND l.judgement || '' = 'same'"
"""The keys judged to be the same as one's own. The judgement is written so that no index can be made of it: where links were few
when they were counted last, SQLite would otherwise make one of all links for each subject asked about, instead of looking the few keys up."""

OF_SUBJECT = (
    "WITH RECURSIVE own(k) AS (SELECT CAST({mark} AS varchar) UNION"
    f" SELECT CASE WHEN l.key_a = own.k THEN l.key_b ELSE l.key_a END FROM own JOIN {JOINED}),"
    " held(r) AS (SELECT DISTINCT e.record FROM ledger_entry e"
    f" WHERE e.subject IN (SELECT k FROM own) AND e.kind IN ({KINDS}))"
    f" {SELECT} WHERE e.seq IN (SELECT r FROM held) AND {OWN_ENTRY} UNION ALL"
    f" {SELECT} WHERE e.record IN (SELECT r FROM held) AND {LATER_ACT} ORDER BY 1, 2"
)
"""All acts of all records of a subject, its other keys included, in one statement; `{mark}` is the driver's parameter.

The few keys and numbers are asked by `IN`, never joined: SQLite cannot tell how many a recursion gives, takes them for many once
the tables have statistics, and then reads the whole ledger for a Bloom filter before it looks one subject up."""


@dataclass(frozen=True, slots=True)
class History:
    """All acts of one record (记录沿革) in their order, with who provided each."""

    record: int
    acts: tuple[Act, ...]
    providers: tuple[str, ...]
    batches: tuple[int | None, ...]

    @property
    def provider(self) -> str:
        """Return the provider of the record itself."""
        return self.providers[0]


def records_of(keys: Iterable[str], known_at: int | None = None) -> list[int]:
    """Return the records any of whose acts names one of these keys."""
    found: set[int] = set()
    for chunk in _chunks(sorted(set(keys))):
        sql = f"SELECT DISTINCT record FROM ledger_entry WHERE subject IN ({_marks(chunk)}) AND kind IN ({KINDS})"
        parameters: list[Any] = list(chunk)
        if known_at is not None:
            sql += " AND seq <= %s"
            parameters.append(known_at)
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            found.update(row[0] for row in cursor.fetchall())
    return sorted(found)


def histories(records: Iterable[int], known_at: int | None = None) -> Iterator[History]:
    """Yield the histories of these records by number; a record whose payload was destroyed has none any more."""
    for chunk in _chunks(sorted(set(records))):
        marks = _marks(chunk)
        until = "" if known_at is None else f" AND e.seq <= {int(known_at)}"
        sql = (
            f"{SELECT} WHERE e.seq IN ({marks}) AND {OWN_ENTRY}{until} UNION ALL"
            f" {SELECT} WHERE e.record IN ({marks}) AND {LATER_ACT}{until} ORDER BY 1, 2"
        )
        with connection.cursor() as cursor:
            cursor.execute(sql, [*chunk, *chunk])
            rows = cursor.fetchall()
        yield from grouped(rows)


def acts_of_kind(kind: str, known_at: int | None = None, subjects: Sequence[str] | None = None) -> list[Act]:
    """Return all acts of a kind other than `record`, in their order; these are few beside the records."""
    sql = f"{SELECT} WHERE e.kind = %s AND e.kind <> 'record'"
    parameters: list[Any] = [kind]
    if known_at is not None:
        sql += " AND e.seq <= %s"
        parameters.append(known_at)
    if subjects is not None:
        sql += f" AND e.subject IN ({_marks(subjects)})"
        parameters += subjects
    with connection.cursor() as cursor:
        cursor.execute(sql + " ORDER BY e.seq", parameters)
        return [_act(row) for row in cursor.fetchall() if row[9] is not None]


def bodies(seqs: Iterable[int]) -> dict[int, dict[str, Any]]:
    """Return the payloads of these entries; a destroyed one is left out."""
    found: dict[int, dict[str, Any]] = {}
    for chunk in _chunks(sorted(set(seqs))):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT seq, body FROM ledger_payload WHERE seq IN ({_marks(chunk)})", chunk)
            found.update((seq, json.loads(body)) for seq, body in cursor.fetchall() if body is not None)
    return found


def grouped(rows: Sequence[tuple[Any, ...]]) -> Iterator[History]:
    """Yield the histories in rows of SELECT, sorted by record and number."""
    start = 0
    for end in range(1, len(rows) + 1):
        if end < len(rows) and rows[end][0] == rows[start][0]:
            continue
        group, start = rows[start:end], end
        if all(row[9] is not None for row in group):
            yield History(
                record=group[0][0],
                acts=tuple(_act(row) for row in group),
                providers=tuple(row[7] for row in group),
                batches=tuple(row[8] for row in group),
            )


def _act(row: tuple[Any, ...]) -> Act:
    record, seq, kind, item, subject, on, actor, _, _, body = row
    day = on if isinstance(on, date) else date.fromisoformat(on)
    return Act(
        seq=seq, kind=kind, record=record, item=item, subject=subject, on=day, actor=actor, payload=json.loads(body)
    )


def _marks(values: Sequence[object]) -> str:
    return ",".join(["%s"] * len(values))


def _chunks(values: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(values), AT_ONCE):
        yield values[start : start + AT_ONCE]
