"""One shape of error (统一的错误格式): every answer of this door that is not what was asked for looks the same.

`{"error": {"code", "message", "way_forward", "clause"?, "issues"?, "ticket"?}}`: what happened, what the caller can do
next, and, where it was the law that said no, on which clause. A fault of ours also carries a ticket number, under
which the operator finds the whole story in the system log.
"""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import get_language

from gongxin.doors.api import english
from gongxin.kernel.issues import Refusal
from gongxin.kernel.sentences import Sentence
from gongxin.rooms.measures.faults import Unanswerable
from gongxin.spine import publicday

logger = logging.getLogger("gongxin.api")

CONTENT_TYPE = "application/json; charset=utf-8"


@dataclass(frozen=True)
class Problem(Exception):
    """A refusal or a fault on its way out of this door (拒绝或故障)."""

    status: int
    code: str
    message: str
    way_forward: str
    clause: str | None = None
    issues: Sequence[Any] | None = None
    ticket: str | None = None
    retry_after: int | None = None
    headers: tuple[tuple[str, str], ...] = field(default=())
    details: Mapping[str, Any] = field(default_factory=dict)
    english: tuple[str, str] | None = None
    """Its English message and way forward, where the sentence knows them itself; else they stand with the codes."""

    def as_dict(self, *, in_english: bool = False) -> dict[str, Any]:
        """Return the body, in English where the caller wants it; keys without a value are left out."""
        said = self.english or english.told(self.code, {**self.details, "ticket": self.ticket}) if in_english else None
        message, way_forward = said or (self.message, self.way_forward)
        inner: dict[str, Any] = {"code": self.code, "message": message, "way_forward": way_forward}
        for name in ("clause", "issues", "ticket", "retry_after"):
            value = getattr(self, name)
            if value:
                inner[name] = value
        if self.issues:
            inner["issues"] = [english.issue(one) if in_english else _without_english(one) for one in self.issues]
        return {"error": inner}

    def body(self, *, in_english: bool = False) -> bytes:
        """Return the bytes to send."""
        return json.dumps(self.as_dict(in_english=in_english), ensure_ascii=False, default=str).encode()


def _without_english(issue: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in issue.items() if name != "said_en"}


def fault(reason: BaseException) -> Problem:
    """Log a fault of ours under a new ticket (故障编号); the caller is told the ticket, the reason stays here."""
    ticket = "GZ-" + secrets.token_hex(5).upper()
    logger.error("%s a request could not be carried out", ticket, exc_info=reason)
    return Problem(
        500, "fault", "本平台出了故障，这次请求没有办成。", f"请联系信用办，报编号 {ticket}。", ticket=ticket
    )


def unanswerable(fault: Unanswerable) -> Problem:
    """The platform cannot answer: said plainly, since silence could be taken for "no record"."""
    return Problem(
        503, "unavailable", fault.message, fault.way_forward, ticket=fault.ticket, retry_after=fault.AGAIN_AFTER,
        headers=(("Retry-After", str(fault.AGAIN_AFTER)),), details={"after": fault.AGAIN_AFTER},
    )  # fmt: skip


def unauthorised() -> Problem:
    """No key, an unknown key, an expired or a withdrawn one: one answer for all, so that keys cannot be probed."""
    return Problem(
        401,
        "key.invalid",
        "没有带密钥，或者密钥无效、已到期、已停用。",
        "请在请求头写 Authorization: Bearer 密钥；密钥由信用办发给单位，丢失或到期请联系信用办重发。",
        headers=(("WWW-Authenticate", 'Bearer realm="gongxin"'),),
    )


def unknown_certificate() -> Problem:
    """A certificate that is good in itself, but bound to no key."""
    return Problem(
        401,
        "certificate.unknown",
        "这张客户端证书没有登记给任何单位。",
        "请把证书交信用办登记（gongxin staff add-key --kind certificate）。",
    )


def other_certificate() -> Problem:
    """A key bound to a certificate came without it, or with another."""
    return Problem(
        401,
        "certificate.other",
        "这个密钥只能与登记的客户端证书一起使用。",
        "请经前置服务器以登记的证书访问；换了证书的请先登记。",
    )


def out_of_scope(scope: str) -> Problem:
    """The key is good, but was not given for this."""
    return Problem(
        403,
        "key.scope",
        f"这个密钥没有 {scope} 权限。",
        f"请由本单位管理员向信用办申请含 {scope} 权限的密钥。",
        details={"scope": scope},
    )


def not_this_body(whose: str, whose_en: str) -> Problem:
    """The key carries the scope, but its body is none to which this may be given."""
    return Problem(
        403,
        "key.body",
        f"这项操作只给{whose}的密钥。",
        "请由该单位的系统办理。",
        details={"whose": whose_en},
    )


