"""What is contradictory, missing or unsure in a law book (法典检查), each with its place.

A book that cannot be read at all is a `BookFault` and never comes here; what comes here could be read, and may still
name what is not there, leave a clause without reason, or claim more than its source.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from gongxin.kernel.sentences import Sentence, joined, listed, named, sentence
from gongxin.law.areas import faults as faults_of_areas
from gongxin.law.bodysystems import read_system as read_body_system
from gongxin.law.book import Book
from gongxin.law.citing import CERTAINTIES
from gongxin.law.forbidden import find_forbidden
from gongxin.law.incentives import read_incentive
from gongxin.law.index import Index, uses
from gongxin.law.indicators import PUBLIC_BODY, read_system
from gongxin.law.layers import BookFault
from gongxin.law.lists import FIELDS, faults_of, find_list
from gongxin.law.matters import CONDITIONS
from gongxin.law.measures import RANKS, rank_refused
from gongxin.law.plans import PUBLICATION_RULES
from gongxin.law.promisekinds import kinds as kinds_of_promises
from gongxin.law.taskplans import faults as faults_of_plans
from gongxin.law.wording import PLACE, UNITS, says, term_text, terms_in

SEVERITIES = ("error", "warning", "notice")


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding (检查结果): `error` stops a release of the book, `warning` wants a look, `notice` only tells."""

    severity: Literal["error", "warning", "notice"]
    code: str
    place: str
    message: str

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def lint(book: Book, index: Index | None = None) -> tuple[Finding, ...]:
    """Everything the book should not leave as it is (检查法典), the worst first."""
    found = [
        *_clauses(index or Index(book)),
        *_coverage(index or Index(book)),
        *_values(book),
        *_claims(book),
        *_items(book),
        *_headings(book),
        *_synonyms(book),
        *_matters(book),
        *_measures_and_lists(book),
        *_lists(book),
        *_indicators(book),
        *_provisions(book),
        *_incentives(book),
        *_promises(book),
        *_areas(book),
        *_plans(book),
        *_casework(book),
        *_terms(book),
        *_forbidden(book),
    ]
    return tuple(sorted(found, key=lambda one: (SEVERITIES.index(one.severity), one.code, one.place)))


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


def _no_parameter(name: object) -> Sentence:
    return sentence("没有参数 {name}", "There is no parameter {name}", name=name)


def _no_matter(name: str) -> Sentence:
    return sentence("没有查询事项 {name}", "There is no matter {name}", name=name)


def _unconfirmed() -> Sentence:
    return sentence(
        "未核的措施不得有效力（effect 应为 false）", "An unverified measure must not have effect (effect: false)"
    )


def _clauses(index: Index) -> Iterator[Finding]:
    for resting in index.unknown():
        named = [f"{mark.module}.{mark.rule}" for mark in resting.rules]
        named += [f"{use.path} {use.kind}.{use.id}" for use in resting.data]
        for place in named:
            yield Finding(
                "error",
                "clause.unknown",
                place,
                sentence(
                    "引用的条文不在法典中：{label}",
                    "The clause cited is not in the book: {label}",
                    label=resting.label(),
                ),
            )


def _coverage(index: Index) -> Iterator[Finding]:
    for resting in index.uncovered():
        place = "/".join(part for part in resting.address if part)
        message = sentence(
            "{label} 没有规则或数据引用，也没有写明免引的理由（excused）",
            "{label} is used by no rule and no data, and no reason is given (excused)",
            label=resting.label(),
        )
        yield Finding("error", "coverage.gap", place, message)
    for resting in index.overexcused():
        place = "/".join(part for part in resting.address if part)
        message = sentence(
            "{label} 已有规则或数据依赖，免引的理由可删",
            "{label} is used by now; the excuse can go",
            label=resting.label(),
        )
        yield Finding("warning", "coverage.stale_excuse", place, message)


def _values(book: Book) -> Iterator[Finding]:
    """A value nobody can trace to a clause is a number somebody made up."""
    for values in book.values.values():
        for value in values:
            place = f"parameters.{value.id} from {value.since}"
            if value.source is None and value.certainty != "unverified":
                yield Finding(
                    "error",
                    "value.source",
                    place,
                    sentence("没有出处的值只能标为 unverified", "A value without a source can only be unverified"),
                )
            source = book.instruments.get(value.source.instrument) if value.source else None
            dated = source is not None and source.since is not None and value.since.year > 1900
            if source is not None and dated and source.since is not None and value.since < source.since:
                message = sentence(
                    "早于所据《{title}》施行之日（{since}）",
                    "Earlier than {title} came into force ({since})",
                    title=Sentence(source.title, source.title_en or source.title),
                    since=source.since,
                )
                yield Finding("warning", "value.before_source", place, message)


