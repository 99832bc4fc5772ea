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

from gongxin.kernel.issues import Refusal
from gongxin.kernel.sentences import Sentence, listed, named, sentence
from gongxin.law.book import Edition
from gongxin.law.citing import Certainty, ClauseRef
from gongxin.law.clauses import clause
from gongxin.law.reading import Reader

KIND, BASIS = "debt-question", "GF-2016-76/五（五）"
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
    text: Sentence
    source: ClauseRef | None
    certainty: Certainty


@dataclass(frozen=True, slots=True)
class Publishing:
    """A stock about to be published or taken back (拟公布、拟撤下): who acts, who may, on what paper, confirmed by whom."""

    acting: str
    """Code of the body that acts."""
    authority: str
    """Code of the finance authority of the division; empty where none is entered."""
    document_no: str
    confirmed: bool
    """Whether a named person confirmed it."""
    there: bool
    """Whether a stock of that day was reported, or is published where it is taken back."""


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


@clause("GF-2016-76", "五（五）")
@clause("GBH-2016-88")
def refused_publication(asked: Publishing) -> Refusal | None:
    """Say why a stock cannot be published or taken back, or None (能否公布).

    Law:      国发〔2016〕76号 五（五）: transparent, under supervision; published by the finance authority alone (unverified)
    Facts:    who acts, who the finance authority is, the document, whether a named person confirmed, whether there is one
    Returns:  Refusal | None
    Refuses:  everybody but the finance authority of the division; without a document or a person; what is not there
    """
    if not asked.authority:
        return Refusal(
            "debt.authority", sentence("还没有登记这个区划的财政主管部门", "No finance authority of this division is entered"), BASIS,
            sentence("请信用主管单位凭文件登记", "Let the office enter it with the document"),
        )  # fmt: skip
    if asked.acting != asked.authority:
        return Refusal(
            "debt.publisher", sentence("只有财政主管部门能公布或者撤下债务数据", "The finance authority alone publishes data on debt"), BASIS,
            sentence("请由财政主管部门的账号办理", "Let an account of the finance authority do it"),
        )  # fmt: skip
    if not asked.there:
        return Refusal(
            "debt.none", sentence("没有这一天的债务余额", "There is no stock of that day"), BASIS,
            sentence("请核对余额日", "Check the day of the stock"),
        )  # fmt: skip
    if not asked.document_no.strip() or not asked.confirmed:
        return Refusal(
            "debt.paper", sentence("没有写明公布文件号或者确认人", "The number of the document, or the person who confirmed, is missing"), BASIS,
            sentence("请写明文件号，以及确认人的姓名和职务", "Give the number, and name and post of the person"),
        )  # fmt: skip
    return None


@clause("GBH-2016-88")
def refused_level(level: str, *, law: Edition) -> Refusal | None:
    """Say why a level of response cannot be entered, or None (响应等级检查).

    Law:      国办函〔2016〕88号: four levels; their triggers are unverified, so whoever may sets one on a document
    Facts:    the level named
    Returns:  Refusal | None
    Refuses:  a level the book does not list
    """
    known = rows(LEVELS, law)
    if level in {each.id for each in known}:
        return None
    names = listed(sentence("{id}（{name}）", "{id} ({name})", id=each.id, name=named(each)) for each in known)
    return Refusal(
        "debt.level", sentence("没有这个响应等级", "There is no such level"), "GBH-2016-88",
        sentence("可以是：{names}", "One of: {names}", names=names),
    )  # fmt: skip


def _read(parameter: str, law: Edition) -> tuple[Row, ...]:
    value = law.find_parameter(parameter)
    found = []
    for body in value.table() if value is not None else ():
        row = Reader(body, f"parameters.{parameter}", law.book.instruments)
        found.append(
            Row(
                row.text("id", None), row.text("name", None), row.text("name_en"), row.number("percent"),
                Sentence(row.text("text"), row.text("text_en") or row.text("text")),
                value.source if value is not None else None, value.certainty if value is not None else "unverified",
            )
        )  # fmt: skip
    return tuple(found)
