"""How promises of government are worded on a page (承诺呈现): names, tones, parts and what happened; no decision."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from gongxin.doors.web import presenting, showing
from gongxin.doors.web.templatetags.parts import day as written
from gongxin.doors.web.templatetags.parts import left
from gongxin.kernel.masking import mask_field
from gongxin.law.facts import day_of
from gongxin.law.payments import Rate
from gongxin.law.promises import Part, Replaced, change_grounds, first_warning
from gongxin.rooms.promises import listing, telling
from gongxin.spine import clock, duties, shelf
from gongxin.spine.access.gate import Viewer
from gongxin.spine.access.models import Role
from gongxin.spine.bodies import register as bodies
from gongxin.spine.bodies.register import Register
from gongxin.spine.duties import Duty
from gongxin.spine.public import PublicLine

STATES: Mapping[str, Promise | str] = {
    "overdue": gettext_lazy("逾期未登记履行"),
    "pending": gettext_lazy("待履行"),
    "kept": gettext_lazy("已兑现"),
    "partly": gettext_lazy("部分兑现"),
    "late": gettext_lazy("迟延兑现"),
    "broken": gettext_lazy("未兑现"),
    "changed": gettext_lazy("依法变更"),
}
TONES = {"pending": "run", "kept": "good", "partly": "warn", "late": "warn", "broken": "bad", "changed": "off"}
VERBS: Mapping[str, Promise | str] = {
    "renamed": gettext_lazy("更名"),
    "merged": gettext_lazy("并入"),
    "split": gettext_lazy("拆分"),
    "placed": gettext_lazy("隶属"),
    "abolished": gettext_lazy("撤销"),
}
OUTCOMES: Mapping[str, Promise | str] = {
    **{name: word for name, word in STATES.items() if name not in {"overdue", "pending", "changed"}},
    "reopened": gettext_lazy("认定已撤销，恢复待履行"),
    "amended": gettext_lazy("变更后继续履行"),
    "ended": gettext_lazy("依法终止"),
}
NOON = time(12)


@dataclass(frozen=True)
class Row:
    """A promise in a list (承诺一行)."""

    record: int
    url: str
    title: str
    content: str
    kind: Any
    body: str
    body_url: str
    made_by: str
    """The body that made it, where another one answers for it now (原承诺单位)."""
    due: date | None
    tone: str
    state: str
    overdue: bool
    open: bool
    amount: str
    interest: str
    document: str
    post: str
    beneficiary: str


def row(duty: Duty, known: Register) -> Row:
    """A promise as lists and pages show it (承诺呈现)."""
    standing, day = duty.standing, duty.standing.line.as_of
    tone, state = TONES[standing.state], str(STATES[standing.state])
    if standing.overdue:
        late = ngettext("逾期 %(days)d 天，没有登记履行", "逾期 %(days)d 天，没有登记履行", standing.overdue_days) % {
            "days": standing.overdue_days
        }
        tone, state = "bad", late if standing.state == "pending" else f"{state}{_('，')}{late}"
    elif standing.open and standing.due is not None:
        tone = "warn" if tone == "run" and (standing.due - day).days <= first_warning(shelf.book().on(day)) else tone
        state = f"{state}{_('，')}{left(standing.due)}"
    return Row(
        duty.record, reverse("web:promise", args=[duty.record]), mask_field("promise_title", duty.of("promise_title")),
        mask_field("promise_content", duty.of("promise_content")), standing.kind, known.name(duty.bearer, day),
        reverse("web:body", args=[duty.bearer]), known.name(duty.body, day) if duty.body != duty.bearer else "",
        _last_day(duty), tone, state, standing.overdue, standing.open, money(telling.amount(duty)),
        money(telling.yuan(standing.interest)) if standing.interest else "", duty.of("document_no"),
        duty.of("responsible_post"), duty.of("beneficiary"),
    )  # fmt: skip


def _last_day(duty: Duty) -> date | None:
    """The next last day, or, of what is settled, the last there was (期限): a list that names none says nothing about the word given."""
    standing = duty.standing
    if standing.open or standing.due is not None:
        return standing.due
    return max((part.due for part in standing.parts if part.due is not None), default=None)


def money(yuan: str | None) -> str:
    """An amount in yuan as a page writes it (金额): thousands set apart, no empty 分."""
    if not yuan:
        return ""
    whole, _dot, cents = yuan.partition(".")
    return f"{int(whole):,}" + (f".{cents}" if cents.strip("0") else "")


def percent(rate: Rate | None) -> str:
    """A daily rate as a page writes it (日利率): in per cent."""
    return f"{(rate.daily * 100).quantize(Decimal('0.0001')).normalize():f}%" if rate is not None else ""


def part(each: Part, duty: Duty) -> dict[str, Any]:
    """One thing owed, as the table of a promise shows it (履行节点)."""
    told = dict(telling.part(each, duty))
    tone, state = ("good", _("已完成")) if each.done else ("run", _("未到期"))
    if told["overdue"]:
        days = (duty.standing.line.as_of - each.due).days if each.due is not None else 0
        tone, state = "bad", ngettext("逾期 %(days)d 天", "逾期 %(days)d 天", days) % {"days": days}
    elif not each.done and each.due is None:
        tone, state = "run", _("待交付或者验收") if each.kind == "payment" else _("没有写明期限")
    elif not each.done and not duty.standing.open:
        tone, state = "off", _("已办结")
    told |= {"tone": tone, "state": state, "text": mask_field("milestones", str(told["text"]))}
    told |= {name: money(told[name]) for name in ("amount_yuan", "paid_yuan", "interest_yuan")}
    told["runs"] = [
        {**run, **{name: money(run[name]) for name in ("principal_yuan", "interest_yuan")}} for run in told["interest"]
    ]
    return told | {"clause": each.clause}


def decided(duty: Duty) -> list[dict[str, Any]]:
    """What was decided about a promise, the latest first (认定和变更)."""
    law = shelf.book().on(duty.standing.line.as_of)
    grounds = telling_grounds(law)
    told = []
    for each in reversed(duty.standing.decided):
        said = {name: mask_field(name, str(value)) for name, value in each.said.items()}
        tone = TONES.get(each.outcome, "off")
        told.append(
            {"on": each.on, "word": OUTCOMES.get(each.outcome, each.outcome), "tone": tone, "said": said,
             "ground": grounds.get(said.get("ground", ""), ""), "replaced": [_replaced(one, duty) for one in each.replaced],
             "late": each.overdue_days, "interest": money(telling.yuan(each.interest)) if each.interest else ""}
        )  # fmt: skip
    return told


def _replaced(each: Replaced, duty: Duty) -> dict[str, Any]:
    """A term as it stood before a change and after it (变更前后): a plan one node a line."""
    spec = shelf.book().on(duty.standing.line.as_of).item(duty.standing.line.item).find_field(each.term)
    before, after = (_term(each.term, value) for value in (each.before, each.after))
    return {"name": presenting.own_name(spec) if spec is not None else each.term, "before": before, "after": after}


def _term(name: str, value: str) -> list[str]:
    day = day_of(value) if name == "due_on" else None
    if day is not None:
        return [written(day)]
    parts = re.split("[；;\n]+", value) if name in {"payments", "milestones"} else [value]
    return [mask_field(name, part.strip()) for part in parts if part.strip()]


def telling_grounds(law: Any) -> dict[str, str]:
    """The grounds of a change in the reader's language (变更理由)."""
    return {name: presenting.said(word) for name, word in change_grounds(law).items()}


