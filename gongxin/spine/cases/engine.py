"""The engine of cases (案件办理): one way for every kind – gather, decide, record, in one transaction.

The law's table says which acts are allowed to whom; the same table draws the buttons. What a kind brings of its own
stands in its module. What an act changes on a record is entered in the ledger in the same transaction.
"""

from __future__ import annotations

import json
import secrets as chance
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from gongxin.kernel.issues import Refusal
from gongxin.law import casework
from gongxin.law.book import LawSilent
from gongxin.law.casework import ActRule, CaseRules, CaseStanding, Clock, Step
from gongxin.law.facts import day_of
from gongxin.spine import clock, records, secrets, shelf
from gongxin.spine.access.gate import Viewer
from gongxin.spine.access.models import Body, Role
from gongxin.spine.bodies.register import borne_by
from gongxin.spine.cases import finding, kinds
from gongxin.spine.cases.kinds import Doing, Placing, Telling
from gongxin.spine.cases.models import Case, CaseAct, Channel
from gongxin.spine.cases.numbering import next_number
from gongxin.spine.ledger.acts import NewAct
from gongxin.spine.ledger.append import append
from gongxin.spine.outbox import notices
from gongxin.spine.projections import links
from gongxin.spine.records import Place

RECEIPT_LENGTH = 12
TEXT_LIMIT = 4000


@dataclass(frozen=True)
class Request:
    """What is asked when a case is opened (立案请求)."""

    kind: str
    subject: str
    fields: Mapping[str, Any]
    record: int | None = None
    about: str = ""
    body: str = ""
    """The body that must act; for a record it is found from the record itself."""
    channel: str = Channel.ONLINE
    applicant: str = ""
    """Who brings it, where that is not the one signed in: entered at the counter, or from paper."""


@dataclass(frozen=True)
class Done:
    """What an act brought about (办理结果)."""

    case: Case
    standing: CaseStanding
    entries: tuple[int, ...] = ()
    receipt: str = ""
    """The code of the receipt; given once, when the case is opened."""


def open_case(viewer: Viewer, request: Request) -> Done | Refusal:
    """Open a case (立案): its number, its receipt, its clocks; the record is marked in the same transaction."""
    today = clock.today()
    law = shelf.book().on(today)
    try:
        rules = casework.rules_of(request.kind, law=law)
    except LawSilent:
        return Refusal("case.kind", _("没有这类案件"), None, _("请从列出的种类中选择"))
    side = _side_of_opening(viewer, request, rules)
    if isinstance(side, Refusal):
        return side
    refused = _unfit(rules.acts[rules.begins], request.fields)
    # A refusal is never true: `or` would pass over it.
    refused = refused if refused is not None else _strange_ground(rules, request.fields)
    if refused is not None:
        return refused
    with transaction.atomic():
        placed = _placed(viewer, request, rules, side)
        if isinstance(placed, Refusal):
            return placed
        case, receipt = placed
        step = Step(rules.begins, today, side, request.fields, _since(rules.acts[rules.begins], request.fields))
        standing = casework.opened(rules, step, calendar=shelf.calendar(), region=case.region)
        done = _record(viewer, case, step, None, standing)
        return done if isinstance(done, Refusal) else replace(done, receipt=receipt)


def act(viewer: Viewer, number: str, verb: str, fields: Mapping[str, Any]) -> Done | Refusal:
    """Do one act on a case (办理): refused with the reason where the table, the side or the kind does not allow it."""
    today = clock.today()
    with transaction.atomic():
        found = finding.open_for(viewer, number, lock=True)
        if isinstance(found, Refusal):
            return found
        case, side = found
        rules = casework.rules_of(case.kind, law=shelf.book().on(case.opened_on))
        before = finding.standing_of(case, rules)
        rule = rules.acts.get(verb)
        if rule is None or not before.may(verb, side):
            return Refusal(
                "case.act",
                _("现在不能这样办理：案件处于“%(state)s”") % {"state": before.state.name},
                str(rule.clause) if rule is not None and rule.clause else None,
                _("可以办理：%(acts)s")
                % {"acts": "、".join(each.name for each in before.allowed(side)) or _("暂无，请等待对方办理")},
            )
        refused = _unfit(rule, fields)
        if refused is not None:
            return refused
        step = Step(verb, today, side, fields, _since(rule, fields))
        after = casework.after(before, step, calendar=shelf.calendar(), region=case.region)
        return _record(viewer, case, step, before, after)


