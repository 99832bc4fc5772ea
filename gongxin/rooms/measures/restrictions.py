"""Restrictions as they stand (限制措施): listed for the body that took them and for the subject, in the same words.

Whether one runs on a day is the law's fold over what it rests on; nothing here is kept from yesterday.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from gongxin.kernel.issues import Refusal
from gongxin.kernel.sentences import sentence
from gongxin.law import restrictions as law_of
from gongxin.law.book import Edition
from gongxin.law.casework import ClockRule, State, rules_of
from gongxin.law.provisions import Provision
from gongxin.law.restrictions import (
    ANNULLED,
    DEFENDED,
    KIND,
    LIFTED,
    Bearing,
    Damage,
    Frame,
    Happened,
    RestrictionStanding,
)
from gongxin.rooms.measures.check import regions_of
from gongxin.rooms.measures.models import Redress, Restriction
from gongxin.spine import clock, shelf
from gongxin.spine.access.gate import Viewer
from gongxin.spine.access.models import Body, Role
from gongxin.spine.bearings import bearings_of
from gongxin.spine.cases import finding
from gongxin.spine.cases.models import Case, CaseAct

FOLLOWING = (DEFENDED, LIFTED, ANNULLED)
SHORTEST_TEXT = 5
IN_FORCE = "running"
"""The state of a case whose decision was served (决定书已送达)."""

ENDS = {
    "annulled": ("采取有误，已撤销", "annulled as wrong"),
    "lifted": ("已由实施单位解除", "lifted by the body"),
    "term": ("期限届满，自动结束", "ended with its term"),
    "clause": ("依据的条文已失效，自失效之日起停止", "stopped: its clause is no longer in force"),
    "scope": ("超出条文规定的事项，停止执行", "stopped: beyond the scope of its clause"),
    "cause": ("所据记录已修复、撤回、更正或者到期，同时解除", "ended together with the entry it rested on"),
    "undefended": ("复查期满没有说明继续的理由，自动结束", "ended: nobody defended it in time"),
}
STATES = {
    "future": ("尚未开始", "not yet in force"),
    "running": ("执行中", "in force"),
    "paused": ("所据记录处理异议，暂停执行", "paused while its entry is looked into"),
    "ended": ("已结束", "ended"),
}


def standing_of(row: Restriction, as_of: date) -> RestrictionStanding:
    """Return how a restriction stands on a day (执行状态)."""
    return law_of.standing(_facts(row), _happened(row.number), _bearings(row, as_of), frame=_frame(), as_of=as_of)


def running(keys: Iterable[str], *, law: Edition, as_of: date) -> list[Restriction]:
    """Return the restrictions that run on a subject on a day (正在执行的限制), whoever took them; those the book knows."""
    rows = Restriction.objects.filter(subject__in=sorted(set(keys)))
    return [row for row in rows if row.provision in law.book.provisions and standing_of(row, as_of).running]


def listing(viewer: Viewer, as_of: date, *, ended: bool = False) -> list[dict[str, Any]]:
    """Return the restrictions of the viewer's own body, of all bodies for the office (本单位的限制措施), as of a day."""
    rows = Restriction.objects.all() if viewer.role == Role.OPERATOR else Restriction.objects.filter(body=viewer.body)
    told = [as_dict(row, as_of) for row in rows]
    return [each for each in told if ended or each["state"] in {"running", "paused"}]


@dataclass(frozen=True)
class UnderWay:
    """A restriction not yet in force (办理中的限制): told to both sides in the same words, and without effect on anybody."""

    number: str
    provision: Provision | None
    body: str
    state: State | None
    clock: ClockRule | None
    due: date | None


def under_way(viewer: Viewer) -> list[UnderWay]:
    """Return the restrictions this viewer has a side in whose decision was not served (尚未生效的限制), the next due first."""
    book = shelf.book()
    found = []
    for case in finding.listing(viewer, kind=KIND, closed=False).exclude(state=IN_FORCE):
        rules = rules_of(KIND, law=book.on(case.opened_on))
        provision = book.provisions.get(str(finding.said_first(case).get("measure") or ""))
        found.append(
            UnderWay(
                case.number, provision, _body_name(case.body), rules.states.get(case.state), rules.clocks.get(case.clock),
                case.due,
            )
        )  # fmt: skip
    return found


