"""Links in the store (同一性链接): the lens as it stands now, kept as rows, and replayed from the ledger when asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

import polars as pl
from django.db import connection

from gongxin.law.standing import Act
from gongxin.spine.columnar import read_by_keys, read_frame, write_frame
from gongxin.spine.ledger import payloads
from gongxin.spine.projections.lens import Held, Judgement, Lens, Pair, PairHistory, pair_of
from gongxin.spine.projections.models import Claim, Link

LINK_SCHEMA = {
    "key_a": pl.String,
    "key_b": pl.String,
    "judgement": pl.String,
    "origin": pl.String,
    "seq": pl.Int64,
}
CLAIM_SCHEMA = {"legacy": pl.String, "key": pl.String, "seq": pl.Int64, "on": pl.Date}
LEGACY_KINDS = {"regno": "regno", "orgcode": "orgcode", "taxno": "taxno", "institution_no": "institution"}
"""Fields of a register row that hold an older code of the same subject, and the prefix of its key."""


class RegisterClaim(NamedTuple):
    """One line of the register's cross-walk (登记对照)."""

    legacy: str
    key: str
    seq: int
    on: date


def resolve_keys(key: str, known_at: int | None = None) -> set[str]:
    """Return all keys of the subject this key belongs to (同一主体的全部主体键), itself included."""
    if known_at is not None:
        return replay(known_at).cluster(key)
    found, open_keys = {key}, [key]
    while open_keys:
        near = {other for pair, held in _touching(open_keys).items() if held.judgement == "same" for other in pair}
        open_keys = sorted(near - found)
        found |= near
    return found


def cross_walk(legacy: Iterable[str]) -> dict[str, str]:
    """Return the organisation's key for each legacy key that leads to exactly one (新旧代码对照)."""
    found: dict[str, str] = {}
    for key in sorted(set(legacy)):
        codes = sorted(other for other in resolve_keys(key) if other.startswith("uscc:"))
        if not codes and key.startswith("orgcode:"):
            # Characters 9 to 17 of a unified code are the organisation code, by the standard itself.
            codes = _subjects_with_orgcode(key.partition(":")[2])
        if len(codes) == 1:
            found[key] = codes[0]
    return found


def apply_judgement(act: Act) -> None:
    """Bring one judgement, or the undoing of one, into the store; raises Contradiction when it cannot stand."""
    pair = judged_pair(act)
    history = _history(pair)
    note(history, act)
    lens = _lens_around(pair)
    before = dict(lens.links)
    lens.settle(pair, history.held())
    _store(before, lens.links)


def apply_claims(claims: Sequence[RegisterClaim]) -> None:
    """Bring lines of the register's cross-walk into the store; only what is contested takes the slow way."""
    fresh = note_claims(claims)
    if fresh.is_empty():
        return
    spoken_of = {key for pair in _touching(fresh["legacy"].to_list()) for key in pair}
    simple, contested = _parted(fresh, spoken_of)
    _write_simple(simple)
    for row in contested.iter_rows(named=True):
        _contested_claim(RegisterClaim(**row))


def note_claims(claims: Sequence[RegisterClaim]) -> pl.DataFrame:
    """Write the claims that are new and return them; what follows for the lens is not drawn yet."""
    if not claims:
        return pl.DataFrame(schema=CLAIM_SCHEMA)
    frame = pl.DataFrame([claim._asdict() for claim in claims], schema=CLAIM_SCHEMA)
    frame = frame.sort("seq", maintain_order=True).unique(["legacy", "key"], keep="first", maintain_order=True)
    known = read_by_keys(
        'SELECT legacy, key, seq, "on" FROM projections_claim WHERE legacy IN {keys}', frame["legacy"], CLAIM_SCHEMA
    )
    fresh = frame.join(known, on=["legacy", "key"], how="anti", maintain_order="left")
    write_frame("projections_claim", fresh)
    return fresh


def rebuild() -> None:
    """Draw all links anew from the judgements on the ledger and the claims of the register."""
    Link.objects.all().delete()
    claims = read_frame('SELECT legacy, key, seq, "on" FROM projections_claim ORDER BY seq', (), CLAIM_SCHEMA)
    judged = {key for act in payloads.acts_of_kind("judgement") for key in judged_pair(act)}
    simple, contested = _parted(claims, judged)
    _write_simple(simple)
    lens = _replay(None, [RegisterClaim(**row) for row in contested.iter_rows(named=True)])
    rows = [
        Link(key_a=pair[0], key_b=pair[1], judgement=held.judgement, origin=held.origin, seq=held.seq)
        for pair, held in lens.links.items()
    ]
    Link.objects.bulk_create(rows, batch_size=1000)


