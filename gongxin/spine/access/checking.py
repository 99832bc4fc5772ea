"""Checking the log of looks (查阅日志核验): each segment's chain, its signed seals, and the sealed batches."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

from django.db import connection

from gongxin.spine import secrets
from gongxin.spine.access.looks import COLUMNS, FIRST_CHAIN, Place, chained, seal_note
from gongxin.spine.access.models import Look, LookBatch, LookSeal
from gongxin.spine.ledger.findings import Findings


def check_looks(findings: Findings) -> int:
    """Check every segment and return how many looks there are."""
    count = 0
    segments = sorted({*Look.objects.values_list("segment", flat=True).distinct(), *_sealed_segments()})
    for segment in segments:
        count += _check_segment(findings, segment)
    _check_batches(findings)
    return count


def _check_segment(findings: Findings, segment: str) -> int:
    place = Place(0, FIRST_CHAIN)
    seals = {row.n: row for row in LookSeal.objects.filter(segment=segment).order_by("n").iterator(chunk_size=5000)}
    sealed = 0
    for said, chain in _looks(segment):
        number, n = str(said[0]), int(str(said[17]))
        if n != place.n + 1:
            findings.add(None, "look.missing", f"段 {segment} 第 {place.n + 1} 条查阅记录缺失", number)
            return place.n
        place = Place(n, chained(place.chain, said))
        if place.chain != chain:
            findings.add(None, "look.changed", f"查阅记录 {number} 与链不符", number)
            return place.n
        seal = seals.get(n)
        if seal is not None:
            sealed = n
            note = seal_note(segment, place, seal.at)
            if bytes(seal.chain) != chain or not secrets.verify(note, bytes(seal.signature), seal.key):
                findings.add(None, "look.seal", f"段 {segment} 第 {n} 条的封印无效", number)
                return place.n
    if sealed != place.n or max(seals, default=0) > place.n:
        findings.add(None, "look.missing", f"段 {segment} 的末条与封印不符：末尾被截断或改写")
    return place.n


def _looks(segment: str) -> Iterator[tuple[tuple[object, ...], bytes]]:
    rows = Look.objects.filter(segment=segment).order_by("n").values_list(*COLUMNS)
    for row in rows.iterator(chunk_size=5000):
        yield row[:-1], bytes(row[-1])


def _sealed_segments() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT segment FROM access_lookseal")
        return {row[0] for row in cursor.fetchall()}


def _check_batches(findings: Findings) -> None:
    named = dict(Look.objects.filter(subject__startswith="batch:").values_list("number", "subject"))
    for batch in LookBatch.objects.iterator(chunk_size=20):
        digest = sha256(bytes(batch.subjects)).hexdigest()
        if named.pop(batch.number, None) != f"batch:{digest}":
            findings.add(None, "look.batch", f"批量查阅 {batch.number} 的主体清单被改动", batch.number)
    for number in named:
        findings.add(None, "look.batch", f"批量查阅 {number} 的主体清单缺失", number)
