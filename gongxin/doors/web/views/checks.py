"""The officer's check (办事核查): matter and ground first, then the answer in three groups, then what was decided."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongxin.doors.web import presenting
from gongxin.doors.web.rights import account_of, needs, viewer
from gongxin.kernel import dates
from gongxin.kernel.issues import Refusal
from gongxin.law.book import LawSilent
from gongxin.law.matters import who_may_ask
from gongxin.law.model import Matter
from gongxin.rooms.measures import check as checking
from gongxin.rooms.measures import outcomes, percase, watching
from gongxin.rooms.measures.models import Watch
from gongxin.spine import shelf
from gongxin.spine.access.gate import body_kind
from gongxin.spine.access.models import Look
from gongxin.spine.clock import now, today

PAGE = 20
CASE_LIMIT = 100
"""The log keeps this many characters of a case's number and name."""


def matters_for(request: HttpRequest) -> list[Matter]:
    """The matters this account's body may ask about (可核查的事项); the law book says which."""
    account = account_of(request)
    kind = body_kind(account.body_id or "")
    open_to = []
    for matter in shelf.book().on(today()).matters():
        allowed = who_may_ask(matter, account.role, kind)
        if allowed and not isinstance(allowed, Refusal):
            open_to.append(matter)
    return open_to


@needs("check")
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Ask, and read the answer on the same page (办事核查). The answer is not kept: to read it again is to look again."""
    offered = matters_for(request)
    typed = request.POST if request.method == "POST" else request.GET
    given = {name: typed.get(name, "").strip() for name in ("matter", "code", "case_no", "project", "consent")}
    problems: dict[str, str] = {}
    if request.method == "POST":
        matter = next((one for one in offered if one.id == given["matter"]), None)
        if matter is None:
            problems["matter"] = _("请选择办理事项")
        if not given["code"]:
            problems["code"] = _("请填写对方的统一社会信用代码")
        if len(given["case_no"]) + len(given["project"]) + 1 > CASE_LIMIT:
            problems["project"] = _("办件编号和项目名称合起来不超过 %(limit)d 个字") % {"limit": CASE_LIMIT}
        if matter is not None and not problems:
            case_no = " ".join(part for part in (given["case_no"], given["project"]) if part) or None
            answer = _ask(request, given["code"], matter, case_no, given["consent"])
            if isinstance(answer, checking.Unanswerable):
                return _unanswered(request, answer, {"matters": offered, "given": given, "menu": "web:check"})
            if isinstance(answer, str):
                problems["code"] = answer
            else:
                return _answered(request, matter, answer, given)
    context = {"matters": offered, "given": given, "problems": problems, "menu": "web:check"}
    return render(request, "web/desk/check.html", context, status=422 if problems else 200)


def _unanswered(request: HttpRequest, fault: checking.Unanswerable, context: dict[str, Any]) -> HttpResponse:
    """Say that there is no answer (不能作答), with what was typed, the ticket, and when to ask again."""
    told = context | {"ticket": fault.ticket, "after": fault.AGAIN_AFTER, "problems": {}}
    response = render(request, "web/desk/check.html", told, status=503)
    response["Retry-After"] = str(fault.AGAIN_AFTER)
    return response


def _ask(
    request: HttpRequest, code: str, matter: Matter, case_no: str | None, consent: str
) -> dict[str, Any] | str | checking.Unanswerable:
    """The answer of the room, or in words why there is none (没有答复的原因)."""
    try:
        answer = checking.check(viewer(request), code, matter.id, case_no=case_no, consent=consent or None)
    except checking.Unanswerable as fault:
        return fault
    return answer if isinstance(answer, dict) else presenting.no_in_words(answer)


def _answered(
    request: HttpRequest, matter: Matter, answer: Mapping[str, Any], given: Mapping[str, str]
) -> HttpResponse:
    return render(
        request,
        "web/desk/answer.html",
        {
            **told(matter, answer),
            "number": answer["check"],
            "matter": matter,
            "basis": presenting.clause(matter.clause),
            "given": given,
            "at": now(),
            **_kinds(),
            "due": _due_workdays(matter),
            "outcome": {},
            "problems": {},
            "waiting": len(outcomes.pending(account_of(request).body_id or "", today())),
            "watched": watching.of(viewer(request), answer["check"]),
            "menu": "web:check",
        },
    )


def told(matter: Matter, answer: Mapping[str, Any]) -> dict[str, Any]:
    """An answer as its page tells it (核查答复的内容): the conclusion, what must be acted on, what is for reference."""
    refs = _clauses_of(matter)
    must = [_entry(entry, refs) for entry in answer["must_act"]]
    reference = [_entry(entry, refs) for entry in answer["for_reference"]]
    heading = _headline(len(must), len(reference))
    return {"answer": answer, "must": must, "reference": reference, "none": answer["none"], "heading": heading}


def _due_workdays(matter: Matter | None) -> int | None:
    """Within how many working days the outcome is to be registered (登记时限), as the law book says."""
    if matter is None or matter.outcome_workdays is None:
        return None
    return shelf.book().on(today()).parameter(matter.outcome_workdays).number()


def _headline(must: int, reference: int) -> str:
    """The conclusion first (先给结论): how many must be acted on, how many are for reference."""
    parts = []
    if must:
        parts.append(ngettext("%(n)d 项须依法处理", "%(n)d 项须依法处理", must) % {"n": must})
    if reference:
        parts.append(ngettext("%(n)d 项供参考", "%(n)d 项供参考", reference) % {"n": reference})
    return _("，").join(parts) if parts else _("没有与本事项有关的记录")


def _clauses_of(matter: Matter) -> dict[str, presenting.Clause]:
    """Clause text → chip, so that an answer's clauses lead to their text (条文链接)."""
    law = shelf.book().on(today())
    refs = [matter.clause, *matter.bases, *(trigger.clause for trigger in matter.triggers)]
    return {str(ref): presenting.clause(law.cite(ref)) for ref in refs}


