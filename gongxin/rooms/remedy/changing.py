"""Changing a record in a case (案件中的更正和撤回): what the body says is right, read and checked before it is entered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from gongxin.kernel.dates import read_date
from gongxin.kernel.identifiers.hidden import numbers_in
from gongxin.kernel.issues import Refusal
from gongxin.law.book import FieldSpec, Item
from gongxin.law.standing import Act, may_follow
from gongxin.spine import clock, shelf, users
from gongxin.spine.cases import engine
from gongxin.spine.cases.kinds import Doing, Telling
from gongxin.spine.ledger.acts import NewAct
from gongxin.spine.ledger.correcting import corrected
from gongxin.spine.outbox import notices
from gongxin.spine.users import Users

CORRECTION = "correction"
WITHDRAWAL = "withdrawal"
PAST = frozenset(
    {"decided_on", "served_on", "effective_on", "announced_on", "removed_on", "performed_on", "established_on"}
)
"""Days of what has happened; a report of one in days to come is refused, and so is a correction."""
WAYS = (CORRECTION, WITHDRAWAL)
BY_CASE = "case:"
"""What the actor of an entry begins with that a case made (案件办理)."""
UNUSED = "case.unused"
IDENTITY = frozenset({"uscc", "regno", "orgcode", "taxno", "person_id", "citizen"})
"""Kinds of field that say whom a record is about: another subject's record is withdrawn and reported anew."""


def refused(doing: Doing, way: str) -> Refusal | None:
    """Return why the change cannot be entered, or None (能否更正或撤回)."""
    line = doing.line
    clause = str(doing.rules.bases[0])
    if line is None:
        return Refusal("case.record", _("记录已经不在本单位名下"), clause, _("请由信用主管单位办理"))
    if not may_follow(way, line.state):
        return Refusal("case.ended", _("记录已经撤回或者修复，不能再更正"), clause, _("请办结本案"))
    if way != CORRECTION:
        return None
    changes = read_changes(str(doing.fields.get("correction") or ""), doing.law.item(line.item))
    return changes if isinstance(changes, Refusal) else None


def entered(doing: Doing, way: str, said: Mapping[str, str]) -> list[NewAct]:
    """Return the correction or withdrawal, with what ends mark and hold at the same instant (更正、撤回和解除)."""
    line = doing.line
    if line is None:
        raise LookupError(f"case {doing.case.number} is about no record")
    if way == CORRECTION:
        changes = read_changes(str(doing.fields.get("correction") or ""), doing.law.item(line.item))
        if isinstance(changes, Refusal):
            raise LookupError("a correction that was refused cannot be entered")
        act = corrected(
            line.record, changes, actor=f"case:{doing.case.number}", provider=doing.viewer.body or doing.case.body
        )
    else:
        words = {
            "reason": str(doing.fields.get("reason") or ""),
            "basis": str(said.get("basis") or ""),
            "document_no": str(said.get("document_no") or ""),
            "decided_on": str(said.get("decided_on") or ""),
        }
        act = engine.entry(doing, WITHDRAWAL, words)
    return [act, *engine.freeing(doing, "upheld")]


def tellings(doing: Doing, way: str) -> list[Telling]:
    """Tell everybody who used the record that it was wrong, and the subject how many were told (告知使用过的单位)."""
    line = doing.line
    if line is None:
        return []
    item = doing.law.item(line.item)
    words = {
        "record": line.record, "item": item.name, "document": line.payload.get("document_no") or "",
        "reason": str(doing.fields.get("reason") or ""), "outcome": way,
    }  # fmt: skip
    return _told(users.of_record(line, shelf.book()), doing.case.subject, words)


def tell_users(acts: Sequence[Act]) -> None:
    """Tell whoever used a record that it was wrong, when that comes in by a file and not by a case (报送更正的告知).

    Joins the transaction of the acts. A case tells by itself, with the reason its decision gives. The subject is told how
    many were, where anybody was; that its record was corrected, it reads on the record.
    """
    law = shelf.book().on(clock.today())
    wrong = [act for act in acts if act.kind in WAYS and not act.actor.startswith(BY_CASE)]
    for each in users.before(wrong):
        item = law.find_item(each.act.item)
        words = {
            "record": each.act.record, "item": item.name if item is not None else each.act.item,
            "document": each.document, "reason": str(each.act.payload.get("reason") or ""), "outcome": each.act.kind,
        }  # fmt: skip
        for telling in _told(each.users, each.subject, words):
            if telling.template != UNUSED:
                notices.tell(telling.to_kind, telling.to, telling.template, words=telling.words)


