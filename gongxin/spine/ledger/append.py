"""Appending (入账): one transaction holds the entries, the projections and the signed checkpoint, or none of them.

`append` takes acts one by one, `append_frame` thousands to millions of new records of one item. Both write the same
bytes: a property test holds them equal.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, date

import polars as pl
from django.db import connection, transaction

from gongxin.law.book import Edition
from gongxin.law.model import Item
from gongxin.law.standing import Act
from gongxin.spine import clock, shelf
from gongxin.spine.append_only import adding
from gongxin.spine.columnar import Writer, read_by_keys, refresh_statistics
from gongxin.spine.ledger import head, payloads, sealing
from gongxin.spine.ledger.acts import (
    BODY_KINDS,
    KEY,
    LedgerFault,
    NewAct,
    check_act,
    check_header,
    get_item,
    item_fields,
    sealed_payload,
)
from gongxin.spine.ledger.canonical import (
    SALT_SIZE,
    Header,
    body_text,
    digest_of,
    digests_of,
    leaf_of,
    leaves_of_records,
)
from gongxin.spine.ledger.models import Entry, Payload
from gongxin.spine.outbox import events
from gongxin.spine.projections import epoch, standings, upkeep

GREAT_LOAD = 1_000
"""Records entered at once from which guards are lifted for the insertion, and the store is asked to count itself anew."""

ASKED_AHEAD = standings.AHEAD
"""The column in which `append_frame` finds what the law was asked ahead (预问结果); of no item is it a field."""

DOCUMENT_SCHEMA = {
    "document": pl.Int64,
    "seq": pl.Int64,
    "record": pl.Int64,
    "content": pl.Int64,
    "subject": pl.String,
}


def append(acts: Sequence[NewAct]) -> list[int]:
    """Enter these acts in their order and return their numbers (入账); joins the transaction around it."""
    if not acts:
        return []
    today, at, book = clock.today(), clock.now(), shelf.book()
    law = book.on(today)
    for act in acts:
        check_act(act, law=law, today=today)
    with transaction.atomic():
        start = head.lock()
        epoch.refresh_if_stale()
        _check_records(acts, start.size, law)
        entries, payloads, entered = [], [], []
        for seq, act in enumerate(acts, start.size + 1):
            item = None if act.kind == "judgement" else get_item(act.item, law)
            payload = sealed_payload(act.payload, item if act.kind in BODY_KINDS else None)
            record, on = act.record or seq, act.on or today
            header = Header(seq, act.kind, record, act.item, act.subject, act.provider, act.batch, on, at, act.actor)
            salt, body = os.urandom(SALT_SIZE), body_text(payload)
            digest = digest_of(salt, body)
            entries.append(Entry(**header._asdict(), digest=digest, leaf=leaf_of(header, digest)))
            payloads.append(
                Payload(
                    seq=seq, salt=salt, body=body, document=act.document, content=act.content, paper=act.paper
                )
            )  # fmt: skip
            entered.append(
                Act(
                    seq=seq, kind=act.kind, record=record, item=act.item, subject=act.subject, on=on,
                    actor=act.actor, payload=payload,
                )
            )  # fmt: skip
        Entry.objects.bulk_create(entries, batch_size=500)
        Payload.objects.bulk_create(payloads, batch_size=500)
        end = start.grown([bytes(entry.leaf) for entry in entries])
        head.sign(end, at)
        upkeep.after_acts(entered, [act.provider for act in acts], at)
        events.publish(entered, at)
        epoch.advance(end.size)
    return [entry.seq for entry in entries]


def ask_ahead(payload: pl.DataFrame, item: Item) -> pl.Series:
    """Return what the law says today of new records with these fields (预问期限), to lay beside them for `append_frame`.

    The column is named `ASKED_AHEAD`. The store is not asked, so another thread may do it.
    """
    fields = upkeep.with_fields(payload, item)
    return standings.ask_ahead(fields, item=item, book=shelf.book(), as_of=clock.today())


def append_frame(
    frame: pl.DataFrame, *, item: str, provider: str, batch: int | None, actor: str, on: date | None = None
) -> range:
    """Enter one new record for each row (批量入账) and return their numbers; joins the transaction around it.

    Columns: `subject` (key), `body` (the payload as `canonical.body_text` writes it), `document`, `content` (whole
    numbers), `paper` (a whole number or nothing; may be missing), and the payload's fields as columns, of which the
    standing's facts and the title are taken; where the frame has no `decided_on` they are read out of the bodies
    instead. What `prepare` has sealed and hashed already is taken as it is, and so is what
    the law was asked ahead. `known` (true where subject and name are
    already known, from `known_subjects`) saves looking them up again. Pass 10,000 to 100,000 rows at a time: memory
    stays bounded, and while the store takes one table the next one is being hashed.
    """
    if frame.is_empty():
        return range(0)
    today, at, book = clock.today(), clock.now(), shelf.book()
    day = on or today
    check_header("record", provider, actor, day, today)
    law_item = get_item(item, book.on(today))
    _check_frame(frame, item_fields(law_item))
    if "digest" not in frame.columns:
        frame = prepare(frame, law_item)
    count = frame.height
    with transaction.atomic():
        start = head.lock()
        epoch.refresh_if_stale()
        known = upkeep.prepare_records(frame, law_item)
        seqs = range(start.size + 1, start.size + count + 1)
        numbers = pl.Series("seq", seqs, dtype=pl.Int64)
        guarded = ("ledger_payload", "ledger_entry") if count >= GREAT_LOAD else ()
        with adding(connection, *guarded), Writer() as writer:
            keys = [frame["document"].cast(pl.Int64), frame["content"].cast(pl.Int64), _papers(frame)]
            writer.put("ledger_payload", pl.DataFrame([numbers, frame["salt"], frame["body"], *keys]))
            digests = frame["digest"].to_list()
            header = Header(seqs[0], "record", seqs[0], item, "", provider, batch, day, at, actor)
            leaves = leaves_of_records(header, frame["subject"].to_list(), digests)
            writer.put("ledger_entry", _entries(frame, numbers, header, digests, leaves))
            end = start.grown(leaves)
            rows = upkeep.standing_rows(frame, numbers, item=law_item, provider=provider)
            writer.put("projections_standing", rows)
        upkeep.after_records(frame, known, numbers, item=law_item, provider=provider, on=day, at=at)
        head.sign(end, at)
        epoch.advance(end.size)
        if count >= GREAT_LOAD and end.size.bit_length() > start.size.bit_length():
            # The ledger has doubled, or was empty: what the store believes about its size is no longer true.
            refresh_statistics(("ledger_entry", "ledger_payload", *upkeep.WRITTEN))
        if count >= GREAT_LOAD and upkeep.is_register(law_item) and connection.vendor == "sqlite":
            # Whoever is looked up is looked up by older codes too, and these may come all with one file. PostgreSQL counts them
            # within a minute; SQLite never does, and takes a few steps in each index.
            refresh_statistics(upkeep.WRITTEN_BY_REGISTER)
    return seqs


def prepare(frame: pl.DataFrame, item: Item) -> pl.DataFrame:
    """Return a frame for `append_frame` with its bodies sealed, and `salt` and `digest` beside them (备账).

    It asks the store nothing, so another thread may do it while the store takes the rows before these.
    """
    frame = sealing.seal_bodies(frame, item)
    salts = os.urandom(SALT_SIZE * frame.height)
    cut = range(0, len(salts), SALT_SIZE)
    return frame.with_columns(
        pl.Series("salt", [salts[place : place + SALT_SIZE] for place in cut], dtype=pl.Binary),
        pl.Series("digest", digests_of(salts, frame["body"].cast(pl.Binary).to_list()), dtype=pl.Binary),
    )


def documents(keys: Sequence[int]) -> pl.DataFrame:
    """Return the latest act for each of these document keys (文书查重): document, seq, record, content, subject."""
    sql = (
        "SELECT p.document, p.seq, e.record, p.content, e.subject FROM ledger_payload p"
        " JOIN ledger_entry e ON e.seq = p.seq WHERE p.document IN {keys}"
    )
    found = read_by_keys(sql, pl.Series("document", list(keys), dtype=pl.Int64), DOCUMENT_SCHEMA)
    return found.sort("seq").unique("document", keep="last", maintain_order=True)


def papers(keys: pl.Series, *, besides: int | None) -> pl.DataFrame:
    """Return every record entered under these keys of papers (同一文书号的记录): paper, record; not of batch `besides`.

    A paper is authority and document number without the subject. Withdrawn records are among them.
    """
    sql = (
        "SELECT DISTINCT p.paper, e.record FROM ledger_payload p JOIN ledger_entry e ON e.seq = p.seq"
        f" WHERE p.paper IN {{keys}} AND (e.batch IS NULL OR e.batch <> {int(besides or 0)})"
    )
    return read_by_keys(sql, keys, {"paper": pl.Int64, "record": pl.Int64}).sort("paper", "record")


def _papers(frame: pl.DataFrame) -> pl.Series:
    if "paper" in frame.columns:
        return frame["paper"].cast(pl.Int64)
    return pl.Series("paper", [None], dtype=pl.Int64).new_from_index(0, frame.height)


def _entries(
    frame: pl.DataFrame, numbers: pl.Series, header: Header, digests: list[bytes], leaves: list[bytes]
) -> pl.DataFrame:
    return pl.DataFrame(
        [
            numbers,
            numbers.alias("record"),
            frame["subject"],
            pl.Series("digest", digests, dtype=pl.Binary),
            pl.Series("leaf", leaves, dtype=pl.Binary),
        ]
    ).with_columns(
        pl.lit(header.kind).alias("kind"),
        pl.lit(header.item).alias("item"),
        pl.lit(header.provider).alias("provider"),
        pl.lit(header.batch, dtype=pl.Int64).alias("batch"),
        pl.lit(header.on).alias("on"),
        pl.lit(header.at.astimezone(UTC).replace(tzinfo=None), dtype=pl.Datetime("us")).alias("at"),
        pl.lit(header.actor).alias("actor"),
    )


def _check_binding(corrections: Sequence[NewAct]) -> None:
    """Raise LedgerFault for a correction that would change what somebody is bound by (承诺内容不得更正)."""
    for act in corrections:
        said = Entry.objects.filter(record=act.record or 0, kind__in=BODY_KINDS).order_by("-seq").first()
        kept = None if said is None else payloads.bodies([said.seq]).get(said.seq)
        if kept != dict(act.payload):
            raise LedgerFault(f"what record {act.record} of {act.item} says binds; it is changed by a change alone")


def _check_records(acts: Sequence[NewAct], size: int, law: Edition) -> None:
    """Raise LedgerFault when an act belongs to no record, or to a record of another item."""
    wanted = {act.record: act for act in acts if act.record is not None}
    known: dict[int, tuple[str, str]] = {
        seq: (kind, item)
        for seq, kind, item in Entry.objects.filter(seq__in=list(wanted)).values_list("seq", "kind", "item")
    }
    for number, act in wanted.items():
        if known.get(number) != ("record", act.item):
            raise LedgerFault(f"{act.kind}: there is no record {number} of {act.item}")
    _check_binding([act for act in acts if act.kind == "correction" and get_item(act.item, law).binding])
    for act in acts:
        target = act.payload.get("undoes")
        if act.kind == "judgement" and target is not None and not 0 < int(target) <= size:
            raise LedgerFault(f"there is no judgement {target} to undo")


def _check_frame(frame: pl.DataFrame, fields: frozenset[str]) -> None:
    """Raise LedgerFault for a frame that is not made of the item's fields; bodies are looked at here and there."""
    missing = {"subject", "body", "document", "content"} - set(frame.columns)
    if missing:
        raise LedgerFault(f"the frame lacks {', '.join(sorted(missing))}")
    strange = frame.filter(~pl.col("subject").str.contains(f"^(?:{KEY.pattern})$").fill_null(False))
    if not strange.is_empty():
        raise LedgerFault(f"{strange['subject'][0]!r} is no subject key")
    if frame["body"].null_count():
        raise LedgerFault("a row has no body")
    beside = bool(fields.intersection(frame.columns))
    seen = frame.gather_every(max(1, frame.height // 64))
    if "digest" in frame.columns:
        for salt, body, digest in seen.select("salt", "body", "digest").iter_rows():
            if digest_of(salt, body) != digest:
                raise LedgerFault("a digest is not that of its body")
    for body in seen["body"].to_list():
        said = set(sealing.parsed(body))
        if unknown := sorted(said - fields):
            raise LedgerFault(f"the item has no field {', '.join(unknown)}")
        if beside and (hidden := sorted(said - set(frame.columns))):
            raise LedgerFault(f"the frame has no column {', '.join(hidden)}, of which its bodies speak")
