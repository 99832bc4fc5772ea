"""Gauges of duties, cases and debts (履约、办件和被执行指标): rows of figures read from the spine, each of what everybody may read.

Of cases their number, clock and body are read and nothing that was said; of records those on display.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import lru_cache

from gongxin.kernel.sentences import Sentence, listed, sentence
from gongxin.kernel.terms import add_months
from gongxin.law import casework, circumstances
from gongxin.law.casework import Clock, Step
from gongxin.law.circumstances import Complaint
from gongxin.law.complaints import KIND as COMPLAINT
from gongxin.law.gauges import Row
from gongxin.law.lists import ITEM as LISTED
from gongxin.law.monitoring import signals
from gongxin.law.promises import Part
from gongxin.rooms.oversight import good_faith
from gongxin.spine import divisions, duties, gauges, public, records, reporting, secrets, shelf
from gongxin.spine.access.models import BodyKind
from gongxin.spine.bodies import superiors
from gongxin.spine.bodies.register import Register, register
from gongxin.spine.cases.finding import CODE
from gongxin.spine.cases.models import Case, CaseAct
from gongxin.spine.duties import Duty
from gongxin.spine.ledger import head

OBJECTION, ANSWER, REFER, JOIN = "objection", "answer", "refer", "join"
AUTHORITY, OFFICE = "authority", "office"
NEVER = date.max


def promised(until: date, known: Register | None = None) -> Iterator[Duty]:
    """Yield the promises on display that had been entered by a day (截至某日已入账的承诺): what came later says nothing of it."""
    for duty in duties.shown(until, known):
        if all(act.on <= until for act in duty.standing.line.acts if act.kind == "record"):
            yield duty


def unkept(_since: date, until: date) -> Iterator[Row]:
    """Yield the promises on display with something but a payment past its day (逾期承诺), as of the last day."""
    for duty in promised(until):
        late = [part for part in duty.standing.parts if part.kind != "payment" and part.overdue_on(until)]
        if late and duty.standing.open:
            due = min(part.due or NEVER for part in late)
            told = sentence(
                "{title}：{parts}，应于 {due} 前完成", "{title}: {parts}, due by {due}",
                title=duty.of("promise_title"), parts=_parts(late), due=due,
            )  # fmt: skip
            yield Row(duty.bearer, due, told, f"promise:{duty.record}")


def arrears(_since: date, until: date) -> Iterator[Row]:
    """Yield the payments past their day and not paid in full (逾期付款), as of the last day: one row for each."""
    for duty in promised(until):
        for n, part in enumerate(duty.standing.parts):
            if part.kind == "payment" and part.overdue_on(until) and duty.standing.open and part.due is not None:
                told = sentence(
                    "{title}：{text} 应于 {due} 前付清，尚欠 {owed} 元", "{title}: {text} due by {due}, {owed} yuan still owed",
                    title=duty.of("promise_title"), text=part.text or n + 1, due=part.due, owed=f"{part.owed:,.2f}",
                )  # fmt: skip
                yield Row(duty.bearer, part.due, told, f"promise:{duty.record}#{n}")


def complaints(since: date, until: date) -> Iterator[Row]:
    """Yield the complaints about bodies that came in between two days (收到的投诉)."""
    known = register()
    for case in Case.objects.filter(kind=COMPLAINT, opened_on__gte=since, opened_on__lte=until):
        told = sentence("投诉 {number}", "Complaint {number}", number=case.number)
        yield Row(known.successor(case.about, until), case.opened_on, told, f"case:{case.number}")


def complaint_time(since: date, until: date) -> Iterator[Row]:
    """Yield the complaints answered between two days or overdue on the last (投诉答复), under the body that handles them."""
    return _kept(COMPLAINT, (AUTHORITY,), since, until)


def objections(since: date, until: date) -> Iterator[Row]:
    """Yield the objections whose clocks ended between two days or are overdue on the last (异议办理), each under whose clocks they are."""
    return _kept(OBJECTION, (AUTHORITY, OFFICE), since, until)


def debtors(_since: date, until: date) -> Iterator[Row]:
    """Yield the entries among the judgment debtors whose code is a public body's (被列失信被执行人的单位), on display."""
    known = register()
    bodies = {
        CODE + each.code: known.successor(each.code, until)
        for each in known.bodies.values()
        if each.kind not in superiors.PRIVATE
    }
    watched = good_faith.watched(until)
    for line in public.lines_of_records(records.naming(bodies, (LISTED,)), until, known_on=until):
        if line.fields.get("list") in watched and line.subject in bodies:
            told = sentence("{title}　{document}", "{title} {document}", title=line.title, document=line.document or "")
            code = line.subject.removeprefix(CODE)
            yield Row(bodies[line.subject], line.decided or until, told, f"integrity:{code}#{line.record}")


def ended_bases(_since: date, until: date) -> Iterable[Row]:
    """Return the records on display whose basis had ended when they were decided (依据已失效的记录), under their provider."""
    return _ended(until, head.read().root, shelf.book().version)


