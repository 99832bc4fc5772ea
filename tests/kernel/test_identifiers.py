"""Codes (标识代码): the standards' own examples, an independent library, and one answer on both paths."""

from __future__ import annotations

import csv
import os
import random
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.cn import uscc as independent

from gongxin.kernel.identifiers import (
    CodeCheck,
    check_citizen,
    check_citizen_column,
    check_orgcode,
    check_orgcode_column,
    check_regno,
    check_regno_column,
    check_uscc,
    check_uscc_column,
    citizen,
    normalise_code,
    normalise_column,
    orgcode,
    recognise,
    regno,
    suggest_code,
    suggest_uscc,
    uscc,
)

SHARED = Path(os.environ.get("GONGXIN_SHARED_DATA") or Path(__file__).parents[3] / "shared" / "data")
TODAY = date(2026, 11, 23)

texts = st.one_of(
    st.none(),
    st.text(max_size=40),
    st.text(alphabet="0123456789ABCDEFGHJKLMNPQRTUWXYIOSVZxabo -０Ａ\n", min_size=7, max_size=20),
    st.sampled_from(
        ["九" * 6, "é" * 9, "\U0001f600" * 4 + "ab", "9" * 5000, "\x00" * 18, "９１１１００００６０００３７３４１Ｌ"]
    ),
)


