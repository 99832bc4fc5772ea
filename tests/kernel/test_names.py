"""Names (名称): what is the same, what is a variant, what a number tells apart."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongxin.kernel.names import comparison_column, comparison_form, disagreement, display_name, distance, features


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("恒通建材(河北)有限公司", "恒通建材（河北）有限公司", "same"),
        ("四川\n雨露户外 ", "四川雨露户外", "same"),
        ("河北恒通有限责任公司", "河北恒通有限公司", "variant"),
        ("恒通建材(河北)有限公司", "恒通建材河北有限公司", "variant"),
        ("上海博飞贸易有限公司", "上海搏飞贸易有限公司", "variant"),
        ("齐齐哈尔予力科技有限公司", "齐齐哈尔诚诚科技有限责任公司", "different"),
        ("河北省保定市恒通建材有限公司", "保定恒通建材有限公司", "variant"),
        ("平陵市恒通建材有限公司", "恒通建材有限公司", "variant"),
        ("老王面馆（个体工商户）", "老王面馆", "variant"),
        ("平陵市第一小学", "平陵市第二小学", "different"),
        ("平陵市东城物业有限公司", "平陵市西城物业有限公司", "different"),
        ("石家庄市恒通建材有限公司", "唐山市恒通建材有限公司", "different"),
        ("恒通建材有限公司平陵分公司", "恒通建材有限公司", "different"),
        ("平陵市财政局", "平陵市恒通建材有限公司", "different"),
        ("恒通建材有限公司", "", "different"),
    ],
)
def test_how_two_names_differ(left, right, expected):
    assert disagreement(left, right) == disagreement(right, left) == expected


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("四川雨露\n户外", "四川雨露户外"),
        ("  平陵 市 财政局\t", "平陵市财政局"),
        ("ABC  Trading\u200b Ltd", "ABC Trading Ltd"),
        ("恒通（河北）有限公司", "恒通（河北）有限公司"),
        (None, ""),
        ("\r\n", ""),
    ],
)
def test_a_shown_name_loses_only_what_nobody_wrote(name, shown):
    assert display_name(name) == shown


words = st.text(alphabet="平陵市恒通建材有限责任公司一二（）()Ａa \n·ß", max_size=14)
names = st.one_of(st.none(), st.text(max_size=14), words)


@settings(max_examples=200, deadline=None)
@given(st.lists(names, max_size=10))
def test_scalar_equals_columnar(given_names):
    column = pl.Series("name", given_names, dtype=pl.String)
    assert comparison_column(column).to_list() == [comparison_form(name) for name in given_names]


@settings(deadline=None)
@given(words, words)
def test_a_disagreement_has_no_direction(left, right):
    assert disagreement(left, right) == disagreement(right, left)
    assert disagreement(left, left) == "same"


def _slow(left: str, right: str) -> int:
    """The plain definition of the distance with neighbour swaps (restricted)."""
    table = [[0] * (len(right) + 1) for _ in range(len(left) + 1)]
    for i in range(len(left) + 1):
        for j in range(len(right) + 1):
            if i == 0 or j == 0:
                table[i][j] = i + j
                continue
            best = min(table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + (left[i - 1] != right[j - 1]))
            if i > 1 and j > 1 and left[i - 1] == right[j - 2] and left[i - 2] == right[j - 1]:
                best = min(best, table[i - 2][j - 2] + 1)
            table[i][j] = best
    return table[-1][-1]


@settings(deadline=None)
@given(st.text(alphabet="甲乙丙", max_size=7), st.text(alphabet="甲乙丙", max_size=7), st.integers(0, 8))
def test_distance_stops_at_its_limit_and_is_right_below_it(left, right, limit):
    assert distance(left, right, limit) == min(_slow(left, right), limit + 1)


def test_features_speak_for_and_against():
    found = {feature.name: feature for feature in features("平陵市第一小学", "平陵市第二小学")}
    assert found["numerals"].agrees is False and found["numerals"].weight < 0
    alike = features("上海博飞贸易有限公司", "上海搏飞贸易有限公司")
    assert sum(feature.weight for feature in alike) > 0
    assert all(feature.note for feature in alike)
