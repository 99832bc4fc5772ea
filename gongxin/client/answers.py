"""What comes back (答复), as plain values; `raw` keeps everything the platform said."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Entry:
    """One entry of an answer (一条信息)."""

    item: str
    item_name: str
    record: int | None
    title: str | None
    authority: str | None
    document: str | None
    clause: str | None
    effect: str | None
    effect_until: str | None
    remedy: str | None
    raw: Mapping[str, Any] = field(repr=False, compare=False)

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Entry:
        names = ("record", "title", "authority", "document", "clause", "effect", "effect_until", "remedy")
        return cls(item=said["item"], item_name=said["item_name"], raw=said, **{name: said.get(name) for name in names})


@dataclass(frozen=True)
class Repeated:
    """That the case was asked before and nothing has changed (同案重查)."""

    look: str
    first_asked: str


@dataclass(frozen=True)
class Answer:
    """The answer to a check (核查答复). It has no truth value: whoever writes `if answer` means something it cannot say."""

    number: str
    subject: str
    subject_name: str | None
    matter: str
    case_no: str | None
    as_of: str
    must_act: tuple[Entry, ...]
    for_reference: tuple[Entry, ...]
    not_found: tuple[Entry, ...]
    """What was looked for and not found; this is no statement of good credit."""
    note: str
    repeated: Repeated | None
    changed_since: str | None
    raw: Mapping[str, Any] = field(repr=False, compare=False)

    def __bool__(self) -> bool:
        raise TypeError("look at must_act and for_reference; an answer is neither true nor false")

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Answer:
        repeated = said.get("repeated")
        return cls(
            number=said["check"], subject=said["subject"], subject_name=said["subject_name"], matter=said["matter"],
            case_no=said["case_no"], as_of=said["as_of"], must_act=tuple(map(Entry.of, said["must_act"])),
            for_reference=tuple(map(Entry.of, said["for_reference"])), not_found=tuple(map(Entry.of, said["none"])),
            note=said["note"], repeated=Repeated(repeated["look"], repeated["first_asked"]) if repeated else None,
            changed_since=said.get("changed_since"), raw=said,
        )  # fmt: skip


@dataclass(frozen=True)
class Watch:
    """A watch over an answer (关注)."""

    check: str
    case_no: str
    until: str
    state: str
    event: int | None

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Watch:
        return cls(said["check"], said["case_no"], said["until"], said["state"], said["event"])


@dataclass(frozen=True)
class Event:
    """A change event (变更事件), with the very words its digest is over."""

    id: int
    kind: str
    body: str
    digest: str
    signature: str
    key: str

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Event:
        return cls(said["id"], said["kind"], said["body"], said["digest"], said["signature"], said["key"])

    def whole(self) -> bool:
        """Whether the words are those the digest was made of (摘要是否相符)."""
        return hashlib.sha256(self.body.encode()).hexdigest() == self.digest


@dataclass(frozen=True)
class Screening:
    """A list that was handed in for screening (批量核查), as it stands."""

    id: str
    state: str
    """waiting · running · done · failed"""
    rows: int
    done: int
    check: str | None
    must_act: int | None
    for_reference: int | None
    invalid: int | None
    raw: Mapping[str, Any] = field(repr=False, compare=False)

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Screening:
        names = ("id", "state", "rows", "done", "check", "must_act", "for_reference", "invalid")
        return cls(raw=said, **{name: said[name] for name in names})
