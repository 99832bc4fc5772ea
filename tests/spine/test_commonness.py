"""Which way to names is short (字组的常见程度): whatever the sample says, the same names are found."""

from __future__ import annotations

import pytest

from gongxin.spine.ledger.append import append
from gongxin.spine.projections import commonness, grams
from gongxin.spine.projections.commonness import Sample
from gongxin.spine.projections.search import search_names
from tests.spine.making import key, record

pytestmark = pytest.mark.django_db


def test_the_rarest_grams_lead_and_common_ones_are_left_to_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    rare, common = grams.numbers("云杉")[0], grams.numbers("公司")[0]
    monkeypatch.setattr(commonness, "sample", lambda: Sample(10**6, 1000, {common: 900, rare: 2}))
    assert commonness.leading({rare, common}) == {rare}
    assert commonness.leading({common}) == {common}
    assert commonness.stretch({rare}, 200) is None
    first, last = commonness.stretch({common}, 200) or (0, 0)
    assert (first, last) == (0, 445)


def test_the_sample_is_of_the_names_that_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    assert commonness.sample() is None
    append([record(number, number, subject_name=f"平陵第{number}商贸有限公司") for number in range(1, 21)])
    monkeypatch.setattr(commonness, "FEW", 1)
    monkeypatch.setattr(commonness, "_kept", None)
    known = commonness.sample()
    assert known is not None
    assert known.share(grams.numbers("有限")[0]) == 1
    assert commonness.sample() is known


@pytest.mark.parametrize("asked", ["商贸", "有限公司", "第3商", "平陵第", "云杉"])
def test_every_way_finds_the_same(asked: str, monkeypatch: pytest.MonkeyPatch) -> None:
    append([record(number, number, subject_name=f"平陵第{number}商贸有限公司") for number in range(1, 21)])
    append([record(30, 30, subject_name="平陵云杉木业有限公司")])
    plain = search_names(asked, 100)
    every = {gram for name in ("平陵第3商贸有限公司", "云杉") for gram in grams.numbers(name)}
    for counts in (dict.fromkeys(every, 1000), dict.fromkeys(every, 1), {grams.numbers("商贸")[0]: 1000}):
        told = Sample(10**7, 1000, counts)
        monkeypatch.setattr(commonness, "sample", lambda told=told: told)
        assert search_names(asked, 100) == plain
    assert all(hit.key in {key(number) for number in range(1, 31)} for hit in plain[0])
