"""Traces of lists (列表留痕): who reads a list of what waits leaves a look, as everybody who reads what is not public.

A steward's page of what the own body handed in is one note. The office's page shows other bodies' data about subjects
who may ask who has looked: it is sealed as one look in which each of them is findable.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from gongxin.kernel.issues import Refusal
from gongxin.rooms.resolve.acts import OFFICE
from gongxin.spine import clock
from gongxin.spine.access.gate import SUBMISSION, Ground, Viewer, note, sealed_batch


def leave_trace(viewer: Viewer, what: str, keys: Sequence[str]) -> Refusal | None:
    """Write the look at these subjects before the page is shown (先留痕后显示); the refusal where none may look."""
    if not keys:
        return None
    ground = Ground(purpose=SUBMISSION, case_no=what)
    if viewer.role == OFFICE:
        written = sealed_batch(viewer, ground, pl.Series(list(keys), dtype=pl.String), as_of=clock.today())
    else:
        written = note(viewer, ground, what, len(keys), as_of=clock.today())
    return written if isinstance(written, Refusal) else None
