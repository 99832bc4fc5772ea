"""Key areas of government integrity (政务诚信重点领域): what bodies promised in one, what it says and what is missing, complaints beside it.

One reading for all areas: what differs between them is data of the law book. What is missing is told as a question with
its clause and the way to mend it; nothing is found, and nobody is ranked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from gongxin.kernel.issues import Refusal
from gongxin.law import areas as rules
from gongxin.law import integrity
from gongxin.law.areas import COMPENSATION, GAP, Answer, Area
from gongxin.rooms.promises import listing, telling
from gongxin.rooms.promises.complaints.models import Docket
from gongxin.rooms.promises.listing import Figures
from gongxin.spine import duties, public, shelf
from gongxin.spine.access.gate import Viewer
from gongxin.spine.bodies.register import Register
from gongxin.spine.cases.models import Case
from gongxin.spine.duties import KEY, Duty
from gongxin.spine.public import PublicLine


@dataclass(frozen=True)
class Looked:
    """A promise of an area with what was looked at in it (承诺及查看结果)."""

    duty: Duty
    answers: tuple[Answer, ...]
    shown: tuple[tuple[str, str], ...]
    """Field and text of what the area shows beside it (随承诺公开的内容)."""

    @property
    def gaps(self) -> tuple[Answer, ...]:
        """Return what is missing (所缺内容)."""
        return tuple(each for each in self.answers if each.state == GAP)


@dataclass(frozen=True)
class Results:
    """What became of complaints in an area (投诉处理结果): counts alone, by outcome."""

    count: int
    answered: int
    outcomes: Mapping[str, int]


@dataclass(frozen=True)
class Part:
    """How one body stands in an area (一个单位在本领域)."""

    code: str
    figures: Figures
    gaps: int
    complaints: Results
    broken: int
    """Records of broken faith on display that came of a complaint in this area (违约失信记录)."""


@dataclass(frozen=True)
class OfBody:
    """A body in an area, whole (单位领域页)."""

    area: Area
    code: str
    as_of: date
    promises: tuple[Looked, ...]
    answers: tuple[Answer, ...]
    records: tuple[PublicLine, ...]
    honours: tuple[PublicLine, ...]
    complaints: Results
    figures: Figures
    broken: tuple[PublicLine, ...] = ()
    """Records of broken faith on display that came of a complaint in this area (违约失信记录)."""

    @property
    def gaps(self) -> int:
        """Return how many things are missing, of its promises and of itself (所缺项数)."""
        return sum(len(each.gaps) for each in self.promises) + sum(each.state == GAP for each in self.answers)


def known(as_of: date) -> tuple[Area, ...]:
    """Return the areas of the day (重点领域)."""
    return rules.areas(shelf.book().on(as_of))


def find(area: str, as_of: date) -> Area | None:
    """Return an area by its id, or None (重点领域)."""
    return rules.find_area(area, shelf.book().on(as_of))


def of_area(area: Area, as_of: date, names: Register, region: str = "") -> list[Duty]:
    """Return the promises on display that belong to an area (本领域公示的承诺), the overdue ones first."""
    wanted = listing.stem(region)
    found = [
        each
        for each in duties.shown(as_of, names)
        if _belongs(area, each, names) and _region(each.bearer, names).startswith(wanted)
    ]
    return sorted(found, key=listing.urgent_first)


def bodies_of(area: Area, found: Sequence[Duty], names: Register, region: str = "") -> list[str]:
    """Return the bodies an area is about, by name (本领域的单位): those that promised, those complained of, those that ought to open theirs.

    Whoever entered no promise does not stand the better for it where a promise of this area is complained of.
    """
    wanted = listing.stem(region)
    complained = Docket.objects.filter(category__in=area.categories).values_list("against", flat=True).distinct()
    codes = {each.bearer for each in found} | {
        code for code in complained if code in names.bodies and _region(code, names).startswith(wanted)
    }
    if area.holders:
        codes |= {
            code
            for code, body in names.bodies.items()
            if body.kind in area.holders and body.region.startswith(wanted) and names.ended_on(code) is None
        }
    return sorted(codes, key=lambda code: (names.name(code), code))


def of_promises(found: Iterable[Duty], holder: str, as_of: date) -> list[Area]:
    """Return the areas to which a body's promises belong (单位所涉领域), those of its own kind of body included."""
    kinds = {each.of("promise_kind") for each in found}
    return [
        area
        for area in known(as_of)
        if (area.holders and holder in area.holders) or any(area.holds(kind, holder) for kind in kinds)
    ]


