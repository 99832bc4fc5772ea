"""Judgements made (判断记录): every judgement and every undoing, with reasons, the latest first; none is ever lost."""

from __future__ import annotations

from dataclasses import dataclass

from gongxin.kernel.issues import Refusal
from gongxin.rooms.resolve.acts import OFFICE, STEWARD, may_act
from gongxin.rooms.resolve.traces import leave_trace
from gongxin.spine.access.gate import Viewer
from gongxin.spine.ledger.judged import Judgement, judgements
from gongxin.spine.ledger.models import Entry
from gongxin.spine.projections.models import Link, Subject

PAGE = 20


@dataclass(frozen=True)
class Made:
    """One line of the history (一条判断): with the names of both sides, and whether it holds now."""

    said: Judgement
    left_name: str
    right_name: str
    holds: bool

    @property
    def undoing(self) -> bool:
        """Tell whether this act takes an earlier judgement back (是否为撤销)."""
        return self.said.undoes is not None


@dataclass(frozen=True)
class History:
    """A page of judgements made (判断记录页)."""

    lines: tuple[Made, ...]
    total: int
    page: int
    pages: int


def made(viewer: Viewer, page: int = 1, size: int = PAGE) -> History | Refusal:
    """Return the judgements this viewer may see and undo (判断记录): the office's all, a steward's own body's."""
    refused = may_act(viewer, {viewer.body} if viewer.role == STEWARD else set())
    if refused is not None:
        return refused
    entries = Entry.objects.filter(kind="judgement")
    if viewer.role != OFFICE:
        entries = entries.filter(provider=viewer.body)
    total = entries.count()
    pages = max(1, -(-total // size))
    page = min(max(page, 1), pages)
    seqs = entries.order_by("-seq").values_list("seq", flat=True)[(page - 1) * size : page * size]
    found = judgements(seqs)
    keys = {key for each in found for key in (each.left, each.right)}
    refused = leave_trace(viewer, "judgements", sorted(keys))
    if refused is not None:
        return refused
    names = dict(Subject.objects.filter(key__in=keys).values_list("key", "name"))
    holding = set(Link.objects.filter(seq__in=[each.seq for each in found]).values_list("seq", flat=True))
    lines = tuple(
        Made(each, names.get(each.left, ""), names.get(each.right, ""), each.seq in holding) for each in found
    )
    return History(lines, total, page, pages)
