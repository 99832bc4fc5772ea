"""Restricting (采取限制措施): noticed, served, heard, decided by a named person, served again – and only then in force.

A check's outcome *restricted* begins here. Nothing is taken without a clause in force, beyond its scope, on anybody but
the one whose record it is, heavier than needed, or without an end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from gongxin.kernel.issues import Refusal
from gongxin.kernel.sentences import sentence
from gongxin.law import measures
from gongxin.law.book import Edition
from gongxin.law.facts import day_of
from gongxin.law.grading import SEVERITIES
from gongxin.law.measures import Term, Wanted
from gongxin.law.provisions import Provision
from gongxin.law.restrictions import KIND, Bearing
from gongxin.rooms.measures import library, notified, restrictions
from gongxin.rooms.measures.check import regions_of
from gongxin.rooms.measures.intended import Intended, intended_of
from gongxin.rooms.measures.models import Restriction
from gongxin.spine import clock, records, shelf
from gongxin.spine.access.gate import Viewer
from gongxin.spine.access.models import Body, Look, Role
from gongxin.spine.bearings import bearings_of
from gongxin.spine.cases import engine, serving
from gongxin.spine.cases.deciding import unnamed
from gongxin.spine.cases.finding import last_said, said_first
from gongxin.spine.cases.kinds import Doing, Kind, Placing, Telling, register
from gongxin.spine.cases.models import Case, CaseAct
from gongxin.spine.cases.points import points_of, refused_findings, refused_numbers
from gongxin.spine.cases.serving import Paper
from gongxin.spine.projections import links

NOTICE, DECISION = "restriction-notice", "restriction-decision"
SERVING = {
    "serve": Paper(NOTICE, "propose", "restriction.notified"),
    "serve-decision": Paper(DECISION, "decide", "restriction.decided"),
}
"""The acts that enter a service: which document, by which act it was made, through which notice the portal shows it."""
NAMED = frozenset({"decide", "keep", "defend", "lift", "annul"})


@dataclass(frozen=True)
class Lawful:
    """A restriction that may be taken (可以采取的限制): the provision, its causes, until when."""

    provision: Provision
    bearings: tuple[Bearing, ...]
    binding: str
    term: Term


def offered(look: Look, *, as_of: date) -> dict[int, Bearing]:
    """Return which records of a check's subject let its matter restrict (可以据以限制的记录), as of a day."""
    matter = shelf.book().on(as_of).matter(look.matter)
    places = records.places_of(links.resolve_keys(look.subject), items=matter.sees)
    known = bearings_of([place.record for place in places], look.matter, as_of=as_of, regions=regions_of(look.body))
    return {record: each for record, each in known.items() if each.weighing != "none" and each.provision}


def examine(intended: Intended, *, begins: date, law: Edition) -> Lawful | Refusal:
    """Say whether a restriction may be taken and until when, or why not (采取前审查)."""
    provision = law.book.provisions.get(intended.said("measure"))
    if provision is None:
        return Refusal(
            "measure.unknown", _("措施库里没有“%(id)s”") % {"id": intended.said("measure")}, None,
            _("清单以外的措施不得采取；可以采取的见措施库"),
        )  # fmt: skip
    no = _without_effect(provision, intended, law)
    if no is not None:
        return no
    numbers = intended.numbers()
    able = offered(intended.look, as_of=begins)
    causes = tuple(able[each] for each in numbers if each in able and able[each].trigger in provision.triggers)
    if not numbers or len(causes) < len(set(numbers)):
        return Refusal(
            "measure.no_cause", _("所列记录在这个事项中不能据以采取“%(name)s”") % {"name": provision.name},
            str(provision.clause),
            _("可以据以采取的记录：%(records)s")
            % {"records": "、".join(str(each.record) for each in able.values() if each.trigger in provision.triggers) or "—"},
        )  # fmt: skip
    binding = "must" if any(each.weighing == "must" for each in causes) else "may"
    no = _unweighed(intended, provision, binding, able, law)
    if no is not None:
        return no
    ends = [each.until for each in causes if each.until is not None]
    asked = intended.said("until")
    if asked and day_of(asked) is None:
        return Refusal("case.day", _("看不懂这个日期，请写成 2026-11-22"), None, _("请改正结束日期"))
    wanted = Wanted(
        provision, binding, _gravest(causes), begins, day_of(asked) if asked else None, max(ends, default=None),
        Body.objects.filter(code=intended.body).values_list("kind", flat=True).first() or "",
    )  # fmt: skip
    term = measures.proportion(wanted, law=law)
    return term if isinstance(term, Refusal) else Lawful(provision, causes, binding, term)


