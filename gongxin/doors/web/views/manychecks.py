"""Many checks at once (批量核查): paste a column or upload a workbook, get it back with the answer's columns."""

from __future__ import annotations

from typing import Any

import polars as pl
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gongxin.doors.web import presenting
from gongxin.doors.web.rights import needs, viewer
from gongxin.doors.web.views.checks import CASE_LIMIT, find_matter, matters_for
from gongxin.kernel.issues import Issue, Refusal
from gongxin.law.consents import GROUND as CONSENT
from gongxin.law.model import Matter
from gongxin.rooms.measures import handed_in, workbook
from gongxin.rooms.measures.models import ScreenJob
from gongxin.rooms.measures.screen import Screening

LARGEST = 20 * 1024 * 1024
"""Bytes of a workbook on this page; a hundred thousand rows of codes and names take a tenth of it."""

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@needs("check")
@require_http_methods(["GET", "HEAD", "POST"])
def many(request: HttpRequest) -> HttpResponse:
    """Hand in a list (提交批量核查): matter and case first, then the column or the workbook."""
    offered = [each for each in matters_for(request) if _screened(each)]
    given = {name: request.POST.get(name, "").strip() for name in ("matter", "case_no", "codes")}
    problems: dict[str, str] = {}
    if request.method == "POST":
        taken = _taken(request, given, offered, problems)
        if taken is not None:
            return redirect("web:check-list", job=taken.pk)
    context = {
        "matters": offered,
        "given": given,
        "problems": problems,
        "most": handed_in.MOST,
        "menu": "web:check-many",
    }
    return render(request, "web/desk/check_many.html", context, status=422 if problems else 200)


def _screened(matter: Matter) -> bool:
    """Whether lists may be screened in a matter (能否批量核查): not where each subject must consent, nor for persons."""
    return matter.ground != CONSENT and matter.subject_kinds != ("person",)


def _taken(
    request: HttpRequest, given: dict[str, str], offered: list[Matter], problems: dict[str, str]
) -> ScreenJob | None:
    if all(each.id != given["matter"] for each in offered):
        problems["matter"] = _("请选择办理事项")
    if len(given["case_no"]) > CASE_LIMIT:
        problems["case_no"] = _("办件编号不超过 %(limit)d 个字") % {"limit": CASE_LIMIT}
    frame = _frame(request, given["codes"], problems)
    if problems or frame is None:
        return None
    taken = handed_in.hand_in(viewer(request), frame, Screening(given["matter"], case_no=given["case_no"] or None))
    if isinstance(taken, ScreenJob):
        return taken
    if isinstance(taken, Refusal):
        problems["matter"] = " ".join(part for part in (taken.message, taken.way_forward) if part)
    else:
        problems["codes"] = taken[0].message
    return None


def _frame(request: HttpRequest, codes: str, problems: dict[str, str]) -> pl.DataFrame | None:
    try:
        file = request.FILES.get("file")
    except RequestDataTooBig:
        file = None
    if file is None and not codes:
        problems["codes"] = _("请粘贴一列代码，或者选择一个文件")
        return None
    if file is not None and (file.size or 0) > LARGEST:
        problems["file"] = _("文件超过 %(size)d MB，请分成几份") % {"size": LARGEST >> 20}
        return None
    read = workbook.read_workbook(file.read()) if file is not None else workbook.read_pasted(codes)
    if isinstance(read, list):
        found: list[Issue] = read
        problems["file" if file is not None else "codes"] = found[0].message if found else _("文件里没有一行数据")
        return None
    return read


@needs("check")
@require_safe
def one_list(request: HttpRequest, job: str) -> HttpResponse:
    """How far a list is, and its answer when it is there (批量核查进度和结果); the page asks anew by itself."""
    found = _found(request, job)
    going = found.state in {ScreenJob.State.WAITING, ScreenJob.State.RUNNING}
    matter = find_matter(found.matter)
    context: dict[str, Any] = {
        "job": found, "said": found.said, "going": going, "kept_until": found.at + handed_in.KEPT,
        "matter": presenting.own_name(matter) if matter else found.matter, "menu": "web:check-many",
    }  # fmt: skip
    response = render(request, "web/desk/check_list.html", context)
    if going:
        response["Refresh"] = "2"
    return response


@needs("check")
@require_safe
def list_file(request: HttpRequest, job: str) -> HttpResponseBase:
    """The list with the answer's columns, as the workbook its worker wrote (下载结果)."""
    found = _found(request, job)
    pieces = handed_in.workbook_of(found) if found.state == ScreenJob.State.DONE else None
    if pieces is None:
        raise Http404
    response = StreamingHttpResponse(pieces, content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{found.said["check"]}.xlsx"'
    return response


def _found(request: HttpRequest, job: str) -> ScreenJob:
    found = handed_in.find(viewer(request), job)
    if found is None:
        raise Http404
    return found
