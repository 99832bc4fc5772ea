"""Who may open which page (权限): one table from which the menu is drawn and which every view asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.defaults import page_not_found

from gongxin.doors.web.acting import acting
from gongxin.doors.web.preferences import without_numbers
from gongxin.spine.access.gate import Viewer
from gongxin.spine.access.models import Account, BodyKind, Role


@dataclass(frozen=True)
class Right:
    """A right (权限): what it lets one do, in the words of the refusal page, and which roles have it."""

    id: str
    title: Promise | str
    roles: frozenset[str]
    asks: Promise | str


def _right(name: str, title: Promise | str, *roles: str, asks: Promise | str) -> Right:
    return Right(name, title, frozenset(roles), asks)


_BODY = _("请本单位负责人向信用主管单位提出，由系统管理员开通。")
_OFFICE = _("由信用主管单位指定人员，系统管理员开通。")

RIGHTS = {
    right.id: right
    for right in (
        _right("desk", _("使用工作台"), "subject", "steward", "officer", "operator", "supervisor", "auditor",
               "administrator", asks=_BODY),
        _right("submit", _("报送数据"), "steward", "operator", asks=_BODY),
        _right("check", _("办事核查"), "officer", asks=_BODY),
        _right("reports", _("出具信用报告"), "officer", "operator", asks=_OFFICE),
        _right("identify", _("主体认定"), "steward", "operator", asks=_BODY),
        _right("determine", _("认定失信程度"), "steward", "operator", asks=_BODY),
        _right("complete", _("补全要素不全的记录"), "steward", "operator", asks=_BODY),
        _right("quality", _("查看报送质量"), "steward", "operator", "supervisor", asks=_OFFICE),
        _right("looks", _("查看查阅留痕"), "auditor", asks=_OFFICE),
        _right("withhold", _("推迟告知查阅"), "officer", "supervisor", "auditor", asks=_BODY),
        _right("mine", _("查看我的信用"), "subject", asks=_OFFICE),
        _right("persons", _("窗口核验身份"), "operator", asks=_OFFICE),
        _right("consents", _("请求和使用授权"), "officer", asks=_BODY),
        _right("cases", _("办理案件"), "steward", "operator", "auditor", "officer", "supervisor", asks=_BODY),
        _right("monitor", _("监测预警"), "supervisor", asks=_OFFICE),
        _right("assess", _("政务诚信评价的自评和评级"), "steward", "operator", "supervisor", asks=_BODY),
        _right("tasks", _("查看和下达任务"), "steward", "operator", "officer", "supervisor", asks=_BODY),
        _right("counter", _("窗口代录"), "operator", asks=_OFFICE),
        _right("correct", _("登记本单位决定的变动"), "steward", asks=_BODY),
        _right("subscribers", _("查看订阅方和重送"), "operator", asks=_OFFICE),
        _right("own-cases", _("提出申请"), "subject", asks=_OFFICE),
        _right("lists", _("使用名单工作台"), "steward", "operator", "supervisor", asks=_BODY),
        _right("case", _("查看案件"), "subject", "steward", "operator", "auditor", "officer", "supervisor", asks=_OFFICE),
        _right("promises", _("办理承诺履约"), "steward", "operator", asks=_BODY),
        _right("register", _("登记机构沿革和岗位任免"), "operator", asks=_OFFICE),
        _right("debt", _("查看政府债务（内部）"), "operator", "supervisor", "auditor", asks=_OFFICE),
        _right("officials", _("管理本单位报送的公职人员记录"), "steward", asks=_BODY),
        _right("accounts", _("管理人员与权限"), "administrator", asks=_OFFICE),
    )
}  # fmt: skip

OF_PUBLIC_BODIES = frozenset({"promises", "lists", "officials", "correct", "tasks", "determine"})
"""What only a public body does (机关职责): a university that rates or an agency promises nothing, decides nothing and lists nobody."""

WIDE_ROLES = frozenset({"operator"})
"""Roles of the office itself, which work on every department's rows, not on one body's alone."""


@dataclass(frozen=True)
class MenuEntry:
    """One line of the menu (左栏项目); a line without its right does not appear."""

    right: str
    label: Promise | str
    url: str
    icon: str
    count: str = ""


MENU: tuple[tuple[Promise | str, tuple[MenuEntry, ...]], ...] = (
    (_("监督"), (
        MenuEntry("monitor", _("监督总览"), "web:overview", "home"),
        MenuEntry("monitor", _("监测预警"), "web:monitoring", "warn"),
        MenuEntry("monitor", _("监督月报"), "web:bulletin", "file"),
        MenuEntry("assess", _("政务诚信评价"), "web:desk-governments", "landmark"),
        MenuEntry("debt", _("政府债务（内部）"), "web:desk-debt-inside", "scale"),
    )),
    (_("报送"), (
        MenuEntry("submit", _("报送数据"), "web:intake", "upload"),
        MenuEntry("submit", _("待改数据"), "web:intake-open", "warn", "rows"),
        MenuEntry("submit", _("报送记录"), "web:intake-records", "history"),
        MenuEntry("submit", _("待送达告知书"), "web:repair-notices", "mail"),
        MenuEntry("submit", _("目录与模板"), "web:templates", "database"),
    )),
    (_("认定"), (
        MenuEntry("identify", _("主体认定"), "web:identities", "identity", "mentions"),
        MenuEntry("determine", _("待定级别"), "web:determinations", "scale", "determinations"),
        MenuEntry("complete", _("要素不全"), "web:incomplete", "objection", "incomplete"),
    )),
    (_("办事"), (
        MenuEntry("check", _("办事核查"), "web:check", "clipboard"),
        MenuEntry("check", _("批量核查"), "web:check-many", "table"),
        MenuEntry("check", _("我的核查"), "web:checks", "files"),
        MenuEntry("check", _("待登记结果"), "web:checks-open", "pen", "outcomes"),
        MenuEntry("check", _("限制措施"), "web:restrictions", "scale"),
        MenuEntry("check", _("分级分类监管"), "web:desk-assessments", "chart"),
        MenuEntry("reports", _("出具报告"), "web:reports", "file"),
        MenuEntry("consents", _("请求授权"), "web:consents", "key"),
    )),
    (_("我的信用"), (
        MenuEntry("mine", _("信用概况"), "web:mine", "identity"),
        MenuEntry("mine", _("信用报告"), "web:mine-reports", "file"),
        MenuEntry("mine", _("谁看过我"), "web:mine-looks", "eye"),
        MenuEntry("mine", _("授权"), "web:mine-consents", "key", "asked"),
    )),
    (_("案件"), (
        MenuEntry("cases", _("待办案件"), "web:cases", "tasks", "cases"),
        MenuEntry("cases", _("全部案件"), "web:cases-all", "list"),
        MenuEntry("tasks", _("任务台账"), "web:desk-tasks", "list"),
        MenuEntry("counter", _("窗口代录"), "web:counter-case", "pen"),
        MenuEntry("correct", _("更正撤回"), "web:own-decision", "refresh"),
        MenuEntry("correct", _("待核查的承诺"), "web:commitments-due", "check"),
        MenuEntry("lists", _("名单工作台"), "web:desk-lists", "scale"),
        MenuEntry("lists", _("认定政务失信"), "web:integrity-propose", "landmark"),
        MenuEntry("officials", _("公职人员记录"), "web:officials", "user"),
        MenuEntry("own-cases", _("我的申请"), "web:my-cases", "objection", "own-cases"),
        MenuEntry("desk", _("告知"), "web:notices", "bell"),
        MenuEntry("desk", _("我的关注"), "web:following", "eye"),
        MenuEntry("subscribers", _("订阅方"), "web:subscribers", "database"),
    )),
    (_("承诺"), (
        MenuEntry("promises", _("承诺履约"), "web:desk-promises", "hand", "promises"),
        MenuEntry("promises", _("登记一项承诺"), "web:desk-promise-new", "pen"),
        MenuEntry("promises", _("重点领域"), "web:desk-areas", "list"),
        MenuEntry("promises", _("移交清单"), "web:desk-handover", "clipboard", "papers"),
        MenuEntry("register", _("机构和岗位"), "web:bodies-desk", "landmark"),
    )),
    (_("质量"), (
        MenuEntry("quality", _("报送质量"), "web:quality", "chart"),
        MenuEntry("looks", _("查阅留痕"), "web:looks", "eye"),
        MenuEntry("looks", _("异常查阅"), "web:unusual", "warn"),
        MenuEntry("withhold", _("推迟告知"), "web:withheld", "clock"),
    )),
    (_("身份"), (
        MenuEntry("persons", _("窗口核验身份"), "web:persons", "identity"),
        MenuEntry("persons", _("绑定单位"), "web:organisations", "landmark", "claims"),
    )),
    (_("管理"), (MenuEntry("accounts", _("人员与权限"), "admin:index", "users"),)),
    (_("依据"), (
        MenuEntry("desk", _("信息目录"), "web:catalogue", "list"),
        MenuEntry("desk", _("法规条文"), "web:law", "book"),
    )),
)  # fmt: skip


def has(account: Any, right: str) -> bool:
    """Whether an account has a right (是否有权): its role has it, and it belongs to a body where one is needed."""
    if not getattr(account, "is_authenticated", False):
        return False
    if right in {"accounts", "desk"}:
        return account.role in RIGHTS[right].roles or bool(account.is_superuser)
    if (
        right in OF_PUBLIC_BODIES
        and account.body_id is not None
        and account.body.kind in {BodyKind.AGENCY, BodyKind.COMPANY}
    ):
        return False
    # A citizen's account belongs to no body.
    return account.role in RIGHTS[right].roles and (account.body_id is not None or account.role == Role.SUBJECT)


def needs(right: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Let a view be opened only by those who have a right (需要权限); others read what is needed and whom to ask."""

    def guard(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(without_numbers(request.get_full_path()))
            if not has(request.user, right):
                return refuse(request, right)
            if not getattr(request, "htmx", False):
                # A page opened by hand begins the session's term anew; a page that only asks for news does not.
                request.session.modified = True
            try:
                response = view(request, *args, **kwargs)
            except Http404 as gone:
                # Nobody's cache may keep that something was not there, either.
                response = page_not_found(request, gone)
            response.headers["Cache-Control"] = "no-store"
            return response

        guarded.right = right  # type: ignore[attr-defined]
        return guarded

    return guard


def refuse(request: HttpRequest, right: str) -> HttpResponse:
    """The page of a missing right (无权限): what is needed and whom to ask; nothing about what lies behind."""
    account = request.user
    homeless = getattr(account, "role", "") in RIGHTS[right].roles and getattr(account, "body_id", None) is None
    return render(request, "web/desk/forbidden.html", {"right": RIGHTS[right], "homeless": homeless}, status=403)


def account_of(request: HttpRequest) -> Account:
    """The signed-in account (当前账号), for views behind `needs`."""
    account = request.user
    if not isinstance(account, Account):
        raise TypeError("a guarded view was reached without an account")
    return account


def viewer(request: HttpRequest) -> Viewer:
    """Who looks, as the gate and the rooms want to know it (查阅人)."""
    account = account_of(request)
    if account.role == Role.SUBJECT:
        return acting(request).viewer
    return Viewer(account.pk, str(account), account.body_id or "", account.role, "web")


def body_scope(request: HttpRequest) -> str | None:
    """The one body whose rows may be worked on (本单位), or None for the office, which may work on all."""
    account = account_of(request)
    return None if account.role in WIDE_ROLES else account.body_id
