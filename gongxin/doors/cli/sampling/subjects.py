"""The city's subjects (主体): subject number n is the same organisation wherever it is asked for."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from gongxin.doors.cli.sampling.chance import Numbers, taken
from gongxin.doors.cli.sampling.city import City
from gongxin.kernel.identifiers import citizen, orgcode, uscc

Figures = npt.NDArray[np.int64]

_BODIES = len(uscc.ALPHABET) ** 6
_STEP = 387_420_489
"""Odd and no multiple of 31, so that numbers and organisation codes correspond one to one."""

_SHORT_NAMES = 5_000
"""So many subjects bear a trade name of two characters; the others need a third to stay apart."""

_INVENTED_DIVISION = "130000"
_INVENTED_SEQUENCE = "000"
"""No person's number begins with a whole province, and none has the sequence 000: the numbers pass every check and
belong to nobody."""


def _texts(figures: Figures, alphabet: str) -> list[str]:
    """Return rows of values as texts in an alphabet."""
    table = np.frombuffer(alphabet.encode(), dtype=np.uint8)
    letters = np.ascontiguousarray(table[figures])
    texts: list[str] = letters.view(f"S{figures.shape[1]}").ravel().astype(str).tolist()
    return texts


def _figures_of(numbers: Numbers, places: int, base: int) -> Figures:
    powers = base ** np.arange(places - 1, -1, -1, dtype=np.int64)
    return (numbers[:, None] // powers) % base


def codes(city: City, index: Numbers, heads: list[str], which: Numbers) -> tuple[list[str], list[str]]:
    """Return the unified code and the organisation code of each subject; both check characters are right."""
    start = int(city.chance.words("codes", np.zeros(1, dtype=np.int64))[0] % np.uint64(_BODIES))
    numbers = (index * _STEP + start) % _BODIES
    inner = np.empty((len(index), 9), dtype=np.int64)
    inner[:, :2] = [uscc.VALUES["M"], uscc.VALUES["A"]]
    inner[:, 2:8] = _figures_of(numbers, 6, len(uscc.ALPHABET))
    as_orgcode = np.array([orgcode.VALUES[character] for character in uscc.ALPHABET])
    check = -(as_orgcode[inner[:, :8]] @ np.array(orgcode.WEIGHTS)) % 11
    inner[:, 8] = np.where(check == 10, uscc.VALUES["X"], check)
    head = np.array([[uscc.VALUES[character] for character in each] for each in heads])[which]
    region = np.array([[int(figure) for figure in code] for code in city.regions])
    place = region[city.chance.weighted("division", index, [2] + [3] * (len(region) - 1))]
    body = np.concatenate([head, place, inner], axis=1)
    last = -(body @ np.array(uscc.WEIGHTS)) % 31
    whole = np.concatenate([body, last[:, None]], axis=1)
    return _texts(whole, uscc.ALPHABET), _texts(inner, uscc.ALPHABET)


def registration_numbers(city: City, index: Numbers) -> list[str]:
    """Return the number each subject was registered under before 2015."""
    figures = _figures_of(int(city.region) * 10**8 + (index + 10_001) % 10**8, 14, 10)
    carried = np.full(len(index), 10, dtype=np.int64)
    for place in range(14):
        rest = (carried % 11 + figures[:, place]) % 10
        carried = np.where(rest == 0, 10, rest) * 2
    last = (1 - carried % 11) % 10
    return _texts(np.concatenate([figures, last[:, None]], axis=1), "0123456789")[: len(index)]


def people(city: City, stream: str, index: Numbers) -> pl.Series:
    """Return an invented person's name for each index."""
    chance, surnames, given = city.chance, list(city.words["surnames"]), list(city.words["given"])
    first = taken(given, chance.below(f"{stream}.first", index, len(given)))
    second = taken([*given, *[""] * (len(given) // 3)], chance.below(f"{stream}.second", index, len(given) * 4 // 3))
    return taken(surnames, chance.below(f"{stream}.surname", index, len(surnames))) + first + second


def identity_numbers(city: City, stream: str, index: Numbers) -> list[str]:
    """Return an invented identity number for each index: it passes every check and belongs to nobody."""
    born = 1950 + city.chance.below(f"{stream}.year", index, 55)
    month = 1 + city.chance.below(f"{stream}.month", index, 12)
    day = 1 + city.chance.below(f"{stream}.day", index, 28)
    number = int(_INVENTED_DIVISION) * 10**11 + (born * 10_000 + month * 100 + day) * 1000 + int(_INVENTED_SEQUENCE)
    figures = _figures_of(number, 17, 10)
    order = np.array([orgcode.CHECK_CHARACTERS.index(each) for each in citizen.CHECK_CHARACTERS])
    last = order[(figures @ np.array(citizen.WEIGHTS)) % 11]
    return _texts(np.concatenate([figures, last[:, None]], axis=1), orgcode.CHECK_CHARACTERS)


def _names(city: City, index: Numbers, which: Numbers) -> pl.Series:
    chance, words, forms = city.chance, city.words, city.words["forms"]
    first, second, third = list(words["trade_first"]), list(words["trade_second"]), list(words["given"])
    trade = taken(first, chance.below("trade.first", index, len(first))) + taken(
        second, chance.below("trade.second", index, len(second))
    )
    longer = (index >= _SHORT_NAMES) | chance.happens("trade.longer", index, 0.2)
    more = taken(["", *third], np.where(longer, 1 + chance.below("trade.third", index, len(third)), 0))
    business = [industry["name"] for industry in words["industries"]]
    sector = taken(business, industries(city, index))
    stall = taken(words["stalls"], chance.below("stall", index, len(words["stalls"])))
    sole = pl.Series(np.array([form["kind"] == "92" for form in forms])[which])
    suffix = taken([form["suffix"] for form in forms], which)
    region = taken(words["regions"], chance.below("region", index, len(words["regions"])))
    return region + trade + more + stall.zip_with(sole, sector + suffix)


def industries(city: City, index: Numbers) -> Numbers:
    """Return the number of each subject's industry."""
    return city.chance.below("industry", index, len(city.words["industries"]))


def subjects(city: City, index: Numbers) -> pl.DataFrame:
    """Return the subjects of these numbers: name, codes, kind, representative, and what the register says."""
    chance, words, forms = city.chance, city.words, city.words["forms"]
    which = chance.weighted("form", index, [form["share"] for form in forms])
    unified, organisation = codes(city, index, [form["kind"] for form in forms], which)
    sole = np.array([form["kind"] == "92" for form in forms])[which]
    old = chance.happens("old", index, 0.25)
    founded = np.where(
        old,
        7_300 + chance.below("founded.old", index, 9_000),
        16_500 + chance.below("founded.new", index, 3_600),
    ).astype("datetime64[D]")
    amount = taken([str(each) for each in words["amounts"]], chance.below("capital", index, len(words["amounts"])))
    form = taken(words["capitals"], chance.below("capital.form", index, len(words["capitals"])))
    street = taken(words["streets"], chance.below("street", index, len(words["streets"])))
    number = pl.Series((1 + chance.below("house", index, 399)).astype(str).tolist())
    district = taken([each["name"] for each in city.districts], chance.below("home", index, len(city.districts)))
    scope = taken([each["scope"] for each in words["industries"]], industries(city, index))
    frame = pl.DataFrame(
        {
            "number": index,
            "subject_name": _names(city, index, which),
            "subject_kind": taken(["法人及非法人组织", "个体工商户"], sole.astype(np.int64)),
            "uscc": unified,
            "orgcode": organisation,
            "regno": registration_numbers(city, index),
            "old": old,
            "legal_rep": people(city, "legal_rep", index),
            "org_type": taken([each["type"] for each in forms], which),
            "amount": amount,
            "form": form,
            "established_on": pl.Series(founded),
            "scope": scope,
            "address": city.name + district + street + number + "号",
        }
    )
    return frame.with_columns(
        regno=pl.when("old").then("regno").otherwise(pl.lit("")),
        capital=_filled(frame, words["capitals"]),
        province=pl.lit("河北"),
        city=pl.lit(city.name.removesuffix("市")),
        status=pl.lit("存续"),
    ).drop("amount", "form", "old")


def _filled(frame: pl.DataFrame, forms: list[str]) -> pl.Series:
    """Put each amount into the form it is written in."""
    parts = pl.DataFrame({"form": forms, "before": [each.partition("{n}")[0] for each in forms]}).with_columns(
        after=pl.Series([each.partition("{n}")[2] for each in forms])
    )
    joined = frame.select("form", "amount").join(parts, on="form", how="left", maintain_order="left")
    return joined.select(pl.concat_str("before", "amount", "after")).to_series()