def _parted(claims: pl.DataFrame, spoken_of: set[str]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Part the claims into simple and contested ones.

    A legacy code nobody has spoken of and only one line claims is a new leaf of the graph: it cannot contradict.
    """
    alone = (pl.len().over("legacy") == 1) & ~pl.col("legacy").is_in(sorted(spoken_of))
    marked = claims.with_columns(alone.alias("alone"))
    return marked.filter("alone").drop("alone"), marked.filter(~pl.col("alone")).drop("alone")


def _write_simple(claims: pl.DataFrame) -> None:
    write_frame(
        "projections_link",
        claims.select(
            pl.min_horizontal("legacy", "key").alias("key_a"),
            pl.max_horizontal("legacy", "key").alias("key_b"),
            pl.lit("same").alias("judgement"),
            pl.lit("register").alias("origin"),
            "seq",
        ),
    )


def replay(known_at: int | None = None) -> Lens:
    """Return the lens as the ledger had it when it held `known_at` entries (重放)."""
    rows = Claim.objects.all() if known_at is None else Claim.objects.filter(seq__lte=known_at)
    return _replay(known_at, [RegisterClaim(row.legacy, row.key, row.seq, row.on) for row in rows.iterator()])


def _replay(known_at: int | None, claims: Iterable[RegisterClaim]) -> Lens:
    steps: list[tuple[int, Act | RegisterClaim]] = [
        (act.seq, act) for act in payloads.acts_of_kind("judgement", known_at)
    ]
    steps += [(claim.seq, claim) for claim in claims]
    lens = Lens()
    histories: dict[Pair, PairHistory] = defaultdict(PairHistory)
    claimed: dict[str, dict[str, int]] = defaultdict(dict)
    for _, step in sorted(steps, key=lambda pair: pair[0]):
        if isinstance(step, RegisterClaim):
            claimed[step.legacy].setdefault(step.key, step.seq)
            for key, judgement, seq in _claims_say(claimed[step.legacy]):
                pair = pair_of(step.legacy, key)
                histories[pair].register = (seq, judgement)
                lens.settle(pair, histories[pair].held())
        else:
            pair = judged_pair(step)
            note(histories[pair], step)
            lens.settle(pair, histories[pair].held())
    return lens


def judged_pair(act: Act) -> Pair:
    """Return the pair a judgement speaks of."""
    return pair_of(str(act.payload["left"]), str(act.payload["right"]))


def note(history: PairHistory, act: Act) -> None:
    """Write a judgement, or its undoing, into the pair's history."""
    if act.payload.get("undoes") is not None:
        history.undone.add(int(str(act.payload["undoes"])))
    else:
        judgement: Judgement = act.payload["judgement"]
        history.said.append((act.seq, judgement))


def stored_links() -> dict[Pair, Held]:
    """Return every link of the store."""
    return {
        (row.key_a, row.key_b): Held(row.judgement, row.origin, row.seq)  # type: ignore[arg-type]
        for row in Link.objects.iterator()
    }


def _contested_claim(claim: RegisterClaim) -> None:
    claimed = {row.key: row.seq for row in Claim.objects.filter(legacy=claim.legacy, seq__lte=claim.seq)}
    for key, judgement, seq in _claims_say(claimed):
        pair = pair_of(claim.legacy, key)
        history = _history(pair)
        history.register = (seq, judgement)
        lens = _lens_around(pair)
        before = dict(lens.links)
        lens.settle(pair, history.held())
        _store(before, lens.links)


def _claims_say(claimed: dict[str, int]) -> list[tuple[str, Judgement, int]]:
    """Return what the register says of each pair: one subject for a legacy code is the same, several are unsure."""
    judgement: Judgement = "same" if len(claimed) == 1 else "unsure"
    return [(key, judgement, seq) for key, seq in sorted(claimed.items(), key=lambda entry: entry[1])]


def _history(pair: Pair) -> PairHistory:
    history = PairHistory()
    for act in payloads.acts_of_kind("judgement", subjects=pair):
        if judged_pair(act) == pair:
            note(history, act)
    for legacy, key in (pair, pair[::-1]):
        claimed = {row.key: row.seq for row in Claim.objects.filter(legacy=legacy)}
        for claimed_key, judgement, seq in _claims_say(claimed):
            if claimed_key == key:
                history.register = (seq, judgement)
    return history


def _lens_around(pair: Pair) -> Lens:
    """Return a lens that knows every link near the pair: all that a contradiction could involve."""
    lens = Lens()
    seen: set[str] = set()
    open_keys = list(pair)
    while open_keys:
        seen.update(open_keys)
        links = _touching(open_keys)
        for other, held in links.items():
            if other not in lens.links:
                lens.remember(other, held)
        near = {key for other, held in links.items() if held.judgement == "same" for key in other}
        open_keys = sorted(near - seen)
    return lens


def _touching(keys: Sequence[str]) -> dict[Pair, Held]:
    found: dict[Pair, Held] = {}
    series = pl.Series(list(keys), dtype=pl.String)
    for column in ("key_a", "key_b"):
        sql = f"SELECT key_a, key_b, judgement, origin, seq FROM projections_link WHERE {column} IN {{keys}}"
        for row in read_by_keys(sql, series, LINK_SCHEMA).iter_rows(named=True):
            found[(row["key_a"], row["key_b"])] = Held(row["judgement"], row["origin"], row["seq"])
    return found


def _store(before: dict[Pair, Held], after: dict[Pair, Held]) -> None:
    for pair in before.keys() - after.keys():
        Link.objects.filter(key_a=pair[0], key_b=pair[1]).delete()
    for pair, held in after.items():
        if before.get(pair) != held:
            Link.objects.update_or_create(
                key_a=pair[0],
                key_b=pair[1],
                defaults={"judgement": held.judgement, "origin": held.origin, "seq": held.seq},
            )


def _subjects_with_orgcode(orgcode: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT key FROM projections_subject WHERE substr(code, 9, 9) = %s AND key LIKE %s", [orgcode, "uscc:%%"]
        )
        return [row[0] for row in cursor.fetchall()]