def _claims(book: Book) -> Iterator[Finding]:
    """Data cannot be surer than the clause it rests on; of an instrument cited as a whole this cannot be said."""
    for use in uses(book):
        instrument = book.instruments.get(use.ref.instrument)
        if instrument is None or use.ref.article is None:
            continue
        article = instrument.articles.get(use.ref.article)
        known = article.certainty if article is not None and article.certainty else instrument.certainty
        if CERTAINTIES.index(use.certainty) > CERTAINTIES.index(known):
            message = sentence(
                "标为 {certainty}，所据 {ref} 只是 {known}",
                "Marked {certainty}, while {ref} itself is only {known}",
                certainty=use.certainty,
                ref=use.ref,
                known=known,
            )
            yield Finding("notice", "value.surer_than_source", f"{use.kind}.{use.id} {use.part}".strip(), message)


def _items(book: Book) -> Iterator[Finding]:
    codes = {entry.code for catalogue in book.catalogues.values() for entry in catalogue.classes}
    for item in book.items.values():
        place = f"items.{item.id}"
        if not item.bases:
            yield Finding("error", "item.bases", place, sentence("事项没有依据", "The item has no basis"))
        if item.category not in codes:
            yield Finding(
                "error",
                "item.category",
                place,
                sentence("目录没有第 {code} 类", "The catalogue has no class {code}", code=item.category),
            )
        if item.publication_rule not in PUBLICATION_RULES:
            yield Finding(
                "error",
                "item.publication_rule",
                place,
                sentence("没有公示规则 {name}", "There is no rule of publication {name}", name=item.publication_rule),
            )
        if item.reporting_rule and item.reporting_rule not in book.values:
            yield Finding("error", "item.reporting_rule", place, _no_parameter(item.reporting_rule))
        yield from _templates(item.id, item.fields)


def _templates(item_id: str, fields: tuple[Any, ...]) -> Iterator[Finding]:
    taken: dict[tuple[str, str], str] = {}
    for spec in fields:
        for template, code in spec.codes.items():
            other = taken.setdefault((template, code), spec.id)
            if other != spec.id:
                message = sentence(
                    "{template} 模板的 {code} 同时指 {other} 和 {field}",
                    "Code {code} of template {template} means both {other} and {field}",
                    template=template,
                    code=code,
                    other=other,
                    field=spec.id,
                )
                yield Finding("error", "item.code", f"items.{item_id}.{spec.id}", message)
        for template in {template for choice in spec.choices for template in choice.codes}:
            codes = [choice.codes[template] for choice in spec.choices if template in choice.codes]
            if len(codes) != len(set(codes)):
                message = sentence(
                    "{template} 模板中两个选项用了同一代码",
                    "Two choices have the same code in template {template}",
                    template=template,
                )
                yield Finding("error", "item.choice_code", f"items.{item_id}.{spec.id}", message)


def _headings(book: Book) -> Iterator[Finding]:
    """A heading that means two fields of one item can only be settled by asking; better one word, one field."""
    for item in book.items.values():
        meant: dict[str, list[str]] = {}
        for spec in item.fields:
            for word in dict.fromkeys((spec.name, *spec.synonyms)):
                meant.setdefault(word.strip().lower(), []).append(spec.id)
        for word, fields in sorted(meant.items()):
            if len(set(fields)) > 1:
                message = sentence(
                    "表头“{word}”同时指 {fields}",
                    "The heading “{word}” means several fields: {fields}",
                    word=word,
                    fields=listed(fields),
                )
                yield Finding("warning", "item.ambiguous_heading", f"items.{item.id}", message)


