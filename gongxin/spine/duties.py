"""What bodies of government promised (政府承诺的读取): the public's door to promises, and the body's own within the house.

Part of the public door: of promises on display, with nobody named who benefits as a person, and without the papers that
prove them. Inside, a body reads its own, those it goes on with, and those of the bodies below it, under a look.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

from gongxin.kernel.issues import Refusal
from gongxin.kernel.sentences import sentence
from gongxin.law import promisekinds, promises
from gongxin.law.promises import PromiseStanding
from gongxin.law.standing import Act, Line
from gongxin.spine import display, shelf
from gongxin.spine.access import gate
from gongxin.spine.access.gate import SUBMISSION, Ground, Viewer
from gongxin.spine.access.models import Role
from gongxin.spine.bodies.register import Register, register
from gongxin.spine.ledger import head, payloads
from gongxin.spine.ledger.models import Entry
from gongxin.spine.projections.models import Standing
from gongxin.spine.standing import fold_lines

KEY = "uscc:"
HIDDEN = frozenset({"beneficiary_code", "evidence", "remark"})
"""Fields of a promise that stay in the house."""
HIDDEN_OF_ACTS = frozenset({"evidence", "case"})


@dataclass(frozen=True)
class Duty:
    """A promise as it is read (一项承诺): how it stands, who made it, who answers for it now, who provided it."""

    standing: PromiseStanding
    body: str
    """The body that made it (作出单位)."""
    bearer: str
    """The body under which it stands now (现承继单位)."""
    public: bool
    provider: str = ""

    @property
    def record(self) -> int:
        """Return the number of its record (记录号)."""
        return self.standing.line.record

    def of(self, field: str) -> str:
        """Return what the promise says in a field, or an empty text (字段内容)."""
        return str(self.standing.line.payload.get(field) or "")


def shown(as_of: date, known: Register | None = None) -> tuple[Duty, ...]:
    """Return every promise on public display on a day (公示中的政府承诺), the latest first."""
    names = known or register()
    return tuple(_borne(each, names, as_of) for each in _all(as_of) if each.public)


def find(record: int, as_of: date) -> Duty | None:
    """Return one promise as the public sees it (一项公示的承诺), or None."""
    found = next((each for each in shown(as_of) if each.record == record), None)
    return found


def inside(viewer: Viewer, code: str, as_of: date) -> tuple[Duty, ...] | Refusal:
    """Return the promises a body bears, whole, for its own people and those above it (本单位承诺); the reading is logged.

    Also what is on public display no more, and what only the house may read; of a person who benefits the first sign.
    """
    known = register()
    no = refused_reader(viewer, code, known)
    if no is not None:
        return no
    found = [each for each in _borne_by(code, known, as_of) if each.standing.line.state != "withdrawn"]
    noted = gate.note(viewer, Ground(purpose=SUBMISSION), f"promises:{code}", len(found), as_of=as_of)
    return noted if isinstance(noted, Refusal) else tuple(found)


def refused_reader(viewer: Viewer, code: str, known: Register) -> Refusal | None:
    """Say why a viewer may not read or handle a body's promises within the house, or None (能否办理)."""
    if viewer.role == Role.OPERATOR:
        return None
    if viewer.role == Role.STEWARD and viewer.body and (viewer.body == code or is_above(viewer.body, code, known)):
        return None
    return Refusal(
        "promise.body",
        sentence("只能办理本单位、本单位承继的和下级单位的承诺", "Only promises of one's own body, those it goes on with, and those below it"),
        None,
        sentence("请由责任单位的信用专员办理", "Ask the steward of the body that answers for it"),
    )  # fmt: skip


def is_above(body: str, code: str, known: Register) -> bool:
    """Tell whether a body stands above another in its line of superiors (是否上级)."""
    above, seen = known.superior(code), set[str]()
    while above and above not in seen:
        if above == body:
            return True
        seen.add(above)
        above = known.superior(above)
    return False


def open_ones(as_of: date) -> tuple[Duty, ...]:
    """Return every promise still owed on a day, also what is on display no more (尚须履行的承诺): for the daily warnings."""
    known = register()
    return tuple(_borne(each, known, as_of) for each in _all(as_of) if each.standing.open)


