"""The ledger takes what the catalogue names, numbers it without gaps, and never rewrites it (台账)."""

from __future__ import annotations

import json
from typing import Any

import polars as pl
import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongxin.spine import clock, secrets, shelf
from gongxin.spine.append_only import AppendOnlyFault
from gongxin.spine.ledger import head, merkle, sealing
from gongxin.spine.ledger.acts import LedgerFault, NewAct, person_key
from gongxin.spine.ledger.append import GREAT_LOAD, append, append_frame, documents
from gongxin.spine.ledger.canonical import Header, body_text, digest_of, leaf_of
from gongxin.spine.ledger.models import Checkpoint, Entry, Payload
from gongxin.spine.projections import grams, rebuilding
from tests.spine.making import PROVIDER, frame_of, judged, key, penalty, record, upon

pytestmark = pytest.mark.django_db


def test_numbers_run_without_gaps_and_each_transaction_has_its_checkpoint() -> None:
    assert append([record(1, 1), record(2, 2)]) == [1, 2]
    assert append([upon(1, "withdrawal", reason="撤销")]) == [3]
    assert list(Entry.objects.order_by("seq").values_list("seq", "kind", "record")) == [
        (1, "record", 1),
        (2, "record", 2),
        (3, "withdrawal", 1),
    ]
    assert list(Checkpoint.objects.order_by("size").values_list("size", flat=True)) == [2, 3]
    leaves = [bytes(leaf) for leaf in Entry.objects.order_by("seq").values_list("leaf", flat=True)]
    assert head.read().root == merkle.root(leaves) == bytes(Checkpoint.objects.get(size=3).root)


def test_a_refused_act_leaves_nothing_behind() -> None:
    with pytest.raises(LedgerFault), transaction.atomic():
        append([record(1), upon(99, "withdrawal", reason="没有这条")])
    assert not Entry.objects.exists()
    assert not Checkpoint.objects.exists()


def test_a_failing_outer_transaction_takes_the_entries_with_it() -> None:
    class Stop(Exception):
        pass

    with pytest.raises(Stop), transaction.atomic():
        append([record(1)])
        raise Stop
    assert not Entry.objects.exists()
    assert append([record(1)]) == [1]


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (NewAct("record", "horoscope", key(1), PROVIDER, {}, "甲"), "no item of the catalogue"),
        (NewAct("record", "penalty", key(1), PROVIDER, {"religion": "某教"}, "甲"), "has no field religion"),
        (NewAct("record", "penalty", "平陵商贸", PROVIDER, penalty(), "甲"), "no subject key"),
        (NewAct("rewriting", "penalty", key(1), PROVIDER, {}, "甲"), "is no act"),
        (NewAct("withdrawal", "penalty", key(1), PROVIDER, {}, "甲"), "belongs to"),
        (NewAct("record", "penalty", key(1), "某局\x1f", penalty(), "甲"), "control character"),
        (NewAct("withdrawal", "penalty", key(1), PROVIDER, {"score": "5"}, "甲", record=1), "has no field score"),
        (judged("甲公司", key(1)), "no subject key"),
    ],
)
def test_what_the_catalogue_does_not_name_has_no_way_in(act: NewAct, words: str) -> None:
    with pytest.raises(LedgerFault, match=words):
        append([act])


def test_what_will_happen_has_not_happened_yet(on_day: Any) -> None:
    from datetime import date

    with pytest.raises(LedgerFault, match="has not happened yet"):
        append([NewAct("record", "penalty", key(1), PROVIDER, penalty(), "甲", on=date(2026, 6, 2))])
    on_day("2026-06-02")
    assert append([NewAct("record", "penalty", key(1), PROVIDER, penalty(), "甲", on=date(2026, 6, 2))]) == [1]


def test_identity_numbers_never_lie_in_plain_text() -> None:
    number = "11010119900307" + "7758"
    append([record(1, subject=person_key(number), subject_kind="person", uscc=None, person_id=number)])
    body = Payload.objects.get(seq=1).body or ""
    assert number not in body
    assert secrets.unseal(json.loads(body)["person_id"]) == number
    frame = frame_of([penalty(1, person_id=number, uscc=None, subject_kind="person")], [person_key(number)])
    append_frame(frame, item="penalty", provider=PROVIDER, batch=None, actor="甲")
    assert number not in (Payload.objects.get(seq=2).body or "")
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            if table.startswith(("ledger_", "projections_")) and not table.startswith(grams.INDEX):
                cursor.execute(f'SELECT * FROM "{table}"')
                assert number not in repr(cursor.fetchall())


