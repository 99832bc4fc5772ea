"""Divisions under a division (下级区划): into which of them a body falls, for figures that are told place by place.

A province is told by its cities, a city by its counties, a county by its streets and townships; what stands on the
level itself is told apart.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gongxin.kernel.sentences import Sentence, sentence
from gongxin.law.complaints import stem
from gongxin.spine import shelf
from gongxin.spine.shelf import TilePlace

DIGITS = {0: 2, 2: 4, 4: 6, 6: 9}
"""How many digits name a division below one that so many name."""
WHOLE = 6
"""Digits of a code down to the county; streets and townships have nine."""


@dataclass(frozen=True, slots=True)
class Division:
    """A division below another (下级区划): its code, its name, and its place in the tile diagram where it has one."""

    code: str
    name: str
    name_en: str
    place: TilePlace | None = None

    @property
    def said(self) -> Sentence:
        """Return its name in both languages (名称)."""
        return Sentence(self.name, self.name_en or self.name)


def under(above: str, regions: Iterable[str]) -> tuple[Division, ...]:
    """Return the divisions directly below one (下级区划): those that have a place in the diagram, and those of `regions`.

    `regions` are the divisions of the bodies that are told of; `above` is empty for the whole country. Those with a place
    come first, by row and column, the others by code, and the level itself last.
    """
    placed = {
        each.code: Division(each.code, each.name, each.name_en, each)
        for each in shelf.tile_places().values()
        if above and each.above == above
    }
    others = {found for region in regions if (found := of(region, above, placed)) and found not in placed}
    told = [*sorted(placed.values(), key=_by_place), *(_named(code) for code in sorted(others - {_own(above)}))]
    return (*told, own_level(above)) if _own(above) in others else tuple(told)


def of(region: str, above: str, known: Iterable[str]) -> str:
    """Return the code of the division below `above` into which a region falls (所属下级区划), or an empty text outside it.

    A county with a place of its own in the diagram of the province is told apart from its city.
    """
    own = digits_of(above)
    if not region.startswith(own):
        return ""
    fitting = [code for code in known if region.startswith(digits_of(code))]
    if fitting:
        return max(fitting, key=lambda code: len(digits_of(code)))
    digits = DIGITS.get(len(own), 0)
    if not digits or len(digits_of(region)) <= len(own):
        return _own(above)
    return region[:digits].ljust(WHOLE, "0")


def levels(region: str) -> tuple[str, ...]:
    """Return the codes of the province, the city and the county that hold a division (所属各级区划), itself among them."""
    return tuple(dict.fromkeys(region[:digits].ljust(WHOLE, "0") for digits in (2, 4, WHOLE))) if region else ()


def digits_of(code: str) -> str:
    """Return the digits with which every code within a division begins (区划代码的有效位); a township's are all nine."""
    return code if len(code) > WHOLE else stem(code)


def own_level(above: str) -> Division:
    """Return the level itself (本级): bodies that stand under none of the divisions below."""
    name = name_of(above)
    told = sentence("{name}本级", "{name} itself", name=name)
    return Division(_own(above), str(told), told.english)


def name_of(code: str) -> Sentence:
    """Return the name of a division in both languages (区划名称); its code where nobody knows a name."""
    place = shelf.tile_places().get(code)
    name = shelf.township_names().get(code, "") if len(code) > WHOLE else shelf.division_names().get(code, "")
    if place is not None:
        return Sentence(name or place.name, place.name_en)
    return Sentence(name or code, name or code) if code else sentence("全国", "The country")


def is_known(code: str) -> bool:
    """Tell whether the law book knows a division by its code (是否已知区划)."""
    return code in shelf.division_names() or code in shelf.township_names() or code in shelf.tile_places()


def _own(above: str) -> str:
    return above or "100000"


def _by_place(each: Division) -> tuple[int, int, str]:
    return (each.place.row, each.place.column, each.code) if each.place is not None else (0, 0, each.code)


def _named(code: str) -> Division:
    name = name_of(code)
    return Division(code, str(name), name.english)
