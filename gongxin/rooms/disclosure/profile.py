"""The public page of an organisation (主体信用页): what it is, what is on display, on what clause, until when.

Everything here is read from the public lines of the day asked about. What is not public on that day is not counted,
not hinted at, and leaves no empty place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from gongxin.kernel.identifiers.uscc import DEPARTMENTS, KINDS, is_uscc
from gongxin.kernel.masking import mask_field
from gongxin.kernel.names import display_name
from gongxin.law.book import Citation, Edition, Item
from gongxin.law.holds import Hold
from gongxin.rooms.disclosure.subjects import key_of, name_of
from gongxin.spine import clock, public, shelf

PERFORMED = "yes"
"""The value of the field `performed` (是否履行) that says a commitment was kept."""

REGISTER_CLASS = "01"
"""Catalogue class 登记注册基本信息: it says who the subject is and is no event on its timeline."""


@dataclass(frozen=True)
class Tile:
    """One figure at the top (概览格)."""

    item: str
    name: str
    count: int
    note: str
    tone: str


@dataclass(frozen=True)
class Term:
    """The term bar (期限条): three days, and how far the day asked about lies between the first and the last."""

    starts: date
    repair_from: date | None
    ends: date
    days_left: int
    passed_percent: int
    repair_percent: int | None
    repair_open: bool
    sentence: str


@dataclass(frozen=True)
class Event:
    """One record on the timeline (时间轴记录)."""

    record: int
    item: str
    item_name: str
    polarity: str
    title: str
    authority: str
    document: str
    decided: date | None
    severity: str | None
    state: str
    summary: tuple[tuple[str, str], ...]
    chips: tuple[Citation, ...]
    term: Term | None
    remedy: str
    certainty: str
    marks: tuple[Hold, ...] = ()
    """What open cases hold it with (标注), in the law book's words."""
    statements: tuple[str, ...] = ()
    """What its subject says beside it (主体声明)."""


@dataclass(frozen=True)
class Source:
    """Where the page's records come from (信息来源) and how fresh they are."""

    provider: str
    name: str
    count: int
    updated: datetime | None


@dataclass(frozen=True)
class Identity:
    """Who the subject is (主体身份), from its code and, where reported, its registration."""

    code: str
    name: str
    kind: str
    kind_name: str
    department: str
    division: str
    org_type: str
    legal_rep: str
    established_on: str
    address: str
    status: str
    other_names: tuple[str, ...]


@dataclass(frozen=True)
class Profile:
    """A subject's public page (主体信用页) on a day."""

    identity: Identity
    as_of: date
    tiles: tuple[Tile, ...]
    timeline: tuple[Event, ...]
    counts: tuple[tuple[str, str, int], ...]
    sources: tuple[Source, ...]
    says: tuple[str, ...]
    repairable: tuple[Event, ...]
    book: str


def profile(code: str, as_of: date) -> Profile | None:
    """Return the public page of a code as of a day, or None when nothing of that subject is public then.

    None is one answer for an unknown code and for a subject whose records have all gone: the public cannot tell them
    apart, which is what the end of a display period means.
    """
    as_of = min(as_of, clock.today())
    edition = shelf.book().on(as_of)
    lines = public.public_lines(key_of(code), as_of)
    if not lines:
        return None
    items = {item.id: item for item in edition.items()}
    timeline = tuple(_event(line, items.get(line.item), as_of) for line in _newest_first(lines, items))
    return Profile(
        identity=_identity(code, lines, items),
        as_of=as_of,
        tiles=_tiles(code, timeline, edition),
        timeline=timeline,
        counts=_counts(timeline, items),
        sources=_sources(lines, as_of),
        says=what_the_page_says(),
        repairable=tuple(event for event in timeline if event.term and event.term.repair_open),
        book=shelf.book().version,
    )


def what_the_page_says() -> tuple[str, ...]:
    """Return the words beside every profile (这页能说明什么): what may and what may not be read out of it."""
    return (
        _("本页把各部门依法作出的决定原样列出，注明依据、公示期和来源单位。"),
        _("平台不打分、不评级，也不替任何人作判断。"),
        _("没有记录只说明没有在公示的记录，不等于信用良好。"),
    )


def _newest_first(lines: Sequence[public.PublicLine], items: dict[str, Item]) -> list[public.PublicLine]:
    shown = [line for line in lines if not _is_register(items.get(line.item))]
    return sorted(shown, key=lambda line: (line.decided or date.min, line.record), reverse=True)


def _is_register(item: Item | None) -> bool:
    return item is not None and item.category == REGISTER_CLASS


UNITS = {"wan": gettext_lazy("万元")}
"""Units of the catalogue that are not words (计量单位), as they are written."""


def _event(line: public.PublicLine, item: Item | None, as_of: date) -> Event:
    shown = []
    for field_id in item.summary_fields if item else ():
        spec, value = item.find_field(field_id) if item else None, line.fields.get(field_id)
        if spec is not None and value:
            text = mask_field(field_id, spec.worded(value), kind=spec.kind)
            unit = str(UNITS.get(spec.unit or "", spec.unit or ""))
            # The unit stands by the figure; a field's name that says it as well would say it twice.
            name = spec.name.removesuffix(f"（{unit}）") if unit else spec.name
            shown.append((name, f"{text} {unit}" if unit else text))
    return Event(
        record=line.record,
        item=line.item,
        item_name=line.item_name,
        polarity=item.polarity if item else "neutral",
        title=mask_field("title", line.title),
        authority=line.authority,
        document=line.document or "",
        decided=line.decided,
        severity=line.severity,
        state="performed" if line.fields.get("performed") == PERFORMED else line.state,
        summary=tuple(shown),
        chips=tuple(line.clauses),
        term=term_of(line, as_of),
        remedy=line.remedy or "",
        certainty=line.certainty,
        marks=line.marks,
        statements=tuple(mask_field("statement", text) for text in line.statements),
    )


