"""Calls about the assessment of governments (政务诚信评价): results are open; bodies score themselves, third parties rate.

A key stands for its body. Nothing here is about a person, and nothing reads a result to restrict anybody.
"""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Router, Schema
from pydantic import BaseModel, ConfigDict

from gongxin.doors.api import errors
from gongxin.doors.api.cases import EXTRA, SCOPE, viewer_of
from gongxin.doors.api.keys import Anyone, Key
from gongxin.doors.api.repeats import repeatable
from gongxin.doors.api.requests import Text
from gongxin.kernel.issues import Refusal
from gongxin.rooms.oversight.governments import comparing, datasets, ratings, selfscores
from gongxin.rooms.oversight.governments.comparing import Assessed

router = Router(tags=["政务诚信评价"], auth=Key(SCOPE))
open_router = Router(tags=["政务诚信评价"], auth=Anyone())
STATUS = {
    "assess.system": 404,
    "assess.region": 404,
    "assess.set": 404,
    "assess.own": 403,
    "assess.office": 403,
    "assess.closed": 410,
}


class GovernmentSystemOut(Schema):
    """A system of indicators about bodies (政务诚信指标体系)."""

    id: str
    name: str
    name_en: str
    version: str
    certainty: str
    in_effect: bool = Field(description="false 表示待法制审核，结果仅供试算")
    use: str
    use_en: str
    clause: str
    bases: list[str]
    coverage: float = Field(description="排名次所需的数据覆盖率，百分数")
    minimum: int = Field(description="排名次所需的件数")
    confidence: float
    moved_percent: int = Field(description="权重各动百分之几，看名次是否站得住")
    peers: list[dict[str, Any]] = Field(description="谁和谁可比")
    indicators: list[dict[str, Any]] = Field(description="来源、公式、权重、分档、缺数据怎么办和理由")


class GovernmentsOut(Schema):
    """A result of a division (评价结果)."""

    assessment: str = Field(description="提出评价异议时写明的编号")
    system: GovernmentSystemOut
    region: dict[str, str]
    as_of: date
    trial: bool
    book: str
    ledger: dict[str, Any] = Field(description="台账条数和根：以后入账的不改变这一天的结果")
    groups: list[dict[str, Any]] = Field(
        description="可比组：各单位的得分区间、名次（不确定的为空，no_rank 写原因）、各项得数；weights_moved 写权重变动后哪些名次站得住"
    )
    ratings: list[dict[str, Any]] = Field(
        description="第三方评级：方法、负责人、所据数据集及其 SHA-256；offered 为真的可以公开取得"
    )


class GovernmentUnitOut(Schema):
    """One unit with every row behind every figure (单位评价结果)."""

    assessment: str
    system: str
    version: str
    trial: bool
    as_of: date
    book: str
    unit: str
    name: str
    name_en: str
    low: float
    high: float
    covered: float
    cases: int
    rank: int | None
    no_rank: str | None = Field(description="sample 数据不足；overlap 区间重叠；alone 没有可比的")
    holds: bool | None
    figures: list[dict[str, Any]]
    bodies: list[str]
    rows: dict[str, list[dict[str, Any]]] = Field(description="每项得数来自哪几行：记录号、案号、日期、结果")
    self_scores: dict[str, Any] = Field(description="本单位自评，不并入得数")
    ratings: list[dict[str, Any]]


class WhereIn(Schema):
    """Which division, on which day (区划和评价日)."""

    region: str = Field(max_length=12, description="行政区划代码")
    as_of: date | None = Field(None, description="评价日，不写即今日")


class SelfScoresIn(BaseModel):
    """A body's own scores (自评)."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    points: dict[Text, Text] = Field(description="指标 → 0 到 100 的分")
    text: Text = Field(max_length=4000, description="依据：数据来源和材料")


class RatingsIn(BaseModel):
    """Ratings of a third party (第三方评级)."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    digest: Text = Field(max_length=64, description="数据集的 SHA-256")
    method: Text = Field(max_length=4000, description="评级方法，原样公布")
    decided_by: Text = Field(max_length=100, description="负责人姓名和职务")
    results: list[dict[Text, Any]] = Field(max_length=5000, description="unit、rating，有区间的写 low、high")