def test_the_models_refuse_to_rewrite() -> None:
    append([record(1)])
    entry, payload = Entry.objects.get(seq=1), Payload.objects.get(seq=1)
    for refused in (
        entry.save,
        entry.delete,
        payload.save,
        payload.delete,
        lambda: Entry.objects.filter(seq=1).update(actor="丁"),
        lambda: Entry.objects.all().delete(),
        lambda: Entry.objects.bulk_update([entry], ["actor"]),
        lambda: Checkpoint.objects.update_or_create(size=1),
    ):
        with pytest.raises(AppendOnlyFault):
            refused()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_entry SET actor = 'x'",
        "DELETE FROM ledger_entry",
        "UPDATE ledger_payload SET body = '{}'",
        "UPDATE ledger_payload SET body = NULL, salt = NULL, document = NULL, content = NULL",
        "DELETE FROM ledger_payload",
        "UPDATE ledger_checkpoint SET size = 9",
        "DELETE FROM ledger_checkpoint",
    ],
)
def test_the_database_refuses_to_rewrite(statement: str) -> None:
    append([record(1)])
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Entry.objects.count() == Payload.objects.count() == Checkpoint.objects.count() == 1


def test_postgresql_cannot_be_truncated_and_sqlite_cannot_replace() -> None:
    append([record(1)])
    columns = ", ".join(f'"{field.column}"' for field in Entry._meta.concrete_fields)
    statement = (
        "TRUNCATE ledger_entry"
        if connection.vendor == "postgresql"
        else f"INSERT OR REPLACE INTO ledger_entry ({columns}) SELECT {columns} FROM ledger_entry"
    )
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Entry.objects.count() == 1


def test_a_great_load_leaves_the_guards_where_they_were() -> None:
    """They are lifted only within the transaction; a row in the way stops the load, and nothing of it stays."""
    payloads = [penalty(number % 7 + 1, number) for number in range(GREAT_LOAD)]
    subjects = [key(number % 7 + 1) for number in range(GREAT_LOAD)]
    append_frame(frame_of(payloads, subjects), item="penalty", provider=PROVIDER, batch=1, actor="甲")
    with transaction.atomic(), connection.cursor() as cursor:
        # A row that was put there by hand, where the next entry belongs.
        cursor.execute("INSERT INTO ledger_payload (seq) VALUES (%s)", [GREAT_LOAD + 5])
    with pytest.raises(Exception, match=r"(?i)unique"):
        append_frame(frame_of(payloads, subjects), item="penalty", provider=PROVIDER, batch=2, actor="甲")
    assert Entry.objects.count() == head.read().size == GREAT_LOAD
    word = "INSERT" if connection.vendor == "postgresql" else "INSERT OR REPLACE"
    for table in ("ledger_entry", "ledger_payload"):
        columns = (
            "seq" if table == "ledger_payload" else ", ".join(f'"{f.column}"' for f in Entry._meta.concrete_fields)
        )
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"{word} INTO {table} ({columns}) SELECT {columns} FROM {table} WHERE seq = 1")


words = st.text(alphabet="甲乙丙\"\\/\t\n ａ,;'{}0ǅ𠮷", max_size=12)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.integers(1, 4), words, st.sampled_from(["2026-05-06", "2025-01-31", "", None]), st.booleans()),
        min_size=1,
        max_size=6,
    )
)
def test_a_frame_is_entered_as_the_single_acts_are(rows: list[tuple[int, str, str | None, bool]]) -> None:
    """The bulk path writes the same bytes: leaves follow from headers, digests from bodies, projections agree."""
    payloads = [
        penalty(number, position, facts=text, decided_on=day, status="1", subject_name=f"第{number}公司{text}"[:20])
        for position, (number, text, day, _) in enumerate(rows, 1)
    ]
    subjects = [key(number) if coded else f"row:{number:016x}" for number, _, _, coded in rows]
    seen: list[Any] = []
    for bulk in (False, True):
        with transaction.atomic():
            if bulk:
                append_frame(frame_of(payloads, subjects), item="penalty", provider=PROVIDER, batch=5, actor="甲")
            else:
                append(
                    [
                        NewAct(
                            "record", "penalty", subject, PROVIDER, payload, "甲", batch=5, document=position,
                            content=(position - 1) * 7,
                        )
                        for position, (payload, subject) in enumerate(zip(payloads, subjects, strict=True), 1)
                    ]
                )  # fmt: skip
            for entry in Entry.objects.all():
                payload = Payload.objects.get(seq=entry.seq)
                assert bytes(entry.digest) == digest_of(bytes(payload.salt or b""), payload.body or "")
                fields = {name: getattr(entry, name) for name in Header._fields}
                assert bytes(entry.leaf) == leaf_of(Header(**fields), bytes(entry.digest))
            entries = Entry.objects.order_by("seq").values_list(
                "seq", "kind", "record", "item", "subject", "provider", "batch", "on", "actor"
            )
            contents = Payload.objects.order_by("seq").values_list("seq", "body", "document", "content")
            freshness = {**rebuilding.COLUMNS}
            freshness["projections_freshness"] = "provider,item,last_on,records"
            rows_of = {table: sorted(rebuilding.rows_of(table, columns)) for table, columns in freshness.items()}
            seen.append((list(entries), list(contents), rows_of))
            transaction.set_rollback(True)
    assert seen[0] == seen[1]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(words | st.none(), words | st.none(), words), min_size=1, max_size=4))