def whole(record: int, as_of: date) -> Duty | None:
    """Return one promise with everything in it (一项承诺全部内容): for the room that enters acts upon it."""
    found = _read([record], as_of, narrow=False)
    return _borne(found[0], register(), as_of) if found else None


def _borne_by(code: str, known: Register, as_of: date) -> list[Duty]:
    keys = [KEY + each for each in known.predecessors(code, as_of)]
    records = Standing.objects.filter(item__in=_items(as_of), subject__in=keys).values_list("record", flat=True)
    return [_borne(each, known, as_of) for each in _read(list(records), as_of, narrow=True)]


@dataclass(frozen=True)
class _Kept:
    """All promises as they stand on a day at one size of the ledger (某日全部承诺): read once, and grown with the ledger."""

    root: bytes
    size: int
    of: Mapping[int, Duty]
    in_order: tuple[Duty, ...]


DAYS_KEPT = 6
_lock = threading.Lock()
_kept: OrderedDict[tuple[date, str], _Kept] = OrderedDict()


def _all(as_of: date) -> tuple[Duty, ...]:
    """Every promise as of a day; after an entry only the records it concerns are folded anew."""
    now, key = head.read(), (as_of, shelf.book().version)
    with _lock:
        kept = _kept.pop(key, None)
        if kept is None or kept.root != now.root:
            kept = _grown(kept, now, as_of)
        _kept[key] = kept
        while len(_kept) > DAYS_KEPT:
            _kept.popitem(last=False)
        return kept.in_order


def _grown(before: _Kept | None, now: head.Head, as_of: date) -> _Kept:
    known: dict[int, Duty] = {}
    wanted = Standing.objects.filter(item__in=_items(as_of))
    # A ledger that is no continuation of what was read – a store put back, a transaction undone – is read from its beginning.
    if before is not None and before.size < now.size and head.root_at(before.size) == before.root:
        acts = Entry.objects.filter(seq__gt=before.size)
        touched = set(acts.values_list("record", flat=True).distinct())
        known = {record: duty for record, duty in before.of.items() if record not in touched}
        wanted = wanted.filter(record__in=sorted(touched)) if len(touched) <= payloads.AT_ONCE else wanted
    records = sorted(set(wanted.values_list("record", flat=True)) - known.keys())
    known |= {duty.record: duty for duty in _read(records, as_of, narrow=True)}
    return _Kept(now.root, now.size, MappingProxyType(known), tuple(sorted(known.values(), key=_latest_first)))


def _read(records: Sequence[int], as_of: date, *, narrow: bool) -> list[Duty]:
    book, calendar = shelf.book(), shelf.calendar()
    found = []
    histories = list(payloads.histories(records))
    providers = {history.record: history.provider for history in histories}
    for line in fold_lines(histories, None, as_of):
        if not book.on(as_of).item(line.item).binding:
            continue
        seen = _narrowed(line) if narrow else line
        standing = promises.standing(seen, book=book, calendar=calendar)
        code = line.subject.removeprefix(KEY)
        found.append(Duty(standing, code, code, display.is_shown(line, as_of), providers[line.record]))
    return found


def _borne(duty: Duty, known: Register, as_of: date) -> Duty:
    return replace(duty, bearer=known.successor(duty.body, as_of))


def _items(as_of: date) -> tuple[str, ...]:
    return promisekinds.items(shelf.book().on(as_of))


def _narrowed(line: Line) -> Line:
    """The line with nothing in it that stays in the house; who benefits is masked where it is a person."""
    said = {name: value for name, value in line.payload.items() if name not in HIDDEN}
    if said.get("beneficiary"):
        said["beneficiary"] = promises.shown_beneficiary(line.payload)
    return replace(line, payload=MappingProxyType(said), acts=tuple(_told(line.acts)))


def _told(acts: Iterable[Act]) -> Iterable[Act]:
    """The acts as everybody may read them: that there is evidence is said, not what it is."""
    for act in acts:
        said = {name: "1" if name == "evidence" and value else value for name, value in act.payload.items()}
        if act.kind in {"record", "correction"}:
            said = {name: value for name, value in act.payload.items() if name not in HIDDEN}
        yield replace(act, payload=MappingProxyType(said))


def _latest_first(duty: Duty) -> tuple[int, int]:
    made = duty.standing.line.facts.decided_on
    return (-made.toordinal() if made else 0, -duty.record)
