"""Documents of a case (案件文书): notices and decisions to print and serve – facts, clause, days and remedies named in each.

Which act makes a document, and what it is called, stands in the law book. What it says is what was said in the act and
what the notice of it told, in the same words; nothing is added that the one concerned could not read in the case.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from gongxin.kernel.issues import Refusal
from gongxin.kernel.sentences import Sentence, named
from gongxin.law import casework
from gongxin.law.book import Edition
from gongxin.law.casework import ActRule, CaseRules, State
from gongxin.law.citing import ClauseRef
from gongxin.law.model import Item, Procedure
from gongxin.law.standing import Line
from gongxin.law.wording import measured, term_text
from gongxin.spine import clock, duties, secrets, shelf
from gongxin.spine.access.gate import Viewer
from gongxin.spine.access.models import Body, Look
from gongxin.spine.cases import fields, finding, kinds
from gongxin.spine.cases.deciding import decision_remedies
from gongxin.spine.cases.finding import Shown
from gongxin.spine.cases.models import Case, CaseAct
from gongxin.spine.outbox import notices
from gongxin.spine.outbox.models import Notice

AGAINST = frozenset({"rejected", "refused", "not-accepted", "kept", "barred", "undone"})
"""States that are decisions against the one who asked: with them the ways that are open are named."""
DECIDED = AGAINST | {"found", "decided", "answered", "improper"}
"""With those that only wait for their service, and answers to an inquiry: the document that is served names the ways already."""
PRIVATE = frozenset({"contact"})
"""What was said for the office alone and is not repeated in a document (不写入文书的内容)."""
NAME = "subject_name"
PUT_FORWARD = ("source", "facts", "basis")
"""What a case about a public body begins with and its papers repeat (提出的事项)."""
HEARING = "hear"
SERVED = "served_on"
"""The field by which an act enters a service (登记送达)."""
CARRIED = frozenset({"ground", "remedy_kind", "document_no", "decided_on"})
BASIS = "basis"
"""The field in which a decision names the law it rests on (处罚依据)."""


@dataclass(frozen=True)
class Day:
    """A term that the document sets (期限): its name and words, its last day where that is known already."""

    name: str
    name_en: str
    term: str
    term_en: str
    until: date | None
    clause: ClauseRef | None
    certainty: str


@dataclass(frozen=True)
class Paper:
    """A document of a case (一份文书). `n` is the act it was made with; `said` what was said in it, by field."""

    case: str
    n: int
    kind: CaseRules
    act: ActRule
    on: date
    to: str
    body: str
    item: Item | None
    facts: tuple[tuple[str, str], ...]
    asked_on: date | None
    asked: Mapping[str, Any]
    """What had been asked, by field, and on which day (所请求的事): the document says to what it is the answer."""
    said: Mapping[str, Any]
    missing: tuple[str, ...]
    """Of a refusal: what is still missing (尚缺的条件)."""
    again_from: str
    """Of a refusal: from which day it can be asked again (可以再次申请之日)."""
    terms: tuple[tuple[Sentence, Sentence], ...]
    """What the notice of the act told of days beside the clocks (告知的期限): until when, for how long."""
    heard: bool
    """Whether the one concerned is told of the right to be heard (告知陈述申辩的权利)."""
    to_serve: bool
    """Whether the case goes on with the entry of its service (须送达): then it has room for a signature."""
    days: tuple[Day, ...]
    clauses: tuple[ClauseRef, ...]
    ways: tuple[Procedure, ...]
    waiting: bool
    """Whether something in it still waits for the legal office (待法制审核)."""

    @property
    def number(self) -> str:
        return f"{self.case}-{self.n}"


def document(viewer: Viewer, number: str, n: int) -> Paper | Refusal:
    """Return a document of a case for whoever has a side in it (出具案件文书).

    Refused: a case that is not this viewer's; an act that makes no document.
    """
    shown = finding.show(viewer, number)
    if isinstance(shown, Refusal):
        return shown
    rules = shown.standing.rules
    step = next(((done, said) for done, said in shown.steps if done.n == n), None)
    act = rules.acts.get(step[0].verb) if step is not None else None
    if step is None or act is None or not act.document:
        return Refusal("case.document", _("没有这份文书"), None, _("请从案件的办理经过中选择"))
    read = finding.read_line(viewer, shown.case)
    line = None if isinstance(read, Refusal) else read[0]
    if line is not None and step[0].n < _entered_by(shown, line.record):
        # A notice knows nothing of the record that came of it later.
        line = None
    return _made(shown, step[0], step[1], act, line)


def made_in(rules: CaseRules, verb: str) -> bool:
    """Tell whether an act makes a document (是否出具文书)."""
    act = rules.acts.get(verb)
    return act is not None and bool(act.document)


def opens_hearing(rules: CaseRules, act: ActRule) -> bool:
    """Tell whether what follows an act starts the time to be heard (是否告知陈述申辩): its notice names the right to it."""
    return any(HEARING in each.starts and act.to in each.since for each in rules.acts.values())


def as_dict(made: Paper) -> dict[str, Any]:
    """Return a document as every machine channel gives it (机器可读的文书)."""
    return {
        "document": made.act.document,
        "document_en": made.act.document_en,
        "number": made.number,
        "case": made.case,
        "on": made.on,
        "to": made.to,
        "body": made.body,
        "item": made.item.id if made.item else None,
        "facts": dict(made.facts),
        "asked_on": made.asked_on,
        "asked": dict(made.asked),
        "said": dict(made.said),
        "missing": list(made.missing),
        "again_from": made.again_from or None,
        "right_to_be_heard": made.heard,
        "terms": [
            {"name": name, "text": text, "name_en": name.english, "text_en": text.english} for name, text in made.terms
        ],
        "days": [{"name": day.name, "term": day.term, "until": day.until} for day in made.days],
        "text": made.act.told or None,
        "text_en": made.act.told_en or None,
        "clauses": [str(each) for each in made.clauses],
        "remedies": [{"id": way.id, "text": way.text, "text_en": way.text_en} for way in made.ways],
        "waiting_for_review": made.waiting,
    }


def as_text(made: Paper) -> list[str]:
    """Return a document as lines of plain text (文书文字), for terminals."""
    lines = [made.act.document, made.number, _("%(to)s：") % {"to": made.to}]
    lines += [f"{name}：{value}" for name, value in made.facts]
    if made.asked_on is not None:
        lines.append(_("提出日期：%(day)s") % {"day": made.asked_on})
    law = shelf.book().on(made.on)
    sealed = _("证件号码密封保存，不显示")
    for verb, told in ((made.kind.begins, made.asked), (made.act.id, made.said)):
        for name, value in told.items():
            label, _hint = fields.wording(made.kind.id, verb, name)
            said = sealed if secrets.is_sealed(str(value)) else fields.chosen(made.kind, name, str(value), law)
            lines.append(f"{label}：{said}")
    if made.missing:
        lines.append(_("尚缺：%(names)s") % {"names": "、".join(made.missing)})
    if made.again_from:
        lines.append(_("%(day)s 起可以再次申请，不收费") % {"day": made.again_from})
    if made.act.told:
        lines.append(made.act.told)
    lines += [f"{name}：{text}" for name, text in made.terms]
    if made.heard:
        lines.append(_("您有权陈述和申辩，可以网上、到窗口或者书面提出；不会因为陈述申辩加重。"))
    lines += [f"{day.name}：{day.term}" + (f"（{day.until}）" if day.until else "") for day in made.days]
    lines.append(_("依据：%(clauses)s") % {"clauses": "、".join(str(each) for each in made.clauses)})
    if made.waiting:
        lines.append(_("部分期限待法制审核"))
    lines += [way.text for way in made.ways]
    return [*lines, made.body, made.on.isoformat()]


def _made(shown: Shown, done: CaseAct, said: Mapping[str, Any], act: ActRule, line: Line | None) -> Paper:
    rules, case = shown.standing.rules, shown.case
    law = shelf.book().on(done.on)
    item = law.find_item(case.item) if case.item else None
    told = _told(case.number, case.subject, done)
    days = tuple(_days(rules, act, shown, done.n))
    state = rules.states.get(act.to)
    ways = decision_remedies(law) if state is not None and state.id in DECIDED else ()
    named = [act.clause, *rules.bases]
    said = {
        **_carried(shown, done, act),
        **{name: said[name] for name in said if name not in _listed(told.get("covers"))},
    }
    asked_on, asked = _asked(shown, done)
    certainties = [act.certainty, *(day.certainty for day in days), *(way.certainty for way in ways)]
    return Paper(
        case=case.number, n=done.n, kind=rules, act=act, on=done.on, to=str(told.get("to") or _addressee(line, shown)), body=_body(done, shown),
        item=item, facts=facts_told(line, item) or _about(shown, law, done.on) or _begun(shown, done, law), asked_on=asked_on, asked=asked,
        said={name: said[name] for name in rules.spoken(act.id, said)},
        missing=tuple(str(each) for each in _listed(told.get("missing"))), again_from=str(told.get("again_from") or ""),
        terms=tuple(_terms(told)),
        heard=opens_hearing(rules, act), to_serve=_is_served(rules, act), days=days,
        clauses=tuple(dict.fromkeys(ref for ref in named if ref is not None)), ways=ways,
        waiting="unverified" in certainties,
    )  # fmt: skip


def _asked(shown: Shown, done: CaseAct) -> tuple[date | None, Mapping[str, Any]]:
    """What had been asked for, and when (所请求的事); nothing where a body's own notice began the case."""
    rules, (first, said) = shown.standing.rules, shown.steps[0]
    begins = rules.acts[rules.begins]
    if first.n == done.n or begins.document or "applicant" not in begins.sides:
        return None, {}
    if kinds.of(shown.case.kind).protected:
        # A paper may lie on a desk: whose applicant is protected, its words are not repeated.
        return first.on, {}
    return first.on, {name: said[name] for name in rules.spoken(begins.id, said) if said[name] and name not in PRIVATE}


