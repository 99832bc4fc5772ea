"""How the stores look one subject up (查询计划): by its keys, however large the ledger has grown and whatever is counted in it."""

from __future__ import annotations

import pytest
from django.db import connection

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
    # The statistics speak of a large ledger, as they do after a register has been taken in.
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute(
            "UPDATE sqlite_stat1 SET stat = '1000000' || substr(stat, instr(stat, ' ')) WHERE stat LIKE '% %'"
        )
        cursor.execute("ANALYZE sqlite_master")
        marks = statement.count("{mark}")
        cursor.execute("EXPLAIN QUERY PLAN " + statement.format(mark="%s"), [making.key(1)] * marks)
        steps = [row[3] for row in cursor.fetchall()]
    read_whole = [step for step in steps if "BLOOM" in step or step.startswith(("SCAN e", "SCAN p"))]
    assert not read_whole, steps
