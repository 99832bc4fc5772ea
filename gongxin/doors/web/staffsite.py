"""The site of the staff settings (人员设置站点): our own tables alone, behind the one way to sign in."""

from __future__ import annotations

from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

OURS = "gongxin."


class StaffSettings(admin.AdminSite):
    """Bodies, accounts, keys, second factors (单位、账号、密钥、两步验证).

    Packages register tables of their own: groups that give no right here, addresses nobody uses, attempts to sign in
    with the address they came from. None of them is shown.
    """

    site_header = site_title = _("人员与权限")  # type: ignore[assignment] - the framework takes lazy texts
    index_title = _("单位、账号、密钥")  # type: ignore[assignment]

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Register what a module of ours registers, and nothing else."""
        if admin_class is not None and admin_class.__module__.startswith(OURS):
            super().register(model_or_iterable, admin_class, **options)

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Sign in through the one door (唯一登录入口), second factor and lock-out included."""
        guarded = secure_admin_login(super().login)
        return guarded(request, extra_context)
