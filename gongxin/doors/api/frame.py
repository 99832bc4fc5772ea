"""The frame of the machine interface (接口框架): django-ninja, with one shape of error on every path under it.

django-ninja answers a wrong verb in plain text and leaves an unknown address to Django's page; both are turned into
this door's shape here, so that no endpoint has to think of it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path, re_path
from django.views.decorators.http import require_safe
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from gongxin.doors.api import errors
from gongxin.doors.api.errors import Problem
from gongxin.doors.api.manual import stylesheet
from gongxin.rooms.measures.faults import Unanswerable

logger = logging.getLogger("gongxin.api")


def respond(problem: Problem) -> HttpResponse:
    """Return a problem as a response."""
    response = HttpResponse(problem.body(), status=problem.status, content_type=errors.CONTENT_TYPE)
    for name, value in problem.headers:
        response[name] = value
    return response


def problem_of(error: BaseException) -> Problem:
    """Return what a caller is told about an exception."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, ValidationError):
        return errors.from_validation(error.errors)
    if isinstance(error, Http404):
        return errors.not_found()
    if isinstance(error, RequestDataTooBig):
        return errors.too_large(2**25)
    if isinstance(error, HttpError):
        if error.status_code == 401:
            return errors.unauthorised()
        if error.status_code == 400:
            return errors.unreadable()
        return Problem(error.status_code, "request", error.message, "请对照接口说明 /api/v1/docs 核对请求。")
    if isinstance(error, Unanswerable):
        return errors.unanswerable(error)
    return errors.fault(error)


def shaped(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Wrap a view, so that whatever goes wrong leaves in the one shape of error."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            response = view(request, *args, **kwargs)
        except Exception as error:
            return respond(problem_of(error))
        if response.status_code == 405:
            return respond(errors.method_not_allowed(request.method or "", response.get("Allow", "")))
        response.setdefault("Cache-Control", "no-store")
        return response

    wrapped.csrf_exempt = True  # type: ignore[attr-defined]
    # Callers are known by a key in a header, which a browser never sends on its own accord.
    return wrapped


def nowhere(request: HttpRequest) -> HttpResponse:
    """An address under this door where nothing stands."""
    return respond(errors.not_found())


class GongxinAPI(NinjaAPI):
    """NinjaAPI with this door's errors on every path under it, known or not."""

    def _get_urls(self) -> list[Any]:
        patterns = [*super()._get_urls(), path("manual.css", stylesheet)]
        for pattern in patterns:
            if isinstance(pattern, URLPattern):
                if pattern.name in {"openapi-json", "openapi-view", None}:
                    pattern.callback = require_safe(pattern.callback)
                pattern.callback = shaped(pattern.callback)
        return [*patterns, re_path(r"^.*$", shaped(nowhere))]

    def set_default_exception_handlers(self) -> None:
        """Send every exception of an endpoint through the one shape."""
        self.add_exception_handler(Exception, lambda _request, error: respond(problem_of(error)))
        for kind in (HttpError, ValidationError, Http404):
            self.add_exception_handler(kind, lambda _request, error: respond(problem_of(error)))
