"""The answer to a check (核查答复): what must be acted on, what is for reference, what was looked for and not found.

Composed in one place for the page, the command line, the interface and its short way, from lines of standing and one
edition of the law. Which record means what for which matter is asked of `law.matters`; nothing is decided here.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from gongxin.kernel.sentences import in_english
from gongxin.law import matters, measures
from gongxin.law.book import Edition
from gongxin.law.citing import ClauseRef
from gongxin.law.matters import Effect
from gongxin.law.measures import Weighing
from gongxin.law.model import Item, Matter
from gongxin.law.standing import Line

NONE_NOTE = "没有查到在效的记录，不等于信用良好"
NONE_NOTE_EN = "No record in effect was found; this is no statement of good credit"

NEEDED = ("authority", "document", "clause", "effect_until", "remedy")
"""What an entry needs before anyone may be affected by it: source, document, clause, end date, remedy."""


@dataclass(frozen=True)
class Source:
    """How fresh one provider's data are (来源新鲜度)."""

    provider: str
    name: str
    up_to: date | None


class Whom(NamedTuple):
    """About whom (所问主体): the code as it is shown, and which kinds of subject it may be."""

    code: str
    kinds: frozenset[str]


@dataclass(frozen=True)
class Asked:
    """What was asked (所问): about whom, in which matter, as of which day."""

    subject: str
    subject_name: str | None
    subject_kinds: frozenset[str]
    matter: Matter
    as_of: date
    case_no: str | None = None
    regions: tuple[str, ...] = ()

    @property
    def whom(self) -> Whom:
        """Return about whom it was asked."""
        return Whom(self.subject, self.subject_kinds)


@dataclass(frozen=True)
class Incompleteness:
    """An entry that would have to be acted on but lacks what that needs (要素不全)."""

    record: int
    item: str
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Verdict:
    """What one line means for a matter (一条记录对事项的意义), with its entry as it goes over the wire."""

    kind: str
    item: str = ""
    order: tuple[int, int] = (0, 0)
    entry: Mapping[str, Any] | None = None
    wire: bytes = b""
    incomplete: Incompleteness | None = None


NOTHING = Verdict("none")


@dataclass(frozen=True)
class Missed:
    """What was looked for and not found (没有查到的事项)."""

    entries: tuple[Mapping[str, Any], ...]
    wire: bytes


@dataclass(frozen=True)
class Answer:
    """An answer (核查答复) before it has its number."""

    asked: Asked
    must_act: tuple[Verdict, ...]
    for_reference: tuple[Verdict, ...]
    none: Missed
    incomplete: tuple[Incompleteness, ...] = field(default=())

    def numbered(self, number: str) -> dict[str, Any]:
        """Return the answer as every channel gives it, under the number of its look."""
        return {
            "check": number,
            **self._head(),
            "must_act": [verdict.entry for verdict in self.must_act],
            "for_reference": [verdict.entry for verdict in self.for_reference],
            "none": list(self.none.entries),
            "note": NONE_NOTE,
        }

    def content(self) -> bytes:
        """Return the bytes of the answer without its number: the same question on the same standing gives the same.

        Put together from parts that were written before; a property holds them equal to `numbered`, written whole.
        """
        return b"".join(
            (
                as_bytes(self._head())[:-1],
                b',"must_act":[',
                b",".join([verdict.wire for verdict in self.must_act]),
                b'],"for_reference":[',
                b",".join([verdict.wire for verdict in self.for_reference]),
                b'],"none":',
                self.none.wire,
                _TAIL,
            )
        )

    def _head(self) -> dict[str, Any]:
        asked = self.asked
        return {
            "subject": asked.subject,
            "subject_name": asked.subject_name,
            "matter": asked.matter.id,
            "matter_name": asked.matter.name,
            "matter_clause": _cited(asked.matter.clause),
            "case_no": asked.case_no,
            "as_of": asked.as_of.isoformat(),
        }


@lru_cache(maxsize=4096)
def _cited(ref: ClauseRef) -> str:
    return str(ref)


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def as_bytes(content: Any) -> bytes:
    """Return the bytes of an answer or a part of it; every channel that sends bytes sends these."""
    return _encode(content).encode()


_TAIL = b',"note":' + as_bytes(NONE_NOTE) + b"}"


def digest_of(content: bytes) -> str:
    """Return the digest by which the log binds an answer (答复摘要): of its content, since the number comes with the log."""
    # In pieces below 2048 bytes hashlib does not let go of the interpreter; taking it back from the thread that writes
    # the log was measured to cost ten times the hash itself.
    state = hashlib.sha256()
    for start in range(0, len(content), 2047):
        state.update(content[start : start + 2047])
    return state.hexdigest()


def numbered_bytes(number: str, content: bytes) -> bytes:
    """Return the bytes of a numbered answer from those of its content: `check` stands first."""
    return b'{"check":' + as_bytes(number) + b"," + content[1:]


def compose(asked: Asked, lines: Sequence[Line], sources: Mapping[str, Sequence[Source]], *, law: Edition) -> Answer:
    """Return the answer that these lines give."""
    verdicts = [judge(asked.matter, line, law=law, regions=asked.regions) for line in lines]
    found = frozenset(verdict.item for verdict in verdicts if verdict.entry is not None)
    return gather(asked, verdicts, not_found(asked.matter, asked.whom, found, sources, law=law))