def to_close(rows: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """Return which of these have ended by themselves with their case still open (待了结): closing it changes nothing else."""
    ended = [str(each["number"]) for each in rows if each["state"] == "ended"]
    return frozenset(Case.objects.filter(number__in=ended, closed_on__isnull=True).values_list("number", flat=True))


def of_subject(keys: Iterable[str], as_of: date) -> list[dict[str, Any]]:
    """Return the restrictions on a subject as of a day (对本主体的限制措施), the newest first, the ended ones too."""
    rows = Restriction.objects.filter(subject__in=sorted(set(keys)), effective_on__lte=as_of)
    return [as_dict(row, as_of) for row in rows.order_by("-effective_on", "-number")]


def as_dict(row: Restriction, as_of: date) -> dict[str, Any]:
    """Return a restriction as every channel gives it (限制措施): the same words for officer and subject."""
    law = shelf.book().on(as_of)
    provision = law.book.provisions.get(row.provision)
    stands = standing_of(row, as_of)
    chinese, english = ENDS[stands.end] if stands.end else STATES[stands.state]
    return {
        "number": row.number, "check": row.check_number, "subject": row.subject, "body": row.body,
        "body_name": _body_name(row.body), "matter": row.matter, "measure": row.provision,
        "measure_name": provision.name if provision else row.provision,
        "measure_name_en": provision.name_en if provision else "",
        "clauses": [str(ref) for ref in provision.bases] if provision else [],
        "cure": provision.cure if provision else "", "cure_en": provision.cure_en if provision else "",
        "records": list(row.records), "document_no": row.document_no, "decided_on": row.decided_on.isoformat(),
        "effective_on": row.effective_on.isoformat(), "until": row.until.isoformat(), "state": stands.state,
        "end": stands.end or None, "said": chinese, "said_en": english,
        "review_by": stands.review_by.isoformat() if stands.review_by else None,
    }  # fmt: skip


def damages(as_of: date, *, body: str | None = None) -> list[dict[str, Any]]:
    """Return the restrictions that rested on what was wrong (错误限制清单), the longest overdue first, with how they were made good."""
    rows = Restriction.objects.all() if body is None else Restriction.objects.filter(body=body)
    stated = {(each.restriction, each.cause): each for each in Redress.objects.filter(at__date__lte=as_of)}
    found = []
    for row in rows:
        for each in damages_of(row, as_of):
            done = stated.get((each.number, each.cause))
            found.append(
                {
                    "number": each.number, "cause": each.cause, "kind": each.kind, "since": each.since.isoformat(),
                    "due": each.due.isoformat() if each.due else None, "body": row.body, "body_name": _body_name(row.body),
                    "measure": row.provision, "matter": row.matter,
                    "overdue": done is None and each.due is not None and as_of > each.due,
                    "redress": done.text if done is not None else None,
                    "decided_by": done.decided_by if done is not None else None,
                }
            )  # fmt: skip
    return sorted(found, key=lambda each: (each["redress"] is not None, each["due"] or "9", each["number"]))


def damages_of(row: Restriction, as_of: date) -> tuple[Damage, ...]:
    """Return what has to be made good of one restriction (一项限制的补救事项)."""
    return law_of.damage(_facts(row), _happened(row.number), _bearings(row, as_of), frame=_frame(), as_of=as_of)


def redress(viewer: Viewer, number: str, cause: int, text: str, decided_by: str) -> Redress | Refusal:
    """Enter how a wrong restriction was made good (登记补救): by its own body, once, by a named person."""
    row = Restriction.objects.filter(pk=number.strip().upper(), body=viewer.body).first()
    wrong = next((each for each in damages_of(row, clock.today()) if each.cause == cause), None) if row else None
    if row is None or wrong is None:
        return Refusal(
            "redress.none",
            sentence("错误限制清单里没有这一项", "The list of wrong restrictions holds no such item"),
            None,
            sentence(
                "请核对案号和起因条目；只能登记本单位的",
                "Check the case number and the entry; only your own body's can be recorded",
            ),
        )
    if Redress.objects.filter(restriction=row.number, cause=cause).exists():
        return Refusal(
            "redress.twice",
            sentence("这一项已经登记过补救", "The cure of this item is recorded already"),
            None,
            sentence(
                "登记以后不改写；有新的情况请在案件中写明",
                "What is recorded is not rewritten; say what is new in the case",
            ),
        )
    if len(text.strip()) < SHORTEST_TEXT or sum(each.isalpha() for each in decided_by) < 2:
        return Refusal(
            "redress.needs",
            sentence("须写明怎样补救和作出决定的人", "How it was cured and who decided must be said"),
            None,
            sentence(
                "例如：已恢复投标资格，退还保证金；由某某（职务）决定",
                "As: eligibility restored, deposit returned; decided by (name, post)",
            ),
        )
    return Redress.objects.create(
        restriction=row.number, cause=cause, text=text.strip(), decided_by=decided_by.strip()[:100], body=viewer.body,
        actor=viewer.name[:150], at=clock.now(),
    )  # fmt: skip


def _frame() -> Frame:
    return Frame(shelf.book(), shelf.calendar())


def _facts(row: Restriction) -> law_of.Restriction:
    return law_of.Restriction(
        row.number, row.provision, row.matter, tuple(row.records), row.decided_on, row.effective_on, row.until
    )


def _happened(number: str) -> Sequence[Happened]:
    acts = CaseAct.objects.filter(case=number, verb__in=FOLLOWING).order_by("n").values_list("verb", "on")
    return [Happened(verb, on) for verb, on in acts]


def _bearings(row: Restriction, as_of: date) -> dict[int, Bearing]:
    return bearings_of(row.records, row.matter, as_of=as_of, regions=regions_of(row.body))


def _body_name(code: str) -> str:
    return Body.objects.filter(code=code).values_list("name", flat=True).first() or code
