"""Consents (授权): signed, narrow, dying; requested by a body, granted or refused by the subject, revocable at once.

Every act is a row that is never changed, and what a consent still allows is the fold of its rows. A use is written in
the transaction of the look it allowed: whoever revokes and whoever looks wait for the same lock, so that after the
revocation has returned no further look can happen.
"""

from __future__ import annotations

import json
import secrets as entropy
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zlib import crc32

from django.db import connection, transaction
from django.utils.translation import gettext as _

from gongxin.kernel.issues import Refusal
from gongxin.kernel.sentences import sentence
from gongxin.law.consents import ConsentAct, ConsentStanding, Terms, fold_consent, may_consent
from gongxin.spine import clock, secrets, shelf
from gongxin.spine.access import looks, owning
from gongxin.spine.access.looks import Draft
from gongxin.spine.access.models import Body, ConsentRow, Role
from gongxin.spine.access.viewers import Viewer

LOCK = 0x636F6E73
TOKEN = "gxc1."

UNKNOWN = Refusal(
    "consent_unknown",
    sentence("没有可用的授权。", "There is no consent that can be used."),
    None,
    sentence("请核对授权编号，或者重新向本人请求授权。", "Check its number, or ask the person for a new one."),
)


@dataclass(frozen=True)
class Consent:
    """A consent as it stands (一份授权)."""

    number: str
    standing: ConsentStanding
    token: str = ""

    @property
    def terms(self) -> Terms:
        return self.standing.terms

    @property
    def state(self) -> str:
        return self.standing.state


def request(viewer: Viewer, terms: Terms) -> Consent | Refusal:
    """Ask a subject for a consent (请求授权): shown to the subject, without any effect until granted.

    Nothing is said about whether the subject is known here.
    """
    today = clock.today()
    terms = replace(terms, body=viewer.body)
    if viewer.role != Role.OFFICER or not Body.objects.filter(code=viewer.body).exists():
        return Refusal("consent.role", _("只有承办单位可以请求授权。"), None, _("请由本单位承办人员提出。"))
    refused = may_consent(terms, law=shelf.book().on(today), today=today)
    if refused is not None:
        return refused
    number = _number(today)
    _add(number, 1, "request", replace(terms, purpose=looks.cleaned(terms.purpose, 200)), viewer)
    return get(number)


def answer(viewer: Viewer, number: str, *, yes: bool, fields: Mapping[str, Sequence[str]] | None = None) -> Any:
    """Grant or refuse a request (同意或者不同意): the subject may grant less than was asked, never more.

    Returns: the Consent, or a Refusal.
    """
    today = clock.today()
    with _Locked(number):
        asked = find(number, today)
        if asked is None or asked.terms.subject not in owning.keys_of(viewer, owning.CONSENTS, today):
            return UNKNOWN
        if asked.state != "requested":
            return Refusal("consent.state", _("这项请求已经答复过，或者已经失效。"), None, _("需要时请对方重新请求。"))
        terms = asked.terms
        if yes:
            if fields is not None:
                kept = {
                    item: tuple(f for f in told if f in fields.get(item, ())) for item, told in terms.fields.items()
                }
                terms = replace(terms, fields={item: told for item, told in kept.items() if told})
            refused = may_consent(terms, law=shelf.book().on(today), today=today)
            if refused is not None:
                return refused
        _add(number, 2, "grant" if yes else "refuse", terms, viewer)
        _told(viewer, terms.subject, "grant" if yes else "refuse", number, today)
    return get(number)


