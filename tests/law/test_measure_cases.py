"""Golden cases of measures (措施案例): the day before and the day of every change, as a lawyer can read them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from gongxin.kernel.calendar import WorkCalendar
from gongxin.kernel.issues import Refusal
from gongxin.law import measures, restrictions
from gongxin.law.book import Book
from gongxin.law.measures import Wanted
from gongxin.law.restrictions import Bearing, Frame, Happened, Restriction
from tests.law.conftest import BOOK, overlay

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "measures.yaml").read_text(encoding="utf-8"))
BAN = "market-access.procurement-ban"


def cases(part: str) -> list[Any]:
    return [pytest.param(case, id=case["name"]) for case in CASES[part]]


def book_of(case: dict[str, Any]) -> Book:
    """The national book, with the Procurement Law ending on a day where the case says so."""
    if "repealed" not in case:
        return BOOK
    return overlay({"instruments": {"GPL-2014": {"overrides": "GPL-2014", "precedence": 1, "to": case["repealed"]}}})


@pytest.mark.parametrize("case", cases("proportion"))
def test_until_when(case):
    wanted = Wanted(
        BOOK.provisions[case["measure"]], case["binding"], case["severity"] or None, case["begins"], case.get("until"),
        case.get("cause_until"), case["body"],
    )  # fmt: skip
    told = measures.proportion(wanted, law=BOOK.on(case["begins"]))
    assert (told.code if isinstance(told, Refusal) else told.until) == case["expect"]


@pytest.mark.parametrize("case", cases("force"))
def test_whether_it_has_effect(case):
    book = book_of(case)
    assert measures.force(book.provisions[case["measure"]], law=book.on(case["as_of"])).lacks == case["expect"]


@pytest.mark.parametrize("case", cases("reaches"))
def test_whom_it_reaches(case):
    told = measures.reaches(BOOK.provisions[case["measure"]], case["relation"], law=BOOK.on(CASES["force"][0]["as_of"]))
    assert isinstance(told, Refusal) and told.code == case["expect"]


@pytest.mark.parametrize("case", cases("standing"))
def test_whether_it_runs(case, calendar: WorkCalendar):
    served, until = (CASES["proportion"][0][name] for name in ("begins", "cause_until"))
    restriction = Restriction("XZ-1", BAN, "procurement", (7,), served, served, until)
    state = case.get("cause", "effective")
    acts = Bearing(
        7, state, "procurement.ban", "must_act", "must" if state == "effective" else "none", BAN, until, "serious"
    )
    happened = [Happened(restrictions.LIFTED, case["lifted"])] if "lifted" in case else []
    told = restrictions.standing(
        restriction, happened, {7: acts}, frame=Frame(book_of(case), calendar), as_of=case["as_of"]
    )
    assert (told.state, told.end) == (case["state"], case.get("end", ""))
