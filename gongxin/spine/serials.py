"""Series of document numbers (文书号序列): which numbers of a body's papers never came in, by what of them is on display.

The numbers of untouched records are read in one go where they lie; records something was entered upon are folded. Of
what was read once only the bodies are read anew of which something came in, or one of whose gaps it fills.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl
from django.db import connection

from gongxin.kernel import estimates
from gongxin.kernel.estimates import Series
from gongxin.law.model import Item
from gongxin.spine import display, public, shelf
from gongxin.spine.columnar import read_frame
from gongxin.spine.display import ROW
from gongxin.spine.ledger.append import papers
from gongxin.spine.ledger.documents import paper_key
from gongxin.spine.ledger.payloads import LATER_ACT
from gongxin.spine.projections import epoch, visible
from gongxin.spine.projections.growth import Grown, Growth

ASKED_KEPT = 128
"""For so many items and days the series are kept."""
NUMBER, CODE, NAME = "document_no", "authority_code", "authority"
"""The fields of a paper that name it: its number, and who decided by code or by name."""


@dataclass(frozen=True)
class _Asked:
    item: str
    as_of: date
    since: date


@dataclass(frozen=True)
class _Own:
    """A body's series in an item (本单位序列), and the keys of the papers that are missing in them."""

    series: tuple[Series, ...]
    missing: frozenset[int]


def series_of(provider: str, item: Item, as_of: date, *, since: date) -> list[Series]:
    """Return the series of a body's document numbers in an item (文书号序列), decided on or after a day.

    The series are found in what is on display; a number that came in otherwise – about a person, expired, withdrawn, from
    another body – is known by its key and is no gap.
    """
    own = _kept.present(_Asked(item.id, as_of, since)).get(provider)
    return [] if own is None else list(own.series)


def known(item: Item, authority: str, numbers: Iterable[str]) -> frozenset[str]:
    """Return which of these document numbers of an authority have ever come in (已入库的文书号)."""
    keys = {number: paper_key(item, authority, number) for number in numbers}
    given = pl.Series("paper", [key for key in keys.values() if key is not None], dtype=pl.Int64)
    present = set(papers(given, besides=None)["paper"]) if len(given) else set()
    return frozenset(number for number, key in keys.items() if key in present)


def forget() -> None:
    """Throw away what this process keeps of series (清除): the next reader reads everything."""
    _kept.forget()


def _made(asked: _Asked) -> Mapping[str, _Own]:
    return _read(asked, None)


def _grown(asked: _Asked, before: Mapping[str, _Own], added: Growth) -> Mapping[str, _Own] | None:
    if not epoch.serves(asked.as_of):
        return None
    came = set(
        read_frame("SELECT paper FROM ledger_payload WHERE seq > %s AND paper IS NOT NULL", [added.size], _PAPER)[
            "paper"
        ]
    )
    anew = {provider for provider, own in before.items() if not own.missing.isdisjoint(came)}
    anew |= set(_providers(asked.item, f"s.record > %s{_or_touched(added)}", [added.size, *added.touched]))
    if added.relinked:
        # Rows without a usable code are on display once they are joined to somebody.
        anew |= set(_providers(asked.item, f"s.subject LIKE '{ROW}%%'", []))
    if not anew:
        return before
    kept = {provider: own for provider, own in before.items() if provider not in anew}
    return {**kept, **_read(asked, sorted(anew))}


def _or_touched(added: Growth) -> str:
    return f" OR s.record IN ({','.join(['%s'] * len(added.touched))})" if added.touched else ""


def _providers(item: str, condition: str, parameters: list[Any]) -> list[str]:
    sql = f"SELECT DISTINCT s.provider FROM projections_standing s WHERE s.item = %s AND ({condition})"
    return list(read_frame(sql, [item, *parameters], {"provider": pl.String})["provider"])


def _read(asked: _Asked, providers: Collection[str] | None) -> dict[str, _Own]:
    """Read the series of an item, of some bodies or of all that reported it (读取序列)."""
    item = shelf.book().on(asked.as_of).find_item(asked.item)
    if item is None:
        return {}
    numbers: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for provider, authority, number in _papers(item, asked, providers):
        numbers[provider][authority].add(number)
    return {provider: _without_known(item, by_authority) for provider, by_authority in numbers.items()}


def _without_known(item: Item, by_authority: Mapping[str, Collection[str]]) -> _Own:
    told, missing = [], set[int]()
    for authority in sorted(by_authority):
        # In their order, so that how a number is written does not hang on which was met first.
        for series in estimates.series_of(sorted(by_authority[authority])):
            keys = {
                n: paper_key(item, authority, series.form.format(n)) for a, b in series.gaps for n in range(a, b + 1)
            }
            given = pl.Series("paper", [key for key in keys.values() if key is not None], dtype=pl.Int64)
            present = set(papers(given, besides=None)["paper"])
            gone = {n for n, key in keys.items() if key in present}
            told.append(estimates.without(series, gone) if gone else series)
            missing |= {key for n, key in keys.items() if key is not None and n not in gone}
    return _Own(tuple(told), frozenset(missing))


def _papers(item: Item, asked: _Asked, providers: Collection[str] | None) -> Iterator[tuple[str, str, str]]:
    """Yield provider, authority and number of every paper on display (公示文书): by code where it has one."""
    fields = {spec.id for spec in item.public_fields()}
    if NUMBER not in fields:
        return
    condition, days = visible.condition("s", asked.as_of)
    of = f" AND s.provider IN ({','.join(['%s'] * len(providers))})" if providers is not None else ""
    where = f"s.item = %s AND s.decided >= %s AND {condition}{of}"
    parameters: list[Any] = [asked.item, asked.since, *days, *(providers or ())]
    folded = where
    if epoch.serves(asked.as_of):
        later = f"EXISTS (SELECT 1 FROM ledger_entry e WHERE e.record = s.record AND {LATER_ACT})"
        folded = f"{where} AND {later}"
        told = ", ".join(_told(name) if name in fields else "NULL" for name in (CODE, NAME, NUMBER))
        sql = (
            f"SELECT s.provider, {told} FROM projections_standing s JOIN ledger_payload p ON p.seq = s.record"
            f" WHERE {where} AND NOT {later}"
        )
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            for provider, code, name, number in cursor:
                if number:
                    yield provider, str(code or name or ""), str(number)
    records = read_frame(
        f"SELECT s.record FROM projections_standing s WHERE {folded}", parameters, {"record": pl.Int64}
    )
    # To some something happens only after the day: the condition leaves them to their fold.
    late = {line.record for line in display.unsettled(asked.as_of) if line.item == asked.item}
    for line in public.lines_of_records(sorted({*records["record"], *late}), asked.as_of):
        within = line.record not in late or (line.decided is not None and line.decided >= asked.since)
        if line.document and within and (providers is None or line.provider in providers):
            yield line.provider, line.fields.get(CODE) or line.authority, line.document


def _told(name: str) -> str:
    """The expression for a field of the payload as it was reported (原报字段)."""
    return f"p.body::json ->> '{name}'" if connection.vendor == "postgresql" else f"json_extract(p.body, '$.{name}')"


_PAPER = {"paper": pl.Int64}
_kept: Grown[_Asked, Mapping[str, _Own]] = Grown(ASKED_KEPT, _made, _grown)
