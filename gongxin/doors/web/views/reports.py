"""Reports on pages (信用报告页面): made by the subject and at the counter, fetched again, verified by anyone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gongxin.doors.web import presenting
from gongxin.doors.web.acting import acting
from gongxin.doors.web.rights import account_of, needs, viewer
from gongxin.doors.web.views.checks import matters_for
from gongxin.kernel import dates
from gongxin.law.reports import SPECIAL
from gongxin.rooms.disclosure.reports import archive, folders, issuing, register, signing, statuslist, verifying
from gongxin.rooms.disclosure.reports.issuing import Asker, Made, Wish
from gongxin.rooms.disclosure.reports.models import Report
from gongxin.spine import shelf
from gongxin.spine.access.gate import OWN, Ground, Viewer
from gongxin.spine.clock import today

PAGE = 20
LARGEST = 8 * 1024 * 1024
FIELDS = ("code", "kind", "purpose", "since", "until", "matter", "case_no", "basis", "present")
TONES = {statuslist.GOOD: "good", statuslist.CHANGED: "warn", statuslist.EXPIRED: "off", statuslist.REVOKED: "bad"}


@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Verify a report by number and check words, or by the file itself (核验信用报告)."""
    typed = request.POST if request.method == "POST" else request.GET
    number, check = typed.get("n", "").strip()[:40], typed.get("c", "").strip()[:40]
    answer: register.Answer | None = None
    problems: dict[str, str] = {}
    file = request.FILES.get("file") if request.method == "POST" else None
    if file is not None:
        answer = _of_file(file)
    elif number and check:
        answer = register.verify_words(number, check)
    elif request.method == "POST":
        problems["n" if not number else "c"] = _("请填写编号和核验码，或者选择报告文件")
    context = {"section": "verify", "number": number, "check": check, "answer": answer, "problems": problems}
    response = render(request, "web/reports/verify.html", context, status=422 if problems else 200)
    response.headers["Cache-Control"] = "no-store"
    return response


def _of_file(file: Any) -> register.Answer:
    if file.size > LARGEST:
        return register.Answer("false", reason=_("文件太大，不是本平台的报告"))
    try:
        found = verifying.verify(file.read(), signing.trusted())
    except verifying.Forged as fault:
        return register.Answer("false", reason=fault.message)
    if not found.trusted:
        return register.Answer("false", reason=_("不是本平台签发的文件"))
    return register.verify_digest(found.number, found.digest)


@require_safe
def status_list(request: HttpRequest) -> HttpResponse:
    """The whole status list (状态表), for whoever wants to check without telling us which report."""
    response = JsonResponse(statuslist.published(), json_dumps_params={"ensure_ascii": False})
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


@needs("mine")
@require_http_methods(["GET", "HEAD", "POST"])
def own_reports(request: HttpRequest) -> HttpResponse:
    """Make a report on oneself, and see those made before (我的信用报告)."""
    who = acting(request)
    if not who.subject:
        return redirect("web:mine-identity")
    problems: dict[str, str] = {}
    given = _given(request)
    if request.method == "POST":
        made = _make(Asker(who.viewer, Ground(purpose=OWN)), given, request, problems)
        if made is not None:
            return redirect("web:mine-report", number=made.number)
    context = {"own": True, "who": who, "one": "web:mine-report", "menu": "web:mine-reports"}
    return _listing(request, who.viewer, given, problems, context)


@needs("mine")
@require_safe
def own_report(request: HttpRequest, number: str) -> HttpResponse:
    """One report on oneself, as its paper says it (查看报告)."""
    who = acting(request)
    return _one(
        request,
        _found(who.viewer, number),
        {"file": "web:mine-report-file", "sm2": "web:mine-report-sm2", "list": "web:mine-reports"},
    )


@needs("mine")
@require_safe
def own_file(request: HttpRequest, number: str) -> HttpResponse:
    """The file of a report on oneself (下载报告)."""
    return _file(_found(acting(request).viewer, number))


@needs("mine")
@require_safe
def own_sm2(request: HttpRequest, number: str) -> HttpResponse:
    """The SM2 signature beside the file of a report on oneself (下载国密签名)."""
    return _sm2_file(_found(acting(request).viewer, number))


@needs("reports")
@require_safe
def report_sm2(request: HttpRequest, number: str) -> HttpResponse:
    """The SM2 signature beside the file of a report this account had made (下载国密签名)."""
    return _sm2_file(_found(viewer(request), number))


