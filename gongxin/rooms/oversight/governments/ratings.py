"""Ratings of third parties (第三方评级): handed in for one frozen set, published at once with method, name and digest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from gongxin.kernel.issues import Refusal
from gongxin.kernel.sentences import sentence
from gongxin.law import thirdparties
from gongxin.law.thirdparties import BASIS, Frozen, Line, Ratings
from gongxin.rooms.oversight.governments import datasets
from gongxin.rooms.oversight.governments.datasets import MAY_FREEZE
from gongxin.rooms.oversight.governments.models import DataSet, Rating
from gongxin.spine import clock
from gongxin.spine.access.gate import Viewer
from gongxin.spine.access.models import Body
from gongxin.spine.cases.points import refused_numbers


@dataclass(frozen=True)
class Published:
    """Ratings as they are published (公布的评级), with the set they were made from."""

    rating: Rating
    dataset: DataSet
    rater: str
    rater_en: str

    @cached_property
    def offered(self) -> bool:
        """Whether everybody may fetch the set today and take its digest (数据集今日可否公开取得)."""
        return datasets.offered(self.dataset)

    def of(self, unit: str) -> Mapping[str, Any] | None:
        """Return what is said of one unit (对一个单位的评级), or None."""
        return next((line for line in self.rating.lines if line["unit"] == unit), None)


def hand_in(viewer: Viewer, number: str, given: Ratings) -> Published | Refusal:
    """Take in ratings (接收评级): from the third party itself, or by the office from its paper; what came before stays."""
    found = DataSet.objects.filter(number=number.strip()).first()
    if found is None or not (viewer.role in MAY_FREEZE or (viewer.body and viewer.body == found.rater)):
        return Refusal(
            "assess.set",
            sentence("没有这个数据集", "There is no such set"),
            BASIS,
            sentence("请核对编号", "Check the number"),
        )
    frozen = Frozen(found.digest, frozenset(found.units), found.open_until)
    no = thirdparties.refused_ratings(given, frozen, today=clock.today())
    said = " ".join([given.method, given.decided_by, *(line.rating for line in given.lines)])
    no = no if no is not None else refused_numbers(said, BASIS)
    if no is not None:
        return no
    rating = Rating.objects.create(
        dataset=found.number, rater=found.rater, method=given.method.strip(), decided_by=given.decided_by.strip()[:100],
        lines=[
            {"unit": line.unit, "rating": line.rating.strip(), "low": line.low, "high": line.high} for line in given.lines
        ],
        on=clock.today(), actor=viewer.name[:100], account=viewer.account_id, at=clock.now(),
    )  # fmt: skip
    return Published(rating, found, *_names(found.rater))


def published(system: str, region: str, as_of: date) -> tuple[Published, ...]:
    """Return the ratings of a division handed in by a day (公布的第三方评级): of each set the latest, the latest set first."""
    sets = {each.number: each for each in DataSet.objects.filter(system=system, region=region)}
    latest = {each.dataset: each for each in Rating.objects.filter(dataset__in=sets, on__lte=as_of).order_by("id")}
    told = [Published(each, sets[number], *_names(each.rater)) for number, each in latest.items()]
    return tuple(sorted(told, key=lambda each: (each.rating.on, each.rating.pk), reverse=True))


def read(said: Mapping[str, Any]) -> Ratings | Refusal:
    """Read ratings as they were handed in (读取评级): digest, method, decided_by, results of unit, rating, low, high."""
    results = said.get("results")
    if not isinstance(results, list) or not all(isinstance(each, Mapping) for each in results):
        return Refusal(
            "assess.results", sentence("没有评级结果", "There are no results"), BASIS,
            sentence("请写 results：每个单位一项，有 unit 和 rating", "Give results: one for each unit, with unit and rating"),
        )  # fmt: skip
    lines, wrong = [], []
    for each in results:
        ends = _number(each.get("low")), _number(each.get("high"))
        lines.append(
            Line(str(each.get("unit") or "").strip(), str(each.get("rating") or ""), *(end for end, _fine in ends))
        )
        wrong += [] if all(fine for _end, fine in ends) else [lines[-1].unit or "—"]
    if wrong:
        return Refusal(
            "assess.rating", sentence("这些行的区间不是数：{units}", "The interval of these is no number: {units}", units="、".join(wrong)), BASIS,
            sentence("请写数，例如 81.5", "Write numbers, such as 81.5"),
        )  # fmt: skip
    digest, method, decided_by = (str(said.get(name) or "") for name in ("digest", "method", "decided_by"))
    return Ratings(digest, method, decided_by, tuple(lines))


def read_lines(text: str) -> list[dict[str, str]]:
    """Read ratings typed line by line (逐行读取评级): unit, rating and perhaps both ends, parted by commas or tabs."""
    found = []
    for line in (each.strip() for each in text.splitlines() if each.strip()):
        parts = [each.strip() for each in line.replace("，", ",").replace("\t", ",").split(",")]
        found.append(dict(zip(("unit", "rating", "low", "high"), parts, strict=False)))
    return found


def as_dict(told: Published) -> dict[str, Any]:
    """Return ratings as machines read them (第三方评级输出)."""
    return {
        "dataset": told.dataset.number, "sha256": told.dataset.digest, "offered": told.offered, "as_of": told.dataset.as_of,
        "rater": {"code": told.rating.rater, "name": told.rater, "name_en": told.rater_en}, "method": told.rating.method,
        "decided_by": told.rating.decided_by, "on": told.rating.on, "results": list(told.rating.lines),
    }  # fmt: skip


def _names(code: str) -> tuple[str, str]:
    names = Body.objects.filter(code=code).values_list("name", "name_en").first()
    return names if names is not None else (code, "")


def _number(value: object) -> tuple[float | None, bool]:
    """Return a number as it was written, and whether it is one; nothing written is none and is fine."""
    text = str(value).strip() if value is not None else ""
    if not text:
        return None, True
    try:
        found = float(text)
    except ValueError:
        return None, False
    return (found, True) if abs(found) < 1e9 else (None, False)
