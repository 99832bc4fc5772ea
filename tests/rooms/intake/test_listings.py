"""Decisions made elsewhere enter a list with their proof of service, or wait; minors and what the law forbids are refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from gongxin.kernel.identifiers.citizen import check_character
from gongxin.rooms.intake.examining import Desk, Examined, examine, survey
from tests.rooms.intake.making import code

Table = Callable[..., Path]


def listed(number: int = 1, **changes: str) -> dict[str, str]:
    """Return one entry handed in by a court, everything in order."""
    row = {
        "名单名称": "失信被执行人名单",
        "主体名称": f"河北明信{number}号商贸有限公司",
        "统一社会信用代码": code(number),
        "证件号码": "",
        "列入事实": "有履行能力而拒不履行",
        "列入依据": "失信被执行人规定第一条",
        "列入决定书文号": f"（2026）冀0102执{number}号",
        "列入决定日期": "2026-05-06",
        "送达日期": "2026-05-08",
        "生效日期": "2026-05-08",
        "列入截止日期": "",
        "认定单位": "石家庄市长安区人民法院",
        "移出条件": "履行完毕",
        "送达证明": "送达回证 12 号",
    }
    return {**row, **changes}


def born(day: str) -> str:
    stem = f"130102{day}001"
    return stem + check_character(stem)


def person(day: str) -> dict[str, str]:
    return {"主体名称": "王某", "统一社会信用代码": "", "证件号码": born(day)}


@pytest.fixture
def checked(table: Table, desk: Desk) -> Callable[..., Examined]:
    def examined(*rows: dict[str, str]) -> Examined:
        return next(iter(examine(survey(table(list(rows)), desk, None), desk)))

    return examined


@pytest.mark.parametrize(
    ("changes", "outcome", "codes"),
    [
        ({}, "accepted", set()),
        ({"名单名称": "失信被执行人"}, "accepted", set()),
        ({"送达证明": ""}, "waiting", {"list.unproved"}),
        ({"送达日期": "", "送达证明": ""}, "waiting", {"list.unserved", "list.unproved"}),
        ({"送达日期": "2026-05-09"}, "refused", {"date.order"}),
        ({"送达日期": "2026-05-05"}, "refused", {"date.order"}),
        ({"名单名称": "老赖榜"}, "refused", {"field.choice"}),
        ({"名单名称": "科研诚信严重失信行为数据库", "认定单位": "河北省科学技术厅"}, "waiting", {"list.unverified"}),
        ({"认定单位": "石家庄市城市管理局"}, "waiting", {"list.authority"}),
        ({"列入截止日期": "2031-05-09"}, "waiting", {"list.term"}),
        ({"列入截止日期": "2031-05-08"}, "accepted", set()),
        (person("20080506"), "refused", {"list.minor"}),
        (person("20080505"), "accepted", set()),
        ({"移出条件": ""}, "accepted", set()),
    ],
)
def test_what_enters_waits_or_is_refused(checked, changes, outcome, codes):
    examined = checked(listed(**changes))
    assert examined.frame["__outcome"].to_list() == [outcome]
    said = [each for each in examined.issues if each.severity != "notice"]
    assert {each.code for each in said} == codes
    assert all(each.message and "{" not in each.message for each in said)
