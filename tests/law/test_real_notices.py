"""Real procurement notices: every ban is read or left to a person, and the readable ones are read as written."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from gongxin.kernel.terms import add_months
from gongxin.law.bans import Ban, read_ban
from gongxin.law.clocks import clocks
from gongxin.law.facts import facts_of
from tests.law.conftest import BOOK

LAW = BOOK.on(date(2026, 11, 23))
# Read another way than the rule reads: the few ways in which these notices write a year, right before or after 禁止.
YEARS = {"一年": 12, "1年": 12, "二年": 24, "两年": 24, "2年": 24, "三年": 36, "3年": 36}


@pytest.fixture(scope="module")
def notices(shared_data: Path) -> list[tuple[dict[str, str], Ban]]:
    rows = csv.DictReader((shared_data / "procurement_violations" / "violations.csv").open(encoding="utf-8-sig"))
    return [
        (row, read_ban(row["penalty"], row["punishment_basis"], date.fromisoformat(row["punishment_date"]), law=LAW))
        for row in rows
    ]


@pytest.mark.shared_data
def test_every_notice_is_read_or_left_to_a_person(notices):
    counted = Counter("read" if ban.until else "person" if ban.undecided else "no ban stated" for _, ban in notices)
    assert counted == {"read": 567, "person": 16, "no ban stated": 1}
    assert sum(counted.values()) == len(notices) == 584


@pytest.mark.shared_data
def test_what_is_left_to_a_person_has_no_term_in_its_words(notices):
    for row, ban in notices:
        if ban.until is None:
            assert not re.search(r"[一二两三123]年.{0,12}禁止|禁止[^。；]{0,30}[一二两三123]年", row["penalty"]), row[
                "penalty"
            ]


@pytest.mark.shared_data
def test_a_plain_oracle_reads_the_same_terms(notices):
    checked = 0
    for row, ban in notices:
        said = re.sub(r"\s", "", unicodedata.normalize("NFKC", row["penalty"]))
        found = {YEARS[year] for year in re.findall(r"([一二两三123]年)(?:以内|内)禁止", said)}
        if len(found) == 1 and "个月" not in said and not re.search(r"起[一二两三]年", said):
            assert ban.months == found.pop(), row["penalty"]
            checked += 1
    assert checked > 450


@pytest.mark.shared_data
def test_an_end_that_differs_from_the_plain_reckoning_is_written_in_the_notice(notices):
    differing = 0
    for row, ban in notices:
        if ban.until and ban.until != add_months(date.fromisoformat(row["punishment_date"]), ban.months or 0):
            said = re.sub(r"\s", "", row["penalty"])
            start = ban.starts_on
            assert f"{start.year}年{start.month}月{start.day}" in said
            differing += 1
    assert differing > 15


@pytest.mark.shared_data
def test_no_notice_shows_after_its_ban_and_none_unread_shows_at_all(notices):
    item = LAW.item("procurement-violation")
    for row, ban in notices:
        payload = {
            "uscc": row["SSN"],
            "penalty_content": row["penalty"],
            "basis": row["punishment_basis"],
            "decided_on": row["punishment_date"],
            "authority": row["enforcement_unit"],
        }
        answer = clocks(facts_of(item, payload, law=LAW), law=LAW)
        assert answer.display_until == ban.until
        assert (answer.undecided is None) == (ban.until is not None)
        assert (answer.audience == "none") == (ban.until is None)
