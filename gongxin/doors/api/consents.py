"""Calls about consents (授权): a body or an agency asks a subject for its consent and sees how it stands."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Router, Schema
from pydantic import BaseModel, ConfigDict

from gongxin.doors.api import errors
from gongxin.doors.api.keys import Key
from gongxin.doors.api.repeats import repeatable
from gongxin.doors.api.requests import Text
from gongxin.law.consents import Terms
from gongxin.rooms.measures import answer, check
from gongxin.spine import clock, shelf
from gongxin.spine.access import consents
from gongxin.spine.access.consents import Consent

SCOPE = "consents:write"
router = Router(tags=["授权"], auth=Key(SCOPE))
MARK = {"x-scope": SCOPE}


class TermsIn(BaseModel):
    """What is to be consented to (授权内容)."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    matter: Text = Field(min_length=1, max_length=64, description="以授权为依据的办理事项，见 /law/matters")
    purpose: Text = Field(min_length=1, max_length=200, description="用途；授权只能用于写明的用途")
    fields: dict[Text, list[Text]] = Field(description="看哪些内容：目录事项 → 字段", max_length=40)
    uses: int = Field(ge=1, le=10_000, description="最多查几次")
    until: date = Field(description="到哪天为止，含当日")

    def terms(self, subject: str, body: str) -> Terms:
        """Return the terms for a subject and a body."""
        fields = {item: tuple(names[:200]) for item, names in self.fields.items()}
        return Terms(subject, body, self.matter, self.purpose, fields, self.uses, self.until)


class RequestIn(TermsIn):
    """A consent asked for (授权请求)."""

    code: Text = Field(min_length=1, max_length=64, description="统一社会信用代码；自然人写公民身份号码，不保存")


class ConsentOut(Schema):
    """A consent as it stands (一份授权)."""

    number: str
    state: str = Field(description="requested refused lapsed active revoked used-up expired unused")
    body: str
    matter: str
    purpose: str
    fields: dict[str, list[str]]
    uses: int
    used: int
    left: int
    until: date
    ends: date = Field(description="最后可用日；请求为最后答复日")
    token: str | None = Field(None, description="签名凭据；给出授权后才有")


class ActOut(Schema):
    """An act on a consent (授权经过)."""

    verb: str
    at: datetime
    look: str | None


class ConsentDetailOut(ConsentOut):
    """A consent with all its acts (授权及经过)."""

    acts: list[ActOut]


@router.post(
    "/consents/requests", response={201: ConsentOut}, summary="请求授权", operation_id="request_consent",
    openapi_extra=MARK,
)  # fmt: skip
@repeatable
def request_consent(request: HttpRequest, asked: RequestIn) -> HttpResponse:
    """向本人请求授权。本人登录后同意或者不同意；不答复不等于同意。答复不透露本平台是否认识这个人。"""
    caller = request.auth  # type: ignore[attr-defined]
    matter = shelf.book().on(clock.today()).book.matters.get(asked.matter)
    if matter is None:
        raise errors.from_issues(
            [{"code": "consent.matter", "column": "matter", "message": "没有这个事项", "severity": "error"}]
        )
    named = check.identify(asked.code, matter, clock.today())
    if isinstance(named, list):
        raise errors.from_issues(named)
    made = consents.request(caller.viewer(), asked.terms(named.key, caller.body))
    if not isinstance(made, Consent):
        raise errors.of_no(made)
    return HttpResponse(answer.as_bytes(as_dict(made)), status=201, content_type=errors.CONTENT_TYPE)


@router.get(
    "/consents",
    response=list[ConsentOut],
    summary="本单位的授权",
    operation_id="list_consents",
    openapi_extra=MARK,
)
def list_consents(request: HttpRequest, state: str | None = None) -> list[dict[str, Any]]:
    """本单位发出的请求和取得的授权，新的在前，最多 500 份。"""
    caller = request.auth  # type: ignore[attr-defined]
    held = consents.of_body(caller.body, clock.today())
    return [as_dict(each) for each in held if state is None or each.state == state][:500]


@router.get(
    "/consents/{number}", response=ConsentDetailOut, summary="一份授权", operation_id="get_consent", openapi_extra=MARK
)
def get_consent(request: HttpRequest, number: str) -> dict[str, Any]:
    """一份授权的内容、状态和经过；别的单位的授权与不存在的答复相同。"""
    caller = request.auth  # type: ignore[attr-defined]
    found = consents.find(number)
    if found is None or found.terms.body != caller.body:
        raise errors.not_found(f"编号为 {number} 的授权")
    return as_dict(found) | {"acts": acts_of(found.number)}


def as_dict(each: Consent) -> dict[str, Any]:
    """Return a consent as every machine channel gives it; whose it is, its number alone tells."""
    terms, standing = each.terms, each.standing
    return {
        "number": each.number,
        "state": each.state,
        "body": terms.body,
        "matter": terms.matter,
        "purpose": terms.purpose,
        "fields": {item: list(names) for item, names in terms.fields.items()},
        "uses": terms.uses,
        "used": standing.used,
        "left": standing.left,
        "until": terms.until.isoformat(),
        "ends": standing.ends.isoformat(),
        "token": each.token or None,
    }


def acts_of(number: str) -> list[dict[str, Any]]:
    """Return the acts on a consent (授权经过)."""
    return [
        {"verb": verb, "at": at.astimezone(clock.ZONE), "look": look or None}
        for verb, at, look in consents.history(number)
    ]
