"""Incentives (守信激励): conveniences for those who keep faith – by public bodies, by partners of their own will, by consent.

Whether somebody is entitled is told by what speaks for them on the day, condition by condition, with the records. There
is no number, no rank and no grade, and nothing that restricts may import this module: a contract of the house holds it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from gongxin.kernel.terms import add_months
from gongxin.law.book import Edition
from gongxin.law.citing import Certainty, ClauseRef
from gongxin.law.clauses import clause
from gongxin.law.model import Entry
from gongxin.law.reading import Reader
from gongxin.law.wording import filled

GROUPS = ("public", "market", "programme")
CONDITIONS = ("clean_months", "honour_months", "kept", "any")
HONOUR, COMMITMENT = "honour", "commitment"
KEPT, BROKEN = "yes", frozenset({"no", "partly"})


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What must follow and by when (容缺补正): said before anybody relies on it."""

    term: int
    unit: str
    text: str
    text_en: str
    source: ClauseRef | None
    certainty: Certainty


@dataclass(frozen=True)
class Incentive:
    """A convenience (激励措施) as an edition has it: what, by whom, for whom, on which conditions."""

    id: str
    name: str
    name_en: str
    group: str
    subject_kinds: tuple[str, ...]
    content: str
    content_en: str
    giver: str
    matter: str
    favours_business: bool
    fair_review: str
    """The number of the fair-competition review, which a favour to businesses must have (公平竞争审查结论号)."""
    qualifies: tuple[Mapping[str, Any], ...]
    follow_up: FollowUp | None
    bases: tuple[ClauseRef, ...]
    certainty: Certainty

    @property
    def pending(self) -> str:
        """What keeps it from having effect (未生效原因): `review`, `legal`, or nothing."""
        if self.favours_business and not self.fair_review:
            return "review"
        return "legal" if self.certainty == "unverified" else ""


@dataclass(frozen=True, slots=True)
class Told:
    """What a condition looks at in one record in use (激励所看的事实)."""

    record: int
    item: str
    polarity: str
    decided: date | None
    performed: str | None = None
    contested: bool = False
    """Under a mark that takes its binding force (异议处理中): it does not count against anybody."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One condition and whether it is met (一项条件): with the number it asks for and the records behind it."""

    condition: str
    amount: int
    met: bool
    records: tuple[int, ...]
    among: tuple[Reason, ...] = ()
    """The conditions of which one is enough (任一即可)."""


@dataclass(frozen=True)
class Entitlement:
    """Whether somebody is entitled on a day (是否符合), with every reason. There is nothing in it to compare people by."""

    incentive: Incentive
    entitled: bool
    reasons: tuple[Reason, ...]


def incentives_of(law: Edition) -> tuple[Incentive, ...]:
    """Return the incentives of an edition (激励措施), in its order."""
    return law.remember("incentives", lambda: tuple(read_incentive(entry, law) for entry in law.incentives()))


@clause("GBF-2016-98", "六（一）")
@clause("GF-2016-33")
@clause("FCR-2024", 18)
def entitled(incentive: Incentive, told: Iterable[Told], subject_kind: str, *, as_of: date) -> Entitlement:
    """Whether somebody is entitled to a convenience on a day (是否符合激励条件).

    Law:      国办发〔2016〕98号 六（一）: three years without adverse records; 公平竞争审查条例 18: no favour without review
    Facts:    the records in use on the day; what kind of subject it is
    Returns:  Entitlement; False where the convenience itself has no effect yet or is not for such subjects
    Refuses:  never
    """
    known = list(told)
    reasons = tuple(_reason(condition, known, as_of) for condition in incentive.qualifies)
    fits = not incentive.pending and subject_kind in incentive.subject_kinds
    return Entitlement(incentive, fits and all(each.met for each in reasons), reasons)


def _reason(condition: Mapping[str, Any], told: Sequence[Told], as_of: date) -> Reason:
    [(name, amount)] = condition.items()
    if name == "any":
        among = tuple(_reason(each, told, as_of) for each in amount)
        return Reason(name, 1, any(each.met for each in among), (), among)
    months = int(amount)
    if name == "clean_months":
        adverse = [each for each in told if each.polarity == "adverse" and not each.contested]
        against = tuple(each.record for each in adverse if each.decided is None or _within(each.decided, months, as_of))
        return Reason(name, months, not against, against)
    if name == "honour_months":
        honours = [each for each in told if each.item == HONOUR and each.decided is not None]
        found = tuple(each.record for each in honours if each.decided and _within(each.decided, months, as_of))
        return Reason(name, months, bool(found), found)
    commitments = [each for each in told if each.item == COMMITMENT and not each.contested]
    kept = tuple(each.record for each in commitments if each.performed == KEPT)
    broken = tuple(each.record for each in commitments if each.performed in BROKEN)
    return Reason(name, months, len(kept) >= months and not broken, broken or kept)


def _within(decided: date, months: int, as_of: date) -> bool:
    return decided <= as_of <= add_months(decided, months)


def read_incentive(entry: Entry, law: Edition) -> Incentive:
    """Read a convenience (读取激励措施); BookFault where it asks for what nobody may ask for."""
    reader = Reader(entry.data, f"{entry.path} incentives.{entry.id}", law.book.instruments)
    if not entry.bases:
        raise reader.fault("bases are missing; no convenience without a clause or a published scheme")
    conditions = tuple(_condition(row) for row in reader.rows("qualifies"))
    if not conditions:
        raise reader.fault("qualifies is missing; a convenience for everybody is no incentive")
    group = reader.one_of("group", GROUPS, None)
    matter = reader.text("matter")
    if group != "public" and not matter:
        raise reader.fault(f"a {group} incentive names the matter in which consent is given")
    return Incentive(
        entry.id, entry.name, entry.name_en, group, reader.texts("subject_kinds"), reader.text("content", None),
        reader.text("content_en"), reader.text("giver", None), matter, reader.flag("favours_business"),
        reader.text("fair_review"), conditions, _follow_up(reader), entry.bases, entry.certainty,
    )  # fmt: skip


def _condition(row: Reader) -> Mapping[str, Any]:
    names = list(row.body)
    if len(names) != 1 or names[0] not in CONDITIONS:
        raise row.fault(f"a condition is one of {', '.join(CONDITIONS)}")
    if names == ["any"]:
        return {"any": tuple(_condition(each) for each in row.rows("any"))}
    if row.number(names[0]) is None:
        raise row.fault(f"{names[0]} must be a whole number")
    return dict(row.body)


def _follow_up(reader: Reader) -> FollowUp | None:
    if not reader.mapping("follow_up"):
        return None
    part = reader.part(reader.mapping("follow_up"), "follow_up")
    term, unit = part.number("term"), part.text("unit", None)
    if term is None:
        raise part.fault("term is missing")
    return FollowUp(
        term, unit, filled(part.text("text", None), term, unit), filled(part.text("text_en"), term, unit, english=True),
        part.find_ref("source"), part.certainty(),
    )  # fmt: skip
