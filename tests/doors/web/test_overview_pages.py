"""The overview on the pages (监督总览页面): figures, diagram, bodies, rows, bulletin; for the supervisor, in both languages."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from gongxin.doors.web import charts, tiles
from gongxin.spine.access.models import Account, Body
from gongxin.spine.divisions import Division
from gongxin.spine.shelf import TilePlace
from tests.doors.web import town as place
from tests.doors.web.conftest import Town
from tests.doors.web.standing import people, town
from tests.doors.web.test_house_rules import check

__all__ = ["people", "town"]


@pytest.fixture
def owing(town: Town) -> int:
    """A promise of the county past its day; returns its record."""
    Body.objects.update_or_create(
        code=place.COUNTY,
        defaults={"name": "青砚县人民政府", "name_en": "Qingyan County", "region": "130123", "kind": "government"},
    )
    return place.owed(place.COUNTY, "青砚县人民政府", "申屠明月")


def test_from_a_figure_to_its_rows(owing: int, signed_in: Callable[[str], Client]) -> None:
    supervisor = signed_in("supervisor")
    page = supervisor.get(reverse("web:overview"), {"gauge": "unkept"}).content.decode()
    assert "未兑现的政府承诺" in page and "按代码顺序排列，不是地图" in page and "申屠明月" not in page
    bodies = reverse("web:overview-gauge", args=["unkept"])
    rows = reverse("web:overview-rows", args=["unkept", place.COUNTY])
    assert bodies in page and rows in supervisor.get(bodies).content.decode()
    shown = supervisor.get(rows).content.decode()
    assert reverse("web:promise", args=[owing]) in shown and "监测设备补助" in shown
    assert supervisor.get(rows, {"region": "130102"}).status_code == 404, "the county lies outside that district"
    assert rows in supervisor.get(bodies, {"region": "110000"}).content.decode(), "another province is not the reader's"
    assert supervisor.get(reverse("web:overview-gauge", args=["nothing"])).status_code == 404
    assert "没有“2031-01”这个月的数据" in supervisor.get(reverse("web:overview"), {"month": "2031-01"}).content.decode()
    assert "承诺逾期" in supervisor.get(reverse("web:monitoring"), {"signal": "overdue-promise"}).content.decode()
    for address in (reverse("web:overview"), bodies, rows, reverse("web:bulletin"), reverse("web:monitoring")):
        check(address, supervisor)
    supervisor.cookies["django_language"] = "en"
    for address in (reverse("web:overview"), bodies, rows, reverse("web:bulletin"), reverse("web:monitoring")):
        english = supervisor.get(address).content.decode()
        assert 'lang="en"' in english and "监督" not in english.split("<main", 1)[1], address


def test_the_bulletin_as_files(owing: int, signed_in: Callable[[str], Client]) -> None:
    supervisor = signed_in("supervisor")
    data = supervisor.get(reverse("web:bulletin-file", args=["json"]), {"month": "2026-10"})
    assert (
        json.loads(data.content)["region"]["code"] == "130100"
        and "bulletin-2026-10-130100.json" in data["Content-Disposition"]
    )
    page = supervisor.get(reverse("web:bulletin"), {"month": "2026-10"}).content.decode()
    for each in json.loads(data.content)["figures"]:
        number = "—" if each["value"] is None else f"{each['value']:,.{int(each['kind'] == 'share')}f}"
        row = page.split(reverse("web:overview-gauge", args=[each["gauge"]]), 1)[1].split("</tr>", 1)[0]
        assert f"<span>{number}" in row, f"the page says another number of {each['gauge']} than the data"
    assert supervisor.get(reverse("web:bulletin-file", args=["pdf"])).content.startswith(b"%PDF")
    assert supervisor.get(reverse("web:bulletin-file", args=["doc"])).status_code == 404


def test_a_question_is_put_to_the_body_from_the_page(
    owing: int, people: dict[str, Account], signed_in: Callable[[str], Client]
) -> None:
    supervisor = signed_in("supervisor")
    page = supervisor.get(reverse("web:monitoring"), {"signal": "overdue-promise"}).content.decode()
    (key,) = re.findall(r"/desk/monitoring/([0-9a-f]{32})/", page)
    assert supervisor.post(reverse("web:monitoring-ask", args=[key])).status_code == 302
    told = supervisor.get(reverse("web:bulletin")).content.decode()
    assert "JC-2026" in told and "已提出，待说明" in told and "还没有说明" in told
    address = reverse("web:monitoring-hidden")
    given = {
        "body": place.ENVIRONMENT,
        "item": "penalty",
        "since": "2025-01-01",
        "until": "2026-12-31",
        "numbers": "平环罚〔2026〕9999 号",
    }
    told = supervisor.post(address, given).content.decode()
    assert "平环罚〔2026〕9999 号" in told and "推算不出" in told
    for wrong in ({**given, "since": "2027-01-01"}, {**given, "body": "NOBODY"}, {**given, "item": "none"}):
        assert (
            supervisor.post(address, wrong).status_code == 422
            and "9999" in supervisor.post(address, wrong).content.decode()
        )
    check(address, supervisor)


def test_squares_by_direction_and_without() -> None:
    def cell(code: str, column: int = 0, row: int = 0) -> tiles.Cell:
        where = TilePlace(code, "1", code, code, column, row) if column else None
        return tiles.Cell(Division(code, code, code, where), "1")

    told = tiles.diagram([cell("A", 2, 1), cell("B", 1, 2), cell("C"), cell("D"), cell("E")])
    assert told.directed and told.across == 2
    assert [(each.name, each.column, each.row) for each in told.squares] == [
        ("A", 2, 1), ("B", 1, 2), ("C", 1, 3), ("D", 2, 3), ("E", 1, 4),
    ]  # fmt: skip
    rows = tiles.diagram([cell("A"), cell("B")])
    assert not rows.directed and [each.column for each in rows.squares] == [0, 0]
    far = tiles.diagram([cell("A", tiles.MOST_ACROSS + 1, 1)])
    assert not far.directed, "wider than the sheet of styles knows"


def test_a_chart_stays_within_its_frame() -> None:
    drawn = charts.of_months([(place.TODAY, 0, 9), (place.TODAY, 7, 0)])
    assert all(0 <= bar.y <= bar.y + bar.high <= charts.HIGH - charts.BOTTOM for bar in drawn.bars)
    assert [count for _y, count in drawn.marks] == [0, 3, 6, 9, 12] and charts.of_months([]).bars == ()