def refresh(case: Case, standing: CaseStanding, on: date) -> None:
    """Keep on the case's row what lists are sorted by (案件状态缓存)."""
    upcoming = standing.next_clock()
    case.state = standing.state.id
    case.turn = standing.state.turn
    case.due = upcoming.due if upcoming else None
    case.clock = upcoming.rule.id if upcoming else ""
    case.closed_on = on if standing.state.closed else None
    # A kind may hand the case to another body with an act; that, too, is kept with its state.
    case.save(update_fields=["state", "turn", "due", "clock", "closed_on", "answer_by", "body"])


def _side_of_opening(viewer: Viewer, request: Request, rules: CaseRules) -> str | Refusal:
    sides = rules.acts[rules.begins].sides
    if viewer.role == Role.OPERATOR and "office" in sides:
        if not request.applicant.strip():
            return Refusal("case.applicant", _("没有写明申请人"), None, _("窗口和纸质代录须写明申请人"))
        return "office"
    if viewer.role == Role.AUDITOR and "auditor" in sides:
        return "auditor"
    if viewer.role in kinds.of(rules.id).answered_by and "authority" in sides and viewer.body:
        place = records.find_place(request.record)
        if rules.about != "record" or (place is not None and place.provider in borne_by(viewer.body)):
            return "authority"
    if viewer.body and "applicant" in sides and _between_bodies(viewer, rules):
        return "applicant"
    if viewer.role == Role.SUBJECT and "applicant" in sides:
        kind = kinds.of(rules.id)
        named = bool(kind.protected) or (kind.anyone and viewer.account_id is not None)
        if named or finding.represents(viewer, request.subject):
            return "applicant"
    return Refusal(
        "case.side", _("不能提出这件申请"), None, _("请由本人、本单位或者受委托人登录后提出，也可以到窗口办理")
    )


def _between_bodies(viewer: Viewer, rules: CaseRules) -> bool:
    kind = kinds.of(rules.id)
    return kind.between_bodies and viewer.role in kind.answered_by


def _unfit(rule: ActRule, fields: Mapping[str, Any]) -> Refusal | None:
    missing = [name for name in rule.needs if not str(fields.get(name) or "").strip()]
    if missing:
        return Refusal(
            "case.needs",
            _("缺少：%(names)s") % {"names": "、".join(missing)},
            str(rule.clause) if rule.clause else None,
            _("请补齐后再提交；已填内容没有丢失"),
        )
    strange = sorted(set(fields) - set(rule.says()))
    if strange:
        return Refusal(
            "case.field", _("不能填写：%(names)s") % {"names": "、".join(strange)}, None, _("请只填列出的内容")
        )
    long = [name for name, value in fields.items() if len(str(value)) > TEXT_LIMIT]
    if long:
        return Refusal(
            "case.long",
            _("内容超过 %(limit)s 字：%(names)s") % {"limit": TEXT_LIMIT, "names": "、".join(long)},
            None,
            _("请删减，或者作为附件提交"),
        )
    return None


def _strange_ground(rules: CaseRules, fields: Mapping[str, Any]) -> Refusal | None:
    ground = str(fields.get("ground") or "")
    if not rules.grounds or rules.find_ground(ground) is not None:
        return None
    return Refusal(
        "case.ground", _("没有这项理由"), str(rules.bases[0]), "、".join(each.name for each in rules.grounds)
    )


