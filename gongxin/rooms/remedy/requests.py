"""Requests of persons (个人信息请求): erasure, a copy, acting for somebody else, a statement beside an entry."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.utils.translation import gettext as _

from gongxin.kernel.issues import Refusal
from gongxin.kernel.sentences import Sentence, sentence
from gongxin.law.erasing import Erasable, erasable
from gongxin.law.facts import day_of
from gongxin.law.standing import Line, may_follow
from gongxin.spine import records
from gongxin.spine.access import delegations, gate, owning
from gongxin.spine.access.gate import CASEWORK, Ground
from gongxin.spine.access.models import Account
from gongxin.spine.cases import engine
from gongxin.spine.cases.deciding import joined, unnamed
from gongxin.spine.cases.finding import said_first
from gongxin.spine.cases.kinds import Doing, Kind, Placing, Telling, register
from gongxin.spine.cases.points import refused_numbers
from gongxin.spine.ledger import shredding
from gongxin.spine.ledger.acts import LedgerFault, NewAct
from gongxin.spine.outbox import notices
from gongxin.spine.projections import links

STATEMENT_LENGTH = "statement.length"
_NUMBERS = re.compile(r"\d{1,18}")


def asked_records(doing: Doing) -> tuple[int, ...]:
    """Return the records an erasure is about (请求删除的记录): those the decision names, else those of the request."""
    asked = doing.fields if doing.before is None else said_first(doing.case)
    text = str(doing.fields.get("records") or "") or str(asked.get("record") or "")
    return tuple(dict.fromkeys(int(each) for each in _NUMBERS.findall(text)))


def check_erasure(doing: Doing) -> Refusal | None:
    """What the law keeps is refused with its clause and its last day (法定保存期未满的不予删除)."""
    if doing.before is None:
        return _not_ones_own(doing)
    no = unnamed(doing)
    if no is not None or doing.verb != "grant":
        return no
    found = _lines(doing)
    if isinstance(found, Refusal):
        return found
    ground = str(said_first(doing.case).get("ground") or "")
    for line in found:
        told = erasable(line.state, line.clocks, ground, as_of=doing.today)
        if not told.may:
            return _kept(line, told)
    return None


def _not_ones_own(doing: Doing) -> Refusal | None:
    """Numbers that are none of the subject's own records are told at once (记录号不是本人的), in one answer for all of them."""
    keys = {doing.case.subject, *links.resolve_keys(doing.case.subject)}
    places = {record: records.find_place(record) for record in asked_records(doing)}
    strange = [str(record) for record, place in places.items() if place is None or place.subject not in keys]
    return _no_such(strange) if strange else None


def tell_erasure(doing: Doing) -> Sequence[Telling]:
    """Which records, and for those kept until which day by which clause (各条记录的处理): counted by the law, not typed."""
    if doing.verb not in {"grant", "refuse"}:
        return ()
    terms: list[tuple[str, str]] = []
    if doing.verb == "grant":
        gone = Sentence("内容已销毁", "Its content was destroyed")
        terms = [(_record(record), gone) for record in asked_records(doing)]
    elif asked_records(doing) and not isinstance(found := _lines(doing), Refusal):
        ground = str(said_first(doing.case).get("ground") or "")
        for line in found:
            told = erasable(line.state, line.clocks, ground, as_of=doing.today)
            until = (
                told.until.isoformat()
                if told.until is not None
                else Sentence("法律没有规定截止日", "a day the law does not name")
            )
            kept = sentence(
                "法定保存到 {until}（依据：{clause}），期满销毁；保存期内只保存，不作他用",
                "Kept by law until {until} ({clause}), then destroyed; until then it is kept and used for nothing else",
                until=until, clause=str(doing.law.cite(told.clause)),
            )  # fmt: skip
            terms.append((_record(line.record), Sentence("可以删除", "It can be erased") if told.may else kept))
    text = _("准予删除") if doing.verb == "grant" else _("不予删除，理由和救济途径见决定书")
    words = {**notices.in_both(terms), "text": joined(text, *(f"{name}{kept}" for name, kept in terms))}
    return [Telling("subject", doing.case.subject, "case.erasure", words)]


def _record(record: int) -> Sentence:
    return sentence("记录 {record}", "Record {record}", record=record)


def erase(doing: Doing) -> Refusal | None:
    """Destroy the payloads of the records granted (销毁内容): entry first, then the key; the chain stays whole."""
    if doing.verb != "grant":
        return None
    ground = str(said_first(doing.case).get("ground") or "")
    for record in asked_records(doing):
        try:
            shredding.shred(record, actor=f"case:{doing.case.number}", ground=ground, basis=doing.case.number)
        except LedgerFault:
            return Refusal(
                "case.erased", _("记录 %(record)s 的内容不能销毁") % {"record": record}, None, _("请核对记录号")
            )
    return None


