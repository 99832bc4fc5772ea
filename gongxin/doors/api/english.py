"""What goes wrong, told in English (英文错误说明): for callers that ask for it by `Accept-Language: en`.

Every error has a code that never changes; here each problem of this door has its English sentence and way forward. A
refusal by law or room knows its own. Findings about the rows of a file stay as they are in both languages: they are the
same bytes on every channel.
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
        "Try again in {after} seconds, or tell the credit office ticket {ticket}. This does not mean that there is no record.",
    ),
    "key.invalid": (
        "No key, or one that is invalid, expired or withdrawn.",
        "Send Authorization: Bearer KEY; keys are issued to bodies by the credit office, which also replaces lost ones.",
    ),
    "signature.form": (
        "Signature-Input is incomplete or cannot be read.",
        "Send exactly one signature with created, keyid and nonce (8 to 200 characters), and the Signature header.",
    ),
    "signature.key": ("There is no such signing key in force.", "keyid is the prefix of the key the office issued."),
    "signature.stale": (
        "The signature's time differs from ours by more than is allowed.",
        "Set the clock right, sign each request anew and send it within five minutes.",
    ),
    "signature.covered": (
        "The signature leaves out something it must cover.",
        "Cover @method and @target-uri, content-digest with a body, and idempotency-key where it is sent.",
    ),
    "signature.invalid": (
        "The signature does not fit the request.",
        "Check that @target-uri is the address as it arrives here, and that the key is the registered one.",
    ),
    "signature.digest": (
        "Content-Digest does not fit the content.",
        "Compute sha-256 over the very bytes that are sent, and sign again.",
    ),
    "signature.replayed": (
        "This signature was used before.",
        "Sign each request with a new nonce; to repeat a request send Idempotency-Key as well.",
    ),
    "certificate.front": (
        "The Client-Cert header did not come from a registered front server.",
        "Come through the front server by mutual TLS; the office enters its address in GONGXIN_FRONTS.",
    ),
    "certificate.form": (
        "The Client-Cert header is no certificate that can be read.",
        "The front server writes it after RFC 9440, or as escaped PEM.",
    ),
    "certificate.ended": ("The client certificate is not valid today.", "Use a valid one and have it registered."),
    "certificate.unknown": (
        "This client certificate is registered for nobody.",
        "Hand it to the credit office to have it registered.",
    ),
    "certificate.other": (
        "This key can be used with its registered certificate alone.",
        "Come with that certificate, or have the new one registered.",
    ),
    "key.scope": (
        "This key does not carry {scope}.",
        "Let your body's administrator ask the credit office for a key with {scope}.",
    ),
    "key.body": ("This is for a key of {whose} alone.", "Let that body's system do it."),
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
    "witness.origin": ("The node is not known here.", "Its public key must be registered by this node first."),
    "witness.conflict": (
        "The checkpoint contradicts an earlier one of the same node.",
        "Both nodes run gongxin fsck and find out.",
    ),
}
"""Code → English sentence and way forward; `{…}` are the details of the problem."""

ISSUES: Mapping[str, str] = {
    "subscriber.item": "The catalogue holds no item “{value}”; GET /api/v1/law/items lists all",
    "subscriber.address": "The endpoint cannot be used: an address begins with http or https and holds no password",
    "screen.rows": "The list has more rows than can be screened at once; send it in parts.",
    "screen.empty": "The list holds no row.",
    "watch.until": "The last day must lie between today and the longest term of a watch.",
    "watch.again": "This check is watched already, or was.",
    "check.future": "The day asked about lies ahead; what will be cannot be checked",
    "date.future": "The day lies ahead",
    "item.unknown": "The catalogue holds no item “{value}”",
    "report.code": "The code is not right: 18 characters, or a citizen identity number",
    "report.kind": "The kind of report is standard or special",
    "report.purpose": "The purpose is too long",
    "outcome.kind": "There is no outcome “{value}”; see GET /api/v1/law/matters",
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
    found = SAID.get(code)
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
