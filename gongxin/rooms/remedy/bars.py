"""Bars after false material (虚假材料与限制申请): noticed, served, heard, found by a named person, served again.

Nothing is barred before the finding was served, and nothing is found before the hearing or its term after service. A
bar ends by itself on its day.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from gongxin.kernel.issues import Refusal
from gongxin.kernel.sentences import Sentence, sentence
from gongxin.law import repair
from gongxin.law.facts import day_of
from gongxin.rooms.remedy import hearing
from gongxin.spine.cases import serving
from gongxin.spine.cases.deciding import joined, unnamed
from gongxin.spine.cases.kinds import Doing, Kind, Telling, register
from gongxin.spine.cases.models import Case
from gongxin.spine.cases.serving import Paper
from gongxin.spine.outbox import notices, service

KIND = "repair-bar"
SERVING = {
    "serve": Paper("bar-notice", "notify-bar", "bar.notified"),
    "serve-finding": Paper(service.BAR_FINDING, "bar", "bar.found"),
}


def check(doing: Doing) -> Refusal | None:
    """Say what stands against an act, or None (办理前检查): no finding before the hearing or its term."""
    no = unnamed(doing)
    if no is not None:
        return no
    if doing.before is None:
        if Case.objects.filter(kind="repair", record=doing.case.record).exists():
            return None
        return Refusal(
            "bar.none", _("这条记录没有申请过信用修复"), str(doing.rules.bases[-1]), _("请核对记录号")
        )  # fmt: skip
    return hearing.refused(doing, SERVING, "bar")


def tellings(doing: Doing) -> Sequence[Telling]:
    """Whom it is told (告知): the notice with the right to be heard, then the finding with its last day and the remedies."""
    subject, text = doing.case.subject, ""
    words: dict[str, object] = {"record": doing.case.record, "clause": str(doing.rules.acts[doing.verb].clause or "")}
    if doing.verb == "notify-bar":
        ground = doing.rules.find_ground(str(doing.fields["ground"]))
        text = _("拟认定：%(ground)s。事实和理由：%(reason)s。您有权陈述申辩，期限自告知书送达之日起计算；认定之前不限制申请") % {
            "ground": ground.name if ground else "", "reason": doing.fields["reason"],
        }  # fmt: skip
        return [Telling("subject", subject, "bar.notified", {**words, "text": text})]
    if doing.verb == "serve":
        term = doing.after.find_clock("hear")
        due = term.due if term else None
        text = _("告知书已登记送达，您可以在 %(due)s 前（含当日）陈述申辩") % {"due": due or "—"}
        return [Telling("subject", subject, "bar.served", {**words, "due": due, "text": text})]
    if doing.verb == "bar":
        sentences, ways = hearing.ways(doing)
        term = repair.bar_term(law=doing.law)
        text = joined(_("已作认定，自认定书送达之日起 %(term)s 内不能再次申请信用修复") % {"term": term}, *sentences)
        lasts = sentence(
            "自认定书送达之日起 {term}，到期自动解除",
            "for {term} from the service of the finding; it ends by itself",
            term=term,
        )
        told = notices.in_both([(Sentence("限制再次申请", "No new application"), lasts)])
        return [Telling("subject", subject, "bar.found", {**words, "ways": ways, **told, "text": text})]
    if doing.verb == "serve-finding":
        on = day_of(str(doing.fields["served_on"])) or doing.today
        until = repair.barred_until(on, law=doing.law)
        text = _("认定书已送达，%(until)s 以前（含当日）不能再次申请信用修复，到期自动解除") % {"until": until}
        return [Telling("subject", subject, "bar.effective", {**words, "until": until, "text": text})]
    if doing.verb == "drop":
        return [Telling("subject", subject, "bar.dropped", {**words, "text": _("不予认定，申请信用修复不受影响")})]
    return ()


def afterwards(doing: Doing) -> Refusal | None:
    """Enter the service with its proof (登记送达)."""
    return serving.unentered(doing, SERVING)


register(Kind(KIND, check=check, tellings=tellings, afterwards=afterwards))
