"""What can be said in a case, as a form shows it (案件表单): names and shapes of fields. Which act needs which, the law book says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from gongxin.doors.web import presenting, promising
from gongxin.kernel.masking import mask_field
from gongxin.law.book import Item
from gongxin.law.casework import ActRule, CaseRules
from gongxin.law.serving import methods_of
from gongxin.rooms.oversight.tasks import appraising, inspecting
from gongxin.rooms.promises import findings
from gongxin.rooms.remedy.changing import IDENTITY
from gongxin.spine import clock, duties, secrets, shelf
from gongxin.spine.cases import fields
from gongxin.spine.cases.points import points_of

CHANGE = "correct-"
"""What the names of inputs begin with that say what one field of a record is corrected to."""

Field = fields.Field
"""The shape of a field (表单项); told here too, since every form is made of them."""
Part = fields.Part
"""The shape of a part of one (分项)."""


@dataclass(frozen=True)
class Around:
    """What a form must know beside its rule (表单的背景): points raised, the record's fields, the words to commit to."""

    raised: Sequence[str] = ()
    item: Item | None = None
    payload: Mapping[str, str | None] = field(default_factory=dict)
    way: str = ""
    """Whether the record is to be corrected or withdrawn, once that is decided."""
    commitment: str = ""
    choices: Mapping[str, tuple[tuple[str, Promise | str], ...]] = field(default_factory=dict)
    """What can be chosen in a field, where that depends on the case (可选项)."""


NOTHING = Around()
SEVERAL_RECORDS = "record"
"""The field in which a request may name records of one's own (所涉记录)."""


def named(kind: str, verb: str, name: str) -> Field:
    """Return a field as one act of one kind words it (专用表单项)."""
    known = fields.FIELDS.get(name, Field(name, name))
    label, hint = fields.wording(kind, verb, name)
    if name == "method":
        ways = methods_of(shelf.book().on(clock.today())).values()
        known = replace(
            known, choices=tuple((each.id, each.name_en if presenting.english() else each.name) for each in ways)
        )
    if (kind, name) == (findings.FINDING, "outcome"):
        found = ((each, promising.STATES[each]) for each in ("kept", "late", "partly"))
        known = replace(known, choices=tuple(found))
    elif name in fields.OFFERED:
        known = replace(known, choices=offered(name))
    if name == "checklist":
        known = replace(known, choices=tuple((each.id, presenting.own_name(each)) for each in inspecting.checklists()))
    if name == "result":
        known = replace(known, choices=tuple((each.id, presenting.own_name(each)) for each in appraising.results()))
    return replace(known, label=label, hint=hint)


def offered(name: str) -> tuple[tuple[str, Promise | str], ...]:
    """Return what the book offers in a field (法典所列选项)."""
    rows = fields.offers(name, shelf.book().on(clock.today()))
    return tuple((each.id, presenting.own_name(each)) for each in rows)


def of_act(
    rule: ActRule,
    rules: CaseRules,
    given: Mapping[str, str],
    problems: Mapping[str, str],
    *,
    opening: bool,
    around: Around = NOTHING,
) -> list[Field]:
    """Return the form of one act (一项办理的表单), what it needs first; grounds are the kind's own, none preselected."""
    found = [_field(name, rule, rules, opening) for name in rule.says() if not _idle(name, around)]
    return [
        _fitted(replace(each, value=given.get(each.id, ""), problem=problems.get(each.id, "")), given, problems, around)
        for each in found
    ]


def _field(name: str, rule: ActRule, rules: CaseRules, opening: bool) -> Field:
    known = named(rules.id, rule.id, name)
    choices = tuple((ground.id, ground) for ground in rules.grounds) if name == "ground" and opening else known.choices
    return replace(known, choices=choices, required=name in rule.needs)


def _idle(name: str, around: Around) -> bool:
    """Whether a field has nothing to say here (无须填写): a withdrawal corrects no field."""
    return name == "correction" and around.way == "withdrawal"


def _fitted(one: Field, given: Mapping[str, str], problems: Mapping[str, str], around: Around) -> Field:
    """Part a field where it is answered in parts: a finding for each point, an input for each field of the record."""
    if one.id == "findings" and around.raised:
        parts = tuple(
            Part(
                f"findings-{n}", now("第 %(n)d 点") % {"n": n}, point, given.get(f"findings-{n}", ""),
                problems.get(f"findings-{n}", ""), long=True,
            )
            for n, point in enumerate(around.raised, 1)
        )  # fmt: skip
        return replace(
            one, label=_("逐点核查结果"), hint=_("每一点写明查了什么、结论和理由"), shape="parts", parts=parts
        )
    if one.id == "correction" and around.item is not None:
        parts = tuple(
            Part(
                CHANGE + spec.id, presenting.own_name(spec),
                now("现在是：%(value)s") % {"value": presenting.value_text(spec, around.payload.get(spec.id) or "") or "—"},
                given.get(CHANGE + spec.id, ""),
            )
            for spec in around.item.fields
            if spec.kind not in IDENTITY and not spec.sensitive and around.payload.get(spec.id)
        )  # fmt: skip
        return replace(one, shape="parts", parts=parts)
    if one.id == SEVERAL_RECORDS and one.id in around.choices:
        return replace(
            one, label=_("哪些记录"), hint=_("可以勾选几条；不勾选的，由信用办按您写的说明查找"), shape="several",
            choices=around.choices[one.id], value=frozenset(given.get(one.id, "").split(",")),
        )  # fmt: skip
    if one.id in around.choices:
        shape = one.shape if one.shape == "several" else "choice"
        return replace(one, shape=shape, choices=around.choices[one.id])
    if one.id == "commitment" and around.commitment:
        return replace(one, label=around.commitment)
    return one