@st.composite
def unified(draw: st.DrawFn) -> str:
    """A valid code, its inner organisation code consistent or not."""
    head = draw(st.sampled_from(sorted(uscc.KINDS)))
    division = draw(st.text(alphabet="0123456789", min_size=6, max_size=6))
    inner = draw(st.text(alphabet="0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=8, max_size=8))
    body = head + division + inner
    body += draw(st.sampled_from([orgcode.check_character(inner), draw(st.sampled_from("0123456789X"))]))
    return body + uscc.check_character(body)


@st.composite
def slipped(draw: st.DrawFn) -> str:
    """A valid code with one slip of the finger."""
    code = draw(unified())
    place = draw(st.integers(0, 17))
    return code[:place] + draw(st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXYIOSVZ ")) + code[place + 1 :]


@st.composite
def numbers(draw: st.DrawFn) -> str:
    """Identity numbers with a right check digit, of any date, existing or not; all invented."""
    body = draw(st.text(alphabet="0123456789", min_size=6, max_size=6)) + draw(
        st.one_of(
            st.dates(date(1700, 1, 1), date(2099, 12, 31)).map(lambda day: day.strftime("%Y%m%d").zfill(8)),
            st.text(alphabet="0123456789", min_size=8, max_size=8),
        )
    )
    body += draw(st.text(alphabet="0123456789", min_size=3, max_size=3))
    return body + citizen.check_character(body)


def _rows(frame: pl.DataFrame) -> list[tuple[object, ...]]:
    return frame.select("ok", "code", "problem", "hint").rows()


def _answers(checks: list[CodeCheck]) -> list[tuple[object, ...]]:
    return [(each.ok, each.code, each.problem, each.hint) for each in checks]


@pytest.mark.parametrize(
    ("check", "code"),
    [
        (check_uscc, "91350100M000100Y43"),
        (check_orgcode, "M000100Y4"),
        (check_orgcode, "D2143569X"),
        (check_citizen, "11010519491231002X"),
        (check_regno, "110108000000016"),
    ],
)
def test_the_standards_examples_pass(check, code):
    assert check(code) == check(code) and check(code).ok
    wrong = code[:-1] + ("1" if code[-1] != "1" else "2")
    assert check(wrong).problem.endswith(".check_digit")


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("", "uscc.empty"),
        (None, "uscc.empty"),
        ("12345", "uscc.length"),
        ("91110000600037341N", "uscc.check_digit"),
        ("9111000060003IOZSV", "uscc.alphabet"),
        ("9A110000600037341L", "uscc.alphabet"),
        ("六个汉字十八字节", "uscc.length"),
        ("91 110000 600037341L", "uscc.form"),
        ("９１１１００００６０００３７３４１ｌ", "uscc.form"),
    ],
)
def test_a_faulty_code_says_what_is_wrong(code, problem):
    assert check_uscc(code).problem == problem
    assert check_uscc_column(pl.Series([code], dtype=pl.String))["problem"].to_list() == [problem]


@pytest.mark.parametrize("letter", "IOSVZ")
def test_the_letters_left_out_are_refused(letter):
    assert check_uscc(f"91350100M00010{letter}Y43").problem == "uscc.alphabet"


def test_a_code_that_begins_with_nought_is_refused():
    body = "0135010" + "0M000100Y4"
    code = body + uscc.check_character(body)
    assert check_uscc(code).problem == "uscc.department"
    assert not check_uscc_column(pl.Series([code]))["ok"][0]


def test_what_a_code_tells():
    told = check_uscc("91350100M000100Y43", divisions={"350100"})
    assert (told.department, told.kind, told.division, told.notices) == ("市场监管", "企业", "350100", ())
    assert check_uscc("91350100M000100Y43", divisions=frozenset()).notices == ("uscc.division",)
    person = check_citizen("11010519491231002X")
    assert (person.birth, person.sex, person.division) == (date(1949, 12, 31), "female", "110105")


@pytest.mark.parametrize(
    ("number", "problem"),
    [("110105202302300", "citizen.date"), ("110105189912310", None), ("110105179912310", "citizen.date")],
)
def test_a_birthday_must_exist(number, problem):
    body = number + "02"
    assert check_citizen(body + citizen.check_character(body)).problem == problem


def test_nobody_is_born_tomorrow_and_no_division_is_made_up():
    body = "110105" + "20261124" + "002"
    code = body + citizen.check_character(body)
    assert check_citizen(code).ok
    assert check_citizen(code, as_of=TODAY).problem == "citizen.date"
    assert check_citizen(code, divisions={"130000"}).problem == "citizen.division"


@pytest.mark.shared_data
def test_third_party_cases_come_out_as_expected():
    path = SHARED / "identifier_tests" / "uscc_cases.csv"
    if not path.exists():
        pytest.skip("the shared data do not lie beside this checkout")
    with path.open(encoding="utf-8") as file:
        cases = list(csv.DictReader(file))
    assert len(cases) == 110
    checked = check_uscc_column(normalise_column(pl.Series([case["code"] for case in cases])))
    for case, ok in zip(cases, checked["ok"], strict=True):
        assert check_uscc(normalise_code(case["code"])).ok == ok == (case["expected"] == "valid"), case


def test_an_independent_library_agrees_on_a_hundred_thousand_codes():
    """Codes of the departments that library knows (digits); a third with one wrong character."""
    luck = random.Random(32100)
    codes = []
    for _ in range(100_000):
        body = luck.choice("123456789") + "".join(luck.choices("0123456789", k=7))
        body += "".join(luck.choices(uscc.ALPHABET, k=9))
        code = body + uscc.check_character(body)
        if luck.random() < 1 / 3:
            place = luck.randrange(1, 18)
            code = code[:place] + luck.choice("0123456789ABCDEFGHJKLMNPQRTUWXYIOSVZ") + code[place + 1 :]
        codes.append(code)
    theirs = [independent.is_valid(code) for code in codes]
    assert check_uscc_column(pl.Series(codes))["ok"].to_list() == theirs
    assert [check_uscc(code).ok for code in codes[:20_000]] == theirs[:20_000]
    assert 60_000 < sum(theirs) < 75_000


@settings(max_examples=200, deadline=None)
@given(st.lists(st.one_of(texts, unified(), slipped()), max_size=12))
def test_unified_codes_scalar_equals_columnar(given_texts):
    column = pl.Series(given_texts, dtype=pl.String)
    assert _rows(check_uscc_column(column)) == _answers([check_uscc(text) for text in given_texts])
    assert normalise_column(column).to_list() == [
        None if each is None else normalise_code(each) for each in given_texts
    ]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(texts, numbers()), max_size=12), st.sampled_from([None, TODAY]), st.booleans())
def test_identity_numbers_scalar_equals_columnar(given_texts, as_of, known_only):
    divisions = {text[:6] for text in given_texts[::2] if text and len(text) >= 6} if known_only else None
    column = pl.Series(given_texts, dtype=pl.String)
    frame = check_citizen_column(column, divisions, as_of)
    checks = [check_citizen(text, divisions, as_of) for text in given_texts]
    assert _rows(frame) == _answers(checks)
    assert frame["birth"].to_list() == [each.birth for each in checks]
    assert frame["sex"].to_list() == [each.sex for each in checks]


