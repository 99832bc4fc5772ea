"""Publishing a stock of debt (公布债务余额): by the finance authority, on a document, confirmed by a named person; frozen as it was.

What everybody reads is the balance by debtor and year of maturity. Ratios, bands and levels are no part of it: their
numbers await the finance authority, and what they mean a person says.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Sum

from gongxin.kernel.issues import Refusal
from gongxin.law import debt as rules
from gongxin.law.debt import Bond, Publishing, Stock
from gongxin.rooms.oversight.debtbook import authorities, holdings
from gongxin.rooms.oversight.debtbook.models import Publication
from gongxin.spine import clock
from gongxin.spine.access.gate import Viewer
from gongxin.spine.access.models import Role
from gongxin.spine.cases.deciding import SHORTEST_NAME


@dataclass(frozen=True)
class Published:
    """A published stock (已公布的余额): as the finance authority published it, whatever was reported since."""

    region: str
    name: str
    stock_day: date
    body: str
    document_no: str
    published_on: date
    balance: int


def publish(
    viewer: Viewer, region: str, stock_day: date | None, document_no: str, confirmed_by: str
) -> Publication | Refusal:
    """Publish the stock of a day (公布), the latest reported one where none is named."""
    with transaction.atomic():
        day = stock_day or holdings.latest_day(region)
        held = holdings.within(region).filter(stock_day=day)
        row = held.order_by("-id").first()
        no = rules.refused_publication(_asked(viewer, region, document_no, confirmed_by, there=row is not None))
        if no is not None or row is None:
            return _not_there() if no is None else no
        balance = held.aggregate(sum=Sum("balance"))["sum"] or 0
        return Publication.objects.create(
            region=region, stock_day=row.stock_day, verb=Publication.PUBLISH, document_no=document_no.strip()[:128],
            body=viewer.body, last=row.pk, balance=balance, confirmed_by=confirmed_by.strip()[:100],
            account=viewer.account_id, day=clock.today(), at=clock.now(),
        )  # fmt: skip


def withdraw(
    viewer: Viewer, region: str, stock_day: date | None, reason: str, confirmed_by: str
) -> Publication | Refusal:
    """Take a published stock back (撤下): at once; what was published is kept, and by whom."""
    with transaction.atomic():
        found = [each for each in _standing(region) if stock_day in {None, each.stock_day}]
        last = max(found, key=lambda each: each.stock_day, default=None)
        no = rules.refused_publication(_asked(viewer, region, reason, confirmed_by, there=last is not None))
        if no is not None or last is None:
            return _not_there() if no is None else no
        return Publication.objects.create(
            region=region, stock_day=last.stock_day, verb=Publication.WITHDRAW, document_no=last.document_no,
            reason=reason.strip(), body=viewer.body, last=last.last, balance=last.balance,
            confirmed_by=confirmed_by.strip()[:100], account=viewer.account_id, day=clock.today(), at=clock.now(),
        )  # fmt: skip


def published(region: str = "") -> tuple[Published, ...]:
    """Return what is published (已公布的余额), of a division or of all, by division, the latest stock first."""
    names = authorities.names()
    found = sorted(_standing(region), key=lambda each: (each.region, -each.stock_day.toordinal()))
    return tuple(
        Published(
            each.region, names.get(each.region, each.region), each.stock_day, each.body, each.document_no, each.day, each.balance
        )
        for each in found
    )  # fmt: skip


def find(region: str, stock_day: date | None = None) -> tuple[Published, tuple[Stock, ...]] | None:
    """Return a published stock with its debtors (已公布的明细), the latest where no day is named; or None."""
    told = next((each for each in published(region) if stock_day in {None, each.stock_day}), None)
    if told is None:
        return None
    entry = next(each for each in _standing(region) if each.stock_day == told.stock_day)
    rows = holdings.within(region).filter(stock_day=entry.stock_day, id__lte=entry.last)
    bonds = rows.values_list("code", "debtor", "matures_on", "issued", "balance")
    return told, rules.stocks(Bond(*row) for row in bonds)


def as_dict(told: Published, stocks: tuple[Stock, ...] | None = None) -> dict[str, Any]:
    """Return a published stock as page, interface and command give it (公布数据), amounts in yuan as text."""
    answer: dict[str, Any] = {
        "region": {"code": told.region, "name": told.name}, "stock_day": told.stock_day, "authority": told.body,
        "document": told.document_no, "published_on": told.published_on, "balance_yuan": yuan(told.balance), "clause": rules.BASIS,
    }  # fmt: skip
    if stocks is not None:
        answer["debtors"] = [
            {"debtor": each.debtor, "bonds": each.bonds, "without_balance": each.untold, "balance_yuan": yuan(each.balance),
             "by_year_of_maturity": {str(year): yuan(amount) for year, amount in each.by_year.items()}}
            for each in stocks
        ]  # fmt: skip
    return answer


def yuan(amount: int) -> str:
    """Return fen as yuan (金额写法)."""
    return f"{Decimal(amount) / rules.FEN:.2f}"


def _standing(region: str = "") -> list[Publication]:
    """What stands published: the last word of each division and day, where it is no withdrawal."""
    rows = Publication.objects.order_by("id")
    last: dict[tuple[str, date], Publication] = {}
    for each in rows.filter(region=region) if region else rows:
        last[each.region, each.stock_day] = each
    return [each for each in last.values() if each.verb == Publication.PUBLISH]


def _asked(viewer: Viewer, region: str, document_no: str, confirmed_by: str, *, there: bool) -> Publishing:
    acting = viewer.body if viewer.role == Role.STEWARD else ""
    confirmed = sum(each.isalpha() for each in confirmed_by) >= SHORTEST_NAME
    return Publishing(acting, authorities.authority_of(region), document_no, confirmed, there)


def _not_there() -> Refusal:
    raise LookupError("a stock that is not there was not refused")
