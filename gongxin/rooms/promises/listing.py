"""Lists of promises (承诺清单): narrowed by body, kind, state, place and words; due ones first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from gongxin.kernel.issues import Refusal
from gongxin.kernel.sentences import sentence
from gongxin.law import promisekinds
from gongxin.law.promises import STATES
from gongxin.spine import clock, duties, shelf
from gongxin.spine.bodies.register import Register, register, unknown
from gongxin.spine.duties import Duty

OVERDUE = "overdue"


@dataclass(frozen=True)
class Narrowed:
    """To what a list is narrowed (筛选条件); empty means all. `state` is a state of promises, or `overdue`."""

    body: str = ""
    kind: str = ""
    state: str = ""
    region: str = ""
    words: str = ""


def public(narrowed: Narrowed, as_of: date, known: Register | None = None) -> list[Duty]:
    """Return the promises on public display that fit (公示的承诺清单): overdue first, then by their next last day."""
    names = known or register()
    found = (each for each in duties.shown(as_of, names) if fits(each, narrowed, names))
    return sorted(found, key=urgent_first)


def refused(narrowed: Narrowed, known: Register) -> Refusal | None:
    """Say what a narrowing names that there is not, or None (筛选条件核对): an empty list would say that nothing was promised."""
    law = shelf.book().on(clock.today())
    bearers = {code for each in duties.shown(clock.today(), known) for code in (each.body, each.bearer)}
    if narrowed.body and narrowed.body not in known.bodies.keys() | bearers:
        return unknown(narrowed.body)
    kinds = [each.id for each in promisekinds.kinds(law)]
    if narrowed.kind and narrowed.kind not in kinds:
        return Refusal(
            "promise.kind",
            sentence("没有这个种类：{kind}", "There is no such kind: {kind}", kind=narrowed.kind),
            None,
            " ".join(kinds),
        )
    states = (*STATES, OVERDUE)
    if narrowed.state and narrowed.state not in states:
        return Refusal(
            "promise.state", sentence("没有这种状态：{state}", "There is no such state: {state}", state=narrowed.state), None,
            " ".join(states),
        )  # fmt: skip
    return None


def fits(duty: Duty, narrowed: Narrowed, known: Register) -> bool:
    """Tell whether a promise fits a narrowing (是否符合筛选)."""
    standing = duty.standing
    states = {standing.state, *([OVERDUE] if standing.overdue else [])}
    body = known.bodies.get(duty.bearer)
    region = body.region if body is not None else ""
    return (
        narrowed.body in {"", duty.body, duty.bearer}
        and (not narrowed.kind or standing.line.payload.get("promise_kind") == narrowed.kind)
        and (not narrowed.state or narrowed.state in states)
        and region.startswith(stem(narrowed.region))
        and all(word in f"{duty.of('promise_title')} {duty.of('content')}" for word in narrowed.words.split())
    )


def urgent_first(duty: Duty) -> tuple[int, date, int]:
    """Return the order of a list (紧急程度): overdue, then still owed by its last day, then closed, the latest first."""
    standing = duty.standing
    made = standing.line.facts.decided_on or date.min
    if not standing.open:
        return 2, date.fromordinal(date.max.toordinal() - made.toordinal()), -duty.record
    return 0 if standing.overdue else 1, standing.due or date.max, duty.record


@dataclass(frozen=True)
class Figures:
    """How many promises stand how (承诺统计): overdue ones are counted among the open ones as well."""

    total: int
    states: dict[str, int]
    open: int
    overdue: int


def figures(found: Iterable[Duty]) -> Figures:
    """Count promises by how they stand (承诺统计)."""
    listed = list(found)
    states = Counter(each.standing.state for each in listed)
    return Figures(
        len(listed),
        dict(states),
        sum(each.standing.open for each in listed),
        sum(each.standing.overdue for each in listed),
    )


def stem(region: str) -> str:
    """The digits of a division that name it (区划有效位): 131500 → 1315; nine digits stay, they name one street."""
    told = region.rstrip("0") if len(region) == 6 else region
    return told + "0" * (len(told) % 2) if len(region) == 6 else told