@needs("reports")
@require_http_methods(["GET", "HEAD", "POST"])
def reports(request: HttpRequest) -> HttpResponse:
    """Print a report at the counter or for a matter (出具报告)."""
    account = account_of(request)
    problems: dict[str, str] = {}
    given = _given(request)
    if request.method == "POST":
        asker = _asker(request, given, problems)
        made = _make(asker, given, request, problems) if asker is not None else None
        if made is not None:
            return redirect("web:report", number=made.number)
    context = {
        "own": False,
        "counter": account.role == "operator",
        "matters": matters_for(request),
        "one": "web:report",
        "menu": "web:reports",
    }
    return _listing(request, viewer(request), given, problems, context)


@needs("reports")
@require_http_methods(["GET", "HEAD", "POST"])
def many_reports(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """Make a report for each row of a list (按清单出具): handed out as one archive while it is made."""
    problems: dict[str, str] = {}
    given = _given(request)
    if request.method == "POST":
        folder = _folder(request, given, problems)
        if folder is not None:
            answer = StreamingHttpResponse(iter(folder), content_type="application/zip")
            answer["Content-Disposition"] = f'attachment; filename="reports-{today()}.zip"'
            return answer
    context = {
        "matters": matters_for(request),
        "menu": "web:reports",
        "most": folders.MOST,
        "given": given,
        "problems": problems,
        **_choices(),
    }
    return render(request, "web/reports/many.html", context, status=422 if problems else 200)


def _folder(request: HttpRequest, given: Mapping[str, Any], problems: dict[str, str]) -> folders.Folder | None:
    """Return the archive of the list handed in, or None with what is wrong with it; nobody is present for a whole list."""
    file = request.FILES.get("file")
    days = _days(given, problems)
    rows: list[Any] = []
    if file is None:
        problems["file"] = _("请选择清单文件")
    elif file.size > LARGEST:
        problems["file"] = _("文件太大，请分成几份清单")
    else:
        try:
            rows = folders.read_list(file.read().decode("utf-8-sig"))
        except UnicodeDecodeError:
            problems["file"] = _("清单不是 CSV 文本，请另存为 CSV（UTF-8）")
    if rows and not isinstance(rows[0], folders.Row):
        problems["file"] = rows[0].message
    if problems:
        return None
    who, post = viewer(request), account_of(request).post
    sectors = tuple(given["sectors"]) if given["kind"] == SPECIAL else ()
    wanted = []
    for row in rows:
        ground = None
        if given["basis"] == "matter":
            case_no = row.case_no or given["case_no"] or None
            ground = Ground(matter=given["matter"], case_no=case_no, consent=row.consent or None)
        purpose = row.purpose or given["purpose"]
        wish = Wish(row.code, given["kind"], purpose, days["since"], days["until"], sectors)
        wanted.append((Asker(who, ground, post), wish))
    return folders.Folder(wanted)


@needs("reports")
@require_safe
def report(request: HttpRequest, number: str) -> HttpResponse:
    """One report this account had made (查看报告)."""
    return _one(
        request,
        _found(viewer(request), number),
        {"file": "web:report-file", "sm2": "web:report-sm2", "list": "web:reports"},
    )


@needs("reports")
@require_safe
def report_file(request: HttpRequest, number: str) -> HttpResponse:
    """The file of a report this account had made (下载报告)."""
    return _file(_found(viewer(request), number))


def _given(request: HttpRequest) -> dict[str, Any]:
    typed = request.POST if request.method == "POST" else request.GET
    given: dict[str, Any] = {name: typed.get(name, "").strip()[:200] for name in FIELDS}
    given["sectors"] = typed.getlist("sector")[:60]
    given["kind"] = given["kind"] or "standard"
    given["basis"] = given["basis"] or "public"
    return given


def _asker(request: HttpRequest, given: Mapping[str, Any], problems: dict[str, str]) -> Asker | None:
    """Return who asks on which ground (申请依据): what is public, a matter, or somebody present at the counter."""
    account = account_of(request)
    who = viewer(request)
    if not given["code"]:
        problems["code"] = _("请填写代码；自然人填公民身份号码")
        return None
    if given["basis"] == "matter":
        return Asker(who, Ground(matter=given["matter"], case_no=given["case_no"] or None), account.post)
    if given["basis"] == "counter":
        if not given["case_no"]:
            problems["case_no"] = _("请填写窗口受理编号")
        if not given["present"]:
            problems["present"] = _("请确认主体到场、已核对身份并同意出具")
        if problems:
            return None
        return Asker(who, issuing.counter_ground(given["code"], given["case_no"]), account.post)
    return Asker(who, None, account.post)


def _make(asker: Asker, given: Mapping[str, Any], request: HttpRequest, problems: dict[str, str]) -> Made | None:
    days = _days(given, problems)
    if problems:
        return None
    sectors = tuple(given["sectors"]) if given["kind"] == SPECIAL else ()
    code = "" if asker.ground is not None and asker.ground.purpose == OWN else given["code"]
    made = issuing.make(asker, Wish(code, given["kind"], given["purpose"], days["since"], days["until"], sectors))
    if isinstance(made, Made):
        return made
    if isinstance(made, list):
        problems |= {issue.column or "code": issue.message for issue in made}
    else:
        words = presenting.in_words(made)
        problems["since" if made.code == "report.period" else "code" if not asker.viewer.subject else "kind"] = words
    return None


def _days(given: Mapping[str, Any], problems: dict[str, str]) -> dict[str, date | None]:
    days: dict[str, date | None] = {}
    for name in ("since", "until"):
        days[name] = None
        if given["kind"] == SPECIAL and given[name]:
            reading = dates.read_date(given[name])
            days[name] = reading.value
            if reading.value is None:
                problems[name] = _("看不懂这个日期，请写成 2026-11-22")
    return days


def _choices() -> dict[str, Any]:
    """Return what the law leaves to choose in a special report, and how long a report is good for (可选范围)."""
    law = shelf.book().on(today())
    return {
        "sectors": [dict(row) for row in law.parameter("report.special.sectors").table()],
        "years": law.parameter("report.special.years").number(),
        "valid": law.parameter("report.valid.days").number(),
    }


def _listing(
    request: HttpRequest, who: Viewer, given: Mapping[str, Any], problems: Mapping[str, str], more: dict[str, Any]
) -> HttpResponse:
    paging = presenting.Paging.of(request.GET.get("page"), PAGE, register.made_by(who, limit=0)[1])
    shown, _total = register.made_by(who, limit=PAGE, offset=paging.offset)
    rows = [
        {"report": one, "purpose": purpose, "state": _state(one), "kind": issuing.TITLES[one.kind]}
        for one, purpose in zip(shown, register.purposes(shown), strict=True)
    ]
    context = {
        "rows": rows,
        "page": paging,
        "given": given,
        "problems": problems,
        **_choices(),
    }
    return render(request, "web/reports/list.html", context | more, status=422 if problems else 200)


def _state(one: Report) -> tuple[str, str]:
    status = register.status_of(one, today())
    words = {
        statuslist.GOOD: _("有效"),
        statuslist.CHANGED: _("内容已更新"),
        statuslist.EXPIRED: _("已过期"),
        statuslist.REVOKED: _("已撤回"),
    }
    return TONES[status], words[status]


def _found(who: Viewer, number: str) -> Report:
    found = register.find_made_by(who, number)
    if found is None:
        raise Http404
    return found


def _one(request: HttpRequest, found: Report, links: Mapping[str, str]) -> HttpResponse:
    pdf = archive.find(found.number, found.valid_until)
    said = verifying.attached(pdf) if pdf is not None else None
    context = {
        "report": found,
        "said": said,
        "content": said["content"] if said else None,
        "state": _state(found),
        "title": issuing.TITLES[found.kind],
        "links": links,
        "sm2": archive.find_sm2(found.number, found.valid_until) is not None,
        "menu": links["list"],
    }
    return render(request, "web/reports/one.html", context)


def _sm2_file(found: Report) -> HttpResponse:
    told = archive.find_sm2(found.number, found.valid_until)
    if told is None:
        raise Http404
    response = JsonResponse(told)
    response.headers["Content-Disposition"] = f'attachment; filename="{found.number}.pdf.sm2"'
    return response


def _file(found: Report) -> HttpResponse:
    pdf = archive.find(found.number, found.valid_until)
    if pdf is None:
        raise Http404
    response = HttpResponse(pdf, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{found.number}.pdf"'
    return response
