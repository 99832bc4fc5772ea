"""Search (检索): organisations by any part of a name, and close names for a typing slip.

Only subjects with something publicly visible on the day are found; everybody else is as if they were not here.
"""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from django.db import connection
from rapidfuzz import fuzz

from gongxin.spine import clock, public
from gongxin.spine.projections import epoch, grams, visible

WINDOW = 500
"""So many hits are ranked and counted; who finds more than these asks more precisely, and the page says so."""

CLOSE_ENOUGH = 60.0
PER_SLIP = 40
INDEX, NAMES = grams.INDEX, grams.TABLE
LINKED = (
    "EXISTS (SELECT 1 FROM projections_link l WHERE l.judgement = 'same'"
    " AND (l.key_a = n.subject OR l.key_b = n.subject))"
)
AMONG = f"EXISTS (SELECT 1 FROM {NAMES} m WHERE m.subject = n.subject AND m.name <> n.name)"
UNSETTLED = "EXISTS (SELECT 1 FROM projections_standing u WHERE u.subject = n.subject AND u.settled_on > %s)"
"""Subjects whose row alone does not answer: judged together with other keys, or changed after the day asked about."""


class Hit(NamedTuple):
    """A subject found (检索结果): its key, its code, and the name that was met."""

    key: str
    code: str
    name: str


class Name(NamedTuple):
    """A name met by its grams (命中名称): whether its subject's own rows show it on the day, and whether it has others."""

    subject: str
    name: str
    plain: str
    own: bool
    among: bool


def search_names(text: str, limit: int = 20, offset: int = 0, *, as_of: date | None = None) -> tuple[list[Hit], int]:
    """Return the hits of one page and how many there are, counted up to WINDOW."""
    form = grams.plain(text)
    if len(form) < grams.SHORTEST:
        return [], 0
    met = _met(set(grams.numbers(form)), as_of or clock.today(), WINDOW, form)
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
        kept = {number for at, pair in pairs if slip not in (at, at + 1) for number in grams.numbers(pair)}
        if kept and kept not in sets:
            sets.append(kept)
    return sets


def _met(numbers: set[int], day: date, limit: int, form: str | None) -> list[Name]:
    """Return organisations whose name holds these grams, and the very text if one is given, visible on the day."""
    if not epoch.serves(day):
        # Another epoch of the law governs that day, so each candidate is folded from the ledger.
        return [name for name in _query(numbers, None, limit, form) if _borne(name, day)]
    found = _query(numbers, day, limit, form)
    return [name for name in found if (name.own and not name.among) or _borne(name, day)]


def _borne(name: Name, day: date) -> bool:
    """Tell whether something on display bears this name (名称有公示记录支持).

    A name outlives in the index the record that brought it: one withdrawn, corrected, or moved to whom it really meant
    must not lead to a subject any more. An entry that names nobody stands for its subject's only name.
    """
    for line in public.public_lines(name.subject, day):
        borne = grams.plain(line.subject_name)
        if borne == name.plain or (not borne and not name.among):
            return True
    return False


def _query(numbers: set[int], day: date | None, limit: int, form: str | None) -> list[Name]:
    """Return candidates, each with whether its own rows show it; for the others the public lines are asked."""
    asked: list[Any] = []
    if connection.vendor == "postgresql":
        # The numbers stand in the text itself, so that the server plans for these very grams and keeps no general plan.
        source = f"{NAMES} n"
        where = f"n.grams @> ARRAY[{','.join(map(str, sorted(numbers)))}]::integer[]"
        held = "position(%s in n.plain) > 0"
    else:
        source = f"{INDEX} JOIN {NAMES} n ON n.id = {INDEX}.rowid"
        where = f"{INDEX} MATCH %s"
        asked.append(" ".join(f'"{number}"' for number in sorted(numbers)))
        held = "instr(n.plain, %s) > 0"
    if form is not None:
        where += f" AND {held}"
        asked.append(form)
    own, before = "1=1", list[Any]()
    if day is not None:
        condition, parameters = visible.condition("s", day)
        own = f"EXISTS (SELECT 1 FROM projections_standing s WHERE s.subject = n.subject AND {condition})"
        before = list(parameters)
        where += f" AND ({own} OR {LINKED} OR {UNSETTLED})"
        asked += [*parameters, day]
    sql = (
        f"SELECT n.subject, n.name, n.plain, {own} AS own, {AMONG} AS among"
        f" FROM {source} WHERE {where} LIMIT {int(limit)}"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*before, *asked])
        return [Name._make(row) for row in cursor.fetchall()]


def _hit(name: Name) -> Hit:
    kind, _, code = name.subject.partition(":")
    return Hit(name.subject, code if kind == "uscc" else "", name.name)