def _without_effect(provision: Provision, intended: Intended, law: Edition) -> Refusal | None:
    force = measures.force(provision, law=law)
    if not force.effective:
        return Refusal(
            "measure.no_effect", _("“%(name)s”没有效力：%(why)s") % {"name": provision.name, "why": library.LACKS[force.lacks][0]},
            "、".join(map(str, force.broken or (provision.clause,))), _("没有有效依据的措施不得采取"),
        )  # fmt: skip
    if intended.look.matter not in provision.scope:
        return Refusal(
            "measure.scope", _("“%(name)s”不适用于这个事项") % {"name": provision.name}, str(provision.clause),
            _("措施只在条文规定的事项中有效"),
        )  # fmt: skip
    if intended.subject not in links.resolve_keys(intended.look.subject):
        reached = measures.reaches(provision, intended.said("relation"), law=law)
        if isinstance(reached, Refusal):
            return reached
    kind = "person" if intended.subject.startswith("person:") else "organisation"
    if kind not in provision.kinds:
        return Refusal(
            "measure.kind",
            _("“%(name)s”不适用于这类主体") % {"name": provision.name},
            str(provision.clause),
            _("请核对对象"),
        )
    return None


def _unweighed(
    intended: Intended, provision: Provision, binding: str, able: Mapping[int, Bearing], law: Edition
) -> Refusal | None:
    """What a discretionary measure still lacks (裁量不足): reasons, the lighter ones first, room beside those that run."""
    if binding == "may":
        if not intended.said("reason"):
            return Refusal(
                "measure.reasons", _("可以权衡的措施须写明理由"), str(provision.clause), _("请写明为什么对这件事有必要")
            )
        others = [law.book.provisions[each.provision] for each in able.values()]
        no = measures.least_first(provision, others, intended.said("lighter"))
        if no is not None:
            return no
    running = [
        law.book.provisions[row.provision]
        for row in restrictions.running(links.resolve_keys(intended.subject), law=law, as_of=clock.today())
        # The same measure in another body's hands is that body's own business, not a second measure.
        if row.body == intended.body or row.provision != provision.id
    ]
    return measures.beside(provision, running, law=law)


def _gravest(causes: Iterable[Bearing]) -> str | None:
    known = [SEVERITIES.index(each.severity) for each in causes if each.severity in SEVERITIES]
    return SEVERITIES[max(known)] if known else None


@dataclass(frozen=True)
class Wish:
    """What an outcome says of the restriction (处理结果中的限制): which records, by which measure, why, until when."""

    records: tuple[int, ...] = ()
    measure: str = ""
    reason: str = ""
    lighter: str = ""
    until: date | None = None


