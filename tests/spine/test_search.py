"""Any part of a name, from two characters upward (检索): the index finds what a scan of all names would find."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongxin.spine import clock
from gongxin.spine.ledger.acts import NewAct
from gongxin.spine.ledger.append import append
from gongxin.spine.ledger.moving import move
from gongxin.spine.projections import grams
from gongxin.spine.projections.search import search_names, suggestions
from tests.spine.making import PROVIDER, judged, key, penalty, record, upon

names = st.text(alphabet="平陵商贸科技有限公司（）()ＡaB1 \n𠮷", min_size=1, max_size=12)


anything = st.text(st.characters(exclude_categories=["Cs", "Cn", "Co"]), max_size=8)


@given(st.lists(st.one_of(names, anything), max_size=6))
def test_many_names_are_cut_as_one_is(texts: list[str]) -> None:
    import polars as pl

    forms = grams.plain_column(pl.Series(texts, dtype=pl.String))
    assert forms.to_list() == [grams.plain(text) for text in texts]
    assert [sorted(set(cut)) for cut in grams.numbers_column(forms).to_list()] == [
        grams.numbers(form) for form in forms
    ]
    assert grams.word_texts(forms).to_list() == [
        " ".join(map(str, cut)) for cut in grams.numbers_column(forms).to_list()
    ]


@pytest.mark.django_db
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(names, min_size=1, max_size=5), st.text(alphabet="平陵商贸科技有限公司（ａb", min_size=2, max_size=4))
def test_the_index_finds_what_a_scan_finds(known: list[str], asked: str) -> None:
    with transaction.atomic():
        append([record(number, number, subject_name=name) for number, name in enumerate(known)])
        hits, total = search_names(asked, 100)
        expected = {key(number) for number, name in enumerate(known) if grams.plain(asked) in grams.plain(name)}
        assert {hit.key for hit in hits} == expected
        assert total == len(expected)
        paged = [hit for start in range(0, total, 2) for hit in search_names(asked, 2, start)[0]]
        assert paged == hits
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_one_character_asks_for_too_much() -> None:
    append([record(1, 1)])
    assert search_names("商") == search_names("") == search_names(" 商 ") == ([], 0)
    assert search_names("商贸")[1] == 1


@pytest.mark.django_db
def test_names_that_begin_so_come_first_and_each_subject_once() -> None:
    append([record(1, 1, subject_name="平陵海棠食品有限公司"), record(2, 2, subject_name="海棠贸易有限公司")])
    append([record(2, 3, subject_name="海棠进出口贸易有限公司")])
    hits, total = search_names("海棠")
    assert [hit.key for hit in hits] == [key(2), key(1)]
    assert total == 2
    assert hits[0].name == "海棠贸易有限公司"
    assert hits[0].code == key(2).removeprefix("uscc:")


@pytest.mark.django_db
def test_a_slip_is_met_with_suggestions_and_only_of_what_is_visible() -> None:
    append([record(1, 1, subject_name="平陵博飞科技有限公司"), record(2, 2, subject_name="平陵博非科技有限公司")])
    assert search_names("搏飞科技") == ([], 0)
    assert suggestions("搏飞科技")[0] == "平陵博飞科技有限公司"
    append([upon(1, "withdrawal", reason="撤销")])
    assert "平陵博飞科技有限公司" not in suggestions("搏飞科技")
    assert search_names("博飞") == ([], 0)
    assert suggestions("飞") == suggestions("") == []


@pytest.mark.django_db
def test_a_subject_is_found_by_the_name_of_its_other_key() -> None:
    """The row's own name leads to the subject as long as the judgement stands and the row is on display."""
    append([record(1, 1, subject_name="平陵云杉木业有限公司")])
    append([record(2, 2, subject_name="平陵云衫木业有限公司", subject="regno:110108000000007", uscc=None)])
    seq = append([judged("regno:110108000000007", key(1))])[0]
    assert {hit.key for hit in search_names("云衫")[0]} == {"regno:110108000000007"}
    append([judged("regno:110108000000007", key(1), undoes=seq)])
    append([upon(2, "withdrawal", reason="撤销")])
    assert search_names("云衫", as_of=clock.today())[1] == 0


@pytest.mark.django_db
@pytest.mark.parametrize("how", ["withdrawn", "corrected", "moved", "other key withdrawn"])
def test_a_name_nothing_on_display_bears_finds_nobody(how: str, on_day: Callable[[str], None]) -> None:
    """The subject stays on display under its own name; the other name must not lead to it any more."""
    on_day("2026-06-01")
    subject = "regno:110108000000007" if how == "other key withdrawn" else ""
    slip = record(1, 2, subject_name="平陵云衫木业有限公司", subject=subject)
    append([record(1, 1, subject_name="平陵云杉木业有限公司"), slip])
    if subject:
        append([judged(subject, key(1))])
    assert search_names("云衫")[1] == 1
    on_day("2026-06-02")
    if how == "corrected":
        said = penalty(1, 2, subject_name="平陵云杉木业有限公司")
        append([NewAct("correction", "penalty", key(1), PROVIDER, said, "乙@11PL0101", record=2)])
    elif how == "moved":
        move(2, "row:1f", actor="乙@11PL0101", provider=PROVIDER)
    else:
        append([upon(2, "withdrawal", reason="撤销")])
    assert search_names("云衫") == ([], 0)
    assert "平陵云衫木业有限公司" not in suggestions("云山木业有限")
    assert search_names("云杉")[1] == 1
    if "withdrawn" in how:
        # Whoever asks about the day before gets the answer of that day.
        assert search_names("云衫", as_of=date(2026, 6, 1))[1] == 1


@pytest.mark.django_db
def test_names_entered_before_triples_were_cut_are_found_by_them_afterwards() -> None:
    append([record(1, 1, subject_name="平陵博飞科技有限公司"), record(2, 2, subject_name="平陵海棠食品有限公司")])
    grams.empty(connection)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"UPDATE {grams.TABLE} SET grams = NULL")
    assert search_names("海棠食品") == ([], 0)
    grams.cut_anew(connection)
    assert [hit.key for hit in search_names("海棠食品")[0]] == [key(2)]
    assert search_names("平陵")[1] == 2
