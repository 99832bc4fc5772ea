"""Key areas of government integrity (政务诚信重点领域): packs of data – which promises and records belong to one, what is looked at.

A check tells whether something is there. What is missing is a question to the body with the clause and the way to mend
it, never a finding; what cannot be known yet is neither there nor missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from gongxin.kernel.sentences import Sentence, named
from gongxin.kernel.terms import add_months
from gongxin.law import complaints, promisekinds
from gongxin.law.book import Edition
from gongxin.law.citing import Certainty, ClauseRef
from gongxin.law.clauses import clause
from gongxin.law.facts import day_of
from gongxin.law.model import Entry, FieldSpec
from gongxin.law.promisekinds import read_milestones
from gongxin.law.promises import EFFECTS, PromiseStanding
from gongxin.law.reading import Reader
from gongxin.law.succession import Tenure

OF_PROMISE = ("stated", "followed", "stages", "compensated")
OF_BODY = ("services", "recorded")
MEASURES = (*OF_PROMISE, *OF_BODY)
MET, GAP, OPEN, TOLD = "met", "gap", "open", "told"
"""There 已有, missing 缺, not yet or not concerned 未到, and what is only told 仅列出."""
COMPENSATION = "compensation"
"""What `shows` calls the compensation of a change, which is no field of the record (补偿情况)."""
OTHER = "other"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that is looked at in an area (查看事项): its measure, and the way to mend what is missing."""

    id: str
    name: str
    name_en: str
    measure: str
    way: Sentence
    clause: ClauseRef
    certainty: Certainty
    fields: tuple[str, ...] = ()
    first: str = ""
    then: str = ""
    days: str = ""
    stages: str = ""
    words: Mapping[str, tuple[str, ...]] | None = None
    item: str = ""
    when: Mapping[str, tuple[str, ...]] | None = None
    months: str = ""
    told: bool = False


@dataclass(frozen=True, slots=True)
class Area:
    """A key area (重点领域), as an edition has it."""

    id: str
    name: str
    name_en: str
    duty: Sentence
    kinds: tuple[str, ...]
    """Kinds of promises that belong to it; empty means all (承诺种类)."""
    holders: tuple[str, ...]
    """Kinds of bodies whose promises belong to it; empty means all (责任单位类别)."""
    categories: tuple[str, ...]
    records: tuple[str, ...]
    """Catalogue items on display about the bodies that answer (关于责任单位的事项)."""
    registers: tuple[str, ...]
    """Catalogue items on display about others: agencies, bidders (关于其他单位的事项)."""
    honours: tuple[str, ...]
    """Words by which an honour belongs to the area (荣誉名称)."""
    systems: tuple[str, ...]
    shows: tuple[str, ...]
    internal: Sentence | None
    """Why nothing of it is public before somebody publishes it (暂不公开的理由)."""
    checks: tuple[Check, ...]
    bases: tuple[ClauseRef, ...]
    certainty: Certainty

    def holds(self, kind: str, holder: str) -> bool:
        """Tell whether a promise of a kind, borne by a kind of body, belongs to the area (是否属于本领域)."""
        return (not self.kinds or kind in self.kinds) and (not self.holders or holder in self.holders)

    def of_promise(self) -> tuple[Check, ...]:
        """Return what is looked at in each promise (逐项承诺查看)."""
        return tuple(each for each in self.checks if each.measure in OF_PROMISE)

    def of_body(self) -> tuple[Check, ...]:
        """Return what is looked at in each body (逐个单位查看)."""
        return tuple(each for each in self.checks if each.measure in OF_BODY)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a check found (查看结果): a fact, never a verdict."""

    check: Check
    state: str
    missing: tuple[Sentence, ...] = ()
    due: date | None = None
    """By when it is to be there, where a day can be told (何时以前)."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A record on display about a body, as a check looks at it (公示记录)."""

    item: str
    decided: date | None
    fields: Mapping[str, str]


def areas(law: Edition) -> tuple[Area, ...]:
    """Return the key areas in force (重点领域), in the order of the book."""
    return law.remember("areas", lambda: tuple(_read(entry, law) for entry in law.areas()))


def find_area(area: str, law: Edition) -> Area | None:
    """Return an area by its id, or None (重点领域)."""
    return next((each for each in areas(law) if each.id == area), None)


@clause("GF-2016-76", "五（一）")
@clause("GF-2016-76", "五（二）")
@clause("GF-2016-76", "五（三）")
@clause("GF-2016-76", "五（四）")
def answers(area: Area, held: PromiseStanding, *, law: Edition) -> tuple[Answer, ...]:
    """What a promise of an area says and what it does not (逐项查看).

    Law:      国发〔2016〕76号 五: the post that answers, acceptance, each stage's post, review and compensation
    Facts:    how the promise stands, with what was entered since
    Returns:  one Answer for each check of the area on promises, in the order of the book
    Refuses:  never
    """
    return tuple(_MEASURES[check.measure](check, held, law) for check in area.of_promise())