def begin(viewer: Viewer, look: Look, wish: Wish) -> list[str] | Refusal:
    """Open a case for each restriction that an outcome states (立案); return their numbers, those already open included.

    Without a measure named, every one the law makes binding is taken; what is open to weighing must be named.
    """
    today = clock.today()
    able = offered(look, as_of=today)
    chosen = {number: each for number, each in able.items() if not wish.records or number in wish.records}
    named = (
        [wish.measure]
        if wish.measure
        else sorted({each.provision for each in chosen.values() if each.weighing == "must"})
    )
    if not named:
        names = "、".join(sorted({each.provision for each in chosen.values()}))
        way = (
            f"请写明采取哪一项（measure）：{names}"
            if names
            else "请登记未限制；确有条文的，请先由信用主管单位列入措施库"
        )
        return Refusal(
            "outcome.no_clause",
            sentence("没有条文规定必须据此限制", "No clause says that anybody must be restricted by this")
            if names
            else sentence("没有条文允许据此限制", "No clause allows restricting anybody by this"),
            None,
            way,
        )
    numbers = []
    for provision in named:
        records_of = [number for number, each in chosen.items() if each.provision == provision] or list(wish.records)
        open_one = _open_already(viewer.body, look.subject, provision)
        if open_one:
            numbers.append(open_one)
            continue
        said = {"measure": provision, "records": "、".join(map(str, records_of)), "reason": wish.reason, "lighter": wish.lighter,
                "until": wish.until.isoformat() if wish.until else ""}  # fmt: skip
        fields = {name: value for name, value in said.items() if value}
        if not records_of:
            # Nothing lets this measure be taken: say why, before asking for records.
            no = examine(Intended(look, look.subject, viewer.body, fields), begins=today, law=shelf.book().on(today))
            if isinstance(no, Refusal):
                return no
        done = engine.open_case(viewer, engine.Request(KIND, look.subject, fields, about=look.number))
        if isinstance(done, Refusal):
            return done
        numbers.append(done.case.number)
    return numbers


def _open_already(body: str, subject: str, provision: str) -> str:
    """The case of the same measure by the same body on the same subject that is not over (已有的同一限制), or nothing."""
    keys = sorted(links.resolve_keys(subject))
    for case in Case.objects.filter(kind=KIND, body=body, subject__in=keys, closed_on__isnull=True).order_by("number"):
        row = Restriction.objects.filter(pk=case.number).first()
        over = row is not None and restrictions.standing_of(row, clock.today()).state == "ended"
        if said_first(case).get("measure") == provision and not over:
            return case.number
    return ""


def leave(viewer: Viewer, look: Look, reason: str) -> Refusal | None:
    """Drop what an earlier outcome of the same check began and nobody served yet (撤回未生效的限制)."""
    waiting = Case.objects.filter(kind=KIND, about=look.number, body=viewer.body, closed_on__isnull=True)
    for case in waiting.exclude(state="running"):
        done = engine.act(viewer, case.number, "drop", {"reason": reason or "处理结果已更正"})
        if isinstance(done, Refusal):
            return done
    return None


def place(asked: Placing) -> Placing | Refusal:
    """Find the look of the body's own check (所据核查): nobody restricts on what another body looked up."""
    look = Look.objects.filter(number=asked.about.strip().upper(), body=asked.viewer.body).exclude(matter="").first()
    if look is None or not asked.viewer.body:
        return Refusal("case.look", _("没有这次核查，或者不是本单位的核查"), None, _("先核查，再登记处理结果"))
    return asked.placed(subject=asked.subject or look.subject, about=look.number, body=asked.viewer.body)


def check(doing: Doing) -> Refusal | None:
    """Say what stands against an act, or None (办理前检查)."""
    if doing.verb in NAMED:
        no = unnamed(doing)
        if no is not None:
            return no
    clause = str(doing.rules.bases[0])
    for name in ("reason", "lighter", "text", "findings"):
        no = refused_numbers(str(doing.fields.get(name) or ""), clause)
        if no is not None:
            return no
    if doing.before is None:
        found = examine(intended_of(doing.case, doing.fields), begins=doing.today, law=doing.law)
        return found if isinstance(found, Refusal) else None
    if doing.verb in SERVING:
        return _first(lambda: serving.refused(doing, SERVING), lambda: _still(doing))
    if doing.verb == "decide":
        return _first(lambda: _early(doing), lambda: _still(doing), lambda: _unanswered(doing, "hear"))
    if doing.verb == "keep":
        return _unanswered(doing, "ask-lift")
    if doing.verb in {"defend", "close"}:
        return _running_or_over(doing)
    return None


