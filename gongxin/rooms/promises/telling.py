"""Promises as interface, command and export tell them (承诺数据): one shape everywhere, amounts in yuan, days in ISO."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from gongxin.law.facts import AMOUNT
from gongxin.law.payments import WAN
from gongxin.law.promises import Part
from gongxin.spine import shelf
from gongxin.spine.bodies.register import Register
from gongxin.spine.duties import Duty

STATE_NAMES = {
    "pending": ("待履行", "To be performed"),
    "kept": ("已兑现", "Kept"),
    "partly": ("部分兑现", "Partly kept"),
    "late": ("迟延兑现", "Kept late"),
    "broken": ("未兑现", "Not kept"),
    "changed": ("依法变更", "Lawfully changed"),
}

CSV_FIELDS = (
    "record", "kind", "title", "body", "bearer", "made_on", "due", "state", "overdue", "overdue_days", "amount_yuan",
    "interest_yuan", "document", "post", "beneficiary",
)  # fmt: skip


def row(duty: Duty, known: Register) -> dict[str, Any]:
    """Return a promise in one line of a list (承诺简要)."""
    standing, day = duty.standing, duty.standing.line.as_of
    kind = standing.kind
    return {
        "record": duty.record,
        "kind": kind.id if kind else duty.of("promise_kind"),
        "kind_name": kind.name if kind else duty.of("promise_kind"),
        "kind_name_en": kind.name_en if kind else "",
        "title": duty.of("promise_title"),
        "body": {"code": duty.body, "name": known.name(duty.body, day)},
        "bearer": {"code": duty.bearer, "name": known.name(duty.bearer, day)},
        "made_on": standing.line.facts.decided_on,
        "due": standing.due,
        "state": standing.state,
        "state_name": STATE_NAMES[standing.state][0],
        "open": standing.open,
        "overdue": standing.overdue,
        "overdue_days": standing.overdue_days,
        "amount_yuan": amount(duty),
        "interest_yuan": yuan(standing.interest) if standing.interest else None,
        "document": duty.of("document_no") or None,
        "post": duty.of("responsible_post") or None,
        "beneficiary": duty.of("beneficiary") or None,
    }


def whole(duty: Duty, known: Register) -> dict[str, Any]:
    """Return a promise with its parts and what was decided about it (承诺详情)."""
    law = shelf.book().on(duty.standing.line.as_of)
    kind, rate = duty.standing.kind, duty.standing.rate
    return {
        **row(duty, known),
        "content": duty.of("promise_content"),
        "services": duty.of("services") or None,
        "document_name": duty.of("document_name") or None,
        "fair_review_no": duty.of("fair_review_no") or None,
        "clauses": [str(law.cite(ref)) for ref in (kind.bases if kind else ())],
        "certainty": kind.certainty if kind else "unverified",
        "parts": [part(each, duty) for each in duty.standing.parts],
        "daily_rate": str(rate.daily) if rate is not None else None,
        "decided": [
            {
                "on": each.on, "outcome": each.outcome, **{k: v for k, v in sorted(each.said.items()) if k in SAID},
                "overdue_days": each.overdue_days, "interest_yuan": yuan(each.interest) if each.interest else None,
                "replaced": [{"term": one.term, "before": one.before or None, "after": one.after} for one in each.replaced],
            }
            for each in duty.standing.decided
        ],
    }  # fmt: skip


SAID = frozenset(
    {
        "reason", "findings", "authority", "document_no", "ground", "procedure", "compensation", "performed_on",
    }
)  # fmt: skip


def part(each: Part, duty: Duty) -> Mapping[str, Any]:
    """Return one thing owed (履行节点)."""
    day = duty.standing.line.as_of
    return {
        "kind": each.kind,
        "text": each.text or duty.of("promise_title"),
        "due": each.due,
        "provisional": each.provisional,
        "shortened": each.shortened,
        "amount_yuan": yuan(each.amount) if each.amount is not None else None,
        "paid_yuan": yuan(sum((amount for _, amount in each.paid), Decimal(0))) if each.amount is not None else None,
        "done_on": each.done_on,
        "overdue": each.overdue_on(day) and duty.standing.open,
        "interest_yuan": yuan(each.interest) if each.runs else None,
        "interest": [
            {
                "from": run.first, "to": run.last, "days": run.days, "principal_yuan": yuan(run.principal),
                "interest_yuan": yuan(run.interest),
            }
            for run in each.runs
        ],
        "post": each.post or None,
        "evidence": bool(each.evidence),
        "clause": str(each.clause) if each.clause else None,
    }  # fmt: skip


def amount(duty: Duty) -> str | None:
    """Return the amount of a promise in yuan (金额), or None."""
    said = duty.of("amount_wan").strip()
    return yuan(Decimal(said) * WAN) if AMOUNT.fullmatch(said) else None


def yuan(sum_of: Decimal) -> str:
    """Return an amount in yuan as it is told everywhere (金额写法): to the 分, without marks."""
    return f"{sum_of:.2f}"
