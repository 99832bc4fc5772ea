"""Upkeep (投影维护): what an act on the ledger changes in the projections, in the same transaction as the act."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import polars as pl

from gongxin.law.facts import choice_of
from gongxin.law.model import Item
from gongxin.law.standing import Act
from gongxin.spine import clock, shelf
from gongxin.spine.ledger.acts import BODY_KINDS, KEY
from gongxin.spine.ledger.payloads import LINE_KINDS
from gongxin.spine.projections import freshness, links, standings, subjects
from gongxin.spine.projections.links import LEGACY_KINDS, RegisterClaim

REGISTER_CLASS = "01"
"""The catalogue's class of the register of subjects: its rows name subjects and hold their older codes."""

WRITTEN = ("projections_standing", "projections_subject", "projections_subjectname")
"""The tables that new records fill."""

WRITTEN_BY_REGISTER = ("projections_claim", "projections_link")
"""The tables that rows of the register fill besides: their older codes."""

SUBJECT_FIELDS = ("subject_name", "subject_kind", "org_type", *LEGACY_KINDS)


def after_acts(acts: Sequence[Act], providers: Sequence[str], at: datetime) -> None:
    """Bring single acts into the projections, in their order."""
    book, today = shelf.book(), clock.today()
    items = {item.id: item for item in book.items.values()}
    described = [act for act in acts if act.kind in BODY_KINDS]
    if described:
        seen = pl.DataFrame([_seen(act, items[act.item]) for act in described], schema=subjects.SEEN_SCHEMA)
        subjects.enter(seen, subjects.look_up(seen["key"]))
    waiting: list[RegisterClaim] = []
    for act in acts:
        if act.kind == "judgement":
            links.apply_claims(waiting)
            waiting = []
            links.apply_judgement(act)
        elif act.kind in BODY_KINDS and is_register(items[act.item]):
            waiting += _claims(act.subject, act.payload, act.seq, act.on)
    links.apply_claims(waiting)
    handed = Counter(
        (provider, act.item) for act, provider in zip(acts, providers, strict=True) if act.kind == "record"
    )
    days: dict[tuple[str, str], date] = {}
    for act, provider in zip(acts, providers, strict=True):
        if act.kind in LINE_KINDS:
            days[provider, act.item] = max(act.on, days.get((provider, act.item), act.on))
    for (provider, item), day in days.items():
        freshness.note(provider, item, handed[provider, item], at=at, on=day)
    touched = {act.record for act in acts if act.kind in LINE_KINDS or act.kind == "destruction"}
    standings.refresh(touched, book=book, as_of=today)


def prepare_records(frame: pl.DataFrame, item: Item) -> subjects.Known:
    """Read what is known of a frame's subjects, before the connection is busy writing.

    The register describes its subjects anew, also those whose name is known already: all of them are looked up.
    """
    settled = "known" in frame.columns and not is_register(item)
    unsure = frame.filter(~pl.col("known").fill_null(False)) if settled else frame
    return subjects.look_up(unsure["subject"])


def with_fields(frame: pl.DataFrame, item: Item) -> pl.DataFrame:
    """Return the frame with the payload's fields as columns: those it brings, or all of them read out of the bodies."""
    fields = [spec.id for spec in item.fields]
    if item.dated_by in frame.columns:
        missing = [name for name in fields if name not in frame.columns]
        return frame.with_columns([pl.lit(None, dtype=pl.String).alias(name) for name in missing])
    payload = frame["body"].str.json_decode(pl.Struct(dict.fromkeys(fields, pl.String)))
    others = frame.drop([name for name in fields if name in frame.columns])
    return others.hstack(payload.struct.unnest())


def standing_rows(
    frame: pl.DataFrame, numbers: pl.Series, *, item: Item, provider: str, as_of: date | None = None
) -> pl.DataFrame:
    """Return the standings of a frame of new records; asks the store nothing."""
    return standings.of_records(
        with_fields(frame, item), numbers, item=item, provider=provider, book=shelf.book(),
        as_of=as_of or clock.today(),
    )  # fmt: skip


