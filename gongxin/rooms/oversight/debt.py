"""Debt of local governments within the house (地方政府债务): stocks as they were reported, each look logged.

What everybody may read of it the finance authority publishes (`debtbook.publishing`); until then it is internal.

A file is taken in whole or not at all, and what was reported for a day is not rewritten. Debtors are kept by the name in
the file: a name identifies nobody, and nothing here is attached to a subject.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from gongxin.kernel.issues import Refusal
from gongxin.kernel.sentences import sentence
from gongxin.law import debt, tasks
from gongxin.law.debt import BASIS, KIND, Bond, Row, Stock
from gongxin.rooms.oversight.debtbook import authorities, holdings
from gongxin.rooms.oversight.models import DebtHolding
from gongxin.rooms.oversight.tasks import giving
from gongxin.spine import clock, shelf
from gongxin.spine.access import looks
from gongxin.spine.access.gate import Viewer
from gongxin.spine.access.looks import Draft
from gongxin.spine.access.models import Role
from gongxin.spine.bodies.register import divisions
from gongxin.spine.cases import engine
from gongxin.spine.cases.deciding import unnamed
from gongxin.spine.cases.engine import Done
from gongxin.spine.cases.kinds import Doing, Kind, Placing, register
from gongxin.spine.cases.points import refused_numbers

MAY = frozenset({Role.OPERATOR, Role.SUPERVISOR, Role.AUDITOR})
YI = Decimal(10) ** 10
"""Fen in a hundred million yuan (亿元)."""
TAIL = Decimal("0.01")
HEADINGS = {"code": "代码", "name": "名称", "debtor": "债务主体", "issued": "发行总额", "balance": "债券余额", "matures": "到期日期",
            "rate": "票面利率", "region": "主体地区"}  # fmt: skip
FAULTS_SHOWN = 20
CHUNK = 2_000
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")


@dataclass(frozen=True)
class Taken:
    """What came of a file (导入结果)."""

    stock_day: date
    rows: int
    added: int
    present: int
    untold: int
    """Rows that told no balance (没有余额的行)."""
    unplaced: int
    """Rows that named no division (没有写地区的行): they stand under none."""


@dataclass(frozen=True)
class Told:
    """The stock of a division on a day (区划债务余额), with the number of the look."""

    region: str
    name: str
    stock_day: date
    stocks: tuple[Stock, ...]
    look: str
    resources: int | None
    apart: tuple[tuple[str, str, date], ...] = ()
    """Divisions within it whose latest stock is of another day (另有余额日的下级区划): code, name, day; not counted in."""

    @property
    def balance(self) -> int:
        """Return the balance of all debtors in fen (余额合计)."""
        return sum(each.balance for each in self.stocks)


def take_in(text: str, *, stock_day: date | None, source: str) -> Taken | Refusal:
    """Take in a table of bonds (导入债券余额表): all of it, or nothing with every row that cannot be read."""
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    heads = {
        key: next((head for head in reader.fieldnames or () if head.startswith(word)), "")
        for key, word in HEADINGS.items()
    }
    missing = [HEADINGS[key] for key, head in heads.items() if not head and key not in {"rate", "name"}]
    if missing:
        return Refusal(
            "debt.headings", sentence("缺少列：{names}", "Columns are missing: {names}", names="、".join(missing)), None,
            sentence("请用带这些列的 CSV 文件", "Hand in a CSV file with these columns"),
        )  # fmt: skip
    said = _DAY.search(heads["balance"])
    day = stock_day or (date(*map(int, said.groups())) if said else None)
    if day is None or day > clock.today():
        return Refusal(
            "debt.day", sentence("不知道是哪一天的余额", "The day of the stock is not known"), None,
            sentence("请用 --as-of 写明，不能晚于今天", "Name it with --as-of; not past today"),
        )  # fmt: skip
    faults: list[str] = []
    found = list(_read(reader, heads, faults))
    if faults:
        return Refusal(
            "debt.rows", sentence("有 {n} 行不能读：{rows}", "{n} rows cannot be read: {rows}", n=len(faults), rows="；".join(faults[:FAULTS_SHOWN])),
            None, sentence("改正后整份重新导入，没有导入任何一行", "Mend them and hand in the whole file; nothing was taken in"),
        )  # fmt: skip
    return _kept(found, day, source)


def look(viewer: Viewer, region: str, *, stock_day: date | None = None, resources: int | None = None) -> Told | Refusal:
    """Look at the stock of a division (查看债务余额): inside the house alone, the look durable before the answer."""
    if viewer.role not in MAY and not authorities.is_authority(viewer, region):
        return Refusal(
            "debt.internal", sentence("政府债务数据内部使用", "Data on government debt are internal"), BASIS,
            sentence("公开须主管财政部门同意；由信用主管单位的运营、监督、审计岗位查看", "They are made public by the finance authority alone"),
        )  # fmt: skip
    names = authorities.names()
    latest = holdings.latest_day(region, stock_day or clock.today())
    if latest is None:
        return Refusal(
            "debt.none", sentence("没有这个区划的债务数据：{region}", "There is no debt of this division: {region}", region=region), BASIS,
            sentence("请先用 gongxin debt import 导入，区划写六位代码", "Take it in first with gongxin debt import; divisions by six digits"),
        )  # fmt: skip
    draft = Draft(
        viewer.name,
        viewer.account_id,
        viewer.body,
        viewer.role,
        viewer.via,
        "",
        BASIS,
        "",
        f"debt:{region}",
        "*",
        clock.today(),
    )
    number = looks.write(draft).number
    bonds = holdings.within(region).filter(stock_day=latest)
    rows = bonds.values_list("code", "debtor", "matures_on", "issued", "balance")
    apart = tuple((code, names.get(code, code), day) for code, day in holdings.told_apart(region, latest))
    return Told(
        region, names.get(region[:6], region), latest, debt.stocks(Bond(*row) for row in rows), number, resources, apart
    )  # fmt: skip


def ask(viewer: Viewer, told: Told, body: str, text: str) -> Done | Refusal:
    """Put a question on the stock to a body below (预警疑问): with a clock and the figures that were seen; never a verdict."""
    seen = _("%(name)s　余额日 %(day)s　余额 %(yuan)s 元　查阅编号 %(look)s") % {
        "name": told.name, "day": told.stock_day, "yuan": _yuan(told.balance), "look": told.look,
    }  # fmt: skip
    said = {"text": f"{seen}\n{text.strip()}" if text.strip() else ""}
    return engine.open_case(viewer, engine.Request(KIND, "", said, body=body))


def _place(asked: Placing) -> Placing | Refusal:
    """Find whom the question is for (被询问单位): a public body below whoever asks, in words of its own."""
    found = giving.place(asked)
    if not isinstance(found, Refusal) or found.code != "task.above":
        return found
    return Refusal(
        found.code, sentence("只能向下级或者本级部门提出疑问", "Only bodies below can be asked"), BASIS,
        sentence("由信用牵头部门或者它的上级单位提出", "The office in charge of credit or a body above asks"),
    )  # fmt: skip


def _check(doing: Doing) -> Refusal | None:
    no = unnamed(doing)
    for name in ("text", "findings", "reason", "evidence", "progress"):
        no = no if no is not None else refused_numbers(str(doing.fields.get(name) or ""), BASIS)
    if no is None and str(doing.fields.get("evidence") or "").strip():
        no = tasks.refused_report(doing.fields["evidence"])
    if no is None and "due" in doing.fields:
        no = tasks.refused_last_day(doing.fields["due"], doing.today)
    if no is None and "level" in doing.fields:
        no = debt.refused_level(str(doing.fields["level"]), law=doing.law)
    return no


register(
    Kind(KIND, place=_place, check=_check, answered_by=giving.ACTING, between_bodies=True, raised=lambda _case: ())
)


def regions() -> tuple[tuple[str, str], ...]:
    """Return the divisions of which a stock was reported (有余额的区划), with their names; nothing of the stocks themselves."""
    held = DebtHolding.objects.exclude(region="").values_list("region", flat=True).distinct()
    known = authorities.names()
    return tuple((code, known.get(code, code)) for code in sorted(set(held)))


def ratio(told: Told) -> Decimal | None:
    """Return the ratio of debt to the comprehensive resources in per cent (债务率), or None where these were not named."""
    return (Decimal(told.balance) * 100 / told.resources).quantize(TAIL) if told.resources else None


def band(told: Told) -> Row | None:
    """Return the band of that ratio (色带), or None; it awaits the finance authority and is no finding."""
    law = shelf.book().on(clock.today())
    return debt.band(told.balance, told.resources, law=law) if told.resources else None


def as_dict(told: Told) -> dict[str, Any]:
    """Return a stock as commands and calls give it (债务余额), amounts in yuan as text."""
    law = shelf.book().on(clock.today())
    found, percent = band(told), ratio(told)
    return {
        "look": told.look, "region": {"code": told.region, "name": told.name}, "stock_day": told.stock_day,
        "balance_yuan": _yuan(told.balance),
        "reported_apart": [{"code": code, "name": name, "stock_day": day} for code, name, day in told.apart],
        "debtors": [
            {"debtor": each.debtor, "bonds": each.bonds, "without_balance": each.untold, "balance_yuan": _yuan(each.balance),
             "by_year_of_maturity": {str(year): _yuan(amount) for year, amount in each.by_year.items()}}
            for each in told.stocks
        ],
        "ratio_percent": str(percent) if percent is not None else None, "band": _row(found) if found is not None else None,
        "bands": [_row(row) for row in debt.rows(debt.BANDS, law)], "levels": [_row(row) for row in debt.rows(debt.LEVELS, law)],
        "restructuring": [_row(row) for row in debt.rows(debt.RESTRUCTURING, law)], "internal": True,
    }  # fmt: skip


def fen(amount_yi: str) -> int | None:
    """Return an amount in hundred millions of yuan as fen (亿元换算), or None where it is none or not whole fen.

    A spreadsheet writes 7.6 as 7.6000000000000005: what lies within a hundredth of a fen of a whole one is that one.
    """
    try:
        amount = Decimal(amount_yi.strip()) * YI
    except InvalidOperation:
        return None
    if not amount.is_finite() or amount < 0:
        return None
    whole = amount.to_integral_value()
    return int(whole) if abs(amount - whole) < TAIL else None


def _read(
    reader: Iterable[Mapping[str, str]], heads: Mapping[str, str], faults: list[str]
) -> Iterator[tuple[str, str, Bond]]:
    provinces = {name: code for code, name in shelf.division_names().items() if code.endswith("0000")}
    # A province by its name; any other division by its digits, since the names of districts are not the only ones of their
    # kind: of the national list, or one in which a body of this platform is registered.
    codes = {
        "": "", **{name.removesuffix("市"): code for name, code in provinces.items()}, **provinces,
        **{code: code for code in divisions()},
    }  # fmt: skip
    for n, row in enumerate(reader, 2):
        told = {key: (row.get(head) or "").strip() for key, head in heads.items() if head}
        said = _DAY.match(told["matures"])
        issued, balance = fen(told["issued"]), fen(told["balance"]) if told["balance"] not in {"", "--"} else None
        wrong = [
            HEADINGS[key]
            for key, bad in (
                ("code", not told["code"]), ("debtor", not told["debtor"]), ("matures", said is None or not _real(said)),
                ("issued", issued is None), ("balance", balance is None and told["balance"] not in {"", "--"}),
                ("region", told["region"] not in codes),
            )
            if bad
        ]  # fmt: skip
        if wrong or said is None or issued is None:
            faults.append(f"{n}（{'、'.join(wrong)}）")
            continue
        bond = Bond(told["code"], told["debtor"], date(*map(int, said.groups())), issued, balance)
        yield codes[told["region"]], told.get("name", ""), bond


def _real(said: re.Match[str]) -> bool:
    try:
        date(*map(int, said.groups()))
    except ValueError:
        return False
    return True


def _kept(found: list[tuple[str, str, Bond]], day: date, source: str) -> Taken | Refusal:
    before = {
        code: (debtor, matures, issued, balance)
        for code, debtor, matures, issued, balance in DebtHolding.objects.filter(stock_day=day).values_list(
            "code", "debtor", "matures_on", "issued", "balance"
        )
    }
    fresh, clashing = [], []
    seen: set[str] = set()
    for region, name, bond in found:
        same = (bond.debtor, bond.matures_on, bond.issued, bond.balance)
        if bond.code in seen or (bond.code in before and before[bond.code] != same):
            clashing.append(bond.code)
        elif bond.code not in before:
            fresh.append(
                DebtHolding(
                    stock_day=day, code=bond.code, name=name, debtor=bond.debtor, region=region, matures_on=bond.matures_on,
                    issued=bond.issued, balance=bond.balance, source=source[:200], at=clock.now(),
                )
            )  # fmt: skip
        seen.add(bond.code)
    if clashing:
        return Refusal(
            "debt.rewritten",
            sentence("{day} 的这些债券已有不同的内容，或者在文件里重复：{codes}", "Otherwise as of {day} already, or twice in the file: {codes}",
                     day=day, codes="、".join(clashing[:FAULTS_SHOWN])),
            None, sentence("已导入的不能改写；有误的，用另一余额日重新报送", "What was taken in is not rewritten; report the stock of another day"),
        )  # fmt: skip
    with transaction.atomic():
        DebtHolding.objects.bulk_create(fresh, batch_size=CHUNK)
    untold = sum(bond.balance is None for _region, _name, bond in found)
    return Taken(
        day, len(found), len(fresh), len(found) - len(fresh), untold, sum(not region for region, _name, _bond in found)
    )


def _row(row: debt.Row) -> dict[str, Any]:
    return {
        "id": row.id, "name": row.name, "name_en": row.name_en, "percent": row.percent, "text": str(row.text) or None,
        "text_en": row.text.english or None, "clause": str(row.source) if row.source is not None else None, "certainty": row.certainty,
    }  # fmt: skip


def _yuan(amount: int) -> str:
    return f"{Decimal(amount) / debt.FEN:.2f}"