def _told(used: Users, subject: str, words: Mapping[str, object]) -> list[Telling]:
    """Each body with its looks, and the subject with the number of them (告知使用单位和当事人)."""
    word = _("更正") if words["outcome"] == CORRECTION else _("撤回")
    told: list[Telling] = []
    for body, looks in sorted(used.by_body.items()):
        text = _("您单位曾使用的%(item)s记录（%(document)s）已%(done)s，请重新核查涉及的 %(n)d 次办理：%(looks)s") % {
            **words, "n": len(looks), "looks": "、".join(looks[:10]), "done": word,
        }  # fmt: skip
        told.append(Telling("body", body, "case.record-wrong", {**words, "looks": list(looks), "text": text}))
    if not used.bodies_shown:
        text = _("记录已%(done)s。没有单位在办事中使用过它") % {"done": word}
        return [*told, Telling("subject", subject, UNUSED, {"outcome": words["outcome"], "text": text})]
    text = _("记录已%(done)s，已告知使用过它的 %(bodies)d 个单位（%(looks)d 次查阅）") % {
        "done": word, "bodies": used.bodies_shown, "looks": used.looks_shown,
    }  # fmt: skip
    counted = {
        "bodies": used.bodies_shown, "looks": used.looks_shown, "outcome": words["outcome"], "text": text,
    }  # fmt: skip
    return [*told, Telling("subject", subject, "case.users-told", counted)]


def read_changes(text: str, item: Item) -> dict[str, str] | Refusal:
    """Read “field: new value” line by line into the item's fields (读取更正内容), or say which line is wrong."""
    changes: dict[str, str] = {}
    for n, line in enumerate((each.strip() for each in text.splitlines() if each.strip()), 1):
        name, mark, value = line.replace("：", ":", 1).partition(":")
        spec = _field_named(name.strip(), item)
        if not mark or spec is None:
            return _unfit(n, _("不认识的项目"), item)
        if spec.kind in IDENTITY:
            return _unfit(n, _("主体代码不能这样更正；记错主体的，请撤回后重新报送"), item)
        plain = _value(spec, value.strip())
        if plain is None:
            return _unfit(n, _("“%(name)s”的内容不能这样写") % {"name": spec.name}, item)
        changes[spec.id] = plain
    if not changes:
        return Refusal("case.correction", _("没有写明更正成什么"), None, _("每行写一项，如“决定日期：2026-05-20”"))
    missing = [spec.name for spec in item.fields if spec.required and changes.get(spec.id) == ""]
    if missing:
        return Refusal(
            "case.correction", _("必填的内容不能清空：%(names)s") % {"names": "、".join(missing)}, None, None
        )
    return changes


def _field_named(name: str, item: Item) -> FieldSpec | None:
    return next((spec for spec in item.fields if name in {spec.id, spec.name, *spec.synonyms}), None)


def _value(spec: FieldSpec, value: str) -> str | None:
    """Return a value as the ledger keeps it, or None for one the field cannot hold; an empty one clears the field."""
    if not value:
        return ""
    if spec.max_length is not None and len(value) > spec.max_length:
        return None
    if spec.kind == "date":
        reading = read_date(value)
        day = reading.value if reading.precision == "day" else None
        # What was decided was decided by today: as a report of it, so a correction, or its terms would run for years more.
        late = day is not None and spec.id in PAST and day > clock.today()
        return None if day is None or late else day.isoformat()
    if spec.kind in {"money", "integer"}:
        try:
            number = Decimal(value)
        except ArithmeticError:
            return None
        return value if number.is_finite() and number >= 0 else None
    if spec.choices:
        chosen = spec.choices_in(value)
        if any(choice is None for choice, _text in chosen):
            return None
        return "、".join(choice.value for choice, _text in chosen if choice is not None)
    return None if spec.public and numbers_in(value) else value


def _unfit(n: int, why: str, item: Item) -> Refusal:
    names: Sequence[str] = [spec.name for spec in item.fields if spec.kind not in IDENTITY]
    return Refusal(
        "case.correction",
        _("更正内容第 %(n)d 行：%(why)s") % {"n": n, "why": why},
        None,
        _("可以更正的项目：%(names)s") % {"names": "、".join(names)},
    )
