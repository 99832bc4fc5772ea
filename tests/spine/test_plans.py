"""How the stores look one subject up (查询计划): by its keys, however large the ledger has grown and whatever is counted in it."""

from __future__ import annotations

import pytest
from django.db import connection

from gongxin.spine import clock, listing
from gongxin.spine.access import swift
from gongxin.spine.ledger import payloads
from gongxin.spine.ledger.append import append
from tests.spine import making


@pytest.mark.django_db
@pytest.mark.parametrize("statement", [payloads.OF_SUBJECT, swift.OF_SUBJECT_NAMED])
def test_one_subject_is_looked_up_by_its_keys_alone(statement: str) -> None:
    """SQLite, once it has statistics, must not read the whole ledger to find out that a key is not in it."""
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL counts a recursion otherwise, and its short way forbids reading whole tables")
    append([making.record(number) for number in range(1, 60)])
    for links in (300, 1_000_000):
        read_whole = [step for step in _steps(statement, links) if _reads_whole(step)]
        assert not read_whole, (links, read_whole)


@pytest.mark.django_db
def test_who_decided_is_looked_up_row_by_row() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL knows the index of later acts in any words")
    with connection.cursor() as cursor:
        where, parameters = listing._where(listing.Narrowed("penalty", authority="平陵市生态环境局"), clock.today())
        cursor.execute(f"EXPLAIN QUERY PLAN SELECT COUNT(*) FROM projections_standing s WHERE {where}", parameters)
        read_whole = [row[3] for row in cursor.fetchall() if _reads_whole(row[3])]
    assert not read_whole


def _steps(statement: str, links: int) -> list[str]:
    """Return the steps of SQLite's plan when its statistics speak of a large ledger and of so many links.

    Links may have been few when they were counted last.
    """
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute(
            "UPDATE sqlite_stat1 SET stat = '1000000' || substr(stat, instr(stat, ' ')) WHERE stat LIKE '% %'"
        )
        cursor.execute("DELETE FROM sqlite_stat1 WHERE tbl = 'projections_link'")
        for index, each in (("sqlite_autoindex_projections_link_1", "1 1"), ("projections_link_key_b_b14a6927", "1")):
            cursor.execute("INSERT INTO sqlite_stat1 VALUES ('projections_link', %s, %s)", [index, f"{links} {each}"])
        cursor.execute("ANALYZE sqlite_master")
        marks = statement.count("{mark}")
        cursor.execute("EXPLAIN QUERY PLAN " + statement.format(mark="%s"), [making.key(1)] * marks)
        return [row[3] for row in cursor.fetchall()]


def _reads_whole(step: str) -> bool:
    return "BLOOM" in step or "AUTOMATIC" in step or step.startswith(("SCAN e", "SCAN p", "SCAN l"))
