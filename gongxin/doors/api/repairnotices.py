"""Calls about the notice that goes with every adverse record (信用修复告知书): one notice, and those not served yet."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema

from gongxin.doors.api import errors
from gongxin.doors.api.cases import EXTRA, PER_PAGE, SCOPE, case_bytes, case_refused, viewer_of
from gongxin.doors.api.keys import Key
from gongxin.kernel.issues import Refusal
from gongxin.rooms.remedy import notifying, repair_notice

NOT_THERE = "notice.record"
router = Router(tags=["案件"], auth=Key(SCOPE))


class UnservedRowOut(Schema):
    """A notice of repair not served yet (待送达告知书)."""

    record: int
    item: str
    made_on: date


class UnservedOut(Schema):
    """The notices of repair one's own body has still to serve (待送达告知书列表)."""

    total: int
    page: int
    unserved: list[UnservedRowOut]


@router.get(
    "/cases/unserved", response=UnservedOut, summary="待送达的信用修复告知书", operation_id="list_unserved_notices",
    openapi_extra=EXTRA,
)  # fmt: skip
def list_unserved(request: HttpRequest, page: int = Query(1, ge=1, le=10_000)) -> dict[str, Any]:
    """本单位报送的不利记录，告知书还没有送达、当事人也没有在平台查收的，先作出的在前，每页 50 件。"""
    found = notifying.waiting(viewer_of(request))
    rows = found[(page - 1) * PER_PAGE : page * PER_PAGE]
    return {
        "total": found.count(),
        "page": page,
        "unserved": [{"record": each.record, "item": each.item, "made_on": each.made_on} for each in rows],
    }


@router.get(
    "/records/{record}/repair-notice", response=dict[str, Any], summary="一条记录的信用修复告知书",
    operation_id="get_repair_notice", openapi_extra=EXTRA,
)  # fmt: skip
def get_repair_notice(request: HttpRequest, record: int) -> HttpResponse:
    """与处罚等决定书同时送达：记录、依据、何时可以修复、条件和材料、期限、渠道、救济。只给当事人和报送单位，查阅留痕。"""
    made = repair_notice.notice(viewer_of(request), record)
    if isinstance(made, Refusal):
        raise errors.from_refusal(made, 404) if made.code == NOT_THERE else case_refused(made)
    return HttpResponse(case_bytes(repair_notice.as_dict(made)), content_type=errors.CONTENT_TYPE)
