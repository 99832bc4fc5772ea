"""Credit repair (信用修复): from which day an entry can be repaired, what is missing, what cannot be repaired and why.

A pure rule from the line as it stands and what is already known: nothing that is known is ever asked for again. It
tells everybody the same in advance – the subject, the counter, the body that decides – and guards the acts of a case.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from gongxin.kernel.calendar import WorkCalendar
from gongxin.kernel.sentences import Sentence
from gongxin.kernel.terms import add_months
from gongxin.law.book import Edition, LawSilent
from gongxin.law.casework import due_after, rules_of
from gongxin.law.citing import Certainty, ClauseRef, weakest
from gongxin.law.clauses import clause
from gongxin.law.clocks import Clocks, clocks
from gongxin.law.facts import RecordFacts, facts_of
from gongxin.law.limits import Limit, limits_of
from gongxin.law.lists import early_exit_day, find_list
from gongxin.law.reading import Reader
from gongxin.law.standing import Line
from gongxin.law.wording import term_text

ADVERSE = "adverse"
REORGANISATION_DONE = "reorganisation-done"
REORGANISATION_PLAN = "reorganisation-plan"
MINOR = "minor"
ONE_DAY = timedelta(days=1)

STATES = ("open", "later", "grade", "never", "barred", "ended", "none")
"""`open`: can be applied for today; `later`: from `from_day`; `grade`: a person must first determine the grade; `never`:
by the clause in `refused_by`; `barred`: after false material; `ended`: nothing is shown or used any more; `none`: the
entry is nothing that needs repair."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is already known beside the ledger (已掌握的情况): never asked for again.

    `performed_on`: a day of performance told in the application or confirmed by the body; `applied_on`: the day of the
    application, for one that began under an earlier law; `barred_until`: the last day of a bar after false material.
    """

    performed_on: date | None = None
    committed: bool = False
    ground: str = ""
    applied_on: date | None = None
    barred_until: date | None = None


NOTHING = Known()


@dataclass(frozen=True, slots=True)
class Condition:
    """One of the four conditions (修复条件): met, not met, or – None – for the deciding body to look at."""

    id: str
    name: str
    name_en: str
    met: bool | None
    clause: ClauseRef | None
    certainty: Certainty
    day: date | None = None
    """From which day it is met, where a day decides (符合之日)."""


@dataclass(frozen=True, slots=True)
class Document:
    """One of the two documents (修复材料); `held`: it is known already and must not be asked for."""

    id: str
    name: str
    name_en: str
    held: bool
    marks: tuple[str, ...]
    clause: ClauseRef | None


@dataclass(frozen=True, slots=True)
class Eligibility:
    """Whether an entry can be repaired, from when, and what is missing (修复资格): told before anybody applies."""

    possible: bool
    """Whether an application can be lodged today."""
    state: str
    from_day: date | None
    """The first day on which it can be applied for (最早可申请日); None where no day can be named."""
    until: date | None
    """The last day on which the entry shows by itself (公示最后一日)."""
    route: str
    """The act a grant enters: `repair`, or `removal` where the listing authority removes (修复或者移出)."""
    at_once: bool
    """Whether it is granted as soon as performance is known (履行即修复)."""
    conditions: tuple[Condition, ...]
    documents: tuple[Document, ...]
    limits: tuple[Limit, ...]
    refused_by: ClauseRef | None
    text: str
    text_en: str
    certainty: Certainty
    answer_by: date | None = None
    """The last day for the answer, were it applied for on the first day on which it can be (答复期限)."""

    @property
    def missing(self) -> tuple[Condition, ...]:
        """The conditions that are not met yet (尚缺的条件)."""
        return tuple(each for each in self.conditions if each.met is False)

    @property
    def to_bring(self) -> tuple[Document, ...]:
        """The documents that still have to be handed in (尚需提交的材料)."""
        return tuple(each for each in self.documents if not each.held)

    @property
    def grantable(self) -> bool:
        """Whether the conditions the platform can see are all met (是否可以准予): the body decides on the rest."""
        return self.possible and not self.missing


@clause("NDRC-36", 2)
@clause("NDRC-36", 3)
@clause("NDRC-36", 4)
@clause("NDRC-36", 20)
@clause("NDRC-58")
@clause("GBF-2025-22", 2)
@clause("GBF-2025-22", 4)
@clause("GBF-2025-22", 9)
@clause("EIR", 17)
@clause("FSL-2021", 135)
def eligibility(
    line: Line, known: Known = NOTHING, *, law: Edition, calendar: WorkCalendar | None = None, today: date
) -> Eligibility:
    """Whether an entry can be repaired, from which day, and what is missing (修复资格).

    Law:      令36 2–4 and 国办发〔2025〕22号 二、四: shortest display term, performance, commitment, other conditions;
              minor entries as soon as performed; abnormal operation by removal; statutory bars are not shortened
    Facts:    the line as it stands on `today`, what is known beside it; the edition of `today`; the calendar of working
              days, where the last day for an answer is asked for
    Returns:  Eligibility with conditions, documents, limits, the first day and the words for it
    Refuses:  never; whether to grant is the deciding body's alone
    """
    item = law.item(line.item)
    route = _row(law, "repair.routes", "item", line.item)
    adverse = item.polarity == ADVERSE or line.facts.performed == "no" or "performance" in {a.kind for a in line.acts}
    if route is None and item.polarity == ADVERSE:
        return _answer(
            "none", law, text="这类记录不走信用修复：期满、解除或者整改经核实后停止，不需要申请；认为有错的，可以提出异议。",
            text_en="Not repaired on application: it ends with its term, or when it is lifted or verified as put right; if wrong, object.",
        )  # fmt: skip
    if route is None or not adverse:
        return _answer("none", law, text="这条记录不是失信信息，不需要修复。", text_en="Nothing here needs repair.")
    act = route.one_of("act", ("repair", "removal"), "repair")
    if line.state in {"withdrawn", "repaired", "removed"}:
        return _answer("ended", law, route=act, text="已经终止公示、停止共享和使用。", text_en="It has already ended.")
    facts, answer, rule_certainty = _governed(line, known, law)
    if answer.undecided is not None:
        text = "须先由单位认定失信程度，才能确定可以申请修复的日期。"
        return _answer("grade", law, route=act, text=text, text_en="A person must first determine the grade.")
    if answer.ended_on(today):
        text = "公示和使用期限已经届满，不需要修复。"
        return _answer("ended", law, route=act, text=text, text_en="Display and use have ended by themselves.",
                       until=answer.display_until)  # fmt: skip
    seen = _Seen(facts, answer, known, law, today, act == "removal")
    limits = tuple(limits_of(facts, line.payload, law=law, today=today))
    told = _decided(seen, limits, route, weakest((rule_certainty, answer.certainty, route.certainty("secondary"))))
    if calendar is None or told.from_day is None:
        return told
    return replace(told, answer_by=_answer_by(max(told.from_day, today), law, calendar))


def asks_again(wanted: str, told: Eligibility) -> Document | None:
    """Return the document that a request for material asks for although it is known already (重复索要), or None."""
    return next((each for each in told.documents if each.held and any(mark in wanted for mark in each.marks)), None)


@clause("NDRC-36")
def barred_until(found_on: date, *, law: Edition) -> date:
    """The last day of a bar after false material (限制申请的最后一日), from the day on which it was found."""
    return add_months(found_on, law.parameter("repair.bar").number())


def bar_term(*, law: Edition) -> Sentence:
    """How long a bar after false material runs, in words (限制申请的期限)."""
    months = law.parameter("repair.bar").number()
    return Sentence(term_text(months, "months"), term_text(months, "months", english=True))


def after_bar(first: date | None, barred_until: date | None) -> date | None:
    """The first day on which repair can be applied for, where a bar runs longer than the term (限制期满后的首日)."""
    return first if first is None or barred_until is None else max(first, barred_until + ONE_DAY)


def court_document(ground: str, *, law: Edition) -> Reader | None:
    """The court's ruling a ground of reorganisation needs (所需裁定书), or None for other grounds."""
    return _row(law, "repair.court-documents", "ground", ground)


