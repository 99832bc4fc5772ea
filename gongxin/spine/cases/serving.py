"""Services entered in a case (办案文书送达): which paper an act serves, when it was made, by which way it went, with its proof."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gongxin.kernel.issues import Refusal
from gongxin.law.facts import day_of
from gongxin.spine.cases.kinds import Doing
from gongxin.spine.cases.models import Case, CaseAct
from gongxin.spine.outbox import service
from gongxin.spine.outbox.models import Served
from gongxin.spine.outbox.service import Document, Way


@dataclass(frozen=True)
class Paper:
    """A paper that an act enters the service of (待送达文书): by which act it was made, which notice shows it in the portal."""

    kind: str
    made_by: str
    template: str


Serving = Mapping[str, Paper]
"""The acts of a kind of case that enter a service, each with what it serves (登记送达的行为)."""


def refused(doing: Doing, serving: Serving) -> Refusal | None:
    """Say why an act's service cannot be entered, or None (能否登记送达); None for an act that serves nothing."""
    return service.refused(*_served(doing, serving[doing.verb])) if doing.verb in serving else None


def enter(doing: Doing, serving: Serving) -> Served | Refusal | None:
    """Enter the service of an act with its proof (登记送达); None for an act that serves nothing."""
    return service.enter(*_served(doing, serving[doing.verb])) if doing.verb in serving else None


def unentered(doing: Doing, serving: Serving) -> Refusal | None:
    """Enter the service of an act and say only what stood against it (登记送达), for kinds that need nothing more of it."""
    entered = enter(doing, serving)
    return entered if isinstance(entered, Refusal) else None


def tied(doing: Doing, serving: Serving, verb: str, item: str) -> Refusal | None:
    """Enter the service, and tie the case to the record that `verb` brought about (登记送达并关联记录)."""
    no = unentered(doing, serving)
    if no is not None:
        return no
    if doing.verb == verb:
        record = CaseAct.objects.filter(case=doing.case, verb=verb).latest("n").entries[0]
        Case.objects.filter(pk=doing.case.pk).update(record=record, item=item)
        doing.case.refresh_from_db()
    return None


def _served(doing: Doing, paper: Paper) -> tuple[Document, Way]:
    made = CaseAct.objects.filter(case=doing.case, verb=paper.made_by).latest("n")
    document = Document(
        paper.kind, doing.case.subject, made.on, case=doing.case.number, record=doing.case.record,
        template=paper.template,
    )  # fmt: skip
    fields = doing.fields
    way = Way(
        str(fields["method"]), day_of(str(fields["served_on"])), str(fields.get("proof") or ""),
        f"{doing.viewer.name}@{doing.viewer.body}",
    )  # fmt: skip
    return document, way
