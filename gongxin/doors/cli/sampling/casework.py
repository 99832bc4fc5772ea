"""The sample city's cases (演示：案件): one open, one upheld and corrected, one repaired, one inquiry answered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import yaml

from gongxin.doors.cli.sampling.city import sample_folder

ACTOR = "gongxin demo"
COMPANY = "qiye"
PROVIDER = "eco"


def settle(password: str) -> list[dict[str, str]]:
    """Bring and handle the sample's cases, where none has been brought; returns the accounts to print."""
    from django.db import transaction

    from gongxin.doors.cli.sampling.rights import _account
    from gongxin.spine.access.models import Account, Body
    from gongxin.spine.cases.models import Case

    told = yaml.safe_load((sample_folder() / "cases.yaml").read_text(encoding="utf-8"))
    codes = {row["id"]: row["code"] for row in _city()["bodies"]}
    listed = []
    with transaction.atomic():
        for row in told["accounts"]:
            body = Body.objects.get(code=codes[row["body"]])
            _account(row, body, password)
            listed.append({"username": row["username"], "name": row["name"], "post": row["post"], "body": body.name})
        company = Account.objects.filter(username=COMPANY).exclude(body=None).first()
        if company is not None and not Case.objects.filter(kind=told["cases"][0]["kind"]).exists():
            _subscribe(told["subscribers"])
            for row in told["cases"]:
                _case(row, company, codes[PROVIDER])
            _inquire(told["inquiry"])
            _acknowledge(told["subscribers"])
    return listed


@contextmanager
def _on(day: date) -> Iterator[None]:
    """Let something happen on a day (在某日发生)."""
    from django.conf import settings

    before = settings.GONGXIN_TODAY
    settings.GONGXIN_TODAY = day.isoformat()
    try:
        yield
    finally:
        settings.GONGXIN_TODAY = before


def _ago(days: int) -> date:
    from gongxin.spine import clock

    return clock.today() - timedelta(days=days)


def _subscribe(rows: list[dict[str, Any]]) -> None:
    from gongxin.spine.outbox import subscribers

    for row in rows:
        with _on(_ago(row["ago"])):
            subscribers.add(row["body"], row["name"], row["kind"])


def _acknowledge(rows: list[dict[str, Any]]) -> None:
    """Let those that answer acknowledge what they were told, by its digest, as a subscriber does (确认)."""
    from gongxin.spine.outbox import subscribers

    for row in rows:
        if row["acknowledges"]:
            one = subscribers.get(row["body"])
            for event in subscribers.events_for(one, 0, 1000):
                subscribers.acknowledge(one, event.pk, event.digest)


def _case(row: Mapping[str, Any], company: Any, provider: str) -> None:
    """Enter the record, bring the case, and do each step on its day, through the engine as everybody does."""
    from gongxin.spine.cases import engine

    record = _record(row["record"], company, provider)
    for look in row.get("looks", ()):
        with _on(_ago(look["ago"])):
            _look(look, company.body_id)
    request = engine.Request(row["kind"], f"uscc:{company.body_id}", _said(row["said"]), record=record)
    with _on(_ago(row["ago"])):
        made = engine.open_case(_viewer(company), request)
    number = _done(made).case.number
    for step in row["steps"]:
        with _on(_ago(step["ago"])):
            _done(engine.act(_viewer_of(step["by"]), number, step["verb"], step["said"]))


def _record(told: Mapping[str, Any], company: Any, provider: str) -> int:
    from gongxin.spine.access.models import Body
    from gongxin.spine.ledger.acts import NewAct
    from gongxin.spine.ledger.append import append

    body = Body.objects.get(code=provider)
    decided = _ago(told["ago"])
    fields = {
        "subject_name": company.body.name, "subject_kind": "organisation", "uscc": company.body_id,
        "document_no": told["document_no"], "violation": told["violation"],
        "basis": told.get("basis", "《中华人民共和国环境保护法》"), "penalty_kinds": told.get("kinds", "confiscate-income"),
        "penalty_content": told["content"], "confiscated_wan": told.get("confiscated_wan", ""),
        "decided_on": decided.isoformat(), "authority": body.name, "authority_code": provider, "source": body.name,
        "source_code": provider,
    }  # fmt: skip
    with _on(decided):
        return append([NewAct("record", "penalty", f"uscc:{company.body_id}", provider, fields, ACTOR)])[0]


def _look(told: Mapping[str, Any], code: str) -> None:
    from gongxin.rooms.measures import check

    answered = check.check(_viewer_of(told["by"]), code, told["matter"], case_no=told["case_no"])
    if not isinstance(answered, dict):
        raise ValueError(f"the sample's look in {told['matter']} was refused: {answered}")


def _inquire(told: Mapping[str, Any]) -> None:
    """The citizen asks about a look of the city's own sample; another person of the body that looked answers."""
    from gongxin.spine.access import identities
    from gongxin.spine.access.models import Account, Look
    from gongxin.spine.cases import engine

    citizen = Account.objects.filter(username=told["by"]).first()
    key = identities.person_of(citizen.pk) if citizen is not None else None
    looker = Account.objects.filter(username=told["look_of"]).first()
    look = (
        Look.objects.filter(account=getattr(looker, "pk", None), subject=key).order_by("-id").first() if key else None
    )
    if citizen is None or look is None or key is None:
        return
    made = _done(
        engine.open_case(_viewer(citizen, key), engine.Request("inquiry", key, told["said"], about=look.number))
    )
    answer = told["answer"]
    _done(engine.act(_viewer_of(answer["by"]), made.case.number, "answer", answer["said"]))


def _said(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is said, a day told by how long before today it was (所填内容)."""
    said = {name: value for name, value in told.items() if name != "performed_ago"}
    if "performed_ago" in told:
        said["performed_on"] = _ago(told["performed_ago"]).isoformat()
    return said


def _done(done: Any) -> Any:
    from gongxin.kernel.issues import Refusal

    if isinstance(done, Refusal):
        raise ValueError(f"a case of the sample was refused: {done.message} {done.way_forward or ''}")
    return done


def _viewer_of(username: str) -> Any:
    from gongxin.spine.access.models import Account

    return _viewer(Account.objects.get(username=username))


def _viewer(account: Any, key: str = "") -> Any:
    from gongxin.spine.access.gate import Viewer

    return Viewer(account.pk, str(account), account.body_id or "", account.role, "web", key)


def _city() -> dict[str, Any]:
    return dict(yaml.safe_load((sample_folder() / "departments.yaml").read_text(encoding="utf-8")))