def commitment_text(law: Edition) -> str:
    """The words of the commitment that is made in public (信用承诺书文字)."""
    return law.parameter("repair.commitment.text").text()


@dataclass(frozen=True, slots=True)
class _Seen:
    """What one asking looks at (一次判断所看)."""

    facts: RecordFacts
    answer: Clocks
    known: Known
    law: Edition
    today: date
    removal: bool

    @property
    def performed_on(self) -> date | None:
        if self.facts.performed_on is not None:
            return self.facts.performed_on
        if self.facts.performed == "yes":
            return self.facts.decided_on or self.today
        return self.known.performed_on if self.known.performed_on and self.known.performed_on <= self.today else None

    @property
    def waits(self) -> bool:
        """Whether the shortest display term counts (是否须满最短公示期)."""
        if self.removal or self.answer.repair_from is None:
            return False
        if self.known.ground in (REORGANISATION_DONE, REORGANISATION_PLAN):
            rule = self.law.find_parameter("repair.reorganisation.waits")
            return rule is None or rule.value is True
        return True


def _governed(line: Line, known: Known, law: Edition) -> tuple[RecordFacts, Clocks, Certainty]:
    """The facts and clocks by the law that governs the application (过渡): the line's own, or those of its first day."""
    rule = law.find_parameter("repair.transition")
    applied = known.applied_on
    if rule is None or applied is None or applied >= rule.since or rule.text() != "application-day":
        return line.facts, line.clocks, "verified"
    edition = law.book.on(applied)
    read = facts_of(edition.item(line.item), line.payload, law=edition)
    held = line.facts
    facts = replace(
        read, severity=held.severity, publication=held.publication, ban_until=held.ban_until,
        ban_months=held.ban_months, ban_undecided=held.ban_undecided, ban_scope=held.ban_scope,
    )  # fmt: skip
    return facts, clocks(facts, law=edition), rule.certainty


