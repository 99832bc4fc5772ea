"""The plan of an entry's clocks (期限方案): which terms apply, decided from facts that take few values.

The plan looks at no date, only at which dates are there. So the bulk path can ask it once per distinct pattern of facts
and do the arithmetic of days columnar, while the single case does the same arithmetic for one entry.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from gongxin.kernel.sentences import named, sentence
from gongxin.law import officials
from gongxin.law.book import Edition
from gongxin.law.citing import Certainty, ClauseRef, weakest
from gongxin.law.clauses import clause
from gongxin.law.facts import RecordFacts
from gongxin.law.grading import grade
from gongxin.law.lists import KNOWN, NONE, OPEN, find_list, standing_of
from gongxin.law.model import Item, Value

HIDDEN_STATES = frozenset({"invalid", "revoked", "cancelled", "other"})
NOT_ON_RECORD = sentence("没有认定日期（决定日期），无法计算期限", "There is no day of decision to count the term from")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """The facts of an entry that take few values (事实形态)."""

    subject_kind: str
    kinds_key: str = ""
    fine: str = "none"
    simple_procedure: bool | None = None
    severity: str | None = None
    publication: str | None = None
    sector: str | None = None
    long_minimum: bool = False
    ban: str = "none"
    status: str | None = None
    performed: str | None = None
    has_decided: bool = True
    has_due: bool = False
    listed: str | None = None
    list_end: str = NONE

    @property
    def kinds(self) -> frozenset[str]:
        return frozenset(self.kinds_key.split("|")) if self.kinds_key else frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Which terms apply to an entry (期限方案), as months from a day and as the name of the date that ends it."""

    audience: str
    severity: str | None = None
    undecided: str | None = None
    anchor: str = "decided_on"
    display_months: int | None = None
    ends_with: str | None = None
    ends_before: bool = False
    repair_months: int | None = None
    share_follows: bool = True
    retain_months: int | None = None
    destroy_after: bool = False
    clauses: tuple[ClauseRef, ...] = ()
    certainty: Certainty = "verified"
    reason: str = ""

    def as_row(self) -> dict[str, Any]:
        """One row of the bulk path's answers (一行结果)."""
        return {
            "audience": self.audience,
            "severity": self.severity,
            "undecided": self.undecided,
            "anchor": self.anchor,
            "display_months": self.display_months,
            "ends_with": self.ends_with,
            "ends_before": self.ends_before,
            "repair_months": self.repair_months,
            "share_follows": self.share_follows,
            "retain_months": self.retain_months,
            "destroy_after": self.destroy_after,
            "clauses": ";".join(ref.key() for ref in self.clauses),
            "certainty": self.certainty,
            "reason": self.reason,
        }


@dataclass(slots=True)
class _Ground:
    """Collects the values a plan rests on, so that its clauses and its certainty follow from them."""

    law: Edition
    clauses: list[ClauseRef] = field(default_factory=list)
    certainties: list[Certainty] = field(default_factory=list)

    def on(self, parameter: str) -> Value | None:
        value = self.law.find_parameter(parameter)
        if value is not None:
            self.certainties.append(value.certainty)
            if value.source is not None and value.source not in self.clauses:
                self.clauses.append(value.source)
        return value

    def months(self, parameter: str) -> int | None:
        value = self.on(parameter)
        return value.number() if value is not None else None

    def rest_on(self, ref: ClauseRef | None, certainty: Certainty) -> None:
        self.certainties.append(certainty)
        if ref is not None and ref not in self.clauses:
            self.clauses.insert(0, ref)


def pattern_of(facts: RecordFacts) -> Pattern:
    """The pattern of one entry's facts (取事实形态)."""
    return Pattern(
        subject_kind=facts.subject_kind,
        kinds_key="|".join(sorted(facts.kinds)),
        fine=facts.fine,
        simple_procedure=facts.simple_procedure,
        severity=facts.severity,
        publication=facts.publication,
        sector=facts.sector,
        long_minimum=facts.long_minimum,
        ban=ban_state(facts),
        status=facts.status,
        performed=facts.performed,
        has_decided=facts.decided_on is not None,
        has_due=facts.due_on is not None,
        listed=facts.listed,
        list_end=facts.list_end,
    )


def ban_state(facts: RecordFacts) -> str:
    """known, cleared (a person found that there is none), none, or the reason why a person has to read it."""
    if facts.ban_scope == "cleared":
        return "cleared"
    if facts.ban_until is not None:
        return "known"
    return facts.ban_undecided or "none"


def plan(pattern: Pattern, *, item: Item, law: Edition) -> Plan:
    """Which terms apply to an entry of an item (期限方案): the item's own publication rule decides."""
    rule = PUBLICATION_RULES[item.publication_rule]
    return law.remember((item.id, pattern), lambda: rule(pattern, item, _Ground(law)))


