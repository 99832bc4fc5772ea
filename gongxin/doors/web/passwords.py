"""Passwords (密码): what is wrong with a new one, in our words; the framework's own are not in every language of ours."""

from __future__ import annotations

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from gongxin.spine.access.models import Account


def problems(password: str, account: Account | None) -> list[str]:
    """Return what is wrong with a new password (密码问题), all at once; nothing where it may be used."""
    try:
        validate_password(password, account)
    except ValidationError as wrong:
        return [_said(each) for each in wrong.error_list]
    return []


def _said(wrong: ValidationError) -> str:
    said = {
        "password_too_short": _("密码至少 %(min_length)d 个字符。"),
        "password_too_common": _("这是常见密码，请换一个。"),
        "password_too_similar": _("密码和账号名、姓名或者邮箱太像，请换一个。"),
    }.get(wrong.code or "")
    return said % (wrong.params or {}) if said else str(wrong.message)
