"""Entering a single promise (登记一项承诺): its kind first, then what that kind must say; taken in like a file of one row."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from gongxin.doors.web import presenting, promising, rows
from gongxin.doors.web.casefields import Field
from gongxin.doors.web.rights import needs, viewer
from gongxin.doors.web.views.intake import actor_of
from gongxin.law import promisekinds
from gongxin.law.model import FieldSpec
from gongxin.law.promisekinds import PromiseKind
from gongxin.rooms.intake import single
from gongxin.rooms.intake.single import HandedIn, Sender
from gongxin.spine import duties, shelf
from gongxin.spine.bodies import posts
from gongxin.spine.bodies import register as bodies
from gongxin.spine.bodies.register import Register
from gongxin.spine.clock import today

SHAPES = {"date": "day", "longtext": "long", "enum": "choice", "uscc": "code"}
HINTS = {
    "payments": gettext_lazy("例如：2026-06-30 120 预付款；交付后30日 80 尾款"),
    "responsible_post": gettext_lazy("写岗位，不写人名；例如：信用科科长"),
    "beneficiary": gettext_lazy("自然人只作遮盖显示"),
    "evidence": gettext_lazy("写明凭证名称、编号和存放处；不写证件号码"),
}
"""How a field is written where a form says it otherwise than the catalogue; of the others the catalogue's own note."""
MENU = "web:desk-promise-new"


@needs("promises")
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """Choose whose promise and of which kind it is, then say what it says (登记一项承诺)."""
    who, known, law = viewer(request), bodies.register(), shelf.book().on(today())
    sent = request.POST if request.method == "POST" else request.GET
    asked = str(sent.get("body", "")).strip()[:32]
    code = asked if asked in known.bodies else who.body
    no = duties.refused_reader(who, code, known)
    if no is not None:
        return render(request, "web/desk/refused.html", {"refusal": no, "menu": MENU}, status=403)
    offered = [
        each
        for each in promisekinds.kinds(law)
        if promisekinds.refused_holder(each.id, known.bodies[code].kind, law=law) is None
    ] if code in known.bodies else []  # fmt: skip
    kind = next((each for each in offered if each.id == sent.get("kind")), None)
    given: dict[str, Any] = {}
    problems: dict[str, list[str]] = {}
    if request.method == "POST" and kind is not None:
        given = {spec.id: _typed(request, spec) for spec in promisekinds.asked_of(kind, law)}
        # The account's own body is who hands it in; whose promise it is follows from the page, not from what was typed.
        values = {**given, **promisekinds.given(kind, code, known.name(code))}
        done = single.hand_in(kind.item, values, Sender(who.body, "web", actor_of(request)))
        if not done.issues:
            return _gone_in(request, done)
        problems = _problems(done, kind, given)
    required = promisekinds.required_of(kind, law) if kind is not None else frozenset()
    context = {
        "menu": MENU, "code": code, "name": known.name(code), "choices": promising.choices(who, known), "kinds": offered,
        "kind": kind, "problems": [(field, text) for field, texts in problems.items() for text in texts],
        "fields": [_field(spec, given, problems, required) for spec in promisekinds.asked_of(kind, law)] if kind is not None else [],
        "posts": _posts(kind, code, known),
        "shown": kind is None or bool(law.item(kind.item).public_for),
    }  # fmt: skip
    return render(request, "web/promises/enter.html", context, status=422 if problems else 200)


def _gone_in(request: HttpRequest, done: HandedIn) -> HttpResponse:
    if done.record is not None:
        duty = duties.whole(done.record, today())
        # Some kinds stay in the house: whoever enters a debt must not read that everybody sees it from today.
        text = (
            _("已登记，记录号 %(record)d；今天起公示，以后只能凭依据变更。")
            if duty is None or duty.public
            else _("已登记，记录号 %(record)d；只供内部，不公示；以后只能凭依据变更。")
        ) % {"record": done.record}
        messages.add_message(request, messages.SUCCESS, text, extra_tags="good")
        return redirect("web:desk-promise", done.record)
    # The same promise stands already, or a worker has the row in hand: its batch tells which.
    return redirect("web:batch", done.batch.pk if done.batch is not None else 0)


def _typed(request: HttpRequest, spec: FieldSpec) -> str:
    if spec.multiple:
        return "、".join(each for each in request.POST.getlist(spec.id) if spec.find_choice(each) is not None)
    return str(request.POST.get(spec.id, "")).strip()[: spec.max_length or 20_000]


def _field(spec: FieldSpec, given: dict[str, str], problems: dict[str, list[str]], required: frozenset[str]) -> Field:
    """A field of the catalogue as a form asks for it (表单项)."""
    shape = "several" if spec.multiple else SHAPES.get(spec.kind, "text")
    typed = given.get(spec.id, "")
    hint = HINTS.get(spec.id, (spec.note_en if presenting.english() else spec.note))
    if spec.id == "milestones":
        hint = _("例如：%(stage)s；没有岗位的不写括号") % {"stage": presenting.said(promisekinds.AS_WRITTEN)}
    return Field(
        spec.id, presenting.own_name(spec), hint, shape, tuple((each.value, presenting.own_name(each)) for each in spec.choices),
        spec.id in required, frozenset(typed.split("、")) if spec.multiple else typed, " ".join(problems.get(spec.id, ())),
    )  # fmt: skip


def _problems(done: HandedIn, kind: PromiseKind, given: dict[str, str]) -> dict[str, list[str]]:
    """What is wrong, by the field it belongs to; what belongs to none that is asked stands above the form."""
    law = shelf.book().on(today())
    item = law.item(kind.item)
    named = {spec.name: spec.id for spec in item.fields}
    asked = {spec.id for spec in promisekinds.asked_of(kind, law)}
    found: dict[str, list[str]] = {}
    for issue in done.issues:
        field = named.get(issue.column or "", "")
        text = rows.words_of(issue.code, issue.as_dict())
        told = found.setdefault(field if field in asked else "form", [])
        if text not in told:
            told.append(text)
    # What the kind must say is told of the kind as a whole: here it stands beside each field that was left empty.
    left = [
        name for name in sorted(promisekinds.required_of(kind, law) & asked) if not given[name] and name not in found
    ]
    if left:
        found["form"] = [text for text in found.get("form", ()) if text not in _about_kind(done)]
        found |= {name: [_("“%(field)s”必填") % {"field": presenting.own_name(item.get_field(name))}] for name in left}
    return found


def _about_kind(done: HandedIn) -> set[str]:
    return {rows.words_of(each.code, each.as_dict()) for each in done.issues if each.code == "promise.needs"}


def _posts(kind: PromiseKind | None, code: str, known: Register) -> list[str]:
    """The posts the register knows of a body, to choose from (已登记岗位)."""
    return [each.name for each in posts.posts_of(code, known)] if kind is not None else []
