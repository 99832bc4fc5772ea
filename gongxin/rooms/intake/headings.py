"""Headings to fields (表头识别): which catalogue item a table reports, and which column is which of its fields.

Words come from the law book: the template's codes, its field names, the other template's, synonyms; and from what a
person of this office has confirmed before. A resemblance alone is never taken; it is shown for confirmation.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache

from rapidfuzz import fuzz

from gongxin.kernel.issues import Issue
from gongxin.law.book import Edition
from gongxin.law.forbidden import find_forbidden
from gongxin.law.model import FieldSpec, Forbidden, Item
from gongxin.rooms.intake.words import found

CODE, HEADING, NAME, SYNONYM, LEARNED = range(5)
"""How a heading was recognised, the surest first."""

ALIKE = 75
"""Resemblance (0–100) from which a heading is shown as perhaps meaning a field."""

SERIAL = frozenset({"序号", "编号", "序", "no", "no.", "id", "行号", "row", "number"})
"""Headings of columns that only count the rows."""

RETURNED = "退回行号"
"""The column that says which returned row this is, so that the first one waits for nobody any more."""

REASONS = frozenset({"退回原因", "问题说明", RETURNED})
"""The columns this platform itself adds to returned rows; handing them in again must do no harm."""

GIVEN_BY_CHANNEL = frozenset({"source", "source_code"})
"""Who reports is known from the channel, so that these two are never missing from a row."""

DERIVED = frozenset({"subject_kind"})
"""Follows from the codes in the row where the column is absent."""

_UNITS = {"元": 1, "千元": 1000, "万元": 10_000, "百万元": 1_000_000, "亿元": 100_000_000}
_UNIT = re.compile(r"[(\[](?:单位[::]?)?(元|千元|万元|百万元|亿元)(?:人民币)?[)\]]")
_UNIT_EN = re.compile(r"[(\[](?:in)?(10,?000)?yuan[)\]]", re.IGNORECASE)
_UNIT_ABOVE = re.compile(r"单位[::]?(?:人民币)?(元|千元|万元|百万元|亿元)(?![\u4e00-\u9fff])")
_HINT = re.compile(r"[(\[【][^()\[\]【】]*[)\]】]")
_MARKS = re.compile(r"[\s*★※＊☆\u200b\ufeff]|[(\[【](?:必填|选填|必填项|选填项|非必填)[)\]】]")


@dataclass(frozen=True)
class Unsure:
    """A heading that resembles a field and waits for a person's word (待确认表头)."""

    index: int
    heading: str
    field: str
    score: int


@dataclass(frozen=True)
class Match:
    """What the headings of one table mean (表头识别结果)."""

    item: str | None
    template: str | None
    columns: Mapping[int, str]
    confidence: float
    unsure: tuple[Unsure, ...] = ()
    unknown: tuple[int, ...] = ()
    repeated: tuple[int, ...] = ()
    forbidden: tuple[tuple[int, Forbidden], ...] = ()
    missing: tuple[str, ...] = ()
    units: Mapping[str, Decimal] = field(default_factory=dict)
    how: Mapping[int, int] = field(default_factory=dict)
    candidates: tuple[str, ...] = ()
    no_unit: frozenset[str] = frozenset()
    """Fields of amounts whose heading names no unit although the law book's field is not in yuan (未写明单位的金额)."""
    fulfilled: float = 0.0
    """How much of what the item requires the table has a column for."""
    returned: int | None = None
    """The column that names the returned row which this one puts right (退回行号)."""

    @property
    def must_confirm(self) -> tuple[Unsure, ...]:
        """Unsure headings on which a required field hangs; without a person's word the table cannot be taken in."""
        return tuple(each for each in self.unsure if each.field in self.missing)

    def places(self) -> dict[str, list[int]]:
        """Return the columns of each field, in the order of the file."""
        places: dict[str, list[int]] = {}
        for index, field_id in sorted(self.columns.items()):
            places.setdefault(field_id, []).append(index)
        return places


