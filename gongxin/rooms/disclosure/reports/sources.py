"""Where a report looked (报告的来源): who hands in what, up to when, and whose data have stopped."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from gongxin.law.book import Edition
from gongxin.spine import public, shelf


@dataclass(frozen=True, slots=True)
class Source:
    """One source of one item or more (来源)."""

    provider: str
    name: str
    updated: date
    up_to: date
    items: tuple[tuple[str, date], ...]


@dataclass(frozen=True, slots=True)
class Known:
    """Every source as of a day (全部来源)."""

    sources: tuple[Source, ...]
    stale_after: int
    as_of: date

    def of(self, items: Iterable[str]) -> list[Source]:
        """Return the sources of these items, each with the day up to which it reported one of them."""
        wanted = set(items)
        found = []
        for source in self.sources:
            days = [day for item, day in source.items if item in wanted]
            if days:
                found.append(Source(source.provider, source.name, source.updated, max(days), source.items))
        return found

    def nothing(self, items: Iterable[str]) -> str:
        """Return what an empty table says (没有查到时的说明): what was looked at, up to when; never that all is well."""
        checked = self.of(items)
        if not checked:
            return "本平台尚未归集这一类信息，不能说明有无记录"
        return f"没有查到记录。已核对 {len(checked)} 个来源，数据截至 {max(source.up_to for source in checked)}"

    def gaps(self, items: Iterable[str]) -> tuple[str, ...]:
        """Return a sentence for each source whose data have stopped (来源缺失)."""
        return tuple(
            f"{source.name}的数据停在 {source.updated}，其后的情况不在本报告内"
            for source in self.of(items)
            if (self.as_of - source.updated).days > self.stale_after
        )


def known(as_of: date, root: bytes, *, law: Edition) -> Known:
    """Return the sources as of a day; read once for each state of the ledger, which its root names."""
    return _known(as_of, root, shelf.book().version, law.parameter("report.source.stale.days").number())


@lru_cache(maxsize=8)
def _known(as_of: date, root: bytes, book: str, stale_after: int) -> Known:
    del root, book
    found = sorted(public.sources(as_of), key=lambda source: source.name)
    return Known(
        tuple(
            Source(each.provider, each.name, each.updated.date(), each.up_to, tuple(sorted(each.by_item.items())))
            for each in found
        ),
        stale_after,
        as_of,
    )
