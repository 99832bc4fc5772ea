"""Reading a ban from a penalty's words (禁止期限): how long, from when, in which region – or a person reads it.

The words of a decision are free text. A term counts only where it stands right at the ban (`一年内禁止`, `禁止参加…一年`);
a statute quoted beside it (`在一至三年内`) is never taken for this decision's own term. What is contradictory, outside
the statutory bounds or without a term is left to a person.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from gongxin.kernel.numerals import read_count
from gongxin.kernel.sentences import listed, sentence
from gongxin.kernel.terms import add_months
from gongxin.law.book import Edition
from gongxin.law.citing import Certainty, ClauseRef
from gongxin.law.clauses import clause
from gongxin.law.model import Item

_NUMBER = r"(?:[0-9]{1,2}|[一二两三四五六七八九十]{1,3})"
# A term of years or months. It may not be one end of a range (一至三年, 1-3年, 一年至三年), nor the tail of a date.
_TERM = (
    rf"(?<![0-9一二两三四五六七八九十至到~—–-])(?:(?P<years>{_NUMBER})年年?(?:零?(?P<extra>{_NUMBER})个月|(?P<half>半))?"
    rf"|(?P<months>{_NUMBER})个月)(?![0-9]*[至到~—–-][0-9一二两三])"
)
_DAY = r"([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})日?"
_SPAN = re.compile(rf"{_DAY}起?(?:至|到|-|—|–|~)+{_DAY}")
_FROM = re.compile(rf"(?:自|从){_DAY}起(?!至|到)")
_SEGMENT = re.compile(r"[。;!?\n]+")
_BEFORE = re.compile(rf"{_TERM}(?:之内|以内|内|期间)?(?:\([^)]*\))?,?(?:并|将|依法)?禁止")
_AFTER = re.compile(rf"(?:禁止|取消)[^,。;]{{0,60}}?{_TERM}")
_REGION = re.compile(r"参[加与](?:了)?(?P<region>[^,。;()政]{1,20}?[省市县区州盟旗])(?:的|内)?政府采购")
_PROCUREMENT = re.compile(r"禁止[^。;]{0,60}政府采购|取消[^。;]{0,60}政府采购[^。;]{0,8}资格")
_AGENCY = re.compile(
    r"禁止[^。;]{0,40}代理[^。;]{0,20}政府采购|禁止[^。;]{0,20}政府采购代理|暂停[^。;]{0,20}代理[^。;]{0,12}政府采购"
)
_TENDERING = re.compile(r"取消[^。;]{0,80}投标[^。;]{0,4}资格|禁止[^。;]{0,60}投标|限制[^。;]{0,40}投标资格")


@dataclass(frozen=True, slots=True)
class Ban:
    """A ban as read (禁止期限). `undecided` says why a person has to read it; then there is no end date."""

    months: int | None
    until: date | None
    undecided: str | None
    clause: ClauseRef | None
    scope: str | None = None
    region: str | None = None
    starts_on: date | None = None
    certainty: Certainty = "verified"
    note: str = ""


@dataclass(frozen=True, slots=True)
class _Words:
    """What the words alone say, before any date of the record is looked at."""

    scope: str | None
    terms: tuple[int, ...]
    spans: tuple[tuple[date, date, bool], ...]
    start: date | None
    region: str | None
    later_start: bool


@clause("GPL-2014", 77, 1)
@clause("GPL-2014", 78)
@clause("TBL-2017", 53)
@clause("TBL-2017", 54)
@clause("TBR-2019", 67)
@clause("TBR-2019", 68)
@clause("CC-2020", 202)
def read_ban(
    penalty_text: str | None,
    basis: str | None,
    decided_on: date | None,
    *,
    law: Edition,
    announced_on: date | None = None,
) -> Ban:
    """Read from a penalty's words until when its subject is banned (读取禁止期限).

    Law:      政府采购法 77 (one to three years for suppliers), 78 (agencies); 招标投标法 53, 54; 民法典 202 for the end
    Facts:    the words of the penalty, its stated basis, the day of the decision
    Returns:  Ban: months and last day (inclusive), or the reason why a person has to read it
    Refuses:  never; silence about any ban comes back without months and without scope
    """
    words = _read(penalty_text or "")
    if words.scope is None:
        return Ban(None, None, None, None)
    bounds = law.find_parameter(f"ban.{words.scope}.min"), law.find_parameter(f"ban.{words.scope}.max")
    source = bounds[1].source if bounds[1] else None

    def left_to_a_person(reason: str) -> Ban:
        return Ban(None, None, reason, source, words.scope, words.region)

    if words.scope == "several":
        return left_to_a_person(
            sentence("处罚内容同时写有几种禁止或者取消资格", "Several bans or disqualifications are written at once")
        )
    shortest, longest = bounds
    if shortest is None or longest is None:
        return left_to_a_person(
            sentence("法典没有该类禁止期限的法定幅度", "The law book has no statutory range for this ban")
        )
    if decided_on is None:
        return left_to_a_person(
            sentence("没有决定日期，无法计算禁止期限", "There is no day of decision to count the ban from")
        )
    spans = [span for span in words.spans if span[1] > decided_on]
    if not words.terms:
        own = {(start, end) for start, end, beside in spans if beside}
        if len(own) != 1:
            return left_to_a_person(
                sentence("处罚内容没有写明可读的禁止期限", "No term of the ban can be read from the penalty")
            )
        start, end = own.pop()
        months = _months_between(start, end)
        if months is None or not shortest.number() <= months <= longest.number():
            return left_to_a_person(
                sentence("写明的起止日 {start} 至 {end} 不在法定幅度内", "The days written, {start} to {end}, are not within the statutory range",
                         start=start, end=end)
            )  # fmt: skip
        return Ban(months, end, None, source, words.scope, words.region, start, longest.certainty)
    if len(words.terms) > 1:
        said = listed(sentence("{n}个月", "{n} months", n=months) for months in words.terms)
        return left_to_a_person(
            sentence("处罚内容写有不同的期限（{terms}）", "Different terms are written ({terms})", terms=said)
        )
    months = words.terms[0]
    if not shortest.number() <= months <= longest.number():
        return left_to_a_person(
            sentence("期限 {months} 个月不在法定幅度 {least} 至 {most} 个月内",
                     "A term of {months} months is not within the statutory range of {least} to {most}",
                     months=months, least=shortest.number(), most=longest.number())
        )  # fmt: skip
    tolerance = law.parameter("ban.range.tolerance").number()
    fitting = {(start, end) for start, end, _ in spans if abs((add_months(start, months) - end).days) <= tolerance}
    if len(fitting) > 1 or (not fitting and any(beside for *_, beside in spans)):
        return left_to_a_person(sentence("写明的起止日与期限不一致", "The days written do not agree with the term"))
    if fitting:
        start, end = fitting.pop()
        return Ban(months, end, None, source, words.scope, words.region, start, longest.certainty)
    start = words.start or decided_on
    note = (
        sentence(
            "起算日为送达、生效或者公告之日，此处按决定日计算，可能早于实际届满日",
            "The ban begins with service, effect or announcement; here it is counted from the decision and may end later in fact",
        )
        if words.later_start
        else ""
    )
    return Ban(
        months, add_months(start, months), None, source, words.scope, words.region, start, longest.certainty, note
    )


def mentions_ban(penalty_text: str | None) -> bool:
    """Whether the words speak of any ban at all (是否提到禁止), without reading its term."""
    return _read(penalty_text or "").scope is not None


BARRED = "barred_until"
"""The field in which a decision names the last day of a bar it orders (取消资格至)."""
HONOURS = "honours"


def barred(item: Item, until: date | None) -> Ban | None:
    """The bar from honours that a decision orders (取消荣誉评选资格), with the last day it names; None where there is none."""
    if until is None or item.find_field(BARRED) is None:
        return None
    return Ban(None, until, None, item.bases[0] if item.bases else None, HONOURS)


def carries_ban(item: Item) -> bool:
    """Whether entries of a catalogue item carry a ban with an end of its own (是否带有禁止期限), as its rule or a field says."""
    return item.publication_rule == "procurement-list" or item.find_field(BARRED) is not None


@lru_cache(maxsize=65_536)
def _read(text: str) -> _Words:
    said = re.sub(r"[^\S\n]+", "", unicodedata.normalize("NFKC", text)).replace("\r", "\n")
    segments = [segment for segment in _SEGMENT.split(said) if segment]
    scope: str | None = None
    terms: list[int] = []
    spans: list[tuple[date, date, bool]] = []
    start: date | None = None
    region: str | None = None
    later_start = False
    for segment in segments:
        found = _scope_of(segment)
        for match in _SPAN.finditer(segment):
            begins, ends = _day(match.groups()[:3]), _day(match.groups()[3:])
            if begins and ends and begins < ends:
                spans.append((begins, ends, found is not None))
        if found is None:
            continue
        # A ban on acting as agency beside one on supplying, or on tendering, are two bans: a person keeps them apart.
        scope = found if scope in (None, found) else "several"
        terms += _terms(segment)
        begins_on = _FROM.search(segment)
        start = (_day(begins_on.groups()) if begins_on else None) or start
        place = _REGION.search(segment)
        region = place["region"] if place else region
        later_start = later_start or re.search(r"(送达|生效|下达|公告|公布)之日起", segment) is not None
    return _Words(scope, tuple(dict.fromkeys(terms)), tuple(spans), start, region, later_start)


def _scope_of(segment: str) -> str | None:
    if _AGENCY.search(segment):
        return "procurement-agency"
    if _PROCUREMENT.search(segment):
        return "procurement"
    if _TENDERING.search(segment):
        return "tendering"
    return None


def _terms(segment: str) -> list[int]:
    without_spans = _SPAN.sub("", segment)
    before = [_months(match) for match in _BEFORE.finditer(without_spans)]
    after = [_months(match) for match in _AFTER.finditer(_BEFORE.sub("", without_spans))] if not before else []
    return before + after


def _months(match: re.Match[str]) -> int:
    # What cannot be read counts as nothing, which no statutory range holds: a person reads it.
    if match["months"] is not None:
        return read_count(match["months"]) or 0
    extra = 6 if match["half"] else (read_count(match["extra"]) or 0) if match["extra"] else 0
    return (read_count(match["years"]) or 0) * 12 + extra


def _day(parts: tuple[str | None, ...]) -> date | None:
    try:
        return date(*(int(part or "") for part in parts))
    except ValueError:
        return None


def _months_between(start: date, end: date) -> int | None:
    """Whole months from start to end, where offices write the end as the corresponding day or the day before it."""
    for months in range(1, 121):
        if -1 <= (end - add_months(start, months)).days <= 0:
            return months
    return None
