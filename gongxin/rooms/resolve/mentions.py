"""Mentions (待认主体): rows that name somebody without identifying them, and what is read out of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from gongxin.kernel.identifiers.code import normalise_code
from gongxin.kernel.identifiers.orgcode import is_orgcode
from gongxin.kernel.identifiers.regno import is_regno
from gongxin.rooms.resolve.evidence import Described
from gongxin.spine import secrets
from gongxin.spine.projections.models import Mention

PREFIX = "mention:"
SIXTY_FOUR_BITS = (1 << 64) - 1


@dataclass(frozen=True)
class Reported:
    """What one waiting row says (所报内容)."""

    mention: Mention
    payload: Mapping[str, Any]
    described: Described
    natural_person: bool

    @property
    def key(self) -> str:
        """Return the key of this very row (行键): it stands for nobody until a person says for whom."""
        return row_key(self.mention)


def read(mention: Mention) -> Reported:
    """Return a waiting row with its payload read (读取待认行)."""
    payload = json.loads(mention.body)
    text = {name: str(value) for name, value in payload.items() if value is not None}
    return Reported(
        mention=mention,
        payload=payload,
        described=Described(
            name=mention.subject_name,
            code=mention.reported_code,
            legal_rep=text.get("legal_rep", ""),
            address=text.get("address", ""),
            decided_on=day_in(text, "decided_on"),
        ),
        natural_person=text.get("subject_kind") == "person",
    )


def day_in(payload: Mapping[str, str], field: str) -> date | None:
    """Return the day a field holds, or None when intake could not read one."""
    try:
        return date.fromisoformat(payload.get(field, ""))
    except ValueError:
        return None


def row_key(mention: Mention) -> str:
    """Return the row key of a mention, from the same content key by which intake knows the row again."""
    content = mention.content if mention.content is not None else secrets.keyed_hash64(mention.body.encode())
    return f"row:{content & SIXTY_FOUR_BITS:016x}"


def legacy_keys(code: str) -> list[str]:
    """Return the keys under which an older code may stand in the cross-walk (旧代码的键)."""
    normal = normalise_code(code)
    keys = []
    if is_regno(normal):
        keys.append("regno:" + normal)
    if is_orgcode(normal):
        keys.append("orgcode:" + normal)
    return keys
