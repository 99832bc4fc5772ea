"""Standings in memory (常驻状态): for asking about many subjects at once, one columnar join instead of many queries.

The frame is read from the store once and kept beside it as a file; later acts are added from the ledger's end. It is
valid for one epoch of the law, as all projections are. Beside it lie the other keys of each subject, drawn anew when a
judgement or the register has spoken. Private to the spine: the gate alone hands out what is in it.
"""

from __future__ import annotations

import os
import threading
from datetime import date
from pathlib import Path
from typing import NamedTuple

import polars as pl

from gongxin.spine import home, shelf
from gongxin.spine.columnar import read_frame
from gongxin.spine.ledger import head, payloads
from gongxin.spine.ledger.models import Entry
from gongxin.spine.projections import epoch, links, standings
from gongxin.spine.projections.upkeep import is_register

SLICE = 200_000
MANY_ACTS = 20_000
"""With more acts than this on earlier records the whole is read anew: that is quicker than picking them out."""


class Resident(NamedTuple):
    """Every record's standing at one size of the ledger (某一规模下的全部状态)."""

    root: bytes
    size: int
    book: str
    frame: pl.DataFrame
    """With `mark`, a number for each subject by which rows are found; the subject itself has the last word."""
    others: pl.DataFrame
    """`key` and `other` for every two keys of one subject, where anything stands under the other (同一主体的其他主体键)."""


_lock = threading.Lock()
_present: Resident | None = None


def effective(keys: pl.Series, as_of: date) -> pl.DataFrame:
    """Return the standings that have an effect on this day for these keys; `asked` is the key as asked."""
    if not epoch.serves(as_of):
        return _folded(keys, as_of)
    held = present()
    found = _of(held, _with_other_keys(keys, held.others))
    late = pl.col("settled_on").is_not_null() & (pl.col("settled_on") > as_of)
    used = (
        (pl.col("state") == "effective")
        & (pl.col("audience") != "none")
        & ~late
        & (pl.col("display_from").is_null() | (pl.col("display_from") <= as_of))
        & (pl.col("share_until").is_null() | (pl.col("share_until") >= as_of))
        & (pl.col("held_from").is_null() | (pl.col("held_from") > as_of))
        & (pl.col("hidden_from").is_null() | (pl.col("hidden_from") > as_of))
    )
    now = found.filter(used)
    settled = found.filter(late)
    return now if settled.is_empty() else pl.concat([now, _before_the_end(settled, as_of)])


def _of(held: Resident, asked: pl.DataFrame) -> pl.DataFrame:
    """Return the standings of these subjects (按主体取状态), joined by number, which is several times quicker than by text."""
    marked = asked.with_columns(_mark("subject")).rename({"subject": "__subject"})
    found = held.frame.join(marked, on="mark", how="inner").filter(pl.col("subject") == pl.col("__subject"))
    return found.select(*standings.SCHEMA, "asked")


def _mark(name: str) -> pl.Expr:
    return pl.col(name).hash().alias("mark")


def present() -> Resident:
    """Return the standings as they are now."""
    global _present  # noqa: PLW0603 - one frame for the process is the very purpose
    now = head.read()
    book = shelf.book().version
    with _lock:
        if _present is None or _present.book != book or _present.size > now.size:
            _present = _kept(now.root, now.size, book) or _whole(now.root, now.size, book)
        elif _present.root != now.root:
            _present = _grown(_present, now.root, now.size, book)
        return _present


def _whole(root: bytes, size: int, book: str) -> Resident:
    parts = []
    last = 0
    columns = ",".join(f'"{name}"' for name in standings.SCHEMA)
    while last < size:
        sql = f"SELECT {columns} FROM projections_standing WHERE record > %s AND record <= %s ORDER BY record"
        parts.append(read_frame(sql, [last, last + SLICE], standings.SCHEMA))
        last += SLICE
    frame = pl.concat(parts) if parts else pl.DataFrame(schema=standings.SCHEMA)
    frame = frame.rechunk().with_columns(_mark("subject"))
    whole = Resident(root, size, book, frame, _other_keys(frame))
    _keep(whole)
    return whole


def _grown(before: Resident, root: bytes, size: int, book: str) -> Resident:
    touched = sorted(
        set(Entry.objects.filter(seq__gt=before.size).exclude(kind="record").values_list("record", flat=True))
    )
    if len(touched) > MANY_ACTS or head.root_at(before.size) != before.root:
        return _whole(root, size, book)
    columns = ",".join(f'"{name}"' for name in standings.SCHEMA)
    sql = f"SELECT {columns} FROM projections_standing WHERE record > %s"
    parameters: list[object] = [before.size]
    if touched:
        sql += f" OR record IN ({','.join(['%s'] * len(touched))})"
        parameters += touched
    new = read_frame(sql, parameters, standings.SCHEMA).with_columns(_mark("subject"))
    kept = before.frame.filter(~pl.col("record").is_in(touched)) if touched else before.frame
    frame = pl.concat([kept, new])
    first = new.join(before.frame.select("mark"), on="mark", how="anti")
    others = before.others if first.is_empty() and not _said_anew(before.size) else _other_keys(frame)
    return Resident(root, size, book, frame, others)


