"""How things of the law and the ledger are worded on a page (呈现): addresses, names, page numbers; no decision."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from gongxin.kernel.issues import Issue, Refusal
from gongxin.kernel.sentences import in_english
from gongxin.spine import shelf
from gongxin.spine.clock import today


@dataclass(frozen=True)
class Clause:
    """A clause chip's content (依据标签)."""

    short: str
    article: str
    title: str
    text: str
    url: str
    in_force: bool
    unverified: bool
    chinese: bool = False
    """Whether it is told in Chinese to whoever reads English, for want of an English title (无英文题名)."""


def english() -> bool:
    """Whether the reader reads English now (是否英文界面)."""
    return (get_language() or "").startswith("en")


def language() -> str:
    """Return the reader's language as a document names it (界面语言)."""
    return "en" if english() else "zh-Hans"


def own_name(thing: Any) -> str:
    """Return the thing's name in the reader's language; Chinese stands in where no English name is known."""
    if thing is None:
        return ""
    if english():
        for attribute in ("name_en", "title_en"):
            if getattr(thing, attribute, ""):
                return str(getattr(thing, attribute))
    for attribute in ("name", "title"):
        if getattr(thing, attribute, ""):
            return str(getattr(thing, attribute))
    return str(thing)


def said(text: str) -> str:
    """Return a sentence of a rule in the reader's language (语句)."""
    return in_english(text) if english() else str(text)


def listed(parts: Iterable[Any]) -> str:
    """Return several texts as one list, as the reader's language writes one (列举)."""
    return (", " if english() else "、").join(str(part) for part in parts)


def no_in_words(no: Refusal | Sequence[Issue]) -> str:
    """Return why there is no answer (没有答复的原因): the refusal, or what is wrong with the first value and what it may be."""
    if isinstance(no, Refusal):
        return in_words(no)
    hint = _("是不是 %(suggestion)s？") % {"suggestion": no[0].suggestion} if no[0].suggestion else ""
    return f"{no[0].message} {hint}".strip()


def in_words(refusal: Refusal) -> str:
    """Return a refusal and its way forward in one line, in the reader's language (不能办理的原因和办法)."""
    told = refusal.told(english=english())
    parts = [part for part in (told.message, told.way_forward) if part]
    if english():
        return " ".join(part if part.endswith((".", "?", "。")) else f"{part}." for part in parts)
    return "".join(part if part.endswith(("。", "？")) else f"{part}。" for part in parts)


def clause(citation: Any) -> Clause:
    """Return the chip of a citation, or of a bare clause reference, which is cited as of today."""
    if isinstance(citation, Clause):
        return citation
    if not hasattr(citation, "short") or not hasattr(citation, "article_text") or callable(citation.article_text):
        citation = shelf.book().on(today()).cite(citation)
    ref = citation.ref
    url = ""
    if citation.known:
        url = (
            reverse("web:law-article", args=[ref.instrument, ref.article])
            if ref.article
            else reverse("web:law-instrument", args=[ref.instrument])
        )
    instrument = shelf.book().instruments.get(ref.instrument)
    title = instrument.title_en if english() and instrument is not None else ""
    article = ref.article_english() if title else ""
    if not article and ref.article is not None:
        title = ""
    return Clause(
        short=title or citation.short,
        article=article if title else citation.article_text,
        chinese=english() and not title,
        title=citation.title,
        text=citation.text,
        url=url,
        in_force=citation.in_force,
        unverified=citation.certainty == "unverified",
    )


def clauses(citations: Iterable[Any] | None) -> list[Clause]:
    """Return the chips of several citations, each once, in their order."""
    return list(dict.fromkeys(clause(citation) for citation in citations or ()))


@dataclass(frozen=True)
class Paging:
    """Where a reader stands in a long list (翻页)."""

    number: int
    size: int
    total: int

    @classmethod
    def of(cls, asked: str | None, size: int, total: int) -> Paging:
        """Read a page number as given in an address; anything unreadable is the first page."""
        last = max(1, -(-total // size))
        number = int(asked) if asked and asked.isascii() and asked.isdigit() and len(asked) < 9 else 1
        return cls(min(max(number, 1), last), size, total)

    @property
    def offset(self) -> int:
        return (self.number - 1) * self.size

    @property
    def first(self) -> int:
        return self.offset + 1 if self.total else 0

    @property
    def last(self) -> int:
        return min(self.offset + self.size, self.total)

    @property
    def earlier(self) -> int | None:
        return self.number - 1 if self.number > 1 else None

    @property
    def later(self) -> int | None:
        return self.number + 1 if self.last < self.total else None


def value_text(spec: Any, value: str) -> str:
    """A field's value as a reader understands it (字段值): a choice by its name, several of them each by its own."""
    if spec is None or not getattr(spec, "choices", ()):
        return value
    named = spec.choices_in(value)
    return ("; " if english() else "、").join(own_name(choice) if choice else part for choice, part in named)


ITEM_SIGNS = {"penalty": "gavel", "licence": "licence", "honour": "award", "commitment": "file"}
POLARITY_SIGNS = {"adverse": "warn", "favourable": "award", "neutral": "file"}


def item_sign(item: str, polarity: str) -> str:
    """The icon beside an item's name (事项图标): its own, or its polarity's, so that a new item needs no code."""
    return ITEM_SIGNS.get(item) or POLARITY_SIGNS.get(polarity, "file")


SEVERITIES = {
    "minor": ("warn", _("轻微失信")),
    "general": ("warn", _("一般失信")),
    "serious": ("bad", _("严重失信")),
}
"""How a grade is shown (失信程度): tone and word. What a grade means is in the law book."""

STATES = {
    "effective": ("good", _("有效")),
    "undecided": ("warn", _("待认定")),
    "held": ("warn", _("暂停使用")),
    "suspended": ("warn", _("暂停公示和使用")),
    "repaired": ("good", _("已修复")),
    "performed": ("good", _("已履行")),
    "withdrawn": ("off", _("已撤销")),
    "removed": ("off", _("已移出")),
    "expired": ("off", _("公示期满")),
    "future": ("run", _("未到公示日")),
}
"""How a state is shown (效力)."""