@clause("NDRC-36")
@clause("NDRC-36", 3)
@clause("NDRC-58")
@clause("GBF-2025-22")
@clause("PIPL-2021", 25)
def penalty_tiers(pattern: Pattern, item: Item, ground: _Ground) -> Plan:
    """Terms of a penalty by its grade (处罚三类公示期); a minor one is not shown unless a person finds it necessary."""
    if not pattern.has_decided:
        return _open(NOT_ON_RECORD, ground)
    grading = grade(pattern, law=ground.law)
    if grading.severity is None:
        ground.rest_on(grading.clause, grading.certainty)
        return _open(grading.reason, ground)
    longest = ground.months(f"display.{grading.severity}.max")
    shortest = ground.months(f"display.{grading.severity}.min")
    ground.rest_on(grading.clause, grading.certainty)
    if longest is None or shortest is None:
        return _open(sentence("法典未收录该日的公示期", "The law book holds no display term for that day"), ground)
    public = item.public_for
    if grading.severity == "minor" and pattern.publication != "necessary":
        shown = ground.on("display.minor.public")
        public = public if shown is not None and shown.value is True else frozenset()
    return _closed(
        pattern, item, ground, public, grading.severity, display=longest, repair=shortest, reason=grading.reason
    )


@clause("CKB-2014-526")
@clause("NDRC-36", 4)
def procurement_list(pattern: Pattern, item: Item, ground: _Ground) -> Plan:
    """Terms of a procurement violation (政府采购严重违法失信): three years in general, removed when the ban has ended."""
    longest = ground.months("list.procurement.max")
    if not pattern.has_decided:
        return _open(NOT_ON_RECORD, ground)
    if longest is None:
        return _open(
            sentence(
                "法典未收录该日的名单公布期限", "The law book holds no term of publication for that list on that day"
            ),
            ground,
        )
    if pattern.ban == "none":
        return _open(
            sentence(
                "处罚内容没有写明禁止期限，是否符合列入条件须由人认定",
                "No ban is written; whether it belongs on the list a person must decide",
            ),
            ground,
        )
    if pattern.ban not in ("known", "cleared"):
        return _open(pattern.ban, ground)
    tiers = ground.law.find_parameter("grading.tiers")
    repair = None
    if tiers is not None and tiers.text() == "three":
        repair = ground.months("display.serious.min")
    ends = "ban_until" if pattern.ban == "known" else None
    return _closed(
        pattern,
        item,
        ground,
        item.public_for,
        "serious",
        display=longest,
        repair=repair,
        ends_with=ends,
        reason=sentence("名单", "By its list"),
    )


@clause("GBF-2020-49", 3)
@clause("NDRC-36", 4)
@clause("PIPL-2021", 25)
def list_entry(pattern: Pattern, item: Item, ground: _Ground) -> Plan:
    """Terms of an entry on a list (严重失信主体名单): its list's own; nothing of a list whose basis has fallen is shown."""
    if not pattern.has_decided:
        return _open(NOT_ON_RECORD, ground)
    rule = find_list(pattern.listed, ground.law)
    if rule is None:
        return _open(
            sentence(
                "法典中没有这份名单，或者它已停止施行", "The law book has no such list, or it is no longer in force"
            ),
            ground,
        )
    no = standing_of(rule, law=ground.law)
    if no is not None:
        ground.rest_on(rule.ground, "unverified")
        return _open(no.message, ground)
    if pattern.list_end not in (KNOWN, OPEN):
        return _open(pattern.list_end, ground)
    ground.certainties += [rule.certainty, rule.term_certainty]
    ground.clauses.extend(ref for ref in rule.bases if ref not in ground.clauses)
    # A list that says how it is left early keeps to it; of one that is silent the shortest term of serious entries holds.
    # Months counted from the cure are the least there can be: what was put right before the listing counts from it.
    leave = 0 if rule.cure else rule.exit_months
    if leave is None:
        leave = ground.months("display.serious.min")
    return _closed(
        pattern, item, ground, item.public_for & rule.public_for, "serious", repair=leave,
        ends_with="list_until" if pattern.list_end == KNOWN else None, reason=named(rule),
    )  # fmt: skip


@clause("EIR", 17)
@clause("EIR", 18)
def until_removed(pattern: Pattern, item: Item, ground: _Ground) -> Plan:
    """A state that is shown until it is removed (异常名录): removal can be asked for at any time."""
    if not pattern.has_decided:
        return _open(NOT_ON_RECORD, ground)
    _rest_on_bases(ground, item)
    return _closed(
        pattern,
        item,
        ground,
        item.public_for,
        None,
        repair=0,
        ends_with="removed_on",
        ends_before=True,
        reason=sentence("移出为止", "Until removed"),
    )


@clause("ALL-2019", 40)
@clause("FGCJ-2018-424")
def while_valid(pattern: Pattern, item: Item, ground: _Ground) -> Plan:
    """A licence is shown while it is valid (许可有效期内公示)."""
    if not pattern.has_decided:
        return _open(NOT_ON_RECORD, ground)
    _rest_on_bases(ground, item)
    public = frozenset[str]() if pattern.status in HIDDEN_STATES else item.public_for
    return _closed(
        pattern, item, ground, public, None, ends_with="valid_until", reason=sentence("有效期内", "While valid")
    )


