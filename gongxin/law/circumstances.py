"""What raises a question beside reports (履约与投诉监测): things past their day, complaints, debts, bases that had ended.

A date that has passed is a fact, and a question names each row it rests on. Of complaints a body is held against its own
past, with the rate at which chance alone would raise the question; never one body against another.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from gongxin.kernel import estimates
from gongxin.kernel.terms import add_months
from gongxin.law.book import Book, Edition
from gongxin.law.clauses import clause
from gongxin.law.gauges import Row
from gongxin.law.model import Instrument
from gongxin.law.monitoring import Alarm, Month, Signal, season, signals

RISE, SLOW = "complaint-rise", "complaint-slow"
_TITLE = re.compile(r"《([^《》]+)》")
_STATE = "中华人民共和国"


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is counted of a complaint (投诉要素): about whom, handled by whom, when it came and when it was answered."""

    number: str
    against: str
    handler: str
    opened: date
    answered: date | None


@clause("GF-2016-76", "三（三）")
def standing(rows: Mapping[str, Iterable[Row]], *, law: Edition, as_of: date) -> tuple[Alarm, ...]:
    """Which questions single things raise on a day (逐项疑问).

    Law:      国发〔2016〕76号 三（三）: monitoring and early warning on public bodies' integrity
    Facts:    gauge → its rows as of the day
    Returns:  a tuple of Alarm, one for each body and circumstance, with the rows it rests on
    Refuses:  never
    """
    found = []
    for signal in signals(law):
        by_body: dict[str, list[Row]] = defaultdict(list)
        for row in rows.get(signal.rows, ()) if signal.rows else ():
            if row.missed and row.open:
                by_body[row.body].append(row)
        for body, own in sorted(by_body.items()):
            if len(own) >= signal.minimum:
                longest = (as_of - min(row.on for row in own)).days
                links = tuple(row.link for row in sorted(own, key=lambda row: (row.on, row.link)))
                month = as_of.replace(day=1)
                found.append(Alarm(signal, body, "", month, len(own), None, None, 0, rows=links, longest=longest))
    return tuple(found)


@clause("GF-2016-76", "三（三）")
def of_complaints(complaints: Iterable[Complaint], *, law: Edition, as_of: date) -> tuple[Alarm, ...]:
    """Which questions complaints raise on a day (投诉疑问): more of them than usual, or slower answers than usual.

    Law:      国发〔2016〕76号 三（三）
    Facts:    complaints with their days
    Returns:  a tuple of Alarm; the running month is not looked at, since it is not over
    Refuses:  never; where the past says too little there is no question
    """
    told = {each.id: each for each in signals(law)}
    known, latest = list(complaints), add_months(as_of.replace(day=1), -1)
    found = [*_rise(told[RISE], known, latest)] if RISE in told else []
    return tuple(found + ([*_slow(told[SLOW], known, latest)] if SLOW in told else []))


def _rise(signal: Signal, known: list[Complaint], latest: date) -> Iterator[Alarm]:
    first = min((each.opened.replace(day=1) for each in known), default=latest)
    months = _months(max(first, add_months(latest, -signal.months)), latest)
    by_body: dict[str, dict[date, list[str]]] = defaultdict(lambda: defaultdict(list))
    for each in known:
        by_body[each.against][each.opened.replace(day=1)].append(each.number)
    for body, own in sorted(by_body.items()):
        # Months in which nobody complained of this body are part of its past, since the first complaint of all.
        whole = [Month(body, "", month, len(own.get(month, ())), 0) for month in months]
        if not whole or whole[-1].month != latest:
            continue
        past = season(whole[-1], whole[:-1])
        limit = estimates.most([each.received for each in past], false_alarms=signal.false_alarms)
        if limit is not None and whole[-1].received >= max(signal.minimum, 1) and whole[-1].received > limit.limit:
            rows = tuple(f"case:{number}" for number in sorted(own[latest]))
            yield Alarm(signal, body, "", latest, len(rows), limit.usual, limit.limit, limit.past, rows=rows)


def _slow(signal: Signal, known: list[Complaint], latest: date) -> Iterator[Alarm]:
    since, after = add_months(latest, -signal.months), add_months(latest, 1)
    by_handler: dict[str, list[Complaint]] = defaultdict(list)
    for each in known:
        if each.handler and each.answered is not None and since <= each.answered < after:
            by_handler[each.handler].append(each)
    for handler, own in sorted(by_handler.items()):
        now = [each for each in own if each.answered is not None and each.answered >= latest]
        past = [each for each in own if each not in now]
        slower = estimates.slower(_days(now), _days(past), false_alarms=signal.false_alarms)
        if slower is not None and len(now) >= signal.minimum:
            rows = tuple(f"case:{each.number}" for each in sorted(now, key=lambda each: each.number))
            yield Alarm(signal, handler, "", latest, slower.now, slower.usual, None, slower.past, rows=rows)


def ended_titles(book: Book, since: date) -> tuple[str, ...]:
    """Return the titles of instruments that another one replaced on or after a day (已被替代的法规名称).

    They are what a search begins with; whether the basis of one record had ended `ended_basis` says.
    """
    gone = [each for each in _replaced(book) if each.until is not None and each.until >= since]
    return tuple(sorted({name for each in gone for name in _names(each)}))


@clause("GF-2016-76", "三（三）")
def ended_basis(basis: str, decided: date, *, book: Book) -> tuple[Instrument, ...]:
    """Which instruments a decision rests on that had ended when it was made (作出时已失效的依据).

    Law:      国发〔2016〕76号 三（三）; whether the older law still applied, because the conduct was earlier, the body says
    Facts:    the basis as the record names it, the day of the decision
    Returns:  instruments, the latest to end first; one that goes on under its title, revised, is none
    Refuses:  never; a title the book does not hold says nothing
    """
    ended = [each for each in _replaced(book) if each.until is not None and each.until < decided]
    named = {_plain(each) for each in _TITLE.findall(basis)}
    found = [each for each in ended if not named.isdisjoint(_names(each))]
    return tuple(sorted(found, key=lambda each: each.until or date.min, reverse=True))


def _replaced(book: Book) -> list[Instrument]:
    """The instruments that another one took the place of under another title (被替代的文件)."""
    found = []
    for successor in book.instruments.values():
        for old in (book.instruments.get(each) for each in successor.replaces):
            if old is not None and _names(old).isdisjoint(_names(successor)):
                found.append(old)
    return found


def _names(instrument: Instrument) -> frozenset[str]:
    return frozenset(_plain(name) for name in (instrument.title, instrument.short) if name)


def _plain(title: str) -> str:
    """The title as all forms of it share it: with or without the name of the state."""
    return title.strip().removeprefix(_STATE)


def _days(complaints: Iterable[Complaint]) -> list[int]:
    return [(each.answered - each.opened).days for each in complaints if each.answered is not None]


def _months(first: date, last: date) -> list[date]:
    found = []
    while first <= last:
        found.append(first)
        first = add_months(first, 1)
    return found
