"""What is wrong or unsure in a law book (法典检查): unknown references, gaps in coverage, claims above their source."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Literal

from gongxin.law.book import Book
from gongxin.law.citing import CERTAINTIES
from gongxin.law.index import Index, uses


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding (检查发现): an error stops a release of the book, a notice is for its keeper."""

    level: Literal["error", "notice"]
    code: str
    place: str
    message: str

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def lint(book: Book, index: Index) -> list[Finding]:
    """Everything to be said about a book that could be read (全部检查结果), errors first."""
    found = [
        *_unknown(index),
        *_coverage(index),
        *_uncited_rules(index),
        *_effects(book),
        *_lists(book),
        *_synonyms(book),
        *_triggers(book),
        *_headings(book),
        *_claims(book),
    ]
    return sorted(found, key=lambda finding: (finding.level != "error", finding.code, finding.place))


def unverified(book: Book) -> list[tuple[str, str, str, str]]:
    """What waits for a lawyer (待法制审核): kind, id, part and clause of all data whose certainty is `unverified`."""
    waiting = [
        ("parameters", value.id, f"from {value.since}", str(value.source or ""))
        for values in book.values.values()
        for value in values
        if value.certainty == "unverified"
    ]
    waiting += [
        (use.kind, use.id, use.part, str(use.ref))
        for use in uses(book)
        if use.certainty == "unverified" and use.kind != "parameters"
    ]
    for instrument in book.instruments.values():
        if instrument.certainty == "unverified":
            waiting.append(("instruments", instrument.id, "", instrument.short))
        for article in instrument.articles.values():
            if article.certainty == "unverified":
                waiting.append(("instruments", instrument.id, article.number, instrument.short))
    return sorted(set(waiting))


def _unknown(index: Index) -> Iterator[Finding]:
    for resting in index.unknown():
        named = [f"{mark.module}.{mark.rule}" for mark in resting.rules]
        named += [f"{use.path} {use.kind}.{use.id}" for use in resting.data]
        for place in named:
            yield Finding("error", "law.unknown_clause", place, f"引用的条文不在法典中：{resting.label()}")


def _coverage(index: Index) -> Iterator[Finding]:
    for resting in index.uncovered():
        place = "/".join(part for part in resting.address if part)
        message = f"{resting.label()} 没有规则或数据引用，也没有写明免引的理由（excused）"
        yield Finding("error", "law.uncovered", place, message)
    for resting in index.overexcused():
        place = "/".join(part for part in resting.address if part)
        yield Finding("notice", "law.excused_but_cited", place, f"{resting.label()} 已有规则或数据依赖，免引的理由可删")


def _uncited_rules(index: Index) -> Iterator[Finding]:
    """A value nobody can trace to a clause is a number somebody made up."""
    for values in index.book.values.values():
        for value in values:
            if value.source is None and value.certainty != "unverified":
                place = f"parameters.{value.id} from {value.since}"
                yield Finding("error", "law.no_source", place, "没有出处的值只能标为 unverified")


def _effects(book: Book) -> Iterator[Finding]:
    """A measure read from memory must not restrict anybody."""
    for measure in book.entries["measures"].values():
        if measure.certainty == "unverified" and measure.data.get("effect"):
            place = f"{measure.path} measures.{measure.id}"
            yield Finding("error", "law.unverified_effect", place, "未核的措施不得有效力（effect 应为 false）")
        if not measure.bases:
            yield Finding("error", "law.no_basis", f"{measure.path} measures.{measure.id}", "措施没有依据")


def _lists(book: Book) -> Iterator[Finding]:
    for entry in book.entries["lists"].values():
        place = f"{entry.path} lists.{entry.id}"
        if not entry.bases:
            yield Finding("error", "law.no_basis", place, "名单没有依据")
        item = entry.data.get("item")
        if item is not None and item not in book.items:
            yield Finding("error", "law.unknown_item", place, f"目录中没有事项 {item}")


def _synonyms(book: Book) -> Iterator[Finding]:
    """Words for a field that no item has help nobody and hide a slip of the pen."""
    fields = {spec.id for item in book.items.values() for spec in item.fields}
    for field_id, definition in book.definitions["synonyms"].items():
        place = f"{definition.path} synonyms.{field_id}"
        if field_id not in fields:
            yield Finding("error", "law.unknown_field", place, f"没有事项有字段 {field_id}")
        for item_id in definition.body["items"]:
            item = book.items.get(item_id)
            if item is None or item.find_field(field_id) is None:
                yield Finding("error", "law.unknown_field", place, f"事项 {item_id} 没有字段 {field_id}")


def _triggers(book: Book) -> Iterator[Finding]:
    """Nobody is to be restricted by a line that no lawyer has seen."""
    for matter in book.matters.values():
        for trigger in matter.triggers:
            if trigger.kind == "must_act" and trigger.certainty == "unverified":
                place = f"matters.{matter.id} {trigger.id}"
                yield Finding("notice", "law.unverified_must_act", place, "必须依法处理的情形尚未经法制审核")


def _headings(book: Book) -> Iterator[Finding]:
    """A heading that means two fields of one item can only be settled by asking; better one word, one field."""
    for item in book.items.values():
        meant: dict[str, list[str]] = {}
        for spec in item.fields:
            for word in dict.fromkeys((spec.name, *spec.synonyms)):
                meant.setdefault(word.strip().lower(), []).append(spec.id)
        for word, fields in sorted(meant.items()):
            if len(set(fields)) > 1:
                message = f"表头“{word}”同时指 {'、'.join(fields)}"
                yield Finding("notice", "law.ambiguous_heading", f"items.{item.id}", message)


def _claims(book: Book) -> Iterator[Finding]:
    """Data cannot be surer than the clause it rests on; of an instrument cited as a whole this cannot be said."""
    for use in uses(book):
        instrument = book.instruments.get(use.ref.instrument)
        if instrument is None or use.ref.article is None:
            continue
        article = instrument.articles.get(use.ref.article or "")
        known = article.certainty if article is not None and article.certainty else instrument.certainty
        if CERTAINTIES.index(use.certainty) > CERTAINTIES.index(known):
            message = f"标为 {use.certainty}，所据 {use.ref} 只是 {known}"
            yield Finding("notice", "law.surer_than_source", f"{use.kind}.{use.id} {use.part}".strip(), message)