def term_of(line: public.PublicLine, as_of: date) -> Term | None:
    """Return the three days of a line that ends by law (期限条), or None when the law sets no end."""
    if line.display_from is None or line.display_until is None:
        return None
    starts, ends, repair = line.display_from, line.display_until, line.repair_from
    left = (ends - as_of).days
    sentence = _("公示从 %(starts)s 开始，") % {"starts": starts}
    if repair is not None and repair <= ends:
        sentence += _("%(repair)s 起可以申请修复，") % {"repair": repair}
    sentence += ngettext(
        "%(ends)s 当天结束后自动停止公示，还有 %(left)d 天。",
        "%(ends)s 当天结束后自动停止公示，还有 %(left)d 天。",
        left,
    ) % {"ends": ends, "left": left}
    return Term(
        starts=starts,
        repair_from=repair,
        ends=ends,
        days_left=left,
        passed_percent=_share(starts, as_of, ends),
        repair_percent=_share(starts, repair, ends) if repair is not None and repair <= ends else None,
        repair_open=repair is not None and repair <= as_of <= ends,
        sentence=sentence,
    )


def _share(starts: date, day: date, ends: date) -> int:
    """Return which part of a term has passed on a day, in whole percent between 0 and 100."""
    whole = (ends - starts + timedelta(days=1)).days
    return max(0, min(100, round(100 * (day - starts).days / whole)))


def _identity(code: str, lines: Sequence[public.PublicLine], items: dict[str, Item]) -> Identity:
    register = [line for line in lines if _is_register(items.get(line.item))]
    latest = max(register, key=lambda line: line.record, default=None)
    known = dict(latest.fields) if latest else {}
    name = name_of(lines, items)
    reported = dict.fromkeys(line.fields.get("subject_name") or line.subject_name for line in lines)
    return Identity(
        code=code,
        name=display_name(name),
        kind=code[:2] if is_uscc(code) else "",
        kind_name=KINDS.get(code[:2], "") if is_uscc(code) else "",
        department=DEPARTMENTS.get(code[:1], "") if is_uscc(code) else "",
        division=code[2:8] if is_uscc(code) else "",
        org_type=known.get("org_type") or "",
        legal_rep=known.get("legal_rep") or "",
        established_on=known.get("established_on") or "",
        address=known.get("address") or "",
        status=_word(items.get(latest.item), "status", known) if latest else "",
        other_names=tuple(
            dict.fromkeys(shown for each in reported if (shown := display_name(each)) != display_name(name))
        ),
    )


def _word(item: Item | None, field_id: str, fields: dict[str, str]) -> str:
    """Return an enumerated value by its name (枚举名称), any other as it stands."""
    value = fields.get(field_id) or ""
    spec = item.find_field(field_id) if item else None
    choice = spec.find_choice(value) if spec and value else None
    return choice.name if choice else value


def _tiles(code: str, timeline: Sequence[Event], edition: Edition) -> tuple[Tile, ...]:
    """Return a figure for each public item that can concern the subject (概览), in the catalogue's order.

    Items of one class that speak alike, as those of the lists of serious dishonesty, are one tile under the class's name.
    """
    classes: dict[tuple[str, str], list[Item]] = {}
    for item in edition.items():
        concerned = not item.says_nothing_of(code) or any(event.item == item.id for event in timeline)
        if item.category != REGISTER_CLASS and item.public_for and concerned:
            classes.setdefault((item.category, item.polarity), []).append(item)
    return tuple(_tile(category, items, timeline, edition) for (category, _polarity), items in classes.items())


def _tile(code: str, items: Sequence[Item], timeline: Sequence[Event], edition: Edition) -> Tile:
    shown = {item.id for item in items}
    found = [event for event in timeline if event.item in shown]
    polarity = items[0].polarity
    tone = "plain" if not found else {"adverse": "adverse", "favourable": "good"}.get(polarity, "plain")
    note = _("条在公示") if polarity == "adverse" else _("条")
    done = sum(event.state == "performed" for event in found)
    if done:
        note = _("条，已履行 %(done)d") % {"done": done}
    one = len(items) == 1
    named = next((each.name for each in edition.catalogue().classes if each.code == code), items[0].name)
    return Tile(
        items[0].id, items[0].name if one else named, len(found), note if found else _("没有在公示的记录"), tone
    )


def _counts(timeline: Sequence[Event], items: dict[str, Item]) -> tuple[tuple[str, str, int], ...]:
    found = Counter(event.item for event in timeline)
    return tuple((item.id, item.name, found[item.id]) for item in items.values() if found[item.id])


def _sources(lines: Sequence[public.PublicLine], as_of: date) -> tuple[Source, ...]:
    found = Counter(line.provider for line in lines)
    fresh = {source.provider: source for source in public.sources(as_of)}
    rows = []
    for provider, count in found.most_common():
        source = fresh.get(provider)
        rows.append(Source(provider, source.name if source else provider, count, source.updated if source else None))
    return tuple(rows)