@clause("GF-2016-33")
def honour(pattern: Pattern, item: Item, ground: _Ground) -> Plan:
    """An honour is shown as long as it is valid (荣誉); no law sets another end."""
    if not pattern.has_decided:
        return _open(NOT_ON_RECORD, ground)
    _rest_on_bases(ground, item)
    return _closed(
        pattern,
        item,
        ground,
        item.public_for,
        None,
        ends_with="valid_until",
        reason=sentence("有效期内", "While valid"),
    )


@clause("GBF-2019-35")
@clause("NDRC-36", 4)
def commitment(pattern: Pattern, item: Item, ground: _Ground) -> Plan:
    """A commitment and whether it was kept (信用承诺); a broken one never shows longer than other adverse entries."""
    if not pattern.has_decided:
        return _open(NOT_ON_RECORD, ground)
    _rest_on_bases(ground, item)
    if pattern.performed != "no":
        return _closed(
            pattern,
            item,
            ground,
            item.public_for,
            None,
            reason=sentence("承诺及其履行", "A commitment and its performance"),
        )
    longest = ground.months("display.other.max")
    if longest is None:
        return _open(sentence("法典未收录该日的公示期", "The law book holds no display term for that day"), ground)
    anchor = "due_on" if pattern.has_due else "decided_on"
    return _closed(
        pattern,
        item,
        ground,
        item.public_for,
        None,
        display=longest,
        anchor=anchor,
        reason=sentence("承诺未履行", "A commitment not kept"),
    )


@clause("ASL-2020", 8)
@clause("ASL-2020", 26)
@clause("GF-2016-76", "四（二）")
def official_file(pattern: Pattern, item: Item, ground: _Ground) -> Plan:
    """Terms of a record on a public official (公职人员履职记录): its kind's own period, or less where it was lifted before.

    Nothing of it is public; what an office may set for sharing in general never lengthens it.
    """
    if not pattern.has_decided:
        return _open(NOT_ON_RECORD, ground)
    kind = officials.period_of(pattern.kinds, law=ground.law)
    if kind is None:
        return _open(
            sentence(
                "处理种类不在所列之内，或者不止一种，须由人认定",
                "The kind is none of those listed, or several; a person must decide",
            ),
            ground,
        )
    _rest_on_bases(ground, item)
    ground.rest_on(kind.source, kind.certainty)
    told = _closed(
        pattern, item, ground, frozenset(), None, display=kind.months, ends_with="removed_on", ends_before=True,
        reason=named(kind),
    )  # fmt: skip
    return replace(told, share_follows=True)


@clause("EIR", 6)
def register(pattern: Pattern, item: Item, ground: _Ground) -> Plan:
    """A registration is shown while the subject is registered (登记存续期间)."""
    _rest_on_bases(ground, item)
    public = frozenset[str]() if pattern.status == "cancelled" else item.public_for
    return _closed(pattern, item, ground, public, None, reason=sentence("登记存续期间", "While registered"))


PublicationRule = Callable[[Pattern, Item, _Ground], Plan]

PUBLICATION_RULES: dict[str, PublicationRule] = {
    "penalty-tiers": penalty_tiers,
    "procurement-list": procurement_list,
    "list-entry": list_entry,
    "until-removed": until_removed,
    "while-valid": while_valid,
    "honour": honour,
    "commitment": commitment,
    "official-file": official_file,
    "register": register,
}


def _rest_on_bases(ground: _Ground, item: Item) -> None:
    ground.certainties.append(item.certainty)
    ground.clauses.extend(ref for ref in item.bases if ref not in ground.clauses)


def _open(reason: str, ground: _Ground) -> Plan:
    """Left to a person (人工认定): such an entry is never shown nor used."""
    return Plan(audience="none", undecided=reason, clauses=tuple(ground.clauses), certainty="unverified", reason=reason)


@clause("CREDIT-631", 16)
@clause("PIPL-2021", 19)
def _closed(
    pattern: Pattern,
    item: Item,
    ground: _Ground,
    public_for: frozenset[str],
    severity: str | None,
    *,
    display: int | None = None,
    repair: int | None = None,
    ends_with: str | None = None,
    ends_before: bool = False,
    anchor: str = "decided_on",
    reason: str = "",
) -> Plan:
    """Put the other three clocks beside the display (共享、保存、销毁): a person's entries are never public."""
    law = ground.law
    certainty = weakest(ground.certainties)
    clauses = list(ground.clauses)
    share = law.find_parameter("share.rule")
    person = pattern.subject_kind not in ("organisation", "sole-trader")
    retain = law.find_parameter("retain.person") if person and item.polarity == "adverse" else None
    destroy = law.find_parameter("destroy.person") if retain is not None else None
    if retain is not None and retain.source is not None:
        clauses.append(retain.source)
    return Plan(
        audience="public" if not person and pattern.subject_kind in public_for else "government",
        severity=severity,
        anchor=anchor,
        display_months=display,
        ends_with=ends_with,
        ends_before=ends_before,
        repair_months=repair,
        share_follows=share is None or share.text() == "follows-display",
        retain_months=retain.number() if retain is not None else None,
        destroy_after=destroy is not None and destroy.text() == "day-after-retention",
        clauses=tuple(clauses),
        certainty=certainty,
        reason=reason,
    )