def _synonyms(book: Book) -> Iterator[Finding]:
    """Words for a field that no item has help nobody and hide a slip of the pen."""
    fields = {spec.id for item in book.items.values() for spec in item.fields}
    for field_id, definition in book.definitions["synonyms"].items():
        place = f"{definition.path} synonyms.{field_id}"
        if field_id not in fields:
            yield Finding(
                "error",
                "synonyms.field",
                place,
                sentence("没有事项有字段 {field}", "No item has a field {field}", field=field_id),
            )
        for item_id in definition.body["items"]:
            item = book.items.get(item_id)
            if item is None or item.find_field(field_id) is None:
                yield Finding(
                    "error",
                    "synonyms.field",
                    place,
                    sentence(
                        "事项 {item} 没有字段 {field}", "Item {item} has no field {field}", item=item_id, field=field_id
                    ),
                )


def _matters(book: Book) -> Iterator[Finding]:
    for matter in book.matters.values():
        for trigger in matter.triggers:
            place = f"matters.{matter.id}.{trigger.id}"
            for name, wanted in _circumstances(trigger.when):
                if name not in CONDITIONS:
                    yield Finding(
                        "error",
                        "matter.circumstance",
                        place,
                        sentence("没有情形 {name}", "There is no circumstance {name}", name=name),
                    )
                if name == "fine_at_least" and str(wanted) not in book.values:
                    yield Finding("error", "matter.threshold", place, _no_parameter(wanted))
            item = book.items.get(trigger.item)
            if trigger.kind == "must_act" and item is not None and not item.remedy.text:
                yield Finding(
                    "error",
                    "matter.remedy",
                    place,
                    sentence(
                        "必须依法处理，但 {item} 没有救济途径",
                        "It must be acted on, but {item} has no remedy",
                        item=trigger.item,
                    ),
                )
            if trigger.kind == "must_act" and trigger.certainty == "unverified":
                yield Finding(
                    "notice",
                    "matter.unverified",
                    place,
                    sentence("必须依法处理的情形尚未经法制审核", "What must be acted on still awaits legal review"),
                )


