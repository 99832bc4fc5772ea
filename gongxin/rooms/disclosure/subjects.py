"""Subjects as the public meets them (公开主体): under one code, whatever identity an entry was reported with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from gongxin.kernel.identifiers.orgcode import is_orgcode
from gongxin.kernel.identifiers.regno import is_regno
from gongxin.kernel.names import display_name
from gongxin.law.model import Item
from gongxin.spine.projections import links
from gongxin.spine.public import PublicLine

REGISTER_CLASS = "01"

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


def name_of(lines: Sequence[PublicLine], items: Mapping[str, Item]) -> str:
    """Return the name of a subject by what is on display (公示名称): the register's last word, else the commonest one.

    What was once reported and is no longer on display, withdrawn or moved to whom it meant, names nobody.
    """
    register = [line for line in lines if line.item in items and items[line.item].category == REGISTER_CLASS]
    latest = max(register, key=lambda line: line.record, default=None)
    if latest is not None and latest.fields.get("subject_name"):
        return display_name(latest.fields["subject_name"])
    names = Counter(line.subject_name for line in lines if line.subject_name)
    return display_name(names.most_common(1)[0][0]) if names else ""
