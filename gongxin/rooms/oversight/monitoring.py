"""Monitoring of public bodies (监测预警): the questions that reports, duties and complaints raise, each with its numbers.

A question goes to the body with a clock; it is no finding and has no effect on anybody. Bodies are held against their
own past and never against each other.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from gongxin.kernel.estimates import Estimate
from gongxin.kernel.issues import Refusal
from gongxin.kernel.sentences import sentence
from gongxin.kernel.terms import add_months
from gongxin.law import circumstances, monitoring
from gongxin.law.book import Edition
from gongxin.law.monitoring import Alarm, Month, Signal
from gongxin.rooms.oversight import questions, readings, replies
from gongxin.rooms.oversight.replies import KIND, Put
from gongxin.spine import clock, gauges, reporting, serials, shelf
from gongxin.spine.access.models import Body, Role
from gongxin.spine.cases.deciding import unnamed
from gongxin.spine.cases.kinds import Doing, Kind, Placing, register
from gongxin.spine.cases.models import Case
from gongxin.spine.ledger import head

NUMBER_HEADINGS = ("document_no", "文书号", "决定书文号", "行政处罚决定文书号", "行政许可决定文书号", "文号")


@dataclass(frozen=True)
class Hidden:
    """What another source knows that the platform does not (漏报推算), for one body, item and time."""

    provider: str
    item: str
    since: date
    until: date
    handed_in: int
    known_elsewhere: int
    missing: tuple[str, ...]
    """Numbers the other source has and the platform never received (对方有、平台没有的文书号)."""
    estimate: Estimate | None


def alarms(today: date) -> tuple[Alarm, ...]:
    """Return the questions that stand on a day (监测疑问), the latest first; nothing is kept or changed."""
    law = shelf.book().on(today)
    asked_for = {each.rows for each in monitoring.signals(law) if each.rows}
    rows = {gauge: gauges.rows(gauge, today, today) for gauge in sorted(asked_for)}
    found = [
        *_of_reports(today, head.read().root, shelf.book().version),
        *circumstances.standing(rows, law=law, as_of=today),
        *circumstances.of_complaints(readings.told_of(today), law=law, as_of=today),
    ]
    return tuple(sorted(found, key=lambda each: (-each.month.toordinal(), each.provider, each.item, each.key)))


@lru_cache(maxsize=4)
def _of_reports(today: date, _root: bytes, _book: str) -> tuple[Alarm, ...]:
    # The reports of two years are counted once for each state of the ledger and of the law book.
    law = shelf.book().on(today)
    longest = max((each.months for each in monitoring.signals(law)), default=0)
    months = reporting.monthly(add_months(today.replace(day=1), -longest - 1), today)
    return monitoring.alarms(months, _series(months, today, longest), law=law, as_of=today)


def _series(months: Iterable[Month], today: date, longest: int) -> dict[tuple[str, str], list[Any]]:
    law, since = shelf.book().on(today), add_months(today.replace(day=1), -longest)
    found = {}
    for provider, item_id in sorted({(each.provider, each.item) for each in months}):
        item = law.find_item(item_id)
        if item is not None and any(field.id == "document_no" for field in item.fields):
            found[provider, item_id] = serials.series_of(provider, item, today, since=since)
    return found


def signals(today: date) -> tuple[Signal, ...]:
    """Return the circumstances that raise a question on a day (预警信号)."""
    return monitoring.signals(shelf.book().on(today))


def methods(today: date) -> list[tuple[Signal, str]]:
    """Return the circumstances with their rate of false alarms as it is written everywhere (方法和误报率): a dash where there is none."""
    return [(each, f"{each.false_alarms:.1%}" if each.by_chance else "—") for each in signals(today)]


def find(key: str, today: date) -> Alarm | None:
    """Return the question with this mark, if the reports still raise it (按标识查找疑问)."""
    return next((each for each in alarms(today) if each.key == key), None)


def asked(keys: Iterable[str]) -> dict[str, str]:
    """Return which of these questions were put to the body, with the number of the case (已提出的疑问)."""
    rows = Case.objects.filter(kind=KIND, about__in=list(keys)).exclude(state="withdrawn").order_by("opened_at")
    return dict(rows.values_list("about", "number"))


def told(today: date, *, body: str = "") -> list[dict[str, Any]]:
    """Return the questions of a day as command, interface and page give them (疑问数据), one body's or everybody's."""
    found = [each for each in alarms(today) if not body or each.provider == body]
    bodies = Body.objects.in_bulk({each.provider for each in found})
    law, put = shelf.book().on(today), replies.put((each.key for each in found), today)
    return [_as_dict(each, bodies.get(each.provider), law, put.get(each.key)) for each in found]


def refused_body(code: str) -> Refusal | None:
    """Say why nothing can be told of a body, or None (能否按单位查看): one nobody registered is a slip, not a body without questions."""
    if not code or Body.objects.filter(code=code).exists():
        return None
    return Refusal(
        "monitor.body", sentence("没有这个单位：{code}", "No such body: {code}", code=code), None,
        sentence("请写单位代码", "Give the code of the body"),
    )  # fmt: skip


def _as_dict(alarm: Alarm, body: Body | None, law: Edition, put: Put | None) -> dict[str, Any]:
    name, english, region = (body.name, body.name_en, body.region) if body is not None else (alarm.provider, "", "")
    item = law.find_item(alarm.item)
    said = questions.words(alarm, item)
    signal = alarm.signal
    return {
        "key": alarm.key, "signal": signal.id, "name": signal.name, "name_en": signal.name_en, "body": alarm.provider,
        "body_name": name, "body_name_en": english, "region": region, "item": alarm.item,
        "month": f"{alarm.month:%Y-%m}", "seen": alarm.seen, "usual": alarm.usual,
        "limit": alarm.limit, "past": alarm.past, "false_alarms": signal.false_alarms, "certainty": signal.certainty,
        "clause": str(signal.clause or ""), "text": str(said), "text_en": said.english, **_put_dict(put),
        "gaps": [list(each) for each in alarm.series.gaps] if alarm.series is not None else [],
        "rows": list(alarm.rows), "longest_days": alarm.longest, "method": signal.method, "method_en": signal.method_en,
    }  # fmt: skip


def _put_dict(put: Put | None) -> dict[str, Any]:
    """What became of the question beside it (办理情况): its case and clock, and what the body answered."""
    if put is None:
        return {"case": "", "state_name": "", "state_name_en": "", "due": None, "answer": None}
    due = put.due.isoformat() if put.due is not None else None
    return {
        "case": put.case.number, "state_name": put.state.name, "state_name_en": put.state.name_en, "due": due,
        "answer": replies.answer_dict(put),
    }  # fmt: skip


def hidden_dict(found: Hidden) -> dict[str, Any]:
    """Return a comparison as command and interface give it (漏报推算数据)."""
    told_of = found.estimate
    estimate = None if told_of is None else {"total": told_of.total, "low": told_of.low, "high": told_of.high}
    return {
        "body": found.provider, "item": found.item, "from": found.since.isoformat(), "to": found.until.isoformat(),
        "handed_in": found.handed_in, "known_elsewhere": found.known_elsewhere, "missing": list(found.missing),
        "estimate": estimate,
    }  # fmt: skip


def hidden(provider: str, item_id: str, numbers: Sequence[str], *, since: date, until: date) -> Hidden | Refusal:
    """Compare what a body handed in with what another source knows (双源比对), decided between two days.

    `numbers` are document numbers from elsewhere – the body's own site, a court's list, a file of an audit. Refuses an item
    without document numbers and a body nobody knows.
    """
    no = refused_body(provider or "—")
    item = shelf.book().on(until).find_item(item_id)
    if no is not None:
        return no
    if item is None or not any(field.id == "document_no" for field in item.fields):
        return Refusal(
            "monitor.item", sentence("没有这个事项，或者它没有文书号", "No such item, or it has no document numbers"), None,
            sentence("请写目录事项，如 penalty", "Give an item of the catalogue, such as penalty"),
        )  # fmt: skip
    distinct = list(dict.fromkeys(each.strip() for each in numbers if each.strip()))
    present = serials.known(item, Body.objects.get(code=provider).name, distinct)
    first = reporting.decided_between(provider, item_id, since, until)
    law = shelf.book().on(until)
    estimate = monitoring.hidden(first, len(distinct), min(len(present), first), law=law)
    missing = tuple(each for each in distinct if each not in present)
    return Hidden(provider, item_id, since, until, first, len(distinct), missing, estimate)


def numbers_in(path: Path) -> list[str] | Refusal:
    """Return the document numbers of a CSV file of another source (读取对照文件): of the column so headed, or the only one."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        text = path.read_text(encoding="gb18030", errors="replace")
    except OSError as fault:
        return Refusal(
            "monitor.file", sentence("打不开文件：{why}", "The file cannot be opened: {why}", why=str(fault.strerror)), None,
            sentence("请核对路径", "Check the path"),
        )  # fmt: skip
    rows = list(csv.reader(text.splitlines()))
    heads = [cell.strip() for cell in rows[0]] if rows else []
    place = next((n for n, head in enumerate(heads) if head in NUMBER_HEADINGS), 0 if len(heads) == 1 else None)
    if place is None:
        return Refusal(
            "monitor.column", sentence("文件里没有文书号一列", "No column of document numbers in the file"), None,
            sentence("请把列名写成：{names}", "Head the column: {names}", names="、".join(NUMBER_HEADINGS[:3])),
        )  # fmt: skip
    first = 1 if heads[place] in NUMBER_HEADINGS else 0
    return [row[place] for row in rows[first:] if len(row) > place]


def place(asked_for: Placing) -> Placing | Refusal:
    """Say what a question is about (所问疑问): one the reports raise today, put to the body that reports."""
    alarm = find(asked_for.about, clock.today())
    if alarm is None:
        return Refusal("monitor.gone", _GONE, None, _RELOAD)
    if asked([alarm.key]):
        return Refusal("monitor.asked", sentence("已经提出过", "It has been asked already"), None, _RELOAD)
    return asked_for.placed(subject=f"uscc:{alarm.provider}", about=alarm.key, body=alarm.provider)


def check(doing: Doing) -> Refusal | None:
    """Whoever answers or closes is named (办理前检查)."""
    return unnamed(doing)


_GONE = sentence("这项疑问已经不存在", "This question does not stand any more")
_RELOAD = sentence("请刷新疑问列表", "Load the list of questions again")

register(
    Kind(
        KIND,
        place=place,
        check=check,
        answered_by=frozenset({Role.STEWARD, Role.SUPERVISOR}),
        between_bodies=True,
    )
)