@lru_cache(maxsize=20_000)
def normal(heading: str) -> str:
    """Return a heading without marks, spaces, full-width forms and case (表头规范形)."""
    return _MARKS.sub("", unicodedata.normalize("NFKC", heading)).strip(":;,.、").lower()


@lru_cache(maxsize=20_000)
def bare(heading: str) -> str:
    """Return a heading also without its bracketed unit or hint."""
    return _HINT.sub("", normal(heading)) or normal(heading)


def unit_in(heading: str) -> Decimal | None:
    """Return the yuan in one unit when the heading names its unit (表头中的单位)."""
    text = _MARKS.sub("", unicodedata.normalize("NFKC", heading))
    if (named := _UNIT.search(text)) is not None:
        return Decimal(_UNITS[named[1]])
    in_english = _UNIT_EN.search(text)
    return None if in_english is None else Decimal(_UNITS["万元" if in_english[1] else "元"])


def unit_above(lines: Sequence[str]) -> Decimal | None:
    """Return the yuan in the one unit that is named above a table (表上方写明的单位); None when two disagree."""
    named = set()
    for line in lines:
        text = _MARKS.sub("", unicodedata.normalize("NFKC", line))
        named |= set(_UNIT_ABOVE.findall(text)) | set(_UNIT.findall(text))
    return Decimal(_UNITS[named.pop()]) if len(named) == 1 else None


def unit_name(unit: Decimal) -> str:
    """Return the word of a unit (单位名称)."""
    return next(name for name, yuan in _UNITS.items() if yuan == unit)


class Vocabulary:
    """All words by which an item's fields are known (事项词汇): word → (how, field, template)."""

    def __init__(self, item: Item) -> None:
        self.item = item
        self.words: dict[str, list[tuple[int, str, str | None]]] = {}
        for spec in item.fields:
            for template, code in spec.codes.items():
                self._add(code, CODE, spec, template)
            for template, heading in spec.headings.items():
                self._add(heading, HEADING, spec, template)
            self._add(spec.name, NAME, spec, None)
            self._add(spec.id, NAME, spec, None)
            if spec.name_en:
                self._add(spec.name_en, SYNONYM, spec, None)
            for word in spec.synonyms:
                self._add(word, SYNONYM, spec, None)

    def _add(self, word: str, how: int, spec: FieldSpec, template: str | None) -> None:
        for form in dict.fromkeys((normal(word), bare(word))):
            # A word without its bracket is weaker: 行政相对人代码_1(…) and _2(…) must stay apart by what is inside.
            rank = how if form == normal(word) else max(how, SYNONYM)
            self.words.setdefault(form, []).append((rank, spec.id, template))

    def find(self, heading: str) -> list[tuple[int, str, str | None]]:
        """Return the surest meanings of a heading; more than one field among them means that it is unclear."""
        for form in dict.fromkeys((normal(heading), bare(heading))):
            meanings = self.words.get(form)
            if meanings:
                surest = min(rank for rank, _, _ in meanings)
                return [each for each in meanings if each[0] == surest]
        return []


_vocabularies: dict[tuple[str, str], Vocabulary] = {}


def vocabulary(item: Item, edition: Edition) -> Vocabulary:
    """Return the words of an item in this edition of the law book."""
    key = (f"{edition.book.version}{edition.day}", item.id)
    if key not in _vocabularies:
        if len(_vocabularies) > 500:
            _vocabularies.clear()
        _vocabularies[key] = Vocabulary(item)
    return _vocabularies[key]


def known_words(edition: Edition, learned: Mapping[str, str] | None = None) -> frozenset[str]:
    """Return every form of every heading the law book or this office knows, to find the heading row by."""
    words = {form for item in edition.items() for form in vocabulary(item, edition).words}
    return frozenset(words | set(learned or ()) | {"序号"})


def is_known(heading: str, words: frozenset[str]) -> bool:
    return normal(heading) in words or bare(heading) in words


