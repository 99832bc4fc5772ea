"""Calls of reporting departments (报送): hand in a file, see what became of its rows, check a file beforehand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, File, Form, Query, Router, Schema
from ninja.files import UploadedFile

from gongxin.doors.api import errors
from gongxin.doors.api.errors import Problem
from gongxin.doors.api.keys import Caller, Key
from gongxin.doors.api.repeats import repeatable
from gongxin.kernel.issues import Refusal
from gongxin.rooms.intake import batches, validation
from gongxin.rooms.intake.gathering import plain_desk
from gongxin.rooms.intake.models import Batch
from gongxin.rooms.intake.reading import Unreadable
from gongxin.rooms.measures.answer import as_bytes
from gongxin.spine import clock, shelf
from gongxin.spine.access import gate
from gongxin.spine.access.gate import Ground
from gongxin.spine.sealed_files import passing

router = Router(tags=["报送"], auth=Key("batches:write"))
SCOPE = {"x-scope": "batches:write"}

LARGEST_TO_VALIDATE = 32 * 1024 * 1024
"""Bytes of a file checked while the caller waits; larger ones are checked with `gongxin validate` or as a batch."""


class IssueOut(Schema):
    """What is wrong with a value (数据问题)."""

    sheet: str | None = None
    row: int | None
    column: str | None
    code: str
    value: str | None
    message: str
    suggestion: str | None
    clause: str | None
    severity: str


class ReportOut(Schema):
    """What became of a file's rows (批次结果): the four add up to the rows received."""

    batch: int | None = Field(description="批次号；预检时为空")
    item: str | None
    state: str = Field(
        description="queued 等待、confirm 待确认表头、running 处理中、done 完成、cancelled 取消、failed 无法读取"
    )
    received: int
    accepted: int
    duplicates: int
    refused: int
    waiting: int
    late: int
    seconds: float
    issues: list[IssueOut] = Field(description="问题清单；批次的见 /batches/{batch}/issues")
    file: str
    message: str | None = None
    provider: str | None = None
    file_hash: str | None = None
    corrections: int | None = None
    set_aside: dict[str, int] | None = None
    more_notices: dict[str, int] | None = None
    resubmits: int | None = None


class IssuesOut(Schema):
    """A page of a batch's issues (问题清单)."""

    batch: int
    total: int
    issues: list[IssueOut]


@router.post(
    "/batches", response={202: ReportOut}, summary="报送一个文件", operation_id="send_batch", openapi_extra=SCOPE
)
@repeatable
def send_batch(
    request: HttpRequest,
    file: UploadedFile = File(..., description="CSV、XLSX、XLS、JSONL 或 Parquet"),  # noqa: B008 - how django-ninja declares
    item: str | None = Form(None, max_length=60, description="目录事项；不写则按表头识别"),
) -> HttpResponse:
    """收件后排队核对，用返回的批次号查看结果。同一文件重复报送不会重复归集，已归集的行记为重复。"""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    _known(item)
    batch = batches.receive(
        file.file,
        file_name=file.name or "upload",
        provider=caller.body,
        via="api",
        actor=f"密钥 {caller.label}",
        item=item,
    )
    return HttpResponse(as_bytes(batches.report(batch, issues=False)), status=202, content_type=errors.CONTENT_TYPE)


@router.get(
    "/batches/{batch_id}", response=ReportOut, summary="一个批次的结果", operation_id="get_batch", openapi_extra=SCOPE
)
def get_batch(request: HttpRequest, batch_id: int) -> dict[str, Any]:
    """本单位一个批次的状态和各行去向：接收、重复、退回、待人工，四者之和等于收到的行数。"""
    return batches.report(_own(request, batch_id), issues=False)


@router.get(
    "/batches/{batch_id}/issues", response=IssuesOut, summary="一个批次的问题", operation_id="list_issues",
    openapi_extra=SCOPE,
)  # fmt: skip
def list_issues(
    request: HttpRequest,
    batch_id: int,
    offset: int = Query(0, ge=0, le=10**9),
    limit: int = Query(1000, ge=1, le=10_000),
) -> dict[str, Any]:
    """本单位一个批次的问题：行、列、原值、哪里不对、建议值、依据。查看会记入查阅日志。"""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    batch = _own(request, batch_id)
    issues = batches.issues_of(batch)
    noted = gate.note(
        caller.viewer("steward"), Ground(purpose=gate.SUBMISSION), f"batch:{batch.pk}", len(issues), as_of=clock.today()
    )
    if isinstance(noted, Refusal):
        raise errors.of_no(noted)
    return {"batch": batch.pk, "total": len(issues), "issues": issues[offset : offset + limit]}


@router.post(
    "/validate", response=ReportOut, summary="报送前核对", operation_id="validate", auth=Key("validate:write"),
    openapi_extra={"x-scope": "validate:write"},
)  # fmt: skip
def validate(
    request: HttpRequest,
    file: UploadedFile = File(..., description="CSV、XLSX、XLS、JSONL 或 Parquet"),  # noqa: B008 - how django-ninja declares
    item: str | None = Form(None, max_length=60, description="目录事项；不写则按表头识别"),
) -> dict[str, Any]:
    """与归集相同的检查，不留存文件，不登记任何内容。"""
    _known(item)
    if (file.size or 0) > LARGEST_TO_VALIDATE:
        raise errors.too_large(LARGEST_TO_VALIDATE)
    name = Path(file.name or "upload").name or "upload"
    with passing(file.chunks(), file.size or 0) as place:
        try:
            return validation.validate(place, plain_desk(clock.today()), item) | {"file": name}
        except Unreadable as fault:
            # The passing copy's name says nothing to the caller; its own file's does.
            words = str(fault).removeprefix(f"{place.name}：")
            said = words if words == str(fault) else f"{name}：{words}"
    raise Problem(422, "file.unreadable", said, "请用本平台的模板填写，或另存为 XLSX、CSV 后重发。")


def _known(item: str | None) -> None:
    edition = shelf.book().on(clock.today())
    if item is not None and edition.find_item(item) is None:
        names = "、".join(each.id for each in edition.items())
        raise errors.from_issues(
            [{"code": "item.unknown", "column": "item", "value": item, "message": f"目录中没有“{item}”，可用：{names}"}]
        )


def _own(request: HttpRequest, batch_id: int) -> Batch:
    """Return a batch of the caller's own body; another body's is as if it were not there."""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    batch = Batch.objects.filter(pk=batch_id, provider=caller.body).first() if batch_id < 2**63 else None
    if batch is None:
        raise errors.not_found(f"批次 {batch_id}")
    return batch
