"""What cannot be used as it stands (要素不全的记录): who completes what, and leaving the list by being complete."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from gongxin.rooms.measures import queue
from gongxin.rooms.measures.models import Incomplete
from gongxin.spine.access.models import Look
from gongxin.spine.access.traces import traces_of
from gongxin.spine.ledger.acts import NewAct
from gongxin.spine.ledger.append import append
from gongxin.spine.ledger.models import Entry
from tests.doors.web import town as place
from tests.doors.web.conftest import Town
from tests.doors.web.standing import people, town

__all__ = ["people", "town"]

VIOLATION = {
    "subject_name": "平陵静水文化传媒有限公司", "subject_kind": "organisation", "violation": "提供虚假材料谋取中标",
    "penalty_content": "一年内禁止参加政府采购活动", "basis": "《中华人民共和国政府采购法》第七十七条第一款",
    "decided_on": "2026-03-02", "announced_on": "2026-03-05",
}  # fmt: skip


@pytest.fixture
def lacking(town: Town, signed_in: Callable[[str], Client]) -> int:
    """A ban whose authority was not reported, found by an officer's check."""
    said = {"uscc": place.QUIET, **VIOLATION}
    record = append([NewAct("record", "procurement-violation", f"uscc:{place.QUIET}", place.FINANCE, said, "王工")])[0]
    answer = signed_in("officer").post(reverse("web:check"), {"matter": "procurement", "code": place.QUIET})
    assert "没有与本事项有关的记录" in answer.content.decode(), "what lacks its source acts on nobody"
    return record


def complete(record: int) -> None:
    said = {"uscc": place.QUIET, **VIOLATION, "authority": "平陵市财政局"}
    act = NewAct(
        "correction", "procurement-violation", f"uscc:{place.QUIET}", place.FINANCE, said, "王工", record=record
    )
    append([act])


def test_the_office_reads_who_must_complete_what(lacking: int, signed_in: Callable[[str], Client]) -> None:
    operator = signed_in("operator")
    assert "记录要补全要素" in operator.get(reverse("web:desk")).content.decode()
    page = operator.get(reverse("web:incomplete")).content.decode()
    assert "平陵市财政局" in page and place.QUIET in page
    assert "来源单位" in page and "由提供单位补报更正" in page
    looks, _total = traces_of(f"uscc:{place.QUIET}")
    assert any(trace.look.role == "operator" for trace in looks), "the subject can read that its entry was looked at"


def test_a_steward_sees_what_its_own_body_must_complete(
    lacking: int, people: dict[str, Any], signed_in: Callable[[str], Client]
) -> None:
    page = signed_in("steward").get(reverse("web:incomplete")).content.decode()
    assert place.QUIET not in page and "没有要素不全的记录" in page
    people["steward"].body_id = place.FINANCE
    people["steward"].save()
    before = Look.objects.count()
    page = signed_in("steward").get(reverse("web:incomplete")).content.decode()
    assert place.QUIET in page
    assert Look.objects.count() == before + 1


def test_looking_again_takes_off_the_list_what_is_complete(lacking: int, signed_in: Callable[[str], Client]) -> None:
    operator = signed_in("operator")
    again = reverse("web:recheck", args=[lacking])
    assert "还缺来源单位" in operator.post(again, follow=True).content.decode()
    complete(lacking)
    assert "发现后有更正" in operator.get(reverse("web:incomplete")).content.decode()
    assert "移出待补列表" in operator.post(again, follow=True).content.decode()
    assert not queue.waiting()
    answer = signed_in("officer").post(reverse("web:check"), {"matter": "procurement", "code": place.QUIET})
    assert "1 项须依法处理" in answer.content.decode()


def test_what_is_found_incomplete_once_more_waits_again(lacking: int, signed_in: Callable[[str], Client]) -> None:
    assert queue.settle(lacking, "已请来源单位补正")
    assert not queue.waiting()
    signed_in("officer").post(reverse("web:check"), {"matter": "procurement", "code": place.QUIET})
    assert [one.record for one in queue.waiting()] == [lacking]


def test_nobody_else_looks_again(lacking: int, signed_in: Callable[[str], Client]) -> None:
    again = reverse("web:recheck", args=[lacking])
    assert "没有这条待补记录" in signed_in("steward").post(again, follow=True).content.decode()
    assert signed_in("officer").post(again).status_code == 403
    assert Incomplete.objects.get(record=lacking).settled_at is None


def test_a_person_says_that_there_is_no_ban(town: Town, signed_in: Callable[[str], Client]) -> None:
    said = {"uscc": place.QUIET, **VIOLATION, "authority": "平陵市财政局", "penalty_content": "在一至三年内禁止参加"}
    record = append([NewAct("record", "procurement-violation", f"uscc:{place.QUIET}", place.FINANCE, said, "王工")])[0]
    operator = signed_in("operator")
    address = reverse("web:determination", args=[record])
    page = operator.get(address).content.decode()
    assert "文书没有禁止" in page and "失信程度</legend>" not in page
    both = operator.post(address, {"determine": "1", "no_ban": "1", "ban_months": "12", "reason": "核对了公告"})
    assert both.status_code == 422 and "请只留一样" in both.content.decode()
    done = operator.post(address, {"determine": "1", "no_ban": "1", "reason": "核对了公告"}, follow=True)
    assert "已认定并入账" in done.content.decode()
    assert Entry.objects.filter(record=record, kind="determination").exists()
    answer = signed_in("officer").post(reverse("web:check"), {"matter": "procurement", "code": place.QUIET})
    assert "须依法处理</span>" not in answer.content.decode()
