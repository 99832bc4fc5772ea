"""Writing whole frames (批量写入): what stands in the statement, what is bound, and that every row arrives as it was."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import polars as pl
import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongxin.spine import columnar, packing
from gongxin.spine.ledger.append import GREAT_LOAD

SCHEMA: dict[str, Any] = {
    "number": pl.Int64,
    "twin": pl.Int64,
    "word": pl.String,
    "long": pl.String,
    "day": pl.Date,
    "raw": pl.Binary,
}
KINDS = {"number": "bigint", "twin": "bigint", "word": "text", "long": "text", "day": "date"}
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=120)


@pytest.fixture
def table(db: Any) -> Iterator[str]:
    raw = "bytea" if connection.vendor == "postgresql" else "blob"
    columns = ", ".join(f'"{name}" {kind}' for name, kind in {**KINDS, "raw": raw}.items())
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE test_columnar ({columns})")
    yield "test_columnar"
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE test_columnar")


def stored(table: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT number, twin, word, "long", day, raw FROM {table}')
        return [
            (*row[:4], str(row[4]) if row[4] else None, None if row[5] is None else bytes(row[5]))
            for row in cursor.fetchall()
        ]


def expected(frame: pl.DataFrame) -> list[tuple[Any, ...]]:
    return [(*row[:4], str(row[4]) if row[4] else None, row[5]) for row in frame.iter_rows()]


def by_number(row: tuple[Any, ...]) -> str:
    return repr(row)


@given(
    rows=st.lists(
        st.tuples(
            st.integers(-(2**63), 2**63 - 1), st.none() | st.integers(-(2**63), 2**63 - 1), st.none() | TEXTS,
            st.none() | TEXTS.map(lambda text: text * 3), st.none() | st.dates(date(1900, 1, 1)),
            st.none() | st.binary(max_size=40),
        ),
        max_size=12,
    ),
    times=st.sampled_from([1, 2, 100, 251]),
)  # fmt: skip
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_row_arrives_as_it_was(table: str, rows: list[tuple[Any, ...]], times: int) -> None:
    frame = pl.DataFrame(rows * times, schema=SCHEMA, orient="row")
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table}")
    columnar.write_frame(table, frame)
    assert sorted(stored(table), key=by_number) == sorted(expected(frame), key=by_number)


@pytest.mark.parametrize("height", [1, 999, 1_000, 1_001, 17_003])
def test_rows_beyond_whole_statements_arrive_too(table: str, height: int) -> None:
    frame = pl.DataFrame({"number": range(height)}).select(
        "number",
        pl.col("number").alias("twin"),
        pl.lit("同'一\"词;--").alias("word"),
        pl.format("第 {} 行，{}", "number", pl.lit("很长的一段话" * 10)).alias("long"),
        pl.lit(date(2026, 4, 1)).alias("day"),
        pl.col("number").cast(pl.String).cast(pl.Binary).alias("raw"),
    )
    with transaction.atomic(), columnar.Writer() as writer:
        writer.put(table, frame)
    assert sorted(stored(table)) == expected(frame)


def test_what_no_table_keeps_is_refused_by_name() -> None:
    with pytest.raises(TypeError, match="share"):
        list(packing.statements("t", pl.DataFrame({"share": [0.5]})))


def test_rows_that_all_say_the_same_are_as_many_as_they_are(table: str) -> None:
    frame = pl.DataFrame({"number": [7] * 2_500, "word": ["x"] * 2_500})
    columnar.write_frame(table, frame)
    assert stored(table) == [(7, None, "x", None, None, None)] * 2_500


def test_the_store_counts_itself_anew_inside_a_transaction(table: str) -> None:
    columnar.write_frame(table, pl.DataFrame({"number": range(GREAT_LOAD)}))
    with transaction.atomic():
        columnar.refresh_statistics([table])
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT reltuples FROM pg_class WHERE relname = %s", [table])
            assert cursor.fetchone()[0] == GREAT_LOAD
