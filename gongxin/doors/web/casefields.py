"""What can be said in a case, as a form shows it (案件表单): names and shapes of fields. Which act needs which, the law book says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gongxin.law.casework import ActRule, CaseRules


@dataclass(frozen=True)
class Field:
    """A field of a form (表单项): `shape` is text, long, day, choice or tick."""

    id: str
    label: Promise | str
    hint: Promise | str = ""
    shape: str = "text"
    choices: tuple[tuple[str, Promise | str], ...] = ()
    required: bool = False
    value: str = ""
    problem: str = ""


FIELDS: Mapping[str, Field] = {
    each.id: each
    for each in (
        Field("ground", _("理由"), shape="choice"),
        Field("text", _("说明"), _("一点一行，写清哪里不对、应当怎样；不要写无关的人的姓名"), "long"),
        Field("requested", _("希望怎样处理"), shape="long"),
        Field("contact", _("联系方式"), _("只用于这件事，办结后不再使用")),
        Field("note", _("备注"), shape="long"),
        Field("reason", _("理由"), _("写明根据哪份文书、哪项事实"), "long"),
        Field("wanted", _("需要补充什么"), _("一次写全；平台已有的材料不得再要"), "long"),
        Field("findings", _("逐点核查结果"), _("一点一行，与申请人写的各点对应"), "long"),
        Field("decided_by", _("作出决定的人"), _("写姓名和职务")),
        Field("decided_on", _("决定日期"), _("例如：2026-11-22"), "day"),
        Field("document_no", _("文书号")),
        Field("remedy_kind", _("怎样改正"), shape="choice", choices=(
            ("correction", _("更正内容")), ("withdrawal", _("撤回整条记录")),
        )),
        Field("correction", _("更正后的内容"), _("每行一项，写成“项目：新内容”"), "long"),
        Field("measures_taken", _("已经采取的措施"), shape="long"),
        Field("commitment", _("我承诺所交材料真实、完整，今后守信；承诺将公开"), shape="tick"),
        Field("performed_on", _("履行完毕日期"), _("例如：2026-11-22。平台已有履行记录的不用填"), "day"),
        Field("court_document", _("人民法院裁定书文号"), _("例如：（2026）冀01破3号之二")),
        Field("until", _("到哪天为止"), _("例如：2027-11-22"), "day"),
        Field("records", _("删除哪些记录"), _("填记录号，用逗号分开；不填就是请求里所写的")),
        Field("record", _("记录号")),
        Field("handler", _("转给谁办")),
    )
}  # fmt: skip


def of_act(
    rule: ActRule, rules: CaseRules, given: Mapping[str, str], problems: Mapping[str, str], *, opening: bool
) -> list[Field]:
    """Return the form of one act (一项办理的表单), what it needs first; grounds are the kind's own, none preselected."""
    return [_field(name, rule, rules, given=given, problems=problems, opening=opening) for name in rule.says()]


def _field(
    name: str, rule: ActRule, rules: CaseRules, *, given: Mapping[str, str], problems: Mapping[str, str], opening: bool
) -> Field:
    known = FIELDS.get(name, Field(name, name))
    choices = known.choices
    if name == "ground" and opening:
        choices = tuple((ground.id, ground) for ground in rules.grounds)
    return Field(
        name, known.label, known.hint, known.shape, choices, name in rule.needs, given.get(name, ""),
        problems.get(name, ""),
    )  # fmt: skip


def missing(rule: ActRule, given: Mapping[str, str]) -> dict[str, Any]:
    """Return what an act still needs, by field (缺项)."""
    return {
        name: _("请填写或者选择：%(label)s") % {"label": FIELDS.get(name, Field(name, name)).label}
        for name in rule.needs
        if not given.get(name, "").strip()
    }


def told(said: Mapping[str, Any], rules: CaseRules) -> Iterable[tuple[Any, str]]:
    """Yield what was said in an act, with its names (所填内容), in the order of the forms."""
    for name in sorted(said, key=lambda each: list(FIELDS).index(each) if each in FIELDS else len(FIELDS)):
        value = str(said[name] or "").strip()
        if not value:
            continue
        known = FIELDS.get(name, Field(name, name))
        if name == "ground":
            ground = rules.find_ground(value)
            yield known.label, ground.name if ground else value
        elif known.shape == "tick":
            yield known.label, "✓"
        else:
            yield known.label, str(dict(known.choices).get(value, value))
