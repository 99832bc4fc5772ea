"""Plain pages (说明页): help, remedies, complaints, accessibility, privacy, site map."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from gongxin.spine import shelf
from gongxin.spine.clock import today


def _plain(template: str, section: str = "help") -> Callable[[HttpRequest], HttpResponse]:
    """A view that shows one template and knows nothing (说明页视图)."""

    @require_safe
    def view(request: HttpRequest) -> HttpResponse:
        return render(request, template, {"section": section})

    return view


help_page = _plain("web/pages/help.html")
complaint = _plain("web/pages/complaint.html")
report = _plain("web/pages/report.html")
accessibility = _plain("web/pages/accessibility.html")
privacy = _plain("web/pages/privacy.html")
sitemap = _plain("web/pages/sitemap.html")


@require_safe
def embed(request: HttpRequest) -> HttpResponse:
    """How an old approval system shows a check in its own page (嵌入核查说明), with lines to copy."""
    site = request.build_absolute_uri("/").rstrip("/")
    return render(request, "web/pages/embed.html", {"site": site, "section": "help"})


@require_safe
def remedy(request: HttpRequest) -> HttpResponse:
    """What one can do about a record (异议与修复): the law book's procedures, each with its clause."""
    edition = shelf.book().on(today())
    return render(request, "web/pages/remedy.html", {"procedures": edition.procedures(), "section": "help"})
