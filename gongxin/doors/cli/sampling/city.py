"""The invented city (虚构城市平陵市): its bodies, its words, and the number of the day they are told on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

import gongxin
from gongxin.doors.cli.sampling.chance import Chance


def sample_folder() -> Path:
    """Return the folder with the sample's data: inside an installed package, or beside it in a checkout."""
    package = Path(gongxin.__file__).parent
    packaged = package / "sample"
    return packaged if packaged.is_dir() else package.parent / "sample"


@dataclass(frozen=True)
class City:
    """Everything the generator draws from; `today` is the day the files are sent."""

    words: Mapping[str, Any]
    bodies: Mapping[str, Mapping[str, str]]
    name: str
    region: str
    districts: tuple[Mapping[str, str], ...]
    chance: Chance
    today: date
    subjects: int
    clean: bool = False

    @cached_property
    def regions(self) -> list[str]:
        """Division codes subjects are registered in: the city and its districts."""
        return [self.region, *(district["region"] for district in self.districts)]


def found_city(*, seed: int, subjects: int, today: date, clean: bool = False) -> City:
    """Read the sample's data and found the city for one seed."""
    folder = sample_folder()
    told = yaml.safe_load((folder / "departments.yaml").read_text(encoding="utf-8"))
    words = yaml.safe_load((folder / "vocabulary.yaml").read_text(encoding="utf-8"))
    return City(
        words=words,
        bodies={body["id"]: body for body in told["bodies"]},
        name=told["city"]["name"],
        region=told["city"]["region"],
        districts=tuple(told["districts"]),
        chance=Chance(seed),
        today=today,
        subjects=subjects,
        clean=clean,
    )
