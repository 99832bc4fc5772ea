"""The status list (状态表): one small number for every report, all of them in one file that everybody fetches whole.

After the W3C's Bitstring Status List, two bits for each place. Places are drawn at random, so a list says nothing about
who had reports made, or when; and since it is fetched whole, the office does not learn which report somebody checks.
"""

from __future__ import annotations

import gzip
import itertools
import json
import secrets as chance
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from django.db.models import Max

from gongxin.rooms.disclosure.reports.models import Report, Revocation
from gongxin.spine import clock, secrets, shelf
from gongxin.spine.ledger import head

GOOD, REVOKED, CHANGED, EXPIRED = 0, 1, 2, 3
NAMES = {GOOD: "good", REVOKED: "revoked", CHANGED: "changed", EXPIRED: "expired"}
WORDS = {GOOD: "有效", REVOKED: "已撤回", CHANGED: "内容已更新", EXPIRED: "已过期"}
SIZE = 131_072
"""Places of one list: the W3C's least, so that one report hides among so many."""
TRIES = 6
"""Taken places drawn one after the other until another list is begun: that is likely only once most are taken."""
FORM = "gongxin-status-list-1"


def draw_place() -> int:
    """Return a place nobody has, drawn at random (抽取位置)."""
    lists = _lists()
    for tried in itertools.count():
        if tried == TRIES:
            lists += 1
        place = chance.randbelow(lists * SIZE)
        if not Report.objects.filter(place=place).exists():
            return place
    raise AssertionError("counting never ends")


def _lists() -> int:
    """Return how many lists there are; the highest place says so, and finding it takes no counting of reports."""
    highest = Report.objects.aggregate(highest=Max("place"))["highest"]
    return 1 if highest is None else 1 + int(highest) // SIZE


def published() -> dict[str, Any]:
    """Return the signed status list as of today (发布状态表)."""
    state = head.read()
    revoked, reports = Revocation.objects.count(), Report.objects.count()
    text = _published(clock.today(), state.root, shelf.book().version, revoked, reports)
    found: dict[str, Any] = json.loads(text)
    return found


@lru_cache(maxsize=4)
def _published(today: date, root: bytes, book: str, revoked: int, reports: int) -> str:
    """Make the list once for each day and state; the arguments together determine the answer."""
    del root, book, revoked, reports
    from gongxin.rooms.disclosure.reports import register

    lists = _lists()
    bits = bytearray(lists * SIZE // 4)
    for place, status in register.statuses(today):
        if place >= lists * SIZE:
            lists = 1 + place // SIZE
            bits.extend(bytes(lists * SIZE // 4 - len(bits)))
        # The W3C counts from the left: the first place is the two highest bits of the first byte.
        bits[place // 4] |= status << (6 - 2 * (place % 4))
    said = {
        "form": FORM,
        "type": "BitstringStatusList",
        "statusPurpose": "message",
        "statusSize": 2,
        "statusMessages": [{"status": hex(code), "message": NAMES[code]} for code in sorted(NAMES)],
        "validFrom": today.isoformat(),
        "length": lists * SIZE,
        # Without a time in its head, equal content gives equal bytes.
        "encodedList": "u" + urlsafe_b64encode(gzip.compress(bytes(bits), mtime=0)).decode().rstrip("="),
        "key": secrets.signing_key_id(),
    }
    return json.dumps({**said, "signature": secrets.sign(note_of(said)).hex()}, ensure_ascii=False)


def note_of(said: Mapping[str, Any]) -> bytes:
    """Return the words a list's signature is over: everything but the signature, as canonical JSON."""
    rest = {key: value for key, value in said.items() if key != "signature"}
    return json.dumps(rest, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


class ListFault(ValueError):
    """A status list that cannot be read or is not signed by a known key (状态表无效)."""


def status_at(listed: Mapping[str, Any], place: int, keys: Iterable[bytes]) -> int:
    """Return the status at a place of a list signed by one of these public keys (查状态); raises ListFault."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        signature = bytes.fromhex(str(listed["signature"]))
        encoded = str(listed["encodedList"])
        length = int(listed["length"])
    except (KeyError, ValueError, TypeError) as fault:
        raise ListFault("状态表不完整") from fault
    public = {secrets.key_id(each): each for each in keys}.get(str(listed.get("key")))
    if public is None:
        raise ListFault("状态表不是由所信任的密钥签发")
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, note_of(listed))
    except InvalidSignature as fault:
        raise ListFault("状态表的签名无效") from fault
    if listed.get("form") != FORM or not encoded.startswith("u") or not 0 <= place < length:
        raise ListFault("状态表不是本平台的格式，或没有这个位置")
    body = encoded[1:]
    bits = gzip.decompress(urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return bits[place // 4] >> (6 - 2 * (place % 4)) & 3
