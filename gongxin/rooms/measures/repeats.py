"""Requests that may be sent again (幂等): the same key from the same caller gets the same answer, once decided.

Nine cases, each with a test: a new key · the same again · the same key for another request · still being decided ·
refused the first time (free again) · failed the first time (free again) · another caller's key of the same name ·
kept too long (counts as new) · left undecided by a crash (may be taken over).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from django.db import IntegrityError, transaction

from gongxin.rooms.measures.models import Repeat
from gongxin.spine import clock, secrets

KEPT = timedelta(hours=24)
"""How long an answer can be asked for again; a technical choice, told in the interface's manual."""

ABANDONED = timedelta(minutes=5)
"""A request undecided for so long was cut off by a crash; whoever repeats it may have it decided anew."""


@dataclass(frozen=True)
class Claim:
    """What became of a key (幂等键的状态)."""

    state: Literal["ours", "answered", "other_request", "undecided"]
    id: int = 0
    status: int = 0
    answer: bytes = b""


def claim(caller: str, key: str, request: bytes) -> Claim:
    """Take a key for this request, or learn what became of it before."""
    digest = hashlib.sha256(request).hexdigest()
    now = clock.now()
    try:
        with transaction.atomic():
            ours = Repeat.objects.create(caller=caller, key=key, request=digest, at=now)
        return Claim("ours", ours.pk)
    except IntegrityError:
        pass
    with transaction.atomic():
        earlier = Repeat.objects.select_for_update().filter(caller=caller, key=key).first()
        if earlier is None:
            return Claim("undecided")
        decided = earlier.status is not None
        if now - earlier.at > (KEPT if decided else ABANDONED):
            earlier.request, earlier.status, earlier.answer, earlier.at = digest, None, "", now
            earlier.save()
            return Claim("ours", earlier.pk)
        if earlier.request != digest:
            return Claim("other_request")
        if not decided:
            return Claim("undecided")
        return Claim("answered", earlier.pk, earlier.status or 0, secrets.unseal(earlier.answer).encode())


def keep(claimed: Claim, status: int, answer: bytes) -> None:
    """Keep the answer, sealed: it may tell of people."""
    Repeat.objects.filter(pk=claimed.id).update(status=status, answer=secrets.seal(answer.decode()))


def release(claimed: Claim) -> None:
    """Nothing was decided; the key is free again."""
    Repeat.objects.filter(pk=claimed.id, status=None).delete()


def forget_old() -> int:
    """Delete what is kept no longer; returns how many."""
    return Repeat.objects.filter(at__lt=clock.now() - KEPT).delete()[0]