def _about(shown: Shown, law: Edition, day: date) -> tuple[tuple[str, str], ...]:
    """The look, the decided case or the promise that a case is about (所涉查阅、案件、承诺), as the one concerned may read it."""
    about = shown.case.about
    if kinds.of(shown.case.kind).of_promises and about.isdigit():
        return _promise(int(about), day)
    kind = shown.standing.rules.about
    if kind == "look" and (look := Look.objects.filter(number=about).first()) is not None:
        matter = next((each for each in law.matters() if each.id == look.matter), None)
        told = [
            (_("查阅编号"), look.number),
            (_("查阅时间"), f"{look.at.astimezone(clock.ZONE):%Y-%m-%d %H:%M}"),
            (_("查阅单位"), Body.objects.filter(code=look.body).values_list("name", flat=True).first() or look.body),
            (_("事项"), matter.name if matter is not None else look.ground),
            (_("办件编号"), look.case_no),
        ]
        return tuple((name, value) for name, value in told if value)
    if kind == "case" and (old := Case.objects.filter(number=about).first()) is not None:
        rules = casework.rules_of(old.kind, law=shelf.book().on(old.opened_on))
        state = rules.states.get(old.state)
        body = Body.objects.filter(code=old.body).values_list("name", flat=True).first() or old.body
        told = [(_("原案件"), f"{rules.name} {old.number}"), (_("原处理结果"), state.name if state else ""),
                (_("提出日期"), old.opened_on.isoformat()), (_("作出单位"), body)]  # fmt: skip
        return tuple((name, value) for name, value in told if value)
    return ()