def services(duty: Duty) -> str:
    """The fields of service of a livelihood promise (服务领域)."""
    item = shelf.book().on(duty.standing.line.as_of).item(duty.standing.line.item)
    return presenting.value_text(item.find_field("services"), duty.of("services"))


def history(code: str, known: Register) -> list[dict[str, Any]]:
    """What became of a body (沿革), in words."""
    told = []
    for event in reversed(known.history(code)):
        what = event.name or presenting.listed(known.name(each) for each in event.to)
        told.append({"on": event.on, "body": known.name(event.body, event.on), "verb": VERBS[event.verb], "what": what})
    return told


def line(each: PublicLine) -> dict[str, Any]:
    """A record against a body, as its subject's page shows it (公示记录): the five things, no more and no less."""
    return {"it": each, "url": reverse("web:subject", args=[each.subject.partition(":")[2]]) + f"#r{each.record}"}


def clause(written: str) -> Any:
    """A clause by its written address, for a chip (条文)."""
    instrument, _slash, article = written.partition("/")
    return shelf.book().on(clock.today()).ref(instrument, article)


def commitments(day: date) -> list[showing.Promise]:
    """Credit commitments bodies of government made under the older item (政府机构的信用承诺)."""
    return showing.promises(day)


def in_short(day: date) -> list[showing.Promise]:
    """Every promise of government in one line (首页承诺): promises, contracts and commitments, the most urgent first."""
    known = bodies.register()
    told = [
        showing.Promise(each.body, each.title, each.url, each.due, each.tone, each.state, each.tone == "bad")
        for each in (row(duty, known) for duty in listing.public(listing.Narrowed(), day, known))
    ]
    order = {"bad": 0, "warn": 1, "run": 2}
    return sorted([*told, *commitments(day)], key=lambda one: (order.get(one.tone, 3), one.due or date.max))


@dataclass(frozen=True)
class Moment:
    """One thing that happened to a promise (承诺动态), for the feed."""

    id: str
    on: date
    text: str
    more: str = ""


def moments(duty: Duty) -> list[Moment]:
    """What happened to a promise, the parts that fell due included (承诺动态)."""
    day = duty.standing.line.as_of
    made = duty.standing.line.facts.decided_on or day
    found = [Moment("made", made, _("作出承诺"), duty.of("promise_content"))]
    for n, each in enumerate(duty.standing.decided, 1):
        said = str(each.said.get("findings") or each.said.get("reason") or "")
        found.append(Moment(f"decided-{n}", each.on, str(OUTCOMES.get(each.outcome, each.outcome)), said))
    for n, each_part in enumerate(duty.standing.parts, 1):
        if each_part.overdue_on(day) and duty.standing.open and each_part.due is not None:
            found.append(Moment(f"due-{n}", each_part.due, _("到期没有登记履行"), each_part.text))
        elif each_part.done_on is not None:
            found.append(Moment(f"done-{n}", each_part.done_on, _("登记完成"), each_part.text))
    return found


def feed_title() -> str:
    """The feed's name (订阅名称)."""
    return _("政府承诺动态")


def noon(day: date) -> datetime:
    """A day as a moment, for the feed (时刻)."""
    return datetime.combine(day, NOON, UTC)


def asked_body(request: HttpRequest, who: Viewer, known: Register) -> str:
    """The body a page of the desk is about (所选单位): the one asked for, or one's own."""
    asked = request.GET.get("body", "").strip()[:32]
    return asked if asked in known.bodies else who.body


def choices(who: Viewer, known: Register) -> list[tuple[str, str]]:
    """The bodies whose promises somebody may look at (可选单位): one's own and those below; all that bear any, for the office."""
    if who.role == Role.OPERATOR:
        codes = {each.bearer for each in duties.open_ones(clock.today())} | {who.body}
    else:
        codes = {who.body, *(code for code in known.bodies if duties.is_above(who.body, code, known))}
    return sorted(((code, known.name(code)) for code in codes if code in known.bodies), key=lambda pair: pair[1])