def match(
    headings: Sequence[str], edition: Edition, item: str | None = None, learned: Mapping[str, str] | None = None
) -> Match:
    """Map headings to fields (表头识别); without `item` the item is guessed, and None when nothing fits well."""
    if item is not None:
        return _match_item(headings, edition, edition.item(item), learned or {})
    tries = [_match_item(headings, edition, each, learned or {}) for each in edition.items()]
    ranked = sorted(tries, key=lambda each: each.confidence, reverse=True)
    best = ranked[0]
    if best.confidence < 0.35 or best.fulfilled < 0.6:
        return Match(None, None, {}, best.confidence)
    close = tuple(each.item or "" for each in ranked if each.confidence >= best.confidence - 0.03)
    if len(close) > 1:
        return Match(None, None, {}, best.confidence, candidates=close)
    return best


def _match_item(headings: Sequence[str], edition: Edition, item: Item, learned: Mapping[str, str]) -> Match:
    words = vocabulary(item, edition)
    template = _template(headings, words)
    columns: dict[int, str] = {}
    how: dict[int, int] = {}
    unsure: list[Unsure] = []
    unknown: list[int] = []
    forbidden: list[tuple[int, Forbidden]] = []
    for index, heading in enumerate(headings):
        if normal(heading) in SERIAL or normal(heading) in REASONS:
            continue
        meanings = words.find(heading)
        if template and any(each[2] == template for each in meanings):
            meanings = [each for each in meanings if each[2] == template]
        fields = list(dict.fromkeys(field_id for _, field_id, _ in meanings))
        taught = learned.get(normal(heading))
        if taught is not None and item.find_field(taught) is not None and len(fields) != 1:
            columns[index], how[index] = taught, LEARNED
        elif len(fields) == 1:
            of_template = template is None or meanings[0][2] in (None, template)
            columns[index], how[index] = fields[0], meanings[0][0] if of_template else SYNONYM
        elif len(fields) > 1:
            unsure.append(Unsure(index, heading, fields[0], 100))
        elif (kind := find_forbidden(heading, law=edition)) is not None:
            forbidden.append((index, kind))
        else:
            unknown.append(index)
    repeated = _keep_surest(item, columns, how)
    unsure += _resembling(headings, words, unknown, set(columns.values()))
    unknown = [index for index in unknown if index not in {each.index for each in unsure}]
    missing = _missing(item, template, set(columns.values()))
    units = {
        columns[index]: unit
        for index, heading in enumerate(headings)
        if index in columns and (unit := unit_in(heading)) is not None
    }
    # The template's code or name stands for its unit, too; any other word does not.
    no_unit = frozenset(
        name for index, name in columns.items()
        if how[index] > NAME and name not in units and item.get_field(name).unit == "wan"
    )  # fmt: skip
    confidence, fulfilled = _confidence(headings, item, template, columns, how)
    returned = next((index for index, heading in enumerate(headings) if normal(heading) == RETURNED), None)
    return Match(
        item.id, template, columns, confidence, tuple(unsure), tuple(unknown),
        tuple(repeated), tuple(forbidden), tuple(missing), units, how, no_unit=no_unit, fulfilled=fulfilled, returned=returned,
    )  # fmt: skip


def counted_in(matched: Match, item: Item, above: Sequence[str]) -> Match:
    """Let the unit named above a table hold for its amounts whose heading names none (表上方的单位)."""
    unit = unit_above(above)
    if unit is None:
        return matched
    units = {name: unit for name in matched.columns.values() if item.get_field(name).kind == "money"}
    return replace(matched, units={**units, **matched.units}, no_unit=frozenset())


def _template(headings: Sequence[str], words: Vocabulary) -> str | None:
    """Return the template whose own codes or headings occur most; a tie goes to the newest."""
    votes: dict[str, int] = {}
    for heading in headings:
        # A word that is also the field's present name tells no template: 处罚依据 stands in all of them.
        named = {each[1] for each in words.words.get(normal(heading), ()) if each[0] == NAME}
        meanings = words.find(heading)
        for _, _, template in [each for each in meanings if each[2] and each[0] <= HEADING and each[1] not in named]:
            votes[str(template)] = votes.get(str(template), 0) + 1
    votes = {template: count for template, count in votes.items() if "-" not in template}
    return max(votes, key=lambda template: (votes[template], template)) if votes else None