def _first(*looks: Callable[[], Refusal | None]) -> Refusal | None:
    """Return the first refusal (首个拒绝理由); a refusal is never true, so `or` would pass over it."""
    return next((no for look in looks if (no := look()) is not None), None)


def _early(doing: Doing) -> Refusal | None:
    """Whether the time to be heard still runs (陈述申辩期): who has spoken may speak again until it has passed."""
    hearing = doing.before.find_clock("hear") if doing.before is not None else None
    if hearing is not None and hearing.overdue_on(doing.today):
        return None
    due = hearing.due if hearing is not None else None
    return Refusal(
        "measure.early", _("陈述申辩的期限还没有过"), str(doing.rules.bases[1]),
        _("%(due)s 以后才能决定") % {"due": due or "—"},
    )  # fmt: skip


def _still(doing: Doing) -> Refusal | None:
    """Whether what it rests on still stands (依据是否仍在): a repaired entry or a repealed clause ends it before it began."""
    found = examine(intended_of(doing.case), begins=doing.today, law=doing.law)
    return found if isinstance(found, Refusal) else None


def _unanswered(doing: Doing, verb: str) -> Refusal | None:
    raised = points_of(str(last_said(doing.case, verb).get("text") or ""))
    return refused_findings(raised, str(doing.fields["findings"]), str(doing.rules.bases[0])) if raised else None


def _running_or_over(doing: Doing) -> Refusal | None:
    row = Restriction.objects.get(pk=doing.case.number)
    stands = restrictions.standing_of(row, doing.today)
    if doing.verb == "defend" and stands.state == "ended":
        return Refusal("measure.over", _("这项限制已经结束，不能再继续"), None, _("请了结；仍有必要的另行告知、决定"))
    if doing.verb == "close" and stands.state != "ended":
        return Refusal("measure.running", _("这项限制还在执行"), None, _("不再需要的，请解除并写明理由"))
    return None


def tellings(doing: Doing) -> Sequence[Telling]:
    """Whom it is told (告知): the notice itself is given once the case stands, with what its facts are."""
    return () if doing.before is None else notified.tellings(doing, _told_until(doing))


def afterwards(doing: Doing) -> Refusal | None:
    """Give the notice; enter a service with its proof; with that of the decision the restriction begins (告知、登记送达)."""
    if doing.before is None:
        return notified.give(doing, _told_until(doing))
    entered = serving.enter(doing, SERVING)
    if entered is None or isinstance(entered, Refusal):
        return entered
    if doing.verb == "serve-decision":
        intended = intended_of(doing.case)
        lawful = examine(intended, begins=entered.on, law=shelf.book().on(entered.on))
        if isinstance(lawful, Refusal):
            return lawful
        decided = CaseAct.objects.filter(case=doing.case, verb="decide").latest("n")
        told = _told_until(doing)
        Restriction.objects.create(
            number=doing.case.number, check_number=doing.case.about, subject=doing.case.subject, body=doing.case.body,
            matter=intended.look.matter, provision=lawful.provision.id, records=list(intended.numbers()),
            document_no=str(last_said(doing.case, "decide").get("document_no") or "")[:200], decided_on=decided.on,
            effective_on=entered.on, until=min(lawful.term.until, told) if told else lawful.term.until, at=clock.now(),
        )  # fmt: skip
    return None


def _told_until(doing: Doing) -> date | None:
    """The end that was told in the notice (告知书所载期限): the decision never makes it later."""
    found = examine(intended_of(doing.case), begins=doing.case.opened_on, law=doing.law)
    return found.term.until if isinstance(found, Lawful) else None


register(
    Kind(
        KIND,
        place=place,
        check=check,
        tellings=tellings,
        afterwards=afterwards,
        answered_by=frozenset({Role.STEWARD, Role.OFFICER}),
    )
)
