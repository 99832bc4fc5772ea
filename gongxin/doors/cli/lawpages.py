"""How the law book reads outside (法典的呈现): as plain data for `--json`, as an outline, as the generated index."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from gongxin.law.book import Book, Edition, Instrument, Item, Matter, Procedure, Value
from gongxin.law.index import Index, Resting
from gongxin.law.model import Entry, FieldSpec

RANKS = {
    "law": "法律",
    "regulation": "行政法规",
    "interpretation": "司法解释",
    "rule": "部门规章",
    "central": "党中央、国务院政策文件",
    "document": "规范性文件和目录",
    "local": "地方性法规和文件",
    "standard": "国家标准",
}


def instrument(entry: Instrument) -> dict[str, Any]:
    """One instrument as plain data (规范文件)."""
    return {
        "kind": "instruments",
        "id": entry.id,
        "title": entry.title,
        "short": entry.short,
        "title_en": entry.title_en,
        "number": entry.number,
        "issued": entry.issued,
        "from": entry.since,
        "to": entry.until,
        "rank": entry.rank,
        "certainty": entry.certainty,
        "note": entry.note,
        "articles": {number: article.text for number, article in entry.articles.items()},
    }


def resting(entry: Resting) -> dict[str, Any]:
    """What rests on one article as plain data (条文之上)."""
    instrument_id, article = entry.address
    return {
        "instrument": instrument_id,
        "article": article or None,
        "label": entry.label(),
        "text": entry.article.text if entry.article else "",
        "summary": entry.article.summary if entry.article else False,
        "certainty": (entry.article.certainty if entry.article else None)
        or (entry.instrument.certainty if entry.instrument else "unverified"),
        "excused": entry.excused,
        "rules": [
            {"rule": f"{mark.module}.{mark.rule}", "clause": mark.ref.key(), "summary": mark.summary}
            for mark in entry.rules
        ],
        "data": [
            {"kind": use.kind, "id": use.id, "part": use.part, "clause": use.ref.key(), "path": use.path}
            | {"certainty": use.certainty}
            for use in entry.data
        ],
        "cases": [{"path": case.path, "name": case.name} for case in entry.cases],
    }


def item(entry: Item, edition: Edition, *, short: bool = False) -> dict[str, Any]:
    """One catalogue item as plain data (目录事项); `short` leaves the fields out."""
    head = {
        "kind": "items",
        "id": entry.id,
        "name": entry.name,
        "name_en": entry.name_en,
        "category": entry.category,
        "catalogue_code": entry.catalogue_code,
        "polarity": entry.polarity,
        "subject_kinds": list(entry.subject_kinds),
        "public_for": sorted(entry.public_for),
        "bases": [str(edition.cite(ref)) for ref in entry.bases],
        "certainty": entry.certainty,
    }
    if short:
        return head
    return head | {
        "providers": list(entry.providers),
        "publication_rule": entry.publication_rule,
        "reporting_rule": entry.reporting_rule,
        "document_key": list(entry.document_key),
        "remedy": entry.remedy.text,
        "remedy_clauses": [str(ref) for ref in entry.remedy.clauses],
        "note": entry.note,
        "fields": [_field(spec) for spec in entry.fields],
    }


def _field(spec: FieldSpec) -> dict[str, Any]:
    row: dict[str, Any] = {"id": spec.id, "name": spec.name, "name_en": spec.name_en, "type": spec.kind}
    if spec.required or spec.required_if:
        row["required"] = spec.required_if or True
    row |= {"public": spec.public, "sensitive": spec.sensitive}
    if spec.choices:
        row["choices"] = [choice.name for choice in spec.choices]
    return row | ({"codes": dict(spec.codes)} if spec.codes else {})


def matter(entry: Matter, *, short: bool = False) -> dict[str, Any]:
    """One matter as plain data (查询事项)."""
    head = {
        "kind": "matters",
        "id": entry.id,
        "name": entry.name,
        "name_en": entry.name_en,
        "clause": str(entry.clause),
        "certainty": entry.certainty,
    }
    if short:
        return head
    return head | {
        "bases": [str(ref) for ref in entry.bases],
        "roles": list(entry.roles),
        "body_kinds": list(entry.body_kinds),
        "subject_kinds": list(entry.subject_kinds),
        "sees": {item_id: list(fields) for item_id, fields in entry.sees.items()},
        "triggers": [
            {"id": t.id, "effect": t.kind, "item": t.item, "when": dict(t.when), "clause": str(t.clause)}
            | {"text": t.text, "certainty": t.certainty}
            for t in entry.triggers
        ],
        "note": entry.note,
    }


def _parameter(values: tuple[Value, ...]) -> dict[str, Any]:
    return {
        "kind": "parameters",
        "id": values[0].id,
        "unit": values[0].unit,
        "values": [
            {"from": v.since, "to": v.until, "value": v.value, "source": str(v.source or ""), "certainty": v.certainty}
            | ({"note": v.note} if v.note else {})
            for v in values
        ],
    }


def _procedure(entry: Procedure) -> dict[str, Any]:
    return {
        "kind": "procedures",
        "id": entry.id,
        "name": entry.name,
        "text": entry.text,
        "term": f"{entry.term} {entry.unit}" if entry.term is not None else None,
        "clause": str(entry.clause or ""),
        "certainty": entry.certainty,
        "from": entry.since,
        "to": entry.until,
    }


def _entry(entry: Entry) -> dict[str, Any]:
    rest = {key: value for key, value in entry.data.items() if key not in ("bases", "name")}
    return {"kind": entry.kind, "id": entry.id, "name": entry.name, "bases": [str(r) for r in entry.bases]} | rest


def show(book: Book, edition: Edition, wanted: str) -> list[dict[str, Any]]:
    """Everything in the book that has this id (按编号查法典); several kinds may use one word."""
    found: list[dict[str, Any]] = []
    standing = edition.find_item(wanted)
    if standing is not None:
        found.append(item(standing, edition))
    if wanted in book.matters:
        found.append(matter(book.matters[wanted]))
    if wanted in book.values:
        found.append(_parameter(book.values[wanted]))
    if wanted in book.procedures:
        found.append(_procedure(book.procedures[wanted]))
    found += [_entry(entries[wanted]) for entries in book.entries.values() if wanted in entries]
    return found


def close_ids(book: Book, wanted: str) -> list[str]:
    """Ids that look like the one asked for (相近的编号)."""
    known = [entry_id for kind, entries in book.definitions.items() if kind != "synonyms" for entry_id in entries]
    return get_close_matches(wanted, known, n=8, cutoff=0.5)


def outline(document: Mapping[str, Any], depth: int = 0) -> str:
    """Plain data as an indented outline (缩进呈现)."""
    return "\n".join(_lines(document, depth))


def _lines(document: Mapping[str, Any], depth: int) -> Iterator[str]:
    margin = "  " * depth
    for key, value in document.items():
        if value in (None, "", [], {}):
            continue
        if isinstance(value, Mapping):
            yield f"{margin}{key}:"
            yield from _lines(value, depth + 1)
        elif isinstance(value, list) and any(isinstance(part, Mapping) for part in value):
            yield f"{margin}{key}:"
            for part in value:
                pairs = part.items() if isinstance(part, Mapping) else [("", part)]
                yield f"{margin}  - " + "  ".join(f"{name}={_short(text)}" for name, text in pairs)
        else:
            yield f"{margin}{key}: {_short(value)}"


def _short(value: object) -> str:
    if isinstance(value, list | tuple):
        return "、".join(str(part) for part in value)
    if isinstance(value, Mapping):
        return "{" + "，".join(f"{key}: {_short(part)}" for key, part in value.items()) + "}"
    return str(value)


def index_page(book: Book, index: Index) -> str:
    """`docs/law-index.md` (条文索引): a reader comes with an article in hand and leaves with the rule, data and cases."""
    lines = [
        "# Law index (条文索引)",
        "",
        "Generated by `gongxin law index --out docs/law-index.md` (`make docs`); do not edit. Article → what in the platform rests on it.",
        "Rules are symbols under `gongxin/law/`, data are ids in `lawbook/`, cases are files under `tests/law/` with how many of theirs",
        "expect the article. Texts in the book are summaries. Certainty: 已核 read in the original · 二手 read second-hand · 待核 not",
        "confirmed, shown as 待法制审核 wherever it is used.",
        "",
    ]
    standing = [entry for entry in index if entry.instrument is not None]
    for rank, words in RANKS.items():
        ranked = [entry for entry in standing if entry.instrument is not None and entry.instrument.rank == rank]
        if ranked:
            lines += [f"## {words}", ""]
            lines += _cited(ranked)
            lines += _excused(ranked)
    missing = [entry.label() for entry in index if entry.instrument is None]
    if missing:
        lines += ["## 法典中没有的文件", "", *(f"- {label}" for label in missing), ""]
    return "\n".join(lines).rstrip() + "\n"


_SURE = {"verified": "已核", "secondary": "二手", "unverified": "待核"}


def _cited(ranked: list[Resting]) -> list[str]:
    covered = [entry for entry in ranked if entry.covered]
    if not covered:
        return []
    lines = ["| article | certainty | rules | data | cases |", "|---|---|---|---|---|"]
    for entry in covered:
        certainty = entry.article.certainty if entry.article and entry.article.certainty else None
        sure = _SURE[certainty or (entry.instrument.certainty if entry.instrument else "unverified")]
        rules = dict.fromkeys(f"`{mark.module.removeprefix('gongxin.')}.{mark.rule}`" for mark in entry.rules)
        data = dict.fromkeys(f"`{use.kind}/{use.id}`" for use in entry.data)
        files: dict[str, int] = {}
        for case in entry.cases:
            files[case.path] = files.get(case.path, 0) + 1
        cases = [f"{path} ({count})" for path, count in files.items()]
        columns = (f"{entry.label()} `{'/'.join(part for part in entry.address if part)}`", sure)
        lines.append("| " + " | ".join((*columns, "<br>".join(rules), "<br>".join(data), "<br>".join(cases))) + " |")
    return [*lines, ""]


def _excused(ranked: list[Resting]) -> list[str]:
    reasons: dict[str, list[str]] = {}
    for entry in ranked:
        if not entry.covered:
            reasons.setdefault(entry.excused or "（没有写明理由）", []).append(entry.label())
    if not reasons:
        return []
    lines = ["Nothing rests on these yet, and why:", ""]
    lines += [f"- {reason}：{'；'.join(labels)}" for reason, labels in reasons.items()]
    return [*lines, ""]
