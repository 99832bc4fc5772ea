"""The group-committed writer (成组提交): durable before the answer, no look lost, none without its place in a chain."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from datetime import date

import pytest
from django.db import connection

from gongxin.spine.access import commit
from gongxin.spine.access.commit import LookWriter
from gongxin.spine.access.looks import Draft, LogUnavailable, write
from gongxin.spine.access.models import Look, LookSeal
from gongxin.spine.ledger.fsck import fsck

pytestmark = pytest.mark.django_db(transaction=True)


def draft(number: int) -> Draft:
    return Draft(
        viewer="接口", account=None, body="11PL0303", role="officer", via="api", matter="procurement", ground="某法第一条",
        case_no=f"案{number}", subject=f"uscc:{number:018d}", fields="*", as_of=date(2026, 6, 1),
    )  # fmt: skip


@pytest.fixture
def file_store() -> None:
    """A writer has a connection of its own, which an in-memory database cannot give it."""
    if connection.vendor == "sqlite" and connection.is_in_memory_db():
        pytest.skip("needs a database that two connections can open")


@pytest.fixture
def writer(file_store: None) -> Iterator[LookWriter]:
    opened = LookWriter()
    yield opened
    opened.close()


def test_many_looks_at_once_each_get_their_number_and_are_there(writer: LookWriter) -> None:
    async def all_at_once() -> list[str]:
        return [receipt.number for receipt in await asyncio.gather(*(writer.commit(draft(n)) for n in range(200)))]

    numbers = asyncio.run(all_at_once())
    assert len(set(numbers)) == 200
    assert set(Look.objects.values_list("number", flat=True)) == set(numbers)
    assert LookSeal.objects.count() < 200
    assert fsck().ok


def test_two_writers_never_share_a_segment(writer: LookWriter) -> None:
    second = LookWriter()
    try:

        async def both() -> list[str]:
            looks = [each.commit(draft(n)) for n in range(20) for each in (writer, second)]
            return [receipt.number for receipt in await asyncio.gather(*looks)]

        numbers = asyncio.run(both())
    finally:
        second.close()
    assert len({number.rsplit("-", 1)[1][0] for number in numbers}) == 2
    write(draft(999))
    assert fsck().ok


def test_a_segment_given_back_is_taken_up_where_it_ended(file_store: None) -> None:
    numbers = []
    for n in range(2):
        opened = LookWriter()
        numbers.append(asyncio.run(opened.commit(draft(n))).number)
        opened.close()
    assert [number.rsplit("-", 1)[1] for number in numbers] == ["B1", "B2"]
    assert fsck().ok


def test_when_the_log_cannot_be_written_there_is_no_number(writer: LookWriter, monkeypatch: pytest.MonkeyPatch) -> None:
    kind = commit.PostgresStore if connection.vendor == "postgresql" else commit.SqliteStore
    real = kind.write

    def broken(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(kind, "write", broken)
    with pytest.raises(LogUnavailable):
        asyncio.run(writer.commit(draft(1)))
    monkeypatch.setattr(kind, "write", real)
    assert asyncio.run(writer.commit(draft(2))).number.endswith("B1")
    assert fsck().ok


def test_a_closed_writer_answers_nobody(file_store: None) -> None:
    opened = LookWriter()
    opened.close()
    with pytest.raises(LogUnavailable):
        asyncio.run(opened.commit(draft(1)))


def test_while_another_writes_the_loop_goes_on_and_the_look_is_written_after(
    writer: LookWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL has no lock of the whole store")
    monkeypatch.setattr(commit, "SHORTEST_PAUSE", 0.0)
    monkeypatch.setattr(commit, "LONGEST_PAUSE", 0.0)

    async def asked_meanwhile() -> str:
        other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None, uri=True)
        other.execute("BEGIN IMMEDIATE")
        look = asyncio.ensure_future(writer.commit(draft(1)))
        for _ in range(50):
            await asyncio.sleep(0)
        assert not look.done()
        other.execute("ROLLBACK")
        other.close()
        return (await look).number

    number = asyncio.run(asked_meanwhile())
    assert list(Look.objects.values_list("number", flat=True)) == [number]
    assert fsck().ok


def test_after_the_connection_is_lost_another_chain_goes_on(writer: LookWriter) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no server to lose")
    assert asyncio.run(writer.commit(draft(1))).number.endswith("B1")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid()"
        )
    with pytest.raises(LogUnavailable):
        asyncio.run(writer.commit(draft(2)))
    assert asyncio.run(writer.commit(draft(3))).number
    assert Look.objects.count() == 2
    assert fsck().ok


def test_whoever_gives_up_waiting_breaks_no_chain(writer: LookWriter) -> None:
    async def given_up() -> str:
        look = asyncio.ensure_future(writer.commit(draft(1)))
        for _ in range(3):
            await asyncio.sleep(0)
        look.cancel()
        return (await writer.commit(draft(2))).number

    async def loop_ended() -> None:
        look = asyncio.ensure_future(writer.commit(draft(3)))
        for _ in range(2):
            await asyncio.sleep(0)
        look.cancel()

    first = asyncio.run(given_up())
    asyncio.run(loop_ended())
    last = asyncio.run(writer.commit(draft(4))).number
    assert first != last
    assert {first, last} <= set(Look.objects.values_list("number", flat=True))
    assert fsck().ok
