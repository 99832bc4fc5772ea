"""Delayed disclosure (推迟告知): a look its subject learns of later, on a day that is set when the delay is ordered.

There is no permanent secrecy here: every order has a clause of the law book, a named person and a last day within the
book's longest term, and the day itself releases the look. Nothing has to run, and nothing can be prolonged.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from gongxin.kernel.issues import Refusal
from gongxin.kernel.terms import add_months
from gongxin.law.reading import Reader
from gongxin.spine import clock, shelf
from gongxin.spine.access.models import Look, Role, Withheld
from gongxin.spine.access.viewers import Viewer
from gongxin.spine.outbox import notices

PARAMETER = "withheld.grounds"
WHO = frozenset({Role.OFFICER, Role.SUPERVISOR})


def grounds(day: date) -> tuple[dict[str, Any], ...]:
    """Return the grounds on which notice may be delayed (推迟告知的理由), with their longest months."""
    return tuple(dict(row) for row in shelf.book().on(day).parameter(PARAMETER).table())


def withhold(viewer: Viewer, look: str, ground: str, release: date, ordered_by: str) -> Withheld | Refusal:
    """Delay the notice of one look of the viewer's own body until a day (推迟告知)."""
    today = clock.today()
    law = shelf.book().on(today)
    value = law.parameter(PARAMETER)
    row = next((each for each in value.table() if each["id"] == ground), None)
    if viewer.role not in WHO or not Look.objects.filter(number=look, body=viewer.body).exclude(body="").exists():
        return Refusal("withheld_unknown", _("没有找到本单位的这次查阅。"), None, _("请核对查阅编号。"))
    source = str(value.source)
    if row is None:
        return Refusal("withheld.ground", _("没有这种推迟告知的理由。"), source, _("请从法定理由中选择。"))
    reader = Reader(row, PARAMETER, law.book.instruments)
    clause = str(reader.find_ref("source") or value.source)
    if not ordered_by.strip():
        return Refusal("withheld.person", _("没有写明由谁决定。"), source, _("请写明批准推迟告知的负责人姓名。"))
    if not today < release <= add_months(today, int(row["months"])):
        return Refusal(
            "withheld.release", _("告知日不在允许的范围内。"), source, _("只能推迟，不能不告知；请缩短推迟的时间。")
        )
    try:
        with transaction.atomic():
            words = {"look": look, "body": viewer.body, "day": release.isoformat()}
            notices.tell("role", Role.AUDITOR, "withheld.ordered", words=words)
            return Withheld.objects.create(
                look=look, ground=ground, clause=clause, release=release, ordered_by=ordered_by.strip()[:100],
                body=viewer.body, account=viewer.account_id, at=clock.now(),
            )  # fmt: skip
    except IntegrityError:
        return Refusal(
            "withheld.again", _("这次查阅已经推迟过一次，不能再推迟。"), source, _("到告知日将自行告知本人。")
        )


def is_released(release: date, today: date) -> bool:
    """Whether a look is told on a day (是否已到告知日): on its release day and ever after."""
    return today >= release


def hidden(numbers: Iterable[str], today: date) -> frozenset[str]:
    """Return those of these looks whose subject is not told yet (尚未告知的查阅)."""
    asked = list(numbers)
    found: set[str] = set()
    for start in range(0, len(asked), 500):
        rows = Withheld.objects.filter(look__in=asked[start : start + 500]).values_list("look", "release")
        found |= {look for look, release in rows if not is_released(release, today)}
    return frozenset(found)


def count(today: date) -> tuple[int, int]:
    """Return how many looks are not told yet, and how many ever were delayed (推迟告知件数), for the auditor."""
    days = list(Withheld.objects.values_list("release", flat=True))
    return sum(not is_released(day, today) for day in days), len(days)


def released_between(after: date, until: date) -> dict[str, date]:
    """Return the looks whose notice fell due after one day and by another, with that day (期间到期告知的查阅)."""
    return dict(Withheld.objects.filter(release__gt=after, release__lte=until).values_list("look", "release"))


def orders(body: str | None) -> QuerySet[Withheld]:
    """Return the orders to delay a notice, the newest first (推迟告知清单): of one body, or of all for the auditor."""
    found = Withheld.objects.order_by("-id")
    return found if body is None else found.filter(body=body)
