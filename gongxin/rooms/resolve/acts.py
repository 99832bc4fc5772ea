"""Acts upon identity (主体识别的行为): who may act, in whose name, and what a refusal says."""

from __future__ import annotations

from django.utils.translation import gettext as _

from gongxin.kernel.issues import Refusal
from gongxin.spine.access.gate import Viewer

OFFICE = "operator"
STEWARD = "steward"


def may_act(viewer: Viewer, providers: set[str]) -> Refusal | None:
    """Return why this viewer may not act on rows of these providers (有权处理者), or None when nothing stands against.

    The office acts on every department's rows, a department's steward on the department's own. Nobody acts unnamed.
    """
    if viewer.account_id is None or not viewer.name.strip():
        return Refusal("resolve.unnamed", _("主体识别须由具名人员作出"), None, _("请先登录本人账号"))
    if viewer.role == OFFICE:
        return None
    if viewer.role != STEWARD:
        return Refusal(
            "resolve.role", _("您的岗位不能认定主体"), None, _("请由报送单位的数据管理员或信用主管单位的工作人员办理")
        )
    if providers - {viewer.body}:
        return Refusal("resolve.scope", _("只能处理本单位报送的数据"), None, _("其他单位的数据请由信用主管单位办理"))
    return None


def first(*refusals: Refusal | None) -> Refusal | None:
    """Return the first refusal there is (首个拒绝理由). A refusal is never a yes, so `or` would pass over it."""
    return next((refused for refused in refusals if refused is not None), None)


def reason_missing(reason: str) -> Refusal | None:
    """Return the refusal of an act without a reason (理由), or None."""
    if reason.strip():
        return None
    return Refusal("resolve.reason", _("没有写明理由"), None, _("请写明根据什么判断，例如核对了哪份文书或登记"))


def actor_of(viewer: Viewer) -> str:
    """Return how a person is named in the ledger (经办): name and body, within the ledger's hundred characters."""
    return f"{viewer.name.strip()}@{viewer.body}"[:100]
