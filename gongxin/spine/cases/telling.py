"""How a case is told to machines and at the terminal (案件输出): one shape for the interface and the command line."""

from __future__ import annotations

from typing import Any

from gongxin.law.casework import CaseStanding, Clock
from gongxin.spine import clock, secrets
from gongxin.spine.cases import attachments
from gongxin.spine.cases.finding import Shown
from gongxin.spine.cases.models import Case
from gongxin.spine.cases.statistics import Timeliness
from gongxin.spine.outbox import service


def row(case: Case) -> dict[str, Any]:
    """Return a case as one line of a list (案件一行): nothing of what was said in it."""
    return {
        "number": case.number,
        "kind": case.kind,
        "state": case.state,
        "turn": case.turn or None,
        "subject": case.subject,
        "record": case.record,
        "about": case.about or None,
        "body": case.body or None,
        "opened_on": case.opened_on.isoformat(),
        "due": case.due.isoformat() if case.due else None,
        "overdue": case.closed_on is None and case.due is not None and case.due < clock.today(),
        "closed_on": case.closed_on.isoformat() if case.closed_on else None,
    }


def progress(case: Case, standing: CaseStanding) -> dict[str, Any]:
    """Return how a case stands (办理进度), without a word of what was said."""
    return {
        "number": case.number,
        "kind": case.kind,
        "kind_name": standing.rules.name,
        "state": standing.state.id,
        "state_name": standing.state.name,
        "state_name_en": standing.state.name_en,
        "closed": standing.state.closed,
        "clocks": [_clock(each) for each in standing.clocks],
    }


def whole(shown: Shown) -> dict[str, Any]:
    """Return a case as one of its sides sees it (案件详情): clocks, acts with what was said, what may be done now."""
    named = shown.side != "applicant"
    return {
        **row(shown.case),
        **progress(shown.case, shown.standing),
        "side": shown.side,
        "applicant": shown.applicant,
        "acts": [
            {
                "n": done.n,
                "verb": done.verb,
                "on": done.on.isoformat(),
                "side": done.side,
                "by": done.actor if named else None,
                "body": done.body or None,
                "said": {name: _told(said[name]) for name in shown.standing.rules.spoken(done.verb, said)},
            }
            for done, said in shown.steps
        ],
        "allowed": [
            {
                "verb": each.id,
                "name": each.name,
                "name_en": each.name_en,
                "needs": list(each.needs),
                "may": list(each.may),
                "clause": str(each.clause) if each.clause else None,
                "consequence": each.consequence or None,
            }
            for each in shown.allowed
        ],
        "attachments": [
            {
                "id": kept.pk,
                "name": name,
                "kind": kept.kind,
                "size": kept.size,
                "digest": kept.digest,
                "verdict": kept.verdict,
                "destroyed_on": kept.destroyed_on.isoformat() if kept.destroyed_on else None,
            }
            for kept, name in attachments.listing(shown.case)
        ],
        "service": [
            {
                **each,
                "at": each["at"].isoformat(),
                "on": each["on"].isoformat(),
                "by": each["by"] or None if named else None,
            }
            for each in service.evidence_of(shown.case.number)
        ],
    }


def _told(value: Any) -> Any:
    """Return what was said as it may be repeated: an identity number that was sealed is not (密封的不显示)."""
    return None if isinstance(value, str) and secrets.is_sealed(value) else value


def timeliness(told: Timeliness) -> dict[str, Any]:
    """Return how a body keeps a clock (办理时效一行)."""
    return {name: getattr(told, name) for name in Timeliness.__dataclass_fields__}


def _clock(each: Clock) -> dict[str, Any]:
    return {
        "clock": each.rule.id,
        "name": each.rule.name,
        "name_en": each.rule.name_en,
        "side": each.rule.side,
        "started": each.started.isoformat(),
        "due": each.due.isoformat() if each.due else None,
        "stopped": each.stopped.isoformat() if each.stopped else None,
        "paused": each.paused.isoformat() if each.paused else None,
        "overdue": each.overdue_on(clock.today()) or each.late(),
        "provisional": each.provisional,
        "source": str(each.term.source) if each.term.source else None,
        "certainty": each.term.certainty,
    }
