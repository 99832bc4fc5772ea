"""Debt of local governments (地方政府债务): the stock by debtor and year of maturity, and the bands a ratio falls into.

Pure arithmetic on what was reported. A band is no finding: the book's numbers await the finance authority, and what a
ratio means for anybody a person says.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from gongxin.law.book import Edition
from gongxin.law.citing import Certainty, ClauseRef
from gongxin.law.clauses import clause
from gongxin.law.reading import Reader

BANDS, LEVELS, RESTRUCTURING = "debt.ratio.bands", "debt.response.levels", "debt.restructuring"
FEN = Decimal(100)


@dataclass(frozen=True, slots=True)
class Bond:
    """A bond as it was reported on a day (债券); amounts in fen, the balance None where none was reported."""

    code: str
    debtor: str
    matures_on: date
    issued: int
    balance: int | None


@dataclass(frozen=True, slots=True)
class Stock:
    """The stock of one debtor (债务余额): in fen by year of maturity; how many bonds told no balance."""

    debtor: str
    by_year: Mapping[int, int]
    bonds: int
    untold: int

    @property
    def balance(self) -> int:
        """Return the whole balance in fen (余额合计)."""
        return sum(self.by_year.values())


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the book about debt (债务档位): a band with its lower bound, a level with its text, a limit."""

    id: str
    name: str
    name_en: str
    percent: int | None
    text: str
    source: ClauseRef | None
    certainty: Certainty


def stocks(bonds: Iterable[Bond]) -> tuple[Stock, ...]:
    """Return the stock of each debtor (按债务人、到期年份汇总), the debtors by name. A balance not told is not nought."""
    grouped: dict[str, list[Bond]] = defaultdict(list)
    for bond in bonds:
        grouped[bond.debtor].append(bond)
    found = []
    for debtor, held in sorted(grouped.items()):
        years: dict[int, int] = defaultdict(int)
        for bond in held:
            if bond.balance is not None:
                years[bond.matures_on.year] += bond.balance
        found.append(Stock(debtor, dict(sorted(years.items())), len(held), sum(bond.balance is None for bond in held)))
    return tuple(found)


def rows(parameter: str, law: Edition) -> tuple[Row, ...]:
    """Return the rows the book holds under a parameter of debt (债务档位), in its order; nothing where it is silent."""
    return law.remember(("debt", parameter), lambda: _read(parameter, law))


@clause("GBH-2016-88")
@clause("GF-2016-76", "五（五）")
def band(balance: int, resources: int, *, law: Edition) -> Row | None:
    """The band a debt ratio falls into (债务率色带).

    Law:      国发〔2016〕76号 五（五）: risk is assessed and warned of; the bounds of the bands await the finance authority
    Facts:    the balance and the comprehensive resources (综合财力) of the same year, both in fen
    Returns:  Row | None where there are no resources or the book is silent; a bound belongs to the band above it
    Refuses:  never
    """
    if resources <= 0:
        return None
    bands = sorted(rows(BANDS, law), key=lambda row: -(row.percent or 0))
    return next((row for row in bands if balance * 100 >= (row.percent or 0) * resources), None)


def _read(parameter: str, law: Edition) -> tuple[Row, ...]:
    value = law.find_parameter(parameter)
    found = []
    for body in value.table() if value is not None else ():
        row = Reader(body, f"parameters.{parameter}", law.book.instruments)
        found.append(
            Row(
                row.text("id", None), row.text("name", None), row.text("name_en"), row.number("percent"), row.text("text"),
                value.source if value is not None else None, value.certainty if value is not None else "unverified",
            )
        )  # fmt: skip
    return tuple(found)
