"""Staff settings (人员设置): bodies and accounts, for administrators; keys are issued at the terminal, shown once."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.http import HttpRequest

from gongxin.spine.access.models import Account, ApiKey, Body


@admin.register(Body)
class BodyAdmin(admin.ModelAdmin):
    """Public bodies (单位)."""

    list_display = ("name", "code", "kind", "region")
    list_filter = ("kind",)
    search_fields = ("name", "code")


@admin.register(Account)
class AccountAdmin(UserAdmin):
    """Accounts (账号): a post of a body; ended by taking away *active*, never by deletion, since looks name them."""

    list_display = ("username", "first_name", "role", "body", "is_active")
    list_filter = ("role", "is_active")
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        ("岗位", {"fields": ("first_name", "role", "body", "post", "is_active", "is_staff")}),
    )
    add_fieldsets = (
        (None, {"classes": ("wide",), "fields": ("username", "password1", "password2")}),
        ("岗位", {"fields": ("first_name", "role", "body", "post")}),
    )

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False: the log of looks must keep leading to somebody."""
        return False


@admin.register(ApiKey)
class ApiKeyAdmin(admin.ModelAdmin):
    """Keys (接口密钥): to be read and revoked here; issued with `gongxin staff add-key`."""

    list_display = ("prefix", "body", "label", "created", "expires", "revoked")
    fields = ("body", "label", "prefix", "scopes", "rate_per_minute", "created", "expires", "revoked")
    readonly_fields = ("body", "prefix", "scopes", "created")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return False: a key is shown once, at the terminal."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False: a key that has asked stays on record, revoked."""
        return False