def gathered(rule: ActRule, sent: Mapping[str, str], item: Item | None = None) -> dict[str, str]:
    """Return what a form said (所填内容), the parts of a field put together again; what was left empty is not in it."""
    said = {name: sent.get(name, "").strip() for name in rule.says()}
    found = [(int(name.partition("-")[2]), value) for name, value in sent.items() if _is_finding(name)]
    if found and "findings" in said:
        # Numbered, so that an answer of several lines stays one answer.
        lines = [f"{n}. {' '.join(value.split())}" for n, value in sorted(found)]
        said["findings"] = "\n".join(lines)
    if "correction" in said and item is not None:
        changes = [
            f"{spec.id}: {' '.join(sent[CHANGE + spec.id].split())}"
            for spec in item.fields
            if sent.get(CHANGE + spec.id, "").strip()
        ]
        said["correction"] = "\n".join(changes) or said["correction"]
    return {name: value for name, value in said.items() if value}


def _is_finding(name: str) -> bool:
    head, _sep, n = name.partition("-")
    return head == "findings" and n.isascii() and n.isdigit() and len(n) < 3


def missing(rule: ActRule, rules: CaseRules, given: Mapping[str, str], raised: Sequence[str] = ()) -> dict[str, Any]:
    """Return what an act still needs, by field (缺项); of findings on points, each point that has none."""
    found = {name: _asked(named(rules.id, rule.id, name)) for name in rule.needs if not given.get(name, "").strip()}
    if "findings" in rule.needs and raised:
        found.pop("findings", None)
        found |= {
            f"findings-{n}": now("请写明第 %(n)d 点的核查结果") % {"n": n}
            for n in range(1, len(raised) + 1)
            if not given.get(f"findings-{n}", "").strip()
        }
    return found


def _asked(one: Field) -> str:
    words = {"label": one.label}
    if one.shape == "tick":
        return now("请勾选信用承诺")
    return (now("请选择：%(label)s") if one.shape == "choice" else now("请填写：%(label)s")) % words


@dataclass(frozen=True)
class Told:
    """What was said in one field (所填内容一项): in plain lines, or point by point with what was raised."""

    label: Promise | str
    text: str
    points: tuple[tuple[str, str], ...] = ()
    """Each point, with what it answers where it is an answer."""
    url: str = ""
    """Where what is named can be read."""


def told(
    said: Mapping[str, Any], rules: CaseRules, verb: str, raised: Sequence[str] = (), item: Item | None = None
) -> Iterable[Told]:
    """Yield what was said in an act, with its names (所填内容), in the order of its form."""
    for name in rules.spoken(verb, said):
        value = str(said[name] or "").strip()
        if not value:
            continue
        if secrets.is_sealed(value):
            yield Told(named(rules.id, verb, name).label, now("证件号码密封保存，不显示"))
            continue
        known = named(rules.id, verb, name)
        points = points_of(value) if name in {"text", "findings"} else ()
        if name == "ground":
            ground = rules.find_ground(value)
            yield Told(known.label, presenting.own_name(ground) if ground else value)
        elif name == "measure":
            provision = shelf.book().provisions.get(value)
            yield Told(known.label, presenting.own_name(provision) if provision is not None else value)
        elif name == "promise" and value.isascii() and value.isdigit():
            yield _promise(known.label, int(value))
        elif known.shape == "tick":
            yield Told(now("信用承诺"), now("已承诺"))
        elif name == "findings" and raised:
            yield Told(now("逐点核查结果"), "", tuple(zip(points, (*raised, *[""] * len(points)), strict=False)))
        elif len(points) > 1:
            yield Told(known.label, "", tuple((point, "") for point in points))
        elif name == "correction" and item is not None:
            order = {spec.id: n for n, spec in enumerate(item.fields)}
            lines = sorted(value.splitlines(), key=lambda line: order.get(line.partition(":")[0].strip(), len(order)))
            yield Told(known.label, "\n".join(_change(line, item) for line in lines))
        else:
            yield Told(known.label, str(dict(known.choices).get(value, points[0] if points else value)))


def _promise(label: Promise | str, record: int) -> Told:
    """The promise that is meant, by its title and where everybody reads it (所指承诺); one not on display by its number alone."""
    duty = duties.find(record, clock.today())
    if duty is None:
        return Told(label, str(record))
    return Told(
        label,
        f"{record}　{mask_field('promise_title', duty.of('promise_title'))}",
        url=reverse("web:promise", args=[record]),
    )


def _change(line: str, item: Item) -> str:
    name, mark, value = line.partition(":")
    spec = item.find_field(name.strip())
    if spec is None or not mark:
        return line
    return f"{presenting.own_name(spec)}：{presenting.value_text(spec, value.strip())}"
