"""Records on public officials (公职人员履职记录): which kinds of decisions, for how long each may be used, who hands them in.

Only what the book lists, each kind with its own period. The period of a sanction ends by itself; whoever is lifted of it
earlier is so from that day. Nothing of it is public, and people are not scored by it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from gongxin.kernel.issues import Refusal
from gongxin.kernel.sentences import named, sentence
from gongxin.law.book import Edition
from gongxin.law.citing import Certainty, ClauseRef
from gongxin.law.clauses import clause
from gongxin.law.model import Item
from gongxin.law.reading import Reader

ITEM = "official-conduct"
KINDS = "officials.kinds"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of decision on a public official (处理种类): for how many months it may be used, and by which clause."""

    id: str
    name: str
    name_en: str
    months: int
    source: ClauseRef
    certainty: Certainty


def kinds(law: Edition) -> tuple[Kind, ...]:
    """Return the kinds of an edition (处理种类), in its order."""
    return law.remember("officials.kinds", lambda: _read(law))


@clause("ASL-2020", 8)
@clause("ASL-2020", 26)
@clause("GF-2016-76", "四（二）")
def period_of(found: Iterable[str], *, law: Edition) -> Kind | None:
    """Which kind, and so which period, a decision falls under (处分期间).

    Law:      政务处分法 8: six, twelve, eighteen and twenty-four months; 26: discharge has no period of its own; for
              judgments, penalties and accountability of 国发〔2016〕76号 四（二） the book's own cautious terms, unverified
    Facts:    the kinds the record names
    Returns:  the kind; None where none, several or another one is named, which a person must look at
    Refuses:  never
    """
    wanted = frozenset(found)
    return next((each for each in kinds(law) if {each.id} == wanted), None)


@clause("GF-2016-76", "四（二）")
def refused_reporter(item: Item, decider: str, reporter: str, *, heir: str = "") -> Refusal | None:
    """Say why a body may not hand a record in, or None (由谁报送).

    Law:      国发〔2016〕76号 四（二）: what a decision in force says; it is reported by whoever made it, or goes on for it
    Facts:    the item, the code of the body that decided, of the body that hands it in, and of the one under which the
              duties of the first stand today: the body itself, or who goes on for it after a merger, split or end
    Returns:  Refusal | None
    Refuses:  anybody but the body that decided and the one that goes on for it, for an item that asks for it
    """
    if not item.by_decider or reporter in {decider, heir}:
        return None
    return Refusal(
        "official.decider",
        sentence("“{item}”只能由作出决定的单位或者它的承继单位报送",
                 "“{item}” is handed in by the body that decided, or the one that goes on for it, alone", item=named(item)),
        str(item.bases[0]),
        sentence("请由作出决定的单位报送；它已停止存续的，由登记簿里的承继单位报送",
                 "Let the body that decided hand it in, or where it is no more the one that goes on for it"),
    )  # fmt: skip


@clause("ASL-2020", 26)
def refused_lifting(decided_on: date | None, lifted_on: date | None, *, today: date) -> Refusal | None:
    """Say why the lifting of a sanction cannot be entered, or None (能否登记解除).

    Law:      政务处分法 26: lifted at the end of its period where the conditions are met; entered once it was decided
    Facts:    the day of the sanction's decision, the day of its lifting
    Returns:  Refusal | None
    Refuses:  no day, one before the decision, one that lies ahead
    """
    if lifted_on is not None and (decided_on is None or decided_on <= lifted_on) and lifted_on <= today:
        return None
    return Refusal(
        "official.day", sentence("解除日期不对", "The day of the lifting is not right"), "ASL-2020/26",
        sentence("请写 {first} 到 {today} 之间的日期", "Write a day between {first} and {today}",
                 first=decided_on or "—", today=today),
    )  # fmt: skip


def _read(law: Edition) -> tuple[Kind, ...]:
    value = law.find_parameter(KINDS)
    rows = (
        Reader(body, f"parameters.{KINDS}", law.book.instruments)
        for body in (value.table() if value is not None else ())
    )
    return tuple(
        Kind(
            row.text("id", None), row.text("name", None), row.text("name_en"), row.number("months") or 0,
            row.get_ref("source"), row.certainty(),
        )
        for row in rows
    )  # fmt: skip
