"""Search (检索): organisations by any part of a name, and close names for a typing slip.

Only subjects with something publicly visible on the day are found; everybody else is as if they were not here.
"""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from django.db import connection
from rapidfuzz import fuzz

from gongxin.spine import clock, public, shelf
from gongxin.spine.ledger import payloads
from gongxin.spine.projections import commonness, epoch, grams, visible

WINDOW = 200
"""So many hits are ranked and counted: ten pages. Who finds more than these asks more precisely, and the page says so."""

CLOSE_ENOUGH = 60.0
PER_SLIP = 40
AT_ONCE = 500
NAME_FIELD = "subject_name"
INDEX, NAMES = grams.INDEX, grams.TABLE
LINKED = (
    "(SELECT l.id FROM projections_link l WHERE l.judgement = 'same'"
    " AND (l.key_a = n.subject OR l.key_b = n.subject) LIMIT 1) IS NOT NULL"
)
AMONG = f"EXISTS (SELECT 1 FROM {NAMES} m WHERE m.subject = n.subject AND m.name <> n.name)"
UNSETTLED = "(SELECT u.record FROM projections_standing u WHERE u.subject = n.subject AND u.settled_on > %s LIMIT 1) IS NOT NULL"
"""Subjects whose row alone does not answer: judged together with other keys, or changed after the day asked about."""

BROUGHT = (
    " LEFT JOIN projections_standing s ON s.record = n.first_seq AND s.subject = n.subject AND {condition}"
    f" AND (SELECT e.seq FROM ledger_entry e WHERE e.record = n.first_seq AND {payloads.LATER_ACT} LIMIT 1) IS NULL"
)
"""The record that brought the name, where it is on display and nothing was said of it since: it bears the name, and nobody
need be asked any more. This is so for nearly all names."""


class Hit(NamedTuple):
    """A subject found (检索结果): its key, its code, and the name that was met."""

    key: str
    code: str
    name: str


class Name(NamedTuple):
    """A name met by its grams (命中名称), and what is known of it without asking further.

    `sure`: a record on display bears it. `own`: its subject's own rows show something on the day. `among`: the subject
    has other names. `linked`: the subject is judged together with other keys, or changed after the day asked about.
    """

    subject: str
    name: str
    plain: str
    sure: bool
    own: bool
    among: bool
    linked: bool


def search_names(text: str, limit: int = 20, offset: int = 0, *, as_of: date | None = None) -> tuple[list[Hit], int]:
    """Return the hits of one page and how many there are, counted up to WINDOW."""
    form = grams.plain(text)
    if len(form) < grams.SHORTEST:
        return [], 0
    met = _met(grams.asked(form), as_of or clock.today(), WINDOW, form)
    # Names that begin with what was asked come first, then the shorter ones: the rest of a long name is mere context.
    met.sort(key=lambda name: (not name.plain.startswith(form), len(name.plain), name))
    best: dict[str, Name] = {}
    for name in met:
        best.setdefault(name.subject, name)
    return [_hit(name) for name in list(best.values())[offset : offset + limit]], len(best)


def suggestions(text: str, *, as_of: date | None = None, limit: int = 5) -> list[str]:
    """Return names close to a text that was perhaps mistyped (您要找的是不是), the closest first."""
    form = grams.plain(text)
    found: dict[str, float] = {}
    for kept in _without_one(form):
        for name in _met(kept, as_of or clock.today(), PER_SLIP, None):
            closeness = max(fuzz.ratio(form, name.plain), fuzz.partial_ratio(form, name.plain))
            if closeness >= CLOSE_ENOUGH and form not in name.plain:
                found[name.name] = closeness
    return sorted(found, key=lambda name: (-found[name], len(name), name))[:limit]


def _without_one(form: str) -> list[set[int]]:
    """Return, for each place where a slip may be, the grams that do not touch it."""
    pairs = [(at, form[at : at + 2]) for at in range(len(form) - 1)]
    sets = []
    for slip in range(len(form)):
        kept = {number for at, pair in pairs if slip not in (at, at + 1) for number in grams.asked(pair)}
        if kept and kept not in sets:
            sets.append(kept)
    return sets


def _met(numbers: set[int], day: date, limit: int, form: str | None) -> list[Name]:
    """Return organisations whose name holds these grams, and the very text if one is given, visible on the day."""
    if not epoch.serves(day):
        # Another epoch of the law governs that day, so each candidate is folded from the ledger.
        found = _query(numbers, None, limit, form)
        return _folded(found, day)
    found = _query(numbers, day, limit, form)
    open_names = [name for name in found if not name.sure and (name.among or not name.own)]
    if not open_names:
        return found
    plain = _borne_by_rows([name.subject for name in open_names if not name.linked], day)
    asked = [name for name in open_names if name.linked]
    borne = {name for name in open_names if not name.linked and name.plain in plain.get(name.subject, ())}
    borne |= set(_folded(asked, day))
    wanting = set(open_names) - borne
    return [name for name in found if name not in wanting]


