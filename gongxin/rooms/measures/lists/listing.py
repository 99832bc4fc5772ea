"""Putting on a list (列入名单): proposed with evidence, noticed, served, heard, decided by a named person, served – then in effect.

No state before that has any effect on anybody: the record is entered with the service of the decision and not before,
works from its effective day by the day alone, and ends by itself. A machine decides nothing here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from gongxin.kernel.identifiers import normalise_code
from gongxin.kernel.identifiers.citizen import birth_of
from gongxin.kernel.issues import Refusal
from gongxin.kernel.sentences import Sentence, in_english, named
from gongxin.kernel.terms import add_months
from gongxin.law.book import LawSilent
from gongxin.law.facts import day_of
from gongxin.law.lists import (
    ITEM,
    KNOWN,
    OPEN,
    Candidate,
    ListRule,
    ListTerm,
    Stated,
    earliest_hearing,
    effective_day,
    find_list,
    longest_end,
    may_be_listed,
    refused_minor,
    refused_unheard,
    term_of,
)
from gongxin.rooms.measures.lists import naming
from gongxin.spine import clock, secrets, shelf
from gongxin.spine.access.gate import Viewer
from gongxin.spine.access.models import Body
from gongxin.spine.cases import engine, serving
from gongxin.spine.cases.deciding import remedies, unnamed
from gongxin.spine.cases.engine import Done
from gongxin.spine.cases.finding import last_said, said_first
from gongxin.spine.cases.kinds import Doing, Kind, Placing, Telling, register
from gongxin.spine.cases.models import Case, CaseAct, Channel
from gongxin.spine.cases.points import points_of, refused_findings
from gongxin.spine.cases.serving import Paper
from gongxin.spine.cases.subjects import key_of
from gongxin.spine.ledger.acts import NewAct, is_person
from gongxin.spine.ledger.documents import document_keys
from gongxin.spine.outbox import notices
from gongxin.spine.projections import links
from gongxin.spine.projections.models import Standing

KIND = "listing"
NOTICE, DECISION = "listing-notice", "listing-decision"
SERVING = {
    "serve-notice": Paper(NOTICE, "notify", "listing.noticed"),
    "serve-decision": Paper(DECISION, "decide", "listing.decided"),
}
"""The acts that enter a service: which document, by which act it was made, through which notice the portal shows it."""
DEFENCES = ("state-defence", "request-hearing")
"""The acts in which the subject speaks; each point of them must be answered (当事人的陈述)."""
DECIDING = frozenset({"propose", "notify", "decide", "serve-decision"})
"""The acts before which the law is asked once more whether this subject may be listed at all."""
PERSON, TRADER, ORGANISATION = "person", "sole-trader", "organisation"
SOLE_TRADER = "uscc:92"
NO_CASE = frozenset({"", "none"})


def propose(
    viewer: Viewer, list_id: str, code: str, fields: Mapping[str, Any], *, channel: str = Channel.ONLINE
) -> Done | Refusal:
    """Propose that a subject be put on a list (提出列入): named by its code, never by its name.

    Args: the list's id, an organisation's code or a person's identity number, and `subject_name`, `facts`, `basis`,
    `evidence`, perhaps `excluded_case`. A person's number is kept sealed and shown to nobody.
    """
    key = key_of(code)
    if key is None:
        return Refusal("case.code", _("代码不对，请核对"), None, _("请填写统一社会信用代码或者公民身份号码"))
    written = normalise_code(code)
    said = {**fields, "code": secrets.seal(written) if is_person(key) else written}
    return engine.open_case(viewer, engine.Request(KIND, key, said, about=list_id, channel=channel))


def rule_of(case: Case) -> ListRule | None:
    """Return the list a case is about, as the book has it today (拟列入的名单)."""
    return find_list(case.about, shelf.book().on(clock.today()))


def subject_kind(key: str) -> str:
    """Return what kind of subject a key stands for (主体类别)."""
    return PERSON if is_person(key) else TRADER if key.startswith(SOLE_TRADER) else ORGANISATION


def raised_in(case: Case) -> tuple[str, ...]:
    """Return the points the subject has raised in a case (当事人提出的要点), each of which needs an answer."""
    return tuple(point for verb in DEFENCES for point in points_of(str(last_said(case, verb).get("text") or "")))


def place(asked: Placing) -> Placing | Refusal:
    """Find the list and what stands against another case (立案归属)."""
    law = shelf.book().on(clock.today())
    rule = find_list(asked.about, law)
    if rule is None or rule.item != ITEM:
        names = "、".join(each.id for each in _listed_here())
        return Refusal("list.unknown", _("没有这份名单"), None, _("可以是：%(names)s") % {"names": names})
    if Case.objects.filter(kind=KIND, about=rule.id, subject=asked.subject, closed_on__isnull=True).exists():
        return Refusal("case.open", _("这个主体已有列入同一名单的案件在办"), str(rule.ground), _("请在原案件中办理"))
    if stands_on(asked.subject, rule.id):
        return Refusal("list.listed", _("这个主体已在这份名单上"), str(rule.ground), _("请核对；期限届满后才能再列入"))
    return asked


def stands_on(subject: str, list_id: str, day: date | None = None) -> bool:
    """Tell whether a subject stands on a list on a day (是否在名单上), under any of its keys; by the projection."""
    on = day or clock.today()
    keys = {subject, *links.resolve_keys(subject)}
    found = Standing.objects.filter(subject__in=sorted(keys), item=ITEM, title=list_id, state="effective")
    return any(
        (row.display_from is None or row.display_from <= on) and (row.share_until is None or on <= row.share_until)
        for row in found
    )


def check(doing: Doing) -> Refusal | None:
    """Say what stands against an act, or None (办理前检查)."""
    no = unnamed(doing)
    if no is None and doing.verb in DECIDING:
        no = _unlawful(doing)
    if no is None and doing.verb == "propose":
        no = naming.refused_name(doing.case.subject, doing.fields, _clause(doing))
    if no is None and doing.verb == "decide":
        no = _undecidable(doing)
    if no is None:
        no = serving.refused(doing, SERVING)
    if no is None and doing.verb == "serve-decision":
        no = _without_term(doing)
    if no is None and doing.verb == "call-hearing":
        no = _uncalled(doing)
    if no is None and doing.verb == "hold-hearing":
        no = _unheld(doing)
    return no


def entries(doing: Doing) -> Sequence[NewAct]:
    """What an act enters in the ledger (对台账的影响): nothing before the decision was served."""
    return [_record(doing)] if doing.verb == "serve-decision" else ()


def tellings(doing: Doing) -> Sequence[Telling]:
    """Whom it is told (告知): the notice with the rights, the decision with exit and remedies, and every end."""
    words, text = _words(doing), ""
    if doing.verb == "notify":
        text = _(
            "拟将您（单位）列入“%(list)s”。事实：%(facts)s。依据：%(basis)s。"
            "您有权陈述、申辩，也可以要求听证，期限自告知书送达之日起计算；决定送达以前没有任何效果"
        ) % {
            **words, "facts": doing.fields["facts"].rstrip("。"), "basis": doing.fields["basis"].rstrip("。"),
        }  # fmt: skip
        told = {**words, "facts": doing.fields["facts"].rstrip("。"), "basis": doing.fields["basis"].rstrip("。")}
        return [_telling(doing, "listing.noticed", told, text)]
    if doing.verb == "call-hearing":
        told = {**words, "day": doing.fields["hearing_on"], "place": doing.fields["place"]}
        text = _("“%(list)s”的听证定在 %(day)s，地点：%(place)s。听证以前不作决定") % told
        return [_telling(doing, "listing.hearing", told, text)]
    if doing.verb == "serve-notice":
        hearing = doing.after.find_clock("hear")
        due = hearing.due if hearing else "—"
        text = _("告知书已登记送达，您可以在 %(due)s 前（含当日）陈述、申辩或者要求听证") % {"due": due}
        return [_telling(doing, "listing.served", {**words, "due": due}, text)]
    if doing.verb == "decide":
        ways = remedies(doing.law)
        text = "；".join([
            _("已决定列入“%(list)s”，送达后才生效。移出条件：%(exit)s") % {**words, "exit": doing.fields["exit_conditions"]},
            *(way.text for way in ways),
        ])  # fmt: skip
        told = {
            **words,
            "exit": doing.fields["exit_conditions"],
            "ways": [{"id": way.id, "text": way.text, "text_en": way.text_en} for way in ways],
        }
        return [_telling(doing, "listing.decided", told, text)]
    if doing.verb == "serve-decision":
        start, term = _term(doing)
        until = str(term.until) if term.until else Sentence("履行完毕、移出之日", "performance or removal")
        told = {**words, "start": start, "until": until, "until_en": in_english(until)}
        text = _("决定书已送达，自 %(start)s 起列入“%(list)s”，至 %(until)s（含当日），期满自动移出") % told
        return [_telling(doing, "listing.effective", told, text)]
    if doing.verb == "drop" and doing.before is not None and doing.before.state.id != "proposed":
        return [_telling(doing, "listing.dropped", words, _("不予列入“%(list)s”，没有任何效果") % words)]
    return ()


def afterwards(doing: Doing) -> Refusal | None:
    """Enter the service with its proof, and tie the case to the record it brought about (登记送达)."""
    return serving.tied(doing, SERVING, "serve-decision", ITEM)


def _listed_here() -> list[ListRule]:
    law = shelf.book().on(clock.today())
    found = (find_list(entry.id, law) for entry in law.lists())
    return [rule for rule in found if rule is not None and rule.item == ITEM]


def _unlawful(doing: Doing) -> Refusal | None:
    """Ask the law on this very day: a list may have fallen, a person may be a minor, since the case began."""
    case, said = doing.case, said_first(doing.case) or doing.fields
    body = Body.objects.filter(code=case.body).first()
    code = str(said.get("code") or "")
    number = secrets.unseal(code) if secrets.is_sealed(code) else code
    if key_of(number) != case.subject or (is_person(case.subject) and not secrets.is_sealed(code)):
        return Refusal("case.code", _("代码与主体不符"), _clause(doing), _("请从名单工作台提出"))
    excluded = str(said.get("excluded_case") or "")
    whom = Candidate(
        subject_kind(case.subject), birth_of(number) if is_person(case.subject) else None,
        body.name if body else "", body.region if body else "",
        frozenset() if excluded in NO_CASE else frozenset({excluded}),
    )  # fmt: skip
    try:
        no = may_be_listed(case.about, whom, law=doing.law)
        return no if no is not None else refused_minor(whom.born, doing.today, law=doing.law)
    except LawSilent:
        return Refusal("list.unknown", _("今天的法典没有名单规则"), _clause(doing), _("请联系法制机构"))


def _undecidable(doing: Doing) -> Refusal | None:
    """Why it cannot be decided yet, or not so (不能决定的理由): hearing, points, days."""
    rule = rule_of(doing.case)
    clause = _clause(doing)
    no = _early(doing, _("%(due)s 以后，或者当事人陈述申辩之后，才能决定"))
    if no is None and rule is not None:
        no = refused_unheard(rule, held=bool(last_said(doing.case, "hold-hearing")))
    if no is None:
        no = refused_findings(raised_in(doing.case), str(doing.fields["findings"]), clause)
    if no is not None or rule is None:
        return no
    start = day_of(str(doing.fields.get("effective_on") or "")) or doing.today
    ends = day_of(str(doing.fields.get("ends_on") or ""))
    for name in ("effective_on", "ends_on"):
        if doing.fields.get(name) and day_of(str(doing.fields[name])) is None:
            return Refusal("list.day", _("日期不对"), clause, _("请写成 2026-11-22"))
    if start < doing.today or (ends is not None and ends < start):
        return Refusal("list.day", _("生效日期不能早于今天，截止日期不能早于生效日期"), clause, _("请核对日期"))
    longest = longest_end(rule, start, law=doing.law)
    if ends is not None and longest is not None and ends > longest:
        return Refusal(
            "list.term", _("截止日期超过该名单的最长期限"), str(rule.ground), _("最晚写到 %(day)s") % {"day": longest}
        )
    if ends is None and rule.months is None and not rule.open:
        return Refusal("list.term", _("名单办法没有载明期限，须写明截止日期"), str(rule.ground), _("请填写截止日期"))
    plain = add_months(start, rule.months) if rule.months is not None else None
    if ends is not None and plain is not None and ends > plain and not str(doing.fields.get("extension") or "").strip():
        return Refusal(
            "list.extension", _("超过一般期限的，须写明延长的理由"), str(rule.ground),
            _("一般期限到 %(day)s；请填写延长的理由，或者缩短期限") % {"day": plain},
        )  # fmt: skip
    return None


def _early(doing: Doing, way: str) -> Refusal | None:
    """Whether the time to be heard still runs and nobody has spoken (陈述申辩期未过); `way` says from when it can be done."""
    hearing = doing.before.find_clock("hear") if doing.before is not None else None
    if doing.before is None or doing.before.state.id != "served" or (hearing and hearing.overdue_on(doing.today)):
        return None
    return Refusal(
        "list.early", _("陈述申辩的期限还没有过，当事人也还没有陈述"), _clause(doing),
        way % {"due": hearing.due if hearing else "—"},
    )  # fmt: skip


def _uncalled(doing: Doing) -> Refusal | None:
    """Why a hearing cannot be called for a day (不能通知听证的理由): the time to be heard runs, or the notice is too short."""
    no = _early(doing, _("%(due)s 以后，或者当事人要求听证的，才能通知"))
    if no is not None:
        return no
    day, first = day_of(str(doing.fields.get("hearing_on") or "")), earliest_hearing(doing.today, law=doing.law)
    if day is not None and first <= day:
        return None
    return Refusal(
        "list.hearing_day",
        _("听证日期不对，或者通知得太晚"),
        _clause(doing),
        _("最早可以定在 %(day)s") % {"day": first},
    )


def _unheld(doing: Doing) -> Refusal | None:
    """Why a hearing cannot be entered (不能登记听证的理由): nobody was told of it, or it lies before the day that was told."""
    told = day_of(str(last_said(doing.case, "call-hearing").get("hearing_on") or ""))
    if told is None:
        return Refusal("list.hearing_told", _("没有通知过听证"), _clause(doing), _("请先通知听证的时间和地点"))
    no, held = wrong_day(doing, "held_on"), day_of(str(doing.fields.get("held_on") or ""))
    if no is None and held is not None and held < told:
        return Refusal(
            "list.hearing_day", _("听证日期早于通知的日期"), _clause(doing), _("通知的日期是 %(day)s") % {"day": told}
        )
    return no


def _without_term(doing: Doing) -> Refusal | None:
    """Why a service would leave an entry whose end nobody could reckon (期限无法计算的不登记)."""
    no = _misannounced(doing)
    if no is not None:
        return no
    _start, term = _term(doing)
    if term.state in (KNOWN, OPEN):
        return None
    return Refusal("list.term", term.state, _clause(doing), _("请不予列入后重新作出决定"))


def _misannounced(doing: Doing) -> Refusal | None:
    """Why a day of publication does not fit (公布日期不对): a list that counts from none, before the effect, past the last day."""
    if not str(doing.fields.get("announced_on") or "").strip():
        return None
    rule, clause = rule_of(doing.case), _clause(doing)
    if rule is None or not rule.from_publication:
        return Refusal("list.announced", _("这份名单的期限不自公布之日起算"), clause, _("公布日期请留空"))
    day, start = day_of(str(doing.fields["announced_on"])), _effective(doing)
    last = rule.publishing.last_day(start) if rule.publishing is not None else None
    if day is None or day < start or (last is not None and day > last):
        return Refusal(
            "list.announced", _("公布日期不对"), str(rule.publishing.source if rule.publishing else rule.ground),
            _("从 %(start)s 到 %(last)s 之间公布") % {"start": start, "last": last or "—"},
        )  # fmt: skip
    return None


def wrong_day(doing: Doing, name: str) -> Refusal | None:
    """Return the refusal of a day that is none or lies ahead, or None (日期检查)."""
    day = day_of(str(doing.fields.get(name) or ""))
    if day is not None and day <= doing.today:
        return None
    return Refusal("list.day", _("日期不对"), _clause(doing), _("请写成 2026-11-22，不能晚于今天"))


def _effective(doing: Doing) -> date:
    """Return from when the decision about to be served has effect (生效日)."""
    stated = day_of(str(last_said(doing.case, "decide").get("effective_on") or ""))
    return effective_day(day_of(str(doing.fields["served_on"])) or doing.today, stated)


def _term(doing: Doing) -> tuple[date, ListTerm]:
    """Return from when and until when an entry about to be entered stands (列入起止).

    Where the list counts from its publication and a day for it is named, nobody stands on it before that day.
    """
    announced = day_of(str(doing.fields.get("announced_on") or ""))
    start = max(_effective(doing), announced or date.min)
    ends = day_of(str(last_said(doing.case, "decide").get("ends_on") or ""))
    served = day_of(str(doing.fields["served_on"])) or doing.today
    return start, term_of(Stated(doing.case.about, start, served, ends, announced), law=doing.law)


def _record(doing: Doing) -> NewAct:
    """Return the record: everything stands in it that a reader needs, and nothing that was not decided (名单条目)."""
    case, first, decided = doing.case, said_first(doing.case), last_said(doing.case, "decide")
    noticed = last_said(case, "notify")
    made = CaseAct.objects.filter(case=case, verb="decide").latest("n")
    body = Body.objects.get(code=case.body)
    start, _until = _term(doing)
    written = str(first["code"])
    number = secrets.unseal(written) if secrets.is_sealed(written) else written
    kind, field = subject_kind(case.subject), case.subject.partition(":")[0]
    payload = {
        "list": case.about, "subject_name": naming.public_name(case.subject) or first["subject_name"], "subject_kind": kind,
        "facts": noticed["facts"], "basis": noticed["basis"], "document_no": decided["document_no"],
        "document_name": decided.get("document_name"), "decided_on": made.on.isoformat(),
        "served_on": doing.fields["served_on"], "effective_on": start.isoformat(), "ends_on": decided.get("ends_on"),
        "announced_on": doing.fields.get("announced_on"),
        "authority": body.name, "authority_code": body.code, "exit_conditions": decided["exit_conditions"],
        "proof_of_service": doing.fields.get("proof") or doing.fields["method"], "source": body.name,
        "source_code": body.code, "person_id" if kind == PERSON else field: number,
    }  # fmt: skip
    said = {name: str(value) for name, value in payload.items() if value}
    document, content, paper = document_keys(doing.law.item(ITEM), case.subject if kind != PERSON else number, said)
    return NewAct(
        "record", ITEM, case.subject, case.body, said, f"case:{case.number}", document=document, content=content,
        paper=paper,
    )  # fmt: skip


def _words(doing: Doing) -> dict[str, object]:
    rule = rule_of(doing.case)
    return {
        "list": rule.name if rule else doing.case.about, "list_id": doing.case.about, "clause": _clause(doing),
        "to": (said_first(doing.case) or doing.fields).get("subject_name", ""),
        **notices.in_both(_terms(doing, rule)),
    }  # fmt: skip


def _terms(doing: Doing, rule: ListRule | None) -> Iterator[tuple[Sentence, str]]:
    """What the documents say beside what was typed (文书载明事项): which list; of a decision also what it was noticed for."""
    yield Sentence("所涉名单", "List"), named(rule) if rule is not None else doing.case.about
    if doing.verb != "decide":
        return
    noticed = last_said(doing.case, "notify")
    yield Sentence("事实", "Facts"), str(noticed["facts"])
    yield Sentence("依据", "Basis"), str(noticed["basis"])
    if rule is not None and rule.term_text:
        yield Sentence("列入期限", "Term"), rule.term_text


def _telling(doing: Doing, template: str, words: Mapping[str, object], text: str) -> Telling:
    return Telling("subject", doing.case.subject, template, {**words, "text": text})


def _clause(doing: Doing) -> str:
    return str(doing.rules.acts[doing.verb].clause or doing.rules.bases[0])


register(
    Kind(
        KIND, place=place, check=check, entries=entries, tellings=tellings, afterwards=afterwards,
        raised=raised_in, unseen=frozenset({"proposed"}),
    )
)  # fmt: skip
