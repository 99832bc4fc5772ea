"""Keys of documents (文书键): by which a decision is known again when it comes a second time, by another way.

The same texts that intake makes for whole columns, for one record that a room enters by itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from gongxin.law.model import Item
from gongxin.spine import secrets
from gongxin.spine.ledger.canonical import body_text

BRACKETS = r"[\s\[\]〔〕【】()（）﹝﹞\-－—]"
"""Marks by which one document's number is written now this way, now that."""
APART = "\x1f"
CODES = frozenset({"uscc", "regno", "orgcode", "person_id"})
"""Fields of a document's key for which the subject itself stands."""


def document_keys(item: Item, subject: str, payload: Mapping[str, str]) -> tuple[int, int, int | None]:
    """Return the keyed hashes of a numbered document, of its content and of its paper (文书键、内容键、文书号键).

    `subject` is the key of an organisation, the identity number itself of a person: intake knows no other.
    """
    fields = [name for name in item.document_key if name not in CODES]
    if "document_no" not in fields:
        fields.append("document_no")
    squeezed = [re.sub(BRACKETS, "", payload.get(name, "")) for name in fields]
    document = APART.join([item.id, subject, *squeezed, *([""] if item.polarity == "adverse" else [])])
    content = APART.join([item.id, subject, body_text(payload)])
    authority = payload.get("authority_code") or payload.get("authority", "")
    return (
        secrets.keyed_hash64(document.encode()),
        secrets.keyed_hash64(content.encode()),
        paper_key(item, authority, payload.get("document_no", "")),
    )


def paper_key(item: Item, authority: str, number: str) -> int | None:
    """Return the keyed hash of a paper, which is authority and number without a subject (文书号键); None without a digit."""
    number, authority = re.sub(BRACKETS, "", number), re.sub(BRACKETS, "", authority)
    if not any(each.isdigit() for each in number):
        return None
    return secrets.keyed_hash64(APART.join([item.id, authority, number]).encode())
