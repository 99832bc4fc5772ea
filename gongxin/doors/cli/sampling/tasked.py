"""The sample city's plan at work (演示：任务分工): tasks given under the yearly plan, proved, looked at, late; an inspection."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

from gongxin.doors.cli.sampling.casework import _ago, _city, _done, _on, _viewer_of
from gongxin.doors.cli.sampling.city import sample_folder


def settle() -> None:
    """Let the office give the year's tasks, and the bodies report on them, where nobody did; each step on its day."""
    from django.db import transaction

    from gongxin.law.tasks import KIND
    from gongxin.spine.cases.models import Case

    if Case.objects.filter(kind=KIND).exists():
        return
    told = yaml.safe_load((sample_folder() / "tasks.yaml").read_text(encoding="utf-8"))
    codes = {row["id"]: row["code"] for row in _city()["bodies"]}
    with transaction.atomic():
        numbers = _given(told, codes)
        for step in told["steps"]:
            _step(numbers[step["body"]], step)
        _inspected(told["inspection"], told["by"], codes)


def _given(told: Mapping[str, Any], codes: Mapping[str, str]) -> dict[str, str]:
    """Give the tasks (下达任务); returns the number of each body's."""
    from gongxin.kernel.issues import Refusal
    from gongxin.rooms.oversight.tasks import giving

    numbers = {}
    for row in told["tasks"]:
        order = giving.Order(row["task"], row["text"], _ago(row["due"]).isoformat(), row["post"])
        with _on(_ago(row["ago"])):
            given = giving.give(_viewer_of(told["by"]), order, [codes[each] for each in row["bodies"]])
        if isinstance(given, Refusal):
            raise ValueError(f"the sample's task {row['task']} was refused: {given.message}")
        numbers |= {body: done.case.number for body, done in zip(row["bodies"], given, strict=True)}
    return numbers


def _inspected(told: Mapping[str, Any], by: str, codes: Mapping[str, str]) -> None:
    """Inspect a body by a checklist (专项督查), as far as the sample goes."""
    from gongxin.rooms.oversight.tasks import inspecting

    day = _ago(told["ago"])
    with _on(day):
        begun = inspecting.inspect(_viewer_of(by), told["plan"], day.year, codes[told["body"]], told["said"])
        number = _done(begun).case.number
    for step in told["steps"]:
        _step(number, step)


def _step(number: str, step: Mapping[str, Any]) -> None:
    from gongxin.spine.cases import engine

    said = dict(step["said"])
    if "due" in step:
        said["due"] = _ago(step["due"]).isoformat()
    with _on(_ago(step["ago"])):
        _done(engine.act(_viewer_of(step["by"]), number, step["verb"], said))
