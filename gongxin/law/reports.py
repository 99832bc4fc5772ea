"""Reports (信用报告): which sections one has, how far back a special one may look, how long it is good for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from gongxin.kernel.issues import Refusal
from gongxin.kernel.sentences import listed, named, sentence
from gongxin.kernel.terms import add_years
from gongxin.law.book import Edition, Item
from gongxin.law.citing import Certainty
from gongxin.law.clauses import clause

STANDARD, SPECIAL = "standard", "special"
KINDS = (STANDARD, SPECIAL)
OTHER_SECTOR = "other"
REGISTER = "01"
"""The catalogue's class of registrations: it says who the subject is, and stands at the head of a report."""


@dataclass(frozen=True, slots=True)
class Section:
    """A section of a report (报告栏目) with the items that belong to it under this edition."""

    id: str
    name: str
    short: str
    name_en: str
    by_item: bool
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Sector:
    """A sector (领域) of a special report: a decision belongs to it when its authority's name holds one of the words."""

    id: str
    name: str
    name_en: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Period:
    """The period a special report is about (所选期间), both days included."""

    since: date
    until: date


@clause("PCR-2022")
def sections_of(kind: str, *, law: Edition) -> tuple[Section, ...]:
    """Return the sections of a report in their order (报告栏目), registration first.

    Law:      公共信用信息报告标准（2022年版）; for a special report 发改财金〔2025〕565号 (only what is adverse)
    Facts:    the kind of report, standard or special
    Returns:  sections with the items of this edition, also those for which the catalogue has no item yet
    Refuses:  LawSilent when the book has no sections
    """
    wanted = law.parameter("report.special.polarity").text() if kind == SPECIAL else ""
    sections = []
    for row in law.parameter("report.sections").table():
        items = tuple(
            item
            for item in law.items()
            if _belongs(item, row, law) and (not wanted or item.polarity == wanted or item.category == REGISTER)
        )
        if kind == SPECIAL and not items:
            continue
        said = {key: str(row.get(key) or "") for key in ("id", "name", "short", "name_en")}
        sections.append(Section(**said, by_item=bool(row.get("by_item")), items=items))
    return tuple(sections)


@clause("FGCJ-2025-565")
def check_period(since: date | None, until: date | None, *, today: date, law: Edition) -> Period | Refusal:
    """Return the period of a special report, or why it cannot be chosen (专项报告期间).

    Law:      发改财金〔2025〕565号: a chosen period of so many years at most; counted by the civil code's corresponding day
    Facts:    first and last day; without a last day it ends today, without a first day it is as long as the law allows
    Returns:  Period, both days included
    Refuses:  a period that ends after today, begins after its end, or is longer than the law allows
    """
    most = law.parameter("report.special.years")
    end = until or today
    earliest = add_years(end, -most.number())
    begin = since or earliest
    basis = str(law.cite(most.source)) if most.source is not None else None
    if end > today:
        return Refusal(
            "report.period",
            sentence("期间的最后一天 {end} 还没有到", "The last day of the period, {end}, lies ahead", end=end), basis,
            sentence("最后一天最晚写 {today}（出具报告的当天）", "The last day is {today} at the latest, the day of the report",
                     today=today),
        )  # fmt: skip
    if begin > end:
        return Refusal(
            "report.period",
            sentence("期间的第一天 {begin} 晚于最后一天 {end}", "The first day {begin} is later than the last day {end}",
                     begin=begin, end=end),
            basis, sentence("请把两个日期对调", "Exchange the two days"),
        )  # fmt: skip
    if begin < earliest:
        return Refusal(
            "report.period",
            sentence("期间最长 {most} 年，{begin} 至 {end} 超过了", "The period is {most} years at most; {begin} to {end} is longer",
                     most=most.number(), begin=begin, end=end),
            basis,
            sentence("第一天最早写 {earliest}；更早的情况请向作出决定的单位查档",
                     "The first day is {earliest} at the earliest; ask the deciding body for what lies before", earliest=earliest),
        )  # fmt: skip
    return Period(begin, end)


@clause("FGCJ-2025-565")
def sectors_of(chosen: Sequence[str], *, law: Edition) -> tuple[Sector, ...] | Refusal:
    """Return the chosen sectors in the book's order, all of them when none is named (所选领域).

    Law:      发改财金〔2025〕565号
    Facts:    ids of sectors
    Returns:  sectors
    Refuses:  an id the book does not hold
    """
    value = law.parameter("report.special.sectors")
    known = {str(row["id"]): _sector(row) for row in value.table()}
    unknown = [each for each in chosen if each not in known]
    if unknown:
        basis = str(law.cite(value.source)) if value.source is not None else None
        names = listed(
            sentence("{id}（{name}）", "{id} ({name})", id=each.id, name=named(each)) for each in known.values()
        )
        return Refusal(
            "report.sector",
            sentence("没有“{id}”这个领域", "There is no field of administration “{id}”", id=unknown[0]), basis,
            sentence("可选：{names}", "Choose from: {names}", names=names),
        )  # fmt: skip
    return tuple(sector for sector in known.values() if not chosen or sector.id in chosen)


def sector_for(authority: str, *, law: Edition) -> str:
    """Return the id of the sector an authority belongs to by its name (机关所属领域), `other` where no word fits."""
    for row in law.parameter("report.special.sectors").table():
        if any(word in authority for word in row.get("words") or ()):
            return str(row["id"])
    return OTHER_SECTOR


def valid_until(issued: date, *, law: Edition) -> date:
    """Return the last day on which a report is good (有效期截止日); the day of issue is the first."""
    return issued + timedelta(days=law.parameter("report.valid.days").number() - 1)


def certainty_of(kind: str, *, law: Edition) -> Certainty:
    """Return how sure the book is of what a report rests on (报告依据的确信度)."""
    name = "report.special.years" if kind == SPECIAL else "report.sections"
    return law.parameter(name).certainty


def _sector(row: Mapping[str, Any]) -> Sector:
    words = tuple(str(word) for word in row.get("words") or ())
    return Sector(str(row["id"]), str(row["name"]), str(row.get("name_en", "")), words)


def _belongs(item: Item, row: Mapping[str, Any], law: Edition) -> bool:
    """Tell whether an item stands in a section: by its class, or as an item that only a local book defines.

    What is read in its matters alone stands in no report, which is made to be shown to others.
    """
    if item.confined:
        return False
    first = law.book.layers[0] if law.book.layers else ""
    is_local = law.book.definitions["items"][item.id].layer != first
    if is_local and item.category != REGISTER:
        return bool(row.get("local"))
    return item.category in (row.get("categories") or ())
