"""Subjects as the public meets them (公开主体): under one code, whatever identity an entry was reported with."""

from __future__ import annotations

from gongxin.spine.projections import links

ORGANISATION = "uscc:"


def organisation_of(key: str) -> str:
    """Return the key of the unified code a key belongs to by judgement or register (归属主体), or the key itself."""
    if key.startswith(ORGANISATION):
        return key
    codes = sorted(other for other in links.resolve_keys(key) if other.startswith(ORGANISATION))
    return codes[0] if codes else key
