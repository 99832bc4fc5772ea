"""How terms are written in words (期限的写法): filled from the value, never typed beside it.

A procedure's text says `{term}` where its term stands; the number and its unit are written from the procedure's own
`term` and `unit`. A lawyer who changes a term so changes the sentence with it. What a text or a note says in figures
or in Chinese numerals can be read back and held against the value.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from gongxin.kernel.numerals import read_count
from gongxin.kernel.sentences import Sentence, in_english

PLACE = "{term}"
"""Where the term stands in a procedure's text."""

UNITS: Mapping[str, tuple[str, str]] = {
    "days": ("日", "day"),
    "workdays": ("个工作日", "working day"),
    "months": ("个月", "month"),
    "years": ("年", "year"),
}
"""Unit of a term → how it is written in Chinese and, for one of it, in English."""

MEASURES: Mapping[str, str] = {"wan": "万元", "yuan": "元"}
"""Unit of a catalogue field → how it is written behind a figure."""
MEASURES_EN: Mapping[str, str] = {"wan": "ten thousand yuan", "yuan": "yuan"}

_FIGURES = r"[0-9]{1,3}|[一二三四五六七八九十两]{1,3}"
_SAID = re.compile(
    rf"(?<![0-9第〔月一二三四五六七八九十两])(?:({_FIGURES}) ?(?:日|天|年|个月)? ?[至到—-] ?)?({_FIGURES}) ?(个工作日|工作日|个月|年|日|天)"
    r"(?!版|度|[0-9一二三四五六七八九十]{1,2}月)"
)
_SAID_EN = re.compile(r"\b([0-9]{1,3})[ -](working days?|workdays?|days?|months?|years?)\b", re.IGNORECASE)
_KINDS = {"个工作日": "workdays", "工作日": "workdays", "个月": "months", "年": "years", "日": "days", "天": "days"}


def term_text(term: int, unit: str, *, english: bool = False) -> str:
    """Return a term in words (期限用语): `3 个工作日`, `6 个月`; in English `3 working days`, `1 month`."""
    chinese, name = UNITS[unit]
    if not english:
        return f"{term} {chinese}"
    return f"{term} {name}" if term == 1 else f"{term} {name}s"


def measured(name: str, text: str, unit: str | None) -> tuple[str, str]:
    """Return a field's name and value with its unit written out (带单位的字段值): the unit stands by the figure alone.

    A name that says the unit as well (罚款金额（万元）) would say it twice.
    """
    if not unit:
        return name, text
    written = MEASURES.get(unit, unit)
    plain = name.removesuffix(f"（{written}）")
    value = Sentence(f"{text} {written}", f"{in_english(text)} {MEASURES_EN.get(unit, written)}")
    return (Sentence(plain, name.english) if isinstance(name, Sentence) else plain), value


def filled(text: str, term: int | None, unit: str, *, english: bool = False) -> str:
    """Return a text with its term written in (填入期限); a text without the place, or without a term, is left as it is.

    In Chinese a half-width space stands between characters and figures on both sides, whatever the text left.
    """
    if term is None or unit not in UNITS or PLACE not in text:
        return text
    said = term_text(term, unit, english=english)
    if english:
        return text.replace(PLACE, said)
    return re.sub(r"(?<=[\u4e00-\u9fff])\s*" + re.escape(PLACE), " " + said, text).replace(PLACE, said)


def terms_in(text: str) -> frozenset[tuple[int, str]]:
    """Return the terms that a text says in figures or numerals, Chinese or English (文字中的期限): number and unit.

    Of a range (一至三年) both ends. Years of the calendar, editions (2024年版) and numbers of articles are none.
    """
    found: set[tuple[int, str]] = set()
    for first, last, word in _SAID.findall(text):
        found.update((number, _KINDS[word]) for figure in (first, last) if (number := read_count(figure)))
    for figure, word in _SAID_EN.findall(text):
        plain = word.lower().rstrip("s")
        unit = "workdays" if plain in ("working day", "workday") else plain + "s"
        found.add((int(figure), unit))
    return frozenset(found)


def says(text: str, number: int, unit: str) -> bool:
    """Whether a text that says terms also says this one (文字与值相符); a text that says none does not contradict.

    A statute may say 日 where another of its articles makes it working days; the text must then say so itself.
    """
    told = terms_in(text)
    if unit == "workdays" and "工作日" in text and (number, "days") in told:
        return True
    return not told or bool(told & _same(number, unit))


def _same(number: int, unit: str) -> frozenset[tuple[int, str]]:
    """Return the ways to say one length (同一长度的写法): twelve months are a year, and nothing else is so converted."""
    ways = {(number, unit)}
    if unit == "months" and number % 12 == 0:
        ways.add((number // 12, "years"))
    if unit == "years":
        ways.add((number * 12, "months"))
    return frozenset(ways)
