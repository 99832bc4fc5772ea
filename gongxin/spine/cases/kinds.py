"""What each kind of case brings of its own (案件种类): checks before an act, entries and notices after it.

The engine knows no kind. A kind registers here; what it leaves out is nothing to check, nothing to enter, nobody to tell.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.db.models import Q

from gongxin.kernel.issues import Refusal
from gongxin.law.book import Edition
from gongxin.law.casework import CaseRules, CaseStanding
from gongxin.law.standing import Line
from gongxin.spine.access.gate import Viewer
from gongxin.spine.access.models import Role
from gongxin.spine.cases.models import Case
from gongxin.spine.ledger.acts import NewAct


@dataclass(frozen=True)
class Doing:
    """An act about to be done or just done (办理中的行为), with all that a kind may look at."""

    case: Case
    rules: CaseRules
    verb: str
    side: str
    viewer: Viewer
    fields: Mapping[str, Any]
    today: date
    law: Edition
    before: CaseStanding | None
    after: CaseStanding
    line: Line | None
    """The record as it stands, where the case is about one."""
    number: str = ""
    """The number of the look under which the record was read."""


@dataclass(frozen=True)
class Placing:
    """Where a case about to be opened belongs (立案归属): about whom, about which look or case, before which body."""

    viewer: Viewer
    subject: str
    about: str
    body: str

    def placed(self, *, subject: str, about: str, body: str) -> Placing:
        """Return it with what the kind found out (归属结果)."""
        return replace(self, subject=subject, about=about, body=body)


@dataclass(frozen=True)
class Telling:
    """Whom to tell what (告知): see `spine.outbox.notices.tell`."""

    to_kind: str
    to: str
    template: str
    words: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Kind:
    """A kind of case (案件种类): pure checks first, then what the act enters and whom it tells."""

    id: str
    place: Callable[[Placing], Placing | Refusal] = lambda asked: asked
    """Finds out, before the case is made, what it is about and who must act; for a record the engine knows."""
    check: Callable[[Doing], Refusal | None] = lambda doing: None
    entries: Callable[[Doing], Sequence[NewAct]] = lambda doing: ()
    tellings: Callable[[Doing], Sequence[Telling]] = lambda doing: ()
    afterwards: Callable[[Doing], Refusal | None] = lambda doing: None
    """Runs last in the same transaction, for what is neither entry nor notice: a follow-up case, an issued document.
    What it refuses takes everything back."""
    settled: frozenset[str] = frozenset()
    """States in which the matter itself is decided, though the case is still open: nothing marks the record then, and
    another case may be brought about it."""
    anyone: bool = False
    """Whether somebody may bring it who does not speak for the subject yet: a guardian asks to (代理)."""
    between_bodies: bool = False
    """Whether one body brings it before another: the first then stands on the applicant's side (单位之间)."""
    answered_by: frozenset[str] = frozenset({Role.STEWARD})
    """The roles that act for their body in it (代表单位办理的角色). Where an officer may, a body without a steward is heard."""
    audited: bool = False
    """Whether the auditor has a side in it (审计参与)."""
    raised: Callable[[Case], tuple[str, ...]] | None = None
    """The points a decision must answer one by one, where they are raised later than in the opening act (待答复要点)."""
    protected: str = ""
    """The word that stands for the applicant everywhere (受保护的申请人): nothing in the case says who it is, it acts on the
    receipt alone where it wants to, and each look of another side at the case is logged."""
    hidden: Callable[[Case], tuple[str, ...]] = lambda case: ()
    """What is kept sealed of a protected applicant (须隐去的内容): for whoever writes a text that others read, to check it by."""
    concerned: bool = False
    """Whether the subject is a public body, for which its own people speak (涉及单位由本单位人员陈述)."""
    of_promises: bool = False
    """Whether it is about what binds a body: no other kind may touch such a record (承诺类案件)."""
    unseen: frozenset[str] = frozenset()
    """States before anything was served, in which the subject has no side yet (送达前不可见)."""


KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """Make a kind known (登记案件种类); its module is imported by `apps.RemedyConfig.ready`."""
    KINDS[kind.id] = kind
    return kind


def of(kind_id: str) -> Kind:
    """Return a kind; one that registered nothing brings nothing of its own."""
    return KINDS.get(kind_id) or Kind(kind_id)


def answered_by(role: str) -> list[str]:
    """Return the kinds in which a role acts for its body (该角色可代表单位办理的种类)."""
    return [kind.id for kind in KINDS.values() if role in kind.answered_by]


def concerning() -> list[str]:
    """Return the kinds in which a body is the one concerned (以单位为当事人的种类)."""
    return [kind.id for kind in KINDS.values() if kind.concerned]


def unseen() -> Q:
    """Return the condition that keeps from a subject what was not served on it yet (送达前不可见的案件)."""
    hidden = Q(pk="")
    for kind in KINDS.values():
        if kind.unseen:
            hidden |= Q(kind=kind.id, state__in=sorted(kind.unseen))
    return hidden
