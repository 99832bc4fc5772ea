"""Who gets an account (账号来源): staff accounts are opened by the administrator; everybody else opens one on our page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from gongxin.doors.web import passwords
from gongxin.spine.access.models import Account


class StaffAccountAdapter(DefaultAccountAdapter):
    """The framework's own sign-up is closed: it tells which names are taken (see `doors.web.opening`)."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count no wrong passwords here (口令次数): django-axes does, by name and address."""

    def clean_password(self, password: str, user: Account | None = None) -> str:
        """Take a new password (核对新密码), or raise what is wrong with it in our words."""
        wrong = passwords.problems(password, user)
        if wrong:
            raise ValidationError(wrong)
        return password


def name_for_lock(request: HttpRequest, credentials: Mapping[str, Any] | None) -> str:
    """Return the name under which tries to sign in are counted (登录次数计数名): one, however it was written."""
    said = (credentials or {}).get("username") or request.POST.get("login") or ""
    return str(said).strip().casefold()