def _folded(found: list[Name], day: date) -> list[Name]:
    """Return the names that something on display bears (名称有公示记录支持), by the public lines: one fold a subject.

    A name outlives in the index the record that brought it: one withdrawn, corrected, or moved to whom it really meant
    must not lead to a subject any more. An entry that names nobody stands for its subject's only name.
    """
    shown = {
        key: {grams.plain(line.subject_name) for line in public.public_lines(key, day)}
        for key in dict.fromkeys(name.subject for name in found)
    }
    return [
        name for name in found if name.plain in shown[name.subject] or ("" in shown[name.subject] and not name.among)
    ]


def _borne_by_rows(subjects: list[str], day: date) -> dict[str, set[str]]:
    """Return the names that records on display bear, for subjects that stand alone: the last word on each record counts."""
    rows: list[tuple[int, str]] = []
    condition, parameters = visible.condition("s", day)
    for start in range(0, len(subjects), AT_ONCE):
        some = sorted(set(subjects[start : start + AT_ONCE]))
        marks = ",".join(["%s"] * len(some))
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT s.record, s.subject FROM projections_standing s WHERE s.subject IN ({marks}) AND {condition}",
                [*some, *parameters],
            )
            rows += cursor.fetchall()
    subject_of = dict(rows)
    law = shelf.book().on(day)
    found: dict[str, set[str]] = {}
    for history in payloads.histories(subject_of):
        said = [act for act in history.acts if act.kind in ("record", "correction")][-1]
        spec = law.item(said.item).find_field(NAME_FIELD)
        name = said.payload.get(NAME_FIELD) if spec is not None and spec.public else None
        found.setdefault(subject_of[history.record], set()).add(grams.plain(str(name or "")))
    return found


def _query(numbers: set[int], day: date | None, limit: int, form: str | None) -> list[Name]:
    """Return candidates with what is known of each; none whose subject shows nothing on the day, unless it is linked."""
    led = commonness.leading(numbers) if form is not None else numbers
    if connection.vendor == "postgresql":
        held = ["position(%s in n.plain) > 0"] if form is not None else []
        between = commonness.stretch(numbers, limit) if form is not None else None
        if between is not None:
            first, last = between
            near = _candidates(f"{NAMES} n", [f"n.id > {first} AND n.id <= {last}", *held], [form], day, limit)
            if len(near) >= limit:
                return near
        # The numbers stand in the text itself, so that the server plans for these very grams and keeps no general plan.
        grammed = f"n.grams @> ARRAY[{','.join(map(str, sorted(led)))}]::integer[]"
        return _candidates(f"{NAMES} n", [grammed, *held], [form] if held else [], day, limit)
    # CROSS JOIN holds SQLite to this order: grams first, then the name, then what brought it.
    source = f"{INDEX} CROSS JOIN {NAMES} n ON n.id = {INDEX}.rowid"
    where, asked = [f"{INDEX} MATCH %s"], list[Any]()
    if form is not None:
        where.append("instr(n.plain, %s) > 0")
        asked.append(form)
    return _candidates(source, where, [" ".join(f'"{number}"' for number in sorted(led)), *asked], day, limit)


def _candidates(source: str, conditions: list[str], asked: list[Any], day: date | None, limit: int) -> list[Name]:
    where = " AND ".join(conditions)
    if day is None:
        told = f"1=0 AS sure, 1=1 AS own, {AMONG} AS among, 1=1 AS linked"
        return _names(
            f"SELECT n.subject, n.name, n.plain, {told} FROM {source} WHERE {where} LIMIT {int(limit)}", asked
        )
    condition, days = visible.condition("s", day)
    own = f"EXISTS (SELECT 1 FROM projections_standing o WHERE o.subject = n.subject AND {visible.condition('o', day)[0]})"
    sure, linked = "s.record IS NOT NULL", f"({LINKED} OR {UNSETTLED})"
    told = ", ".join(
        f"CASE WHEN {sure} THEN {known} ELSE {asking} END AS {name}"
        for name, known, asking in (("own", "1=1", own), ("among", "1=0", AMONG), ("linked", "1=0", linked))
    )
    return _names(
        f"SELECT n.subject, n.name, n.plain, {sure} AS sure, {told}"
        f" FROM {source} {BROUGHT.format(condition=condition)}"
        f" WHERE {where} AND ({sure} OR {own} OR {linked}) LIMIT {int(limit)}",
        [*days, day, *days, *asked, *days, day],
    )


def _names(sql: str, parameters: list[Any]) -> list[Name]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return [Name._make(row) for row in cursor.fetchall()]


def _hit(name: Name) -> Hit:
    kind, _, code = name.subject.partition(":")
    return Hit(name.subject, code if kind == "uscc" else "", name.name)