def parts(area: Area, found: Iterable[Duty], codes: Iterable[str], as_of: date) -> list[Part]:
    """Return how bodies stand in an area (各单位情况), in the order given: no order of merit."""
    law = shelf.book().on(as_of)
    held: dict[str, list[Duty]] = {code: [] for code in codes}
    for each in found:
        if each.bearer in held:
            held[each.bearer].append(each)
    complained = _dockets(area, held)
    broken = _broken(complained, as_of)
    told = []
    for code, own in held.items():
        gaps = sum(len(_look(area, each, law).gaps) for each in own)
        results = _results(complained.get(code, ()))
        told.append(Part(code, listing.figures(own), gaps, results, len(broken.get(code, ()))))
    return told


def of_body(area: Area, code: str, as_of: date, names: Register) -> OfBody:
    """Return a body in an area as everybody sees it (单位公开情况)."""
    own = [each for each in of_area(area, as_of, names) if each.bearer == code]
    return _whole(area, code, own, as_of)


def inside(viewer: Viewer, code: str, as_of: date, names: Register) -> dict[str, OfBody] | Refusal:
    """Return a body in every area with what is not public (本单位各领域情况), for its own people and those above; logged once."""
    found = duties.inside(viewer, code, as_of)
    if isinstance(found, Refusal):
        return found
    ordered = sorted(found, key=listing.urgent_first)
    return {
        area.id: _whole(area, code, [each for each in ordered if _belongs(area, each, names)], as_of)
        for area in known(as_of)
    }


def complaints_of(area: Area, found: Iterable[Duty], codes: Iterable[str]) -> Results:
    """Return what became of complaints about several bodies in an area (投诉处理结果合计)."""
    held: dict[str, list[Duty]] = {code: [] for code in codes}
    for each in found:
        held.setdefault(each.bearer, []).append(each)
    return _results([each for rows in _dockets(area, held).values() for each in rows])


def registers(area: Area, as_of: date) -> list[tuple[str, int]]:
    """Return the registers an area keeps about others, with how many entries are on display (本领域公示名册)."""
    counted = public.public_counts(as_of)
    return [(item, counted.get(item, 0)) for item in area.registers]


def told(area: Area, as_of: date, names: Register, region: str = "") -> dict[str, Any]:
    """Return an area with every body in it, as page, interface and command give it (领域数据)."""
    found = of_area(area, as_of, names, region)
    codes = bodies_of(area, found, names, region)
    return {
        "as_of": as_of,
        **as_dict(area),
        "bodies": [part_dict(each, names) for each in parts(area, found, codes, as_of)],
    }


def as_dict(area: Area) -> dict[str, Any]:
    """Return an area as interface and command give it (领域数据)."""
    return {
        "id": area.id, "name": area.name, "name_en": area.name_en, "duty": str(area.duty), "duty_en": area.duty.english,
        "clauses": [str(ref) for ref in area.bases], "certainty": area.certainty, "kinds": list(area.kinds),
        "holders": list(area.holders), "records": list(area.records), "registers": list(area.registers),
        "internal": str(area.internal) if area.internal is not None else None,
        "checks": [
            {"id": each.id, "name": each.name, "name_en": each.name_en, "clause": str(each.clause), "certainty": each.certainty,
             "way": str(each.way), "way_en": each.way.english}
            for each in area.checks
        ],
    }  # fmt: skip


def part_dict(part: Part, names: Register) -> dict[str, Any]:
    """Return how a body stands in an area (单位情况数据)."""
    return {
        "code": part.code, "name": names.name(part.code), "promises": part.figures.total, "open": part.figures.open,
        "overdue": part.figures.overdue, "states": part.figures.states, "missing": part.gaps,
        "complaints": _results_dict(part.complaints), "broken": part.broken,
    }  # fmt: skip


def whole_dict(told: OfBody, names: Register) -> dict[str, Any]:
    """Return a body in an area, whole (单位领域数据)."""
    return {
        "area": as_dict(told.area), "as_of": told.as_of, "body": {"code": told.code, "name": names.name(told.code, told.as_of)},
        "total": told.figures.total, "open": told.figures.open, "overdue": told.figures.overdue, "missing": told.gaps,
        "promises": [
            {**telling.row(each.duty, names), "shown": dict(each.shown), "checks": [answer_dict(one) for one in each.answers]}
            for each in told.promises
        ],
        "checks": [answer_dict(each) for each in told.answers],
        "records": [_line(each) for each in told.records], "honours": [_line(each) for each in told.honours],
        "complaints": _results_dict(told.complaints), "broken": [_line(each) for each in told.broken],
    }  # fmt: skip


