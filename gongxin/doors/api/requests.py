"""What callers send (请求内容): one schema for each body, used on the long way and on the short way alike."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from ninja import Field, Schema
from pydantic import AfterValidator, BaseModel, ConfigDict


def _plain(text: str) -> str:
    if "\0" in text:
        raise ValueError("NUL")
    return text


Text = Annotated[str, AfterValidator(_plain)]
"""Text as both stores take it: PostgreSQL holds no NUL."""


class CheckIn(BaseModel):
    """A question about one subject in one matter (核查请求)."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    code: Text = Field(min_length=1, max_length=64, description="统一社会信用代码；自然人事项写公民身份号码")
    matter: Text = Field(min_length=1, max_length=64, description="办理事项代号，见 /law/matters")
    as_of: date | None = Field(None, description="查询日，不写即今日")
    case_no: Text | None = Field(None, max_length=100, description="办件编号，事项要求时必填")
    consent: Text | None = Field(
        None, max_length=4000, description="授权编号或者授权凭据；以本人授权为依据的事项必填，每次使用计一次"
    )


class OutcomeIn(BaseModel):
    """What the body decided after a check (处理结果)."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    kind: Text = Field(
        min_length=1,
        max_length=24,
        description="restricted 依法限制、not_restricted 未限制、in_doubt 信息可能有误、withdrawn 未办结",
    )
    reason: Text | None = Field(None, max_length=2000, description="说明；未限制、信息可能有误时必填")
    document_no: Text | None = Field(None, max_length=200, description="决定文书号")
    decided_on: date | None = Field(None, description="决定日期")
    records: list[int] | None = Field(None, max_length=200, description="涉及的记录编号；信息可能有误时写明是哪几条")
    ground: Text | None = Field(None, max_length=24, description="未限制的原因，统计用")
    measure: Text | None = Field(None, max_length=80, description="采取哪项措施，见 /measures；必须适用的可以不写")
    lighter: Text | None = Field(None, max_length=2000, description="有更轻的措施时，为什么不够")
    until: date | None = Field(None, description="到哪天为止，不写即允许的最后一日")


class EntryOut(Schema):
    """One entry of an answer (一条信息)."""

    record: int | None = Field(description="记录编号；没有查到的事项为空")
    item: str = Field(description="目录事项")
    item_name: str
    title: str | None = None
    authority: str | None = Field(description="来源单位")
    document: str | None = Field(description="文书号")
    decided: date | None = Field(description="认定日期")
    display_until: date | None = Field(description="截止日，含当日")
    severity: str | None = None
    clause: str | None = Field(description="法律依据")
    effect: str | None = Field(description="法律后果；供参考的写明法律未规定因此限制")
    effect_en: str | None = None
    effect_until: date | None = Field(None, description="法律后果的最后一日")
    remedy: str | None = Field(description="救济办法")
    remedy_clauses: list[str] | None = None
    certainty: str | None = Field(None, description="依据的确信度")
    marks: list[dict[str, str]] | None = Field(
        None, description="异议处理中等标注：id、text、text_en；有标注的只供参考"
    )
    statements: list[str] | None = Field(None, description="主体声明")
    fields: dict[str, Any] | None = Field(None, description="本事项可见的内容")
    weighing: str | None = Field(None, description="must 必须依法处理、may 可以权衡并须说明理由、none 不得仅据此限制")
    reasons_required: bool | None = Field(None, description="据此限制须说明理由")
    measure: str | None = Field(None, description="所依据的措施，见 /measures；没有的为空")
    measure_name: str | None = None
    measure_name_en: str | None = None
    sources: list[dict[str, Any]] | None = Field(None, description="查过的来源，只在没有查到时给出")
    up_to: date | None = Field(None, description="数据截至，只在没有查到时给出")


class RepeatedOut(Schema):
    """That this case was asked before, with the same answer (同案重查)."""

    look: str = Field(description="本次查阅的编号；对方在“谁看过我”里看到的是它")
    first_asked: str = Field(description="首次核查的时间")


class WatchIn(BaseModel):
    """Until when the answer to a check is watched (关注到哪一天)."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    until: date = Field(description="截止日，含当日；到期自行停止")


class WatchOut(Schema):
    """A watch as it stands (关注情况)."""

    check: str
    matter: str
    case_no: str
    until: date
    state: str = Field(description="open 关注中、changed 已通知变动、closed 已停止")
    since: str
    ended_at: str | None
    event: int | None = Field(description="通知变动的事件编号")


class CheckOut(Schema):
    """The answer to a check (核查答复)."""

    check: str = Field(description="核查编号")
    subject: str = Field(description="被核查主体的代码；自然人为遮盖后的号码")
    subject_name: str | None
    matter: str
    matter_name: str
    matter_clause: str
    case_no: str | None
    as_of: date
    must_act: list[EntryOut] = Field(description="须依法处理")
    for_reference: list[EntryOut] = Field(description="供参考，法律未规定因此限制")
    none: list[EntryOut] = Field(description="已核对，没有查到在效记录的事项")
    note: str
    repeated: RepeatedOut | None = Field(
        None, description="同一办件以前核查过、情况没有变化的：沿用原编号，不另算一次核查"
    )
    changed_since: str | None = Field(None, description="同一办件以前核查过、情况有变化的：以前的核查编号")


class OutcomeOut(Schema):
    """An outcome as registered (已登记的结果)."""

    check: str
    kind: str
    reason: str
    document_no: str
    decided_on: date | None
    records: list[int]
    ground: str | None = Field(None, description="未限制的原因")
    restrictions: list[str] = Field(default_factory=list, description="限制措施的案号；送达以后才生效")
    at: str


class CheckSummaryOut(Schema):
    """What the log keeps of a check (核查记录)."""

    check: str
    at: str
    matter: str
    case_no: str
    as_of: date
    must_act: int = Field(description="须依法处理几条")
    for_reference: int = Field(description="供参考几条")
    answer_digest: str = Field(description="答复内容（不含 check、repeated、changed_since）的 SHA-256 摘要")
    outcomes: list[OutcomeOut]
