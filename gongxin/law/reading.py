"""Reading definitions into facts (法典读取): every malformed entry is named with its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, cast

from gongxin.law.citing import CERTAINTIES, Certainty, ClauseRef
from gongxin.law.layers import BookFault, Definition
from gongxin.law.model import RANKS, Article, Instrument


class Reader:
    """A definition being read (读取器): knows where it came from, so that each fault names its place."""

    def __init__(self, body: Mapping[str, Any], place: str, instruments: Mapping[str, Instrument]) -> None:
        self.body = body
        self.place = place
        self.instruments = instruments

    @classmethod
    def of(cls, definition: Definition, instruments: Mapping[str, Instrument]) -> Reader:
        place = f"{definition.path} {definition.kind}.{definition.id}"
        return cls(definition.body, place, instruments)

    def part(self, body: object, name: str) -> Reader:
        if not isinstance(body, Mapping):
            raise self.fault(f"{name} must be a mapping")
        return Reader(cast("Mapping[str, Any]", body), f"{self.place}.{name}", self.instruments)

    def fault(self, message: str) -> BookFault:
        return BookFault(self.place, message)

    def text(self, key: str, default: str | None = "") -> str:
        value = self.body.get(key, default)
        if value is None:
            if default is None:
                raise self.fault(f"{key} is missing")
            return default
        return str(value)

    def flag(self, key: str, default: bool = False) -> bool:
        value = self.body.get(key, default)
        if not isinstance(value, bool):
            raise self.fault(f"{key} must be true or false")
        return value

    def number(self, key: str) -> int | None:
        value = self.body.get(key)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
            raise self.fault(f"{key} must be a whole number")
        return value

    def day(self, key: str) -> date | None:
        return self.as_day(self.body.get(key), key)

    def as_day(self, value: object, name: str) -> date | None:
        if value is None or value == "":
            return None
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(str(value))
        except ValueError as error:
            raise self.fault(f"{name} is not a day: {value!r}") from error

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.body.get(key) or ()
        if isinstance(value, str):
            return (value,)
        if not isinstance(value, Sequence):
            raise self.fault(f"{key} must be a list")
        return tuple(str(entry) for entry in value)

    def mapping(self, key: str) -> Mapping[str, Any]:
        value = self.body.get(key) or {}
        if not isinstance(value, Mapping):
            raise self.fault(f"{key} must be a mapping")
        return {str(name): entry for name, entry in value.items()}

    def rows(self, key: str) -> list[Reader]:
        value = self.body.get(key) or ()
        if isinstance(value, str) or not isinstance(value, Sequence):
            raise self.fault(f"{key} must be a list")
        return [self.part(entry, f"{key}[{position}]") for position, entry in enumerate(value)]

    def certainty(self, default: Certainty | None = None) -> Certainty:
        value = self.body.get("certainty", default)
        if value not in CERTAINTIES:
            raise self.fault(f"certainty must be one of {', '.join(CERTAINTIES)}, not {value!r}")
        return cast("Certainty", value)

    def one_of(self, key: str, allowed: Sequence[str], default: str | None = None) -> str:
        value = self.text(key, default)
        if value not in allowed:
            raise self.fault(f"{key} must be one of {', '.join(allowed)}, not {value!r}")
        return value

    def find_ref(self, key: str) -> ClauseRef | None:
        value = self.body.get(key)
        return None if value is None else self.as_ref(value, key)

    def get_ref(self, key: str) -> ClauseRef:
        ref = self.find_ref(key)
        if ref is None:
            raise self.fault(f"{key} is missing; nothing stands in the book without its clause")
        return ref

    def refs(self, key: str) -> tuple[ClauseRef, ...]:
        value = self.body.get(key) or ()
        entries = [value] if isinstance(value, str | Mapping) else list(value)
        return tuple(self.as_ref(entry, key) for entry in entries)

    def as_ref(self, value: object, name: str) -> ClauseRef:
        """A clause written `GPL-2014/22/1/5` or as a mapping of instrument, article, paragraph, item."""
        if isinstance(value, str):
            parts = [*value.split("/"), "", "", ""][:4]
            fields: Mapping[str, Any] = dict(zip(("instrument", "article", "paragraph", "item"), parts, strict=True))
        elif isinstance(value, Mapping):
            fields = value
        else:
            raise self.fault(f"{name} is not a clause: {value!r}")
        unknown = set(fields) - {"instrument", "article", "paragraph", "item"}
        if unknown or not fields.get("instrument"):
            raise self.fault(f"{name} is not a clause: {value!r}")
        paragraph = fields.get("paragraph")
        return make_ref(
            self.instruments,
            str(fields["instrument"]),
            fields.get("article"),
            int(paragraph) if paragraph not in (None, "") else None,
            fields.get("item"),
        )


def make_ref(
    instruments: Mapping[str, Instrument],
    instrument: str,
    article: object = None,
    paragraph: int | None = None,
    item: object = None,
) -> ClauseRef:
    """A clause's address with the short name of its instrument, as far as the book knows it."""
    known = instruments.get(instrument)
    return ClauseRef(
        instrument,
        str(article) if article not in (None, "") else None,
        paragraph,
        str(item) if item not in (None, "") else None,
        short=known.short if known else "",
        numbering=known.numbering if known else "article",
    )


def read_instrument(definition: Definition) -> Instrument:
    """One instrument (规范文件) from its definition."""
    reader = Reader.of(definition, {})
    articles = {}
    for number, body in reader.mapping("articles").items():
        part = reader.part({"text": body} if isinstance(body, str) else body or {}, f"articles.{number}")
        articles[number] = Article(
            number=number,
            text=part.text("text"),
            summary=part.flag("summary"),
            title=part.text("title"),
            paragraphs={key: str(value) for key, value in part.mapping("paragraphs").items()},
            excused=part.text("excused"),
            certainty=part.certainty() if "certainty" in part.body else None,
            since=part.day("from"),
            until=part.day("to"),
        )
    title = reader.text("title", None)
    return Instrument(
        id=definition.id,
        title=title,
        short=reader.text("short") or title,
        title_en=reader.text("title_en"),
        number=reader.text("number"),
        issued=reader.day("issued"),
        since=reader.day("from"),
        until=reader.day("to"),
        rank=reader.one_of("rank", RANKS, None),
        certainty=reader.certainty(),
        numbering=reader.one_of("numbering", ("article", "section"), "article"),
        articles=articles,
        replaces=reader.texts("replaces"),
        note=reader.text("note"),
        url=reader.text("url"),
        excused=reader.text("excused"),
    )