def grant(viewer: Viewer, terms: Terms) -> Consent | Refusal:
    """Grant a consent that nobody asked for through this platform (主动给出授权)."""
    today = clock.today()
    if terms.subject not in owning.keys_of(viewer, owning.CONSENTS, today):
        return Refusal("consent.own", _("只能就本人的信息给出授权。"), None, _("请用本人账号登录。"))
    kind = Body.objects.filter(code=terms.body).values_list("kind", flat=True).first()
    matter = shelf.book().on(today).book.matters.get(terms.matter)
    if kind is None or matter is None or kind not in matter.body_kinds:
        return Refusal("consent.body", _("这个单位不能在该事项下查询。"), None, _("请核对单位代码和事项。"))
    refused = may_consent(terms, law=shelf.book().on(today), today=today)
    if refused is not None:
        return refused
    number = _number(today)
    terms = replace(terms, purpose=looks.cleaned(terms.purpose, 200))
    with transaction.atomic():
        _add(number, 1, "grant", terms, viewer)
        _told(viewer, terms.subject, "grant", number, today)
    return get(number)


def revoke(viewer: Viewer, number: str) -> Consent | Refusal:
    """Revoke a consent (撤回授权): from the moment this returns nobody looks on it any more."""
    today = clock.today()
    with _Locked(number):
        present = find(number, today)
        if present is None or present.terms.subject not in owning.keys_of(viewer, owning.CONSENTS, today):
            return UNKNOWN
        if not present.standing.active:
            return Refusal("consent.state", _("这份授权已经失效，不必撤回。"), None, None)
        _add(number, _next(number), "revoke", present.terms, viewer)
        _told(viewer, present.terms.subject, "revoke", number, today)
    return get(number)


def find(number: str, today: date | None = None) -> Consent | None:
    """Return a consent as it stands on a day (查授权), by its number or by its whole token."""
    number = number_of(number)
    rows = list(ConsentRow.objects.filter(number=number).order_by("n")) if number else []
    return _consent(rows, today or clock.today())


def get(number: str) -> Consent:
    """Return a consent that must be there."""
    found = find(number)
    if found is None:
        raise LookupError(f"consent {number} cannot be read")
    return found


def of_subject(subjects: Iterable[str], today: date) -> list[Consent]:
    """Return a subject's requests and consents (本人的授权), the newest first."""
    return _grouped(ConsentRow.objects.filter(subject__in=list(subjects)), today)


def of_body(body: str, today: date) -> list[Consent]:
    """Return what a body has asked for and been granted (单位取得的授权), the newest first."""
    return _grouped(ConsentRow.objects.filter(body=body), today)


def history(number: str) -> list[tuple[str, datetime, str]]:
    """Return the acts on a consent (授权经过): what, when, and the look it allowed."""
    return list(ConsentRow.objects.filter(number=number).order_by("n").values_list("verb", "at", "look"))


def number_of(text: str) -> str:
    """Return the number a text names (授权编号): itself, or that in a token whose signature holds; else nothing."""
    text = text.strip()
    if not text.startswith(TOKEN):
        # No number holds a control character, and PostgreSQL would not take one in a question either.
        return text[:40] if text.isprintable() else ""
    told = read_token(text)
    return str(told["number"]) if told else ""


def read_token(token: str) -> dict[str, Any] | None:
    """Return what a token says, if this platform signed it (验证授权凭据); anybody with the public key can do the same."""
    try:
        body, signature, key = token.removeprefix(TOKEN).split(".")
        said = urlsafe_b64decode(body)
        if not secrets.verify(_note(said), urlsafe_b64decode(signature), key):
            return None
        return dict(json.loads(said))
    except (ValueError, TypeError):
        return None


def use(number: str, look: str, viewer: Viewer) -> None:
    """Write that a look was made on a consent (登记使用); called by the gate alone, in the look's own transaction."""
    present = get(number)
    _add(present.number, _next(present.number), "use", present.terms, viewer, look=look)


