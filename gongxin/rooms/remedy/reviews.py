"""Reviews (复核): the office looks at a decided case once more; sent back, it begins anew with fresh clocks."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from gongxin.kernel.issues import Refusal
from gongxin.kernel.sentences import sentence
from gongxin.spine import secrets
from gongxin.spine.cases import engine, finding
from gongxin.spine.cases.deciding import NAMED, decision_remedies, is_same_person, joined, unnamed
from gongxin.spine.cases.finding import said_first
from gongxin.spine.cases.kinds import Doing, Kind, Placing, Telling, register
from gongxin.spine.cases.models import Case
from gongxin.spine.cases.points import points_of, refused_findings

KIND = "review"
DECIDED = {"objection": frozenset({"rejected", "ended", "corrected"}), "repair": frozenset({"refused", "not-accepted"})}
"""States in which a case can be looked at once more, by its kind."""


def place(asked: Placing) -> Placing | Refusal:
    """Find the decided case (被复核的案件): one the asker has taken part in, decided, and not under review already."""
    case = Case.objects.filter(number=asked.about.strip().upper()).first()
    if case is None or not finding.side_of(asked.viewer, case):
        return Refusal("case.none", _("没有这件案件"), None, _("请从自己的案件中选择"))
    decided = DECIDED.get(case.kind)
    # A review asked for within the case is opened before the case's own row has moved on.
    if decided is None or case.state not in decided:
        return Refusal("case.undecided", _("这件案件还没有可以复核的处理结果"), None, _("请等待处理结果"))
    if Case.objects.filter(kind=KIND, about=case.number).exists():
        return Refusal(
            "case.reviewed", _("这件案件已经申请过复核"), None, _("不服复核结果的，可以依法申请行政复议或者提起诉讼")
        )
    # The office decides; what it must know is whom the first decision came from.
    return asked.placed(subject=case.subject, about=case.number, body="")


def check(doing: Doing) -> Refusal | None:
    """Reasons on each point, by a named person (复核前检查)."""
    if doing.verb not in {"send-back", "keep"}:
        return None
    no = unnamed(doing)
    no = no if no is not None else _own_decision(doing)
    if no is not None:
        return no
    raised = points_of(str(said_first(doing.case).get("text") or ""))
    return refused_findings(raised, str(doing.fields["findings"]), str(doing.rules.bases[0]))


def _own_decision(doing: Doing) -> Refusal | None:
    """Say that whoever decided the case does not review it, or None (原决定人回避)."""
    steps = finding.said_of(Case.objects.get(number=doing.case.about))
    decided = [(act, str(said[NAMED])) for act, said in steps if said.get(NAMED)]
    if not decided or not is_same_person(doing, *decided[-1]):
        return None
    return Refusal(
        "review.reviewer", sentence("复核由原决定人以外的人作出", "Somebody else than decided before reviews it"),
        str(doing.rules.bases[0]), sentence("请换人复核", "Let somebody else decide"),
    )  # fmt: skip


def tellings(doing: Doing) -> Sequence[Telling]:
    """Kept: where one can go from here, with the days (维持的，告知后续途径)."""
    if doing.verb != "keep":
        return ()
    ways = decision_remedies(doing.law)
    text = joined(_("复核维持原处理，理由见案件"), *(way.text for way in ways))
    words = {"ways": [{"id": way.id, "text": way.text, "text_en": way.text_en} for way in ways], "text": text}
    return [Telling("subject", doing.case.subject, "case.kept", words)]


def afterwards(doing: Doing) -> Refusal | None:
    """Sent back: the same request before the same body, with fresh clocks (发回的另立新案)."""
    if doing.verb != "send-back":
        return None
    old = Case.objects.get(number=doing.case.about)
    request = engine.Request(
        old.kind, old.subject, said_first(old), record=old.record, about=doing.case.number, channel=old.channel,
        applicant=secrets.unseal(old.applicant),
    )  # fmt: skip
    done = engine.open_case(doing.viewer, request)
    if isinstance(done, Refusal):
        return done
    # Whoever brought the first case follows the new one as well.
    Case.objects.filter(pk=done.case.pk).update(account=old.account)
    return None


register(Kind(KIND, place=place, check=check, tellings=tellings, afterwards=afterwards))
