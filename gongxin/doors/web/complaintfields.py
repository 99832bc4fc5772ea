"""The forms of complaints (投诉表单): what one fills in to complain, and what the book and the register offer to choose from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gongxin.doors.web import casefields, presenting
from gongxin.doors.web.casefields import Field
from gongxin.law.complaints import KIND, RETALIATION
from gongxin.law.integrity import KIND as INTEGRITY
from gongxin.rooms.promises.complaints import handling, identity
from gongxin.spine import clock
from gongxin.spine.access.models import Body, Look
from gongxin.spine.bodies import superiors
from gongxin.spine.cases import fields
from gongxin.spine.cases.models import Case

FILING = (
    Field("text", _("答应了什么，现在怎样"), _("一点一行；单位会逐点答复。不要写证件号码、您的姓名和电话，它们填在下面密封"), "long", required=True),
    Field("requested", _("希望怎样解决"), _("例如：拨付 2025 年技改补贴 30 万元"), "long"),
    Field("promise", _("承诺的记录号"), _("从“政府承诺”页面进入会自动带上；没有可以不填"), "code"),
    Field("contract", _("合同或者文件"), _("名称、编号和签订日期；原件可以作为附件提交")),
    Field("name", _("您的姓名或者单位"), _("密封保存，被投诉单位看不到；办理单位查看要写理由，您看得到谁看过")),
    Field("contact", _("联系方式"), _("密封保存；不填也能凭回执码看答复")),
)  # fmt: skip


def filing(given: Mapping[str, str], problems: Mapping[str, Any]) -> list[Field]:
    """Return the form with which one complains (投诉表单)."""
    return [replace(each, value=given.get(each.id, ""), problem=problems.get(each.id, "")) for each in FILING]


def choices(case: Case) -> dict[str, tuple[tuple[str, Promise | str], ...]]:
    """Return what can be chosen in a complaint beside what the book lists (可选项): the bodies that may handle it."""
    if case.kind not in {KIND, RETALIATION}:
        return {}
    complaint = case if case.kind == KIND else Case.objects.filter(number=case.about).first()
    before = handling.handled_by(case) if case.kind == KIND else ()
    handlers = superiors.handlers_for(complaint.about, before) if complaint is not None else []
    return {"handler": tuple((each.code, presenting.own_name(each)) for each in handlers)}


def worded(kind: str, said: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what was said in an act with names in place of the ids of what was chosen (选项名称)."""
    if kind not in {KIND, RETALIATION, INTEGRITY}:
        return said
    told = dict(said)
    for name in (each for each in fields.OFFERED if said.get(each)):
        names = dict(casefields.offered(name))
        told[name] = presenting.listed(names.get(each, each) for each in str(said[name]).split(","))
    handler = Body.objects.filter(code=str(said.get("handler") or "")).first()
    return {**told, "handler": presenting.own_name(handler)} if handler is not None else told


def grouped(looks: Iterable[Look]) -> list[dict[str, Any]]:
    """Return the looks at a complaint by body and day (谁看过), those at the complainant one by one."""
    found: dict[tuple[str, ...], dict[str, Any]] = {}
    for look in looks:
        personal = look.fields == identity.FIELDS
        day = look.at.astimezone(clock.ZONE).date().isoformat()
        row = found.setdefault(
            (look.body, day, look.number if personal else ""), {"look": look, "count": 0, "personal": personal}
        )
        row["count"] += 1
    names = Body.objects.in_bulk([row["look"].body for row in found.values()])
    return [{**row, "body": names.get(row["look"].body)} for row in found.values()]
