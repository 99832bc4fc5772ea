"""Plans of work (任务分工方案): the task table of 冀政〔2013〕90号 as the document has it; what does not hold together is told."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from gongxin.kernel.issues import Refusal
from gongxin.law import taskplans
from gongxin.law.book import Book, BookFault
from gongxin.law.lint import lint
from tests.law.conftest import overlay

TODAY = date(2026, 11, 23)
FULL = str.maketrans(",():;", "，（）：；")
WORDS = re.compile(r"等有关部门|等部门|分别负责|[、，]")


def plain(cell: str) -> str:
    return re.sub(r"\s+", "", cell).translate(FULL)


def document_rows(text: str) -> list[tuple[str, str, str, str, str]]:
    """Head, task, period, leads and participants of each row, from the policy's own text."""
    found, head, width = [], "", 0
    for line in text[text.index("工作任务\t具体任务") :].splitlines():
        cells = line.split("\t")
        if not line.strip():
            continue
        if cells[0] == "工作任务":
            width = len(cells)
            continue
        assert len(cells) == width, line
        head = plain(cells[0]) or head
        task, period, lead, participation = (plain(cell) for cell in cells[-4:])
        found.append((re.sub(r"^（.）", "", head), task, period, lead, participation))
    return found


def test_the_table_has_fourteen_rows_under_five_heads_as_the_document_says(book: Book, shared_data: Path) -> None:
    policy = shared_data.parent / "policy" / "three-policies.txt"
    if not policy.is_file():
        pytest.skip(f"the policy's text is not beside the checkout ({policy})")
    plan = taskplans.find_plan("hebei-2013-90", book.on(TODAY))
    assert plan is not None
    heads = {head.id: head.name for head in plan.heads}
    told = [
        (heads[task.head], task.text, f"{task.since}至{task.until}年", task.lead, task.participation)
        for task in plan.tasks
    ]
    assert told == document_rows(policy.read_text(encoding="utf-8"))
    assert len(plan.tasks) == 14 and len(plan.heads) == 5
    assert [len(plan.under_head(head.id)) for head in plan.heads] == [3, 1, 5, 3, 2]
    for task in plan.tasks:
        # Every body that is named is in the list, and nobody else.
        for cell, listed in ((task.lead, task.leads), (task.participation, task.participants)):
            left = cell
            for name in listed:
                stem = name if name in left else name.removesuffix("政府")
                assert stem in left, (task.id, name)
                left = left.replace(stem, "", 1)
            assert not WORDS.sub("", left).replace("政府", ""), (task.id, left)


def test_a_task_is_given_only_if_the_plan_holds_it_and_within_its_time(book: Book) -> None:
    law = book.on(TODAY)
    assert taskplans.refused_task("hebei-2013-90/4-3", date(2014, 1, 1), law=law) is None
    for about, due, code in (
        ("hebei-2013-90/4-9", TODAY, "task.none"),
        ("nothing/4-3", TODAY, "task.none"),
        ("hebei-2013-90/4-3", None, "task.due"),
        ("hebei-2013-90/4-3", date(2013, 12, 31), "task.period"),
    ):
        no = taskplans.refused_task(about, due, law=law)
        assert isinstance(no, Refusal) and no.code == code


def year_plan(**task: object) -> dict[str, object]:
    row = {"id": "1", "head": "1", "name": "平台", "text": "联通", "since": 2026, "until": 2026, "lead": "市信用办",
           "leads": ["市信用办"], "under": "4-3"}  # fmt: skip
    return {
        "plans": {
            "pingling-2026": {
                "name": "平陵市 2026 年度计划", "year": 2026, "under": "hebei-2013-90", "bases": ["JZ-2013-90/四（二）"],
                "certainty": "verified", "heads": [{"id": "1", "name": "平台"}], "tasks": [{**row, **task}],
            }
        }
    }  # fmt: skip


def test_a_yearly_plan_serves_tasks_of_the_plan_above_it() -> None:
    good = overlay(year_plan())
    assert [plan.id for plan in taskplans.plans(good.on(TODAY))] == ["hebei-2013-90", "pingling-2026"]
    assert not [each for each in lint(good) if each.code.startswith("plans.")]
    for wrong in ({"under": "9-9"}, {"since": 2013}):
        assert [each.code for each in lint(overlay(year_plan(**wrong))) if each.code.startswith("plans.")] == [
            "plans.under"
        ]
    for wrong in ({"head": "7"}, {"until": 2025}, {"leads": []}, {"id": "a/b"}):
        broken = overlay(year_plan(**wrong))
        with pytest.raises(BookFault):
            taskplans.plans(broken.on(TODAY))
        assert "plans.fault" in [each.code for each in lint(broken)]


def test_numbers_of_two_kinds_of_case_never_begin_alike(book: Book) -> None:
    twin = {
        "name": "本地事项", "name_en": "A local matter", "prefix": "RW", "bases": ["JZ-2013-90/四（二）"], "certainty": "unverified",
    }  # fmt: skip
    broken = overlay({"casework": {"local-matter": twin}})
    assert [each.code for each in lint(broken) if each.code == "casework.prefix"] == ["casework.prefix"]
    assert not [each for each in lint(book) if each.code == "casework.prefix"]
