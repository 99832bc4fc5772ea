"""Bodies and posts through time (机构沿革与岗位): who bears what a body promised, and who holds a post, as of a day.

A government's word outlives whoever gave it: a change of officials, a merger, a split and a new name change nothing
about what is owed. So these are pure folds of dated events; no event lets a duty fall to nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from gongxin.law.clauses import clause

ENDING = frozenset({"merged", "split", "abolished"})
VERBS = ("registered", "renamed", "merged", "split", "placed", "abolished")
"""Registered 登记, renamed 更名, merged into another 并入, split 拆分, placed under a superior 隶属, abolished 撤销."""

POST_VERBS = ("established", "held", "left", "moved", "closed")
"""Established 设立, held by somebody 到任, left 离任, moved to another body 划转, closed 撤销."""


@dataclass(frozen=True, slots=True)
class BodyEvent:
    """One event in a body's life (机构沿革事件), as the register holds it."""

    seq: int
    body: str
    verb: str
    on: date
    name: str = ""
    to: tuple[str, ...] = ()
    """Who goes on: the body merged into; those it was split into, the general successor first; the superior."""


@dataclass(frozen=True, slots=True)
class PostAct:
    """One act on a post (岗位事项): who came to it or left it, and on which day."""

    seq: int
    post: str
    verb: str
    on: date
    body: str = ""
    name: str = ""
    holder: str = ""
    account: int | None = None


@dataclass(frozen=True, slots=True)
class Tenure:
    """A time in a post (任期): from a day, until the last day or still."""

    post: str
    holder: str
    account: int | None
    since: date
    until: date | None = None


def name_of(code: str, registered: str, events: Iterable[BodyEvent], *, as_of: date) -> str:
    """Return the name a body bore on a day (当日名称); `registered` is what it was first entered as."""
    named = [each for each in _until(events, as_of) if each.body == code and each.verb in {"registered", "renamed"}]
    return next((each.name for each in reversed(named) if each.name), registered)


def ended_on(code: str, events: Iterable[BodyEvent], *, as_of: date) -> date | None:
    """Return since when a body is no more (停止存续日), or None: one split into itself and another goes on."""
    ending = _ending(code, _until(events, as_of), frozenset())
    return ending.on if ending is not None else None


@clause("OBE-2019", 31)
@clause("GF-2016-76", "五（四）")
def successor(code: str, events: Iterable[BodyEvent], *, parents: Mapping[str, str], as_of: date) -> str:
    """The body under which the open duties of a body stand on a day (承继单位).

    Law:      优化营商环境条例 31: no promise is broken for a change of government, of bodies or of their heads
    Facts:    the events of all bodies; each body's superior as first registered
    Returns:  a code; the body itself while it goes on. Merged: whom it went into; split: the first named, the general
              successor; abolished without an heir: its superior, since somebody must answer
    Refuses:  nothing; every chain ends at a body, whatever was entered in whatever order
    """
    known = _until(events, as_of)
    used, present = set[int](), code
    while True:
        ending = _ending(present, known, frozenset(used))
        if ending is None:
            return present
        heir = ending.to[0] if ending.to else superior(present, known, parents=parents, as_of=ending.on)
        if not heir:
            return present
        used.add(ending.seq)
        present = heir


def heirs(code: str, events: Iterable[BodyEvent], *, parents: Mapping[str, str], as_of: date) -> tuple[str, ...]:
    """Return every body among which the duties of a body may have been shared out on a day (全部承继单位)."""
    known = _until(events, as_of)
    found: dict[str, None] = {}
    waiting, used = [code], set[int]()
    while waiting:
        present = waiting.pop(0)
        ending = _ending(present, known, frozenset(used))
        if ending is None:
            found.setdefault(present)
            continue
        used.add(ending.seq)
        waiting += ending.to or (superior(present, known, parents=parents, as_of=ending.on) or present,)
    return tuple(found)


def predecessors(code: str, events: Iterable[BodyEvent], *, parents: Mapping[str, str], as_of: date) -> tuple[str, ...]:
    """Return the bodies whose open duties stand under this one on a day (被承继单位), itself first."""
    known = _until(events, as_of)
    ended = dict.fromkeys(each.body for each in known if each.verb in ENDING and each.body != code)
    return code, *(each for each in ended if successor(each, known, parents=parents, as_of=as_of) == code)


def superior(code: str, events: Iterable[BodyEvent], *, parents: Mapping[str, str], as_of: date) -> str:
    """Return the body directly above on a day (上级单位), itself followed through mergers; empty where there is none."""
    known = _until(events, as_of)
    placed = [each.to for each in known if each.body == code and each.verb in {"registered", "placed"}]
    above = (placed[-1] or ("",))[0] if placed else parents.get(code, "")
    seen = {code}
    while above and above not in seen:
        seen.add(above)
        ending = _ending(above, known, frozenset())
        if ending is None:
            return above
        above = ending.to[0] if ending.to else parents.get(above, "")
    return "" if above in seen else above


def tenures(post: str, acts: Iterable[PostAct], *, as_of: date) -> tuple[Tenure, ...]:
    """Return who held a post and when (历任), oldest first; a new holder ends the time of the one before."""
    found: list[Tenure] = []
    for each in _known_acts(post, acts, as_of):
        if each.verb not in {"held", "left", "closed"}:
            continue
        if found and found[-1].until is None:
            last = found.pop()
            found.append(Tenure(post, last.holder, last.account, last.since, max(each.on, last.since)))
        if each.verb == "held":
            found.append(Tenure(post, each.holder, each.account, each.on))
    return tuple(found)


def holder(post: str, acts: Iterable[PostAct], *, as_of: date) -> Tenure | None:
    """Return who holds a post on a day (现任), or None while it is vacant; what is owed waits for nobody."""
    held = tenures(post, acts, as_of=as_of)
    return held[-1] if held and held[-1].until is None else None


def body_of(post: str, acts: Iterable[PostAct], *, as_of: date) -> str:
    """Return the body a post belongs to on a day (岗位所属单位)."""
    placed = [each.body for each in _known_acts(post, acts, as_of) if each.verb in {"established", "moved"}]
    return placed[-1] if placed else ""


def _until(events: Iterable[BodyEvent], as_of: date) -> Sequence[BodyEvent]:
    return sorted((each for each in events if each.on <= as_of), key=lambda each: (each.on, each.seq))


def _known_acts(post: str, acts: Iterable[PostAct], as_of: date) -> Sequence[PostAct]:
    return sorted(
        (each for each in acts if each.post == post and each.on <= as_of), key=lambda each: (each.on, each.seq)
    )


def _ending(code: str, known: Sequence[BodyEvent], used: frozenset[int]) -> BodyEvent | None:
    """The event with which a body ceases, whichever day it was entered; each is followed once, so that no chain is endless."""
    for each in known:
        if each.body == code and each.verb in ENDING and code not in each.to and each.seq not in used:
            return each
    return None
