"""Credit repair (信用修复): the golden table of days, and what no order of days may bring about."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from gongxin.kernel.calendar import WorkCalendar
from gongxin.law.repair import Eligibility, Known, asks_again, barred_until, commitment_text, eligibility
from gongxin.law.standing import Act, Line, fold
from tests.law.conftest import BOOK

TABLE = yaml.safe_load((Path(__file__).parent / "cases" / "repair.yaml").read_text(encoding="utf-8"))
CODE = "uscc:91130100MA08XHX30K"


def line_of(case: dict[str, Any]) -> Line:
    """Return the entry of a case as it stands on its day."""
    item = case.get("item", "penalty")
    payload = {key: str(value) for key, value in case["payload"].items()}
    acts = [Act(1, "record", 1, item, CODE, case["as_of"], "喂入", payload)]
    if case.get("performed"):
        acts.append(Act(2, "performance", 1, item, CODE, case["as_of"], "", {"performed_on": f"{case['performed']}"}))
    line = fold(acts, book=BOOK, as_of=case["as_of"])
    assert line is not None
    return line


def answer(case: dict[str, Any], calendar: WorkCalendar | None = None) -> Eligibility:
    """Return what the law says about a case of the table."""
    day = case["as_of"]
    return eligibility(line_of(case), Known(**case.get("known", {})), law=BOOK.on(day), calendar=calendar, today=day)


@pytest.mark.parametrize("case", [pytest.param(each, id=each["name"]) for each in TABLE])
def test_the_first_day_and_what_is_missing(case: dict[str, Any], calendar: WorkCalendar) -> None:
    told = answer(case, calendar)
    got = {
        "clause": told.refused_by.key() if told.refused_by else None,
        "missing": [each.id for each in told.missing],
        "bring": [each.id for each in told.to_bring],
        "limits": [each.id for each in told.limits],
        "over": "届满，不需要申请" in told.text,
    }
    expect = case["expect"]
    assert {name: got[name] if name in got else getattr(told, name) for name in expect} == expect
    assert told.text and told.text_en, "nobody is told no without words"


def test_a_no_always_names_its_clause() -> None:
    for case in TABLE:
        told = answer(case)
        if told.state in {"later", "never", "barred"}:
            assert told.refused_by is not None, case["name"]
            assert BOOK.on(case["as_of"]).cite(told.refused_by).known, case["name"]


def test_a_bar_lasts_three_years_to_its_corresponding_day() -> None:
    law = BOOK.on(date(2026, 9, 28))
    assert barred_until(date(2026, 9, 28), law=law) == date(2029, 9, 28)
    assert barred_until(date(2028, 2, 29), law=law) == date(2031, 2, 28)
    assert law.parameter("repair.bar").certainty == "unverified"


def test_what_is_known_is_not_asked_for_again() -> None:
    case = next(each for each in TABLE if each["name"].startswith("台账已有履行记录"))
    told = answer(case)
    assert asks_again("请补交缴款书复印件", told) is not None
    assert asks_again("请说明第二页的日期", told) is None
    unknown = answer({**case, "performed": None})
    assert asks_again("请补交缴款书复印件", unknown) is None


def test_the_commitment_promises_and_blames_nobody() -> None:
    text = commitment_text(BOOK.on(date(2026, 9, 28)))
    assert "承诺" in text and "真实" in text


@given(
    st.dates(date(2026, 4, 1), date(2027, 12, 31)),
    st.integers(-40, 1500),
    st.sampled_from(["警告", "没收违法所得", "责令停产停业"]),
)
def test_never_before_the_first_day_and_always_from_it_on(decided: date, after: int, kinds: str) -> None:
    case = {
        "payload": {"subject_kind": "organisation", "penalty_kinds": kinds, "decided_on": decided},
        "as_of": decided + timedelta(days=max(after, 0)),
    }
    told = answer(case)
    line = line_of(case)
    if told.state == "later":
        assert told.from_day is not None and case["as_of"] < told.from_day == line.clocks.repair_from
    elif told.state == "open":
        assert told.from_day is not None and told.from_day <= case["as_of"]
        assert line.clocks.repair_from is None or line.clocks.repair_from <= case["as_of"]
    else:
        assert told.state == "ended" and line.state == "expired"