@clause("GF-2016-76", "五（六）")
def answers_of_body(
    area: Area, held: Sequence[PromiseStanding], shown: Iterable[Shown], *, as_of: date, law: Edition
) -> tuple[Answer, ...]:
    """What a body opened and in which services it promised (逐个单位查看).

    Law:      国发〔2016〕76号 五（六）: streets and townships promise in public and open their affairs and finances
    Facts:    the body's promises of the area; its records on display; the day
    Returns:  one Answer for each check of the area on bodies
    Refuses:  never
    """
    records = list(shown)
    found = []
    for check in area.of_body():
        if check.measure == "services":
            found.append(_services(check, held, law))
        else:
            found.append(_recorded(check, records, as_of, law))
    return tuple(found)


@clause("GF-2016-76", "五（二）")
def answerable(tenures: Iterable[Tenure], since: date, until: date) -> tuple[Tenure, ...]:
    """Those who held a post at some time between two days (责任回溯), the earliest first.

    Law:      国发〔2016〕76号 五（二）: who answered for a stage can be traced back
    Facts:    the tenures of a post; the days between which the stage ran, both included
    Returns:  the tenures that touch the time; none where the post was vacant throughout
    Refuses:  never
    """
    return tuple(
        each
        for each in sorted(tenures, key=lambda one: one.since)
        if each.since <= until and (each.until is None or each.until >= since)
    )


def said(held: PromiseStanding, field: str) -> str:
    """Return what a promise says in a field, what was entered since before what was said first (字段内容)."""
    entered = [act for act in held.line.acts if act.kind == "progress" and act.on <= held.line.as_of]
    for act in sorted(entered, key=lambda one: -one.seq):
        if act.payload.get(field):
            return str(act.payload[field])
    return str(held.line.payload.get(field) or "").strip()


def compensations(held: PromiseStanding) -> tuple[str, ...]:
    """Return what was said of compensation at each change, the earliest first (补偿情况)."""
    return tuple(str(each.said.get(COMPENSATION) or "") for each in held.decided if each.outcome in EFFECTS)


def faults(law: Edition) -> Iterator[tuple[str, str]]:
    """Yield what does not hold together in an area (领域数据的矛盾): the place and what is wrong there."""
    kinds = {each.id: each for each in promisekinds.kinds(law)}
    categories = {each.id for each in complaints.choices(complaints.CATEGORIES, law)}
    systems = {each.id for each in law.indicators()}
    for area in areas(law):
        place = f"areas.{area.id}"
        for name, known, used in (
            ("kinds", kinds, area.kinds), ("categories", categories, area.categories), ("systems", systems, area.systems),
            ("items", law.book.items, (*area.records, *area.registers)),
        ):  # fmt: skip
            for each in used:
                if each not in known:
                    yield place, f"{name}: {each} 不存在"
        items = {kinds[each].item for each in area.kinds if each in kinds} or {each.item for each in kinds.values()}
        for field in (
            *area.shows,
            *(name for check in area.checks for name in (*check.fields, check.first, check.then)),
        ):
            if field and field != COMPENSATION and not any(_public(law, item, field) for item in items):
                yield place, f"字段 {field} 不存在或者不公开"
        for check in area.checks:
            for parameter in (check.days, check.months, check.stages):
                if parameter and law.find_parameter(parameter) is None:
                    yield f"{place}.{check.id}", f"没有参数 {parameter}"
            if check.clause.instrument not in law.book.instruments:
                yield f"{place}.{check.id}", f"没有文件 {check.clause.instrument}"
            if check.item and law.find_item(check.item) is None:
                yield f"{place}.{check.id}", f"没有事项 {check.item}"


def _public(law: Edition, item: str, field: str) -> bool:
    spec = law.item(item).find_field(field)
    return spec is not None and spec.public


def _spec(held: PromiseStanding, field: str, law: Edition) -> FieldSpec | None:
    return law.item(held.line.item).find_field(field)


def _stated(check: Check, held: PromiseStanding, law: Edition) -> Answer:
    wanted = [spec for name in check.fields if (spec := _spec(held, name, law)) is not None]
    gone = tuple(named(spec) for spec in wanted if not said(held, spec.id))
    return Answer(check, GAP if gone else MET if wanted else OPEN, gone)


