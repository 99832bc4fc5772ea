"""Who gets an account (账号来源): staff accounts are opened by the administrator, never by a visitor."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class StaffAccountAdapter(DefaultAccountAdapter):
    """Staff sign in; nobody signs up (不开放自行注册)."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
