"""What waits for an account (待办): counted by the rooms, each only for those who may act."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gongxin.doors.web.rights import WIDE_ROLES, has
from gongxin.rooms.intake.models import HeldRow
from gongxin.rooms.measures import incomplete, outcomes
from gongxin.rooms.promises import falling_due, handing_over
from gongxin.rooms.resolve import determinations, queue
from gongxin.spine.access import consents, owning, representing
from gongxin.spine.access.gate import Viewer
from gongxin.spine.access.models import Account, Role
from gongxin.spine.cases import finding
from gongxin.spine.clock import today


@dataclass(frozen=True)
class Waiting:
    """One kind of work that waits (一类待办): what, how many, where."""

    id: str
    label: Promise | str
    unit: Promise | str
    url: str
    right: str


KINDS = (
    Waiting("rows", _("报送的数据要改"), _("行"), "web:intake-open", "submit"),
    Waiting("mentions", _("数据要认定主体"), _("行"), "web:identities", "identify"),
    Waiting("determinations", _("记录要认定程度"), _("条"), "web:determinations", "determine"),
    Waiting("incomplete", _("记录要补全要素"), _("条"), "web:incomplete", "complete"),
    Waiting("cases", _("案件要办理"), _("件"), "web:cases", "cases"),
    Waiting("promises", _("承诺和付款已逾期或者将到期"), _("项"), "web:desk-promises", "promises"),
    Waiting("papers", _("移交清单要签收"), _("份"), "web:desk-handover", "promises"),
    Waiting("own-cases", _("申请等您补充或者答复"), _("件"), "web:my-cases", "own-cases"),
    Waiting("asked", _("授权请求待答复"), _("件"), "web:mine-consents", "mine"),
    Waiting("claims", _("绑定单位要核对"), _("件"), "web:organisations", "persons"),
    Waiting("outcomes", _("核查要登记结果"), _("件"), "web:checks-open", "check"),
)


def counts(account: Account) -> dict[str, int]:
    """How much of each kind waits (待办数), for the menu's marks."""
    if not account.is_authenticated or not (account.body_id or account.role == Role.SUBJECT):
        return {}
    viewer = Viewer(account.pk, str(account), account.body_id or "", account.role, "web")
    found = {}
    for kind in KINDS:
        if has(account, kind.right):
            found[kind.id] = _count(kind.id, viewer)
    return found


def waiting(account: Account) -> list[tuple[Waiting, int]]:
    """The kinds of work that wait, with their numbers, most first (待办清单)."""
    found = counts(account)
    listed = [(kind, found[kind.id]) for kind in KINDS if found.get(kind.id)]
    return sorted(listed, key=lambda pair: -pair[1])


def _count(kind: str, viewer: Viewer) -> int:
    if kind == "rows":
        waiting = HeldRow.objects.filter(state=HeldRow.State.OPEN).exclude(outcome=HeldRow.Outcome.DUPLICATE)
        return (waiting if viewer.role in WIDE_ROLES else waiting.filter(batch__provider=viewer.body)).count()
    if kind == "mentions":
        return queue.waiting_count(viewer)
    if kind in {"cases", "own-cases"}:
        return finding.inbox(viewer).count()
    if kind == "determinations":
        return determinations.undecided_count(viewer)
    if kind == "incomplete":
        return incomplete.waiting_count(viewer)
    if kind == "claims":
        return len(representing.waiting())
    if kind == "promises":
        return falling_due.pressing(viewer.body, today())
    if kind == "papers":
        return handing_over.unsigned_count(viewer.body)
    if kind == "asked":
        return sum(each.state == "requested" for each in consents.of_subject(owning.keys_of(viewer), today()))
    return len(outcomes.pending(viewer.body, today()))
