"""The anatomy of a sheet (表的结构): which row is the heading, and which rows are no records.

Departments send sheets made for the eye: a title above the heading, 北京市（92所） between the rows, 合计 and 注： below.
Everything here judges by form alone. A row that is left out is always listed with its reason, never dropped.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

Cells = Sequence[str | None]
Known = Callable[[str], bool]
"""Tells whether a text is a heading the law book knows; reading itself knows no law."""

SEARCHED_ROWS = 40
"""A heading further down than this is none that a person would have put above a table."""

_NUMBER = re.compile(r"[-+]?[\d,，]*\.?\d+(?:[eE][-+]?\d+)?%?|-{1,3}|/")
_DATE = re.compile(
    r"(?:19|20)\d{2}[-/.年]\d{1,2}(?:[-/.月]\d{0,2}日?)?(?:[ T]\d{1,2}:\d{2}(?::\d{2})?)?|(?:19|20)\d{6}"
)
_CODE = re.compile(r"(?=.*\d)[0-9A-Za-z\-]{8,}")
_TOTAL = re.compile(r"[（(]?(?:[合总小共累]\s*计|总\s*数)[)）]?(?:数|金额)?(?:[:：(（].*)?|本页小计.*")
TOTAL_START = r"^\s*[（(]?(?:[合总小共累]\s*计|总\s*数|本页小计)"
"""A cheap sign, for whole columns, that a row may be one of totals."""
_GROUP = re.compile(r".{1,40}[（(](?:共计?|合计)?\s*\d+\s*(?:所|家|个|户|条|项|人|件|名|宗|笔)[)）]")
_NOTE = re.compile(
    r"(?:附?注|备注|说明|填表说明|填报说明|数据来源|资料来源|来源|附件|提示|notes?|(?:data )?sources?)\s*\d*\s*[:：、.].*",
    re.DOTALL | re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)\d{2}(?:年度?)?")
_SIGNATURE = re.compile(r"[\u4e00-\u9fff\s]{1,12}[:：].{0,40}", re.DOTALL)
_FIELD_CODE = re.compile(r"[A-Z]{1,3}_?[A-Z0-9_]{3,}")
_SENTENCE = re.compile(r"[。；;！!？?]")


@dataclass(frozen=True, slots=True)
class SetAside:
    """A row that is no record (非记录行), and why: title, heading, group, total, note or empty."""

    sheet: str
    row: int
    reason: str
    text: str


def kind_of(text: str) -> str:
    """Return what a cell looks like: number, date, code, latin, label or prose."""
    text = text.strip()
    if _DATE.fullmatch(text):
        return "date"
    if _NUMBER.fullmatch(text):
        return "number"
    if _CODE.fullmatch(text):
        return "code"
    if text.isascii():
        return "latin"
    return "prose" if len(text) > 40 or _SENTENCE.search(text) else "label"


def filled(cells: Cells) -> list[tuple[int, str]]:
    """Return place and text of the cells that hold anything but white space."""
    return [(place, text) for place, text in enumerate(cells) if text is not None and text.strip()]


def _could_head(cells: list[tuple[int, str]]) -> bool:
    texts = [unicodedata.normalize("NFKC", text).strip() for _, text in cells]
    labels = [text for text in texts if kind_of(text) in {"label", "latin"} or _FIELD_CODE.fullmatch(text)]
    years = [text for text in texts if _YEAR.fullmatch(text)] if labels and labels[0] == texts[0] else []
    return len({*labels, *years}) >= 0.8 * len(texts)


def _contrast(cells: list[tuple[int, str]], below: list[Cells]) -> float:
    """Return the share of columns whose values look unlike their would-be heading."""
    unlike = measured = 0
    for place, text in cells:
        values = [row[place] for row in below if place < len(row) and row[place] and str(row[place]).strip()]
        if not values:
            continue
        if text in values:
            return 0.0
        measured += 1
        kinds = [kind_of(str(value)) for value in values]
        typical = max(set(kinds), key=kinds.count)
        length = median(len(str(value)) for value in values)
        of_years = bool(_YEAR.fullmatch(text)) and not any(_YEAR.fullmatch(str(value)) for value in values)
        if of_years or typical != kind_of(text) or length > 2 * len(text):
            unlike += 1
    return unlike / measured if measured else 0.0


def find_heading(rows: Sequence[Cells], known: Known | None = None) -> int | None:
    """Return the place of the heading row (表头) among the first rows, or None when the sheet has none."""
    best: tuple[float, int] | None = None
    head = list(rows[: SEARCHED_ROWS + 20])
    for place, row in enumerate(head[:SEARCHED_ROWS]):
        cells = filled(row)
        if not cells:
            continue
        # A heading repeated further down, page by page, tells nothing about the values below the first.
        below = [other for other in head[place + 1 : place + 21] if filled(other) and filled(other) != cells]
        width = median([count for count in (len(filled(other)) for other in below) if count > 1] or [1])
        hits = sum(1 for _, text in cells if known is not None and known(text)) / len(cells)
        if len(cells) == 1 and not (hits and width == 1):
            continue
        if len(cells) < 0.5 * width or (not _could_head(cells) and hits < 0.5):
            continue
        contrast = _contrast(cells, below)
        if below and hits < 0.25 and contrast < 0.15:
            continue
        if not below and hits < 0.5:
            continue
        score = min(1.0, len(cells) / width) + 3 * hits + 1.5 * contrast - 0.01 * place
        if best is None or score > best[0]:
            best = (score, place)
    return None if best is None else best[1]


def headings_of(rows: Sequence[Cells], known: Known | None = None) -> tuple[list[str], int | None]:
    """Return the headings of a sheet and the place of their lowest row (表头), nothing and None when it has none.

    Headings often stand in two rows: 行政相对人 over 名称 and 统一社会信用代码, all others in the upper row alone or merged
    over both. A column then bears both words where together they are a known one, else the lower.
    """
    place = find_heading(rows, known)
    if place is None:
        return [], None
    if place + 1 < len(rows) and _goes_on(rows[place], rows[place + 1], known):
        place += 1
    return _over_two_rows(rows[place - 1] if place else (), rows[place], known), place


def _goes_on(upper: Cells, lower: Cells, known: Known | None) -> bool:
    """Tell whether the row below a heading goes on with it: known words below cells that a group left empty."""
    under = filled(lower)
    # The same word may stand below several groups.
    if known is None or not under or any(kind_of(text) not in {"label", "latin"} for _, text in under):
        return False
    empty = {place for place, _ in under if place >= len(upper) or not (upper[place] or "").strip()}
    words = [known(text) or known(_group_at(upper, place) + text) for place, text in under]
    return bool(empty) and sum(words) >= 0.5 * len(words)


def _group_at(above: Cells, place: int) -> str:
    """Return the word of the row above that reaches over a column: its own, or the nearest to the left of it."""
    return next((text.strip() for text in reversed(above[: place + 1]) if text and text.strip()), "")


def _over_two_rows(above: Cells, own: Cells, known: Known | None) -> list[str]:
    """Give each column one word out of two rows; a row above with a single text is a title and gives none."""
    lower = [text or "" for text in own]
    while len(lower) > 1 and not lower[-1].strip():
        lower.pop()
    # 填报单位：… and 单位：万元 stand above tables, too, and head no column.
    upper = [None if text and _SIGNATURE.fullmatch(text.strip()) else text for text in above]
    over = filled(upper)
    if len(over) < 2:
        return lower
    if _could_head(over):
        lower += [""] * (over[-1][0] + 1 - len(lower))
    words = []
    for place, text in enumerate(lower):
        group = _group_at(upper, place)
        if not text.strip():
            words.append((upper[place] or "") if place < len(upper) else "")
        elif group != text.strip() and known is not None and known(group + text.strip()):
            words.append(group + text.strip())
        else:
            words.append(text)
    for place, text in enumerate(words):
        group = _group_at(upper, place)
        if text.strip() and words.count(text) > 1 and group and group != text.strip() and text == lower[place]:
            words[place] = f"{group}/{text}"
    return words


@dataclass(frozen=True)
class Anatomy:
    """What the body of a sheet is measured against (表体判别依据)."""

    headings: tuple[str, ...]
    serial_first: bool
    """The first column counts the rows (序号), so a text in it alone belongs to no record."""

    @property
    def suspicious_below(self) -> int:
        """Rows with at most this many filled cells are looked at one by one; all others are records."""
        return max(2, len(self.headings) // 2)

    def reason_to_set_aside(self, cells: Cells, *, merged: bool = False) -> str | None:
        """Return why this row is no record, or None when it is one."""
        present = filled(cells)
        if not present or (self.serial_first and _only_counted(present)):
            return "empty"
        texts = [text.strip() for _, text in present]
        if len(present) > 1 and [heading.strip() for heading in self.headings if heading.strip()] == texts:
            return "heading"
        if _TOTAL.fullmatch(texts[0]) and all(kind_of(text) == "number" or text.startswith("共") for text in texts[1:]):
            return "total"
        if len(self.headings) < 3:
            return "note" if len(present) == 1 and _NOTE.fullmatch(texts[0]) and len(texts[0]) > 4 else None
        if len(present) == 1:
            return self._reason_for_single(texts[0], first=present[0][0] == 0, merged=merged)
        few = len(present) <= max(3, len(self.headings) // 4)
        if few and all(_SIGNATURE.fullmatch(text) for text in texts):
            return "note"
        return None

    def _reason_for_single(self, text: str, *, first: bool, merged: bool) -> str | None:
        if _GROUP.fullmatch(text):
            return "group"
        if _NOTE.fullmatch(text) or _SIGNATURE.fullmatch(text):
            return "note"
        if merged or (first and self.serial_first and kind_of(text) not in {"number", "code"}):
            return "group" if len(text) <= 30 and not _SENTENCE.search(text) else "note"
        return None


def _only_counted(present: list[tuple[int, str]]) -> bool:
    """Tell whether a row holds nothing but its number: sheets are numbered ahead of what is filled in (只有序号)."""
    (place, text), *more = present
    return place == 0 and not more and text.strip().isdigit()


def anatomy(headings: Sequence[str], sample: Sequence[Cells]) -> Anatomy:
    """Measure a sheet by its headings and the first rows of its body."""
    first = [str(row[0]).strip() for row in sample if row and row[0] and len(filled(row)) > 1]
    counting = [text for text in first if re.fullmatch(r"\d{1,7}", text)]
    return Anatomy(tuple(headings), bool(first) and len(counting) >= 0.8 * len(first))
