"""Staff settings (人员设置): bodies and accounts, for administrators; keys are issued at the terminal, shown once.

One signs in through the one door there is, second factor and lock-out included. What belongs to a subject is not the
administrator's: an account of a person or an organisation can be ended here, and neither taken over nor given a password.
"""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from gongxin.spine.access.models import Account, ApiKey, Body, Role

Authenticator._meta.verbose_name = Authenticator._meta.verbose_name_plural = _("两步验证")  # type: ignore[assignment]


@admin.register(Body)
class BodyAdmin(admin.ModelAdmin):
    """Public bodies (单位): registered here. A code once given stays, since ledger and log name it; a new name or superior is an event.

    Both are entered with their document on the page of bodies and posts, so that what was so on another day can still be told.
    """

    list_display = ("name", "code", "kind", "region")
    list_filter = ("kind",)
    search_fields = ("name", "code")

    def get_readonly_fields(self, request: HttpRequest, obj: Body | None = None) -> tuple[str, ...]:
        """Return what follows from events once a body is there (只读字段); another code would be another body."""
        return ("code", "name", "parent") if obj is not None else ()

    def get_fieldsets(self, request: HttpRequest, obj: Body | None = None) -> Any:
        """Return the fields in the order of the register, and of a body that is there already where its name is changed."""
        told = _("更名和隶属凭文件在“机构和岗位”登记，由信用主管单位办理；这里不改，改了就说不清哪天叫什么、归谁管。")
        shown: dict[str, Any] = {"fields": ("code", "name", "name_en", "kind", "region", "parent")}
        return ((None, shown | ({"description": told} if obj is not None else {})),)

    def has_delete_permission(self, request: HttpRequest, obj: Body | None = None) -> bool:
        """Return False: what was decided in its name keeps leading to it."""
        return False


@admin.register(Account)
class AccountAdmin(UserAdmin):
    """Accounts (账号): a post of a body; ended by taking away *active*, never by deletion, since looks name them."""

    list_display = ("username", "first_name", "role", "body", "is_active")
    list_filter = ("role", "is_active")
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("岗位"), {"fields": ("first_name", "role", "body", "post", "is_active")}),
    )
    add_fieldsets = (
        (None, {"classes": ("wide",), "fields": ("username", "password1", "password2")}),
        (_("岗位"), {"fields": ("first_name", "role", "body", "post")}),
    )

    def get_fieldsets(self, request: HttpRequest, obj: Account | None = None) -> Any:
        """Return what is shown of an account: of a subject's neither its password nor how to set one."""
        if _is_subjects(obj):
            return ((None, {"fields": ("username", "role", "body", "is_active")}),)
        return super().get_fieldsets(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Account | None = None) -> tuple[str, ...]:
        """Return what cannot be changed: of a subject's account everything but whether it is in use."""
        return ("username", "role", "body") if _is_subjects(obj) else ()

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        """Set a colleague's password; a subject's is set by the subject, with the counter's link."""
        if _is_subjects(self.get_object(request, id)):
            raise PermissionDenied
        return super().user_change_password(request, id, form_url)

    def save_model(self, request: HttpRequest, obj: Account, form: Any, change: bool) -> None:
        """Save; an administrator's account opens these pages, and nobody else's does."""
        if obj.role != Role.SUBJECT:
            obj.is_staff = obj.is_superuser = obj.role == Role.ADMINISTRATOR
        super().save_model(request, obj, form, change)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False: the log of looks must keep leading to somebody."""
        return False


@admin.register(Authenticator)
class SecondFactorAdmin(admin.ModelAdmin):
    """Second factors (两步验证): taken away from a colleague who has lost it; made by its holder alone, and never shown."""

    list_display = ("user", "type", "created_at", "last_used_at")
    fields = readonly_fields = ("user", "type", "created_at", "last_used_at")

    def get_queryset(self, request: HttpRequest) -> Any:
        """Return those of staff: a subject's second factor is the subject's."""
        return super().get_queryset(request).exclude(user__role=Role.SUBJECT)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return False: whoever made one for somebody else could sign in as them."""
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


def _is_subjects(account: Account | None) -> bool:
    return account is not None and account.role == Role.SUBJECT