def too_many(rate: int, wait: int) -> Problem:
    """More requests within a minute than the key allows."""
    return Problem(
        429,
        "rate.exceeded",
        f"一分钟内的请求超过了 {rate} 次。",
        f"请 {wait} 秒后再试；需要批量核查时请用 gongxin screen 或报送批次。",
        headers=(("Retry-After", str(wait)),),
        details={"rate": rate, "wait": wait},
    )


def not_found(what: str = "这个地址") -> Problem:
    """Nothing stands at this address, or nothing that this caller may know of."""
    return Problem(404, "not_found", f"没有找到{what}。", "请对照接口说明 /api/v1/docs 核对地址和编号。")


def method_not_allowed(method: str, allowed: str) -> Problem:
    """The address exists, but not with this verb."""
    return Problem(
        405,
        "method",
        f"这个地址不接受 {method}。",
        f"可以用：{allowed or '见接口说明 /api/v1/docs'}。",
        headers=(("Allow", allowed),) if allowed else (),
        details={"method": method, "allowed": allowed or "see /api/v1/docs"},
    )


def unreadable(message: str = "请求内容不是可以读懂的 JSON。") -> Problem:
    """The body cannot be read as what the endpoint expects."""
    return Problem(400, "body.unreadable", message, "请用 UTF-8 编码的 JSON，并带 Content-Type: application/json。")


def too_large(limit: int) -> Problem:
    """The body is longer than this door takes."""
    return Problem(
        413,
        "body.too_large",
        f"请求内容超过 {limit:,} 字节。",
        "请分成几次发送；大文件请用报送批次或前置机目录。",
        details={"limit": limit},
    )


def from_refusal(refusal: Refusal, status: int = 403) -> Problem:
    """The law said no: its clause and its way forward go out word for word."""
    return Problem(
        status,
        refusal.code,
        refusal.message,
        refusal.way_forward or "请对照接口说明 /api/v1/docs 核对请求。",
        clause=str(refusal.clause) if refusal.clause else None,
        english=_english(refusal),
    )


def _english(refusal: Refusal) -> tuple[str, str] | None:
    """A refusal's English: its sentence knows it, or it was composed for a caller who reads English."""
    if not isinstance(refusal.message, Sentence) and not (get_language() or "").startswith("en"):
        return None
    told = refusal.told(english=True)
    return told.message, told.way_forward or english.DOCS


def of_no(no: Any) -> Problem:
    """Return the problem of a room's no: issues of the data, or a refusal by the law."""
    if isinstance(no, list):
        return from_issues(no)
    return from_refusal(no, 404 if no.code.endswith("_unknown") else 403)


def public_day(asked: date | None) -> date:
    """Return the day for which public information is told (公示查询日); raises the problem where another is asked about."""
    day = publicday.public_day(asked)
    if isinstance(day, Refusal):
        raise from_refusal(day, 422)
    return day


def from_issues(issues: Sequence[Any], message: str = "请求里有需要改正的内容。") -> Problem:
    """The data is wrong: all of its issues at once."""
    told = [issue.as_dict() if hasattr(issue, "as_dict") else issue for issue in issues]
    return Problem(422, "data.invalid", message, "请按 issues 逐条改正后重发。", issues=told)


PYDANTIC_WORDS = {
    "missing": "缺少必填内容",
    "string_type": "应当是文本",
    "string_too_long": "太长",
    "string_too_short": "太短",
    "string_pattern_mismatch": "格式不对",
    "int_parsing": "应当是整数",
    "int_type": "应当是整数",
    "greater_than_equal": "太小",
    "less_than_equal": "太大",
    "date_from_datetime_parsing": "日期应写成 2026-11-23",
    "date_parsing": "日期应写成 2026-11-23",
    "date_type": "日期应写成 2026-11-23",
    "date_from_datetime_inexact": "日期应写成 2026-11-23",
    "bool_parsing": "应当是 true 或 false",
    "extra_forbidden": "不认识的字段",
    "literal_error": "不在可选的值里",
    "enum": "不在可选的值里",
    "json_invalid": "不是可以读懂的 JSON",
    "list_type": "应当是列表",
    "model_attributes_type": "应当是 JSON 对象",
    "dict_type": "应当是 JSON 对象",
    "value_error": "含有不能使用的字符",
    "model_type": "应当是 JSON 对象",
}
"""The library's words for what is wrong, in ours; an unknown one is told in the library's own words."""


def from_validation(errors: Sequence[dict[str, Any]]) -> Problem:
    """A request that does not fit the schema, as issues in the shape of any other issue."""
    issues = []
    for error in errors:
        place = [str(part) for part in error.get("loc", ()) if part not in {"body", "payload"}]
        issues.append(
            {
                "code": f"request.{error.get('type', 'invalid')}",
                "column": ".".join(place) or None,
                "message": PYDANTIC_WORDS.get(error.get("type", ""), error.get("msg", "")),
                "severity": "error",
                # The library's own words are English; where a value was sent, they are told to who reads English.
                "said_en": str(error.get("msg", "")).replace("{", "{{").replace("}", "}}"),
            }
        )
    return from_issues(issues)
