"""Rows of promises and contracts of government (政府承诺校验): the kind's own fields, and the plan that goes in with them.

The law says what is missing or cannot be read; here each distinct row is put to it once, and told in its words.
"""

from __future__ import annotations

import polars as pl

from gongxin.law.model import Item
from gongxin.law.promisekinds import kinds, refusals, refused_holder
from gongxin.rooms.intake.cells import Findings, Terms, places

PUBLIC_HOLDERS = "^1"
"""What the codes begin with that the offices for public bodies give (机构编制): organs, institutions, mass organisations."""
COLUMN = {
    "promise.needs": "promise_kind", "promise.decided": "performed", "promise.person": "promise_content",
    "payment.plan": "payments", "payment.total": "payments", "promise.milestones": "milestones",
    "promise.posts": "milestones", "promise.holder-kind": "promise_kind",
}  # fmt: skip


def check_promises(frame: pl.DataFrame, item: Item, terms: Terms, findings: Findings) -> None:
    """Tell of each row of a promise what keeps it out (承诺校验)."""
    if item.id not in {kind.item for kind in kinds(terms.law)}:
        return
    if "uscc" in frame.columns:
        for place in places(~frame["uscc"].str.contains(PUBLIC_HOLDERS).fill_null(True)):
            findings.tell(place, "promise.holder", "uscc", frame["uscc"][place])
    wanted = [spec.id for spec in item.fields if spec.id in frame.columns]
    for place, row in enumerate(frame.select(wanted).iter_rows(named=True)):
        found = list(refusals(row, law=terms.law))
        body = terms.bodies.get(row.get("uscc") or "")
        unfit = refused_holder(row.get("promise_kind"), body, law=terms.law) if body is not None else None
        for no in [*found, *([unfit] if unfit is not None else [])]:
            field = COLUMN.get(no.code, "promise_kind")
            findings.tell(
                place, no.code, field if item.find_field(field) is not None else "promise_content", clause=no.clause,
                reason=no.message, way=no.way_forward,
            )  # fmt: skip
