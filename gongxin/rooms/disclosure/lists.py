"""Lists (名单公示): for each item on display its legal basis, how many, and the entries page by page.

A filter narrows what is shown; it never shows more. Counts are of what the public may see on the day, filters included.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from gongxin.kernel.issues import Refusal
from gongxin.law.book import Citation, Edition, Item
from gongxin.rooms.disclosure.profile import REGISTER_CLASS
from gongxin.spine import listing, public, shelf
from gongxin.spine.public import PublicLine

PER_PAGE = 20
LIST_CLASSES = frozenset({"05", "06"})
"""Catalogue classes whose items are lists in the law's own sense: abnormal operation, serious dishonesty."""


@dataclass(frozen=True)
class Filter:
    """What to narrow a list to (筛选): a division's first digits, who reported, who decided; empty means all."""

    region: str = ""
    provider: str = ""
    authority: str = ""
    title: str = ""
    """One list of those whose entries are kept under one item (名单编号)."""


@dataclass(frozen=True)
class ListRow:
    """One item in the index of lists (名单目录行)."""

    item: str
    name: str
    is_list: bool
    bases: tuple[Citation, ...]
    providers: tuple[str, ...]
    on_display: int
    left_this_month: int
    updated: date | None
    certainty: str


@dataclass(frozen=True)
class ListPage:
    """One page of a list (名单页) and where it can be narrowed."""

    row: ListRow
    lines: tuple[PublicLine, ...]
    total: int
    page: int
    pages: int
    regions: tuple[tuple[str, str, int], ...]
    providers: tuple[tuple[str, str, int], ...]
    """Who reported (来源单位): code, name, how many."""
    authorities: tuple[tuple[str, int], ...] = ()
    """Who decided (作出机关): the name in the row, how many."""


def index(as_of: date) -> list[ListRow]:
    """Return every item of which entries are on display (名单目录), lists in the law's own sense first."""
    edition = shelf.book().on(as_of)
    counts = public.public_counts(as_of)
    left = listing.left_display(as_of)
    fresh: dict[str, date] = {}
    for source in public.sources(as_of):
        for item, day in source.by_item.items():
            fresh[item] = max(day, fresh.get(item, day))
    rows = [
        ListRow(
            item=item.id,
            name=item.name,
            is_list=item.category in LIST_CLASSES,
            bases=_bases(item, edition),
            providers=item.providers,
            on_display=counts.get(item.id, 0),
            left_this_month=left.get(item.id, 0),
            updated=fresh.get(item.id),
            certainty=item.certainty,
        )
        for item in listed(edition)
    ]
    return sorted(rows, key=lambda row: not row.is_list)


def page(item_id: str, as_of: date, number: int = 1, narrowed: Filter | None = None) -> ListPage | Refusal:
    """Return one page of an item's entries on display (名单), the latest first."""
    edition = shelf.book().on(as_of)
    if item_id not in {item.id for item in listed(edition)}:
        return Refusal("list.none", _("没有这个公开名单"), None, _("请从名单目录中选择"))
    narrowed = narrowed or Filter()
    wanted = listing.Narrowed(item_id, narrowed.region, narrowed.provider, narrowed.authority, narrowed.title)
    found = listing.page(wanted, as_of, (max(number, 1) - 1) * PER_PAGE, PER_PAGE)
    pages = max(1, -(-found.total // PER_PAGE))
    if number > pages:
        number = pages
        found = listing.page(wanted, as_of, (number - 1) * PER_PAGE, PER_PAGE)
    if narrowed.title:
        # The counts to narrow by are the item's; of one list among many they would say too much.
        return ListPage(row_of(item_id, as_of), tuple(found.lines), found.total, max(number, 1), pages, (), ())
    names = {source.provider: source.name for source in public.sources(as_of)}
    divisions = shelf.division_names()
    return ListPage(
        row=row_of(item_id, as_of),
        lines=tuple(found.lines),
        total=found.total,
        page=max(number, 1),
        pages=pages,
        regions=tuple(
            (code, divisions.get(code + "00", code), count) for code, count in listing.by_region(item_id, as_of)
        ),
        providers=tuple((code, names.get(code, code), count) for code, count in listing.by_provider(item_id, as_of)),
        authorities=tuple(listing.by_authority(item_id, as_of)),
    )


def row_of(item_id: str, as_of: date) -> ListRow:
    """Return one item's line in the index of lists (名单目录行)."""
    return next(row for row in index(as_of) if row.item == item_id)


def listed(edition: Edition) -> list[Item]:
    """Return the items that have a public list (公开名单事项): every public item but the register itself."""
    return [item for item in edition.items() if item.public_for and item.category != REGISTER_CLASS]


def _bases(item: Item, edition: Edition) -> tuple[Citation, ...]:
    return tuple(edition.cite(ref) for ref in item.bases)
