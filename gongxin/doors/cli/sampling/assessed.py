"""What is said beside the sample's figures (演示：自评、第三方评级、监测疑问): bodies of themselves, a university, answers to questions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

from gongxin.doors.cli.sampling.casework import _ago, _city, _done, _on, _viewer_of
from gongxin.doors.cli.sampling.city import sample_folder


def settle(password: str) -> list[dict[str, str]]:
    """Let the bodies score themselves and the university rate, where nobody did; returns the account to print."""
    from django.db import transaction

    from gongxin.doors.cli.sampling.rights import _account
    from gongxin.rooms.oversight.governments.models import DataSet
    from gongxin.spine.access.models import Body

    told = yaml.safe_load((sample_folder() / "assessment.yaml").read_text(encoding="utf-8"))
    row = told["account"]
    with transaction.atomic():
        rater, _made = Body.objects.get_or_create(
            code=told["rater"]["code"], defaults={key: told["rater"][key] for key in ("name", "name_en", "region", "kind")}
        )  # fmt: skip
        _account(row, rater, password)
        if not DataSet.objects.exists():
            _score(told)
            _rate(told, rater.code)
            for asked in told["asked"]:
                _ask(asked)
    return [{"username": row["username"], "name": row["name"], "post": row["post"], "body": rater.name}]


def _score(told: Mapping[str, Any]) -> None:
    from gongxin.rooms.oversight.governments import selfscores

    for row in told["scores"]:
        with _on(_ago(row["ago"])):
            _done(selfscores.enter(_viewer_of(row["by"]), told["system"], row["points"], row["text"]))


def _rate(told: Mapping[str, Any], rater: str) -> None:
    """Freeze the set, fetch it as the university does, and hand in its ratings under the digest of what was fetched."""
    import hashlib

    from gongxin.rooms.oversight.governments import datasets, ratings

    codes, froze, rated = _codes(), told["froze"], told["rated"]
    university = _viewer_of(told["account"]["username"])
    with _on(_ago(froze["ago"])):
        made = _done(datasets.freeze(_viewer_of(froze["by"]), told["system"], told["region"], rater))
    with _on(_ago(rated["ago"])):
        _set, content = _done(datasets.fetch(university, made.number))
        results = [{**row, "unit": codes[row["unit"]]} for row in rated["results"]]
        said = {**rated, "digest": hashlib.sha256(content).hexdigest(), "results": results}
        _done(ratings.hand_in(university, made.number, _done(ratings.read(said))))


def _ask(row: Mapping[str, Any]) -> None:
    """Put a question that stands on the day to the body, and let the body answer, where it does (提出疑问、说明)."""
    from gongxin.rooms.oversight import monitoring
    from gongxin.spine import clock
    from gongxin.spine.cases import engine

    body, answer = _codes()[row["body"]], row.get("answer")
    with _on(_ago(row["ago"])):
        found = monitoring.told(clock.today(), body=body)
        alarm = next((each for each in found if each["signal"] == row["signal"]), None)
        if alarm is None:
            raise ValueError(
                f"nothing raises the sample's question {row['signal']} to {row['body']} {row['ago']} days ago"
            )
        said = {"ground": alarm["signal"], "text": alarm["text"]}
        request = engine.Request(monitoring.KIND, f"uscc:{body}", said, about=alarm["key"])
        case = _done(engine.open_case(_viewer_of(row["by"]), request)).case
    if answer:
        with _on(_ago(answer["ago"])):
            words = {name: answer[name] for name in ("text", "decided_by")}
            _done(engine.act(_viewer_of(answer["by"]), case.number, "explain", words))


def _codes() -> dict[str, str]:
    names = yaml.safe_load((sample_folder() / "promises.yaml").read_text(encoding="utf-8"))["bodies"]
    return {row["id"]: row["code"] for row in (*_city()["bodies"], *names)}