def _lines(doing: Doing) -> list[Line] | Refusal:
    wanted = asked_records(doing)
    if not wanted:
        return Refusal("case.records", _("没有写明删除哪些记录"), None, _("请填写记录号，用逗号分开"))
    ground = Ground(purpose=CASEWORK, clause=str(doing.rules.bases[0]), case_no=doing.case.number)
    reading = gate.read(doing.viewer, ground, doing.case.subject, as_of=doing.today)
    if isinstance(reading, Refusal):
        return reading
    held = {line.record: line for line in reading.lines}
    strange = [str(record) for record in wanted if record not in held]
    if strange:
        return _no_such(strange)
    return [held[record] for record in wanted]


def _no_such(strange: Sequence[str]) -> Refusal:
    return Refusal(
        "case.records",
        _("该主体没有这些记录：%(records)s") % {"records": "、".join(strange)},
        None,
        _("请核对记录号"),
    )


def _kept(line: Line, told: Erasable) -> Refusal:
    until = told.until.isoformat() if told.until is not None else _("法律没有规定截止日")
    return Refusal(
        "case.kept",
        _("记录 %(record)s 法定保存期限未满，不能删除：%(until)s") % {"record": line.record, "until": until},
        str(told.clause),
        _("请按“不予删除”答复并写明理由；保存期内只保存，不公示、不使用已经终止的内容"),
    )


def place_guardian(asked: Placing) -> Placing | Refusal:
    """Somebody is represented by law only where it is a person (代理的是自然人)."""
    if asked.subject.startswith("person:"):
        return asked
    text = _("代理查阅只为自然人：未成年人、不能辨认自己行为的成年人和逝者")
    return Refusal("case.person", text, None, _("请填被代理人的公民身份号码；单位请用委托"))


def check_guardian(doing: Doing) -> Refusal | None:
    """The relation is admitted for an account and until a day (认可代理)."""
    no = unnamed(doing)
    if no is not None or doing.verb != "admit":
        return no
    if day_of(str(doing.fields["until"])) is None:
        return Refusal("case.day", _("截止日写法不对"), None, _("请写成 2027-11-22"))
    if not _account_of(doing):
        return Refusal("case.account", _("没有写明代理人的账号"), None, _("窗口代录的，请填写代理人的个人账号名"))
    return None


def appoint(doing: Doing) -> Refusal | None:
    """The delegation begins with the decision and ends by itself (认可即生效，到期终止)."""
    if doing.verb != "admit":
        return None
    until = day_of(str(doing.fields["until"]))
    if until is None:
        raise LookupError("a day that was refused cannot be used")
    scopes = [str(row["id"]) for row in delegations.scopes(doing.today) if row["id"] != owning.CONSENTS]
    made = delegations.appoint(
        doing.viewer, doing.case.subject, _account_of(doing), scopes, until, case=doing.case.number
    )
    return made if isinstance(made, Refusal) else None


def _account_of(doing: Doing) -> str:
    named = str(doing.fields.get("username") or "").strip()
    if doing.case.account is None:
        return named
    return Account.objects.filter(pk=doing.case.account).values_list("username", flat=True).first() or named


def tell_guardian(doing: Doing) -> Sequence[Telling]:
    """The one who asked is told, whether or not the relation was admitted (告知代理申请人)."""
    if doing.side == "applicant" or doing.case.account is None:
        return ()
    words = {
        "text": _("代理申请 %(number)s：%(state)s") % {"number": doing.case.number, "state": doing.after.state.name}
    }
    return [Telling("account", str(doing.case.account), "case.guardian", words)]


def tell_copy(doing: Doing) -> Sequence[Telling]:
    """Where the copy lies (副本领取)."""
    if doing.verb != "give":
        return ()
    return [Telling("subject", doing.case.subject, "case.copy", {"text": _("副本已备好，请在“我的信用”下载")})]


def check_statement(doing: Doing) -> Refusal | None:
    """Short, and with nobody's number in it; names the office looks for (声明的篇幅和内容)."""
    if doing.before is None:
        text, clause = str(doing.fields["text"]), str(doing.rules.bases[0])
        longest = doing.law.parameter(STATEMENT_LENGTH).number()
        if len(text) > longest:
            return Refusal("case.long", _("声明超过 %(n)d 字") % {"n": longest}, clause, _("请删减"))
        return refused_numbers(text, clause)
    if doing.verb == "admit" and (doing.line is None or not may_follow("statement", doing.line.state)):
        return Refusal("case.ended", _("记录已经终止，没有可以附注的地方"), None, _("请答复申请人"))
    return unnamed(doing)


def state(doing: Doing) -> Sequence[NewAct]:
    """The statement stands beside the entry, or is taken down (附注、撤下)."""
    if doing.verb == "admit":
        text = str(said_first(doing.case).get("text") or "")
        return [engine.entry(doing, "statement", {"case": doing.case.number, "text": text})]
    if doing.verb == "remove" and doing.line is not None:
        return [engine.entry(doing, "statement", {"case": doing.case.number})]
    return ()


register(Kind("erasure", check=check_erasure, tellings=tell_erasure, afterwards=erase))
register(Kind("copy", check=unnamed, tellings=tell_copy))
register(
    Kind(
        "guardian", place=place_guardian, check=check_guardian, tellings=tell_guardian, afterwards=appoint, anyone=True
    )
)
register(Kind("statement", check=check_statement, entries=state, settled=frozenset({"shown"})))
