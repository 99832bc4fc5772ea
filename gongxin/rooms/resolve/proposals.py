"""Proposals (识别建议): which registered subjects a waiting row might mean, each with what speaks for and against it.

A proposal has no effect. It is made from the register by codes near the one reported, by older codes, and by the
name's grams; the order is that of the published points, and the decision is a person's.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from gongxin.kernel import names
from gongxin.kernel.identifiers.code import normalise_code
from gongxin.kernel.identifiers.uscc import is_uscc
from gongxin.rooms.resolve import evidence, mentions
from gongxin.rooms.resolve.evidence import Described, Evidence
from gongxin.rooms.resolve.mentions import Reported, day_in, legacy_keys
from gongxin.rooms.resolve.near import near_codes
from gongxin.spine import clock, public, shelf
from gongxin.spine.projections import links
from gongxin.spine.projections.models import Link, Mention, Subject, SubjectName
from gongxin.spine.projections.search import search_names, suggestions

LIMIT = 8
LOOKED_AT = 40
REGISTER_CLASS = "01"
ORGANISATION = "uscc:"
LEGAL_FORM_LENGTH = 4


@dataclass(frozen=True)
class Proposal:
    """One candidate (候选主体) with all evidence; `judged` says what a person already held of this pair."""

    key: str
    code: str
    name: str
    other_names: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    total: float
    found_by: tuple[str, ...]
    judged: str = ""

    @property
    def supporting(self) -> tuple[Evidence, ...]:
        """Return what speaks for it (支持)."""
        return tuple(each for each in self.evidence if each.agrees is True)

    @property
    def opposing(self) -> tuple[Evidence, ...]:
        """Return what speaks against it (反对)."""
        return tuple(each for each in self.evidence if each.agrees is False)

    @property
    def silent(self) -> tuple[Evidence, ...]:
        """Return what could not be compared (无法比对)."""
        return tuple(each for each in self.evidence if each.agrees is None)


def for_mention(mention: Mention, limit: int = LIMIT) -> list[Proposal]:
    """Return the proposals for a waiting row (识别建议), best first; none for natural persons, who have no name search."""
    reported = mentions.read(mention)
    return [] if reported.natural_person else for_row(reported.described, key=reported.key, limit=limit)


def for_row(described: Described, *, key: str = "", limit: int = LIMIT) -> list[Proposal]:
    """Return the proposals for any description of a subject (识别建议); `key` is its own key, where it has one."""
    found: dict[str, list[str]] = defaultdict(list)
    for candidate, way in _candidates(described):
        if candidate != key and way not in found[candidate]:
            found[candidate].append(way)
    keys = list(found)[:LOOKED_AT]
    registered = _described(keys)
    namesakes = Counter(names.comparison_form(each.name) for each in registered.values())
    judged = _judged(key)
    proposals = []
    for candidate in keys:
        side = registered.get(candidate)
        if side is None:
            continue
        side = replace(
            side,
            namesakes=namesakes[names.comparison_form(side.name)] - 1,
            crossed_over="旧代码对照" in found[candidate],
        )
        seen = evidence.compare(described, side)
        proposals.append(
            Proposal(
                key=candidate,
                code=side.code,
                name=side.name,
                other_names=side.other_names,
                evidence=tuple(seen),
                total=evidence.total(seen),
                found_by=tuple(found[candidate]),
                judged=judged.get(candidate, ""),
            )
        )
    proposals.sort(key=lambda each: (each.judged == "different", -each.total, each.key))
    return proposals[:limit]


def _candidates(described: Described) -> Iterable[tuple[str, str]]:
    """Yield keys of the register and the way each was found, the surest way first."""
    code = normalise_code(described.code)
    if is_uscc(code):
        yield from _known([ORGANISATION + code], "代码相同")
    legacy = legacy_keys(code)
    for key in links.cross_walk(legacy).values():
        yield key, "旧代码对照"
    yield from _known([ORGANISATION + near for near in near_codes(code)], "代码只差一处")
    if len(names.display_name(described.name)) >= 2:
        yield from _by_name(described.name)


def _known(keys: Sequence[str], way: str) -> Iterable[tuple[str, str]]:
    known = set(Subject.objects.filter(key__in=list(keys)).values_list("key", flat=True))
    return [(key, way) for key in keys if key in known]


def _by_name(name: str) -> Iterable[tuple[str, str]]:
    """Yield subjects whose name holds this one, then those whose name is close to it in writing."""
    shown = names.display_name(name)
    hits, _ = search_names(shown, LOOKED_AT, 0)
    for hit in hits:
        yield hit.key, "名称相同或包含"
    for close in suggestions(shown):
        for key in SubjectName.objects.filter(name=close).values_list("subject", flat=True)[:LIMIT]:
            yield key, "名称写法相近"


def _described(keys: Sequence[str]) -> dict[str, Described]:
    """Return what the register says of these subjects (登记情况), read as the public may read it."""
    subjects = {subject.key: subject for subject in Subject.objects.filter(key__in=list(keys))}
    known: dict[str, list[str]] = defaultdict(list)
    for subject, name in SubjectName.objects.filter(subject__in=list(keys)).values_list("subject", "name"):
        known[subject].append(name)
    today = clock.today()
    register = {item.id for item in shelf.book().on(today).items() if item.category == REGISTER_CLASS}
    return {key: _one(subject, known[key], _register_fields(key, register, today)) for key, subject in subjects.items()}


def _register_fields(key: str, register: set[str], today: date) -> dict[str, str]:
    lines = [line for line in public.public_lines(key, today) if line.item in register]
    latest = max(lines, key=lambda line: line.record, default=None)
    return {} if latest is None else {name: str(value) for name, value in latest.fields.items() if value}


def _one(subject: Subject, known: Sequence[str], fields: dict[str, str]) -> Described:
    name = fields.get("subject_name") or subject.name
    return Described(
        name=name,
        code=subject.code,
        other_names=tuple(other for other in known if other != name),
        legal_rep=fields.get("legal_rep", ""),
        address=fields.get("address", ""),
        region=subject.region,
        established_on=day_in(fields, "established_on"),
    )


def _judged(key: str) -> dict[str, str]:
    """Return what is presently held of this key and others (已有判断)."""
    if not key:
        return {}
    rows = Link.objects.filter(key_a=key) | Link.objects.filter(key_b=key)
    return {row.key_b if row.key_a == key else row.key_a: row.judgement for row in rows}


def reported_of(mention: Mention) -> Reported:
    """Return what a waiting row says (所报内容), for the page that shows it beside the proposals."""
    return mentions.read(mention)
