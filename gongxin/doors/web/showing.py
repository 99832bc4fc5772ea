"""What the public pages show (公开展示): gathered from the disclosure room and the public door of the spine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gongxin.doors.web import presenting
from gongxin.doors.web.templatetags.parts import left
from gongxin.kernel.masking import mask_field
from gongxin.law.lists import ITEM
from gongxin.law.model import Entry, Item
from gongxin.rooms.disclosure import figures as running
from gongxin.rooms.disclosure import lists as registered
from gongxin.rooms.disclosure.search import SUBJECT_KINDS
from gongxin.spine import listing, public, shelf
from gongxin.spine.ledger import head
from gongxin.spine.public import PublicLine

PROMISES = "commitment"
SCANNED = 2_000


@dataclass(frozen=True)
class Listed:
    """A list on the lists page (一份名单): whether or not this platform takes it in."""

    name: str
    bases: tuple[Any, ...]
    authority: str
    criteria: str
    term: str
    early_exit: str
    count: int | None
    left: int | None
    updated: date | None
    url: str
    certainty: str


@dataclass(frozen=True)
class Promise:
    """A promise of a government body (政府承诺) and how it stands today."""

    subject: str
    content: str
    url: str
    due: date | None
    tone: str
    state: str
    broken: bool


def lists(as_of: date) -> list[Listed]:
    """The lists of the law book (名单), those this platform shows first; each with its basis."""
    return list(_lists(as_of, ledger_state(), presenting.english()))


def ledger_state() -> tuple[int, bytes, str]:
    """What an answer to the public depends on besides the day (账本状态): the ledger's head and the law book."""
    state = head.read()
    return state.size, bytes(state.root), shelf.book().version


@lru_cache(maxsize=8)
def _lists(as_of: date, state: tuple[int, bytes, str], english: bool) -> tuple[Listed, ...]:
    del state, english
    edition = shelf.book().on(as_of)
    own = {row.item: row for row in registered.index(as_of) if row.is_list}
    kept = own.pop(ITEM, None)
    counts = listing.by_title(ITEM, as_of) if kept is not None else {}
    known: dict[str, Entry] = {}
    elsewhere = []
    for entry in edition.lists():
        item = str(entry.data.get("item") or "")
        if item in own and item != ITEM:
            known[item] = entry
        elif item == ITEM and kept is not None:
            one = _listed(entry, kept)
            elsewhere.append(
                replace(one, count=counts.get(entry.id, 0), left=None, url=reverse("web:list", args=[entry.id]))
            )
        elif not item:
            elsewhere.append(_listed(entry, None))
    mine = [_listed(known.get(row.item) or edition.item(row.item), row) for row in own.values()]
    return tuple(mine + elsewhere)


@lru_cache(maxsize=8)
def _figures(as_of: date, state: tuple[int, bytes, str]) -> running.Figures:
    del state
    return running.figures(as_of)


def figures(as_of: date) -> running.Figures:
    """How the platform itself is doing (平台运行数据), counted once for each state of the ledger."""
    return _figures(as_of, ledger_state())


def _listed(about: Entry | Item, row: registered.ListRow | None) -> Listed:
    data = about.data if isinstance(about, Entry) else {}
    providers = "、".join(about.providers) if isinstance(about, Item) else ""
    return Listed(
        name=presenting.own_name(about),
        bases=tuple(about.bases),
        authority=_in_own(data, "authority") or providers,
        criteria=_in_own(data, "criteria"),
        term=_text_of(data.get("term")),
        early_exit=_text_of(data.get("early_exit")),
        count=row.on_display if row else None,
        left=row.left_this_month if row else None,
        updated=row.updated if row else None,
        url=reverse("web:list", args=[row.item]) if row else "",
        certainty=about.certainty,
    )


def _text_of(value: Any) -> str:
    return _in_own(value, "text") if isinstance(value, dict) else str(value or "")


def _in_own(data: Mapping[str, Any], name: str) -> str:
    """A text of the law book in the reader's language (法典文字); Chinese stands in where it has no English."""
    return str((presenting.english() and data.get(f"{name}_en")) or data.get(name) or "")


def promises(as_of: date) -> list[Promise]:
    """What government bodies promised and how it stands (政府承诺及履行): broken and nearly due first."""
    return list(_promises(as_of, ledger_state(), presenting.english()))