def _entered_by(shown: Shown, record: int) -> int:
    """Which act of a case about a public body entered its record (记录由哪一步产生); 0 where the record was there before."""
    if not kinds.of(shown.case.kind).concerned:
        return 0
    return next((done.n for done, _said in shown.steps if record in done.entries), 0)


def _begun(shown: Shown, done: CaseAct, law: Edition) -> tuple[tuple[str, str], ...]:
    """What was put forward against a public body before anything is on record (提出的事实和依据)."""
    first, said = shown.steps[0]
    if first.n == done.n or not kinds.of(shown.case.kind).concerned:
        return ()
    rules = shown.standing.rules
    return tuple(
        (str(fields.wording(rules.id, first.verb, name)[0]), fields.chosen(rules, name, str(said[name]), law))
        for name in PUT_FORWARD
        if said.get(name)
    )


def _promise(record: int, day: date) -> tuple[tuple[str, str], ...]:
    """What was promised, by what document, and what of it was overdue on the day (所涉承诺)."""
    duty = duties.whole(record, day)
    if duty is None:
        return ()
    late = [
        _("%(what)s（%(due)s 到期）") % {"what": part.text or duty.of("promise_title"), "due": part.due}
        for part in duty.standing.parts
        if part.overdue_on(day)
    ]
    told = [
        (_("承诺事项"), duty.of("promise_title")), (_("承诺内容"), duty.of("promise_content")),
        (_("来源文件"), " ".join(part for part in (duty.of("document_name"), duty.of("document_no")) if part)),
        (_("责任岗位"), duty.of("responsible_post")), (_("记录号"), str(record)), (_("到期没有履行的"), "；".join(late)),
    ]  # fmt: skip
    return tuple((name, value) for name, value in told if value)


