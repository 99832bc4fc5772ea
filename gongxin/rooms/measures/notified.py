"""What the subject is told of a restriction (限制措施的告知): its notice names the facts, the clause, the end and the cure.

The facts are read once, through the gate, when the notice is made. Every later document says what the notice said: a
decision rests on nothing that was not told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from django.conf import settings
from django.utils import translation

from gongxin.kernel.issues import Refusal
from gongxin.kernel.sentences import Sentence, in_english, listed, named, sentence
from gongxin.law.book import Edition
from gongxin.law.standing import Line
from gongxin.rooms.measures.answer import document_of
from gongxin.rooms.measures.intended import Intended, intended_of
from gongxin.rooms.measures.models import Restriction
from gongxin.rooms.measures.percase import NOTICING
from gongxin.spine import records
from gongxin.spine.access import gate
from gongxin.spine.access.gate import Ground
from gongxin.spine.cases.deciding import remedies
from gongxin.spine.cases.kinds import Doing, Telling
from gongxin.spine.outbox import notices
from gongxin.spine.outbox.models import Notice

NOTIFIED = "restriction.notified"
TEMPLATES = {
    "serve": "restriction.served", "decide": "restriction.decided", "serve-decision": "restriction.effective",
    "lift": "restriction.lifted", "annul": "restriction.annulled", "drop": "restriction.dropped",
    "close": "restriction.over", "keep": "restriction.kept",
}  # fmt: skip
DOCUMENTED = frozenset({"decide", "keep", "lift", "annul", "drop"})
"""The acts whose documents repeat what the notice told (载明告知内容的文书)."""

COVERED = ("measure", "records")
"""What was typed as numbers and codes, and is told in words (以文字载明的代码)."""


def give(doing: Doing, until: date | None) -> Refusal | None:
    """Give the notice (告知拟采取的限制): with the facts of each record, read under the matter of the check and the case's number.

    Refused: whoever may not look in this matter, for a notice that cannot say its facts is none.
    """
    intended = intended_of(doing.case, doing.fields)
    looking = replace(doing.viewer, via=NOTICING)
    ground = Ground(matter=intended.look.matter, case_no=doing.case.number)
    numbers = intended.numbers()
    items = {place.item for place in map(records.find_place, numbers) if place is not None}
    reading = gate.read(looking, ground, doing.case.subject, as_of=doing.today, items=items)
    if isinstance(reading, Refusal):
        return reading
    lines = [line for line in reading.lines if line.record in numbers]
    with translation.override(settings.LANGUAGE_CODE):
        terms = notices.in_both(_terms(doing, intended, lines, until))
        words = {**_words(doing, intended, until), **terms, "covers": COVERED, "to": _name(lines)}
        notices.tell("subject", doing.case.subject, NOTIFIED, case=doing.case.number, words=words)
    return None


def tellings(doing: Doing, until: date | None) -> Sequence[Telling]:
    """Whom it is told (告知): always the subject, in the words the officer reads, with clause, end, cure and remedies."""
    template = TEMPLATES.get(doing.verb)
    if template is None:
        return ()
    row = Restriction.objects.filter(pk=doing.case.number).first()
    words = _words(doing, intended_of(doing.case), row.until if row is not None else until)
    if doing.verb in DOCUMENTED:
        told = _told_first(doing.case.number)
        words |= {name: told[name] for name in ("terms", "terms_en", "to") if name in told}
    return [Telling("subject", doing.case.subject, template, words)]


def _words(doing: Doing, intended: Intended, until: date | None) -> dict[str, object]:
    provision = doing.law.book.provisions[intended.said("measure")]
    hearing = doing.after.find_clock("hear")
    return {
        "measure": provision.name, "clause": "、".join(map(str, provision.bases)), "cure": provision.cure,
        "cure_en": provision.cure_en, "until": until.isoformat() if until else "—",
        "reason": intended.said("reason") or provision.subjects, "reason_en": intended.said("reason") or provision.subjects_en,
        "due": hearing.due.isoformat() if hearing and hearing.due else "—", "records": "、".join(map(str, intended.numbers())),
        "body": doing.viewer.body,
        "ways": [{"id": way.id, "text": way.text, "text_en": way.text_en} for way in remedies(doing.law)],
    }  # fmt: skip


def _terms(
    doing: Doing, intended: Intended, lines: Sequence[Line], until: date | None
) -> Iterator[tuple[Sentence, str]]:
    """What the documents say beside what was typed (文书载明事项): facts, reasons, clause, end, cure."""
    provision = doing.law.book.provisions[intended.said("measure")]
    yield Sentence("措施", "Measure"), named(provision)
    for line in lines:
        yield Sentence("事实", "Facts"), fact_of(line, doing.law)
    if not intended.said("reason"):
        yield Sentence("理由", "Reason"), Sentence(provision.subjects, provision.subjects_en or provision.subjects)
    yield Sentence("措施依据", "Basis of the measure"), listed(map(str, provision.bases))
    yield Sentence("执行到", "Runs until"), until.isoformat() if until else "—"
    yield Sentence("怎样解除", "How it is lifted"), Sentence(provision.cure, provision.cure_en or provision.cure)


def fact_of(line: Line, law: Edition) -> Sentence:
    """One record as a notice tells it (告知书所载事实): what it is, what was found, by whom, in which document, on which day."""
    item, payload = law.item(line.item), line.payload
    spec = item.get_field(item.title_field)
    found = spec.worded(str(payload.get(item.title_field) or ""))
    decided = line.facts.decided_on
    what = sentence("{item}（记录 {record}）", "{item} (record {record})", item=item, record=line.record)
    parts = [
        sentence("{what}：{found}", "{what}: {found}", what=what, found=found) if found else what,
        str(payload.get("authority") or payload.get("source") or ""), document_of(item, payload) or "",
        sentence("{day} 认定", "found on {day}", day=decided.isoformat()) if decided else "",
    ]  # fmt: skip
    told = [part for part in parts if part]
    return Sentence("，".join(told), ", ".join(in_english(part) for part in told))


def _name(lines: Sequence[Line]) -> str:
    return next((str(line.payload["subject_name"]) for line in lines if line.payload.get("subject_name")), "")


def _told_first(number: str) -> Mapping[str, object]:
    first = Notice.objects.filter(case=number, template=NOTIFIED).order_by("id").first()
    return {} if first is None else notices.words_of(first)
