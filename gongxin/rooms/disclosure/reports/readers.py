"""Readers of public reports (公开报告的持有单位): told when an entry in their report was wrong, or has ended.

A report out of public lines leaves no look, but a body that had one made stands in the register. It is told in the
transaction of the act, whichever way the act came in. Who read a page or was handed the paper is not known, and is not
made known for this: the verification page and the status list answer for the paper in anybody's hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from gongxin.law.standing import Act
from gongxin.rooms.disclosure.reports.keeping import view_of
from gongxin.rooms.disclosure.reports.models import Report
from gongxin.spine import clock, imprints, shelf
from gongxin.spine.ledger.models import Entry
from gongxin.spine.outbox import notices
from gongxin.spine.projections import links

TEMPLATE = "report.overtaken"
WRONG = frozenset({"correction", "withdrawal"})
"""What says that the entry was wrong when it was read: whoever has a report with it is told, however old the report is."""
ENDED = frozenset({"repair", "removal", "repair-undone"})
"""What changes an entry that was right when it was read: told while the report may still be relied on."""
NAMED = 20
"""Numbers of reports a notice writes out; the body's own list has all of them."""


def tell(acts: Sequence[Act]) -> None:
    """Tell each body whose public report holds a record that was acted on (告知持有公开报告的单位).

    Joins the transaction of the acts. The notice names the body's own reports and the entry's document, nothing else.
    """
    today = clock.today()
    for act in acts:
        if act.kind not in WRONG | ENDED:
            continue
        by_body: dict[str, list[str]] = {}
        document = ""
        for report in _reports_on(act, today):
            held = imprints.held(
                report.subject, view_of(report.view), act.record, as_of=report.as_of, known_at=report.ledger_size
            )
            if held is not None:
                by_body.setdefault(report.body, []).append(report.number)
                document = str(held.payload.get("document_no") or "")
        item = shelf.book().on(today).find_item(act.item)
        for body, numbers in sorted(by_body.items()):
            words = {
                "record": act.record, "item": item.name if item is not None else act.item, "document": document,
                "outcome": act.kind, "reports": numbers[:NAMED], "count": len(numbers),
            }  # fmt: skip
            notices.tell("body", body, TEMPLATE, words=words)


def _reports_on(act: Act, today: date) -> list[Report]:
    """Public reports on the act's subject that a body had made (公开版报告), the latest first."""
    # A correction may have moved the record from one subject to another: a report on either may hold it.
    named = set(Entry.objects.filter(record=act.record).values_list("subject", flat=True))
    keys = named.union(*(links.resolve_keys(each) for each in named))
    found = Report.objects.filter(subject__in=keys, open=True)
    if act.kind in ENDED:
        found = found.filter(valid_until__gte=today)
    return list(found.exclude(body="").order_by("-issued", "-number"))