def _decided(seen: _Seen, limits: tuple[Limit, ...], route: Reader, certainty: Certainty) -> Eligibility:
    law, today = seen.law, seen.today
    first = seen.answer.repair_from if seen.waits else seen.facts.decided_on
    left_early = _left_early(seen)
    ends = [limit.until + ONE_DAY for limit in limits if limit.effect == "waits" and limit.until is not None]
    from_day = max([day for day in (first, left_early, *ends) if day is not None], default=today)
    never = next((limit for limit in limits if limit.effect == "never"), None)
    waiting = next((limit for limit in limits if limit.effect == "waits"), None)
    barred = seen.known.barred_until
    conditions = tuple(_conditions(seen, from_day))
    documents = tuple(_documents(seen))
    at_once = _at_once(seen)
    common: dict[str, Any] = {
        "until": seen.answer.display_until, "route": route.text("act", "repair"), "at_once": at_once,
        "conditions": conditions, "documents": documents, "limits": limits,
        "certainty": weakest((certainty, *(limit.certainty for limit in limits))),
    }  # fmt: skip
    if never is not None:
        return _answer("never", law, refused_by=never.clause, text=never.text, text_en=never.text_en, **common)
    if barred is not None and barred >= today:
        rule = law.parameter("repair.bar.names")
        from_day = max(from_day, barred + ONE_DAY)
        return _answer(
            "barred", law, from_day=from_day, refused_by=rule.source, text=f"{rule.text()}{from_day} 起可以再申请。",
            text_en=f"No application until {from_day}, after false material or a broken commitment.", **common,
        )  # fmt: skip
    if from_day > today:
        last = seen.answer.display_until if seen.answer.audience == "public" else seen.answer.share_until
        if last is not None and from_day > last:
            return _answer(
                "later", law, from_day=from_day, refused_by=(waiting.clause if waiting else conditions[0].clause),
                text=f"{from_day} 起才能申请，届时公示和使用期限已经届满，不需要申请。",
                text_en=f"It could be applied for from {from_day}; by then its term is over and no repair is needed.",
                **common,
            )  # fmt: skip
        said = waiting.text if waiting is not None and waiting.until == from_day - ONE_DAY else "最短公示期尚未届满。"
        refused = waiting.clause if waiting is not None else conditions[0].clause
        return _answer(
            "later", law, from_day=from_day, refused_by=refused, text=f"{said}{from_day} 起可以申请。",
            text_en=f"Repair can be applied for from {from_day}.", **common,
        )  # fmt: skip
    text, english = route.text("text"), route.text("text_en")
    if not text and at_once:
        text, english = (
            "履行完毕即可申请，履行情况已有记录的立即修复。",
            "As soon as performed; at once where that is on record.",
        )
    elif not text:
        text, english = "现在可以申请修复。", "Repair can be applied for now."
    return _answer("open", law, from_day=from_day, text=text, text_en=english, **common)


