"""Tasks from the plan to the bulletin (任务分工、督导): given and broken down, counted, appraised by people, heard and contested."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from gongxin.law import taskplans
from gongxin.rooms.oversight.tasks import appraising, giving, inspecting, reading
from gongxin.rooms.oversight.tasks.giving import Order
from gongxin.spine import shelf
from gongxin.spine.access.gate import Viewer
from gongxin.spine.access.models import Body
from gongxin.spine.bodies.register import register
from gongxin.spine.cases import engine
from tests.rooms.promises import complaints_town as town

pytestmark = pytest.mark.django_db
ABOUT, DUE, DECIDER = "hebei-2013-90/4-3", "2026-06-30", "柳成蹊（督查科科长）"


@pytest.fixture
def people(on_day: Callable[[Any], None]) -> dict[str, Viewer]:
    on_day("2026-03-02")
    found = town.people()
    Body.objects.create(code="FIRM", name="某公司", region="131502", kind="company")
    return found


def order(**changed: str) -> Order:
    return Order(**{"about": ABOUT, "text": "接入全市共享平台", "due": DUE, **changed})


def test_a_task_goes_to_bodies_below_and_to_all_of_them_or_to_none(people: dict[str, Viewer]) -> None:
    office, known = people["office"], register()
    below = giving.below(office, "131502", known)
    assert below == tuple(sorted((town.DISTRICT, town.BUREAU)))
    given = giving.give(office, order(), below)
    assert isinstance(given, tuple) and len(given) == 2
    for viewer, bodies, changed, code in (
        (office, [town.DISTRICT, town.PROVINCE], {}, "task.above"),
        (office, ["FIRM"], {}, "task.body"),
        (office, [], {}, "task.bodies"),
        (people["bureau"], [town.DISTRICT], {}, "task.above"),
        (office, [town.BUREAU], {"about": "hebei-2013-90/9"}, "task.none"),
        (office, [town.BUREAU], {"due": "2026-03-01"}, "task.due"),
        (office, [town.BUREAU], {"due": "年底"}, "task.due"),
        (office, [town.BUREAU], {"text": "联系人证件号 11010519491231002X"}, "case.numbers"),
        (people["district"], [town.BUREAU], {"part_of": "RW-2026-000999"}, "task.part"),
    ):
        assert town.no(giving.give(viewer, order(**changed), bodies)) == code
    assert len(reading.held(date(2026, 3, 2))) == 2, "what was refused left nothing behind"
    part_of = next(each.case.number for each in given if each.case.body == town.DISTRICT)
    broken_down = giving.give(people["district"], order(part_of=part_of), [town.BUREAU])
    assert isinstance(broken_down, tuple)


def test_the_plan_counts_what_stands_how_and_by_whom(people: dict[str, Viewer], on_day: Callable[[Any], None]) -> None:
    bureau, district = giving.give(people["office"], order(), [town.BUREAU, town.DISTRICT])  # type: ignore[misc]
    said = {"progress": "已接入", "evidence": "陵工信〔2026〕3 号"}
    town.did(engine.act(people["bureau"], bureau.case.number, "finish", said))
    on_day("2026-07-10")
    town.did(
        engine.act(people["office"], bureau.case.number, "confirm", {"findings": "核对了文件", "decided_by": DECIDER})
    )
    plan = taskplans.find_plan("hebei-2013-90", shelf.book().on(date(2026, 7, 10)))
    assert plan is not None
    rows = {row.task.id: row.tally for row in reading.rows(plan, reading.held())}
    assert (rows["4-3"].given, rows["4-3"].done, rows["4-3"].overdue, rows["4-3"].late) == (2, 1, 1, 0)
    assert sum(tally.given for key, tally in rows.items() if key != "4-3") == 0
    first = reading.held()[0]
    assert first.number == district.case.number and first.standing.overdue_days == 10, (
        "the overdue one stands before all"
    )
    assert {key: tally.overdue for key, tally in reading.by_body(reading.held()).items()} == {
        town.DISTRICT: 1,
        town.BUREAU: 0,
    }
    # Of a day before, it stood as it did then.
    assert {each.standing.state for each in reading.held(date(2026, 6, 30))} == {"assigned", "reported"}
    assert not any(each.standing.overdue for each in reading.held(date(2026, 6, 30)))
    lifted = {"reason": "任务调整", "document_no": "平政〔2026〕8 号", "decided_by": DECIDER}
    town.did(engine.act(people["office"], district.case.number, "lift", lifted))
    tally = reading.by_body(reading.held())[town.DISTRICT]
    assert (tally.done, tally.lifted, tally.overdue) == (0, 1, 0), "what was lifted does not count as done"


def test_an_appraisal_is_a_persons_heard_before_and_contested_after(
    people: dict[str, Viewer], on_day: Callable[[Any], None]
) -> None:
    giving.give(people["office"], order(), [town.BUREAU])
    on_day("2026-12-01")
    office, bureau = people["office"], people["bureau"]
    said = {"text": "逾期 5 个月", "result": "not", "decided_by": DECIDER}
    assert (
        town.no(appraising.appraise(office, "hebei-2013-90", 2026, town.BUREAU, {**said, "result": "90"}))
        == "task.result"
    )
    assert (
        town.no(appraising.appraise(office, "hebei-2013-90", 2026, town.BUREAU, {**said, "decided_by": "—"}))
        == "case.person"
    )
    assert town.no(appraising.appraise(office, "none", 2026, town.BUREAU, said)) == "task.none"
    number = town.did(appraising.appraise(office, "hebei-2013-90", 2026, town.BUREAU, said)).case.number
    assert town.no(appraising.appraise(office, "hebei-2013-90", 2026, town.BUREAU, said)) == "case.open"
    decided = {"findings": "1. 属实\n2. 已核减", "result": "partly", "decided_by": DECIDER}
    assert town.no(engine.act(office, number, "decide", decided)) == "task.early"
    town.did(engine.act(bureau, number, "speak", {"text": "1. 接口未定\n2. 已完成一半"}))
    assert town.no(engine.act(office, number, "decide", {**decided, "findings": "1. 属实"})) == "case.points"
    town.did(engine.act(office, number, "decide", decided))
    assert town.no(engine.act(office, number, "settle", {})) == "task.early"
    plan = taskplans.find_plan("hebei-2013-90", shelf.book().on(date(2026, 12, 1)))
    assert plan is not None
    assert not appraising.bulletin(plan, 2026).opinions, "nothing is told in public before it is final"
    town.did(engine.act(bureau, number, "contest", {"text": "应为基本完成"}))
    again = {"findings": "采纳", "result": "mostly", "decided_by": "安如山（副主任）"}
    assert town.no(engine.act(office, number, "review", {**again, "decided_by": DECIDER})) == "task.reviewer"
    assert town.no(engine.act(office, number, "review", again)) == "task.reviewer", (
        "the same account under another name"
    )
    other = Viewer(None, "安如山", town.OFFICE, "operator", "web")
    town.did(engine.act(other, number, "review", again))
    (opinion,) = appraising.bulletin(plan, 2026).opinions
    assert opinion.result is not None and opinion.result.id == "mostly" and opinion.decided_by == "安如山（副主任）"
    assert not appraising.bulletin(plan, 2026, date(2026, 11, 30)).opinions
    assert [each.standing.overdue for each in appraising.bulletin(plan, 2026).held] == [True]


def test_an_inspection_is_put_right_with_proof_and_goes_to_the_appraisal(
    people: dict[str, Viewer], on_day: Callable[[Any], None]
) -> None:
    office, bureau = people["office"], people["bureau"]
    said = {"checklist": "government-integrity", "text": "承诺和账款"}
    assert (
        town.no(inspecting.inspect(office, "hebei-2013-90", 2026, town.BUREAU, {**said, "checklist": "none"}))
        == "task.checklist"
    )
    assert town.no(inspecting.inspect(bureau, "hebei-2013-90", 2026, town.DISTRICT, said)) == "task.above"
    number = town.did(inspecting.inspect(office, "hebei-2013-90", 2026, town.BUREAU, said)).case.number
    items = inspecting.items_of("government-integrity")
    each_item = "\n".join(f"{n}. 已查" for n in range(1, len(items) + 1))
    found = {"findings": each_item, "due": "2026-04-30", "decided_by": DECIDER}
    assert town.no(engine.act(office, number, "find", found)) == "task.early"
    looked = {"findings": "1. 已查", "evidence": "自查表"}
    assert town.no(engine.act(bureau, number, "self-check", looked)) == "case.points", "every item"
    town.did(engine.act(bureau, number, "self-check", {**looked, "findings": each_item}))
    town.did(engine.act(office, number, "find", found))
    town.did(engine.act(bureau, number, "object", {"text": "1. 账款已付"}))
    on_day("2026-05-15")
    plan = taskplans.find_plan("hebei-2013-90", shelf.book().on(date(2026, 5, 15)))
    assert plan is not None
    (told,) = inspecting.inspected(plan, 2026, town.BUREAU)
    assert told.standing.state.id == "objected" and not told.overdue, "while an objection waits no time runs"
    town.did(
        engine.act(
            office, number, "answer", {"findings": "1. 还有一笔未付", "due": "2026-05-29", "decided_by": DECIDER}
        )
    )
    on_day("2026-06-01")
    assert [each.overdue for each in inspecting.inspected(plan, 2026, town.BUREAU)] == [True]
    mended = {"measures_taken": "已付清", "evidence": "—"}
    assert town.no(engine.act(bureau, number, "rectify", mended)) == "task.evidence"
    town.did(engine.act(bureau, number, "rectify", {**mended, "evidence": "付款凭证"}))
    town.did(engine.act(office, number, "verify", {"findings": "核对了凭证", "decided_by": DECIDER}))
    (told,) = inspecting.inspected(plan, 2026, town.BUREAU)
    assert told.standing.state.closed and told.standing.state.id == "rectified" and not told.overdue
