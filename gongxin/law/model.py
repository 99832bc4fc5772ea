"""What the law book holds (法典数据): values, instruments, items, fields, matters, remedies. Frozen facts only."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, Literal

from gongxin.kernel.sentences import Sentence, listed, named
from gongxin.law.citing import Certainty, ClauseRef

Polarity = Literal["adverse", "favourable", "neutral"]
FIELD_KINDS = (
    "text", "longtext", "date", "money", "enum", "uscc", "orgcode", "regno", "taxno", "citizen", "name", "body",
    "integer",
)  # fmt: skip
RANKS = ("law", "regulation", "rule", "central", "document", "standard", "local", "interpretation")


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a parameter (参数值) with the time it holds, its source and how sure we are of it."""

    id: str
    value: Any
    unit: str
    source: ClauseRef | None
    certainty: Certainty
    since: date
    until: date | None = None
    note: str = ""
    layer: str = ""

    def number(self) -> int:
        """The value as a whole number; a book that holds something else here is a fault of the book."""
        if isinstance(self.value, bool) or not isinstance(self.value, int):
            raise TypeError(f"{self.id} is not a whole number: {self.value!r}")
        return self.value

    def amount(self) -> Decimal:
        """The value as an exact amount."""
        return Decimal(str(self.value))

    def text(self) -> str:
        return str(self.value)

    def texts(self) -> tuple[str, ...]:
        """The value as a list of texts."""
        return tuple(str(entry) for entry in self.value)

    def table(self) -> tuple[Mapping[str, Any], ...]:
        """The value as a list of rows."""
        return tuple(self.value)


@dataclass(frozen=True, slots=True)
class Article:
    """An article of an instrument (条): an excerpt or our summary, and the reason when no rule rests on it."""

    number: str
    text: str = ""
    summary: bool = False
    title: str = ""
    paragraphs: Mapping[str, str] = field(default_factory=dict)
    excused: str = ""
    certainty: Certainty | None = None
    since: date | None = None
    until: date | None = None
    """The last day of an article that was repealed while its instrument goes on (单条废止)."""

    def in_force(self, day: date) -> bool:
        """Whether the article holds on a day, its instrument being in force (是否有效)."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Instrument:
    """A law, regulation, rule or document (规范文件) with the time in which it is in force."""

    id: str
    title: str
    short: str
    title_en: str
    number: str
    issued: date | None
    since: date | None
    until: date | None
    rank: str
    certainty: Certainty
    numbering: str
    articles: Mapping[str, Article]
    replaces: tuple[str, ...] = ()
    note: str = ""
    url: str = ""
    excused: str = ""

    def in_force(self, day: date) -> bool:
        """Whether it is in force on a day (是否施行). An unknown beginning counts as already in force."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Choice:
    """One lawful value of an enumerated field (枚举值) with its names and the code each template gives it."""

    value: str
    name: str
    name_en: str
    names: tuple[str, ...]
    codes: Mapping[str, str]


@dataclass(frozen=True)
class FieldSpec:
    """A field of an item (字段): what may be reported, in which form, and whether it may be shown."""

    id: str
    name: str
    name_en: str
    kind: str
    required: bool = False
    required_if: str | None = None
    unit: str | None = None
    max_length: int | None = None
    choices: tuple[Choice, ...] = ()
    multiple: bool = False
    public: bool = False
    sensitive: bool = False
    codes: Mapping[str, str] = field(default_factory=dict)
    headings: Mapping[str, str] = field(default_factory=dict)
    synonyms: tuple[str, ...] = ()
    note: str = ""
    note_en: str = ""
    example: str = ""

    @cached_property
    def names_longest_first(self) -> tuple[tuple[str, str], ...]:
        """Every name of every choice with its value (枚举名称), the longest first, so that no name eats another."""
        pairs = [(name, choice.value) for choice in self.choices for name in (choice.value, *choice.names)]
        return tuple(sorted(pairs, key=lambda pair: -len(pair[0])))

    def find_choice(self, text: str, template: str | None = None) -> Choice | None:
        """The choice a text names (枚举识别): by value, by name, or by the code of the template it came in.

        A bare code means nothing without its template: status 0 is 正常 in the 2016 template and 无效 in the 2018 one.
        """
        wanted = text.strip()
        for choice in self.choices:
            if wanted == choice.value or wanted in choice.names:
                return choice
        if template is not None:
            for choice in self.choices:
                if choice.codes.get(template) == wanted:
                    return choice
        return None

    def choices_in(self, value: str) -> tuple[tuple[Choice | None, str], ...]:
        """The choices a stored value names (所选各项), each with the text it was named by; None for an unknown text.

        Several are kept as their values joined by 、 or a semicolon; a single choice may have such a mark in its name.
        """
        whole = self.find_choice(value)
        if whole is not None or not self.multiple:
            return ((whole, value),)
        parts = [part.strip() for part in re.split("[、;；,，]", value)]
        return tuple((self.find_choice(part), part) for part in parts if part)

    def worded(self, value: str) -> str:
        """A stored value in words (字段值的文字): a choice by its name, which knows its English; anything else as it stands."""
        if not self.choices:
            return value
        return listed(named(choice) if choice else part for choice, part in self.choices_in(value))


