"""Unusual looks (异常查阅): the auditor's questions, and their counts for everybody."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from gongxin.doors.web import presenting
from gongxin.doors.web.rights import account_of, needs, viewer
from gongxin.kernel.issues import Refusal
from gongxin.rooms.oversight import unusual as questions
from gongxin.rooms.oversight.unusual import Finding
from gongxin.spine import shelf
from gongxin.spine.access import withheld
from gongxin.spine.access.models import Look
from gongxin.spine.cases import engine
from gongxin.spine.cases.engine import Request
from gongxin.spine.cases.models import Case
from gongxin.spine.clock import today

PAGE = 30


@needs("looks")
@require_safe
def unusual(request: HttpRequest) -> HttpResponse:
    """The questions the log raises (异常查阅): each can be put to the body that looked."""
    found = questions.findings(today())
    chosen = request.GET.get("rule", "")
    shown = [each for each in found if not chosen or each.rule == chosen]
    page = presenting.Paging.of(request.GET.get("page"), PAGE, len(shown))
    shown = shown[page.offset : page.offset + page.size]
    bodies, asked = questions.body_names(shown), questions.asked(each.key for each in shown)
    rows = [
        {"it": each, "name": presenting.own_name(each), "body": bodies.get(each.body, each.body), "asked": asked.get(each.key)}
        for each in shown
    ]  # fmt: skip
    delayed, ever = withheld.count(today())
    value = shelf.book().on(today()).parameter(questions.PARAMETER)
    context = {
        "rows": rows, "page": page, "rules": questions.rules(shelf.book().on(today())), "chosen": chosen,
        "delayed": delayed, "ever": ever, "value": value, "menu": "web:unusual",
    }  # fmt: skip
    return render(request, "web/oversight/unusual.html", context)


@needs("looks")
@require_POST
def ask(request: HttpRequest, key: str) -> HttpResponse:
    """Put a question to the body that looked (提出疑问): an inquiry with its clock, not a finding against anybody."""
    finding = next((each for each in questions.findings(today()) if each.key == key), None)
    if finding is None:
        raise Http404
    opened = _opened(request, finding)
    if isinstance(opened, Refusal):
        text = presenting.in_words(opened)
        messages.add_message(request, messages.ERROR, text, extra_tags="bad")
        return redirect("web:unusual")
    questions.ask(finding, case=opened, account=account_of(request).pk)
    text = _("已向查阅单位提出，案号 %(number)s。") % {"number": opened}
    messages.add_message(request, messages.SUCCESS, text, extra_tags="good")
    return redirect("web:unusual")


@require_safe
def counts(request: HttpRequest) -> HttpResponse:
    """How many questions were raised and answered (异常查阅公开计数): numbers, never names."""
    rows: list[dict[str, Any]] = []
    for each in questions.counts(today()):
        closed = Case.objects.filter(number__in=each["cases"]).exclude(closed_on=None).count()
        rows.append(each | {"name": presenting.own_name(each["rule"]), "closed": closed})
    value = shelf.book().on(today()).parameter(questions.PARAMETER)
    context = {"rows": rows, "value": value, "section": "help", "total": Look.objects.count()}
    return render(request, "web/oversight/counts.html", context)


def _opened(request: HttpRequest, finding: Finding) -> str | Refusal:
    present = questions.asked([finding.key]).get(finding.key)
    if present is not None:
        return present.case
    about = finding.looks[-1]
    subject = Look.objects.filter(number=about).values_list("subject", flat=True).first() or ""
    words = _("%(name)s：%(count)d 次，涉及 %(looks)s。请说明事由、依据和办件编号。") % {
        "name": finding.name,
        "count": finding.count,
        "looks": presenting.listed(finding.looks[:20]),
    }
    done = engine.open_case(
        viewer(request),
        Request("inquiry", subject, {"ground": "unusual", "text": words}, about=about, body=finding.body),
    )
    return done if isinstance(done, Refusal) else done.case.number
