"""Zero bytes (零字节): no keyboard writes them, no name or number holds them, and one of the stores cannot be asked with them."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse, QueryDict

ZERO = "\0"


class ZeroByteMiddleware:
    """Take zero bytes out of what was asked and typed; an address that holds one leads nowhere (去除零字节)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "%00" in request.META.get("QUERY_STRING", ""):
            request.GET = _without(request.GET)
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> None:
        """Look at a form only here, where the middleware before it has already read it."""
        if ZERO in request.path:
            raise Http404
        form = request.method == "POST" and not request.path.startswith("/api/")
        if form and any(ZERO in value for _name, values in request.POST.lists() for value in values):
            request.POST = _without(request.POST)


def _without(given: QueryDict) -> QueryDict:
    kept = QueryDict(mutable=True, encoding=given.encoding)
    for name, values in given.lists():
        kept.setlist(name.replace(ZERO, ""), [value.replace(ZERO, "") for value in values])
    return kept
