"""What is public, over the interface (公开信息接口): on the last day there, on the next as if it had never been."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from gongxin.spine.access.models import Look
from gongxin.spine.ledger.acts import person_key
from tests.doors.api.conftest import Caller
from tests.rooms.measures import city

pytestmark = pytest.mark.django_db
Enter = Callable[..., int]


@pytest.fixture
def anyone() -> Caller:
    return Caller(None)


def test_a_firm_is_found_by_part_of_its_name_and_by_its_code(anyone: Caller, enter: Enter) -> None:
    enter("penalty", city.FIRM)
    for text in ("恒砾", "建筑工程", city.FIRM_CODE):
        hits = anyone.get(f"/search?text={text}").json()["hits"]
        assert [hit["code"] for hit in hits] == [city.FIRM_CODE]


@pytest.mark.parametrize(("day", "there"), [("2027-05-20", True), ("2027-05-21", False)])
def test_an_entry_is_public_through_its_last_day(
    anyone: Caller, enter: Enter, on_day: Callable[[str], None], day: str, there: bool
) -> None:
    enter("penalty", city.FIRM)
    on_day(day)
    shown = anyone.get(f"/subjects/{city.FIRM_CODE}")
    assert shown.status_code == (200 if there else 404)
    assert bool(anyone.get("/search?text=恒砾").json()["hits"]) is there
    assert (anyone.get("/open-data").json()["counts"].get("penalty", 0) == 1) is there
    if there:
        [line] = shown.json()["lines"]
        assert line["display_until"] == "2027-05-20"
        assert line["clauses"]
        assert line["remedy"]


def test_gone_and_never_known_look_the_same(anyone: Caller, enter: Enter, on_day: Callable[[str], None]) -> None:
    enter("penalty", city.FIRM)
    on_day("2028-01-03")
    assert anyone.get(f"/subjects/{city.FIRM_CODE}").content == anyone.get(f"/subjects/{city.OTHER_CODE}").content


def test_a_person_is_never_public(anyone: Caller, enter: Enter) -> None:
    enter(
        "penalty", person_key(city.PERSON_NUMBER), subject_name="沈知微", subject_kind="person", uscc="",
        person_id=city.PERSON_NUMBER,
    )  # fmt: skip
    assert anyone.get("/search?text=沈知微").json()["hits"] == []
    assert anyone.get(f"/subjects/{city.PERSON_NUMBER}").status_code == 404
    assert city.PERSON_NUMBER not in anyone.get(f"/search?text={city.PERSON_NUMBER}").content.decode()


def test_public_reading_leaves_no_look(anyone: Caller, enter: Enter) -> None:
    enter("penalty", city.FIRM)
    anyone.get(f"/subjects/{city.FIRM_CODE}")
    assert Look.objects.count() == 0


def test_the_catalogue_and_the_law_are_open(anyone: Caller, on_the_day: None) -> None:
    items = {item["id"] for item in anyone.get("/catalogue/items").json()["items"]}
    assert {"penalty", "licence", "procurement-violation", "abnormal-operation", "honour", "commitment"} <= items
    penalty = anyone.get("/catalogue/items/penalty").json()
    assert {"document_no", "authority", "decided_on"} <= {spec["id"] for spec in penalty["fields"]}
    matters = {matter["id"] for matter in anyone.get("/law/matters").json()["matters"]}
    assert {"procurement", "tendering", "licensing", "public-funds", "honours", "recruitment"} <= matters
    instruments = anyone.get("/law/instruments").json()["instruments"]
    assert any(each["id"] == "APL-2021" for each in instruments)
    articles = {each["number"] for each in anyone.get("/law/instruments/APL-2021").json()["articles"]}
    assert "48" in articles


def test_a_template_is_a_workbook(anyone: Caller, on_the_day: None) -> None:
    response = anyone.get("/templates/penalty.xlsx")
    assert response.status_code == 200
    sheet = load_workbook(BytesIO(response.content)).worksheets[0]
    assert any("处罚" in str(cell.value) for row in sheet.iter_rows(max_row=3) for cell in row)


def test_a_key_reads_at_its_own_rate(anyone: Caller, issue: Callable[..., str], on_the_day: None) -> None:
    keyed = Caller(issue("search:read", rate=1))
    assert keyed.get("/law/matters").status_code == 200
    assert keyed.get("/law/matters").status_code == 429
    assert anyone.get("/law/matters").status_code == 200


def test_answers_are_not_kept_by_anyone_on_the_way(anyone: Caller, on_the_day: None) -> None:
    response: Any = anyone.get("/law/matters")
    assert response["Cache-Control"] == "no-store"