def _placed(viewer: Viewer, request: Request, rules: CaseRules, side: str) -> tuple[Case, str] | Refusal:
    """Make the case's row: about a record of this very subject, with the body that must act."""
    placing = kinds.of(rules.id).place(Placing(viewer, request.subject, request.about, request.body))
    if isinstance(placing, Refusal):
        return placing
    item, body = "", placing.body
    if rules.about == "record":
        place: Place | None = records.find_place(request.record)
        if place is None or not _same(place.subject, request.subject):
            return Refusal("case.record", _("没有这条记录，或者它不属于该主体"), None, _("请从“我的信用”中选择记录"))
        binding = shelf.book().on(clock.today()).item(place.item).binding
        if binding and not kinds.of(rules.id).of_promises:
            return Refusal(
                "case.binding", _("政府承诺不能这样更正或者撤回"), str(rules.bases[0]),
                _("对履行认定有异议的，提出承诺认定异议；承诺依法变更的，走承诺变更"),
            )  # fmt: skip
        item, body = place.item, place.provider
        open_ones = Case.objects.filter(kind=rules.id, record=request.record, closed_on__isnull=True)
        twin = open_ones.exclude(state__in=sorted(kinds.of(rules.id).settled)).first()
        if twin is not None:
            return Refusal(
                "case.open",
                _("这条记录已有办理中的同类案件 %(number)s") % {"number": twin.number},
                None,
                _("请在原案件中补充"),
            )
    if rules.about != "record" and not body and side == "authority":
        body = viewer.body
    now, today = clock.now(), clock.today()
    receipt = "".join(chance.choice(finding.RECEIPT_LETTERS) for _each in range(RECEIPT_LENGTH))
    account = viewer.account_id if viewer.role == Role.SUBJECT else None
    protected = kinds.of(rules.id).protected
    case = Case.objects.create(
        number=next_number(rules.id, rules.prefix, today.year), kind=rules.id, subject=placing.subject, record=request.record, item=item,
        about=placing.about, body=body, region=_region(body), channel=request.channel,
        brought_by=viewer.body if side == "applicant" and viewer.role != Role.SUBJECT else "",
        applicant=secrets.seal(protected or request.applicant.strip() or viewer.name), account=account, receipt=finding.receipt_digest(receipt),
        opened_on=today, opened_at=now, state="", turn="",
    )  # fmt: skip
    return case, receipt


def _same(key: str, asked: str) -> bool:
    return key == asked or asked in links.resolve_keys(key)


def _region(body: str) -> str:
    return Body.objects.filter(code=body).values_list("region", flat=True).first() or ""


def _record(viewer: Viewer, case: Case, step: Step, before: CaseStanding | None, after: CaseStanding) -> Done | Refusal:
    """The third paragraph of every act: entries, the act itself, notices – all of it or nothing."""
    rules, law = after.rules, shelf.book().on(clock.today())
    read = finding.read_line(viewer, case)
    if isinstance(read, Refusal):
        transaction.set_rollback(True)
        return read
    kind = kinds.of(case.kind)
    doing = Doing(case, rules, step.verb, step.side, viewer, step.fields, step.on, law, before, after, *read)
    refused = kind.check(doing)
    if refused is not None:
        transaction.set_rollback(True)
        return refused
    entries = append([*_holding(doing), *kind.entries(doing)])
    CaseAct.objects.create(
        case=case, n=case.acts.count() + 1, verb=step.verb, side=step.side, on=step.on, since=step.since, at=clock.now(),
        **_actor(viewer, step.side, kind.protected),
        said=secrets.seal(json.dumps(dict(step.fields), ensure_ascii=False, sort_keys=True, default=str)), entries=entries,
    )  # fmt: skip
    refresh(case, after, step.on)
    with translation.override(settings.LANGUAGE_CODE):
        # What is kept is kept in the platform's own language, not in that of whoever acted.
        told = [*_turn_tellings(doing), *kind.tellings(doing)]
    for telling in told:
        notices.tell(telling.to_kind, telling.to, telling.template, case=case.number, words=telling.words)
    refused = kind.afterwards(doing)
    if refused is not None:
        transaction.set_rollback(True)
        return refused
    # What came afterwards may have brought this very case further: a repair granted at once.
    return Done(case, finding.standing_of(case, rules), tuple(entries))


