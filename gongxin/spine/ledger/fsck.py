"""Checking the whole ledger (台账核验): recomputes every digest, leaf, root, signature and number, and both other chains.

It trusts nothing that lies in the database but the keys beside it, and names the first entry that is not what it was.
A row that was changed together with its hashes is found through the root of the checkpoint that covers it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from django.db import connection

from gongxin.spine import secrets
from gongxin.spine.access.checking import check_looks
from gongxin.spine.ledger import merkle
from gongxin.spine.ledger.canonical import Header, checkpoint_note, digest_of, leaf_of
from gongxin.spine.ledger.findings import Finding, Findings
from gongxin.spine.projections import epoch, rebuilding

CHUNK = 20_000


class Row(NamedTuple):
    """One entry as it stands in the store (条目与内容)."""

    header: Header
    digest: bytes
    leaf: bytes
    salt: bytes | None
    body: str | None


@dataclass(frozen=True)
class Report:
    """What the check found (核验结果)."""

    ok: bool
    size: int
    root: str
    looks: int
    first_bad: int | None
    findings: list[Finding] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """Return the report as one JSON document."""
        return {
            "ok": self.ok,
            "size": self.size,
            "root": self.root,
            "looks": self.looks,
            "first_bad": self.first_bad,
            "findings": [finding.as_dict() for finding in self.findings],
        }


def fsck(
    *,
    projections: bool = True,
    remembered: dict[str, Any] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Report:
    """Check everything (核验). `remembered` is the head an earlier check printed: the ledger must still begin with it."""
    findings = Findings()
    size, root = _check_entries(findings, remembered, progress)
    looks = check_looks(findings)
    if projections and not findings.found:
        _check_projections(findings)
    return Report(not findings.found, size, root.hex(), looks, findings.first_bad, findings.found)


def _check_entries(
    findings: Findings, remembered: dict[str, Any] | None, progress: Callable[[int, int], None] | None
) -> tuple[int, bytes]:
    checkpoints = _checkpoints()
    final = max((row[0] for row in _all("SELECT MAX(size) FROM ledger_checkpoint") if row[0]), default=0)
    last = max((row[0] for row in _all("SELECT MAX(seq) FROM ledger_entry") if row[0]), default=0)
    destroyed = {row[0] for row in _all("SELECT record FROM ledger_entry WHERE kind = 'destruction'")}
    frontier, size, verified = b"", 0, 0
    following = next(checkpoints, None)
    for chunk in _entries(last):
        leaves: list[bytes] = []
        for row in chunk:
            expected = size + len(leaves) + 1
            if row.header.seq != expected:
                findings.add(expected, "entry.missing", f"条目 {expected} 缺失，其后是 {row.header.seq}")
                return size, merkle.root_of(frontier)
            _check_entry(findings, row, destroyed)
            leaves.append(row.leaf)
        taken = 0
        while following is not None and following[0] <= size + len(leaves):
            part = leaves[taken : following[0] - size]
            reached, frontier = merkle.extend(size + taken, frontier, part)
            taken += len(part)
            frontier = _check_checkpoint(findings, following, frontier, verified)
            if remembered is not None and remembered.get("size") == reached:
                _check_remembered(findings, remembered, merkle.root_of(frontier))
            verified = reached
            following = next(checkpoints, None)
        _, frontier = merkle.extend(size + taken, frontier, leaves[taken:])
        size += len(leaves)
        if progress is not None:
            progress(size, max(last, final))
    if size < final:
        findings.add(size + 1, "entry.missing", f"检查点含 {final} 条，台账只有 {size} 条；末尾被截断")
    elif verified < size:
        findings.add(verified + 1, "checkpoint.missing", f"条目 {verified + 1}–{size} 没有检查点")
    if remembered is not None and int(remembered.get("size", 0)) > size:
        findings.add(size + 1, "entry.missing", f"此前核验时有 {remembered['size']} 条，现在只有 {size} 条")
    return size, merkle.root_of(frontier)


def _check_entry(findings: Findings, row: Row, destroyed: set[int]) -> None:
    """Check one entry against its own hashes."""
    if row.body is None or row.salt is None:
        if row.header.record not in destroyed:
            findings.add(row.header.seq, "payload.missing", "内容不在，而没有销毁记录")
    elif digest_of(row.salt, row.body) != row.digest:
        findings.add(row.header.seq, "payload.changed", "内容与摘要不符")
    if leaf_of(row.header, row.digest) != row.leaf:
        findings.add(row.header.seq, "header.changed", "条目头或摘要与叶散列不符")


def _check_checkpoint(findings: Findings, row: tuple[Any, ...], frontier: bytes, verified: int) -> bytes:
    """Check one checkpoint and return the frontier to go on with."""
    size, root, kept, at, signature, key = row
    signed = secrets.verify(checkpoint_note(size, root, at), signature, key)
    if not signed:
        findings.add(verified + 1, "checkpoint.signature", f"检查点 {size} 的签名无效")
    if merkle.root_of(frontier) == root and kept == frontier:
        return frontier
    # Every entry agrees with its own leaf, so what was changed was changed with its hashes: the root still tells.
    covered = f"{verified + 1}–{size}"
    findings.add(verified + 1, "root.differs", f"检查点 {size} 的根与条目 {covered} 不符：其中有条目连同散列被改动")
    # A signed checkpoint is believed over the entries, so that only the range with the change is named, not all after it.
    return kept if signed and merkle.root_of(kept) == root else frontier


def _check_remembered(findings: Findings, remembered: dict[str, Any], root: bytes) -> None:
    if remembered.get("root") != root.hex():
        findings.add(1, "root.remembered", f"前 {remembered['size']} 条与此前核验时不同，整个台账被重写过")


def _check_projections(findings: Findings) -> None:
    """Make the projections anew and compare; the new ones stay, as they are the right ones."""
    epoch.refresh_if_stale_now()
    before = rebuilding.digest()
    epoch.rebuild()
    if rebuilding.digest() != before:
        findings.add(None, "projection.differs", "投影与台账不符，已按台账重建")


def _entries(last: int) -> Iterator[list[Row]]:
    sql = (
        'SELECT e.seq, e.kind, e.record, e.item, e.subject, e.provider, e.batch, e."on", e.at, e.actor, e.digest, e.leaf,'
        " p.salt, p.body FROM ledger_entry e LEFT JOIN ledger_payload p ON p.seq = e.seq"
        " WHERE e.seq > %s AND e.seq <= %s ORDER BY e.seq"
    )
    # Numbers below 1 can only have been put there by hand.
    reached = min(0, *(row[0] - 1 for row in _all("SELECT MIN(seq) FROM ledger_entry") if row[0] is not None), 0)
    while reached < last:
        rows = _all(sql, [reached, reached + CHUNK])
        if rows:
            yield [_read(row) for row in rows]
        reached += CHUNK


def _read(row: tuple[Any, ...]) -> Row:
    seq, kind, record, item, subject, provider, batch, on, at, actor = row[:10]
    header = Header(seq, kind, record, item, subject, provider, batch, _day(on), _moment(at), actor)
    return Row(header, bytes(row[10]), bytes(row[11]), None if row[12] is None else bytes(row[12]), row[13])


def _checkpoints() -> Iterator[tuple[Any, ...]]:
    reached = 0
    while True:
        rows = _all(
            "SELECT size, root, frontier, at, signature, key FROM ledger_checkpoint WHERE size > %s ORDER BY size LIMIT 5000",
            [reached],
        )
        if not rows:
            return
        for size, root, frontier, at, signature, key in rows:
            yield size, bytes(root), bytes(frontier), _moment(at), bytes(signature), key
        reached = rows[-1][0]


def _all(sql: str, parameters: list[Any] | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters or [])
        return list(cursor.fetchall())


def _day(value: date | str) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value


def _moment(value: datetime | str) -> datetime:
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
