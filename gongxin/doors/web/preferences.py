"""What a reader prefers (浏览偏好): language and elder mode, kept in two cookies and nowhere else."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET

from gongxin.kernel.identifiers import is_citizen

ELDER_COOKIE = "gongxin_elder"
_YEAR = 365 * 24 * 60 * 60
_NUMBER = re.compile(r"[0-9]{6,}|[0-9a-f]{32}")
"""Digits in a row that may be part of a code, an identity number or a telephone number; or the key that stands for one,
which must fare the same whatever digits it happens to hold."""


class ChosenLanguageMiddleware:
    """Chinese unless the reader chose otherwise (中文为准): the browser's own list of languages is not asked."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
            if hasattr(response, "render") and not response.is_rendered:
                response = response.render()
        response.headers.setdefault("Content-Language", "en" if language == "en" else "zh-Hans")
        patch_vary_headers(response, ("Cookie",))
        # What is shown today may be shown no more tomorrow, or after a withdrawal: nobody's copy stands in for it unasked.
        response.headers.setdefault("Cache-Control", "no-cache")
        return response


def without_numbers(address: str) -> str:
    """Return a page's own address without what may be somebody's number (不带号码的地址).

    What is typed into a question may be an identity number; it must not be repeated in another address, where it would
    stand in one more log.
    """
    path, mark, query = address.partition("?")
    if any(is_citizen(part) for part in path.split("/")):
        # Nothing stands at such an address; whoever typed it goes on from the first page.
        return reverse("web:home")
    kept = [(name, value) for name, value in parse_qsl(query, keep_blank_values=True) if not _NUMBER.search(value)]
    return f"{path}?{urlencode(kept)}" if mark and kept else path


def _back(request: HttpRequest) -> HttpResponseRedirect:
    """Return to the page and the conditions the reader had (保留当前页面和查询条件).

    The link names the page and the browser says from where it was followed; what was typed there comes from the latter.
    """
    target = request.GET.get("next", "")
    if not _is_ours(request, target):
        target = reverse("web:home")
    came = request.META.get("HTTP_REFERER", "")
    if _is_ours(request, came) and urlsplit(came).path == urlsplit(target).path:
        parts = urlsplit(came)
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return HttpResponseRedirect(target)


def _is_ours(request: HttpRequest, address: str) -> bool:
    return url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )


@require_GET
def language(request: HttpRequest, code: str) -> HttpResponse:
    """Switch the language of the interface (切换语言)."""
    if code not in dict(settings.LANGUAGES):
        raise Http404
    response = _back(request)
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, code, max_age=_YEAR, samesite="Lax", secure=request.is_secure())
    return response


@require_GET
def elder(request: HttpRequest, state: str) -> HttpResponse:
    """Switch elder mode on or off for the whole site (长者模式，一次开启全站记住)."""
    response = _back(request)
    if state == "on":
        response.set_cookie(ELDER_COOKIE, "1", max_age=_YEAR, samesite="Lax", secure=request.is_secure())
    else:
        response.delete_cookie(ELDER_COOKIE, samesite="Lax")
    return response
