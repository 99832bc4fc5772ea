"""What goes wrong, told in English (英文错误说明): for callers that ask for it by `Accept-Language: en`.

Every error has a code that never changes; here each code has its English sentence and way forward. Findings about the
rows of a file stay as they are in both languages: they are the same bytes on every channel.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation.trans_real import parse_accept_lang_header

from gongxin.kernel.issues import MESSAGES_EN
from gongxin.rooms.intake.words import WORDS_EN

DOCS = "See /api/v1/docs for addresses, fields and numbers."

SAID: Mapping[str, tuple[str, str]] = {
    "fault": (
        "Something went wrong here; this request was not carried out.",
        "Please tell the credit office ticket {ticket}.",
    ),
    "unavailable": (
        "The platform cannot answer now; nothing was concluded.",
        "Try again later, or tell the credit office ticket {ticket}. This does not mean that there is no record.",
    ),
    "key.invalid": (
        "No key, or one that is invalid, expired or withdrawn.",
        "Send Authorization: Bearer KEY; keys are issued to bodies by the credit office, which also replaces lost ones.",
    ),
    "key.scope": (
        "This key does not carry {scope}.",
        "Let your body's administrator ask the credit office for a key with {scope}.",
    ),
    "rate.exceeded": (
        "More than {rate} requests within a minute.",
        "Try again in {wait} seconds; for many at once use gongxin screen or a batch.",
    ),
    "not_found": ("Nothing was found at this address.", DOCS),
    "method": ("This address does not take {method}.", "It takes: {allowed}."),
    "body.unreadable": (
        "The request cannot be read as JSON, or holds characters that cannot be used.",
        "Send JSON in UTF-8 with Content-Type: application/json.",
    ),
    "body.too_large": (
        "The request is longer than {limit:,} bytes.",
        "Send it in parts; for large files use a batch or the watched folder.",
    ),
    "data.invalid": ("The request holds something to be corrected.", "Correct each of the issues and send again."),
    "request": ("The request cannot be carried out as it is.", DOCS),
    "repeat.key": ("Idempotency-Key must have 1 to 200 visible characters.", "Use a new random key for each request."),
    "repeat.other_request": ("This Idempotency-Key was used for another request.", "Use a new key for a new request."),
    "repeat.undecided": ("The same request is being carried out.", "Send it again later with the same key."),
    "file.unreadable": (
        "The file cannot be read.",
        "Use a template of this platform, or save as XLSX or CSV and send again.",
    ),
    "matter.role": (
        "Only staff who handle this matter may ask in it.",
        "Let the officer in charge ask; what is public can be read on the public pages.",
    ),
    "matter.body": (
        "Your body is not one that may ask in this matter.",
        "If the law gives it this duty, show the credit office on which clause.",
    ),
    "access.matter": ("The list of matters does not hold this one.", "Choose one of GET /api/v1/matters."),
    "access.ground": ("This cannot be asked on this ground.", "Name the matter, or the clause and the case number."),
    "access.own": ("This cannot be asked on this ground.", "One can read only one's own record this way."),
    "access.case": ("A case number is needed to ask in this matter.", "Give case_no and ask again."),
    "access.role": ("This cannot be asked in your role.", "A body that has this duty may ask."),
    "access.person": ("This matter does not ask about natural persons.", "Check the matter and the code."),
    "access.subject_kind": ("This matter does not ask about subjects of this kind.", "Check the matter and the code."),
    "access.consent": (
        "This matter needs the person's own consent first.",
        "Give the number of the consent, or ask the person for one.",
    ),
    "access.consent_needless": ("This matter rests on the law.", "Leave the number of a consent away."),
    "access.consent_unknown": ("There is no consent that can be used.", "Check the number of the consent."),
    "outcome.check_unknown": ("There is no check of this number.", "Only checks of your own body can be answered for."),
    "proof_unknown": ("There is nothing of this number to prove.", DOCS),
    "witness.origin": ("The node is not known here.", "Its public key must be registered by this node first."),
    "witness.conflict": (
        "The checkpoint contradicts an earlier one of the same node.",
        "Both nodes run gongxin fsck and find out.",
    ),
    "search.short": ("Two characters at least, or a unified social credit code, are needed.", DOCS),
    "search.person": ("The public search finds organisations only.", "For one's own record sign in to My credit."),
    "search.kind": ("There is no such kind of organisation.", DOCS),
}
"""Code → English sentence and way forward; `{…}` are the details of the problem."""

CONSENT_ENDED = (
    "The consent can no longer be used.",
    "Ask the person for a new one if it is needed.",
)
ISSUES: Mapping[str, str] = {
    "check.future": "The day asked about lies ahead; what will be cannot be checked",
    "date.future": "The day lies ahead",
    "item.unknown": "The catalogue holds no item “{value}”",
    "outcome.kind": "There is no outcome “{value}”; see GET /api/v1/matters",
    "outcome.needs": "This outcome needs {column}",
}
"""Issues of this door and of the rooms that have no English sentence of their own."""


def wanted(accepted: str | None) -> bool:
    """Whether the caller prefers English (是否要英文): English stands before Chinese in Accept-Language."""
    for language, _weight in parse_accept_lang_header((accepted or "")[:500].lower()):
        if language.startswith("en"):
            return True
        if language.startswith("zh"):
            return False
    return False


def told(code: str, details: Mapping[str, Any]) -> tuple[str, str] | None:
    """Return the English sentence and way forward of a code, or None where it has none."""
    found = SAID.get(code) or (CONSENT_ENDED if code.startswith("access.consent_") else None)
    if found is None:
        return None
    try:
        return found[0].format(**details), found[1].format(**details)
    except (KeyError, IndexError, ValueError):
        return None


def issue(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return an issue with its English sentence; as it is where its sentence needs details that were not kept."""
    code = str(found.get("code", ""))
    template = ISSUES.get(code) or MESSAGES_EN.get(code) or WORDS_EN.get(code) or found.get("said_en") or ""
    try:
        message = str(template).format(**{name: found.get(name) for name in ("value", "column", "suggestion")})
    except (KeyError, IndexError, ValueError):
        message = ""
    kept = {name: value for name, value in found.items() if name != "said_en"}
    return kept | ({"message": message} if message else {})
