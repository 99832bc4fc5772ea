"""What a check over HTTP is measured beside (核查的对照): the ORM way, and our own way without the log.

`orm` is a small Django application as a team would write it: key, standings, payloads and names through the ORM, one
row of the log saved for each check in a transaction. It asks no law and signs nothing, so it does less than we do.
`unlogged` is our short way, its log replaced by nothing: the limit, not a thing anyone may run.
"""

from __future__ import annotations

import hashlib
import json
import os
from itertools import count
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.check_peers_settings")

from django.core.wsgi import get_wsgi_application
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

orm = get_wsgi_application()

from gongxin.doors.api.thin import Thin  # noqa: E402 - models may be imported only after Django is set up
from gongxin.rooms.measures.quick import Desk  # noqa: E402
from gongxin.spine import clock  # noqa: E402
from gongxin.spine.access import swift  # noqa: E402
from gongxin.spine.access.looks import Draft, Receipt  # noqa: E402
from gongxin.spine.access.models import ApiKey, Look  # noqa: E402
from gongxin.spine.ledger.models import Payload  # noqa: E402
from gongxin.spine.projections.models import Link, Standing, Subject  # noqa: E402

_numbers = count(1)


@csrf_exempt
def check(request: HttpRequest) -> JsonResponse:
    """Answer one check through the ORM."""
    token = request.headers.get("Authorization", "").partition(" ")[2]
    if not token:
        return JsonResponse({}, status=401)
    key = ApiKey.objects.select_related("body").get(digest=hashlib.sha256(token.encode()).hexdigest(), revoked=None)
    asked = json.loads(request.body)
    today = clock.today()
    subject = f"uscc:{asked['code']}"
    links = Link.objects.filter(Q(key_a=subject) | Q(key_b=subject), judgement="same")
    keys = {subject} | {each for link in links for each in (link.key_a, link.key_b)}
    known = Subject.objects.filter(key=subject).first()
    standings = list(Standing.objects.filter(subject__in=keys, state="effective", share_until__gte=today))
    bodies = {each.seq: json.loads(each.body) for each in Payload.objects.filter(seq__in=[s.record for s in standings])}
    entries = [
        {"record": each.record, "item": each.item, "decided": each.decided, "display_until": each.display_until,
         "authority": bodies[each.record].get("authority"), "document": bodies[each.record].get("document_no"),
         "fields": bodies[each.record]}
        for each in standings
    ]  # fmt: skip
    number = f"ORM-{os.getpid()}-{next(_numbers)}"
    with transaction.atomic():
        Look.objects.create(
            number=number, at=clock.now(), viewer=key.label, body=key.body.code, role="officer", via="api",
            matter=asked["matter"], subject=subject, as_of=today, reference=len(entries), segment=f"P{os.getpid()}"[:8],
            n=int(number.rpartition("-")[2]), chain=b"",
        )  # fmt: skip
    name = known.name if known else None
    answered = JsonResponse({"check": number, "subject": asked["code"], "subject_name": name, "for_reference": entries})
    answered["Content-Length"] = len(answered.content)
    return answered


urlpatterns = [path("api/v1/checks", check)]


class _NoLog:
    """A log that keeps nothing."""

    async def commit(self, _draft: Draft) -> Receipt:
        return Receipt(f"NO-{next(_numbers)}", clock.now())

    def close(self) -> None:
        """Nothing was kept."""


class _Unlogged(Desk):
    def _open_now(self) -> None:
        if self._writer is None:
            self._reader = swift.open_reader()
            self._writer = _NoLog()  # type: ignore[assignment]


async def _nowhere(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 404, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})


_thin = Thin(_nowhere, _Unlogged())


async def unlogged(scope: Any, receive: Any, send: Any) -> None:
    """The short way without its log."""
    if scope["type"] == "http":
        await _thin(scope, receive, send)
    elif scope["type"] == "lifespan":
        while True:
            told = (await receive())["type"]
            await send({"type": f"{told}.complete"})
            if told == "lifespan.shutdown":
                return