def _said_anew(size: int) -> bool:
    """Whether a judgement or the register has spoken since (对应关系有无变动): then the other keys are drawn anew.

    So they are where something stands for the first time under a key: before, nobody was asked about under it.
    """
    registers = [item.id for item in shelf.book().items.values() if is_register(item)]
    later = Entry.objects.filter(seq__gt=size)
    return later.filter(kind="judgement").exists() or later.filter(item__in=registers).exists()


def _places(root: bytes, book: str) -> tuple[Path, Path]:
    """Where the standings and the other keys lie (常驻文件)."""
    folder = home.home() / "resident"
    folder.mkdir(mode=0o700, exist_ok=True)
    name = f"{book}-{root.hex()[:24]}"
    return folder / f"{name}.arrow", folder / f"{name}.keys.arrow"


def _keep(whole: Resident) -> None:
    places = _places(whole.root, whole.book)
    for place, frame in zip(places, (whole.frame.drop("mark"), whole.others), strict=True):
        # Another worker of the service may keep the same standings in the same moment.
        draft = place.with_suffix(f".{os.getpid()}-{threading.get_ident()}.draft")
        frame.write_ipc(draft, compression="lz4")
        draft.replace(place)
    for older in places[0].parent.glob("*.arrow"):
        if older not in places:
            older.unlink(missing_ok=True)


def _kept(root: bytes, size: int, book: str) -> Resident | None:
    try:
        frame, others = (pl.read_ipc(place, memory_map=False) for place in _places(root, book))
        # The numbers hold for this process alone: another release may count otherwise.
        return Resident(root, size, book, frame.with_columns(_mark("subject")), others)
    except FileNotFoundError:
        # Never kept, or another worker has kept a later one and taken this one away while it was being looked for.
        return None


def _with_other_keys(keys: pl.Series, others: pl.DataFrame) -> pl.DataFrame:
    """Return each key beside itself and the other keys of its subject."""
    asked = pl.DataFrame({"asked": keys, "subject": keys})
    if others.is_empty():
        return asked
    found = others.join(asked.select(key="asked"), on="key").select(asked="key", subject="other")
    return asked.vstack(found)


def _other_keys(standings: pl.DataFrame) -> pl.DataFrame:
    """Return for every linked key the other keys of its cluster under which anything stands (同一主体的其他主体键).

    Each key takes the least name among its neighbours' until nothing changes: as many rounds as the longest chain of
    links, which is two for an organisation and its legacy codes.
    """
    pairs = read_frame(
        "SELECT key_a, key_b FROM projections_link WHERE judgement = 'same'",
        (),
        {"key_a": pl.String, "key_b": pl.String},
    )
    edges = pl.concat([pairs, pairs.select(key_a="key_b", key_b="key_a")])
    named = edges.select(key="key_a").unique().with_columns(cluster="key")
    while True:
        near = edges.join(named, left_on="key_b", right_on="key").group_by(key="key_a").agg(pl.col("cluster").min())
        least = pl.concat([named, near]).group_by("key").agg(pl.col("cluster").min())
        moved = least.join(named, on="key").filter(pl.col("cluster") != pl.col("cluster_right")).height
        named = least
        if not moved:
            break
    # Most older codes of a register have nothing under them: they are left out before every two are put beside each other.
    standing = named.rename({"key": "other"}).join(standings.select(other="subject").unique(), on="other", how="semi")
    found = named.join(standing, on="cluster").filter(pl.col("key") != pl.col("other"))
    return found.select("key", "other")


def _before_the_end(late: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Return what held on this day of records to which something happened only later: folded from the ledger."""
    asked = late.select("record", "asked").rows()
    histories = {history.record: history for history in payloads.histories(record for record, _ in asked)}
    return _rows([(key, histories[record]) for record, key in asked if record in histories], as_of)


def _folded(keys: pl.Series, as_of: date) -> pl.DataFrame:
    """Return the same for a day that another epoch of the law governs."""
    wanted = []
    for key in keys.to_list():
        found = payloads.histories(payloads.records_of(links.resolve_keys(key)))
        wanted += [(key, history) for history in found]
    return _rows(wanted, as_of)


def _rows(wanted: list[tuple[str, payloads.History]], as_of: date) -> pl.DataFrame:
    book = shelf.book()
    rows = []
    for key, history in wanted:
        line = standings.fold_in_force(history.acts, book=book, as_of=as_of)
        # A correction may have moved the record to another subject since.
        if line is not None and line.usable and line.subject in links.resolve_keys(key):
            rows.append({**standings.of_line(line, history, book), "asked": key})
    return pl.DataFrame(rows, schema={**standings.SCHEMA, "asked": pl.String})
