"""A restriction that somebody intends (拟采取的限制): whose look found it, on whom, what was said when its case was opened."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gongxin.spine.access.models import Look
from gongxin.spine.cases.finding import said_first
from gongxin.spine.cases.models import Case


@dataclass(frozen=True)
class Intended:
    """A restriction that somebody intends (拟采取的限制): whose look found it, on whom, what was said."""

    look: Look
    subject: str
    body: str
    fields: Mapping[str, Any]

    def said(self, name: str) -> str:
        return str(self.fields.get(name) or "").strip()

    def numbers(self) -> tuple[int, ...]:
        """The records it rests on (所据记录)."""
        return tuple(int(each) for each in re.findall(r"\d{1,18}", self.said("records")))


def intended_of(case: Case, fields: Mapping[str, Any] | None = None) -> Intended:
    """Return what a case intends (案件中的限制): as said when it was opened, unless these fields are just being said."""
    look = Look.objects.get(number=case.about)
    return Intended(look, case.subject, case.body, said_first(case) if fields is None else fields)