def test_bodies_are_sealed_alike_with_and_without_the_fields_beside_them(
    rows: list[tuple[str | None, str | None, str]],
) -> None:
    payloads = [
        penalty(number, person_id=person or None, legal_rep_id=other or None, facts=f'"person_id":"{person}"{text}')
        for number, (person, other, text) in enumerate(rows, 1)
    ]
    plain, item = frame_of(payloads, [key(1)] * len(rows)), shelf.book().on(clock.today()).item("penalty")
    beside = plain.hstack(
        pl.DataFrame(payloads, infer_schema_length=None, schema_overrides=dict.fromkeys(payloads[0], pl.String))
    )
    for frame in (plain, beside):
        for body, payload in zip(sealing.seal_bodies(frame, item)["body"], payloads, strict=True):
            kept = json.loads(body)
            assert body == body_text(kept)
            for name in ("person_id", "legal_rep_id"):
                assert secrets.is_sealed(kept.get(name, "sealed:1:"))
            opened = {name: secrets.unseal(text) if name.endswith("_id") else text for name, text in kept.items()}
            assert opened == {name: text for name, text in payload.items() if text is not None}


def test_facts_given_as_columns_are_those_of_the_bodies() -> None:
    payloads = [penalty(number, number) for number in range(1, 6)]
    plain = frame_of(payloads, [key(number) for number in range(1, 6)])
    with_columns = plain.hstack(pl.DataFrame(payloads))
    digests = []
    for frame in (plain, with_columns):
        with transaction.atomic():
            append_frame(frame, item="penalty", provider=PROVIDER, batch=1, actor="甲")
            digests.append(list(rebuilding.rows_of("projections_standing", rebuilding.COLUMNS["projections_standing"])))
            transaction.set_rollback(True)
    assert digests[0] == digests[1]
    assert len(digests[0]) == 5


def test_a_frame_outside_the_catalogue_is_refused() -> None:
    good = frame_of([penalty()], [key(1)])
    for bad, words in (
        (good.drop("document"), "lacks document"),
        (good.with_columns(subject=pl.lit("某公司")), "no subject key"),
        (good.with_columns(body=pl.lit('{"blood_type":"A"}')), "no field blood_type"),
        (good.with_columns(body=pl.lit(None, dtype=pl.String)), "no body"),
    ):
        with pytest.raises(LedgerFault, match=words):
            append_frame(bad, item="penalty", provider=PROVIDER, batch=None, actor="甲")
    assert not Entry.objects.exists()


def test_documents_returns_the_latest_act_of_each_document() -> None:
    append([record(1, 41), record(2, 42)])
    correction = NewAct(
        "correction", "penalty", key(1), PROVIDER, penalty(1, 41), "甲", record=1, document=41, content=9
    )
    append([correction])
    found = documents([41, 42, 43])
    assert found.sort("document").rows() == [(41, 3, 1, 9, key(1)), (42, 2, 2, None, key(2))]


def test_an_empty_hand_enters_nothing() -> None:
    assert append([]) == []
    empty = frame_of([], [])
    assert len(append_frame(empty, item="penalty", provider=PROVIDER, batch=None, actor="甲")) == 0
    assert not Checkpoint.objects.exists()


def test_the_body_is_written_one_way_only() -> None:
    assert body_text({"b": "乙", "a": None, "c": 1}) == '{"b":"乙","c":1}'