def answer_dict(answer: Answer) -> dict[str, Any]:
    """Return what a check found (查看结果数据): met 已有, gap 缺, open 未到, told 仅列出."""
    return {
        "id": answer.check.id, "name": answer.check.name, "state": answer.state, "missing": [str(each) for each in answer.missing],
        "due": answer.due, "clause": str(answer.check.clause), "certainty": answer.check.certainty, "way": str(answer.check.way),
    }  # fmt: skip


def _whole(area: Area, code: str, own: Sequence[Duty], as_of: date) -> OfBody:
    law = shelf.book().on(as_of)
    lines = public.public_lines(KEY + code, as_of)
    records = [each for each in lines if each.item in area.records]
    honours = [each for each in records if area.honours and each.item == "honour" and _named(area, each)]
    shown = [rules.Shown(each.item, each.decided, each.fields) for each in records]
    answers = rules.answers_of_body(area, [each.standing for each in own], shown, as_of=as_of, law=law)
    complained = _dockets(area, {code: own})
    return OfBody(
        area, code, as_of, tuple(_look(area, each, law) for each in own), answers,
        tuple(each for each in records if each.item != "honour"), tuple(honours),
        _results(complained.get(code, ())), listing.figures(own), tuple(_broken(complained, as_of).get(code, ())),
    )  # fmt: skip


def _look(area: Area, duty: Duty, law: Any) -> Looked:
    shown = []
    for field in area.shows:
        text = (
            "；".join(rules.compensations(duty.standing)) if field == COMPENSATION else rules.said(duty.standing, field)
        )
        if text:
            shown.append((field, text))
    return Looked(duty, rules.answers(area, duty.standing, law=law), tuple(shown))


def _named(area: Area, line: PublicLine) -> bool:
    return any(word in line.fields.get("honour_name", "") for word in area.honours)


def _belongs(area: Area, duty: Duty, names: Register) -> bool:
    body = names.bodies.get(duty.bearer)
    return area.holds(duty.of("promise_kind"), body.kind if body is not None else "")


def _region(code: str, names: Register) -> str:
    body = names.bodies.get(code)
    return body.region if body is not None else ""


def _dockets(area: Area, held: Mapping[str, Sequence[Duty]]) -> dict[str, list[Docket]]:
    """The complaints about bodies that belong to an area: by their category or their promise; of an area of bodies all."""
    rows = Docket.objects.filter(against__in=list(held))
    if not area.holders:
        records = [each.record for own in held.values() for each in own]
        rows = rows.filter(Q(category__in=area.categories) | Q(promise__in=records))
    found: dict[str, list[Docket]] = {}
    for row in rows:
        found.setdefault(row.against, []).append(row)
    return found


def _broken(complained: Mapping[str, Iterable[Docket]], as_of: date) -> dict[str, list[PublicLine]]:
    """The records of broken faith on display that came of these complaints (违约失信记录): tied by the case that decided."""
    of = {row.case: code for code, rows in complained.items() for row in rows}
    tied = Case.objects.filter(kind=integrity.KIND, about__in=list(of), record__isnull=False)
    records: dict[str, set[int]] = {}
    for about, record in tied.values_list("about", "record"):
        records.setdefault(of[about], set()).add(record)
    return {
        code: [line for line in public.public_lines(KEY + code, as_of) if line.record in wanted]
        for code, wanted in records.items()
    }


def _results(rows: Iterable[Docket]) -> Results:
    told = list(rows)
    outcomes: dict[str, int] = {}
    for row in told:
        if row.outcome:
            outcomes[row.outcome] = outcomes.get(row.outcome, 0) + 1
    return Results(len(told), sum(row.answered_on is not None for row in told), dict(sorted(outcomes.items())))


def _results_dict(told: Results) -> dict[str, Any]:
    return {"count": told.count, "answered": told.answered, "outcomes": dict(told.outcomes)}


def _line(line: PublicLine) -> dict[str, Any]:
    return {
        "record": line.record, "item": line.item, "item_name": line.item_name, "title": line.title, "document": line.document,
        "decided": line.decided, "display_until": line.display_until, "authority": line.authority, "fields": line.fields,
        "clauses": [str(each) for each in line.clauses], "certainty": line.certainty, "remedy": line.remedy,
    }  # fmt: skip
