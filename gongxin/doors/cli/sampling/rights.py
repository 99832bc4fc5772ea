"""The sample city's people and their rights (演示：本人、授权与留痕): a citizen, an agency, some looks and a consent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import yaml

from gongxin.doors.cli.sampling.city import sample_folder


def settle(password: str) -> list[dict[str, str]]:
    """Make the citizen, the agency, looks and a consent, where they are missing; returns the accounts to print."""
    from django.db import transaction

    from gongxin.kernel.issues import Refusal
    from gongxin.spine.access import identities, joining
    from gongxin.spine.access.models import Body

    told = yaml.safe_load((sample_folder() / "rights.yaml").read_text(encoding="utf-8"))
    listed = []
    with transaction.atomic():
        agency, _ = Body.objects.get_or_create(
            code=told["agency"]["code"], defaults={k: v for k, v in told["agency"].items() if k != "code"}
        )
        for row in told["accounts"]:
            _account(row, agency if row.get("body") else None, password)
            body = agency.name if row.get("body") else ""
            listed.append({"username": row["username"], "name": row["name"], "post": row["post"], "body": body})
        citizen = _account(told["accounts"][0], None, password)
        if identities.person_of(citizen.pk) is None:
            verified = identities.LocalProvider().verify({"number": told["citizen"]["number"]})
            key = (
                verified if isinstance(verified, Refusal) else joining.bind(citizen.pk, verified, actor="gongxin demo")
            )
            if isinstance(key, Refusal):
                raise ValueError(key.message)
            _fill(told, citizen, key, agency)
    return listed


def _account(row: Mapping[str, Any], body: Any, password: str) -> Any:
    from gongxin.spine.access.models import Account

    account = Account.objects.filter(username=row["username"]).first()
    if account is None:
        account = Account(
            username=row["username"], first_name=row["name"], role=row["role"], post=row["post"], body=body
        )
        account.set_password(password)
        account.save()
    return account


def _fill(told: Mapping[str, Any], citizen: Any, key: str, agency: Any) -> None:
    """Enter the citizen's records, let officers look, let the citizen consent and be asked once more."""
    from gongxin.rooms.measures import check
    from gongxin.spine.access import consents
    from gongxin.spine.access.gate import Viewer
    from gongxin.spine.access.models import Account
    from gongxin.spine.ledger.acts import NewAct
    from gongxin.spine.ledger.append import append

    bodies = {row["id"]: row["code"] for row in _city()["bodies"]}
    person = told["citizen"]
    acts = []
    for row in person["records"]:
        fields = {name: str(value) for name, value in row["fields"].items()}
        acts.append(NewAct("record", row["item"], key, bodies[row["provider"]], fields, "gongxin demo"))
    append(acts)
    owner = Viewer(citizen.pk, str(citizen), "", "subject", "web", key)
    for each in person["looks"]:
        _look(each, person["number"])
    made = consents.grant(owner, _terms(person["consent"], key, agency.code))
    clerk = Account.objects.get(username="jigou")
    asking = Viewer(clerk.pk, str(clerk), agency.code, "officer", "web")
    if isinstance(made, consents.Consent):
        for _ in range(person["consent"]["used"]):
            check.check(asking, person["number"], person["consent"]["matter"], consent=made.number)
    consents.request(asking, _terms(person["request"], key, agency.code))
    company = Account.objects.filter(username="qiye").exclude(body=None).first()
    for each in told["company"]["looks"] if company is not None else ():
        _look(each, str(company.body_id) if company is not None else "")


def _look(each: Mapping[str, Any], code: str) -> None:
    from gongxin.rooms.measures import check
    from gongxin.spine.access.gate import Viewer
    from gongxin.spine.access.models import Account

    account = Account.objects.filter(username=each["account"]).first()
    if account is not None:
        viewer = Viewer(account.pk, str(account), account.body_id or "", account.role, "web")
        answered = check.check(viewer, code, each["matter"], case_no=each["case_no"] or None)
        if not isinstance(answered, dict):
            raise ValueError(f"the sample's look in {each['matter']} was refused: {answered}")


def _terms(row: Mapping[str, Any], subject: str, body: str) -> Any:
    from gongxin.law.consents import Terms
    from gongxin.spine import clock

    fields = {item: tuple(names) for item, names in row["fields"].items()}
    until = clock.today() + timedelta(days=row["days"])
    return Terms(subject, body, row["matter"], row["purpose"], fields, row["uses"], until)


def _city() -> dict[str, Any]:
    return dict(yaml.safe_load((sample_folder() / "departments.yaml").read_text(encoding="utf-8")))
