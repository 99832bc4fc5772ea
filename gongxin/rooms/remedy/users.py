"""Users of a record (使用过记录的单位): which looks had it in their answer, by the access log and the ledger alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from gongxin.law.book import Book, LawSilent
from gongxin.law.standing import Line, fold
from gongxin.spine import clock
from gongxin.spine.access import traces, withheld
from gongxin.spine.access.models import Look
from gongxin.spine.ledger.models import Entry


@dataclass(frozen=True)
class Users:
    """Who used a record (使用单位): body → numbers of its looks. What its subject is not told of yet is not counted."""

    by_body: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    bodies_shown: int = 0
    looks_shown: int = 0


def of_record(line: Line, book: Book) -> Users:
    """Return the looks in a matter whose answer held this record (使用过该记录的查阅): single ones and sealed batches.

    A look held it when the matter sees its item and the record was in use on the day asked about, by what the ledger
    told at the moment of the look. Reports made on a matter are looks as well.
    """
    # The last day there is: a body is told also of looks whose subject learns of them later.
    found, _count = traces.traces_of(line.subject, limit=None, today=date.max)
    entered = dict(Entry.objects.filter(seq__in=[act.seq for act in line.acts]).values_list("seq", "at"))
    held = [trace.look for trace in found if trace.look.body and _held(trace.look, line, entered, book)]
    hidden = withheld.hidden([look.number for look in held], clock.today())
    by_body: dict[str, list[str]] = {}
    for look in held:
        by_body.setdefault(look.body, []).append(look.number)
    shown = [look for look in held if look.number not in hidden]
    return Users(
        {body: tuple(numbers) for body, numbers in by_body.items()}, len({look.body for look in shown}), len(shown)
    )


def _held(look: Look, line: Line, entered: Mapping[int, datetime], book: Book) -> bool:
    if not look.matter:
        return False
    try:
        matter = book.on(look.as_of).matter(look.matter)
    except LawSilent:
        return False
    if line.item not in matter.sees:
        return False
    known = [act for act in line.acts if act.seq in entered and entered[act.seq] <= look.at]
    then = fold(known, book=book, as_of=look.as_of) if known else None
    return then is not None and then.usable