def told_of(until: date) -> Iterator[Complaint]:
    """Yield every complaint that came in by a day with its days (投诉要素), those joined to another left out."""
    known = register()
    for case, done in _with_acts(COMPLAINT, until):
        if all(act.verb != JOIN for act in done):
            answered = next((act.on for act in done if act.verb == ANSWER), None)
            handler = handler_of(case, done)
            yield Complaint(case.number, known.successor(case.about, until), handler, case.opened_on, answered)


def handler_of(case: Case, done: Sequence[CaseAct]) -> str:
    """Return the body that handled a case when these acts had been done (当时的承办单位): of a complaint referred anew the
    one it stood with then, whoever has it now."""
    given = [act for act in done if act.verb == REFER]
    anew = case.kind == COMPLAINT and len(given) < sum(act.verb == REFER for act in case.acts.all())
    return str(json.loads(secrets.unseal(given[-1].said)).get("handler") or "") if anew and given else case.body


def _kept(kind: str, sides: Sequence[str], since: date, until: date) -> Iterator[Row]:
    """The cases whose clocks of these sides ended between two days, or have run out on the last (时限办理情况).

    Each side's clocks are its own row: what the office was late with is not told of the body that decides.
    """
    known = register()
    for case, done in _with_acts(kind, until):
        rules = casework.rules_of(kind, law=shelf.book().on(case.opened_on))
        steps = [Step(act.verb, act.on, act.side, since=act.since) for act in done]
        held = casework.fold(steps, rules=rules, calendar=shelf.calendar(), region=case.region)
        for side in sides:
            # A case that was sent back to be given to another body stands under nobody meanwhile.
            body = handler_of(case, done) if side == AUTHORITY else _office_of(case.region, known)
            own = [each for each in held.clocks if each.rule.side == side]
            over = [each for each in own if each.overdue_on(until)]
            ended = [each for each in own if each.stopped is not None and since <= each.stopped <= until]
            if not body or (not over and (not ended or any(each.stopped is None for each in own))):
                continue
            late = [*over, *(each for each in ended if each.late())]
            stopped = max((each.stopped or since for each in ended), default=since)
            day = min((each.due or NEVER for each in over), default=stopped)
            link = f"case:{case.number}" if side == AUTHORITY else f"case:{case.number}#{side}"
            yield Row(body, day, _clocked(case.number, late, over), link, 1, int(not late), bool(over))


def _office_of(region: str, known: Register) -> str:
    """The office in charge of credit nearest to a division (所属信用主管单位), or nothing where none is registered."""
    offices = [
        each for each in known.bodies.values()
        if each.kind == BodyKind.OFFICE and region.startswith(divisions.digits_of(each.region))
    ]  # fmt: skip
    return max(offices, key=lambda each: (len(divisions.digits_of(each.region)), each.code)).code if offices else ""


def _clocked(number: str, late: Sequence[Clock], over: Sequence[Clock]) -> Sentence:
    names = listed(dict.fromkeys(Sentence(each.rule.name, each.rule.name_en) for each in late))
    if over:
        return sentence("案件 {number}：{clocks}已逾期", "Case {number}: {clocks} overdue", number=number, clocks=names)
    if late:
        return sentence("案件 {number}：{clocks}超期办结", "Case {number}: {clocks} late", number=number, clocks=names)
    return sentence("案件 {number}：按期办结", "Case {number}: in time", number=number)


def _with_acts(kind: str, until: date) -> Iterator[tuple[Case, list[CaseAct]]]:
    """Every case of a kind opened by a day, with what had been done by then (截至某日的案件)."""
    for case in Case.objects.filter(kind=kind, opened_on__lte=until).prefetch_related("acts").order_by("number"):
        done = [act for act in case.acts.all() if act.on <= until]
        if done:
            yield case, done


@lru_cache(maxsize=4)
def _ended(until: date, _root: bytes, _book: str) -> tuple[Row, ...]:
    # The payloads are searched for the titles once for each state of the ledger, and only what names one is read.
    book = shelf.book()
    law = book.on(until)
    months = next((each.months for each in signals(law) if each.rows == "ended-bases"), 0)
    since = add_months(until.replace(day=1), -months)
    titles = circumstances.ended_titles(book, since)
    found = []
    for line in public.lines_of_records(reporting.naming(titles, since, until), until):
        gone = circumstances.ended_basis(line.fields.get("basis", ""), line.decided or since, book=book)
        if gone and line.decided is not None:
            told = sentence(
                "{document}　{decided} 作出，所写《{title}》施行至 {until}", "{document}, decided on {decided}: “{title}” was in force until {until}",
                document=line.document or line.title, decided=line.decided,
                title=Sentence(gone[0].title, gone[0].title_en or gone[0].title), until=gone[0].until,
            )  # fmt: skip
            found.append(Row(line.provider, line.decided, told, f"record:{line.record}"))
    return tuple(found)


def _parts(late: Sequence[Part]) -> Sentence:
    return listed(part.text or sentence("整项", "the whole") for part in late)


gauges.register("unkept", unkept)
gauges.register("arrears", arrears)
gauges.register("complaints", complaints)
gauges.register("complaint-time", complaint_time)
gauges.register("objections", objections)
gauges.register("debtors", debtors)
gauges.register("ended-bases", ended_bases)
