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
from typing import Any

from gongxin.law import matters
from gongxin.law.book import Edition
from gongxin.law.matters import Effect
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


@dataclass(frozen=True)
class Incompleteness:
    """An entry that would have to be acted on but lacks what that needs (要素不全)."""

    record: int
    item: str
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Answer:
    """An answer (核查答复) before it has its number."""

    asked: Asked
    must_act: tuple[Mapping[str, Any], ...]
    for_reference: tuple[Mapping[str, Any], ...]
    none: tuple[Mapping[str, Any], ...]
    incomplete: tuple[Incompleteness, ...] = field(default=())

    def numbered(self, number: str) -> dict[str, Any]:
        """Return the answer as every channel gives it, under the number of its look."""
        return {"check": number, **self.content()}

    def content(self) -> dict[str, Any]:
        """Return the answer without its number: the same question on the same standing has the same content."""
        asked = self.asked
        return {
            "subject": asked.subject,
            "subject_name": asked.subject_name,
            "matter": asked.matter.id,
            "matter_name": asked.matter.name,
            "matter_clause": str(asked.matter.clause),
            "case_no": asked.case_no,
            "as_of": asked.as_of.isoformat(),
            "must_act": list(self.must_act),
            "for_reference": list(self.for_reference),
            "none": list(self.none),
            "note": NONE_NOTE,
        }


def as_bytes(content: Mapping[str, Any]) -> bytes:
    """Return the bytes of an answer; every channel that sends bytes sends these."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def digest_of(content: bytes) -> str:
    """Return the digest by which the log binds an answer (答复摘要): of its content, since the number comes with the log."""
    return hashlib.sha256(content).hexdigest()


def digest(answer: Answer) -> str:
    """Return the digest of an answer."""
    return digest_of(as_bytes(answer.content()))


def numbered_bytes(number: str, content: bytes) -> bytes:
    """Return the bytes of a numbered answer from those of its content: `check` stands first."""
    return b'{"check":' + json.dumps(number).encode() + b"," + content[1:]


@dataclass(frozen=True)
class Verdict:
    """What one line means for a matter (一条记录对事项的意义)."""

    kind: str
    item: str = ""
    order: tuple[int, int] = (0, 0)
    entry: Mapping[str, Any] | None = None
    incomplete: Incompleteness | None = None


NOTHING = Verdict("none")


def compose(asked: Asked, lines: Sequence[Line], sources: Mapping[str, Sequence[Source]], *, law: Edition) -> Answer:
    """Return the answer that these lines give."""
    return gather(
        asked, [judge(asked.matter, line, law=law, regions=asked.regions) for line in lines], sources, law=law
    )


def gather(
    asked: Asked, verdicts: Sequence[Verdict], sources: Mapping[str, Sequence[Source]], *, law: Edition
) -> Answer:
    """Sort verdicts into what must be acted on and what is for reference, and name what was looked for in vain."""
    given = sorted((verdict for verdict in verdicts if verdict.entry is not None), key=lambda verdict: verdict.order)
    found = {verdict.item for verdict in given}
    return Answer(
        asked,
        tuple(verdict.entry for verdict in given if verdict.entry is not None and verdict.kind == "must_act"),
        tuple(verdict.entry for verdict in given if verdict.entry is not None and verdict.kind == "for_reference"),
        not_found(asked.matter, asked.subject_kinds, found, sources, law=law),
        tuple(verdict.incomplete for verdict in verdicts if verdict.incomplete is not None),
    )


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
    entry = entry_of(line, effect, law.item(line.item), seen=matter.sees[line.item])
    if effect.kind == "must_act":
        missing = tuple(name for name in NEEDED if not entry[name])
        if missing:
            return Verdict("none", line.item, incomplete=Incompleteness(line.record, line.item, missing))
    return Verdict(effect.kind, line.item, _newest_first(line), entry)


def entry_of(line: Line, effect: Effect, item: Item, seen: Sequence[str]) -> dict[str, Any]:
    """Return one entry of the answer: only what the matter may see."""
    payload, clocks = line.payload, line.clocks
    return {
        "record": line.record,
        "item": item.id,
        "item_name": item.name,
        "title": _text(payload, item.title_field) or item.name,
        "authority": _text(payload, "authority") or _text(payload, "source"),
        "document": document_of(item, payload),
        "decided": _day(line.facts.decided_on),
        "display_until": _day(clocks.display_until if clocks.audience == "public" else None),
        "severity": clocks.severity,
        "clause": str(effect.clause) if effect.clause else None,
        "effect": effect.text + (f"（{effect.note}）" if effect.note else ""),
        "effect_en": effect.text_en,
        "effect_until": _day(effect.until),
        "remedy": effect.remedy.text,
        "remedy_clauses": [str(ref) for ref in effect.remedy.clauses],
        "certainty": effect.certainty,
        "fields": {name: payload[name] for name in seen if payload.get(name)},
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
    subject_kinds: frozenset[str],
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
        if item.subject_kinds and not subject_kinds & frozenset(item.subject_kinds):
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
    return tuple(listed)


def _text(payload: Mapping[str, Any], name: str) -> str | None:
    value = payload.get(name)
    return str(value) if value not in (None, "") else None
