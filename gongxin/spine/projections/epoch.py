"""The epoch (法期): in which days the projections may be read at all.

A projection is made with the editions of the law that govern today. For a day governed by other editions, or after the
law book itself was changed, nobody reads it: the ledger is folded instead, or the projection is made anew.
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import date, timedelta

from django.db import connection, transaction

from gongxin.law.book import Book
from gongxin.spine import clock, shelf
from gongxin.spine.ledger import head
from gongxin.spine.outbox import events
from gongxin.spine.projections import rebuilding
from gongxin.spine.projections.models import Epoch


def bounds(book: Book, day: date) -> tuple[date | None, date | None]:
    """Return the first and the last day governed by the same editions as this day; None where there is no end."""
    starts = book.boundaries()
    position = bisect_right(starts, day)
    first = starts[position - 1] if position else None
    last = starts[position] - timedelta(days=1) if position < len(starts) else None
    return first, last


def serves(as_of: date) -> bool:
    """Tell whether the projections answer for this day, after making them anew if they should but do not yet."""
    book = shelf.book()
    if _is_current(book, as_of):
        return True
    if bounds(book, as_of) != bounds(book, clock.today()):
        return False
    refresh_if_stale_now()
    return True


def refresh_if_stale() -> None:
    """Make the projections anew unless they are those of today's law and of the whole ledger; under the writer's lock."""
    book, today = shelf.book(), clock.today()
    if _is_current(book, today):
        return
    row = Epoch.objects.filter(id=1).first()
    if row is not None and row.book == book.version and row.size == head.read().size:
        # The same book on a day of another epoch: subjects, names and links are what they were.
        rebuilding.redraw_standings(book=book, as_of=today)
        _note_epoch(row.size)
    else:
        rebuild()


def refresh_if_stale_now() -> None:
    """The same, taking the writer's lock itself."""
    with transaction.atomic():
        head.lock()
        refresh_if_stale()


def rebuild() -> None:
    """Throw the projections away and make them anew from the ledger (重建投影)."""
    with transaction.atomic():
        size = head.lock().size
        rebuilding.rebuild(book=shelf.book(), as_of=clock.today())
        _note_epoch(size)


def _note_epoch(size: int) -> None:
    book = shelf.book()
    first, last = bounds(book, clock.today())
    before = Epoch.objects.filter(id=1).first()
    if before is not None and (before.book, before.first_day, before.last_day) != (book.version, first, last):
        # Copies that others hold go by the days they were told; under another law there may be other days.
        events.publish_law(first, book.version)
    Epoch.objects.all().delete()
    Epoch.objects.create(id=1, first_day=first, last_day=last, book=book.version, size=size)


def advance(size: int) -> None:
    """Note that the projections hold the ledger up to this size."""
    Epoch.objects.filter(id=1).update(size=size)


def _is_current(book: Book, day: date) -> bool:
    with connection.cursor() as cursor:
        # One statement, because every search and every page asks it.
        cursor.execute(
            "SELECT book, first_day, last_day, size, (SELECT MAX(size) FROM ledger_checkpoint)"
            " FROM projections_epoch WHERE id = 1"
        )
        row = cursor.fetchone()
    if row is None or row[0] != book.version or row[3] != (row[4] or 0):
        return False
    first, last = _day(row[1]), _day(row[2])
    return (first is None or first <= day) and (last is None or day <= last)


def _day(value: date | str | None) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value
