"""What was added since (账本增量): by which a count that was made once follows the ledger, instead of being made anew.

Whoever keeps a count in memory notes the ledger's size and root beside it. Of what was added since, new records are
counted from their standings, in the store; records upon which something was entered are folded as they were known then
and as they are known now. The result is the one that counting everything would give, and a test holds it to that.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, TypeVar

from gongxin.spine import clock, shelf
from gongxin.spine.ledger import head, payloads
from gongxin.spine.ledger.head import Head
from gongxin.spine.ledger.models import Entry
from gongxin.spine.ledger.payloads import LINE_KINDS, History
from gongxin.spine.projections import epoch
from gongxin.spine.projections.upkeep import is_register

MANY = 1_000
"""With more records than this to fold, counting everything anew in the store is quicker."""
TRIES = 3
"""How often an answer is made where the ledger moves meanwhile; then it is told and not kept."""

Asked = TypeVar("Asked", bound=Hashable)
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Growth:
    """What was added to the ledger after a size (账本增量)."""

    size: int
    """How many entries there were when the count was made."""
    touched: tuple[int, ...]
    """Records upon which something was entered since, also such as came in only since."""
    relinked: bool
    """Whether a judgement or the register has spoken, so that keys may belong together otherwise."""

    @cached_property
    def before(self) -> list[History]:
        """Return the touched records that were there already, as they were known then (当时的沿革)."""
        return list(payloads.histories((each for each in self.touched if each <= self.size), self.size))

    @cached_property
    def now(self) -> list[History]:
        """Return the touched records as they are known now (现在的沿革)."""
        return list(payloads.histories(self.touched))

    def untouched(self, column: str) -> tuple[str, list[int]]:
        """Return the condition that the record in a column is new and otherwise untouched (新记录)."""
        others = without(column, self.touched)
        return f"{column} > %s{others}", [self.size, *self.touched]


class Grown(Generic[Asked, Answer]):
    """Answers kept in memory that follow the ledger (随账本增长的计数): made once for each question, then grown.

    `make` answers from nothing; `grow` from an earlier answer and what was added since, or gives None where it cannot. What
    is asked must name the day, on which every answer depends; the law book is minded here. Of the answers the last `kept`
    asked for stay.
    """

    def __init__(
        self, kept: int, make: Callable[[Asked], Answer], grow: Callable[[Asked, Answer, Growth], Answer | None]
    ) -> None:
        self._size, self._make, self._grow = kept, make, grow
        self._lock = threading.Lock()
        self._held: OrderedDict[tuple[Asked, str], tuple[Head, Answer]] = OrderedDict()

    def present(self, asked: Asked) -> Answer:
        """Return the answer by all that is in the ledger now (现时结果)."""
        key = (asked, shelf.book().version)
        held = self._held.get(key)
        if held is not None and held[0] == head.read():
            return held[1]
        # Stale projections are drawn anew before the lock: that waits for the ledger's writer, who may wait for an answer.
        epoch.serves(clock.today())
        with self._lock:
            for _ in range(TRIES):
                now, held = head.read(), self._held.get(key)
                answer = held[1] if held is not None and held[0] == now else self._made(asked, held, now)
                if head.read() == now:
                    # An entry comes with its standing in one transaction: with the same head before and after, nothing moved.
                    self._keep(key, now, answer)
                    break
        return answer

    def forget(self) -> None:
        """Throw every answer away (清除): the next one is made from nothing."""
        with self._lock:
            self._held.clear()

    def _keep(self, key: tuple[Asked, str], now: Head, answer: Answer) -> None:
        self._held[key] = now, answer
        self._held.move_to_end(key)
        while len(self._held) > self._size:
            self._held.popitem(last=False)

    def _made(self, asked: Asked, held: tuple[Head, Answer] | None, now: Head) -> Answer:
        added = None if held is None else since(held[0].size, held[0].root, now)
        grown = None if held is None or added is None else self._grow(asked, held[1], added)
        return self._make(asked) if grown is None else grown


def since(size: int, root: bytes, now: Head) -> Growth | None:
    """Return what was added since a size of the ledger (账本增量), or None where everything must be counted anew.

    So it must where the ledger is no continuation of what was counted – a store put back, a transaction undone –, where
    more was touched than can be folded quickly, and where a payload was destroyed, so that what was cannot be folded.
    """
    if size > now.size or head.root_at(size) != root:
        return None
    later = Entry.objects.filter(seq__gt=size).exclude(kind="record")
    if later.filter(kind="destruction").exists():
        return None
    touched = later.filter(kind__in=LINE_KINDS).order_by("record").values_list("record", flat=True).distinct()
    found = tuple(touched[: MANY + 1])
    return None if len(found) > MANY else Growth(size, found, _relinked(size))


def without(column: str, values: Iterable[int | str]) -> str:
    """Return the further condition that a column is none of these (排除); the values go over as parameters."""
    marks = ",".join("%s" for _ in values)
    return f" AND {column} NOT IN ({marks})" if marks else ""


def _relinked(size: int) -> bool:
    registers = [item.id for item in shelf.book().items.values() if is_register(item)]
    later = Entry.objects.filter(seq__gt=size)
    return later.filter(kind="judgement").exists() or later.filter(item__in=registers).exists()
