"""What government owes to businesses and since when (款项支付): plans of payment, last days, interest – computed and shown.

A plan is what the contract says, node by node. The last day of a node is counted from delivery or acceptance; what is
paid counts against the nodes in their order. Late is a fact by date; nobody's verdict.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from gongxin.kernel.calendar import WorkCalendar
from gongxin.kernel.dates import read_date
from gongxin.kernel.issues import Refusal
from gongxin.kernel.money import read_money
from gongxin.kernel.sentences import Sentence, sentence
from gongxin.law.book import Edition
from gongxin.law.casework import due_after
from gongxin.law.citing import Certainty, ClauseRef
from gongxin.law.clauses import clause

WAN = Decimal(10_000)
CENT = Decimal("0.01")
DELIVERY, ACCEPTANCE = "delivery", "acceptance"
_SPLIT = re.compile(r"[；;\n]+")
_AFTER = re.compile(r"(交付|交货|完工|验收|验收合格)(?:之日)?(?:后|起)?(?:(\d{1,3})\s*[日天]内?)?(?=\s|$)")
_EVENTS = {"交付": DELIVERY, "交货": DELIVERY, "完工": DELIVERY, "验收": ACCEPTANCE, "验收合格": ACCEPTANCE}
_WORDS = re.compile(r"(\S+)\s*")
_AS_WRITTEN = Sentence(
    "2026-06-30 120万元 预付款；交付后30日 80万元 尾款",
    "2026-06-30 120万元 advance；交付后30日 80万元 the rest (交付 delivery, 验收 acceptance)",
)
"""How a plan is written (付款计划写法): in either language with the words that can be read."""


@dataclass(frozen=True, slots=True)
class Node:
    """One node of a plan of payment (付款节点): a day, or so many days after an event; how much, in yuan; for what."""

    n: int
    amount: Decimal
    text: str
    on: date | None = None
    after: str = ""
    days: int | None = None


@dataclass(frozen=True, slots=True)
class Contract:
    """What the law looks at in a contract (合同事实): amounts in yuan, a rate in per cent a year."""

    signed_on: date | None
    small_business: bool = False
    delivered_on: date | None = None
    accepted_on: date | None = None
    pay_days: int | None = None
    rate: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """The last day of a node (付款末日): None while what it waits for has not happened; `provisional` 暂算."""

    day: date | None
    clause: ClauseRef | None
    certainty: Certainty = "verified"
    provisional: bool = False
    shortened: bool = False
    """Whether the longest lawful term ended before the agreed one (超过最长期限的按最长期限)."""


@dataclass(frozen=True, slots=True)
class Rate:
    """The daily rate of interest for being late (逾期日利率), and on what it rests."""

    daily: Decimal
    agreed: bool
    clause: ClauseRef | None
    certainty: Certainty


@dataclass(frozen=True, slots=True)
class Run:
    """A run of days with one sum owed (计息区间): both days counted, interest in yuan."""

    first: date
    last: date
    principal: Decimal
    interest: Decimal

    @property
    def days(self) -> int:
        """Return how many days it has (天数)."""
        return (self.last - self.first).days + 1


def read_plan(text: str) -> tuple[Node, ...] | Refusal:
    """Read a plan of payment (读取付款计划): nodes parted by semicolons or lines, each a day or event, a sum, and words.

    `2026-06-30 120万元 预付款；交付后30日 80万元 尾款`. A sum without a unit counts in 万元. Refuses what cannot be read.
    """
    nodes: list[Node] = []
    for n, part in enumerate((each.strip() for each in _SPLIT.split(text) if each.strip()), 1):
        node = _node(n, part)
        if node is None:
            return Refusal(
                "payment.plan",
                sentence("付款计划第 {n} 条读不懂：“{part}”", "Node {n} of the payment plan cannot be read: “{part}”", n=n, part=part),
                None,
                sentence("请写成：{plan}", "Write: {plan}", plan=_AS_WRITTEN),
            )  # fmt: skip
        nodes.append(node)
    return tuple(nodes)


def refused_total(nodes: Sequence[Node], amount: Decimal | None) -> Refusal | None:
    """Say why a plan does not fit its contract, or None (付款计划与合同金额): the nodes add up to the whole."""
    total = sum((node.amount for node in nodes), Decimal(0))
    if amount is None or total == amount:
        return None
    return Refusal(
        "payment.total",
        sentence(
            "付款计划合计 {total} 万元，与合同金额 {amount} 万元不符",
            "The plan adds up to {total} × 10,000 yuan, the contract says {amount}",
            total=_plain(total / WAN), amount=_plain(amount / WAN),
        ),
        None,
        sentence("请补齐或者更正付款节点", "Complete or correct the nodes"),
    )  # fmt: skip


def refused_paid(nodes: Sequence[Node], paid: Decimal) -> Refusal | None:
    """Say why a plan cannot follow what was paid already, or None (付款计划与已付金额): it never comes to less."""
    total = sum((node.amount for node in nodes), Decimal(0))
    if paid <= total:
        return None
    return Refusal(
        "payment.paid",
        sentence(
            "付款计划合计 {total} 万元，少于已付的 {paid} 万元",
            "The plan adds up to {total} × 10,000 yuan, less than the {paid} paid already",
            total=_plain(total / WAN), paid=_plain(paid / WAN),
        ),
        None,
        sentence("请把已付的节点写进新的计划", "Write the nodes paid already into the new plan"),
    )  # fmt: skip


@clause("SME-2025", 9)
@clause("SME-2025", 10)
@clause("CC-2020", 203)
def due(node: Node, contract: Contract, *, law: Edition, calendar: WorkCalendar) -> Due:
    """The last day on which a node must be paid (付款末日).

    Law:      条例 802 9: thirty days from delivery, as agreed sixty at most; 10: from acceptance where the contract makes
              it a condition; 民法典 203: a term that ends on a day off ends on the next working day
    Facts:    the node, the contract
    Returns:  Due, None while delivery or acceptance is not known
    Refuses:  never
    """
    usual, longest = law.find_parameter("payment.default.days"), law.find_parameter("payment.longest.days")
    by_acceptance = node.after == ACCEPTANCE or (node.after != DELIVERY and contract.accepted_on is not None)
    start = contract.accepted_on if by_acceptance else contract.delivered_on
    latest, provisional = None, False
    if contract.small_business and start is not None and longest is not None:
        latest, provisional = due_after(start, longest.number(), "days", calendar)
    if node.on is not None:
        shortened = latest is not None and latest < node.on
        told = longest if shortened else usual
        clause_of = told.source if told is not None and contract.small_business else None
        return Due(latest if shortened else node.on, clause_of, "verified", provisional and shortened, shortened)
    if start is None or usual is None:
        return Due(None, usual.source if usual is not None else None)
    agreed = node.days if node.days is not None else contract.pay_days
    count = agreed if agreed is not None else usual.number()
    day, provisional = due_after(start, count, "days", calendar)
    shortened = latest is not None and latest < day
    told = longest if shortened or agreed is not None else usual
    certainty = told.certainty if told is not None else "verified"
    shown = latest if shortened and latest is not None else day
    return Due(shown, told.source if told is not None else None, certainty, provisional, shortened)


@clause("SME-2025", 17)
def rate_of(contract: Contract, *, law: Edition) -> Rate | None:
    """The daily rate for being late (逾期日利率).

    Law:      条例 802 17: as agreed, not below the one-year loan prime rate of the day of the contract; where nothing is
              agreed, five in ten thousand a day
    Facts:    the contract; `law` is the edition of the day the contract was made
    Returns:  Rate, or None where the edition knows none; an agreed rate below the floor counts as the floor
    Refuses:  never
    """
    daily = law.find_parameter("payment.interest.daily")
    if contract.rate is None:
        return None if daily is None else Rate(daily.amount(), False, daily.source, daily.certainty)
    year, floor = law.find_parameter("payment.interest.year"), law.find_parameter("payment.interest.floor")
    if year is None:
        return None
    yearly = max(contract.rate, floor.amount()) if floor is not None else contract.rate
    lifted = floor is not None and yearly != contract.rate
    source = floor.source if floor is not None and lifted else (daily.source if daily is not None else year.source)
    return Rate(yearly / 100 / year.number(), True, source, "unverified")


@clause("SME-2025", 17)
def interest(
    owed: Decimal, due_on: date, paid: Iterable[tuple[date, Decimal]], *, rate: Rate, as_of: date
) -> tuple[Run, ...]:
    """Interest on a sum paid late (逾期利息), run by run of days with the same sum owed.

    Law:      条例 802 17: from the day after the last day, until it is paid
    Facts:    the sum in yuan, its last day, what was paid on which day (a payment counts from its day on)
    Returns:  the runs; none while nothing is late. A run's interest is rounded to 分
    Refuses:  never
    """
    left, runs = owed, []
    first = due_on + timedelta(days=1)
    known = sorted((day, sum_paid) for day, sum_paid in paid if day <= as_of)
    for day, sum_paid in [*known, (as_of + timedelta(days=1), Decimal(0))]:
        # The day of the payment is still a day of delay; from the day after nothing is owed for it.
        last = min(day, as_of)
        if left > 0 and last >= first:
            days = (last - first).days + 1
            runs.append(Run(first, last, left, (left * rate.daily * days).quantize(CENT, ROUND_HALF_UP)))
            first = last + timedelta(days=1)
        left = max(Decimal(0), left - sum_paid)
    return tuple(runs)


def allocated(
    nodes: Sequence[tuple[Decimal, date | None]], paid: Iterable[tuple[date, Decimal]]
) -> list[list[tuple[date, Decimal]]]:
    """Share out what was paid among the nodes (付款抵充): in the order of the plan, the earliest first."""
    shares: list[list[tuple[date, Decimal]]] = [[] for _ in nodes]
    left = [amount for amount, _ in nodes]
    order = sorted(range(len(nodes)), key=lambda n: (nodes[n][1] or date.max, n))
    for day, amount in sorted(paid):
        rest = amount
        for n in order:
            share = min(rest, left[n])
            if share > 0:
                shares[n].append((day, share))
                left[n] -= share
                rest -= share
    return shares


@clause("SME-2025", 18)
def publication_day(year: int, *, law: Edition) -> date | None:
    """The last day for publishing what was overdue at the end of a year (年度公布日), or None where the edition is silent.

    Law:      条例 802 18: before 31 March, of the year before
    Facts:    the year reported about
    Returns:  date | None
    Refuses:  never
    """
    told = law.find_parameter("payment.publication.day")
    if told is None:
        return None
    month, day = (int(part) for part in told.text().split("-"))
    return date(year + 1, month, day)


def _node(n: int, part: str) -> Node | None:
    words = _WORDS.match(part)
    event = _AFTER.match(part)
    if event is not None:
        rest, on = part[event.end() :].strip(), None
        after, days = _EVENTS[event[1]], int(event[2]) if event[2] else None
    elif words is not None:
        reading = read_date(words[1])
        if reading.value is None or reading.precision != "day":
            return None
        rest, on, after, days = part[words.end() :].strip(), reading.value, "", None
    else:
        return None
    said = _WORDS.match(rest)
    money = read_money(said[1], unit=WAN) if said is not None else None
    if said is None or money is None or money.yuan is None or money.yuan <= 0:
        return None
    return Node(n, money.yuan, rest[said.end() :].strip(), on, after, days)


def _plain(amount: Decimal) -> str:
    return f"{amount.normalize():f}"
