"""Public search (公开查询): organisations by code or by any part of a name, from two characters upward.

Whoever has nothing on display on the day asked about is not found, not counted and not suggested. Natural persons are
never found, and a text that looks like a person's number is not even looked up.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.db import connection
from django.utils.translation import gettext as _

from gongxin.kernel.identifiers.citizen import is_citizen
from gongxin.kernel.identifiers.code import normalise_code
from gongxin.kernel.identifiers.hints import suggest_code
from gongxin.kernel.identifiers.orgcode import is_orgcode
from gongxin.kernel.identifiers.regno import is_regno
from gongxin.kernel.identifiers.uscc import KINDS, LENGTH, is_uscc
from gongxin.kernel.issues import Refusal
from gongxin.kernel.masking import mask_text
from gongxin.kernel.names import comparison_form, core_of, display_name
from gongxin.rooms.disclosure.subjects import ORGANISATION, name_of, organisation_of
from gongxin.spine import clock, public, shelf
from gongxin.spine.projections import links
from gongxin.spine.projections.models import Subject
from gongxin.spine.projections.search import WINDOW, search_names, suggestions

PER_PAGE = 20
SHORTEST = 2
SHORTEST_CODE = 4
CODES_AT_MOST = 100
CLOSE = 5
"""So many are offered where nothing was found."""
BRACKETED = re.compile(r"[(（〔\[【][^)）〕\]】]*[)）〕\]】]")

SUBJECT_KINDS: dict[str, Callable[[str], bool]] = {
    "enterprise": lambda letters: letters[:1] == "9" and letters != "92",
    "household": lambda letters: letters == "92",
    "society": lambda letters: letters[:1] == "5",
    "institution": lambda letters: letters == "12",
    "organ": lambda letters: letters in {"11", "13", "19"},
}
"""The tabs over the query box: which first two characters of a code (GB 32100-2015) stand under each."""


@dataclass(frozen=True)
class SearchHit:
    """One organisation found (查询结果); `matched` is the other name it was met under, where that is not its own."""

    code: str
    name: str
    matched: str
    kind: str
    kind_name: str
    division: str
    on_display: tuple[tuple[str, str, int], ...]
    marked: int = 0
    """How many of them an open case marks (异议处理中的条数)."""


@dataclass(frozen=True)
class Results:
    """The answer to a search (查询答复). `notice` says why nothing was looked up, or that nothing was found."""

    text: str
    as_of: date
    hits: tuple[SearchHit, ...]
    total: int
    more: bool
    page: int
    pages: int
    suggestions: tuple[str, ...]
    sources: int
    updated: datetime | None
    notice: Refusal | None

    def as_dict(self) -> dict[str, object]:
        """Return the JSON shape (查询答复): codes, names and counts of what is on display."""
        return {
            "text": self.text,
            "as_of": self.as_of.isoformat(),
            "total": self.total,
            "more": self.more,
            "page": self.page,
            "pages": self.pages,
            "hits": [
                {**asdict(hit), "on_display": {item: count for item, _, count in hit.on_display}} for hit in self.hits
            ],
            "suggestions": list(self.suggestions),
            "sources": self.sources,
            "updated": self.updated.isoformat() if self.updated else None,
            "notice": self.notice.as_dict() if self.notice is not None else None,
        }


@dataclass(frozen=True)
class _Found:
    key: str
    name: str


@dataclass(frozen=True)
class _Asked:
    text: str
    day: date
    page: int
    refused: Refusal | None


def search(text: str, page: int = 1, as_of: date | None = None, kind: str | None = None) -> Results:
    """Return a page of organisations (查询) with something on display on that day, best match first.

    A day that has not come is answered as today: what will stand then is not yet public.
    """
    day = min(as_of or clock.today(), clock.today())
    asked = " ".join(unicodedata.normalize("NFKC", text).split())
    refused = _not_a_question(asked, kind)
    if refused is not None:
        return _answer(_Asked(asked, day, 1, refused), [], more=False)
    found, more = _found(asked, day)
    if kind:
        found = [each for each in found if SUBJECT_KINDS[kind](_letters(each.key))]
    return _answer(_Asked(asked, day, page, None), found, more=more)


def _not_a_question(asked: str, kind: str | None) -> Refusal | None:
    code = normalise_code(asked)
    if len(asked.replace(" ", "")) < SHORTEST:
        return Refusal("search.short", _("请输入两个以上的字，或统一社会信用代码"), None, None)
    if mask_text(asked) != asked or (is_citizen(code) and not is_uscc(code)):
        return Refusal(
            "search.person", _("公开查询只查单位，不查自然人"), None, _("查本人的信用信息，请登录“我的信用”")
        )
    if kind and kind not in SUBJECT_KINDS:
        return Refusal("search.kind", _("没有这一类单位"), None, _("请从页面上的类别中选择"))
    return None


def _found(asked: str, day: date) -> tuple[list[_Found], bool]:
    code = normalise_code(asked)
    if len(code) >= SHORTEST_CODE and code.isascii() and code.isalnum() and any(each.isdigit() for each in code):
        by_code = _by_code(code, day)
        if by_code:
            return by_code, len(by_code) == CODES_AT_MOST
    hits, total = search_names(asked, WINDOW, 0, as_of=day)
    found: dict[str, _Found] = {}
    for hit in hits:
        key = organisation_of(hit.key)
        if not key.startswith("row:"):
            found.setdefault(key, _Found(key, hit.name))
    return list(found.values()), total >= WINDOW


def _by_code(code: str, day: date) -> list[_Found]:
    """Return subjects by whole code, older code, beginning or part of a code, with something on display."""
    keys: list[str] = []
    if is_uscc(code):
        keys = [ORGANISATION + code]
    else:
        legacy = [f"{prefix}:{code}" for prefix, fits in (("regno", is_regno), ("orgcode", is_orgcode)) if fits(code)]
        keys = list(links.cross_walk(legacy).values()) or _beginning_with(code) or _containing(code)
    found = []
    for key in keys[:CODES_AT_MOST]:
        lines = public.public_lines(key, day)
        if lines:
            found.append(_Found(key, lines[0].subject_name))
    return found


def _beginning_with(code: str) -> list[str]:
    start = ORGANISATION + code
    subjects = Subject.objects.filter(key__startswith=start)
    if connection.vendor == "sqlite":
        # SQLite's LIKE does not use the index; its text order is that of bytes, so a range does the same and does.
        subjects = Subject.objects.filter(key__gte=start, key__lt=start + "~")
    return list(subjects.order_by("key").values_list("key", flat=True)[:CODES_AT_MOST])


def _containing(code: str) -> list[str]:
    if len(code) < SHORTEST_CODE + SHORTEST:
        return []
    subjects = Subject.objects.filter(key__startswith=ORGANISATION, code__contains=code)
    return list(subjects.order_by("key").values_list("key", flat=True)[:CODES_AT_MOST])


def _answer(asked: _Asked, found: list[_Found], *, more: bool) -> Results:
    day, refused = asked.day, asked.refused
    pages = max(1, -(-len(found) // PER_PAGE))
    page = min(max(asked.page, 1), pages)
    sources = public.sources(day)
    nothing = refused is None and not found
    close = _suggestions(asked.text, day) if nothing else []
    notice = refused
    if nothing:
        notice = Refusal(
            "search.nothing",
            _("没有查到在公示的记录。已核对 %(sources)d 个单位报送的数据") % {"sources": len(sources)},
            None,
            _("查无结果不等于信用良好；请核对名称或代码，也可以只写名称中连续的两三个字"),
        )
    return Results(
        text=mask_text(asked.text),
        as_of=day,
        hits=tuple(_hit(each, day) for each in found[(page - 1) * PER_PAGE : page * PER_PAGE]),
        total=len(found),
        more=more,
        page=page,
        pages=pages,
        suggestions=tuple(close),
        sources=len(sources),
        updated=max((source.updated for source in sources if source.updated), default=None),
        notice=notice,
    )


def _hit(found: _Found, day: date) -> SearchHit:
    code = found.key.partition(":")[2]
    letters = _letters(found.key)
    lines = public.public_lines(found.key, day)
    counts = Counter((line.item, line.item_name) for line in lines)
    own = name_of(lines, {item.id: item for item in shelf.book().on(day).items()}) or found.name
    return SearchHit(
        code=code,
        name=display_name(own),
        matched="" if display_name(found.name) == display_name(own) else display_name(found.name),
        kind=letters,
        kind_name=KINDS.get(letters, ""),
        division=code[2:8] if letters else "",
        on_display=tuple((item, name, count) for (item, name), count in counts.most_common()),
        marked=sum(bool(line.marks) for line in lines),
    )


def _letters(key: str) -> str:
    """Return department and kind of a unified code (登记管理部门和机构类别); older codes say neither."""
    return key.removeprefix(ORGANISATION)[:2] if key.startswith(ORGANISATION) else ""


def _suggestions(asked: str, day: date) -> list[str]:
    """Return what was perhaps meant (您要找的是不是): a code with one slip, or names close in writing."""
    hint = suggest_code(asked)
    if hint is not None and is_uscc(hint) and public.public_lines(ORGANISATION + hint, day):
        return [hint]
    return _same_organisation(normalise_code(asked), day) or suggestions(asked, as_of=day) or _otherwise(asked, day)


def _same_organisation(code: str, day: date) -> list[str]:
    """Return codes that hold the same organisation code as one that is none (主体标识码相同): the slip lies elsewhere in it."""
    if len(code) != LENGTH or is_uscc(code) or not is_orgcode(code[8:17]):
        return []
    found = _by_code(code[8:17], day)
    return [each.key.removeprefix(ORGANISATION) for each in found if each.key.startswith(ORGANISATION)][:CLOSE]


def _otherwise(asked: str, day: date) -> list[str]:
    """Return names that hold the words asked for, written otherwise (换一种写法): marks, what is in brackets, the legal form."""
    tries = (comparison_form(asked), comparison_form(BRACKETED.sub("", asked)), core_of(asked))
    for form in dict.fromkeys(each for each in tries if len(each) >= SHORTEST):
        hits, _more = search_names(form, CLOSE, as_of=day)
        names = [display_name(hit.name) for hit in hits if not organisation_of(hit.key).startswith("row:")]
        if names:
            return list(dict.fromkeys(names))
    return []