@lru_cache(maxsize=8)
def _promises(as_of: date, state: tuple[int, bytes, str], english: bool) -> tuple[Promise, ...]:
    del state, english
    item = shelf.book().on(as_of).find_item(PROMISES)
    if item is None:
        return ()
    # Who promised is asked before anything is folded: most promises under this item are no government's.
    lines = public.latest_lines(PROMISES, as_of, SCANNED, is_government)
    found = [_promise(line, item, as_of) for line in lines]
    found.sort(key=lambda one: ({"bad": 0, "warn": 1, "run": 2, "good": 3}[one.tone], one.due or date.max))
    return tuple(found)


def is_government(subject_key: str) -> bool:
    """Whether a subject's code is that of a government organ (是否政府机构)."""
    return SUBJECT_KINDS["organ"](subject_key.removeprefix("uscc:")[:2])


def _promise(line: PublicLine, item: Item, as_of: date) -> Promise:
    due = day_of(line.fields.get("due_on"))
    performed = line.fields.get("performed") or "running"
    tone, state = "run", _("履行中")
    late = (as_of - due).days if due is not None and due < as_of else 0
    if performed == "yes":
        tone, state = "good", _("已兑现")
    elif performed == "no" or late:
        # Past its day is a fact; that it was broken somebody decides.
        overdue = ngettext("逾期 %(days)d 天，没有登记履行", "逾期 %(days)d 天，没有登记履行", late) % {"days": late}
        tone, state = "bad", _("没有兑现") if performed == "no" else overdue
    elif due is not None:
        soon = (due - as_of).days <= (due - (line.decided or as_of)).days / 4
        tone, word = ("warn", _("将到期")) if soon else ("run", _("履行中"))
        state = word + _("，") + left(due)
    return Promise(
        subject=line.subject_name,
        content=mask_field("commitment_content", line.fields.get("commitment_content") or line.title),
        url=reverse("web:subject", args=[line.subject.partition(":")[2]]) + f"#r{line.record}",
        due=due,
        tone=tone,
        state=str(state),
        broken=tone == "bad",
    )


def day_of(text: str | None) -> date | None:
    """A day as the ledger keeps it, or None."""
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def is_complete(line: PublicLine, item: Item) -> bool:
    """Whether an adverse line has what it must have to be shown (五样齐全); other lines always do.

    The fifth thing, its end, is its term or its removal, which the list shows either way.
    """
    if item.polarity != "adverse":
        return True
    if item.required_document and not line.document:
        return False
    return bool(line.authority and line.clauses and line.remedy)


@dataclass(frozen=True)
class ListRow:
    """One row of a list page (名单条目)."""

    line: PublicLine
    title: str
    url: str
    code: str
    document: str


def list_rows(lines: list[PublicLine], item: Item) -> list[ListRow]:
    """The rows of a list as they may be shown (名单条目), free text masked."""
    rows = []
    for line in lines:
        if not is_complete(line, item):
            continue
        code = line.subject.partition(":")[2]
        spec = item.find_field(item.title_field)
        choice = spec.find_choice(line.title) if spec else None
        title = presenting.own_name(choice) if choice else mask_field(item.title_field, line.title)
        if item.id == ITEM:
            # On the page of one list its name stands above; here the reader wants to know why.
            title = mask_field("facts", line.fields.get("facts", "")) or title
        rows.append(ListRow(line, title, reverse("web:subject", args=[code]), code, line.document or ""))
    return rows


def rows_for_download(item: Item, as_of: date) -> Iterator[dict[str, str]]:
    """Everything of one item on display on this day (开放数据), public fields only, free text masked."""
    offset = 0
    while True:
        lines = public.public_page(item.id, as_of, offset, 500).lines
        if not lines:
            return
        offset += 500
        for line in lines:
            if not is_complete(line, item):
                continue
            row = {
                "record": str(line.record),
                "subject_code": line.subject.partition(":")[2],
                "subject_name": line.subject_name,
                "display_from": line.display_from.isoformat() if line.display_from else "",
                "display_until": line.display_until.isoformat() if line.display_until else "",
                "severity": line.severity or "",
            }
            for spec in item.public_fields():
                row.setdefault(spec.id, mask_field(spec.id, line.fields.get(spec.id, ""), kind=spec.kind))
            yield row
