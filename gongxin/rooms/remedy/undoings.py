"""Undoing a repair (撤销信用修复): granted on false material; noticed, served, heard, decided by a named person, served.

Before the decision was served the entry stays away. From then on it stands again for what is left of its original term,
and everybody who was told that it had gone is told that it is back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from gongxin.kernel.issues import Refusal
from gongxin.kernel.sentences import Sentence, sentence
from gongxin.law import undoing
from gongxin.law.standing import UNTRUE, Line, may_follow
from gongxin.law.undoing import Undoable
from gongxin.rooms.remedy import hearing
from gongxin.rooms.remedy.repairs import MOST_NAMED
from gongxin.spine import shelf, users
from gongxin.spine.cases import engine, serving
from gongxin.spine.cases.deciding import joined, unnamed
from gongxin.spine.cases.finding import last_said, said_first
from gongxin.spine.cases.kinds import Doing, Kind, Telling, register
from gongxin.spine.cases.models import Case
from gongxin.spine.cases.serving import Paper
from gongxin.spine.ledger.acts import NewAct
from gongxin.spine.outbox import notices

KIND = "repair-undoing"
KEPT = "kept"
PERFORMANCE = (KEPT, UNTRUE)
"""What the decision says of the performance on record: it stands, or it was part of the false material (履行记录)."""
SERVING = {
    "serve": Paper("undoing-notice", "notify-undoing", "undoing.notified"),
    "serve-decision": Paper("undoing-decision", "undo", "undoing.decided"),
}


def check(doing: Doing) -> Refusal | None:
    """Say what stands against an act, or None (办理前检查): nothing is undone that the law does not carry, or that is over."""
    no = unnamed(doing)
    if no is None and doing.verb in {doing.rules.begins, "undo"}:
        no = _not_undoable(doing)
    if no is None and doing.verb == "undo" and doing.fields["performance"] not in PERFORMANCE:
        no = Refusal(
            "undoing.performance", _("没有写明履行记录是否属实"), _clause(doing), _("请选择属实予以保留，或者不实一并撤销")
        )  # fmt: skip
    if no is None and doing.verb == "serve-decision":
        no = _ended(doing)
    return no if no is not None else hearing.refused(doing, SERVING, "undo")


def entries(doing: Doing) -> Sequence[NewAct]:
    """The repair stands undone from the service of the decision (自送达之日起撤销修复)."""
    if doing.verb != "serve-decision":
        return ()
    decided = last_said(doing.case, "undo")
    words = {
        "case": doing.case.number, "performance": str(decided.get("performance") or ""),
        "basis": str(said_first(doing.case).get("basis") or ""), "document_no": str(decided.get("document_no") or ""),
    }  # fmt: skip
    return [engine.entry(doing, undoing.KIND, words)]


def tellings(doing: Doing) -> Sequence[Telling]:
    """Whom it is told (告知): facts, basis and the right to be heard; the decision with the remedies; what stands again."""
    case, line = doing.case, doing.line
    words: dict[str, object] = {"record": case.record, "clause": _clause(doing)}
    left = _until(line, doing) if line is not None else "—"
    lasts = sentence("至 {until} 为止，期限不延长", "until {until}; the term is not lengthened", until=left)
    terms = notices.in_both([(Sentence("恢复公示和使用", "Shown and used again"), lasts)])
    if doing.verb == doing.rules.begins:
        text = _(
            "拟撤销准予信用修复的决定。事实和理由：%(reason)s。依据：%(basis)s。撤销后记录在原定期限内恢复公示和使用，至 %(until)s 为止。"
            "您有权陈述申辩，期限自告知书送达之日起计算；决定送达之前修复继续有效"
        ) % {"reason": doing.fields["reason"], "basis": doing.fields["basis"], "until": left}  # fmt: skip
        return [Telling("subject", case.subject, "undoing.notified", {**words, **terms, "text": text})]
    if doing.verb == "serve":
        term = doing.after.find_clock("hear")
        due = term.due if term else None
        text = _("告知书已登记送达，您可以在 %(due)s 前（含当日）陈述申辩") % {"due": due or "—"}
        return [Telling("subject", case.subject, "undoing.served", {**words, "due": due, "text": text})]
    if doing.verb == "undo":
        sentences, ways = hearing.ways(doing)
        said = _("已决定撤销信用修复，自决定书送达之日起生效；记录在原定期限内恢复公示和使用，至 %(until)s 为止")
        text = joined(said % {"until": left}, *sentences)
        return [Telling("subject", case.subject, "undoing.decided", {**words, "ways": ways, **terms, "text": text})]
    if doing.verb == "serve-decision":
        text = _("撤销信用修复的决定书已送达。记录在原定期限内恢复公示和使用，至 %(until)s 为止，期限不延长") % {
            "until": left
        }
        told = [Telling("subject", case.subject, "undoing.effective", {**words, "until": left, "text": text})]
        return [*told, *_users_told(line, left)] if line is not None else told
    if doing.verb == "drop":
        text = _("不予撤销，信用修复继续有效")
        return [Telling("subject", case.subject, "undoing.dropped", {**words, "text": text})]
    return ()


def afterwards(doing: Doing) -> Refusal | None:
    """Enter the service with its proof (登记送达)."""
    return serving.unentered(doing, SERVING)


def _users_told(line: Line, until: str) -> Iterator[Telling]:
    """Tell every body that had used the record, and was told of the repair, that it stands again (告知使用过的单位)."""
    document = line.payload.get("document_no") or ""
    for body, looks in sorted(users.of_record(line, shelf.book()).by_body.items()):
        text = _("原告知您单位已准予修复的记录（%(document)s），修复决定已依法撤销，在原定期限内恢复使用，至 %(until)s 为止") % {
            "document": document, "until": until,
        }  # fmt: skip
        words = {"record": line.record, "document": document, "looks": list(looks[:MOST_NAMED]), "text": text}
        yield Telling("body", body, "undoing.users-told", words)


def _not_undoable(doing: Doing) -> Refusal | None:
    """Why the repair cannot be undone (不能撤销的理由): one answer at the notice and at the decision."""
    told = _told(doing)
    granted = Case.objects.filter(kind="repair", record=doing.case.record, state="granted").exists()
    if told is None or told.state == "none" or not granted:
        return Refusal("undoing.none", _("这条记录没有准予过的信用修复"), _clause(doing), _("请核对记录号"))
    if told.state == "law":
        return Refusal(
            "undoing.law", _("法规书没有收录可以撤销信用修复的依据"), _clause(doing),
            _("可以认定虚假材料，在规定期限内不再受理修复申请；撤销修复须先经法制审核"),
        )  # fmt: skip
    if told.state == "over":
        return Refusal(
            "undoing.over", _("原定的公示和使用期限已经届满，没有可以恢复的"), _clause(doing),
            _("可以另行认定虚假材料；本案已立的，请作不予撤销处理"),
        )  # fmt: skip
    return None


def _ended(doing: Doing) -> Refusal | None:
    if doing.line is not None and may_follow(undoing.KIND, doing.line.state):
        return None
    return Refusal(
        "case.ended", _("记录的状态已经变动，不能再撤销修复"), _clause(doing), _("请作不予撤销处理，并告知当事人")
    )


def _told(doing: Doing) -> Undoable | None:
    return None if doing.line is None else undoing.undoable(doing.line, law=doing.law, today=doing.today)


def _until(line: Line, doing: Doing) -> str:
    told = undoing.undoable(line, law=doing.law, today=doing.today)
    return told.left_until.isoformat() if told.left_until is not None else "—"


def _clause(doing: Doing) -> str:
    clause = doing.rules.acts[doing.verb].clause
    return str(clause or doing.rules.bases[0])


register(Kind(KIND, check=check, entries=entries, tellings=tellings, afterwards=afterwards))
