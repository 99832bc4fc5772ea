"""Official addresses (条文出处): which instrument, article and paragraph a value or a rule rests on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Certainty = Literal["verified", "secondary", "unverified"]

CERTAINTIES: tuple[Certainty, ...] = ("unverified", "secondary", "verified")

_DIGITS = "零一二三四五六七八九"
_PLACES = ("", "十", "百", "千")


def weakest(certainties: Iterable[Certainty]) -> Certainty:
    """The lowest certainty among several (最低确信度): an answer is as sure as its least sure part."""
    return min(certainties, key=CERTAINTIES.index, default="verified")


def chinese_number(number: int) -> str:
    """An ordinal as statutes write it (中文数字): 48 becomes 四十八, 105 becomes 一百零五."""
    if not 0 < number < 10_000:
        raise ValueError(f"no statute numbers its articles {number}")
    written = ""
    digits = str(number)
    for position, digit in enumerate(digits):
        place = _PLACES[len(digits) - position - 1]
        if digit == "0":
            written += "零" if not written.endswith("零") else ""
        else:
            written += _DIGITS[int(digit)] + place
    written = written.rstrip("零")
    return written[1:] if written.startswith("一十") else written


@dataclass(frozen=True, slots=True)
class ClauseRef:
    """A clause's address (条款). `short` and `numbering` only help to print it; they take no part in comparison."""

    instrument: str
    article: str | None = None
    paragraph: int | None = None
    item: str | None = None
    short: str = field(default="", compare=False)
    numbering: str = field(default="article", compare=False)

    def article_text(self) -> str:
        """第四十八条第一款第（五）项 – or （十八） in documents that number sections instead of articles."""
        if self.article is None:
            return ""
        if not self.article.isdigit():
            text = self.article
        elif self.numbering == "section":
            text = f"（{chinese_number(int(self.article))}）"
        else:
            text = f"第{chinese_number(int(self.article))}条"
        if self.paragraph is not None:
            text += f"第{chinese_number(self.paragraph)}款"
        if self.item is not None:
            text += f"第（{chinese_number(int(self.item)) if self.item.isdigit() else self.item}）项"
        return text

    def article_english(self) -> str:
        """Art. 48 para. 1 item 5 – or sec. 18 in documents that number sections; nothing where the number has words."""
        if self.article is None or not self.article.isdigit():
            return ""
        text = f"{'Sec.' if self.numbering == 'section' else 'Art.'} {self.article}"
        if self.paragraph is not None:
            text += f" para. {self.paragraph}"
        return text if self.item is None else f"{text} item {self.item}"

    def key(self) -> str:
        """A plain key for files and addresses, e.g. APL-2021/48/1."""
        parts = [self.instrument, self.article, self.paragraph, self.item]
        return "/".join(str(part) for part in parts if part is not None)

    def __str__(self) -> str:
        return " ".join(part for part in (self.short or self.instrument, self.article_text()) if part)


@dataclass(frozen=True, slots=True)
class Citation:
    """A clause as a page shows it (引注): short name, article, full title, how sure, whether in force."""

    ref: ClauseRef
    short: str
    article_text: str
    title: str
    number: str
    text: str
    certainty: Certainty
    in_force: bool
    known: bool
    since: date | None = None
    until: date | None = None

    def __str__(self) -> str:
        return " ".join(part for part in (self.short, self.article_text) if part)