def _entry(entry: Mapping[str, Any], refs: Mapping[str, presenting.Clause]) -> dict[str, Any]:
    until = entry.get("display_until")
    item = shelf.book().on(today()).find_item(str(entry.get("item") or ""))
    return {
        **entry,
        "chip": refs.get(entry.get("clause") or ""),
        "until": date.fromisoformat(until) if until else None,
        "remedy": presenting.said(item.remedy.said)
        if item is not None and entry.get("remedy")
        else entry.get("remedy"),
        "said": entry.get("effect_en") if presenting.english() and entry.get("effect_en") else entry.get("effect"),
    }


@needs("check")
@require_safe
def checks(request: HttpRequest) -> HttpResponse:
    """The checks this account made (我的核查), newest first, with what was registered."""
    mine = Look.objects.filter(account=account_of(request).pk).exclude(matter="").exclude(via__in=percase.UNASKED)
    mine = mine.exclude(subject__startswith="batch:").exclude(number__in=percase.repeats()).order_by("-id")
    page = presenting.Paging.of(request.GET.get("page"), PAGE, mine.count())
    looks = list(mine[page.offset : page.offset + page.size])
    stated = outcomes.latest(look.number for look in looks)
    rows = [
        {"look": look, "matter": _matter_name(look.matter), "outcome": _outcome_name(stated.get(look.number))}
        for look in looks
    ]
    return render(request, "web/desk/checks.html", {"rows": rows, "page": page, "menu": "web:checks"})


@needs("check")
@require_safe
def checks_open(request: HttpRequest) -> HttpResponse:
    """Checks of this body whose outcome is still to be registered (待登记结果), the longest overdue first."""
    due = outcomes.pending(account_of(request).body_id or "", today())
    rows = [{"due": one, "matter": _matter_name(one.matter)} for one in due]
    return render(request, "web/desk/checks_open.html", {"rows": rows, "menu": "web:checks-open"})


@needs("check")
@require_safe
def one_check(request: HttpRequest, number: str) -> HttpResponse:
    """One check of this body (一次核查): what was asked, how much was found, what was registered; not the content."""
    look = outcomes.find_check(viewer(request), number)
    if look is None:
        raise Http404
    return _check_page(request, look, {}, {})