def gather(asked: Asked, verdicts: Sequence[Verdict], missed: Missed) -> Answer:
    """Sort verdicts into what must be acted on and what is for reference, the newest first."""
    given = sorted([verdict for verdict in verdicts if verdict.entry is not None], key=_order)
    return Answer(
        asked,
        tuple([verdict for verdict in given if verdict.kind == "must_act"]),
        tuple([verdict for verdict in given if verdict.kind == "for_reference"]),
        missed,
        tuple([verdict.incomplete for verdict in verdicts if verdict.incomplete is not None]),
    )


def _order(verdict: Verdict) -> tuple[int, int]:
    return verdict.order


def _newest_first(line: Line) -> tuple[int, int]:
    decided = line.facts.decided_on
    return (-(decided.toordinal() if decided is not None else 0), line.record)


def judge(matter: Matter, line: Line, *, law: Edition, regions: Sequence[str] = ()) -> Verdict:
    """Ask the law what a line means for a matter, and hold it back when it lacks what an adverse effect needs."""
    if line.state != "effective" or line.item not in matter.sees:
        return NOTHING
    effect = matters.effect_of(matter, line, law=law, regions=regions)
    if effect.kind == "none":
        return NOTHING
    weighing = measures.weigh(matter, effect, line.holds, law=law)
    entry = entry_of(line, effect, law.item(line.item), seen=matter.sees[line.item]) | weighed(weighing)
    if effect.kind == "must_act":
        missing = tuple(name for name in NEEDED if not entry[name])
        if missing:
            return Verdict("none", line.item, incomplete=Incompleteness(line.record, line.item, missing))
    return Verdict(effect.kind, line.item, _newest_first(line), entry, as_bytes(entry))


def entry_of(line: Line, effect: Effect, item: Item, seen: Sequence[str]) -> dict[str, Any]:
    """Return one entry of the answer: only what the matter may see."""
    payload, clocks = line.payload, line.clocks
    return {
        "record": line.record,
        "item": item.id,
        "item_name": item.name,
        "title": item.get_field(item.title_field).worded(_text(payload, item.title_field) or "") or item.name,
        "authority": _text(payload, "authority") or _text(payload, "source"),
        "document": document_of(item, payload),
        "decided": _day(line.facts.decided_on),
        "display_until": _day(clocks.display_until if clocks.audience == "public" else None),
        "severity": clocks.severity,
        "clause": _cited(effect.clause) if effect.clause else None,
        "effect": effect.text + (f"（{effect.note}）" if effect.note else ""),
        "effect_en": effect.text_en + (f" ({in_english(effect.note)})" if effect.note else ""),
        "effect_until": _day(effect.until),
        "remedy": effect.remedy.text,
        "remedy_clauses": [_cited(ref) for ref in effect.remedy.clauses],
        "certainty": effect.certainty,
        "marks": [{"id": hold.id, "text": hold.text, "text_en": hold.text_en} for hold in line.holds],
        "statements": list(line.statements),
        "fields": {name: payload[name] for name in seen if payload.get(name)},
    }


def weighed(weighing: Weighing) -> dict[str, Any]:
    """Return what an officer may do with an entry (处理方式): must, may with reasons, or nothing; by which measure."""
    provision = weighing.provision
    return {
        "weighing": weighing.kind,
        "reasons_required": weighing.reasons_required,
        "measure": provision.id if provision is not None else None,
        "measure_name": provision.name if provision is not None else None,
        "measure_name_en": provision.name_en if provision is not None else None,
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None


def document_of(item: Item, payload: Mapping[str, Any]) -> str | None:
    """Return what document a record rests on (文书).

    Where the catalogue item asks for no number, as the published list of procurement violations does, the notice
    itself is the document: it is named by the authority that issued it and its day.
    """
    number = _text(payload, "document_no")
    if number:
        return number
    name = _text(payload, "document_name")
    if name:
        return name
    if item.required_document:
        return None
    authority = _text(payload, "authority") or _text(payload, "source")
    day = _text(payload, "announced_on") or _text(payload, "decided_on")
    return f"{authority} {day} 公告（未载文号）" if authority and day else None


def not_found(
    matter: Matter,
    whom: Whom,
    found: set[str],
    sources: Mapping[str, Sequence[Source]],
    *,
    law: Edition,
) -> tuple[dict[str, Any], ...]:
    """Name each kind of record the matter sees that was looked for and not found: in which sources, up to when."""
    listed = []
    for item_id in dict.fromkeys(trigger.item for trigger in matter.triggers):
        item = law.find_item(item_id)
        if item is None or item_id in found:
            continue
        if item.subject_kinds and not whom.kinds & frozenset(item.subject_kinds):
            continue
        if not item.can_concern(whom.code):
            # What public bodies alone can have is not looked for with anybody else.
            continue
        asked = sources.get(item_id, ())
        up_to = [source.up_to for source in asked if source.up_to is not None]
        listed.append(
            {
                "record": None,
                "item": item.id,
                "item_name": item.name,
                "title": None,
                "authority": None,
                "document": None,
                "decided": None,
                "display_until": None,
                "clause": None,
                "effect": None,
                "remedy": None,
                "sources": [{"provider": source.provider, "name": source.name} for source in asked],
                "up_to": max(up_to).isoformat() if up_to else None,
            }
        )
    return Missed(tuple(listed), as_bytes(listed))


def _text(payload: Mapping[str, Any], name: str) -> str | None:
    value = payload.get(name)
    return str(value) if value not in (None, "") else None
