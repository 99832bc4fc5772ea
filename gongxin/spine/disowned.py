"""Disowned names (已移出的名称): a name that stood under a code by mistake must not vouch for the code when it comes again.

A person has taken the record away from the code; the name stays in the store, as everything that was ever reported,
but at intake it counts as never said. Nothing is kept for it: it follows from the ledger, which knows every move.
"""

from __future__ import annotations

from functools import lru_cache

import polars as pl
from django.db import connection
from django.db.models import Q

from gongxin.spine.ledger import head, payloads
from gongxin.spine.ledger.acts import BODY_KINDS
from gongxin.spine.ledger.models import Entry
from gongxin.spine.projections import links
from gongxin.spine.projections.models import Standing
from gongxin.spine.projections.subjects import NAME_LIMIT

SCHEMA = {"key": pl.String, "name": pl.String}
ROWS = ("row:", "row;")
"""First text that begins so, and the first beyond."""


def disowned_names() -> pl.DataFrame:
    """Return key and name of what was moved away from a code and stands there by no other record (已移出的名称)."""
    return _disowned(head.read().root)


@lru_cache(maxsize=2)
def _disowned(_root: bytes) -> pl.DataFrame:
    moves = Entry.objects.filter(_of_rows(), kind="correction")
    taken: set[tuple[str, str]] = set()
    for record in sorted(set(moves.values_list("record", flat=True))):
        taken |= _left_behind(record)
    still = {(key, name) for key in {key for key, _ in taken} for name in _names_standing(key)}
    return pl.DataFrame(sorted(taken - still), schema=SCHEMA, orient="row")


def _of_rows() -> Q:
    """The condition that an entry's subject is a row; as a range, the embedded database answers it from the index.

    Which texts lie between two others is for PostgreSQL a matter of language: where its order is that of Chinese or English,
    marks hardly count, and a row would not be found.
    """
    if connection.vendor == "sqlite":
        return Q(subject__gte=ROWS[0], subject__lt=ROWS[1])
    return Q(subject__startswith=ROWS[0])


def _left_behind(record: int) -> set[tuple[str, str]]:
    """Return the codes, with the name, under which a record was reported and under which it stands no longer."""
    said = list(Entry.objects.filter(record=record, kind__in=BODY_KINDS).order_by("seq").values_list("seq", "subject"))
    mine = links.resolve_keys(said[-1][1])
    former = {seq: subject for seq, subject in said if subject not in mine and not subject.startswith(ROWS[0])}
    bodies = payloads.bodies(list(former))
    names = {seq: str((bodies.get(seq) or {}).get("subject_name") or "") for seq in former}
    return {(subject, names[seq][:NAME_LIMIT]) for seq, subject in former.items() if names[seq]}


def _names_standing(key: str) -> set[str]:
    """Return the names by which records that are this subject's now call it, those a person gave to it among them."""
    keys = links.resolve_keys(key)
    records = list(Standing.objects.filter(subject__in=keys).values_list("record", flat=True))
    said = Entry.objects.filter(record__in=records, subject__in=keys, kind__in=BODY_KINDS)
    bodies = payloads.bodies(list(said.values_list("seq", flat=True)))
    return {str(body.get("subject_name") or "")[:NAME_LIMIT] for body in bodies.values()}
