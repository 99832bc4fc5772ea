"""Tasks and the assessment of governments on the pages (任务、政务诚信评价): given, verified, appraised; computed, answered, rated."""

from __future__ import annotations

import hashlib
import json
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
SYSTEM = "government-integrity"


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


def test_everybody_reads_it_the_body_answers_and_a_third_party_rates(signed_in: Callable[[str], Client]) -> None:
    public, steward, supervisor = Client(), signed_in("steward"), signed_in("supervisor")
    page = public.get(reverse("web:governments", args=[SYSTEM]), {"region": "130100"})
    said = page.content.decode()
    assert "平陵市生态环境局" in said and "数据不足，不排名次" in said and "仅供试算" not in said and "只供试算" in said
    check(reverse("web:governments", args=[SYSTEM]) + "?region=130100", public)
    unit = reverse("web:government", args=[SYSTEM, place.ENVIRONMENT])
    assert public.get(unit, {"region": "130100", "as_of": "2026-11-20"}).status_code == 200
    assert public.get(reverse("web:governments", args=[SYSTEM]), {"region": "44"}).status_code == 422
    desk = reverse("web:desk-governments")
    wrong = steward.post(desk, {"do": "own", "system": SYSTEM, "points-promises-kept": "百分", "text": "自查报告"})
    assert wrong.status_code == 422 and "自查报告" in wrong.content.decode(), "nothing typed is lost"
    steward.post(desk, {"do": "own", "system": SYSTEM, "points-promises-kept": "88", "text": "年度自查报告"})
    shown = public.get(unit, {"region": "130100"})
    check(f"{unit}?region=130100", public)
    assert "年度自查报告" in shown.content.decode() and ">88<" in shown.content.decode()
    about = f"{SYSTEM}@2026-1@{place.TODAY.isoformat()}"
    steward.post(desk, {"do": "contest", "about": about, "ground": "data", "text": "一、漏取数据"})
    assert Case.objects.get(kind="assessment-objection").brought_by == place.ENVIRONMENT
    supervisor.post(desk, {"do": "freeze", "system": SYSTEM, "region": "130100", "rater": place.AGENCY, "as_of": ""})
    content = supervisor.get(reverse("web:government-set", args=["PJ-2026-0001"])).content
    assert json.loads(content)["for"] == place.AGENCY
    rated = {
        "do": "rate", "number": "PJ-2026-0001", "digest": hashlib.sha256(content).hexdigest(), "method": "专家打分",
        "decided_by": "程立（负责人）", "results": f"{place.ENVIRONMENT}，良好，70，82\n{place.FINANCE}，一般",
    }  # fmt: skip
    assert "摘要与数据集不符" in supervisor.post(desk, {**rated, "digest": "00"}).content.decode()
    supervisor.post(desk, rated)
    told = public.get(reverse("web:governments", args=[SYSTEM]), {"region": "130100"}).content.decode()
    assert "专家打分" in told and "良好" in told and rated["digest"] in told
    check(desk, supervisor)
    data = public.get(reverse("web:governments-data", args=[SYSTEM]), {"region": "130100"}).json()
    assert data["ratings"][0]["results"][1]["rating"] == "一般"
