"""The office's queue (要素不全待补): adverse entries that nobody may act on until they are completed."""

from __future__ import annotations

from collections.abc import Sequence

from gongxin.rooms.measures.answer import Answer, Incompleteness
from gongxin.rooms.measures.models import Incomplete
from gongxin.spine import clock

_laid_down: set[tuple[int, tuple[str, ...]]] = set()
"""What this process has already put on the queue, so that a thousand checks of one subject write it once."""

MOST_REMEMBERED = 100_000


def knows(answered: Answer) -> bool:
    """Whether this process has put all of it on the queue already."""
    return all((each.record, each.missing) in _laid_down for each in answered.incomplete)


def lay_down(answered: Answer) -> None:
    """Put the incomplete entries of an answer on the queue; what lies there already stays as it is."""
    lay(answered.incomplete, answered.asked.matter.id)


def lay(incomplete: Sequence[Incompleteness], matter: str) -> None:
    """Put incomplete entries on the queue, found in this matter."""
    fresh = [each for each in incomplete if (each.record, each.missing) not in _laid_down]
    if not fresh:
        return
    now = clock.now()
    # An entry that left the queue and is found incomplete once more waits again.
    Incomplete.objects.filter(record__in=[each.record for each in fresh]).exclude(settled_at=None).update(
        settled_at=None, found_at=now
    )
    Incomplete.objects.bulk_create(
        [
            Incomplete(record=each.record, item=each.item, missing=list(each.missing), matter=matter, found_at=now)
            for each in fresh
        ],
        batch_size=500,
        ignore_conflicts=True,
    )
    if len(_laid_down) > MOST_REMEMBERED:
        _laid_down.clear()
    _laid_down.update((each.record, each.missing) for each in fresh)


def waiting() -> list[Incomplete]:
    """Return what waits for the office, oldest first."""
    return list(Incomplete.objects.filter(settled_at=None))


def settle(record: int, note: str) -> bool:
    """Take an entry off the queue with a note of what was done; False when it was not there."""
    _laid_down.difference_update([known for known in _laid_down if known[0] == record])
    return bool(Incomplete.objects.filter(record=record, settled_at=None).update(settled_at=clock.now(), note=note))


def forget() -> None:
    """Forget what this process remembers of the queue: for tests, and after the queue was emptied by hand."""
    _laid_down.clear()
