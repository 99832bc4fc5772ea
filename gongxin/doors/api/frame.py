"""The frame of the machine interface (接口框架): django-ninja, with one shape of error on every path under it.

django-ninja answers a wrong verb in plain text and leaves an unknown address to Django's page; both are turned into
this door's shape here, so that no endpoint has to think of it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path, re_path
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema

from gongxin.doors.api import english, errors
from gongxin.doors.api.errors import Problem
from gongxin.doors.api.manual import stylesheet
from gongxin.rooms.measures.check import FAULTS
from gongxin.rooms.measures.faults import Unanswerable

logger = logging.getLogger("gongxin.api")


def respond(problem: Problem, request: HttpRequest) -> HttpResponse:
    """Return a problem as a response, in the language the caller asked for."""
    in_english = english.wanted(request.META.get("HTTP_ACCEPT_LANGUAGE"))
    body = problem.body(in_english=in_english)
    response = HttpResponse(body, status=problem.status, content_type=errors.CONTENT_TYPE)
    response["Content-Language"] = "en" if in_english else "zh-Hans"
    patch_vary_headers(response, ("Accept-Language",))
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
    if isinstance(error, FAULTS):
        # The store, the log, the law book or the keys: whatever was asked, nothing was found out about anybody.
        return errors.unanswerable(Unanswerable(error))
    return errors.fault(error)


def shaped(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Wrap a view, so that whatever goes wrong leaves in the one shape of error."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return respond(errors.unreadable("地址里有不能使用的字符。"), request)
        try:
            with _spoken(request):
                response = view(request, *args, **kwargs)
        except Exception as error:
            with _spoken(request):
                return respond(problem_of(error), request)
        if response.status_code == 405:
            return respond(errors.method_not_allowed(request.method or "", response.get("Allow", "")), request)
        response.setdefault("Cache-Control", "no-store")
        return response

    wrapped.csrf_exempt = True  # type: ignore[attr-defined]
    # Callers are known by a key in a header, which a browser never sends on its own accord.
    return wrapped


def _spoken(request: HttpRequest) -> AbstractContextManager[None]:
    """Let sentences be composed in the language the caller asked for (接口语言)."""
    in_english = english.wanted(request.META.get("HTTP_ACCEPT_LANGUAGE"))
    return translation.override("en" if in_english else settings.LANGUAGE_CODE)


def nowhere(request: HttpRequest) -> HttpResponse:
    """An address under this door where nothing stands."""
    return respond(errors.not_found(), request)


PROBLEM: dict[str, Any] = {
    "title": "Problem",
    "description": "没有办成 (one shape of error)",
    "type": "object",
    "required": ["error"],
    "additionalProperties": False,
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message", "way_forward"],
            "additionalProperties": False,
            "properties": {
                "code": {"type": "string", "description": "代号"},
                "message": {"type": "string", "description": "发生了什么"},
                "way_forward": {"type": "string", "description": "下一步怎么办"},
                "clause": {"type": "string", "description": "依法拒绝时的条款"},
                "issues": {"type": "array", "items": {"type": "object"}, "description": "数据问题，一次说全"},
                "ticket": {"type": "string", "description": "平台故障时的编号"},
                "retry_after": {"type": "integer", "description": "几秒后再问"},
            },
        }
    },
}
"""What every answer looks like that is not what was asked for."""


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

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        """Return the OpenAPI document, with the one shape of error, and with a key only where one is needed."""
        schema = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        schema["components"]["schemas"]["Problem"] = PROBLEM
        for verbs in schema["paths"].values():
            for operation in verbs.values():
                operation["responses"]["default"] = {
                    "description": "没有办成：原因、依据和下一步",
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
                }
                if "x-scope" not in operation:
                    operation["security"] = [{}, *operation.get("security", [])]
        return schema

    def set_default_exception_handlers(self) -> None:
        """Send every exception of an endpoint through the one shape."""
        self.add_exception_handler(Exception, lambda request, error: respond(problem_of(error), request))
        for kind in (HttpError, ValidationError, Http404):
            self.add_exception_handler(kind, lambda request, error: respond(problem_of(error), request))
