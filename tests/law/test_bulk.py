"""One rule, two paths: whatever the facts, the bulk path says what the scalar path says."""

from __future__ import annotations

from datetime import date

import polars as pl
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gongxin.kernel.calendar import WorkCalendar
from gongxin.law.bulk import CLOCK_COLUMNS, clocks_columns, decide, due_column
from gongxin.law.clocks import clocks
from gongxin.law.facts import facts_of
from gongxin.law.grading import grade
from gongxin.law.lateness import report_due
from gongxin.law.plans import Pattern
from gongxin.law.transition import law_day
from tests.law.conftest import BOOK, overlay
from tests.law.strategies import ASKED, DAY_FIELDS, ITEMS, PAYLOADS, TEXTS

KEEPING = overlay(
    {
        "parameters": {
            "transition.stock": {
                "overrides": "transition.stock",
                "precedence": 1,
                "values": [{"from": date(2026, 4, 1), "value": "keep", "source": "NDRC-36", "certainty": "verified"}],
            },
            "fine.huge.procurement": {
                "unit": "yuan",
                "values": [{"value": 10_000_000, "source": "CK-2022-3", "certainty": "unverified"}],
            },
            "share.rule": {
                "overrides": "share.rule",
                "precedence": 1,
                "values": [{"value": "open", "certainty": "verified"}],
            },
        }
    }
)
BOOKS = {"recompute": BOOK, "keep": KEEPING}


def frame_of(payloads: list[dict[str, str | None]]) -> pl.DataFrame:
    return pl.DataFrame(payloads, schema=dict.fromkeys((*TEXTS, *DAY_FIELDS), pl.String))


def scalar(payload: dict[str, str | None], item_id: str, book, as_of: date) -> dict[str, object]:
    item = book.items[item_id]
    day, _ = law_day(facts_of(item, payload, law=book.on(as_of)), as_of, book=book)
    law = book.on(day)
    facts = facts_of(item, payload, law=law)
    answer = clocks(facts, law=law)
    told = {name: getattr(answer, name) for name in CLOCK_COLUMNS if name not in ("decided", "clauses")}
    return {**told, "decided": facts.decided_on, "clauses": ";".join(ref.key() for ref in answer.clauses)}


@settings(max_examples=120, deadline=None)
@given(st.lists(PAYLOADS, min_size=1, max_size=12), st.sampled_from(ITEMS), ASKED, st.sampled_from(sorted(BOOKS)))
def test_bulk_equals_scalar_for_any_facts_on_any_day(payloads, item_id, as_of, which):
    book = BOOKS[which]
    bulk = clocks_columns(frame_of(payloads), book.items[item_id], book, as_of).to_dicts()
    assert bulk == [{name: scalar(row, item_id, book, as_of)[name] for name in CLOCK_COLUMNS} for row in payloads]


@given(st.lists(st.dates(date(2015, 1, 1), date(2027, 12, 31)), min_size=1, max_size=40), ASKED)
@example([date(2025, 11, 30), date(2024, 2, 29), date(2023, 1, 31)], date(2026, 4, 1))
@settings(deadline=None, max_examples=60)
def test_the_two_reckonings_agree_at_month_ends(days, as_of):
    payloads = [
        {"subject_kind": "organisation", "penalty_kinds": "没收违法所得", "decided_on": day.isoformat()} for day in days
    ]
    bulk = clocks_columns(pl.DataFrame(payloads), BOOK.items["penalty"], BOOK, as_of).to_dicts()
    assert bulk == [{name: scalar(row, "penalty", BOOK, as_of)[name] for name in CLOCK_COLUMNS} for row in payloads]


def test_missing_columns_count_as_empty():
    frame = pl.DataFrame({"subject_name": ["甲公司", "乙公司"], "decided_on": ["2026-05-01", None]})
    for item_id in ITEMS:
        bulk = clocks_columns(frame, BOOK.items[item_id], BOOK, date(2026, 6, 1))
        for row, told in zip(frame.to_dicts(), bulk.to_dicts(), strict=True):
            assert told == {name: scalar(row, item_id, BOOK, date(2026, 6, 1))[name] for name in CLOCK_COLUMNS}


def test_no_rows_give_the_columns_alone():
    told = clocks_columns(pl.DataFrame({"decided_on": []}), BOOK.items["penalty"], BOOK, date(2026, 6, 1))
    assert told.columns == list(CLOCK_COLUMNS)
    assert told.is_empty()


def test_decide_asks_once_per_pattern_and_keeps_order():
    frame = pl.DataFrame(
        {
            **{
                name: [None] * 6
                for name in ("simple_procedure", "severity", "publication", "sector", "status", "performed")
            },
            "subject_kind": ["organisation"] * 6,
            "kinds_key": ["fine", "warning", "fine", "order-close", "warning", ""],
            "fine": ["huge", "none", "huge", "none", "none", "none"],
            "long_minimum": [False] * 6,
            "ban": ["none"] * 6,
            "has_decided": [True] * 6,
            "has_due": [False] * 6,
            "listed": [None] * 6,
            "list_end": ["none"] * 6,
        }
    )
    asked: list[Pattern] = []

    def counted(pattern: Pattern, *, law):
        asked.append(pattern)
        return grade(pattern, law=law)

    told = decide(frame, Pattern, counted, law=BOOK.on(date(2026, 5, 1)))
    assert told["severity_decided"].to_list() == ["serious", "minor", "serious", "serious", "minor", None]
    assert len(asked) == 4


@settings(max_examples=40, deadline=None)
@given(st.lists(PAYLOADS, min_size=1, max_size=8), st.sampled_from(["penalty", "licence", "honour"]))
def test_due_days_equal_the_scalar_ones(calendar: WorkCalendar, payloads, item_id):
    law = BOOK.on(date(2026, 6, 1))
    item = BOOK.items[item_id]
    told = due_column(frame_of(payloads), item, law, calendar).to_dicts()
    for row, got in zip(payloads, told, strict=True):
        facts = facts_of(item, row, law=law)
        due = report_due(
            item,
            facts.decided_on,
            law=law,
            calendar=calendar,
            authority=row["authority"] or "",
            basis=row["basis"] or "",
        )
        assert got["due"] == due.day
