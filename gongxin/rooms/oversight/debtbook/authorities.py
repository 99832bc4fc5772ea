"""Finance authorities (财政主管部门): which body publishes the debt of which division; entered by the office with a document.

A name says nothing about it: the entry does, and the last one of a division counts.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from gongxin.kernel.issues import Refusal
from gongxin.law.debt import BASIS
from gongxin.rooms.oversight.debtbook.models import Authority
from gongxin.spine import clock, shelf
from gongxin.spine.access.gate import Viewer
from gongxin.spine.access.models import Body, BodyKind, Role
from gongxin.spine.bodies.register import divisions


def names() -> dict[str, str]:
    """Return the divisions with their names (区划名称); of one the national list does not know, its government's name."""
    own = dict(Body.objects.filter(kind=BodyKind.GOVERNMENT).exclude(region="").values_list("region", "name"))
    return own | shelf.division_names()


def authority_of(region: str) -> str:
    """Return the finance authority of a division (财政主管部门), or an empty text."""
    last = Authority.objects.filter(region=region).order_by("-id").first()
    return last.body if last is not None else ""


def is_authority(viewer: Viewer, region: str) -> bool:
    """Tell whether somebody acts for the finance authority of a division (是否财政主管部门)."""
    return viewer.role == Role.STEWARD and bool(viewer.body) and authority_of(region) == viewer.body


def regions_of(body: str) -> tuple[str, ...]:
    """Return the divisions whose finance authority a body is today (主管区划)."""
    named = {row.region for row in Authority.objects.filter(body=body)} if body else set()
    return tuple(sorted(region for region in named if authority_of(region) == body))


def enter(viewer: Viewer, region: str, body: str, document: str) -> Authority | Refusal:
    """Enter which body is the finance authority of a division (登记财政主管部门): by the office, with the document."""
    if viewer.role != Role.OPERATOR:
        return Refusal("debt.office", _("由信用主管单位登记"), BASIS, _("请联系信用主管单位"))
    if region not in divisions():
        return Refusal("debt.region", _("没有这个区划：%(region)s") % {"region": region}, None, _("请写六位代码"))
    found = Body.objects.filter(pk=body).first()
    if found is None or found.kind not in {BodyKind.ORGAN, BodyKind.GOVERNMENT}:
        return Refusal(
            "body.unknown",
            _("没有登记的机关：%(body)s") % {"body": body},
            None,
            _("请先用 gongxin staff add-body 登记"),
        )
    if not document.strip():
        return Refusal("debt.paper", _("没有写明依据文件"), BASIS, _("请写明职责分工的文件"))
    return Authority.objects.create(
        region=region, body=body, document=document.strip()[:200], actor=viewer.name[:100], at=clock.now()
    )