def _actor(viewer: Viewer, side: str, protected: str) -> dict[str, Any]:
    """Return who acted as it is written down (经办): of a protected applicant nothing but the word for it."""
    if protected and side == "applicant":
        return {"account": None, "actor": protected, "body": ""}
    return {
        "account": viewer.account_id,
        "actor": "@".join(each for each in (viewer.name, viewer.body) if each)[:100],
        "body": viewer.body,
    }


def _holding(doing: Doing) -> Sequence[NewAct]:
    """What an open case does to its record (标注与暂停): the mark, its last day for an answer, the hold of the ground.

    The last day stands in the entry itself, so that silence takes effect by the day alone, with every worker dead.
    """
    case, rules = doing.case, doing.rules
    if not rules.silence or case.record is None or doing.line is None:
        return ()
    opening = doing.before is None
    answer = answer_by(doing.after, rules)
    acts: list[NewAct] = []
    over = doing.after.state.closed or doing.after.state.id in kinds.of(case.kind).settled
    if not over and (opening or answer != case.answer_by):
        acts.append(entry(doing, "objection", {"case": case.number, "answer_by": answer.isoformat() if answer else ""}))
        case.answer_by = answer
    ground = rules.find_ground(str(doing.fields.get("ground") or ""))
    if opening and ground is not None and ground.hold:
        acts.append(entry(doing, "suspension", {"case": case.number, "ground": ground.hold}))
    return acts


def freeing(doing: Doing, outcome: str) -> list[NewAct]:
    """What ends the mark and the suspension of a case (解除标注与暂停): for the kinds to enter when they end it."""
    return [
        entry(doing, "objection-end", {"case": doing.case.number, "outcome": outcome}),
        entry(doing, "release", {"case": doing.case.number, "reason": outcome}),
    ]


def entry(doing: Doing, kind: str, payload: Mapping[str, Any]) -> NewAct:
    """Return an act upon the case's record (案件对记录的行为), entered in the name of the case."""
    line = doing.line
    if line is None:
        raise LookupError(f"case {doing.case.number} is about no record")
    office = doing.viewer.body or doing.case.body
    return NewAct(
        kind,
        line.item,
        line.subject,
        office,
        {key: value for key, value in payload.items() if value},
        f"case:{doing.case.number}",
        record=line.record,
    )


def answer_by(standing: CaseStanding, rules: CaseRules) -> date | None:
    """Return the last day for an answer while one is awaited (答复期限), after which silence holds the record."""
    waiting: Clock | None = standing.find_clock(rules.silence)
    return waiting.due if waiting is not None and waiting.running else None


def _since(rule: ActRule, fields: Mapping[str, Any]) -> date | None:
    """Return the day from which an act's clocks are counted, where a field names it (起算日)."""
    return day_of(str(fields.get(rule.dated_by) or "")) if rule.dated_by else None


def _turn_tellings(doing: Doing) -> Iterable[Telling]:
    """Tell whose turn it is now (轮到谁办理), and the applicant that something was done."""
    words = {"state": doing.after.state.name, "kind": doing.rules.name, "verb": doing.rules.acts[doing.verb].name}
    turn, case = doing.after.state.turn, doing.case
    if turn == "authority" and case.body:
        yield Telling("body", case.body, "case.turn", words)
    elif turn in {"office", "auditor"}:
        yield Telling("role", Role.OPERATOR if turn == "office" else Role.AUDITOR, "case.turn", words)
    if doing.before is None and case.body and turn == "office" and doing.rules.silence:
        # It may answer before the office forwards, so it is told at once; its own clock begins when it is sent on to it.
        yield Telling("body", case.body, "case.turn", words)
    if case.brought_by and doing.side != "applicant":
        yield Telling("body", case.brought_by, "case.turn" if turn == "applicant" else "case.done", words)
    kind = kinds.of(case.kind)
    if doing.side != "applicant" and doing.after.state.id not in kind.unseen:
        if case.subject:
            yield Telling("subject", case.subject, "case.done", words)
        if kind.concerned:
            yield Telling("body", case.subject.removeprefix(finding.CODE), "case.turn", words)
        if kind.protected and case.account is not None:
            yield Telling("account", str(case.account), "case.done", words)
