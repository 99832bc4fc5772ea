"""Calls about checks (核查): ask, read again, say what was decided."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from gongxin.doors.api import errors
from gongxin.doors.api.keys import Key
from gongxin.doors.api.repeats import repeatable
from gongxin.doors.api.requests import CheckIn, CheckOut, CheckSummaryOut, OutcomeIn, OutcomeOut, WatchIn, WatchOut
from gongxin.rooms.measures import answer, check, outcomes, watching
from gongxin.rooms.measures.models import Outcome, Watch

router = Router(tags=["核查"], auth=Key("checks:write"))
SCOPE = {"x-scope": "checks:write"}


@router.post("/checks", response=CheckOut, summary="核查", operation_id="ask_check", openapi_extra=SCOPE)
@repeatable
def ask_check(request: HttpRequest, question: CheckIn) -> HttpResponse:
    """就一个办理事项核查一个主体。答复分为须依法处理、供参考、没有查到三类；每次核查先记入查阅日志再答复。

    不认识的代码、没有记录，都只说明查了什么、数据到何时，不表示信用良好。

    写明办件编号的，一案一查：同一单位就同一办件、同一事项再问同一主体，情况没有变化的沿用原来的核查编号，并在 repeated
    中说明；有变化的给新编号，并在 changed_since 中写明以前的编号。每次查阅都照常记录，对方都能看到。
    """
    caller = request.auth  # type: ignore[attr-defined]
    answered = check.check(
        caller.viewer(), question.code, question.matter, question.as_of, question.case_no, consent=question.consent
    )
    if not isinstance(answered, dict):
        raise errors.of_no(answered)
    return HttpResponse(answer.as_bytes(answered), content_type=errors.CONTENT_TYPE)


@router.get(
    "/checks/{number}",
    response=CheckSummaryOut,
    summary="一次核查的记录",
    operation_id="get_check",
    openapi_extra=SCOPE,
)
def get_check(request: HttpRequest, number: str) -> dict[str, Any]:
    """本单位一次核查的登记情况：何时、何事项、须处理和供参考各几条、登记了什么结果。答复内容不重复给出，须重新核查。"""
    caller = request.auth  # type: ignore[attr-defined]
    look = outcomes.find_check(caller.viewer(), number)
    if look is None:
        raise errors.not_found(f"编号为 {number} 的核查")
    return {
        "check": look.number,
        "at": look.at.isoformat(timespec="seconds"),
        "matter": look.matter,
        "case_no": look.case_no,
        "as_of": look.as_of,
        "must_act": look.must,
        "for_reference": look.reference,
        "answer_digest": look.answer_digest,
        "outcomes": [outcomes.as_dict(each) for each in outcomes.history(number)],
    }


@router.post(
    "/checks/{number}/outcome", response={201: OutcomeOut}, summary="登记处理结果", operation_id="record_outcome",
    openapi_extra=SCOPE,
)  # fmt: skip
@repeatable
def record_outcome(request: HttpRequest, number: str, statement: OutcomeIn) -> HttpResponse:
    """登记核查之后本单位作出的决定。决定由本单位依法作出，平台不代作结论；更正时再登记一次，以最后一次为准。"""
    caller = request.auth  # type: ignore[attr-defined]
    recorded = outcomes.record(
        caller.viewer(),
        number,
        outcomes.Statement(
            statement.kind,
            statement.reason or "",
            statement.document_no or "",
            statement.decided_on,
            tuple(statement.records or ()),
            statement.ground or "",
            statement.measure or "",
            statement.lighter or "",
            statement.until,
        ),
    )
    if not isinstance(recorded, Outcome):
        raise errors.of_no(recorded)
    return HttpResponse(answer.as_bytes(outcomes.as_dict(recorded)), status=201, content_type=errors.CONTENT_TYPE)


@router.post(
    "/checks/{number}/watch", response={201: WatchOut}, summary="关注核查答复", operation_id="watch_check",
    openapi_extra=SCOPE,
)  # fmt: skip
@repeatable
def watch_check(request: HttpRequest, number: str, wanted: WatchIn) -> HttpResponse:
    """关注一次写明办件编号的核查，到办结为止（如开标到定标之间）。这一问的答复有变动时，发出一次签名的事件 answer，
    只说有变动和到哪里再问；对方离线时会反复送达，直到确认。关注本身对方在“谁看过我”里看得见，到期自行停止。
    """
    caller = request.auth  # type: ignore[attr-defined]
    begun = watching.watch(caller.viewer(), number, wanted.until)
    if not isinstance(begun, Watch):
        raise errors.of_no(begun)
    return HttpResponse(answer.as_bytes(watching.as_dict(begun)), status=201, content_type=errors.CONTENT_TYPE)


@router.get(
    "/checks/{number}/watch", response=WatchOut, summary="关注情况", operation_id="get_watch", openapi_extra=SCOPE
)
def get_watch(request: HttpRequest, number: str) -> dict[str, Any]:
    """本单位对这次核查的关注：关注中、已通知变动，还是已停止。"""
    caller = request.auth  # type: ignore[attr-defined]
    return _watch(watching.of(caller.viewer(), number), number)


@router.delete(
    "/checks/{number}/watch", response=WatchOut, summary="停止关注", operation_id="stop_watch", openapi_extra=SCOPE
)
def stop_watch(request: HttpRequest, number: str) -> dict[str, Any]:
    """办件提前办结的，停止关注；已经停止的再停一次没有害处。"""
    caller = request.auth  # type: ignore[attr-defined]
    return _watch(watching.stop(caller.viewer(), number), number)


def _watch(found: Watch | None, number: str) -> dict[str, Any]:
    if found is None:
        raise errors.not_found(f"对 {number} 的关注")
    return watching.as_dict(found)