def after_records(
    frame: pl.DataFrame, known: subjects.Known, numbers: pl.Series, *, item: Item, provider: str, on: date, at: datetime
) -> None:
    """Bring the subjects, names and older codes of a frame of new records into the store."""
    seen = seen_of(frame, numbers, item)
    if "known" in frame.columns and not is_register(item):
        seen = seen.filter(~frame["known"].fill_null(False))
    subjects.enter(seen, known)
    freshness.note(provider, item.id, len(numbers), at=at, on=on)
    if is_register(item):
        links.apply_claims(claims_of(frame, numbers, item, on))


def seen_of(frame: pl.DataFrame, numbers: pl.Series, item: Item) -> pl.DataFrame:
    """Return what each row says about its subject."""
    columns = with_fields(frame, item) if "subject_name" not in frame.columns else frame
    name = "subject_name" if "subject_name" in columns.columns else "name"
    return pl.DataFrame(
        [
            numbers.alias("seq"),
            columns["subject"].alias("key"),
            _column(columns, name).alias("name"),
            kinds_of(_column(columns, "subject_kind"), item).alias("kind"),
            pl.repeat("", columns.height, dtype=pl.String, eager=True).alias("region"),
            _column(columns, "org_type").alias("org_type"),
            pl.repeat(is_register(item), columns.height, dtype=pl.Boolean, eager=True).alias("register"),
        ]
    )


def claims_of(frame: pl.DataFrame, numbers: pl.Series, item: Item, on: date) -> list[RegisterClaim]:
    """Return the older codes a frame of register rows holds."""
    columns = with_fields(frame, item)
    told = [name for name in LEGACY_KINDS if name in columns.columns]
    if not told:
        return []
    held = columns.select("subject", *told).with_columns(numbers.alias("seq"))
    some = pl.any_horizontal(pl.col(name).is_not_null() for name in told)
    claims: list[RegisterClaim] = []
    for row in held.filter(some).iter_rows(named=True):
        claims += _claims(row["subject"], row, row["seq"], on)
    return claims


def kinds_of(said: pl.Series, item: Item) -> pl.Series:
    """Return the kinds of subjects as the law book calls them, each distinct word asked once."""
    spec = item.find_field("subject_kind")
    words = said.drop_nulls().unique().to_list()
    return said.replace_strict(words, [choice_of(spec, word) for word in words], default=None, return_dtype=pl.String)


def is_register(item: Item) -> bool:
    """Tell whether an item is the register of subjects itself (登记注册基本信息).

    Other rows of its class – who is registered as a tender agency – hold no older codes, and their names rename nobody.
    """
    return item.category == REGISTER_CLASS and any(item.find_field(name) is not None for name in LEGACY_KINDS)


def _seen(act: Act, item: Item) -> dict[str, Any]:
    return {
        "seq": act.seq,
        "key": act.subject,
        "name": act.payload.get("subject_name"),
        "kind": choice_of(item.find_field("subject_kind"), act.payload.get("subject_kind")),
        "region": "",
        "org_type": act.payload.get("org_type"),
        "register": is_register(item),
    }


def _claims(subject: str, payload: Any, seq: int, on: date) -> list[RegisterClaim]:
    if not subject.startswith("uscc:"):
        return []
    found = []
    for name, prefix in LEGACY_KINDS.items():
        code = str(payload.get(name) or "").replace("-", "").replace(" ", "").upper()
        # Since 2015 departments write the unified code into the old columns as well; that says nothing new.
        if code and code != subject.partition(":")[2] and KEY.fullmatch(f"{prefix}:{code}"):
            found.append(RegisterClaim(f"{prefix}:{code}", subject, seq, on))
    return found


def _column(frame: pl.DataFrame, name: str) -> pl.Series:
    if name in frame.columns:
        return frame[name].cast(pl.String)
    return pl.repeat(None, frame.height, dtype=pl.String, eager=True)