def _left_early(seen: _Seen) -> date | None:
    """The first day on which a list can be left early where it counts from the cure (最早移出之日), or None."""
    rule = find_list(seen.facts.listed, seen.law)
    if rule is None or not rule.exit_from_cure or seen.facts.decided_on is None:
        return None
    return early_exit_day(rule, seen.facts.decided_on, seen.performed_on)


def _conditions(seen: _Seen, from_day: date) -> list[Condition]:
    found = []
    for row in _rows(seen.law, "repair.conditions"):
        name = row.text("id", None)
        if name == "term" and not seen.waits and from_day <= seen.today:
            continue
        met: bool | None = None
        day: date | None = None
        if name == "term":
            met, day = from_day <= seen.today, from_day
        elif name == "performed":
            met, day = seen.performed_on is not None, seen.performed_on
        elif name == "commitment":
            met = seen.known.committed
        if name == "other":
            found += _others(seen)
            continue
        found.append(_condition(row, met, day))
    return found


def _others(seen: _Seen) -> list[Condition]:
    """Conditions special laws add (其他条件): for the deciding body to look at."""
    rows = _rows(seen.law, "repair.other-conditions")
    return [
        _condition(row, None, None) for row in rows if not row.texts("items") or seen.facts.item in row.texts("items")
    ]


def _condition(row: Reader, met: bool | None, day: date | None) -> Condition:
    return Condition(
        row.text("id", None), row.text("name", None), row.text("name_en"), met, row.find_ref("source"),
        row.certainty("unverified"), day,
    )  # fmt: skip


def _documents(seen: _Seen) -> list[Document]:
    # What the ledger holds is held; what the application itself brings is held once it is there.
    known = {"performed": seen.performed_on is not None, "commitment": seen.known.committed}
    return [
        Document(
            row.text("id", None), row.text("name", None), row.text("name_en"), known.get(row.text("held_by"), False),
            row.texts("marks"), row.find_ref("source"),
        )
        for row in _rows(seen.law, "repair.documents")
    ]  # fmt: skip


def _answer_by(start: date, law: Edition, calendar: WorkCalendar) -> date | None:
    """The last day for an answer to an application of a day (答复期限), by the clock of the case."""
    try:
        rule = rules_of("repair", law=law).clocks["decide"]
    except LawSilent:
        return None
    term = next((term for term in rule.terms if not term.jurisdiction), rule.terms[0])
    return due_after(start, term.count, term.unit, calendar)[0]


def _at_once(seen: _Seen) -> bool:
    rule = seen.law.find_parameter("repair.minor.at-once")
    return not seen.removal and seen.answer.severity == MINOR and rule is not None and rule.value is True


def _rows(law: Edition, parameter: str) -> list[Reader]:
    value = law.find_parameter(parameter)
    rows = value.table() if value is not None else ()
    return [Reader(row, f"parameters.{parameter}", law.book.instruments) for row in rows]


def _row(law: Edition, parameter: str, key: str, wanted: str) -> Reader | None:
    return next((row for row in _rows(law, parameter) if row.text(key) == wanted), None)


def _answer(state: str, law: Edition, **told: Any) -> Eligibility:
    blank: dict[str, Any] = {
        "possible": state == "open", "state": state, "from_day": None, "until": None, "route": "repair",
        "at_once": False, "conditions": (), "documents": (), "limits": (), "refused_by": None, "text": "",
        "text_en": "", "certainty": law.procedure("repair").certainty if _knows_repair(law) else "unverified",
    }  # fmt: skip
    return Eligibility(**{**blank, **told})


def _knows_repair(law: Edition) -> bool:
    return any(each.id == "repair" for each in law.procedures())
