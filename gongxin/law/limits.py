"""Limits set by law (法定限制): bans and bars from a profession that no credit repair shortens, each with its clause."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from gongxin.kernel.terms import add_months
from gongxin.law.book import Edition
from gongxin.law.citing import Certainty, ClauseRef
from gongxin.law.clauses import clause
from gongxin.law.facts import RecordFacts
from gongxin.law.reading import Reader
from gongxin.law.wording import filled


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit set by law that repair does not shorten (修复不能缩短的限制).

    `effect`: `never` – no repair; `waits` – not before its end; `keeps` – the entry can be repaired, the limit stays.
    """

    id: str
    effect: str
    text: str
    text_en: str
    clause: ClauseRef | None
    certainty: Certainty
    until: date | None


@clause("FSL-2021", 135)
@clause("NDRC-36", 2)
def limits_of(facts: RecordFacts, payload: Mapping[str, str | None], *, law: Edition, today: date) -> list[Limit]:
    """Limits set by law that concern an entry (法定限制): each with its clause and, where it ends, its last day.

    Law:      `repair.limits` of the book; 食品安全法 135 for bars from the food trade; a running ban is not performed yet
    Facts:    the record's facts; its basis and content, in which the law and the length of a bar are named
    Returns:  those that are not over on `today`, in the order of the book
    Refuses:  never
    """
    value = law.find_parameter("repair.limits")
    found = []
    for body in value.table() if value is not None else ():
        row = Reader(body, "parameters.repair.limits", law.book.instruments)
        until = _limited_until(row, facts, payload)
        if until is None or (until is not date.max and until < today):
            continue
        months = row.number("months")
        found.append(
            Limit(
                row.text("id", None), row.one_of("effect", ("never", "waits", "keeps")),
                filled(row.text("text", None), *_term(months)),
                filled(row.text("text_en"), *_term(months), english=True),
                row.find_ref("source"), row.certainty("unverified"), None if until is date.max else until,
            )
        )  # fmt: skip
    return found


def _limited_until(row: Reader, facts: RecordFacts, payload: Mapping[str, str | None]) -> date | None:
    """The last day of a limit that concerns this entry; date.max where it has no end, None where it does not concern."""
    if row.text("when") == "ban":
        return facts.ban_until if facts.ban_scope not in (None, "cleared") else None
    if row.texts("items") and facts.item not in row.texts("items"):
        return None
    if row.texts("kinds") and not facts.kinds & set(row.texts("kinds")):
        return None
    for key, fields in (("basis", ("basis",)), ("content", ("penalty_content", "facts", "violation"))):
        said = "".join(payload.get(name) or "" for name in fields)
        if row.texts(key) and not any(mark in said for mark in row.texts(key)):
            return None
    months = row.number("months")
    if months is None:
        return date.max
    return add_months(facts.decided_on, months) if facts.decided_on is not None else date.max


def _term(months: int | None) -> tuple[int | None, str]:
    """A term in whole years where it is one (期限用语)."""
    return (months // 12, "years") if months is not None and months % 12 == 0 else (months, "months")
