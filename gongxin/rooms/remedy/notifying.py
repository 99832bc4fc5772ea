"""Sending the notice of repair by itself (两书同达): with every adverse record once, and a list of those not served yet.

The ledger is read on from where it was left, so that nothing is forgotten and nothing is told twice, whatever is sent
again and however often this runs. Whoever has no account here is served by the body: those stand on its list.
"""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from gongxin.kernel.issues import Refusal
from gongxin.law.noticing import notice_due
from gongxin.law.serving import PORTAL
from gongxin.rooms.remedy.models import Progress, RepairNotice
from gongxin.spine import clock, records, shelf
from gongxin.spine.access.gate import Viewer
from gongxin.spine.access.models import Body, Role
from gongxin.spine.outbox import notices, service
from gongxin.spine.outbox.models import Notice
from gongxin.spine.outbox.service import Document, Way
from gongxin.spine.records import Reported

PROGRESS = "notices"
TEMPLATE = "repair.notice"
DOCUMENT = "repair-notice"
CHUNK = 200
ROW = "row:"


def send() -> int:
    """Send the notices of what has been reported since (发送告知); return how many went. Repeating it sends nothing."""
    sent, more = 0, True
    while more:
        with transaction.atomic():
            place, _made = Progress.objects.select_for_update().get_or_create(name=PROGRESS)
            found, last = records.reported_after(place.seq, CHUNK)
            sent += _send(found)
            more = last > place.seq
            Progress.objects.filter(pk=place.pk).update(seq=last)
    return sent


def waiting(viewer: Viewer) -> QuerySet[RepairNotice]:
    """Return the notices of a body's own records that nobody has served or opened yet (未送达告知书), the oldest first."""
    if viewer.role not in {Role.STEWARD, Role.OPERATOR} or not viewer.body:
        return RepairNotice.objects.none()
    opened = Notice.objects.filter(pk=OuterRef("notice"), read_at__isnull=False)
    found = RepairNotice.objects.filter(body=viewer.body, served_on__isnull=True)
    return found.exclude(Exists(opened)).order_by("made_on", "record")


def serve(viewer: Viewer, record: int, way: Way) -> date | Refusal:
    """Enter that a notice was served with the decision (登记告知书送达); return the day. Once, with its proof."""
    with transaction.atomic():
        row = waiting(viewer).filter(record=record).first()
        if row is None:
            return Refusal(
                "notice.none", _("没有待送达的告知书"), None, _("已经送达或者查收的不用再登记；只能登记本单位的记录")
            )
        if way.method == PORTAL:
            return Refusal("notice.portal", _("在本平台查收的由平台自动记载"), None, _("请选择实际采用的送达方式"))
        document = Document(DOCUMENT, row.subject, row.made_on, record=record, template=TEMPLATE)
        entered = service.enter(document, way)
        if isinstance(entered, Refusal):
            return entered
        RepairNotice.objects.filter(pk=record).update(served_on=entered.on)
    return entered.on


def _send(found: list[Reported]) -> int:
    today = clock.today()
    law = shelf.book().on(today)
    due = [
        each
        for each in found
        if each.state == "effective"
        and (each.until is None or each.until >= today)
        and not each.place.subject.startswith(ROW)
        and notice_due(each.place.item, each.decided, each.severity, each.audience, law=law)
    ]
    known = set(
        RepairNotice.objects.filter(record__in=[each.place.record for each in due]).values_list("pk", flat=True)
    )
    due = [each for each in due if each.place.record not in known]
    names = dict(Body.objects.filter(code__in={each.place.provider for each in due}).values_list("code", "name"))
    made = []
    for each in due:
        place = each.place
        words = {
            "record": place.record, "item": law.item(place.item).name, "decided": each.decided,
            "body": names.get(place.provider, place.provider),
        }  # fmt: skip
        told = notices.tell("subject", place.subject, TEMPLATE, words=words)
        made.append(
            RepairNotice(
                record=place.record, subject=place.subject, item=place.item, body=place.provider, notice=told.pk,
                made_on=today,
            )
        )  # fmt: skip
    RepairNotice.objects.bulk_create(made)
    return len(made)
