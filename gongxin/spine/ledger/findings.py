"""Findings (核验发现): what a check found, in one shape for the ledger, the log and the projections."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

MOST = 200
"""More than these say nothing new; the first one is what matters."""


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it was (一处不符)."""

    seq: int | None
    code: str
    message: str
    number: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return the finding as JSON."""
        return {"seq": self.seq, "code": self.code, "message": self.message, "number": self.number}


@dataclass
class Findings:
    """All findings of one check (核验发现)."""

    found: list[Finding] = field(default_factory=list)
    first_bad: int | None = None

    def add(self, seq: int | None, code: str, message: str, number: str | None = None) -> None:
        """Add a finding; the smallest number of an entry is remembered as the first bad one."""
        if len(self.found) < MOST:
            self.found.append(Finding(seq, code, message, number))
        if seq is not None and (self.first_bad is None or seq < self.first_bad):
            self.first_bad = seq
