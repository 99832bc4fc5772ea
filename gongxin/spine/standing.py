"""Standing (记录状态): which lines a subject has on a day, folded from the ledger. Private to the spine and its readers.

Outside the spine nobody calls this directly: what is public is read through `gongxin.spine.public`, everything else
through the gate.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from django.db import connection

from gongxin.law.standing import Line
from gongxin.spine import shelf
from gongxin.spine.ledger import payloads
from gongxin.spine.ledger.models import Entry
from gongxin.spine.ledger.payloads import History
from gongxin.spine.projections import links
from gongxin.spine.projections.standings import fold_in_force


def lines_of(subject_key: str, *, as_of: date, known_at: int | None = None) -> list[Line]:
    """Return the lines of a subject as of a day (某日的记录状态), as far as the first `known_at` entries tell."""
    keys = links.resolve_keys(subject_key, known_at)
    histories = payloads.histories(payloads.records_of(keys, known_at), known_at)
    return fold_lines(histories, keys, as_of)


def present_lines_of(subject_key: str, *, as_of: date) -> list[Line]:
    """Return the same as `lines_of` by all that is known now, read in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(payloads.OF_SUBJECT.format(mark="%s"), [subject_key])
        rows = cursor.fetchall()
    return fold_lines(payloads.grouped(rows), None, as_of, subject_key)


def fold_lines(histories: Iterable[History], keys: set[str] | None, as_of: date, subject_key: str = "") -> list[Line]:
    """Return the lines of these histories that belong to these keys; a correction may have moved a record elsewhere.

    Without keys and without a subject every line is returned.
    """
    book = shelf.book()
    lines = [line for history in histories if (line := fold_in_force(history.acts, book=book, as_of=as_of)) is not None]
    if not subject_key and keys is None:
        return lines
    if keys is None:
        # Keys are looked up only where a record names another one than the one asked for.
        strange = any(line.subject != subject_key for line in lines)
        keys = links.resolve_keys(subject_key) if strange else {subject_key}
    return [line for line in lines if line.subject in keys]


def all_lines(as_of: date, known_at: int | None = None) -> Iterator[tuple[Line, History]]:
    """Yield every record's line as of a day: the slow and certain way, for days the projections do not answer for."""
    records = Entry.objects.filter(kind="record").order_by("seq").values_list("seq", flat=True)
    if known_at is not None:
        records = records.filter(seq__lte=known_at)
    chunk: list[int] = []
    for record in records.iterator(chunk_size=payloads.AT_ONCE):
        chunk.append(record)
        if len(chunk) == payloads.AT_ONCE:
            yield from _folded(chunk, as_of, known_at)
            chunk = []
    yield from _folded(chunk, as_of, known_at)


def provider_of(record: int) -> str:
    """Return who provided a record (提供单位)."""
    return Entry.objects.values_list("provider", flat=True).get(seq=record)


def _folded(records: list[int], as_of: date, known_at: int | None) -> Iterator[tuple[Line, History]]:
    book = shelf.book()
    for history in payloads.histories(records, known_at):
        line = fold_in_force(history.acts, book=book, as_of=as_of)
        if line is not None:
            yield line, history
