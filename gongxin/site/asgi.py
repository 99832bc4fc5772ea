"""ASGI entry (ASGI 入口): machine checks take the short way, everything else goes to Django.

`POST /api/v1/checks` is asked thousands of times a second by departments' own systems, so it is answered without
Django's request path; the answer is the same, byte for byte, as on the long way (see doors/api/thin.py).
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import MutableMapping
from typing import Any

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongxin.site.settings")

django_wsgi = get_wsgi_application()

from gongxin.doors.api.thin import Thin  # noqa: E402 - models may be imported only after Django is set up
from gongxin.doors.cli.serve import SERVICE, end_with_service  # noqa: E402
from gongxin.rooms.disclosure.reports import issuing  # noqa: E402
from gongxin.site.bridge import Bridge, Receive, Send  # noqa: E402

end_with_service(int(os.environ.get(SERVICE, "0")), signal.SIGTERM)
bridge = Bridge(django_wsgi)
thin = Thin(otherwise=bridge)


async def application(scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
    """Hand one connection to whom it concerns."""
    if scope["type"] == "http":
        if scope["path"] == "/api/v1/checks" and scope["method"] == "POST":
            await thin(scope, receive, send)
        else:
            await bridge(scope, receive, send)
    elif scope["type"] == "lifespan":
        await _lifespan(receive, send)


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            await send({"type": "lifespan.startup.complete"})
            # Requests are answered meanwhile; a worker that ends does not wait for it.
            threading.Thread(target=issuing.warm, name="warm", daemon=True).start()
        elif message["type"] == "lifespan.shutdown":
            thin.stop()
            bridge.stop()
            await send({"type": "lifespan.shutdown.complete"})
            return
