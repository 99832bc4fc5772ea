"""Tasks on the pages (任务台账、方案、通报): given from the desk, done with evidence, verified, appraised, told to everybody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from gongxin.spine.access.models import Account, Body
from gongxin.spine.bodies.register import Change, enter
from gongxin.spine.cases.models import Case
from tests.doors.web import town as place
from tests.doors.web.standing import people, town
from tests.doors.web.test_house_rules import check

__all__ = ["people", "town"]
ABOUT, DUE = "hebei-2013-90/4-3", "2026-12-31"


@pytest.fixture
def bureau(people: dict[str, Account]) -> str:
    """The steward's own body, placed under the office that gives tasks; returns its code."""
    below, above = people["steward"].body, people["operator"].body
    assert below is not None and above is not None
    done = enter(Change(below.code, "placed", place.TODAY, to=(above.code,), document="平编〔2026〕1 号"), actor="test")
    assert Body.objects.get(pk=below.code).parent_id == above.code, done
    return str(below.code)


def given(operator: Client, code: str, **changed: str) -> Any:
    said = {"task": ABOUT, "text": "接入全市共享平台", "due": DUE, "body": code, **changed}
    return operator.post(reverse("web:give-task"), said)


def test_a_task_from_the_desk_to_the_bulletin(bureau: str, signed_in: Callable[[str], Client]) -> None:
    operator, steward = signed_in("operator"), signed_in("steward")
    assert "下达任务" not in steward.get(reverse("web:desk-tasks")).content.decode(), (
        "a body without bodies below gives none"
    )
    refused = given(operator, bureau, due="2020-01-01")
    assert refused.status_code == 422 and "接入全市共享平台" in refused.content.decode(), "nothing typed is lost"
    assert given(operator, bureau).status_code == 302
    number = Case.objects.get(kind="task").number
    assert number in steward.get(reverse("web:desk-tasks")).content.decode()
    assert number in steward.get(reverse("web:cases")).content.decode()
    said = {"progress": "已接入", "evidence": "平信办〔2026〕3 号"}
    without = steward.post(reverse("web:case-act", args=[number, "finish"]), {**said, "evidence": "—"})
    assert "没有写明佐证材料" in without.content.decode()
    steward.post(reverse("web:case-act", args=[number, "finish"]), said)
    operator.post(
        reverse("web:case-act", args=[number, "confirm"]), {"findings": "核对了文件", "decided_by": "柳成蹊（科长）"}
    )
    assert Case.objects.get(pk=number).state == "done"
    page = Client().get(reverse("web:plan", args=["hebei-2013-90"])).content.decode()
    assert page.count("</section>") >= 5 and "下达 1 件，完成 1 件" in page and bureau not in page
    address = reverse("web:appraise-body", args=["hebei-2013-90", 2026, bureau])
    told = operator.post(address, {"text": "按期完成", "result": "done", "decided_by": "柳成蹊（科长）"})
    appraisal = Case.objects.get(kind="task-appraisal")
    assert told.status_code == 302 and appraisal.body == bureau
    assert operator.get(reverse("web:appraise-body", args=["hebei-2013-90", 2026, "nobody"])).status_code == 404
    steward.post(reverse("web:case-act", args=[appraisal.number, "speak"]), {"text": "没有意见"})
    operator.post(
        reverse("web:case-act", args=[appraisal.number, "decide"]),
        {"findings-1": "按期完成，佐证齐全", "result": "done", "decided_by": "柳成蹊（科长）"},
    )
    bulletin = reverse("web:plan-bulletin", args=["hebei-2013-90", 2026])
    assert "佐证齐全" not in Client().get(bulletin).content.decode()
    steward.post(reverse("web:case-act", args=[appraisal.number, "contest"]), {"text": "应写明提前完成"})
    assert Case.objects.get(pk=appraisal.number).state == "contested"
    for address in ("/plans/", "/plans/hebei-2013-90/", bulletin):
        check(address, Client())
    for who in (operator, steward):
        for address in (
            reverse("web:desk-tasks"),
            reverse("web:case", args=[number]),
            reverse("web:case", args=[appraisal.number]),
        ):
            check(address, who)
    inspect = reverse("web:inspect-body", args=["hebei-2013-90", 2026, bureau])
    assert operator.post(inspect, {"checklist": "six-fields", "text": "承诺"}).status_code == 302
    for address in (
        reverse("web:give-task"),
        inspect,
        reverse("web:appraise-body", args=["hebei-2013-90", 2026, bureau]),
    ):
        check(address, operator)