@needs("check")
@require_POST
def record_outcome(request: HttpRequest, number: str) -> HttpResponse:
    """Register what the body decided (登记处理结果): its own statement, never a conclusion of the platform."""
    look = outcomes.find_check(viewer(request), number)
    if look is None:
        raise Http404
    given = {
        name: request.POST.get(name, "").strip()
        for name in ("kind", "document_no", "decided_on", "reason", "ground", "measure", "lighter")
    }
    problems: dict[str, str] = {}
    decided_on = None
    if given["decided_on"]:
        reading = dates.read_date(given["decided_on"], latest=today())
        decided_on = reading.value
        if decided_on is None:
            problems["decided_on"] = _("看不懂这个日期，请写成 2026-11-22")
    if not given["kind"]:
        problems["kind"] = _("请选择处理结果")
    if not problems:
        statement = outcomes.Statement(
            given["kind"],
            given["reason"],
            given["document_no"],
            decided_on,
            (),
            given["ground"],
            given["measure"],
            given["lighter"],
        )
        done = outcomes.record(viewer(request), number, statement)
        if isinstance(done, Refusal):
            problems["kind"] = presenting.in_words(done)
        elif isinstance(done, list):
            problems = {issue.column or "kind": issue.message for issue in done}
        else:
            messages.add_message(
                request,
                messages.SUCCESS,
                _("已登记。核查编号 %(number)s，可在“我的核查”中查看。") % {"number": number},
                extra_tags="good",
            )
            if request.htmx:
                return render(
                    request, "web/desk/parts/outcome_done.html", {"number": number, "begun": done.restrictions}
                )
            return redirect("web:one-check", number=number)
    if request.htmx:
        due = _due_workdays(find_matter(look.matter))
        context = {"number": number, **_kinds(), "due": due, "outcome": given, "problems": problems}
        return render(request, "web/desk/parts/outcome.html", context)
    return _check_page(request, look, given, problems)


@needs("check")
@require_POST
def watch(request: HttpRequest, number: str) -> HttpResponse:
    """Watch the answer to a check until the case closes, or stop (关注、停止关注)."""
    look = outcomes.find_check(viewer(request), number)
    if look is None:
        raise Http404
    if request.POST.get("do") == "stop":
        watching.stop(viewer(request), number)
        return redirect("web:one-check", number=look.number)
    until = request.POST.get("until", "").strip()
    day = dates.read_date(until).value if until else None
    if day is None:
        return _check_page(request, look, {}, {"until": _("看不懂这个日期，请写成 2026-11-22")}, until)
    begun = watching.watch(viewer(request), number, day)
    if not isinstance(begun, Watch):
        said = begun[0].message if isinstance(begun, list) else f"{begun.message}{begun.way_forward or ''}"
        return _check_page(request, look, {}, {"until": said}, until)
    done = _("已开始关注，到 %(day)s 自行停止。") % {"day": begun.until.isoformat()}
    messages.add_message(request, messages.SUCCESS, done, extra_tags="good")
    return redirect("web:one-check", number=look.number)


def _check_page(
    request: HttpRequest, look: Look, given: Mapping[str, str], problems: Mapping[str, str], until: str = ""
) -> HttpResponse:
    history = [{"it": one, "name": _outcome_name(one)} for one in outcomes.history(look.number)]
    matter = find_matter(look.matter)
    return render(
        request,
        "web/desk/one_check.html",
        {
            "look": look,
            "number": look.number,
            "matter": matter,
            "code": look.subject.removeprefix("uscc:"),
            "history": history,
            **_kinds(),
            "due": _due_workdays(matter),
            "outcome": given,
            "problems": problems,
            "watched": watching.of(viewer(request), look.number),
            "until": until,
            "menu": "web:checks",
        },
        status=422 if problems else 200,
    )


def _kinds() -> dict[str, Any]:
    """The kinds of outcome of the law book (结果种类), and in words those that need a reason."""
    kinds = outcomes.kinds(shelf.book().on(today()))
    needing = [_("“%(kind)s”") % {"kind": presenting.own_name(kind)} for kind in kinds if "reason" in kind.needs]
    return {"kinds": kinds, "grounds": outcomes.grounds(shelf.book().on(today())), "needing": _("、").join(needing)}


def find_matter(matter: str) -> Matter | None:
    try:
        return shelf.book().on(today()).matter(matter)
    except LawSilent:
        return None


def _matter_name(matter: str) -> str:
    found = find_matter(matter)
    return presenting.own_name(found) if found is not None else matter


def _outcome_name(outcome: Any) -> str:
    if outcome is None:
        return ""
    kinds = {kind.id: kind for kind in outcomes.kinds(shelf.book().on(today()))}
    return presenting.own_name(kinds[outcome.kind]) if outcome.kind in kinds else outcome.kind
