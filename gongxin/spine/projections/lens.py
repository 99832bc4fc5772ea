"""The lens (同一性透镜): which keys belong to one subject, by judgements of persons and by the register.

Entries keep the identity as reported. The lens joins them when read, and lets go of them again when a judgement is
undone. It is pure: the store's links and a replay of the ledger pass through the same few lines.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Literal

Judgement = Literal["same", "different", "unsure"]
JUDGEMENTS: tuple[Judgement, ...] = ("same", "different", "unsure")
Pair = tuple[str, str]


class Contradiction(ValueError):
    """A judgement would put two subjects that a person held to be different into one (判断相互矛盾)."""

    def __init__(self, pair: Pair) -> None:
        super().__init__(f"{pair[0]} and {pair[1]} are held to be different and would fall together")
        self.pair = pair


@dataclass(frozen=True, slots=True)
class Held:
    """What is presently held of a pair (现行判断)."""

    judgement: Judgement
    origin: Literal["judgement", "register"]
    seq: int


def pair_of(left: str, right: str) -> Pair:
    """Return the two keys in their fixed order."""
    if left == right:
        raise ValueError(f"{left} is compared with itself")
    return (left, right) if left < right else (right, left)


@dataclass
class Lens:
    """Links between keys, and the clusters they make (透镜)."""

    links: dict[Pair, Held] = field(default_factory=dict)
    _near: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    _apart: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def hold(self, pair: Pair, held: Held | None) -> None:
        """Hold this of a pair from now on; raises Contradiction and changes nothing when it cannot be."""
        before = self.links.get(pair)
        self.remember(pair, held)
        if held is not None and held.judgement != "unsure":
            found = self._contradiction(pair, held)
            if found is not None:
                self.remember(pair, before)
                raise Contradiction(found)

    def cluster(self, key: str) -> set[str]:
        """Return the keys that are one subject with this one, itself included."""
        found, open_keys = {key}, [key]
        while open_keys:
            for near in self._near.get(open_keys.pop(), ()):
                if near not in found:
                    found.add(near)
                    open_keys.append(near)
        return found

    def settle(self, pair: Pair, held: Held | None) -> None:
        """Hold this of a pair; where only the register says so and persons say otherwise, the pair stays unsure."""
        try:
            self.hold(pair, held)
        except Contradiction:
            if held is None or held.origin == "judgement":
                raise
            self.hold(pair, Held("unsure", "register", held.seq))

    def remember(self, pair: Pair, held: Held | None) -> None:
        """Take over what the store already holds of a pair, without asking whether it can stand."""
        for one, other in (pair, pair[::-1]):
            self._near[one].discard(other)
            self._apart[one].discard(other)
            if held is not None and held.judgement == "same":
                self._near[one].add(other)
            elif held is not None and held.judgement == "different":
                self._apart[one].add(other)
        if held is None:
            self.links.pop(pair, None)
        else:
            self.links[pair] = held

    def _contradiction(self, pair: Pair, held: Held) -> Pair | None:
        cluster = self.cluster(pair[0])
        if held.judgement == "different":
            return pair if pair[1] in cluster else None
        for key in cluster:
            for other in self._apart.get(key, ()):
                if other in cluster:
                    return pair_of(key, other)
        return None


@dataclass
class PairHistory:
    """All that was ever said of one pair (一对主体的判断史); the last word that was not taken back holds."""

    said: list[tuple[int, Judgement]] = field(default_factory=list)
    undone: set[int] = field(default_factory=set)
    register: tuple[int, Judgement] | None = None

    def held(self) -> Held | None:
        """Return what holds now: a person's last word before the register's."""
        for seq, judgement in reversed(self.said):
            if seq not in self.undone:
                return Held(judgement, "judgement", seq)
        if self.register is not None:
            return Held(self.register[1], "register", self.register[0])
        return None
