"""The register of bodies and posts (机构和岗位): what there is, what became of each, and the entering of it by the office."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from gongxin.doors.web import presenting, promising
from gongxin.doors.web.casefields import Field
from gongxin.doors.web.rights import needs, viewer
from gongxin.kernel.dates import read_date
from gongxin.kernel.issues import Refusal
from gongxin.rooms.promises import handover, succeeding
from gongxin.rooms.promises.succeeding import Passed
from gongxin.spine.access.gate import Viewer
from gongxin.spine.access.models import Account
from gongxin.spine.bodies import posts, superiors
from gongxin.spine.bodies import register as bodies
from gongxin.spine.bodies.posts import Appointing
from gongxin.spine.bodies.register import Change, Register
from gongxin.spine.clock import today

MENU = "web:bodies-desk"
PAGE = 50
ON = Field("on", gettext_lazy("生效日"), gettext_lazy("例如：2026-11-22，不能晚于今天"), "day", required=True)
DOCUMENT = Field("document", gettext_lazy("依据文件"), gettext_lazy("批准文件的文号"), required=True)
TO = gettext_lazy("写单位的代码或者全称")
HOLDER = Field("holder", gettext_lazy("任职人"), gettext_lazy("姓名；只在机构内部和上级可见"), required=True)
POST = Field("post", gettext_lazy("岗位"), "", "choice", required=True)
FORMS: Mapping[str, tuple[Any, tuple[Field, ...]]] = {
    "appoint": (gettext_lazy("登记到任"), (POST, HOLDER, ON, replace(DOCUMENT, required=False), Field(
        "account", gettext_lazy("任职人的账号"), gettext_lazy("有账号的，移交清单直接告知本人"),
    ))),
    "leave": (gettext_lazy("登记离任"), (POST, ON, replace(DOCUMENT, required=False))),
    "add-post": (gettext_lazy("设立岗位"), (
        Field("name", gettext_lazy("岗位名称"), gettext_lazy("与承诺里写的责任岗位一致，例如：镇长；不写人名"), required=True), ON,
    )),
    "rename": (gettext_lazy("登记更名"), (Field("name", gettext_lazy("新名称"), "", required=True), ON, DOCUMENT)),
    "place": (gettext_lazy("登记隶属关系"), (Field("to", gettext_lazy("上级单位"), TO, required=True), ON, DOCUMENT)),
    "merge": (gettext_lazy("登记并入另一单位"), (Field("to", gettext_lazy("并入哪个单位"), TO, required=True), ON, DOCUMENT)),
    "split": (gettext_lazy("登记拆分"), (
        Field("to", gettext_lazy("拆分为哪些单位"), gettext_lazy("一行一个，写代码或者全称；第一个是总承继单位"), "long", required=True),
        ON, DOCUMENT,
    )),
    "abolish": (gettext_lazy("登记撤销"), (
        Field("to", gettext_lazy("承继单位"), gettext_lazy("写单位的代码或者全称；不写的，由上级单位承继")), ON, DOCUMENT,
    )),
}  # fmt: skip
"""What can be entered of a body, in the order of what happens most (可登记的事项)."""
OF_POSTS = frozenset({"appoint", "leave"})


@needs("register")
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """Every body with where it stands today (单位清单): narrowed by words and by division."""
    known, day = bodies.register(), today()
    words, region = request.GET.get("words", "").strip()[:80], request.GET.get("region", "").strip()[:9]
    listed = sorted(
        (
            each for code, each in known.bodies.items()
            if each.kind not in superiors.PRIVATE and each.region.startswith(region)
            and all(word in f"{code} {known.name(code, day)}" for word in words.split())
        ),
        key=lambda each: (each.region, known.name(each.code, day), each.code),
    )  # fmt: skip
    page = presenting.Paging.of(request.GET.get("page"), PAGE, len(listed))
    places = {each.region for each in known.bodies.values() if each.region and each.kind not in superiors.PRIVATE}
    context = {
        "menu": MENU, "rows": [_row(each, known, day) for each in listed[page.offset : page.last]], "page": page, "words": words,
        "region": region, "regions": sorted((place, bodies.place_name(place) or place) for place in places),
    }  # fmt: skip
    return render(request, "web/promises/bodies.html", context)


@needs("register")
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, code: str) -> HttpResponse:
    """One body with its posts and what became of it (一个单位), and the forms by which more is entered."""
    known, day = bodies.register(), today()
    it = known.bodies.get(code)
    if it is None or it.kind in superiors.PRIVATE:
        raise Http404
    asked, given, problem = request.POST.get("act", ""), {}, ""
    if request.method == "POST":
        if asked not in FORMS:
            raise Http404
        given = {field.id: request.POST.get(field.id, "").strip() for field in FORMS[asked][1]}
        done = _do(viewer(request), asked, code, given, known)
        if isinstance(done, Passed):
            return _entered(request, done, code)
        problem = presenting.in_words(done)
    held = succeeding.held(viewer(request), code, known)
    if isinstance(held, Refusal):
        return render(request, "web/desk/refused.html", {"refusal": held, "menu": MENU}, status=403)
    heir, above = known.successor(code, day), known.superior(code, day)
    context = {
        "menu": MENU, "it": it, "name": known.name(code, day), "place": bodies.place_name(it.region), "posts": held,
        "ended_on": known.ended_on(code, day), "heir": (heir, known.name(heir, day)) if heir != code else None,
        "above": (above, known.name(above, day)) if above else None, "history": promising.history(code, known),
        "below": [(each, known.name(each, day)) for each in known.subordinates(code, day)], "asked": asked, "problem": problem,
        "rule": promising.clause(handover.RULE), "forms": _forms(asked, given, held, ended=known.ended_on(code, day) is not None),
    }  # fmt: skip
    return render(request, "web/promises/body_register.html", context, status=422 if problem else 200)


def _row(each: Any, known: Register, day: date) -> dict[str, Any]:
    above, heir, ended = known.superior(each.code, day), known.successor(each.code, day), known.ended_on(each.code, day)
    return {
        "it": each, "name": known.name(each.code, day), "place": bodies.place_name(each.region), "ended_on": ended,
        "above": known.name(above, day) if above else "", "heir": known.name(heir, day) if ended else "",
    }  # fmt: skip


def _forms(asked: str, given: Mapping[str, str], held: tuple[posts.Post, ...], *, ended: bool) -> list[dict[str, Any]]:
    """The forms that make sense: of a body that is no more nothing but its posts, of one without posts no appointment."""
    told = []
    for act, (title, fields) in FORMS.items():
        if (act in OF_POSTS and not held) or (ended and act not in OF_POSTS):
            continue
        choices = tuple((each.id, f"{each.name}　{each.holder.holder if each.holder else _('空缺')}") for each in held)
        told.append(
            {
                "act": act, "title": title, "prefix": f"{act}-",
                "fields": [
                    replace(field, value=given.get(field.id, "") if act == asked else "",
                            choices=choices if field.id == "post" else field.choices)
                    for field in fields
                ],
            }
        )  # fmt: skip
    return told


def _do(who: Viewer, act: str, code: str, given: Mapping[str, str], known: Register) -> Passed | Refusal:
    """Enter what was asked for; the words of the form become what the room takes."""
    on = read_date(given["on"])
    if on.value is None or on.precision != "day":
        return Refusal("body.day", _("没有写生效日，或者日期不对"), None, _("请写成 2026-11-22"))
    if act in succeeding.CHANGES:
        to = _named(given.get("to", ""), known)
        if isinstance(to, Refusal):
            return to
        asked = Change(code, succeeding.CHANGES[act], on.value, given.get("name", ""), to, given["document"])
        return succeeding.change(who, asked)
    if act == "add-post":
        return succeeding.establish(who, code, given["name"], Appointing("", on.value))
    if given["post"] not in {each.id for each in posts.posts_of(code, known)}:
        return Refusal("post.unknown", _("没有选岗位"), None, _("请选一个岗位；没有的先设立岗位"))
    account = Account.objects.filter(username=given.get("account", "")).first() if given.get("account") else None
    if given.get("account") and account is None:
        return Refusal(
            "account.unknown", _("没有账号“%(name)s”") % {"name": given["account"]}, None, _("请核对账号，或者不填")
        )
    holder = given.get("holder", "")
    asked_for = Appointing(given["post"], on.value, holder, account.pk if account else None, given["document"])
    entering: Mapping[str, Callable[[Viewer, Appointing], Passed | Refusal]] = {
        "appoint": succeeding.appoint, "leave": succeeding.leave,
    }  # fmt: skip
    return entering[act](who, asked_for)


def _named(text: str, known: Register) -> tuple[str, ...] | Refusal:
    """The codes of bodies written by code or whole name, one a line."""
    found = []
    for each in (part.strip() for part in text.splitlines() if part.strip()):
        wanted = each.upper()
        codes = [wanted] if wanted in known.bodies else [code for code in known.bodies if known.name(code) == each]
        if len(codes) != 1:
            return Refusal(
                "body.unknown", _("没有找到单位“%(name)s”，或者同名的不止一个") % {"name": each}, None,
                _("请写登记簿里的代码；没有登记的，请系统管理员先在“人员与权限”登记单位"),
            )  # fmt: skip
        found += codes
    return tuple(found)


def _entered(request: HttpRequest, done: Passed, code: str) -> HttpResponse:
    if done.paper is None:
        messages.add_message(request, messages.SUCCESS, _("已登记。"), extra_tags="good")
        return redirect("web:body-register", code=code)
    text = _("已登记。仍须履行的承诺由承继者继续履行；移交清单已出具并告知，请打印签收。")
    messages.add_message(request, messages.SUCCESS, text, extra_tags="good")
    return redirect("web:handover-paper", number=done.paper.row.number)