def _carried(shown: Shown, done: CaseAct, act: ActRule) -> Mapping[str, Any]:
    """What was decided before and is carried out now (所依据的决定): whether corrected or withdrawn, by which paper."""
    if act.id != "carry-out":
        return {}
    wanted = CARRIED if shown.standing.rules.id == "correction" else CARRIED - {"ground"}
    earlier = [said for step, said in shown.steps if step.n < done.n]
    return {name: said[name] for said in earlier for name in wanted if said.get(name)}


def _told(number: str, subject: str, done: CaseAct) -> Mapping[str, object]:
    """What the notice of this very act told (告知内容): the document says no other day and no other ground."""
    later = CaseAct.objects.filter(case=number, n=done.n + 1).values_list("at", flat=True).first()
    found = Notice.objects.filter(to_kind="subject", to=subject, case=number, at__gte=done.at)
    found = found.exclude(template="case.done")
    if later is not None:
        found = found.filter(at__lt=later)
    first = found.order_by("id").first()
    return {} if first is None else notices.words_of(first)


def _terms(told: Mapping[str, object]) -> Iterator[tuple[Sentence, Sentence]]:
    """What the notice told beside what was typed, in both languages; one given before it knew its English has its Chinese."""
    chinese, english = _listed(told.get("terms")), _listed(told.get("terms_en"))
    known = english if len(english) == len(chinese) else chinese
    with translation.override("en"):
        for (name, text), (name_en, text_en) in zip(chinese, known, strict=True):
            yield Sentence(str(name), _(name) if name_en == name else str(name_en)), Sentence(str(text), str(text_en))


def _listed(value: object) -> Sequence[Any]:
    return value if isinstance(value, list) else ()


def _days(rules: CaseRules, act: ActRule, shown: Shown, n: int) -> list[Day]:
    """The terms the act starts, those that run on after it, and the hearing a first notice opens (所设期限)."""
    over = {name for step, _said in shown.steps if step.n < n for name in rules.acts[step.verb].stops}
    going = [] if rules.states.get(act.to, State("", "", "", "", False)).closed or act.id == rules.begins else [
        name
        for name in rules.acts[rules.begins].starts
        if name not in {*act.stops, *act.pauses, *over} and rules.clocks[name].side != "applicant"
    ]  # fmt: skip
    names = [*act.starts, *going, *([HEARING] if opens_hearing(rules, act) else [])]
    found = []
    for name in dict.fromkeys(names):
        rule = rules.clocks[name]
        ran = shown.standing.find_clock(name)
        term = (
            ran.term if ran is not None else next((each for each in rule.terms if not each.jurisdiction), rule.terms[0])
        )
        until = ran.due if ran is not None else None
        found.append(
            Day(
                rule.name, rule.name_en, term_text(term.count, term.unit), term_text(term.count, term.unit, english=True),
                until, term.source, term.certainty,
            )
        )  # fmt: skip
    return found


def _is_served(rules: CaseRules, act: ActRule) -> bool:
    return any(SERVED in each.needs and act.to in each.since for each in rules.acts.values())


def _addressee(line: Line | None, shown: Shown) -> str:
    if line is not None and line.payload.get(NAME):
        return str(line.payload[NAME])
    if kinds.of(shown.case.kind).concerned or kinds.of(shown.case.kind).of_promises:
        # It is addressed to the body it is about, whoever opened it.
        code = shown.case.subject.partition(":")[2]
        return Body.objects.filter(code=code).values_list("name", flat=True).first() or code
    return shown.applicant


def _body(done: CaseAct, shown: Shown) -> str:
    code = done.body or shown.case.body
    return Body.objects.filter(code=code).values_list("name", flat=True).first() or code


def facts_told(line: Line | None, item: Item | None) -> tuple[tuple[str, str], ...]:
    """Return the facts as the decision has them (决定所载事实): the item's summary and the decision's own basis.

    Nothing sensitive, and nothing where the record is not there any more.
    """
    if line is None or item is None:
        return ()
    told = []
    for name in dict.fromkeys((item.title_field, *item.summary_fields, BASIS)):
        spec, value = item.find_field(name), line.payload.get(name) or ""
        if spec is not None and not spec.sensitive and value:
            told.append(measured(named(spec), spec.worded(value), spec.unit))
    return tuple(told)
