"""Who issues reports (出具单位), and where they are verified: as the deployment says, never as the code guesses."""

from __future__ import annotations

import os

from django.conf import settings

from gongxin.spine.access.models import Body, BodyKind


def platform_name() -> str:
    """Return the platform's name as the deployment says it (平台名称)."""
    return os.environ.get("GONGXIN_OFFICE_NAME") or "公共信用信息平台"


def issuer_name() -> str:
    """Return the body that issues reports (出具单位): the deployment's host, else the office on record."""
    named = os.environ.get("GONGXIN_OFFICE_HOST")
    office = Body.objects.filter(kind=BodyKind.OFFICE).order_by("code").values_list("name", flat=True).first()
    return named or office or platform_name()


def verify_address() -> str:
    """Return the address of the verification page (核验地址), as it stands in the QR code."""
    origins = settings.CSRF_TRUSTED_ORIGINS
    site = os.environ.get("GONGXIN_SITE") or (origins[0] if origins else "http://127.0.0.1:8000")
    return site.rstrip("/") + "/verify/"
