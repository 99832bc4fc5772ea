"""What a body says of itself (自评): points by indicator with their ground, shown beside the figures and added to none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction

from gongxin.kernel.issues import Refusal
from gongxin.kernel.sentences import sentence
from gongxin.law import bodyassessments
from gongxin.law.bodysystems import BodySystem
from gongxin.rooms.oversight.governments import comparing
from gongxin.rooms.oversight.governments.models import SelfScore
from gongxin.spine import clock
from gongxin.spine.access.gate import Viewer
from gongxin.spine.access.models import Role
from gongxin.spine.bodies import superiors
from gongxin.spine.bodies.register import borne_by
from gongxin.spine.cases.points import refused_numbers

TEXT_LIMIT = 4000


@dataclass(frozen=True)
class Own:
    """A body's own scores as they stood on a day (自评结果): by indicator; the sum where it scored all of them."""

    body: str
    scores: Mapping[str, SelfScore]
    total: float | None

    @property
    def on(self) -> date | None:
        """Return the day of the latest of them (最近提交日), or None."""
        return max((each.on for each in self.scores.values()), default=None)


def enter(viewer: Viewer, system_id: str, points: Mapping[str, str], text: str) -> Own | Refusal:
    """Enter a body's own scores (提交自评): by its own people, each with its ground; what was said before stays."""
    system = comparing.find_system(system_id)
    if system is None:
        return Refusal(
            "assess.system", sentence("没有这套政务诚信指标体系", "There is no such system about governments"), None,
            "、".join(each.id for each in comparing.systems()) or "—",
        )  # fmt: skip
    basis = str(system.bases[0]) if system.bases else None
    if not may_score(viewer, system):
        return Refusal(
            "assess.own", sentence("自评由参评单位自己提交", "A body that is assessed scores itself"), basis,
            sentence("请由本单位的信用专员登录后提交", "Its own steward signs in and enters the scores"),
        )  # fmt: skip
    given = {name: str(value).strip() for name, value in points.items() if str(value).strip()}
    no = bodyassessments.refused_scores(system, given, text)
    no = no if no is not None else refused_numbers(text, basis)
    if no is None and len(text) > TEXT_LIMIT:
        no = Refusal(
            "case.long",
            sentence("内容超过 {n} 字", "Longer than {n} signs", n=TEXT_LIMIT),
            basis,
            sentence("请删减", "Shorten it"),
        )
    if no is not None:
        return no
    with transaction.atomic():
        for name, value in given.items():
            SelfScore.objects.create(
                system=system.id, version=system.version, body=viewer.body, indicator=name, points=Decimal(value), text=text.strip(),
                on=clock.today(), actor=viewer.name[:100], account=viewer.account_id, at=clock.now(),
            )  # fmt: skip
    return own_of(viewer.body, system, clock.today())


def may_score(viewer: Viewer, system: BodySystem) -> bool:
    """Tell whether a viewer may score its own body (能否自评): its steward, where the system is about bodies of its kind."""
    if viewer.role not in {Role.STEWARD, Role.OPERATOR}:
        return False
    body = next((each for each in superiors.public_bodies() if each.code == viewer.body), None)
    return body is not None and bool(body.region) and any(body.kind in each.kinds for each in system.peers)


def own_of(body: str, system: BodySystem, as_of: date) -> Own:
    """Return what a body, or one it goes on for, said of itself by a day (自评), of this version of the system."""
    rows = SelfScore.objects.filter(
        system=system.id, version=system.version, body__in=borne_by(body), on__lte=as_of
    ).order_by("on", "id")
    scores = {each.indicator: each for each in rows}
    weights = {each.id: each.weight for each in system.indicators}
    whole = set(weights) <= set(scores)
    total = float(sum(scores[name].points * weight for name, weight in weights.items())) / 100 if whole else None
    return Own(body, scores, total)


def as_dict(own: Own) -> dict[str, Any]:
    """Return a body's own scores as machines read them (自评输出)."""
    return {
        "body": own.body, "on": own.on, "total": own.total,
        "scores": {name: {"points": float(each.points), "text": each.text, "on": each.on} for name, each in own.scores.items()},
    }  # fmt: skip