bodies = st.text(alphabet="0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=8, max_size=8)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(texts, bodies.map(lambda body: body + orgcode.check_character(body))), max_size=12))
def test_organisation_codes_scalar_equals_columnar(given_texts):
    column = pl.Series(given_texts, dtype=pl.String)
    assert _rows(check_orgcode_column(column)) == _answers([check_orgcode(text) for text in given_texts])


digits = st.text(alphabet="0123456789", min_size=14, max_size=14)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(texts, digits.map(lambda body: body + regno.check_character(body))), max_size=12))
def test_registration_numbers_scalar_equals_columnar(given_texts):
    column = pl.Series(given_texts, dtype=pl.String)
    assert _rows(check_regno_column(column)) == _answers([check_regno(text) for text in given_texts])


def test_columns_longer_than_a_chunk_and_empty_ones():
    code, wrong = "91350100M000100Y43", "91350100M000100Y44"
    frame = check_uscc_column(pl.Series([code, wrong, None] * 50_000))
    assert frame["ok"].to_list() == [True, False, False] * 50_000
    assert check_uscc_column(pl.Series([], dtype=pl.String)).height == 0
    assert check_citizen_column(pl.Series([], dtype=pl.String)).height == 0


@settings(deadline=None)
@given(unified())
def test_a_valid_code_passes_and_any_single_change_is_noticed(code):
    assert check_uscc(code).ok
    for place in range(18):
        other = uscc.ALPHABET[(uscc.VALUES[code[place]] + 7) % 31]
        assert not check_uscc(code[:place] + other + code[place + 1 :]).ok


def _every_repair(code: str) -> set[str]:
    """All single changes and neighbour swaps tried one by one: slow, and plainly right."""
    found = set()
    for place in range(18):
        found |= {code[:place] + each + code[place + 1 :] for each in uscc.ALPHABET}
    for place in range(17):
        found.add(code[:place] + code[place + 1] + code[place] + code[place + 2 :])
    return {
        each
        for each in found
        if uscc.is_uscc(each) and each[:2] in uscc.KINDS and orgcode.is_orgcode(each[8:17]) and each != code
    }


@settings(max_examples=120, deadline=None)
@given(slipped().filter(lambda code: set(code) <= set(uscc.ALPHABET) and not uscc.is_uscc(code)))
def test_a_hint_is_given_exactly_when_one_repair_passes(code):
    repairs = _every_repair(code)
    assert suggest_uscc(code) == (repairs.pop() if len(repairs) == 1 else None)


@settings(max_examples=60, deadline=None)
@given(st.lists(slipped(), min_size=1, max_size=60))
def test_hints_for_many_are_the_hints_for_each(codes):
    hints = check_uscc_column(pl.Series(codes))["hint"].to_list()
    assert hints == [check_uscc(code).hint for code in codes]


@settings(deadline=None)
@given(texts)
def test_a_hint_is_always_a_valid_code_and_changes_nothing(text):
    hint = suggest_code(text)
    assert hint is None or recognise(hint) in ("uscc", "regno", "orgcode")
    assert check_uscc(text).code == normalise_code(text)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("9135O1OOMOOO1OOY43", "91350100M000100Y43"),
        ("9l35o1ooMooo1ooY43".replace("l", "I"), "91350100M000100Y43"),
        ("91350100М000100Y43", "91350100M000100Y43"),
        ("91350100 M000100Y-43", "91350100M000100Y43"),
        ("91350100m000100y43", "91350100M000100Y43"),
        ("110108000000016.0", "110108000000016"),
        ("D2143569-X", "D2143569X"),
    ],
)
def test_what_the_eye_confuses_is_hinted(written, meant):
    assert suggest_code(written) == meant


def test_a_code_in_the_wrong_column_is_recognised():
    assert recognise("91350100M000100Y43") == "uscc"
    assert recognise("110108000000016") == "regno"
    assert recognise("11010519491231002x") == "citizen"
    assert recognise("D2143569-X") == "orgcode"
    assert recognise("平陵市财政局") is None
