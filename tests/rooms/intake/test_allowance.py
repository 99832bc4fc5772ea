"""How many notices are told: of rows that are entered a file's allowance, of rows that are held every one."""

from __future__ import annotations

from gongxin.rooms.intake.cells import NOTICES_KEPT, Budget, Findings


def findings_of(count: int, budget: Budget) -> Findings:
    return Findings(list(range(2, count + 2)), {"subject_name": "名称"}, budget)


def test_a_held_row_is_told_everything_even_when_the_allowance_is_used_up() -> None:
    budget = Budget()
    budget.told["name.cleaned"] = NOTICES_KEPT
    found = findings_of(3, budget)
    for place in range(3):
        found.tell(place, "name.cleaned", "subject_name", " 甲 ", severity="notice", suggestion="甲")
    found.tell(1, "field.required", "subject_name")
    found.settle()
    assert [(issue.row, issue.code) for issue in found.issues] == [(3, "field.required"), (3, "name.cleaned")]
    assert found.more == {"name.cleaned": 2}


def test_the_allowance_is_one_for_the_whole_file_and_held_rows_do_not_use_it() -> None:
    budget = Budget()
    told = 0
    for _ in range(2):
        found = findings_of(NOTICES_KEPT, budget)
        for place in range(NOTICES_KEPT):
            found.tell(place, "name.cleaned", "subject_name", " 甲 ", severity="notice", suggestion="甲")
        found.tell(0, "field.required", "subject_name")
        found.settle()
        told += sum(issue.code == "name.cleaned" for issue in found.issues)
    assert budget.told["name.cleaned"] == NOTICES_KEPT
    assert told == NOTICES_KEPT + 2
    assert found.more["name.cleaned"] == NOTICES_KEPT - 2
