"""Waiting rows after a person's word (认定后的待认行): the batch and its rows say what has become of them.

Who a row is about is decided in another room; what this room tells the department follows from the mention itself, in
the same transaction, so that no row is shown as waiting that waits no longer, and one given back can be put right.
"""

from __future__ import annotations

from typing import Any

from django.db.models import F

from gongxin.rooms.intake import gathering
from gongxin.rooms.intake.examining import told
from gongxin.rooms.intake.kept import issues_text
from gongxin.rooms.intake.models import Batch, HeldRow
from gongxin.rooms.intake.words import found
from gongxin.spine import secrets
from gongxin.spine.projections.models import Mention

COUNTERS = {"accepted": "accepted", "duplicate": "duplicates", "refused": "refused", "waiting": "waiting"}


def follow(instance: Mention, created: bool, **more: Any) -> None:
    """Bring the rows that hang on a mention to where the mention stands (跟随待认主体)."""
    del more
    if created:
        return
    if instance.state == Mention.State.OPEN:
        for row in HeldRow.objects.filter(mention=instance.pk, state=HeldRow.State.ENTERED):
            row.state, row.seq = HeldRow.State.OPEN, None
            row.save(update_fields=["state", "seq"])
            _count(row, "accepted", "waiting")
        return
    open_rows = HeldRow.objects.filter(mention=instance.pk, state=HeldRow.State.OPEN).order_by("id")
    for number, row in enumerate(open_rows.select_related("batch")):
        if instance.settled_seq is None:
            _give_back(row, instance.reason)
        elif number == 0:
            row.state, row.seq = HeldRow.State.ENTERED, instance.settled_seq
            row.save(update_fields=["state", "seq"])
            _count(row, "waiting", "accepted")
        else:
            # The same row handed in again while it waited: one record was entered, the others repeat it.
            row.outcome, row.state = HeldRow.Outcome.DUPLICATE, HeldRow.State.SETTLED
            row.save(update_fields=["outcome", "state"])
            _count(row, "waiting", "duplicate")


def _give_back(row: HeldRow, reason: str) -> None:
    issue = found("row.given_back", row=row.row, reason=reason)
    said = [*gathering.read_issues(row), told(row.sheet, issue)]
    row.issues = issues_text(said, of_person=secrets.is_sealed(row.issues))
    row.outcome, row.mention = HeldRow.Outcome.REFUSED, None
    row.save(update_fields=["issues", "outcome", "mention"])
    _count(row, "waiting", "refused")


def _count(row: HeldRow, before: str, after: str) -> None:
    changed = {COUNTERS[before]: F(COUNTERS[before]) - 1, COUNTERS[after]: F(COUNTERS[after]) + 1}
    late = any(each["code"] == "row.late" for each in gathering.read_issues(row))
    if late and "accepted" in {before, after}:
        changed["late"] = F("late") + (1 if after == "accepted" else -1)
    Batch.objects.filter(pk=row.batch_id).update(**changed)
