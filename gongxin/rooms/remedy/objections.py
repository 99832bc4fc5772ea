"""Objections (异议): points raised, findings on each, correction or withdrawal; whoever used the wrong record is told."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from gongxin.kernel.issues import Refusal
from gongxin.law.holds import UPHELD
from gongxin.rooms.remedy import changing
from gongxin.spine import secrets
from gongxin.spine.cases import engine
from gongxin.spine.cases.deciding import decision_remedies, joined, unnamed
from gongxin.spine.cases.finding import last_said, said_first
from gongxin.spine.cases.kinds import Doing, Kind, Telling, register
from gongxin.spine.cases.models import Case
from gongxin.spine.cases.points import points_of, refused_findings, refused_numbers
from gongxin.spine.ledger.acts import NewAct

KIND = "objection"
REVIEW = "review"


def check(doing: Doing) -> Refusal | None:
    """Say what stands against an act on an objection, or None (办理前检查)."""
    clause = str(doing.rules.bases[0])
    if doing.before is None:
        no = _again(doing)
        return no if no is not None else refused_numbers(str(doing.fields.get("text") or ""), clause)
    if doing.verb == "go-on":
        waiting = doing.before.find_clock("supply")
        if waiting is not None and not waiting.overdue_on(doing.today):
            return Refusal(
                "case.early",
                _("补充材料的期限还没有过"),
                clause,
                _("%(due)s 以后才能按现有材料核查") % {"due": waiting.due},
            )
        return None
    if doing.verb in {"uphold", "reject"}:
        no = unnamed(doing)
        if no is None:
            no = refused_findings(
                points_of(str(said_first(doing.case).get("text") or "")), str(doing.fields["findings"]), clause
            )
        if no is None and doing.verb == "uphold" and doing.fields["remedy_kind"] not in changing.WAYS:
            no = Refusal("case.way", _("没有选择更正还是撤回"), clause, _("请选择更正内容，或者撤回整条记录"))
        return no
    if doing.verb == "carry-out":
        return changing.refused(doing, _way(doing))
    return None


def entries(doing: Doing) -> Sequence[NewAct]:
    """What an act on an objection does to its record (对记录的影响)."""
    if doing.verb == "uphold":
        return [engine.entry(doing, "suspension", {"case": doing.case.number, "ground": UPHELD})]
    if doing.verb == "carry-out":
        return changing.entered(doing, _way(doing), {"basis": doing.rules.bases[0].instrument, **doing.fields})
    if doing.verb == "reject":
        return engine.freeing(doing, "rejected")
    if doing.verb == "withdraw":
        return engine.freeing(doing, "withdrawn")
    return ()


def tellings(doing: Doing) -> Sequence[Telling]:
    """Whom an act on an objection is told (告知)."""
    if doing.verb == "carry-out":
        return changing.tellings(doing, _way(doing))
    if doing.verb == "reject":
        ways = decision_remedies(doing.law)
        text = joined(_("异议不成立，理由见案件；可以申请复核"), *(way.text for way in ways))
        words = {"ways": [{"id": way.id, "text": way.text, "text_en": way.text_en} for way in ways], "text": text}
        return [Telling("subject", doing.case.subject, "case.rejected", words)]
    return ()


def afterwards(doing: Doing) -> Refusal | None:
    """Asking for review opens the review (申请复核即立复核案件)."""
    if doing.verb != "ask-review":
        return None
    ground = "facts"
    request = engine.Request(
        REVIEW, doing.case.subject, {"ground": ground, "text": str(doing.fields["text"])}, about=doing.case.number,
        channel=doing.case.channel, applicant=secrets.unseal(doing.case.applicant),
    )  # fmt: skip
    done = engine.open_case(doing.viewer, request)
    return done if isinstance(done, Refusal) else None


def _way(doing: Doing) -> str:
    return str(last_said(doing.case, "uphold").get("remedy_kind") or changing.WITHDRAWAL)


def _again(doing: Doing) -> Refusal | None:
    """The same objection on the same ground without anything new, after it was rejected, goes to review (不得重复).

    A ground that takes the entry out of sight at once counts as used up when it was withdrawn as well: otherwise an
    entry could be hidden again and again without anybody ever having looked into it.
    """
    ground = doing.rules.find_ground(str(doing.fields.get("ground") or ""))
    ends = ("reject", "withdraw") if ground is not None and ground.hold else ("reject",)
    if str(doing.fields.get("new_material") or "").strip() or sent_back(doing.case.about):
        return None
    earlier = Case.objects.filter(kind=KIND, record=doing.case.record).exclude(pk=doing.case.pk)
    for case in earlier.order_by("-opened_at"):
        if not case.acts.filter(verb__in=ends).exists():
            continue
        if said_first(case).get("ground") == doing.fields.get("ground"):
            return Refusal(
                "case.repeat",
                _("同一理由的异议已经办结或者撤回（%(number)s），没有写明新的材料") % {"number": case.number},
                str(doing.rules.bases[0]),
                _("不服处理结果的，请在原案件中申请复核；有新材料的，请写明是什么"),
            )
    return None


def sent_back(about: str) -> bool:
    """Whether a number is that of a review that sent its case back (是否复核发回)."""
    return bool(about) and Case.objects.filter(number=about, kind=REVIEW, acts__verb="send-back").exists()


register(
    Kind(
        KIND,
        check=check,
        entries=entries,
        tellings=tellings,
        afterwards=afterwards,
        settled=frozenset({"rejected"}),
    )
)
