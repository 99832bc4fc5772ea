"""The sample city's restrictions and its voluntary partner (演示：限制措施和合作机构): each step on its day, as everybody does it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import yaml

from gongxin.doors.cli.sampling.casework import ACTOR, COMPANY, PROVIDER, _ago, _city, _done, _on, _record, _viewer_of
from gongxin.doors.cli.sampling.city import sample_folder

KEY = "demo-partner-key.txt"
VERIFIER = "approval"


def settle(password: str) -> tuple[list[dict[str, str]], str]:
    """Let two bodies restrict and one partner ask, where nobody did; returns the accounts to print and the partner's key."""
    from django.db import transaction

    from gongxin.doors.cli.sampling.rights import _account
    from gongxin.law.restrictions import KIND
    from gongxin.spine.access.models import Account, Body
    from gongxin.spine.cases.models import Case

    told = yaml.safe_load((sample_folder() / "measures.yaml").read_text(encoding="utf-8"))
    partner, volunteer = told["partner"], told["volunteer"]
    with transaction.atomic():
        body, _new = Body.objects.get_or_create(
            code=partner["body"]["code"], defaults={k: v for k, v in partner["body"].items() if k != "code"}
        )
        listed = []
        for row, of in ((partner["account"], body), (volunteer["account"], None)):
            account = _account(row, of, password)
            name = body.name if of else ""
            listed.append({"username": row["username"], "name": row["name"], "post": row["post"], "body": name})
        company = Account.objects.filter(username=COMPANY).exclude(body=None).first()
        if company is not None and not Case.objects.filter(kind=KIND).exists():
            _restrict(told, company)
            _promise(told["commitment"], company)
        secret = _key(body, partner["label"])
        _keep_faith(volunteer, partner, account, body)
    return listed, secret


def _restrict(told: Mapping[str, Any], company: Any) -> None:
    """Enter the record, then let each body check, state its outcome, and go on step by step (采取限制措施)."""
    from gongxin.rooms.measures import check, outcomes
    from gongxin.spine.cases import engine

    codes = {row["id"]: row["code"] for row in _city()["bodies"]}
    record = _record(told["record"], company, codes[PROVIDER])
    for row in told["restrictions"]:
        officer = _viewer_of(row["by"])
        with _on(_ago(row["ago"])):
            answered = check.check(officer, company.body_id, row["matter"], case_no=row["case_no"])
            if not isinstance(answered, dict):
                raise ValueError(f"the sample's check was refused: {answered}")
            stated = outcomes.record(officer, answered["check"], outcomes.Statement("restricted", records=(record,)))
        if not isinstance(stated, outcomes.Outcome):
            raise ValueError(f"the sample's outcome was refused: {stated}")
        for step in row["steps"]:
            day = _ago(step["ago"])
            said = {**step["said"], "served_on": day.isoformat()} if "method" in step["said"] else step["said"]
            with _on(day):
                _done(engine.act(officer, stated.restrictions[0], step["verb"], said))


def _promise(told: Mapping[str, Any], company: Any) -> None:
    """Enter a commitment that has fallen due and that nobody verified yet (待核查的承诺)."""
    from gongxin.spine.ledger.acts import NewAct
    from gongxin.spine.ledger.append import append

    body = next(row for row in _city()["bodies"] if row["id"] == VERIFIER)
    made = _ago(told["ago"])
    fields = {
        "subject_name": company.body.name, "subject_kind": "organisation", "uscc": company.body_id,
        "commitment_kind": told["kind"], "commitment_content": told["content"], "document_no": told["document_no"],
        "decided_on": made.isoformat(), "due_on": _ago(told["due_ago"]).isoformat(), "performed": "running",
        "authority": body["name"], "authority_code": body["code"],
    }  # fmt: skip
    with _on(made):
        append([NewAct("record", "commitment", f"uscc:{company.body_id}", body["code"], fields, ACTOR)])


def _keep_faith(volunteer: Mapping[str, Any], partner: Mapping[str, Any], account: Any, body: Any) -> None:
    """Verify the volunteer, enter the honour, consent, and let the partner ask once (守信激励确认)."""
    from gongxin.kernel.issues import Refusal
    from gongxin.law.consents import Terms
    from gongxin.rooms.measures import incentives
    from gongxin.spine import clock, shelf
    from gongxin.spine.access import consents, identities, joining
    from gongxin.spine.access.gate import Viewer
    from gongxin.spine.access.models import Account
    from gongxin.spine.ledger.acts import NewAct
    from gongxin.spine.ledger.append import append

    if identities.person_of(account.pk) is not None:
        return
    verified = identities.LocalProvider().verify({"number": volunteer["number"]})
    key = verified if isinstance(verified, Refusal) else joining.bind(account.pk, verified, actor=ACTOR)
    if isinstance(key, Refusal):
        raise ValueError(key.message)
    credit = next(row["code"] for row in _city()["bodies"] if row["id"] == "credit")
    day = _ago(volunteer["ago"])
    until = (day + timedelta(days=volunteer["valid_for"])).isoformat()
    fields = {**volunteer["honour"], "decided_on": day.isoformat(), "valid_until": until}
    with _on(day):
        append([NewAct("record", "honour", key, credit, fields, ACTOR)])
    wanted = volunteer["consent"]
    sees = shelf.book().on(clock.today()).matter(wanted["matter"]).sees
    ends = clock.today() + timedelta(days=wanted["days"])
    terms = Terms(
        key, body.code, wanted["matter"], wanted["purpose"], {item: tuple(names) for item, names in sees.items()},
        wanted["uses"], ends,
    )  # fmt: skip
    given = consents.grant(Viewer(account.pk, str(account), "", "subject", "web", key), terms)
    if isinstance(given, Refusal):
        raise ValueError(given.message)
    clerk = Account.objects.get(username=partner["account"]["username"])
    asking = Viewer(clerk.pk, str(clerk), body.code, "officer", "api")
    if not incentives.confirm(asking, partner["incentive"], key, given.number):
        raise ValueError("the sample's volunteer is not entitled to what the partner gives")


def _key(body: Any, label: str) -> str:
    """Return the partner's key, which learns yes or nothing, made once (合作机构密钥)."""
    from gongxin.doors.cli.demo import key_of

    return key_of(body, label, KEY, ["incentives:confirm"])
