"""Calls about reports (信用报告): make one, fetch it again, verify one, fetch the status list whole."""

from __future__ import annotations

import json
from base64 import b64encode
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from ninja import Field, File, Router, Schema
from ninja.files import UploadedFile
from pydantic import BaseModel, ConfigDict

from gongxin.doors.api import errors
from gongxin.doors.api.keys import Anyone, Caller, Key, admit
from gongxin.doors.api.requests import Text
from gongxin.rooms.disclosure.reports import archive, folders, issuing, register, signing, statuslist, verifying
from gongxin.rooms.disclosure.reports.issuing import Asker, Made, Wish
from gongxin.spine import clock
from gongxin.spine.access.gate import Ground

SCOPE = "reports:write"
router = Router(tags=["信用报告"], auth=Key(SCOPE))
LARGEST = 8 * 1024 * 1024


class ReportIn(BaseModel):
    """A report asked for (报告申请)."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    code: Text = Field(min_length=1, max_length=64, description="统一社会信用代码；自然人写公民身份号码")
    kind: Text = Field("standard", max_length=16, description="standard 标准版；special 专项，替代无违法违规记录证明")
    purpose: Text = Field("", max_length=200, description="用途，印在报告上，60 字以内")
    since: date | None = Field(None, description="专项报告期间的第一天，不写即法定最长")
    until: date | None = Field(None, description="专项报告期间的最后一天，不写即今日")
    sectors: list[Text] = Field(default_factory=list, max_length=40, description="专项报告的领域，不写即全部")
    matter: Text | None = Field(None, max_length=64, description="按哪个法定事项查；不写则只列公开信息")
    case_no: Text | None = Field(None, max_length=100, description="办件编号，事项要求时必填")
    consent: Text | None = Field(None, max_length=4000, description="本人授权的凭证，与事项同写")


class ReportsIn(BaseModel):
    """Many reports asked for at once (批量申请)."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    reports: list[ReportIn] = Field(min_length=1, max_length=folders.MOST, description="逐份写明，依据各写各的")


class IssuedReportOut(Schema):
    """A report issued (已出具的报告)."""

    number: str
    check: str = Field(description="核验码，只在出具时给出")
    valid_until: date
    digest: str = Field(description="文件的 SHA-256")
    content: dict[str, Any] = Field(description="报告内容，与文件一致")
    pdf: str = Field(description="PDF/A 文件，Base64")
    sm2: dict[str, str] | None = Field(None, description="国密 SM2 分离签名，启用时才有")


class ReportKeptOut(Schema):
    """What is kept of a report (报告登记)."""

    number: str
    kind: str
    issued: datetime
    valid_until: date
    digest: str
    status: str = Field(description="good 有效、revoked 已撤回、changed 内容已更新、expired 已过期")


