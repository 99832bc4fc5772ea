"""Points and findings (要点与逐点答复)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongxin.spine.cases.points import points_of, unanswered


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("对象错了", ("对象错了",)),
        ("1. 对象错了\n2、金额错了", ("对象错了", "金额错了")),
        ("（一）对象错了\n见附件\n（二）金额错了", ("对象错了 见附件", "金额错了")),
        ("对象错了\n\n金额错了\n", ("对象错了", "金额错了")),
        ("2026年5月6日的决定\n金额错了", ("2026年5月6日的决定", "金额错了")),
        ("1.\n2. 无误", ("", "无误")),
        ("", ()),
    ],
)
def test_points(text: str, points: tuple[str, ...]) -> None:
    assert points_of(text) == points


def test_a_point_without_words_is_unanswered() -> None:
    raised = points_of("1. 甲\n2. 乙\n3. 丙")
    assert unanswered(raised, "1. 无误\n2. \n3. 无误") == (2,)
    assert unanswered(raised, "无误") == (2, 3)
    assert unanswered(raised, "1. 无误\n2. 无误\n3. 无误") == ()


@given(st.lists(st.text("甲乙丙丁戊", min_size=1, max_size=9), min_size=1, max_size=9), st.integers(0, 9))
def test_as_many_findings_as_points(raised: list[str], answered: int) -> None:
    said = "\n".join(f"{n}. {text}" for n, text in enumerate(raised, 1))
    points = points_of(said)
    assert len(points) == len(raised)
    findings = "\n".join(f"{n}. 经核" for n in range(1, min(answered, len(raised)) + 1))
    assert unanswered(points, findings) == tuple(range(min(answered, len(raised)) + 1, len(raised) + 1))
