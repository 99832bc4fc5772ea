"""Bars after false material (虚假材料与限制申请): noticed, heard, then found by a named person; ends by itself on its day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from django.utils.translation import gettext as _

from gongxin.kernel.issues import Refusal
from gongxin.law import repair
from gongxin.rooms.remedy.kinds import Doing, Kind, Telling, register
from gongxin.rooms.remedy.models import Case
from gongxin.rooms.remedy.objections import remedies, unnamed
from gongxin.spine import shelf

KIND = "repair-bar"
BARRED = "barred"


def barred_until(keys: Iterable[str], today: date) -> date | None:
    """Return the last day on which a subject under these keys may not apply (限制申请至), or None when it may today."""
    found = Case.objects.filter(kind=KIND, state=BARRED, subject__in=sorted(set(keys)), closed_on__isnull=False)
    ends = [repair.barred_until(day, law=shelf.book().on(day)) for day in found.values_list("closed_on", flat=True)]
    return max((end for end in ends if end >= today), default=None)


def check(doing: Doing) -> Refusal | None:
    """Say what stands against an act, or None (办理前检查): no finding before the hearing or its term."""
    no = unnamed(doing)
    if no is not None:
        return no
    clause = str(doing.rules.bases[-1])
    if doing.before is None:
        if Case.objects.filter(kind="repair", record=doing.case.record).exists():
            return None
        return Refusal("bar.none", _("这条记录没有申请过信用修复"), clause, _("请核对记录号"))
    if doing.verb == "bar" and doing.before.state.id == "notified":
        hearing = doing.before.find_clock("hear")
        if hearing is None or not hearing.overdue_on(doing.today):
            return Refusal(
                "bar.early",
                _("陈述申辩的期限还没有过，当事人也还没有陈述"),
                clause,
                _("%(due)s 以后，或者当事人陈述申辩之后，才能认定") % {"due": hearing.due if hearing else "—"},
            )
    return None


def tellings(doing: Doing) -> Sequence[Telling]:
    """Whom it is told (告知): the notice with the right to be heard, then the finding with its last day and the remedies."""
    subject, text = doing.case.subject, ""
    words: dict[str, object] = {"record": doing.case.record, "clause": str(doing.rules.acts[doing.verb].clause or "")}
    if doing.verb == "notify-bar":
        hearing = doing.after.find_clock("hear")
        ground = doing.rules.find_ground(str(doing.fields["ground"]))
        text = _("拟认定：%(ground)s。事实和理由：%(reason)s。您有权在 %(due)s 前陈述申辩；认定之前不限制申请") % {
            "ground": ground.name if ground else "", "reason": doing.fields["reason"],
            "due": hearing.due if hearing else "—",
        }  # fmt: skip
        words["due"] = hearing.due if hearing else None
        return [Telling("subject", subject, "bar.notified", {**words, "text": text})]
    if doing.verb == "bar":
        until = repair.barred_until(doing.today, law=doing.law)
        ways = remedies(doing.law)
        text = "；".join(
            [
                _("已作认定，%(until)s 以前不能再次申请信用修复，到期自动解除") % {"until": until},
                *(way.text for way in ways),
            ]
        )
        words |= {"until": until, "ways": [{"id": way.id, "text": way.text, "text_en": way.text_en} for way in ways]}
        return [Telling("subject", subject, "bar.found", {**words, "text": text})]
    if doing.verb == "drop":
        return [Telling("subject", subject, "bar.dropped", {**words, "text": _("不予认定，申请信用修复不受影响")})]
    return ()


register(Kind(KIND, check=check, tellings=tellings))
