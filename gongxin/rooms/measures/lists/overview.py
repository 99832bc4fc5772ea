"""What there is of lists (名单一览): the rules of each, how many stand on it in public, and what a deciding body has before it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from gongxin.kernel.issues import Refusal
from gongxin.kernel.sentences import in_english
from gongxin.law.book import Edition
from gongxin.law.lists import ITEM, ListRule, certainty_of, lists_of, standing_of
from gongxin.rooms.measures.lists.listing import KIND
from gongxin.spine import clock, listing, public, shelf
from gongxin.spine.access import gate
from gongxin.spine.access.gate import SUBMISSION, Ground, Viewer
from gongxin.spine.access.models import Body, Role
from gongxin.spine.cases import finding
from gongxin.spine.cases.models import Case
from gongxin.spine.projections.models import Standing

SHOWN = 100
"""Entries of a body shown at once; the newest first."""


@dataclass(frozen=True)
class Row:
    """A list with how it stands (名单一行): why it has no effect, if so, and how many entries are on display."""

    rule: ListRule
    reason: str
    on_display: int


@dataclass(frozen=True)
class Entered:
    """One entry a body has on its lists (本单位的条目), seen by that body: no name, which only the gate hands out."""

    record: int
    list_id: str
    subject: str
    since: date | None
    until: date | None
    state: str


def rows(as_of: date | None = None) -> list[Row]:
    """Return every list of the book (名单一览) with its public count on a day; a list with no effect says why."""
    day = as_of or clock.today()
    law = shelf.book().on(day)
    counts, whole = listing.by_title(ITEM, day), public.public_counts(day)
    found = []
    for rule in lists_of(law).values():
        no = standing_of(rule, law=law)
        count = counts.get(rule.id, 0) if rule.item == ITEM else whole.get(rule.item, 0)
        found.append(Row(rule, "" if no is None else no.message, count))
    return found


def as_dict(row: Row, law: Edition) -> dict[str, Any]:
    """Return a list as machines and the terminal read it (名单输出)."""
    rule = row.rule
    return {
        "id": rule.id,
        "name": rule.name,
        "name_en": rule.name_en,
        "item": rule.item,
        "scope": rule.scope,
        "jurisdiction": rule.jurisdiction or None,
        "field": rule.domain,
        "authority": rule.authority,
        "criteria": rule.criteria,
        "criteria_en": in_english(rule.criteria),
        "subject_kinds": list(rule.subject_kinds),
        "public_for": sorted(rule.public_for),
        "excluded": [{"id": each.id, "name": each.name, "name_en": each.name_en} for each in rule.excluded],
        "term": {
            "months": rule.months,
            "extend_months": rule.extend_months or None,
            "until_cured": rule.open,
            "counted_from": "publication" if rule.from_publication else "effect",
            "text": rule.term_text or None,
            "text_en": in_english(rule.term_text) or None,
            "certainty": rule.term_certainty,
        },
        "early_exit": {
            "after_months": rule.exit_months,
            "from": "cure" if rule.exit_from_cure else "effect",
            "by_cure": rule.cure,
            "text": rule.exit_text or None,
            "text_en": in_english(rule.exit_text) or None,
        },
        "hearing": {
            "when": rule.hearing.when,
            "text": rule.hearing.text or None,
            "text_en": rule.hearing.text_en or None,
            "certainty": rule.hearing.certainty,
        },
        "bases": [str(law.cite(ref)) for ref in rule.bases],
        "in_effect": not row.reason,
        "reason": row.reason or None,
        "certainty": certainty_of(rule),
        "on_display": row.on_display,
    }


def decides(viewer: Viewer) -> list[ListRule]:
    """Return the lists on which this viewer's body may put somebody (本单位可以认定的名单)."""
    body = Body.objects.filter(code=viewer.body).first()
    if body is None or viewer.role != Role.STEWARD:
        return []
    law = shelf.book().on(clock.today())
    return [
        rule
        for rule in lists_of(law).values()
        if rule.item == ITEM
        and standing_of(rule, law=law) is None
        and any(mark in body.name for mark in rule.marks)
        and body.region.startswith(rule.jurisdiction)
    ]


def cases(viewer: Viewer, *, closed: bool | None = False) -> list[Case]:
    """Return the cases of listing this viewer has a side in (列入案件), the next due first."""
    return list(finding.listing(viewer, kind=KIND, closed=closed))


def entries(viewer: Viewer) -> list[Entered]:
    """Return what a body has on its lists today (本单位的名单条目), newest first: what ended is not among them.

    The view leaves a note in the log of how many rows it showed, as every work list does.
    """
    if viewer.role != Role.STEWARD or not viewer.body:
        return []
    day = clock.today()
    shown = _entered(viewer, day)
    noted = gate.note(viewer, Ground(purpose=SUBMISSION, case_no="list-entries"), "list-entries", len(shown), as_of=day)
    return [] if isinstance(noted, Refusal) else shown


def _entered(viewer: Viewer, day: date) -> list[Entered]:
    found = Standing.objects.filter(item=ITEM, provider=viewer.body).order_by("-decided", "-record")
    return [
        Entered(row.record, row.title, row.subject, row.display_from, row.share_until, row.state)
        for row in found[: SHOWN * 2]
        if row.state in {"effective", "undecided"} and (row.share_until is None or day <= row.share_until)
    ][:SHOWN]
