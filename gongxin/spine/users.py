"""Users of a record (使用过记录的单位): which looks had it in their answer, by the access log and the ledger alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from gongxin.law.book import Book, LawSilent
from gongxin.law.standing import Act, Line, fold
from gongxin.spine import clock, shelf
from gongxin.spine.access import traces, withheld
from gongxin.spine.access.models import Look
from gongxin.spine.ledger import payloads
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
    return _of(line.acts, traces.looks_at([line.subject])[line.subject], book)


@dataclass(frozen=True)
class Overtaken:
    """An act on a record that somebody had used (被使用过的记录发生的变动), and who."""

    act: Act
    subject: str
    """Whose record it was before."""
    document: str
    users: Users


def before(acts: Sequence[Act]) -> Iterator[Overtaken]:
    """Yield those of these acts whose record somebody had used as it was before them (变动以前的使用单位).

    All of them are looked up at once: the sealed batches are opened one time, however long the file that corrects.
    Nothing of a record is told but the number of its document, to be named to whoever had it in an answer.
    """
    book, of_record = shelf.book(), {act.record: act for act in reversed(acts)}
    # Each record as it was before the first of these acts on it.
    past = {
        history.record: tuple(each for each in history.acts if each.seq < of_record[history.record].seq)
        for history in payloads.histories(of_record)
    }
    named = {record: {each.subject for each in said} for record, said in past.items()}
    looked = traces.looks_at(set().union(*named.values()))
    for record, said in past.items():
        at = {look.number: look for subject in named[record] for look in looked[subject]}
        used = _of(said, sorted(at.values(), key=_latest_first, reverse=True), book) if said and at else Users()
        if used.by_body:
            act, document = of_record[record], str(said[0].payload.get("document_no") or "")
            yield Overtaken(act, said[-1].subject, document, used)


def _of(acts: Sequence[Act], looks: Iterable[Look], book: Book) -> Users:
    entered = dict(Entry.objects.filter(seq__in=[act.seq for act in acts]).values_list("seq", "at"))
    held = [look for look in looks if look.body and _held(look, acts, entered, book)]
    hidden = withheld.hidden([look.number for look in held], clock.today())
    by_body: dict[str, list[str]] = {}
    for look in held:
        by_body.setdefault(look.body, []).append(look.number)
    shown = [look for look in held if look.number not in hidden]
    return Users(
        {body: tuple(numbers) for body, numbers in by_body.items()}, len({look.body for look in shown}), len(shown)
    )


def _latest_first(look: Look) -> tuple[datetime, str]:
    return look.at, look.number


def _held(look: Look, acts: Sequence[Act], entered: Mapping[int, datetime], book: Book) -> bool:
    if not look.matter:
        return False
    try:
        matter = book.on(look.as_of).matter(look.matter)
    except LawSilent:
        return False
    if not acts or acts[0].item not in matter.sees:
        return False
    known = [act for act in acts if act.seq in entered and entered[act.seq] <= look.at]
    then = fold(known, book=book, as_of=look.as_of) if known else None
    return then is not None and then.usable