def _keep_surest(item: Item, columns: dict[int, str], how: dict[int, int]) -> list[int]:
    """Keep one column for each field, the surest, the first among equals; a field of many values keeps them all."""
    repeated = []
    for field_id in set(columns.values()):
        places = sorted(index for index, each in columns.items() if each == field_id)
        if len(places) < 2 or item.get_field(field_id).multiple:
            continue
        kept = min(places, key=lambda index: (how[index], index))
        for index in places:
            if index != kept:
                repeated.append(index)
                del columns[index], how[index]
    return sorted(repeated)


def _resembling(headings: Sequence[str], words: Vocabulary, unknown: list[int], taken: set[str]) -> list[Unsure]:
    """Return the unknown headings that resemble a word of a field not yet found, each with its nearest field."""
    free = [(form, each[1]) for form, meanings in words.words.items() for each in meanings if each[1] not in taken]
    found_alike = []
    for index in unknown:
        own = bare(headings[index])
        if len(own) < 2:
            continue
        score, field_id = max(((round(fuzz.ratio(own, form)), field_id) for form, field_id in free), default=(0, ""))
        if score >= ALIKE:
            found_alike.append(Unsure(index, headings[index], field_id, score))
    return found_alike


def waived(item: Item, template: str | None) -> frozenset[str]:
    """Return required fields that the file's template does not have (旧版模板没有的字段), or that need not be written."""
    absent = {
        spec.id
        for spec in item.fields
        if template is not None and (spec.codes or spec.headings) and template not in {*spec.codes, *spec.headings}
    }
    return frozenset(absent | GIVEN_BY_CHANNEL)


def _missing(item: Item, template: str | None, present: set[str]) -> list[str]:
    excused = waived(item, template) | DERIVED
    return [spec.id for spec in item.fields if spec.required and spec.id not in present and spec.id not in excused]


def _confidence(
    headings: Sequence[str], item: Item, template: str | None, columns: Mapping[int, str], how: Mapping[int, int]
) -> tuple[float, float]:
    """Return how well an item explains the headings (most of them, most it requires, sure words), and the second alone."""
    told = [heading for heading in headings if normal(heading) and normal(heading) not in SERIAL | REASONS]
    excused = waived(item, template) | DERIVED
    required = [spec.id for spec in item.fields if spec.required and spec.id not in excused]
    if not told or not required:
        return 0.0, 0.0
    present = set(columns.values())
    explained = len(columns) / len(told)
    fulfilled = sum(1 for field_id in required if field_id in present) / len(required)
    sure = sum(1 for rank in how.values() if rank <= HEADING) / len(told)
    return round(0.45 * explained + 0.45 * fulfilled + 0.1 * sure, 4), fulfilled


def heading_issues(headings: Sequence[str], letters: Sequence[str], matched: Match, item: Item) -> list[Issue]:
    """Return what must be said about the columns of one table (表头提示): forbidden, unknown, repeated, unsure."""
    issues = [
        found(
            "field.forbidden_column", column=headings[index], clause=str(kind.clause), kind=kind.name,
            way_forward=kind.way_forward,
        )
        for index, kind in matched.forbidden
    ]  # fmt: skip
    issues += [
        found("heading.suggested", column=each.heading, severity="wait" if each in matched.must_confirm else "notice",
              field=item.get_field(each.field).name, suggestion=each.field)
        for each in matched.unsure
    ]  # fmt: skip
    issues += [
        found("heading.repeated_column", column=headings[index], severity="notice") for index in matched.repeated
    ]
    for index, name in sorted(matched.columns.items()):
        if name in matched.no_unit:
            issues.append(found("heading.unit_assumed", column=headings[index], severity="notice", unit="万元"))
        elif name in matched.units and unit_in(headings[index]) is None:
            unit = unit_name(matched.units[name])
            issues.append(found("heading.unit_above", column=headings[index], severity="notice", unit=unit))
    for index in matched.unknown:
        if headings[index].strip():
            issues.append(found("field.removed", column=headings[index], severity="notice", item=item.name))
        else:
            issues.append(found("heading.unnamed", column=letters[index], severity="notice"))
    return issues
