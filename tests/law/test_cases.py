"""Golden cases: YAML a lawyer can read, the day before and the day of every change."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from gongxin.law.bans import read_ban
from gongxin.law.clocks import clocks
from gongxin.law.facts import facts_of
from gongxin.law.matters import effect
from gongxin.law.standing import Act, Line, fold
from tests.law.conftest import BOOK

CASES = Path(__file__).parent / "cases"


def cases(name: str) -> list[Any]:
    loaded = yaml.safe_load((CASES / f"{name}.yaml").read_text(encoding="utf-8"))
    return [pytest.param(case, id=case.get("name") or f"{case['text']}@{case['decided']}") for case in loaded]


def payload_of(case: dict[str, Any]) -> dict[str, str]:
    return {key: str(value) for key, value in case["payload"].items()}


def stand(item: str, payload: dict[str, str], as_of: date) -> Line:
    act = Act(1, "record", 1, item, "uscc:91130100MA08XHX30K", date(2026, 1, 1), "喂入", payload)
    line = fold([act], book=BOOK, as_of=as_of)
    assert line is not None
    return line


def told(line: Line, name: str) -> object:
    return getattr(line, name) if name in ("state", "visible", "usable") else getattr(line.clocks, name)


@pytest.mark.parametrize("case", [*cases("display"), *cases("items"), *cases("lists"), *cases("officials")])
def test_clocks(case):
    line = stand(case.get("item", "penalty"), payload_of(case), case["as_of"])
    assert {name: told(line, name) for name in case["expect"]} == case["expect"]


@pytest.mark.parametrize("case", cases("bans"))
def test_bans(case):
    ban = read_ban(
        case["text"], "《中华人民共和国政府采购法》第七十七条", case["decided"], law=BOOK.on(date(2026, 5, 1))
    )
    if case.get("none"):
        assert (ban.scope, ban.months, ban.until, ban.undecided) == (None, None, None, None)
    elif case.get("undecided"):
        assert ban.undecided
        assert (ban.months, ban.until) == (None, None)
    else:
        assert (ban.undecided, ban.months, ban.until) == (None, case["months"], case["until"])
        assert ban.scope == case.get("scope", "procurement")
        assert ban.region == case.get("region")
        assert bool(ban.note) == case.get("note", False)
        assert ban.clause is not None


@pytest.mark.parametrize("case", cases("matters"))
def test_effects(case):
    law = BOOK.on(case["as_of"])
    facts = facts_of(law.item(case["item"]), payload_of(case), law=law)
    answer = clocks(facts, law=law)
    got = effect(
        law.matter(case["matter"]), facts, answer, law=law, as_of=case["as_of"], regions=case.get("regions", ())
    )
    expect = case["expect"]
    assert got.kind == expect["kind"]
    if "clause" in expect:
        assert got.clause is not None
        assert got.clause.key() == expect["clause"]
    if "until" in expect:
        assert got.until == expect["until"]
    if got.kind == "must_act":
        assert got.remedy.text
        assert got.remedy.clauses
        assert got.until is not None