def _followed(check: Check, held: PromiseStanding, law: Edition) -> Answer:
    """Whether one thing came after another within its days: before its last day has passed it is only awaited."""
    began = day_of(said(held, check.first))
    wanted = _spec(held, check.then, law)
    if began is None or wanted is None:
        return Answer(check, OPEN)
    due = began + timedelta(days=law.parameter(check.days).number())
    if said(held, check.then):
        return Answer(check, MET, due=due)
    return Answer(check, GAP if held.line.as_of > due else OPEN, (named(wanted),), due)


def _stages(check: Check, held: PromiseStanding, law: Edition) -> Answer:
    """Whether each stage the document names is spoken of with a post that answers for it."""
    told = read_milestones(held.line.payload.get("milestones"))
    milestones = told if isinstance(told, tuple) else ()
    gone = []
    for stage in law.parameter(check.stages).texts():
        words = (stage, *(check.words or {}).get(stage, ()))
        if not any(each.post and any(word in each.text for word in words) for each in milestones):
            gone.append(Sentence(stage, stage))
    return Answer(check, GAP if gone else MET, tuple(gone))


def _compensated(check: Check, held: PromiseStanding, _law: Edition) -> Answer:
    found = compensations(held)
    if not found:
        return Answer(check, OPEN)
    return Answer(check, MET if all(found) else GAP, () if all(found) else (named(check),))


def _services(check: Check, held: Sequence[PromiseStanding], law: Edition) -> Answer:
    """The services no promise of a body speaks of: told, since no document asks for a promise in each."""
    spec = next(
        (
            found
            for item in promisekinds.items(law)
            for name in check.fields
            if (found := law.item(item).find_field(name)) is not None
        ),
        None,
    )
    if spec is None:
        return Answer(check, OPEN)
    spoken = {choice.value for each in held for choice, _text in spec.choices_in(said(each, spec.id)) if choice}
    gone = tuple(named(each) for each in spec.choices if each.value not in spoken and each.value != OTHER)
    return Answer(check, TOLD if check.told else GAP if gone else MET, gone)


def _recorded(check: Check, records: Sequence[Shown], as_of: date, law: Edition) -> Answer:
    """Whether a record of a kind was there within so many months; the corresponding day still counts."""
    days = [
        each.decided
        for each in records
        if each.item == check.item and each.decided is not None and each.decided <= as_of and _fits(check, each)
    ]
    months = law.parameter(check.months).number()
    due = add_months(max(days), months) if days else None
    return Answer(
        check, MET if due is not None and as_of <= due else GAP, () if due and as_of <= due else (named(check),), due
    )


def _fits(check: Check, shown: Shown) -> bool:
    return all(shown.fields.get(name) in values for name, values in (check.when or {}).items())


_MEASURES = {"stated": _stated, "followed": _followed, "stages": _stages, "compensated": _compensated}


def _read(entry: Entry, law: Edition) -> Area:
    reader = Reader(entry.data, f"{entry.path} areas.{entry.id}", law.book.instruments)
    if not entry.bases:
        raise reader.fault("bases are missing; no area without a clause")
    if not reader.texts("kinds") and not reader.texts("holders"):
        raise reader.fault("names neither kinds of promises nor kinds of bodies; everything would belong to it")
    why = reader.text("internal")
    return Area(
        entry.id, entry.name, entry.name_en, Sentence(reader.text("duty", None), reader.text("duty_en", None)),
        reader.texts("kinds"), reader.texts("holders"), reader.texts("categories"), reader.texts("records"),
        reader.texts("registers"), reader.texts("honours"), reader.texts("systems"), reader.texts("shows"),
        Sentence(why, reader.text("internal_en") or why) if why else None,
        tuple(_read_check(row) for row in reader.rows("checks")), entry.bases, entry.certainty,
    )  # fmt: skip


def _read_check(row: Reader) -> Check:
    measure = row.one_of("measure", MEASURES, None)
    needs = {
        "stated": ("fields",), "followed": ("first", "then", "days"), "stages": ("stages",), "services": ("fields",),
        "recorded": ("item", "months"),
    }.get(measure, ())  # fmt: skip
    gone = [name for name in needs if not row.body.get(name)]
    if gone:
        raise row.fault(f"{', '.join(gone)} missing for the measure {measure}")
    return Check(
        row.text("id", None), row.text("name", None), row.text("name_en", None), measure,
        Sentence(row.text("way", None), row.text("way_en", None)), row.get_ref("clause"), row.certainty(),
        row.texts("fields"), row.text("first"), row.text("then"), row.text("days"), row.text("stages"),
        {name: tuple(map(str, words)) for name, words in row.mapping("words").items()}, row.text("item"),
        {name: tuple(map(str, values)) for name, values in row.mapping("when").items()}, row.text("months"), row.flag("told"),
    )  # fmt: skip