@dataclass(frozen=True, slots=True)
class Remedy:
    """What the person concerned can do (救济途径): the text shown, its clauses, how sure we are."""

    id: str
    text: str
    text_en: str
    clauses: tuple[ClauseRef, ...]
    certainty: Certainty

    @property
    def said(self) -> Sentence:
        """The text in both languages (救济办法)."""
        return Sentence(self.text, self.text_en or self.text)


@dataclass(frozen=True)
class Item:
    """A catalogue item (目录事项): the only shape in which a record may enter."""

    id: str
    name: str
    name_en: str
    category: str
    catalogue_code: str
    polarity: Polarity
    subject_kinds: tuple[str, ...]
    fields: tuple[FieldSpec, ...]
    document_key: tuple[str, ...]
    required_document: bool
    bases: tuple[ClauseRef, ...]
    providers: tuple[str, ...]
    reporting_rule: str | None
    publication_rule: str
    public_for: frozenset[str]
    remedy: Remedy
    title_field: str
    summary_fields: tuple[str, ...]
    certainty: Certainty
    dated_by: str = "decided_on"
    binding: bool = False
    """Whether what it says binds the one who said it: changed by no report and no correction, only by a lawful change."""
    confined: bool = False
    """Whether it is read in the matters that name it alone, and by its subject: in nothing else, and never in public."""
    by_decider: bool = False
    """Whether only the body that decided hands it in (由作出决定的单位报送)."""
    by_superior: bool = False
    """Whether only a body above the one concerned decides it, and hands it in itself or by its office of credit (由上级认定)."""
    concerns: tuple[str, ...] = ()
    """First signs of the codes whose holders it can concern (适用主体代码): an item of public bodies says nothing of others."""
    of_few: bool = False
    """Whether only few are of whom it can say anything (仅涉及少数主体): of all others not even that nothing was found is said."""
    note: str = ""
    since: date | None = None
    until: date | None = None

    def can_concern(self, code: str) -> bool:
        """Tell whether it can concern the holder of this code at all (能否涉及该主体)."""
        return not self.concerns or code.startswith(self.concerns)

    def says_nothing_of(self, code: str) -> bool:
        """Tell whether a page about the holder of a code, with none of it there, leaves it out (无记录时是否不列出)."""
        return self.of_few or not self.can_concern(code)

    def find_field(self, field_id: str) -> FieldSpec | None:
        return self._by_id.get(field_id)

    @cached_property
    def _by_id(self) -> dict[str, FieldSpec]:
        return {spec.id: spec for spec in self.fields}

    def get_field(self, field_id: str) -> FieldSpec:
        spec = self.find_field(field_id)
        if spec is None:
            raise KeyError(f"{self.id} has no field {field_id}")
        return spec

    def public_fields(self) -> tuple[FieldSpec, ...]:
        """The fields the public may see of an organisation's record (可公开字段)."""
        return tuple(spec for spec in self.fields if spec.public and not spec.sensitive)

    def templates(self) -> tuple[str, ...]:
        """The templates whose codes or headings this item knows (模板版本), newest first."""
        known = {template for spec in self.fields for template in (*spec.codes, *spec.headings)}
        return tuple(sorted(known, reverse=True))


@dataclass(frozen=True, slots=True)
class CatalogueClass:
    """A class of the catalogue (目录大类)."""

    code: str
    name: str
    name_en: str
    content: str
    providers: str
    share: str
    certainty: Certainty


@dataclass(frozen=True, slots=True)
class Catalogue:
    """An edition of the catalogue of public credit information (公共信用信息目录)."""

    id: str
    name: str
    name_en: str
    source: ClauseRef
    since: date
    until: date | None
    certainty: Certainty
    classes: tuple[CatalogueClass, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Trigger:
    """One line of a matter (适用规则): for which records, under which circumstances, with what effect and clause."""

    id: str
    kind: Literal["must_act", "for_reference"]
    item: str
    when: Mapping[str, Any]
    clause: ClauseRef
    text: str
    text_en: str
    certainty: Certainty


@dataclass(frozen=True, slots=True)
class Matter:
    """A matter in which credit may be asked about (查询事项): its clause, who may ask, what may be seen."""

    id: str
    name: str
    name_en: str
    clause: ClauseRef
    bases: tuple[ClauseRef, ...]
    roles: tuple[str, ...]
    body_kinds: tuple[str, ...]
    subject_kinds: tuple[str, ...]
    ground: str
    outcome_workdays: str | None
    sees: Mapping[str, tuple[str, ...]]
    triggers: tuple[Trigger, ...]
    certainty: Certainty
    note: str = ""


@dataclass(frozen=True, slots=True)
class Procedure:
    """A procedure or remedy (程序): steps, terms, addressee, clause."""

    id: str
    name: str
    name_en: str
    text: str
    text_en: str
    term: int | None
    unit: str
    clause: ClauseRef | None
    certainty: Certainty
    since: date | None
    until: date | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Forbidden:
    """A kind of data that has no way in (禁止采集的信息), with the headings by which it is recognised."""

    id: str
    name: str
    name_en: str
    severity: Literal["forbidden", "consent"]
    clause: ClauseRef
    headings: tuple[str, ...]
    contains: tuple[str, ...]
    except_for: tuple[str, ...]
    certainty: Certainty
    way_forward: str


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a further pack (条目) – a list, a measure, an indicator – with what every entry has in common."""

    id: str
    kind: str
    name: str
    name_en: str
    bases: tuple[ClauseRef, ...]
    certainty: Certainty
    since: date | None
    until: date | None
    data: Mapping[str, Any]
    path: str = ""