def hold(number: str) -> None:
    """Take a consent's lock until the present transaction ends (锁定授权): whoever revokes it waits, or came before."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, crc32(number.encode()) & 0x7FFFFFFF])


class _Locked:
    """A transaction in which a consent is held (锁定事务)."""

    def __init__(self, number: str) -> None:
        self._number = number_of(number)
        self._atomic = transaction.atomic()

    def __enter__(self) -> None:
        self._atomic.__enter__()
        hold(self._number)

    def __exit__(self, *fault: Any) -> None:
        self._atomic.__exit__(*fault)


def _number(today: date) -> str:
    return f"SQ-{today:%Y-%m%d}-{entropy.token_hex(4).upper()}"


def _next(number: str) -> int:
    return ConsentRow.objects.filter(number=number).count() + 1


def _add(number: str, n: int, verb: str, terms: Terms, viewer: Viewer, *, look: str = "") -> None:
    said = _said(number, terms)
    granted = verb == "grant"
    ConsentRow.objects.create(
        number=number, n=n, verb=verb, subject=terms.subject, body=terms.body,
        terms=json.loads(said) if verb in {"request", "grant"} else None,
        look=look, day=clock.today(), at=clock.now(), account=viewer.account_id, actor=viewer.name[:100],
        signature=secrets.sign(_note(said)) if granted else None, key=secrets.signing_key_id() if granted else "",
    )  # fmt: skip


def _told(viewer: Viewer, subject: str, verb: str, number: str, today: date) -> None:
    draft = Draft(
        viewer=viewer.name,
        account=viewer.account_id,
        body=viewer.body,
        role=viewer.role,
        via=viewer.via,
        matter="",
        ground=f"own consent-{verb} {number}",
        case_no="",
        subject=subject,
        fields="",
        as_of=today,
    )
    looks.write(draft)


def _said(number: str, terms: Terms) -> bytes:
    told = {
        "number": number, "subject": terms.subject, "body": terms.body, "matter": terms.matter,
        "purpose": terms.purpose, "fields": {item: list(names) for item, names in sorted(terms.fields.items())},
        "uses": terms.uses, "until": terms.until.isoformat(),
    }  # fmt: skip
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _note(said: bytes) -> bytes:
    return b"gongxin consent\n" + said


def _terms(told: Mapping[str, Any]) -> Terms:
    return Terms(
        str(told["subject"]), str(told["body"]), str(told["matter"]), str(told["purpose"]),
        {str(item): tuple(names) for item, names in told["fields"].items()}, int(told["uses"]),
        date.fromisoformat(str(told["until"])),
    )  # fmt: skip


def _consent(rows: Sequence[ConsentRow], today: date) -> Consent | None:
    acts = [
        ConsentAct(row.n, row.verb, row.day, _terms(row.terms) if row.terms else None, row.look)
        for row in rows
        if row.verb != "grant" or _is_genuine(row)
    ]
    standing = fold_consent(acts, law=shelf.book().on(today), today=today)
    if standing is None:
        return None
    granted = next((row for row in rows if row.verb == "grant"), None)
    return Consent(rows[0].number, standing, _token(granted) if granted else "")


def _is_genuine(row: ConsentRow) -> bool:
    """A grant whose words were changed in the store is no grant (签名不符的授权不算)."""
    terms = _terms(row.terms) if row.terms else None
    if terms is None or row.signature is None or (terms.subject, terms.body) != (row.subject, row.body):
        return False
    return secrets.verify(_note(_said(row.number, terms)), bytes(row.signature), row.key)


def _token(row: ConsentRow) -> str:
    said = _said(row.number, _terms(row.terms or {}))
    signature = urlsafe_b64encode(bytes(row.signature or b"")).decode()
    return f"{TOKEN}{urlsafe_b64encode(said).decode()}.{signature}.{row.key}"


def _grouped(rows: Iterable[ConsentRow], today: date) -> list[Consent]:
    by_number: dict[str, list[ConsentRow]] = {}
    for row in rows:
        by_number.setdefault(row.number, []).append(row)
    found = [
        (max(row.id for row in own), each)
        for own in by_number.values()
        if (each := _consent(sorted(own, key=lambda row: row.n), today)) is not None
    ]
    return [each for _, each in sorted(found, key=lambda pair: -pair[0])]
