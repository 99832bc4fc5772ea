"""Calls of the subject itself (本主体): everything held, who looked, what was consented to – with an organisation's key.

A person has no key: identity is verified at sign-in, and the same copies are there to be fetched on the page.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Router, Schema
from pydantic import BaseModel, ConfigDict

from gongxin.doors.api import errors
from gongxin.doors.api.consents import ConsentDetailOut, ConsentOut, TermsIn, acts_of, as_dict
from gongxin.doors.api.keys import Anyone, Caller, Key
from gongxin.doors.api.repeats import repeatable
from gongxin.doors.api.requests import Text
from gongxin.kernel.issues import Refusal
from gongxin.rooms.disclosure import mine, wholooked
from gongxin.rooms.measures import answer
from gongxin.rooms.oversight import unusual
from gongxin.spine import clock
from gongxin.spine.access import consents
from gongxin.spine.access.consents import Consent

READ = {"x-scope": "mine:read"}
WRITE = {"x-scope": "mine:write"}
router = Router(tags=["本主体"], auth=Key("mine:read"))
open_router = Router(tags=["监督"], auth=Anyone())


class MineOut(Schema):
    """Everything held on the subject (本主体的全部信息)."""

    look: str = Field(description="本次查看的编号，记入谁看过我")
    at: str
    as_of: date
    law_book: str
    entries: list[dict[str, Any]]
    note: str


class SeenOut(Schema):
    """One look at the subject (一次查阅)."""

    number: str
    at: str
    kind: str = Field(description="duty consent casework supervision submission own delegate")
    act: str | None
    body: str | None
    body_name: str | None
    post: str | None = Field(description="到科室为止，不写姓名")
    matter: str | None
    ground: str
    case_no: str | None
    consent: str | None
    fields: dict[str, list[str]] | None = Field(description="看了哪些内容；空表示全部")
    must_act: int
    for_reference: int
    batch: bool
    via: str
    reply: str | None
    awaiting: bool


class GrantIn(TermsIn):
    """A consent given on one's own account (主动授权)."""

    body: Text = Field(min_length=1, max_length=32, description="给哪个单位，单位代码")


class AnswerIn(BaseModel):
    """Yes or no (答复授权请求)."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    agree: bool = Field(description="true 同意，false 不同意")
    fields: dict[Text, list[Text]] | None = Field(None, description="同意给对方看的内容，不写即所请求的全部")


class CountOut(Schema):
    """Questions about looks (查阅疑问件数)."""

    rule: str
    name: str
    standing: int = Field(description="当前疑问件数")
    asked: int = Field(description="已请单位说明的件数")


@router.get("/mine", response=MineOut, summary="本主体的全部信息", operation_id="get_mine", openapi_extra=READ)
def get_mine(request: HttpRequest) -> dict[str, Any]:
    """本平台保存的本主体的全部信息，已到期、已修复、已撤回的也在内；每次读取留痕。"""
    caller = request.auth  # type: ignore[attr-defined]
    told = mine.mine(caller.viewer("subject"), _subject(caller), form="json")
    if isinstance(told, Refusal):
        raise errors.of_no(told)
    return mine.as_dict(told)


@router.get("/mine/looks", response=list[SeenOut], summary="谁看过", operation_id="get_my_looks", openapi_extra=READ)
def get_my_looks(request: HttpRequest) -> list[dict[str, Any]]:
    """谁看过本主体：单位、岗位、事项、依据、内容。依法推迟告知的到告知日出现。"""
    caller = request.auth  # type: ignore[attr-defined]
    told = wholooked.who_looked(caller.viewer("subject"), _subject(caller))
    if isinstance(told, Refusal):
        raise errors.of_no(told)
    return wholooked.rows(told)


@router.get(
    "/mine/consents",
    response=list[ConsentOut],
    summary="本主体的授权",
    operation_id="list_my_consents",
    openapi_extra=READ,
)
def list_my_consents(request: HttpRequest) -> list[dict[str, Any]]:
    """本主体收到的请求和给出的授权，新的在前。"""
    caller = request.auth  # type: ignore[attr-defined]
    return [as_dict(each) for each in consents.of_subject([_subject(caller)], clock.today())]


@router.get(
    "/mine/consents/{number}",
    response=ConsentDetailOut,
    summary="本主体的一份授权",
    operation_id="get_my_consent",
    openapi_extra=READ,
)
def get_my_consent(request: HttpRequest, number: str) -> dict[str, Any]:
    """一份授权的内容、状态和经过。"""
    caller = request.auth  # type: ignore[attr-defined]
    found = consents.find(number)
    if found is None or found.terms.subject != _subject(caller):
        raise errors.not_found(f"编号为 {number} 的授权")
    return as_dict(found) | {"acts": acts_of(found.number)}


@router.post(
    "/mine/consents", response={201: ConsentOut}, auth=Key("mine:write"), summary="给出授权",
    operation_id="grant_consent", openapi_extra=WRITE,
)  # fmt: skip
@repeatable
def grant_consent(request: HttpRequest, given: GrantIn) -> HttpResponse:
    """主动给一个单位授权。"""
    caller = request.auth  # type: ignore[attr-defined]
    return _told(consents.grant(caller.viewer("subject"), given.terms(_subject(caller), given.body)), 201)


@router.post(
    "/mine/consents/{number}/answer", response=ConsentOut, auth=Key("mine:write"), summary="答复授权请求",
    operation_id="answer_consent", openapi_extra=WRITE,
)  # fmt: skip
@repeatable
def answer_consent(request: HttpRequest, number: str, said: AnswerIn) -> HttpResponse:
    """同意或者不同意；可以只同意其中几项内容。"""
    caller = request.auth  # type: ignore[attr-defined]
    return _told(consents.answer(caller.viewer("subject"), number, yes=said.agree, fields=said.fields), 200)


@router.post(
    "/mine/consents/{number}/revoke", response=ConsentOut, auth=Key("mine:write"), summary="撤回授权",
    operation_id="revoke_consent", openapi_extra=WRITE,
)  # fmt: skip
@repeatable
def revoke_consent(request: HttpRequest, number: str) -> HttpResponse:
    """撤回授权，立即生效；撤回以前已经进行的查询不受影响。"""
    caller = request.auth  # type: ignore[attr-defined]
    return _told(consents.revoke(caller.viewer("subject"), number), 200)


@open_router.get(
    "/oversight/looks", response=list[CountOut], summary="查阅疑问件数", operation_id="unusual_looks_counts"
)
def unusual_looks_counts(request: HttpRequest) -> list[dict[str, Any]]:
    """审计岗位从查阅日志提出的疑问件数；只有件数，没有单位和人。"""
    return [
        {"rule": each["rule"].id, "name": each["rule"].name, "standing": each["standing"], "asked": each["asked"]}
        for each in unusual.counts(clock.today())
    ]


def _subject(caller: Caller) -> str:
    return f"uscc:{caller.body}"


def _told(made: Any, status: int) -> HttpResponse:
    if not isinstance(made, Consent):
        raise errors.of_no(made)
    return HttpResponse(answer.as_bytes(as_dict(made)), status=status, content_type=errors.CONTENT_TYPE)
