"""`Idempotency-Key` (幂等键) on the calls that write: the same key, the same request, the same answer."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse

from gongxin.doors.api import errors
from gongxin.doors.api.errors import Problem
from gongxin.doors.api.frame import problem_of, respond
from gongxin.rooms.measures import repeats

HEADER = "Idempotency-Key"
LONGEST = 200


def repeatable(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let a caller send a request again without harm. The view returns a whole response, not a model."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        key = request.headers.get(HEADER)
        if key is None:
            return view(request, *args, **kwargs)
        if not 0 < len(key) <= LONGEST or not key.isprintable():
            raise Problem(
                400, "repeat.key", f"{HEADER} 应为 1 至 {LONGEST} 个可见字符。", "请为每个请求用一个新的随机键。"
            )
        claimed = repeats.claim(str(request.auth.key_id), key, _identity_of(request))  # type: ignore[attr-defined]
        if claimed.state == "answered":
            again = HttpResponse(claimed.answer, status=claimed.status, content_type=errors.CONTENT_TYPE)
            again["Idempotency-Replayed"] = "true"
            return again
        if claimed.state == "other_request":
            raise Problem(
                409, "repeat.other_request", f"这个 {HEADER} 已用于另一个请求。", "请为新的请求换一个新的键。"
            )
        if claimed.state == "undecided":
            raise Problem(
                409, "repeat.undecided", "同一个请求正在办理。", "请稍后用同一个键重发，取得答复。",
                headers=(("Retry-After", "1"),),
            )  # fmt: skip
        try:
            response = view(request, *args, **kwargs)
        except Exception as error:
            repeats.release(claimed)
            return respond(problem_of(error), request)
        if 200 <= response.status_code < 300:
            repeats.keep(claimed, response.status_code, response.content)
        else:
            repeats.release(claimed)
        return response

    # django-ninja reads a view's parameters where the view stands, which would be here: they are resolved beforehand.
    wrapped.__signature__ = inspect.signature(view, eval_str=True)  # type: ignore[attr-defined]
    return wrapped


def _identity_of(request: HttpRequest) -> bytes:
    """Return what makes two requests the same: address, query and body; of an upload, the bytes of its files."""
    parts = [(request.method or "").encode(), request.get_full_path().encode()]
    if request.FILES:
        for name in sorted(request.FILES):
            for file in request.FILES.getlist(name):
                file.seek(0)
                parts += [name.encode(), (file.name or "").encode(), *file.chunks()]
                file.seek(0)
        parts += [f"{name}={value}".encode() for name, value in sorted(request.POST.items())]
    else:
        parts.append(request.body)
    return b"\0".join(parts)
