"""The sample city's complaints (演示：政府失约投诉): one mended and published, one that led to a record, one just received."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

from gongxin.doors.cli.sampling.casework import _ago, _city, _done, _on, _viewer_of
from gongxin.doors.cli.sampling.city import sample_folder

DAYS = {"mended_ago": "mended_on", "served_ago": "served_on", "barred_ago": "barred_until"}
"""Days that the sample tells by how long before today they were – a day to come by less than nothing – and their fields."""


def settle(password: str) -> list[dict[str, str]]:
    """File and handle the sample's complaints, where there are none; returns the accounts to print."""
    from django.db import transaction

    from gongxin.doors.cli.sampling.rights import _account
    from gongxin.rooms.promises.complaints.models import Docket
    from gongxin.spine.access.models import Body

    told = yaml.safe_load((sample_folder() / "complaints.yaml").read_text(encoding="utf-8"))
    codes = {row["id"]: row["code"] for row in _city()["bodies"]}
    listed = []
    with transaction.atomic():
        codes["government"] = _government(told["government"], codes)
        for row in told["accounts"]:
            body = Body.objects.get(code=codes[row["body"]])
            _account(row, body, password)
            listed.append({"username": row["username"], "name": row["name"], "post": row["post"], "body": body.name})
        if not Docket.objects.filter(against=codes[told["complaints"][0]["against"]]).exists():
            for row in told["complaints"]:
                _complaint(row, codes)
    return listed


def _government(told: Mapping[str, Any], codes: Mapping[str, str]) -> str:
    from gongxin.spine.access.models import Body

    names = {name: told[name] for name in ("name", "name_en", "region", "kind")}
    government, _made = Body.objects.get_or_create(code=told["code"], defaults=names)
    Body.objects.filter(code__in=[codes[each] for each in told["above"]], parent=None).update(parent=government)
    return str(government.code)


def _complaint(row: Mapping[str, Any], codes: Mapping[str, str]) -> None:
    """File it and do each step on its day, through the engine as everybody does."""
    from gongxin.rooms.oversight import integrity
    from gongxin.rooms.promises.complaints import filing, publishing
    from gongxin.spine.cases import engine
    from gongxin.spine.cases.models import Case

    against = codes[row["against"]]
    complaint = filing.Complaint(against, row["text"], row["requested"], name=row["name"], contact=row["contact"])
    with _on(_ago(row["ago"])):
        made = _done(filing.file(filing.anybody("web"), complaint))
    number, holder = made.case.number, filing.holder(made.case.number, made.receipt, "web")
    for step in row["steps"]:
        said = _said(step["said"], codes)
        with _on(_ago(step["ago"])):
            case = Case.objects.get(kind="complaint-order", about=number).number if step.get("order") else number
            who = holder if step.get("complainant") else _viewer_of(step["by"])
            _done(engine.act(who, case, step["verb"], said))
    published = row.get("publish")
    if published:
        with _on(_ago(published["ago"])):
            by = published["confirmed_by"]
            _done(publishing.publish(_viewer_of(published["by"]), number, published["text"], published["answer"], by))
    record = row.get("record")
    if record:
        first = dict(record["propose"])
        by, ago = first.pop("by"), first.pop("ago")
        with _on(_ago(ago)):
            opened = _done(integrity.propose(_viewer_of(by), against, {**first, "complaint": number}))
        for step in record["steps"]:
            said = _said(step["said"], codes)
            with _on(_ago(step["ago"])):
                _done(engine.act(_viewer_of(step["by"]), opened.case.number, step["verb"], said))


def _said(told: Mapping[str, Any], codes: Mapping[str, str]) -> dict[str, Any]:
    """Return what is said, days told by how long ago they were and bodies by their codes (所填内容); asked on the day itself."""
    said = {DAYS.get(name, name): value for name, value in told.items()}
    for ago, name in DAYS.items():
        if ago in told:
            said[name] = _ago(told[ago]).isoformat()
    if "handler" in said:
        said["handler"] = codes[said["handler"]]
    return said
