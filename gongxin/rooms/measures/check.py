"""A check (核查): an officer asks about a subject in a matter; the answer leaves when its look is in the log.

Gather: who asks, about whom, in which matter. Decide: the law says what each record means. Record: the gate writes the
look, with the digest of the answer, before anything is returned.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db import DatabaseError, transaction

from gongxin.kernel.identifiers import check_citizen, check_uscc, is_orgcode, is_regno, is_uscc, normalise_code
from gongxin.kernel.issues import Issue, Refusal, issue
from gongxin.kernel.sentences import listed, named, sentence
from gongxin.law.book import BookFault, Edition, LawSilent
from gongxin.law.consents import narrowed
from gongxin.law.model import Matter
from gongxin.law.standing import Line
from gongxin.rooms.measures import answer, percase, queue, sources
from gongxin.rooms.measures.answer import Answer, Asked
from gongxin.rooms.measures.faults import Unanswerable
from gongxin.spine import clock, shelf
from gongxin.spine.access import consents, gate
from gongxin.spine.access.gate import Ground, Viewer, Weighed
from gongxin.spine.access.looks import LogUnavailable
from gongxin.spine.access.models import Body
from gongxin.spine.ledger.acts import person_key
from gongxin.spine.projections.models import Subject
from gongxin.spine.secrets import SealFault

FAULTS = (DatabaseError, LogUnavailable, BookFault, SealFault, OSError)
"""What may keep the platform from answering: the store, the log, the law book, the keys."""

ORGANISATIONS = frozenset({"organisation", "sole-trader"})
PERSONS = frozenset({"person"})


@dataclass(frozen=True)
class Identified:
    """Whom a code names (识别结果): the key in the ledger, and the code as it may be shown."""

    key: str
    shown: str
    kinds: frozenset[str]


@dataclass(frozen=True)
class Prepared:
    """A question that may be put to the gate (已核对的请求)."""

    who: Identified
    matter: Matter
    ground: Ground
    as_of: date
    law: Edition

    def asked(self, subject_name: str | None, regions: tuple[str, ...]) -> Asked:
        """Return what the answer repeats of the question, and where the asking body stands."""
        return Asked(
            self.who.shown, subject_name, self.who.kinds, self.matter, self.as_of, self.ground.case_no, regions
        )


def check(
    viewer: Viewer,
    code: str,
    matter: str,
    as_of: date | None = None,
    case_no: str | None = None,
    *,
    consent: str | None = None,
) -> dict[str, Any] | Refusal | list[Issue]:
    """Answer a check, or say why not: the data are wrong (issues), or the law says no (refusal).

    `consent` is the number or the token of the subject's consent, for matters that rest on it. Raises Unanswerable when the platform cannot answer.
    """
    try:
        today = clock.today()
        prepared = prepare(code, matter, as_of, case_no, today=today, law=shelf.book().on(as_of or today))
        if not isinstance(prepared, Prepared):
            return prepared
        return _answered(viewer, on_consent(prepared, consent))
    except FAULTS as fault:
        raise Unanswerable(fault) from fault


def on_consent(prepared: Prepared, consent: str | None) -> Prepared:
    """Return the question as it is put on a consent (凭授权核查): what was not consented to is not looked for either."""
    if not (consent or "").strip():
        return prepared
    ground = replace(prepared.ground, consent=(consent or "").strip())
    held = consents.find((consent or "").strip())
    matter = narrowed(prepared.matter, held.terms) if held is not None else prepared.matter
    return replace(prepared, ground=ground, matter=matter)


def _answered(viewer: Viewer, prepared: Prepared) -> dict[str, Any] | Refusal:
    composed: list[Answer] = []

    def weigh(lines: list[Line]) -> Weighed:
        answered = answer.compose(
            prepared.asked(name_of(prepared.who), regions_of(viewer.body)),
            lines,
            sources.by_item(prepared.as_of),
            law=prepared.law,
        )
        composed.append(answered)
        return Weighed(len(answered.must_act), len(answered.for_reference), answer.digest_of(answered.content()))

    with transaction.atomic():
        reading = gate.read(viewer, prepared.ground, prepared.who.key, as_of=prepared.as_of, weigh=weigh)
        if isinstance(reading, Refusal):
            return reading
        placed = None
        if prepared.ground.case_no and prepared.ground.consent is None and prepared.as_of == clock.today():
            asked = percase.Asked(viewer.body, prepared.matter.id, prepared.ground.case_no, prepared.who.key)
            placed = percase.place(asked, reading.number, percase.standing_of(composed[0]), reading.at)
    answered = composed[0]
    queue.lay_down(answered)
    if placed is None:
        return answered.numbered(reading.number)
    return answered.numbered(placed.number) | placed.told(reading.number)


def prepare(
    code: str, matter_id: str, as_of: date | None, case_no: str | None, *, today: date, law: Edition
) -> Prepared | Refusal | list[Issue]:
    """Look at a question before anything is read: the matter, the day, the code, the case number."""
    day = as_of or today
    if day > today:
        return [Issue("check.future", "查询日晚于今日；将来的状态不能核查", column="as_of", value=day.isoformat())]
    try:
        matter = law.matter(matter_id)
    except LawSilent:
        return no_matter(matter_id, law)
    case = (case_no or "").strip()
    if matter.ground == "case" and not case:
        return Refusal(
            "access.case",
            sentence("“{matter}”须写明办件编号才能核查。", "“{matter}” is checked only with a case number.", matter=matter),
            str(matter.clause), sentence("请填写办件编号后再查。", "Give the case number and ask again."),
        )  # fmt: skip
    who = identify(code, matter, today)
    if isinstance(who, list):
        return who
    if not who.kinds & frozenset(matter.subject_kinds):
        whom = sentence("自然人", "natural persons") if who.kinds == PERSONS else sentence("单位", "organisations")
        return Refusal(
            "access.subject_kind",
            sentence("“{matter}”不核查{whom}。", "“{matter}” does not ask about {whom}.", matter=matter, whom=whom),
            str(matter.clause), sentence("请核对办理事项和代码。", "Check the matter and the code."),
        )  # fmt: skip
    return Prepared(who, matter, Ground(matter=matter.id, case_no=case or None), day, law)


def no_matter(matter_id: str, law: Edition) -> Refusal:
    """Return the refusal of a matter the book does not list (没有这个事项), with those it does."""
    offered = listed(
        sentence("{id}（{name}）", "{id} ({name})", id=each.id, name=named(each)) for each in law.matters()
    )
    return Refusal(
        "access.matter",
        sentence("事项清单中没有“{id}”。", "The list of matters does not hold “{id}”.", id=matter_id), None,
        sentence("可以核查的事项：{offered}。", "Matters that can be asked in: {offered}.", offered=offered),
    )  # fmt: skip


def identify(code: str, matter: Matter, today: date) -> Identified | list[Issue]:
    """Return whom a code names; a name never does, and a faulty code gets a hint, never a guess."""
    if "person" not in matter.subject_kinds and is_uscc(code):
        return Identified(f"uscc:{code}", code, ORGANISATIONS)
    organisation = check_uscc(code)
    written = organisation.code
    if len(written) == 18 and "person" in matter.subject_kinds and written[:17].isdigit():
        # One in thirty-one identity numbers also passes as an organisation's code; the division tells them apart.
        person = check_citizen(written, shelf.divisions(), today)
        if person.ok and not (is_valid(organisation) and written[2:8] in shelf.divisions()):
            return Identified(person_key(person.code), masked(person.code), PERSONS)
    if is_valid(organisation):
        return Identified(f"uscc:{written}", written, ORGANISATIONS)
    plain = normalise_code(code)
    if is_regno(plain):
        return Identified(f"regno:{plain}", plain, ORGANISATIONS)
    if is_orgcode(plain):
        return Identified(f"orgcode:{plain}", plain, ORGANISATIONS)
    if looks_like_person(plain):
        # A hint is the number once more with one sign changed: it would say what the mask keeps back.
        wrong = check_citizen(plain, shelf.divisions(), today).problem if "person" in matter.subject_kinds else None
        return [issue(wrong or organisation.problem or "uscc.length", column="code", value=masked(plain))]
    return [issue(organisation.problem or "uscc.length", column="code", value=code, suggestion=organisation.hint)]


def is_valid(checked: Any) -> bool:
    """Whether a code is valid, or would be but for the way it is written."""
    return bool(checked.ok or checked.problem == "uscc.form")


def looks_like_person(code: str) -> bool:
    """Whether a faulty code might be somebody's identity number, which is never repeated in full."""
    return len(code) in {15, 17, 18, 19} and code[:6].isdigit() and code[6:8] in {"18", "19", "20"}


def masked(identity_number: str) -> str:
    """Return an identity number as it may be shown (遮盖)."""
    return f"{identity_number[:3]}{'*' * max(0, len(identity_number) - 7)}{identity_number[-4:]}"


def name_of(who: Identified) -> str | None:
    """Return the organisation's name as the register or the first report has it; a person's name is not kept."""
    if who.kinds == PERSONS:
        return None
    return Subject.objects.filter(key=who.key).values_list("name", flat=True).first() or None


def regions_of(body: str) -> tuple[str, ...]:
    """Return the names of the regions a body stands in, from its own up to the province (单位所在区划)."""
    region = Body.objects.filter(code=body).values_list("region", flat=True).first() or ""
    if not region[:2].isdigit() or len(region) < 6:
        return ()
    names = shelf.division_names()
    codes = dict.fromkeys((region[:6], region[:4] + "00", region[:2] + "0000"))
    return tuple(names[code] for code in codes if code in names)
