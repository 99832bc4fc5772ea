"""Subjects as the public meets them (公开主体): under one code, whatever identity an entry was reported with."""

from __future__ import annotations

from gongxin.kernel.identifiers.orgcode import is_orgcode
from gongxin.kernel.identifiers.regno import is_regno
from gongxin.spine.projections import links

ORGANISATION = "uscc:"


def organisation_of(key: str) -> str:
    """Return the key of the unified code a key belongs to by judgement or register (归属主体), or the key itself."""
    if key.startswith(ORGANISATION):
        return key
    codes = sorted(other for other in links.resolve_keys(key) if other.startswith(ORGANISATION))
    return codes[0] if codes else key


def key_of(code: str) -> str:
    """Return the key under which a code's page is kept (代码对应的主体键): an older code leads to the unified one."""
    if is_regno(code):
        return organisation_of("regno:" + code)
    if is_orgcode(code):
        return organisation_of("orgcode:" + code)
    return ORGANISATION + code
