"""Effects in a matter (查询事项的法律效果): must be acted on, for reference, or none – each with its clause."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from gongxin.kernel.issues import Refusal
from gongxin.kernel.sentences import joined, listed, named, sentence
from gongxin.kernel.terms import add_months
from gongxin.law import undoing
from gongxin.law.book import Edition
from gongxin.law.citing import Certainty, ClauseRef, weakest
from gongxin.law.clauses import clause
from gongxin.law.clocks import Clocks
from gongxin.law.facts import RecordFacts
from gongxin.law.holds import Hold
from gongxin.law.model import Matter, Remedy, Trigger
from gongxin.law.standing import Line

CONDITIONS = frozenset(
    {"ban", "kinds", "fine_at_least", "within_months", "severity", "status", "performed", "listed", "any", "all"}
)


@dataclass(frozen=True, slots=True)
class Effect:
    """What a record means in a matter (法律效果): the same words for officer and subject."""

    kind: Literal["must_act", "for_reference", "none"]
    clause: ClauseRef | None
    text: str
    text_en: str
    remedy: Remedy
    certainty: Certainty
    until: date | None = None
    trigger: str | None = None
    note: str = ""

    @property
    def remedy_clause(self) -> ClauseRef | None:
        return self.remedy.clauses[0] if self.remedy.clauses else None


@dataclass(frozen=True, slots=True)
class Sight:
    """What a matter may see (可见范围): item → fields."""

    matter: str
    fields: Mapping[str, tuple[str, ...]]

    def items(self) -> tuple[str, ...]:
        return tuple(self.fields)


@clause("GPL-2014", 22, 1)
@clause("GPR-2015", 19)
@clause("GPL-2014", 77, 1)
@clause("GPL-2014", 78)
@clause("TBL-2017", 53)
@clause("TBL-2017", 54)
@clause("CSL-2018", 26)
@clause("CK-2022-3")
def effect(
    matter: Matter, facts: RecordFacts, answer: Clocks, *, law: Edition, as_of: date, regions: Sequence[str] = ()
) -> Effect:
    """What a record means in a matter on a day (法律效果): only a clause that says so makes it binding.

    Law:      the matter's own lines in the book, each with its clause; the first that applies holds
    Facts:    the record's facts and clocks; the names of the asking body's regions, for a ban limited to a region
    Returns:  Effect: must_act, for_reference or none, with clause, words, last day and remedy
    Refuses:  never; a record that is undecided or past its term has no effect
    """
    remedy = law.item(facts.item).remedy
    silent = Effect("none", None, "本事项下没有效果。", "No effect in this matter.", remedy, "verified")
    if answer.undecided is not None or facts.item not in matter.sees or not answer.used_on(as_of):
        return silent
    limited: Effect | None = None
    for trigger in matter.triggers:
        if trigger.item != facts.item or not _met(trigger.when, facts, law=law, as_of=as_of):
            continue
        until = _until(trigger, facts, answer)
        certainty = weakest((trigger.certainty, answer.certainty))
        found = Effect(
            trigger.kind,
            trigger.clause,
            trigger.text,
            trigger.text_en,
            remedy,
            certainty,
            until,
            trigger.id,
            facts.ban_note,
        )
        if trigger.kind == "must_act" and "ban" in trigger.when and not _in_region(facts.ban_region, regions):
            limited = _limited(found, facts.ban_region or "")
            continue
        return found if found.kind == "must_act" else limited or found
    return limited or silent


def effect_of(matter: Matter, line: Line, *, law: Edition, regions: Sequence[str] = ()) -> Effect:
    """The effect of a record as it stands (一条记录的效果): withdrawn, repaired or removed ones have none."""
    if not line.usable:
        remedy = law.item(line.item).remedy
        return Effect("none", None, "已不再公示、共享和使用。", "No longer shown, shared or used.", remedy, "verified")
    found = effect(matter, line.facts, line.clocks, law=law, as_of=line.as_of, regions=regions)
    return _after_undoing(under_holds(found, line.holds), line, law)


def _after_undoing(found: Effect, line: Line, law: Edition) -> Effect:
    """Say beside the effect that a repair was undone (撤销修复的说明): the words its subject reads."""
    told = undoing.words(line, law=law) if found.kind != "none" else None
    if told is None:
        return found
    text, english, certainty = told
    return replace(
        found, note="；".join(part for part in (found.note, text.rstrip("。")) if part),
        text_en=f"{found.text_en} {english}".strip(), certainty=weakest((found.certainty, certainty)),
    )  # fmt: skip


@clause("GBF-2020-49")
def under_holds(found: Effect, holds: Sequence[Hold]) -> Effect:
    """What an effect becomes while cases are open on the record (标注期间的效果): not binding where a hold says so.

    Law:      `standing.holds` of the book
    Facts:    the effect as the record alone would have it, the holds on the day
    Returns:  the same effect; for_reference where one of them does not bind, and its note says so by the hold's name alone:
              the hold's words stand beside it as a mark, and would be read twice
    Refuses:  never
    """
    if not holds or found.kind == "none":
        return found
    kind = found.kind if all(hold.binding for hold in holds) else "for_reference"
    loose = listed(named(hold) for hold in holds if not hold.binding)
    said = (
        sentence("{holds}，只供参考", "{holds}: for reference only", holds=loose)
        if loose and kind != found.kind
        else ""
    )
    note = joined(part for part in (found.note, said) if part)
    return replace(
        found, kind=kind, note=note, certainty=weakest((found.certainty, *(hold.certainty for hold in holds)))
    )


@clause("PIPL-2021", 13)
@clause("PIPL-2021", 34)
@clause("GSR-2025-809", 20)
def who_may_ask(matter: Matter, role: str, body_kind: str | None) -> bool | Refusal:
    """Whether a role of a body may ask in a matter (谁可以查询): True, or the refusal with its clause."""
    if role not in matter.roles:
        return Refusal(
            "matter.role",
            sentence("“{matter}”事项只供承办该事项的工作人员查询。",
                     "Only staff who handle “{matter}” may ask in it.", matter=matter),
            str(matter.clause),
            sentence("请由本单位承办人员以查询员身份查询；公开信息可在公示页面查看。",
                     "Let the officer in charge ask; what is public can be read on the public pages."),
        )  # fmt: skip
    if body_kind not in matter.body_kinds:
        return Refusal(
            "matter.body",
            sentence("本单位不属于可以在“{matter}”事项下查询的单位。",
                     "Your body is not one that may ask in “{matter}”.", matter=matter),
            str(matter.clause),
            sentence("如确有法定职责，请向信用主管部门说明职责依据后开通。",
                     "If the law gives it this duty, show the credit office on which clause."),
        )  # fmt: skip
    return True


@clause("PIPL-2021", 6)
@clause("GSR-2025-809", 25)
def sees(matter: Matter) -> Sight:
    """What a matter may see (可见范围): only the items and fields it needs."""
    return Sight(matter.id, matter.sees)


def _met(when: Mapping[str, Any], facts: RecordFacts, *, law: Edition, as_of: date) -> bool:
    """Whether all circumstances of a line hold (条件是否成立)."""
    return all(_holds(name, wanted, facts, law=law, as_of=as_of) for name, wanted in when.items())


def _holds(name: str, wanted: Any, facts: RecordFacts, *, law: Edition, as_of: date) -> bool:
    if name == "ban":
        return facts.ban_scope == wanted and facts.ban_until is not None and as_of <= facts.ban_until
    if name == "kinds":
        return bool(facts.kinds & frozenset(str(kind) for kind in wanted))
    if name == "fine_at_least":
        value = law.find_parameter(str(wanted))
        return value is not None and facts.fine_yuan is not None and facts.fine_yuan >= value.amount()
    if name == "within_months":
        decided = facts.decided_on
        return decided is not None and decided <= as_of <= add_months(decided, int(wanted))
    if name in ("severity", "status", "performed", "listed"):
        return getattr(facts, name) in wanted
    if name == "any":
        return any(_met(part, facts, law=law, as_of=as_of) for part in wanted)
    if name == "all":
        return all(_met(part, facts, law=law, as_of=as_of) for part in wanted)
    raise ValueError(f"the book names the unknown circumstance {name}")


def _until(trigger: Trigger, facts: RecordFacts, answer: Clocks) -> date | None:
    """The last day of an effect: the ban's own end, the end of the look-back, and never past the entry's own terms."""
    days = [answer.display_until if answer.audience == "public" else answer.share_until]
    if "ban" in trigger.when:
        days.append(facts.ban_until)
    if "within_months" in trigger.when and facts.decided_on is not None:
        days.append(add_months(facts.decided_on, int(trigger.when["within_months"])))
    return min((day for day in days if day is not None), default=None)


def _in_region(region: str | None, regions: Sequence[str]) -> bool:
    return region is None or any(name and region in name for name in regions)


def _limited(found: Effect, region: str) -> Effect:
    """A ban that binds in one region only is, elsewhere, for reference – and says so."""
    note = f"禁止范围限于{region}的政府采购，在该范围内办理的必须适用，在其他地方仅供参考。"
    english = f"The ban binds procurement of {region} alone; elsewhere it is for reference."
    return Effect(
        "for_reference",
        found.clause,
        note,
        english,
        found.remedy,
        found.certainty,
        found.until,
        found.trigger,
        found.note,
    )