class VerifyIn(BaseModel):
    """A number and its check words (编号和核验码)."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    number: Text = Field(min_length=1, max_length=40)
    check: Text = Field(min_length=1, max_length=40)


class VerifyOut(Schema):
    """What a report is (核验结果)."""

    result: str = Field(description="genuine 真、false 假、expired 已过期、changed 内容已更新、revoked 已撤回")
    number: str | None = None
    issued: date | None = None
    valid_until: date | None = None
    digest: str | None = Field(None, description="出具时文件的 SHA-256，可与手中的文件对照")
    reason: str | None = None
    sm2: str | None = Field(
        None,
        description="文件旁的国密 SM2 签名：valid 有效、false 不符、unknown-key 公钥不在信任范围、unchecked 未核验；没有则不写",
    )
    sm2_key: str | None = Field(None, description="国密公钥短名，SM3 的前 16 位")


class StatusListOut(Schema):
    """The status list (状态表), whole and signed."""

    form: str
    type: str
    statusPurpose: str
    statusSize: int
    statusMessages: list[dict[str, str]]
    validFrom: date
    length: int
    encodedList: str = Field(description="u 加 Base64url，GZIP 压缩的位串，每个位置两位")
    key: str
    signature: str


@router.post(
    "/reports", response={201: IssuedReportOut}, summary="出具一份报告", operation_id="make_report",
    openapi_extra={"x-scope": SCOPE},
)  # fmt: skip
def make_report(request: HttpRequest, body: ReportIn) -> HttpResponse:
    """单位的公开版不留查阅记录；按事项或凭授权出具的，先记入对方的“谁看过我”再给出。自然人须有事项或授权。"""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    made = issuing.make(*_asked(caller, body))
    if not isinstance(made, Made):
        raise errors.of_no(made)
    answer = {
        "number": made.number,
        "check": made.check,
        "valid_until": made.valid_until.isoformat(),
        "digest": made.digest,
        "content": made.content.as_dict(),
        "pdf": b64encode(made.pdf).decode(),
        "sm2": made.sm2,
    }
    return HttpResponse(_bytes(answer), status=201, content_type=errors.CONTENT_TYPE)


@router.post(
    "/reports/batch", summary="批量出具报告", operation_id="make_reports",
    openapi_extra={
        "x-scope": SCOPE,
        "responses": {200: {"description": "OK", "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}}}},
    },
)  # fmt: skip
def make_reports(request: HttpRequest, body: ReportsIn) -> StreamingHttpResponse:
    """一次至多 500 份，边出具边传回一个 zip：每份报告一个 PDF，results.json 逐行写编号、核验码，或者没有出具的原因。

    每份按一次调用计入频率。中途断开的，已出具的报告仍可按编号取回；编号在登记簿里，核验码只在 results.json 里。
    """
    caller: Caller = request.auth  # type: ignore[attr-defined]
    for _ in body.reports[1:]:
        admit(caller, SCOPE)
    folder = folders.Folder([_asked(caller, each) for each in body.reports])
    answer = StreamingHttpResponse(iter(folder), content_type="application/zip")
    answer["Content-Disposition"] = 'attachment; filename="reports.zip"'
    return answer


def _asked(caller: Caller, body: ReportIn) -> tuple[Asker, Wish]:
    ground = None
    if body.matter or body.consent:
        ground = Ground(matter=body.matter, case_no=body.case_no, consent=body.consent)
    wish = Wish(body.code, body.kind, body.purpose, body.since, body.until, tuple(body.sectors))
    return Asker(caller.viewer(), ground), wish


def _bytes(answer: dict[str, Any]) -> bytes:
    return json.dumps(answer, ensure_ascii=False).encode()


@router.get(
    "/reports/status-list", response=StatusListOut, auth=Anyone(), summary="状态表",
    operation_id="report_status_list",
)  # fmt: skip
def status_list(request: HttpRequest) -> dict[str, Any]:
    """全部报告的状态，整份下载后在本地查自己手中报告的位置，平台不知道查的是哪一份。位置写在报告文件里。"""
    return statuslist.published()


@router.get("/reports/certificate", auth=Anyone(), summary="签发机构证书", operation_id="report_certificate")
def certificate(request: HttpRequest) -> HttpResponse:
    """签发机构证书（PEM），核验报告签名时作为信任的根。"""
    return HttpResponse(signing.make_keys().read_bytes(), content_type="application/x-pem-file")


@router.post("/reports/verify", response=VerifyOut, auth=Anyone(), summary="按核验码核验", operation_id="verify_report")
def verify_report(request: HttpRequest, body: VerifyIn) -> dict[str, Any]:
    """编号不存在和核验码不对，答复相同。不给出报告写的是谁。"""
    return _answer(register.verify_words(body.number, body.check))


@router.post(
    "/reports/verify-file", response=VerifyOut, auth=Anyone(), summary="按文件核验", operation_id="verify_report_file"
)
def verify_report_file(
    request: HttpRequest,
    file: UploadedFile = File(..., description="报告的 PDF 文件"),  # noqa: B008 - how django-ninja declares
) -> dict[str, Any]:
    """逐字节核验签名，再与登记对照。文件不留存。"""
    if (file.size or 0) > LARGEST:
        raise errors.too_large(LARGEST)
    pdf = file.read()
    try:
        found = verifying.verify(pdf, signing.trusted())
    except verifying.Forged as fault:
        return _answer(register.Answer("false", reason=str(fault)))
    if not found.trusted:
        return _answer(register.Answer("false", reason="不是本平台签发的文件"))
    return _answer(register.verify_digest(found.number, found.digest))


@router.get(
    "/reports/{number}", response=ReportKeptOut, summary="本单位出具的一份报告", operation_id="get_report",
    openapi_extra={"x-scope": SCOPE},
)  # fmt: skip
def get_report(request: HttpRequest, number: str) -> dict[str, Any]:
    """本单位出具的报告的登记和当前状态；别的单位的如同不存在。"""
    report = _own(request, number)
    return {
        "number": report.number,
        "kind": report.kind,
        "issued": report.issued,
        "valid_until": report.valid_until,
        "digest": report.digest,
        "status": statuslist.NAMES[register.status_of(report, clock.today())],
    }


@router.get(
    "/reports/{number}/file", summary="取回报告文件", operation_id="get_report_file",
    openapi_extra={"x-scope": SCOPE},
)  # fmt: skip
def get_report_file(request: HttpRequest, number: str) -> HttpResponse:
    """有效期内可以取回本单位出具的报告文件；过期后不再保存。"""
    report = _own(request, number)
    pdf = archive.find(report.number, report.valid_until)
    if pdf is None:
        raise errors.not_found(f"报告 {number} 的文件")
    return HttpResponse(pdf, content_type="application/pdf")


@router.get(
    "/reports/{number}/sm2", summary="取回国密签名", operation_id="get_report_sm2", openapi_extra={"x-scope": SCOPE}
)
def get_report_sm2(request: HttpRequest, number: str) -> HttpResponse:
    """报告文件的国密 SM2 分离签名：对整个文件的 SM2-SM3 签名，任何实现都可以核验。没有启用国密签名的，没有这个文件。"""
    report = _own(request, number)
    told = archive.find_sm2(report.number, report.valid_until)
    if told is None:
        raise errors.not_found(f"报告 {number} 的国密签名")
    return HttpResponse(_bytes(told), content_type=errors.CONTENT_TYPE)


def _own(request: HttpRequest, number: str) -> Any:
    caller: Caller = request.auth  # type: ignore[attr-defined]
    report = register.find_made_by(caller.viewer(), number)
    if report is None:
        raise errors.not_found(f"报告 {number}")
    return report


def _answer(answer: register.Answer) -> dict[str, Any]:
    names = ("number", "issued", "valid_until", "digest", "reason", "sm2", "sm2_key")
    return {name: getattr(answer, name) or None for name in names} | {"result": answer.result}
