"""What an outsider is handed to check (核对文件): every entry's header and digest, every look, and all that was signed.

One line of JSON each. The ledger's file holds no content of an entry, or for an auditor content and salt as they lie in
the store, sealed fields sealed. The log's file holds the looks themselves, since their chain is made of their words: it
is for an auditor, and whoever else is handed it must be allowed to read the log.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any, TextIO

from django.db import connection

from gongxin.spine import secrets
from gongxin.spine.access.looks import COLUMNS
from gongxin.spine.access.models import Look, LookSeal
from gongxin.spine.ledger.canonical import moment_text
from gongxin.spine.ledger.models import Checkpoint, Entry
from gongxin.spine.proofs import ledger as proving
from gongxin.spine.proofs import log

LEDGER_FORM = "gongxin-ledger-export-1"
LOG_FORM = "gongxin-log-export-1"


def ledger_lines(*, payloads: bool = False) -> Iterator[dict[str, Any]]:
    """Yield the ledger's file: entries in their order, each checkpoint after the last entry it covers."""
    yield {"form": LEDGER_FORM, "keys": {key: public.hex() for key, public in secrets.public_keys().items()}}
    checkpoints = Checkpoint.objects.order_by("size").iterator(chunk_size=5000)
    following = next(checkpoints, None)
    last = 0
    for entry in Entry.objects.order_by("seq").iterator(chunk_size=5000):
        batch = "" if entry.batch is None else str(entry.batch)
        line: dict[str, Any] = {
            "entry": [
                entry.seq, entry.kind, entry.record, entry.item, entry.subject, entry.provider, batch,
                entry.on.isoformat(), moment_text(entry.at), entry.actor,
            ],
            "digest": bytes(entry.digest).hex(),
            "leaf": bytes(entry.leaf).hex(),
        }  # fmt: skip
        if payloads:
            line |= _payload(entry.seq)
        yield line
        last = entry.seq
        while following is not None and following.size <= last:
            yield {"checkpoint": _checkpoint(following)}
            following = next(checkpoints, None)
    while following is not None:
        yield {"checkpoint": _checkpoint(following)}
        following = next(checkpoints, None)


def _checkpoint(row: Checkpoint) -> dict[str, Any]:
    return proving.note(proving.NAME, row)


def _payload(seq: int) -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT salt, body FROM ledger_payload WHERE seq = %s", [seq])
        row = cursor.fetchone()
    if row is None or row[0] is None:
        return {"destroyed": True}
    return {"salt": bytes(row[0]).hex(), "body": row[1]}


def log_lines() -> Iterator[dict[str, Any]]:
    """Yield the log's file: looks by segment in their order, then seals, then the log's checkpoints."""
    latest = log.checkpoint()
    yield {"form": LOG_FORM, "keys": {key: public.hex() for key, public in secrets.public_keys().items()}}
    looks = Look.objects.order_by("segment", "n").values_list(*COLUMNS)
    for row in looks.iterator(chunk_size=5000):
        yield {"look": [_word(value) for value in row[:-1]], "chain": bytes(row[-1]).hex()}
    for seal in LookSeal.objects.order_by("segment", "n").iterator(chunk_size=5000):
        yield {
            "seal": [seal.segment, seal.n, bytes(seal.chain).hex(), moment_text(seal.at)],
            "signature": bytes(seal.signature).hex(),
            "key": seal.key,
        }
    after = 0
    while told := log.checkpoints(after):
        for each in told:
            if each["size"] <= latest["size"]:
                yield {"checkpoint": each}
        after = told[-1]["size"]


def _word(value: object) -> str:
    """Return a column as it goes into the chain."""
    return "" if value is None else moment_text(value) if isinstance(value, datetime) else str(value)


def write(lines: Iterator[dict[str, Any]], file: TextIO) -> int:
    """Write lines and return how many there were."""
    count = 0
    for line in lines:
        file.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")
        count += 1
    return count