def _circumstances(when: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, wanted in when.items():
        yield name, wanted
        if name in ("any", "all"):
            for part in wanted:
                yield from _circumstances(part)


def _measures_and_lists(book: Book) -> Iterator[Finding]:
    """A measure read from memory must not restrict anybody; a list without a basis may not be kept."""
    for kind in ("measures", "lists"):
        for entry in book.entries[kind].values():
            place = f"{entry.path} {kind}.{entry.id}"
            if not entry.bases:
                yield Finding("error", "entry.bases", place, sentence("没有依据", "There is no basis"))
            if entry.certainty == "unverified" and entry.data.get("effect"):
                yield Finding("error", "measure.unverified_effect", place, _unconfirmed())
            item = entry.data.get("item")
            if item is not None and item not in book.items:
                yield Finding(
                    "error",
                    "entry.item",
                    place,
                    sentence("目录中没有事项 {item}", "The catalogue has no item {item}", item=item),
                )


def _lists(book: Book) -> Iterator[Finding]:
    """A list lies in one of the four fields and rests on a sufficient rank, or the book is not released."""
    if FIELDS not in book.values:
        return
    law = book.on(max(book.boundaries()))
    for entry in book.entries["lists"].values():
        rule = find_list(entry.id, law)
        for fault in faults_of(rule, law=law) if rule is not None else ():
            message = joined(part for part in (fault.message, fault.way_forward) if part)
            yield Finding("error", fault.code, f"{entry.path} lists.{entry.id}", message)


def _indicators(book: Book) -> Iterator[Finding]:
    """A system of indicators holds together, and the matter it is looked at in lets nobody be refused anything."""
    for entry in book.entries["indicators"].values():
        place = f"{entry.path} indicators.{entry.id}"
        law = book.on(entry.since or max(book.boundaries()))
        try:
            if PUBLIC_BODY in (entry.data.get("subject_kinds") or ()):
                # A system about bodies of government names no matter, so that nothing can act on it.
                read_body_system(entry, law)
                continue
            system = read_system(entry, law)
        except BookFault as fault:
            yield Finding("error", "indicators.fault", place, str(fault))
            continue
        matter = book.matters.get(system.matter)
        if matter is None:
            yield Finding("error", "indicators.matter", place, _no_matter(system.matter))
        elif any(trigger.kind == "must_act" for trigger in matter.triggers):
            yield Finding(
                "error",
                "indicators.binding",
                place,
                sentence(
                    "事项 {matter} 有必须适用的规则，不得用评价结果限制任何人",
                    "Matter {matter} has binding rules; a result must not restrict anybody",
                    matter=system.matter,
                ),
            )


def _provisions(book: Book) -> Iterator[Finding]:
    """A measure needs a basis of sufficient rank; what a record from memory says binds nobody until somebody confirmed it."""
    day = max(book.boundaries(), default=None)
    if day is None or RANKS not in book.values:
        return
    law = book.on(day)
    triggers = {trigger.id: (matter, trigger) for matter in book.matters.values() for trigger in matter.triggers}
    carried: set[str] = set()
    for provision in book.provisions.values():
        place = f"{provision.path} measures.{provision.id}"
        refused = rank_refused(provision, law=law)
        if refused is not None:
            yield Finding("error", refused.code, place, refused.message)
        if provision.effect and provision.certainty == "unverified":
            yield Finding("error", "measure.unverified_effect", place, _unconfirmed())
        places = book.definitions["measures"][provision.measure].places
        if provision.effect and len(places) > 1 and not provision.confirmed_by:
            yield Finding(
                "error",
                "measure.confirmed_by",
                place,
                sentence("没有写明由谁确认（confirmed_by）", "It is not said who confirmed it (confirmed_by)"),
            )
        carried |= set(provision.triggers)
        for trigger_id in provision.triggers:
            if trigger_id not in triggers:
                yield Finding(
                    "error",
                    "measure.trigger",
                    place,
                    sentence("没有触发项 {trigger}", "There is no trigger {trigger}", trigger=trigger_id),
                )
            elif triggers[trigger_id][0].id not in provision.scope:
                yield Finding(
                    "error",
                    "measure.scope",
                    place,
                    sentence(
                        "触发项 {trigger} 不在范围 {scope} 之内",
                        "Trigger {trigger} is outside the scope {scope}",
                        trigger=trigger_id,
                        scope=provision.scope,
                    ),
                )
            elif triggers[trigger_id][1].kind == "must_act" and not provision.effect:
                yield Finding(
                    "error",
                    "measure.must_unconfirmed",
                    place,
                    sentence(
                        "必须适用的 {trigger} 所据措施未经确认",
                        "The measure of the binding {trigger} is not confirmed",
                        trigger=trigger_id,
                    ),
                )
    for trigger_id, (matter, trigger) in triggers.items():
        if trigger.kind == "must_act" and trigger_id not in carried:
            message = sentence(
                "必须依法处理的情形没有列入措施库", "What must be acted on is not in the library of measures"
            )
            yield Finding("warning", "matter.no_measure", f"matters.{matter.id}.{trigger_id}", message)


def _incentives(book: Book) -> Iterator[Finding]:
    """A convenience can be read, and a favour to businesses without its review is told, since it has no effect."""
    for entry in book.entries["incentives"].values():
        place = f"{entry.path} incentives.{entry.id}"
        try:
            incentive = read_incentive(entry, book.on(entry.since or max(book.boundaries())))
        except BookFault as fault:
            yield Finding("error", "incentives.fault", place, str(fault))
            continue
        if incentive.matter and incentive.matter not in book.matters:
            yield Finding("error", "incentives.matter", place, _no_matter(incentive.matter))
        if incentive.pending == "review":
            yield Finding(
                "notice",
                "incentives.review",
                place,
                sentence(
                    "没有公平竞争审查结论号，不生效",
                    "Without the number of its fair-competition review it has no effect",
                ),
            )


def _promises(book: Book) -> Iterator[Finding]:
    """A kind of promise can be read, or nothing of its kind could be registered."""
    for day in book.boundaries()[-1:]:
        try:
            kinds_of_promises(book.on(day))
        except BookFault as fault:
            yield Finding("error", "promises.fault", fault.place, fault.message)


def _areas(book: Book) -> Iterator[Finding]:
    """An area can be read, and what it names is there: kinds, items on display, fields, terms."""
    for day in book.boundaries()[-1:]:
        try:
            for place, message in faults_of_areas(book.on(day)):
                yield Finding("error", "areas.part", place, message)
        except BookFault as fault:
            yield Finding("error", "areas.fault", fault.place, fault.message)


def _plans(book: Book) -> Iterator[Finding]:
    """A plan of work can be read, and a yearly one serves tasks that the plan above it holds."""
    for day in book.boundaries()[-1:]:
        try:
            for place, message in faults_of_plans(book.on(day)):
                yield Finding("error", "plans.under", place, message)
        except BookFault as fault:
            yield Finding("error", "plans.fault", fault.place, fault.message)


def _casework(book: Book) -> Iterator[Finding]:
    """Two kinds of case whose numbers would begin alike: the second one of a year could not be opened."""
    seen: dict[str, str] = {}
    for kind, definition in sorted(book.entries["casework"].items()):
        prefix = str(definition.data.get("prefix") or "")
        other = seen.setdefault(prefix, kind)
        if other != kind:
            words = sentence(
                "案号字头 {prefix} 与 {other} 相同",
                "The numbers of {other} begin with {prefix}, too",
                prefix=prefix,
                other=other,
            )
            yield Finding("error", "casework.prefix", f"{definition.path} casework.{kind}", words)


def _terms(book: Book) -> Iterator[Finding]:
    """A term stands once, as a value; a sentence or a note that says another one would mislead whoever reads it."""
    for procedure in book.procedures.values():
        definition = book.definitions["procedures"][procedure.id]
        place = f"{definition.path} procedures.{procedure.id}"
        if procedure.term is not None and procedure.unit not in UNITS:
            yield Finding(
                "error",
                "procedure.unit",
                place,
                sentence("期限的单位须是 {units} 之一", "The unit of a term is one of {units}", units=listed(UNITS)),
            )
        for name in ("text", "text_en"):
            said = str(definition.body.get(name) or "")
            if terms_in(said):
                yield Finding(
                    "error",
                    "procedure.typed_term",
                    place,
                    sentence(
                        "{name} 直接写了期限，应写 {place}，由 term 填入",
                        "{name} types a term; write {place}, which term fills in",
                        name=name,
                        place=PLACE,
                    ),
                )
            if PLACE in said and procedure.term is None:
                yield Finding(
                    "error",
                    "procedure.no_term",
                    place,
                    sentence(
                        "{name} 写了 {place}，但没有 term",
                        "{name} says {place}, but there is no term",
                        name=name,
                        place=PLACE,
                    ),
                )
            if said and procedure.term is not None and PLACE not in said:
                yield Finding(
                    "error",
                    "procedure.unsaid_term",
                    place,
                    sentence(
                        "有 term，但 {name} 没有写 {place}",
                        "There is a term, but {name} does not say {place}",
                        name=name,
                        place=PLACE,
                    ),
                )
    for values in book.values.values():
        for value in values:
            if value.unit in UNITS and isinstance(value.value, int) and not says(value.note, value.value, value.unit):
                message = sentence(
                    "note 所说的期限与值 {term}不符",
                    "The note says another term than the value, {term}",
                    term=_term(value.value, value.unit),
                )
                yield Finding("error", "value.note_differs", f"parameters.{value.id} from {value.since}", message)
    for entry in book.entries["lists"].values():
        for name, key in (("term", "months"), ("early_exit", "after_months")):
            told = entry.data.get(name)
            months = told.get(key) if isinstance(told, Mapping) else None
            if (
                isinstance(told, Mapping)
                and isinstance(months, int)
                and not says(str(told.get("text")), months, "months")
            ):
                message = sentence(
                    "{name} 的文字与值 {term}不符",
                    "The words of {name} differ from the value, {term}",
                    name=name,
                    term=_term(months, "months"),
                )
                yield Finding("error", "list.text_differs", f"{entry.path} lists.{entry.id}", message)


def _forbidden(book: Book) -> Iterator[Finding]:
    """No field of the catalogue may be headed by words that are refused."""
    day = max(book.boundaries(), default=None)
    if day is None:
        return
    law = book.on(day)
    for item in book.items.values():
        for spec in item.fields:
            for word in (spec.name, *spec.synonyms, *spec.codes.values()):
                refused = find_forbidden(word, law=law)
                if refused is not None:
                    message = sentence(
                        "“{word}”会被当作{kind}拒收",
                        "“{word}” would be refused as {kind}",
                        word=word,
                        kind=named(refused),
                    )
                    yield Finding("error", "forbidden.collision", f"items.{item.id}.{spec.id}", message)


def _term(number: int, unit: str) -> Sentence:
    return Sentence(term_text(number, unit), term_text(number, unit, english=True))