class FreezeIn(BaseModel):
    """For whom a set is frozen (冻结数据集)."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    system: Text = Field(max_length=60)
    region: Text = Field(max_length=12)
    rater: Text = Field(max_length=32, description="第三方的单位代码")
    as_of: date | None = None


@open_router.get(
    "/government-assessments", response=list[GovernmentSystemOut], summary="政务诚信指标体系", operation_id="list_government_systems"
)  # fmt: skip
def list_government_systems(request: HttpRequest, as_of: date | None = None) -> list[dict[str, Any]]:
    """某日在用的指标体系：来源、公式、权重和缺数据规则，全部公开。"""
    return [comparing.system_dict(each) for each in comparing.systems(as_of)]


@open_router.get(
    "/government-assessments/{system}", response=GovernmentsOut, summary="评价一个区划的机关单位", operation_id="assess_governments"
)  # fmt: skip
def assess_governments(request: HttpRequest, system: str, asked: Query[WhereIn]) -> dict[str, Any]:
    """得分是区间；样本不足、区间重叠的不排名次。只评单位，不评自然人；平台不据此限制任何单位和个人。"""
    assessed = _assessed(system, asked)
    return {**comparing.as_dict(assessed), "ratings": [ratings.as_dict(each) for each in _published(assessed)]}


@open_router.get(
    "/government-assessments/{system}/units/{unit}", response=GovernmentUnitOut, summary="一个单位的评价和全部依据",
    operation_id="assess_government_unit",
)  # fmt: skip
def assess_government_unit(request: HttpRequest, system: str, unit: str, asked: Query[WhereIn]) -> dict[str, Any]:
    """每项得数来自哪几行、本单位自评、第三方评级。"""
    assessed = _assessed(system, asked)
    told = comparing.unit_dict(assessed, unit)
    if told is None:
        raise errors.not_found("这个单位")
    own = selfscores.as_dict(selfscores.own_of(unit, assessed.system, assessed.as_of))
    said = [
        {**ratings.as_dict(each), "results": [line]}
        for each in _published(assessed)
        if (line := each.of(unit)) is not None
    ]
    return {**told, "self_scores": own, "ratings": said}


@router.post(
    "/government-assessments/{system}/self-scores", summary="提交本单位自评", operation_id="score_own_body", openapi_extra=EXTRA
)  # fmt: skip
@repeatable
def score_own_body(request: HttpRequest, system: str, body: SelfScoresIn) -> HttpResponse:
    """密钥所属单位自评；公布在得数旁边，不并入得数。"""
    done = selfscores.enter(viewer_of(request), system, dict(body.points), body.text)
    if isinstance(done, Refusal):
        raise _refused(done)
    return _json(selfscores.as_dict(done), 201)


@router.post("/assessment-sets", summary="冻结数据集", operation_id="freeze_assessment_set", openapi_extra=EXTRA)
@repeatable
def freeze_assessment_set(request: HttpRequest, body: FreezeIn) -> HttpResponse:
    """信用主管单位为一个第三方冻结数据集；答复里有 SHA-256 和开放期。"""
    made = datasets.freeze(viewer_of(request), body.system, body.region, body.rater, body.as_of)
    if isinstance(made, Refusal):
        raise _refused(made)
    return _json(datasets.as_dict(made), 201)


@open_router.get(
    "/assessment-sets/{number}/published", summary="公开取数据集", operation_id="fetch_published_set"
)  # fmt: skip
def fetch_published_set(request: HttpRequest, number: str) -> HttpResponse:
    """评级公布以后，任何人可取原样字节核对 SHA-256；开放期满，或者其中有内容停止公示的，不再提供，摘要仍在。"""
    found = datasets.fetch_published(number.replace("\0", ""))
    if isinstance(found, Refusal):
        raise _refused(found)
    return _bytes(*found)


@router.get("/assessment-sets/{number}", summary="取数据集", operation_id="fetch_assessment_set", openapi_extra=EXTRA)
def fetch_assessment_set(request: HttpRequest, number: str) -> HttpResponse:
    """只给所列的第三方和信用主管单位；原样字节，SHA-256 与公布的一致；开放期满内容销毁。"""
    found = datasets.fetch(viewer_of(request), number.replace("\0", ""))
    if isinstance(found, Refusal):
        raise _refused(found)
    return _bytes(*found)


@router.post(
    "/assessment-sets/{number}/ratings", summary="交来第三方评级", operation_id="hand_in_ratings", openapi_extra=EXTRA
)  # fmt: skip
@repeatable
def hand_in_ratings(request: HttpRequest, number: str, body: RatingsIn) -> HttpResponse:
    """按数据集作出的评级，连同方法即时公布；没有方法、没有负责人、摘要不符的不收。"""
    given = ratings.read(body.model_dump())
    done = given if isinstance(given, Refusal) else ratings.hand_in(viewer_of(request), number.replace("\0", ""), given)
    if isinstance(done, Refusal):
        raise _refused(done)
    return _json(ratings.as_dict(done), 201)


def _assessed(system: str, asked: WhereIn) -> Assessed:
    found = comparing.assess(system, asked.region, asked.as_of)
    if isinstance(found, Refusal):
        raise _refused(found)
    return found


def _published(assessed: Assessed) -> tuple[ratings.Published, ...]:
    return ratings.published(assessed.system.id, assessed.region, assessed.as_of)


def _refused(no: Refusal) -> errors.Problem:
    return errors.from_refusal(no, STATUS.get(no.code, 422))


def _bytes(made: datasets.DataSet, content: bytes) -> HttpResponse:
    response = HttpResponse(content, content_type=errors.CONTENT_TYPE)
    response["X-Content-SHA256"] = made.digest
    return response


def _json(told: Any, status: int = 200) -> HttpResponse:
    text = json.dumps(told, ensure_ascii=False, default=str)
    return HttpResponse(text, status=status, content_type=errors.CONTENT_TYPE)
