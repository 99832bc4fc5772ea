"""The name of whoever is put on a list (列入名称核对): it goes on public display, so it is held against the register.

The code alone decides who is listed. The name typed beside it must be one that the code is known by; where the platform
knows none, whoever proposes says by what the name was looked up. A person's name is shown to nobody and held nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from gongxin.kernel.issues import Refusal
from gongxin.kernel.names import comparison_form
from gongxin.spine.access.models import Body
from gongxin.spine.ledger.acts import is_person
from gongxin.spine.projections import links
from gongxin.spine.projections.models import Subject
from gongxin.spine.projections.subjects import known_subjects

CODE = "uscc:"
EVIDENCE = "name_evidence"
NAMES_SHOWN = 5


def refused_name(subject: str, fields: Mapping[str, Any], clause: str) -> Refusal | None:
    """Say why a subject cannot be proposed under the name typed, or None (名称核对)."""
    if is_person(subject):
        return None
    names = known_names(subject)
    typed = comparison_form(str(fields.get("subject_name") or ""))
    if any(comparison_form(name) == typed for name in names):
        return None
    if names:
        return Refusal(
            "list.name", _("所填名称不是这个代码的名称"), clause,
            _("这个代码的名称：%(names)s。请核对代码和名称；已经更名的，先由登记机关报送")
            % {"names": "、".join(names[:NAMES_SHOWN])},
        )  # fmt: skip
    if str(fields.get(EVIDENCE) or "").strip():
        return None
    return Refusal(
        "list.name_unknown", _("平台还没有这个代码的名称，无法核对"), clause,
        _("请写明名称核对的依据，例如：营业执照、裁定书；或者先由登记机关报送登记信息"),
    )  # fmt: skip


def known_names(subject: str) -> list[str]:
    """Return the names a code is known by (已知名称): the register's alone where it has it, else those reported, and a body's own."""
    registered = public_name(subject)
    if registered:
        return [registered]
    reported = known_subjects(sorted(_keys(subject)))["name"].to_list()
    body = (
        Body.objects.filter(code=subject.removeprefix(CODE)).values_list("name", flat=True) if _coded(subject) else ()
    )
    return list(dict.fromkeys([*body, *reported]))


def public_name(subject: str) -> str:
    """Return the name the register has for a code today (登记名称), or nothing; a person has none here."""
    if is_person(subject):
        return ""
    rows = Subject.objects.filter(key__in=sorted(_keys(subject)), register_seq__isnull=False).exclude(name="")
    return rows.order_by("-register_seq").values_list("name", flat=True).first() or ""


def _keys(subject: str) -> set[str]:
    return {subject, *links.resolve_keys(subject)}


def _coded(subject: str) -> bool:
    return subject.startswith(CODE)
