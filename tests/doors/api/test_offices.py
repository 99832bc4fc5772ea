"""What the office's and the auditor's systems do by call (信用办和审计接口): holders of copies, questions of the log."""

from __future__ import annotations

from collections.abc import Callable

from gongxin.rooms.oversight import unusual
from gongxin.spine import clock, shelf
from gongxin.spine.access import looks
from gongxin.spine.access.looks import Draft
from gongxin.spine.access.models import Body
from gongxin.spine.ledger.append import append
from gongxin.spine.outbox.models import Subscriber
from tests.doors.api.conftest import Caller
from tests.rooms.measures import city
from tests.spine import making

NEW = {"code": "NODE-1", "name": "邻市平台", "kind": "node", "endpoint": "https://node.example/events"}
OFFICE = "11PL0900"


def test_holders_of_copies_are_registered_seen_and_ended_by_the_office_alone(issue: Callable[..., str]) -> None:
    Body.objects.create(code=OFFICE, name="平陵市信用办", kind="office")
    office, other = Caller(issue("subscribers:write", body=OFFICE)), Caller(issue("subscribers:write"))
    no = other.post("/subscribers", NEW, Accept_Language="en")
    assert (no.status_code, no.json()["error"]["code"]) == (403, "key.body") and no.json()["error"]["message"].isascii()
    assert other.get("/subscribers").status_code == 403 and not Subscriber.objects.exists()
    for wrong, code in (({"endpoint": "ftp://x"}, "subscriber.address"), ({"items": ["none"]}, "subscriber.item")):
        told = office.post("/subscribers", {**NEW, **wrong}, Accept_Language="en")
        (issue_,) = told.json()["error"]["issues"]
        assert (
            told.status_code == 422
            and issue_["code"] == code
            and issue_["message"].replace("“", "").replace("”", "").isascii()
        )
    made = office.post("/subscribers", {**NEW, "items": ["penalty"]}, Idempotency_Key="a")
    assert made.status_code == 201 and made.json()["items"] == ["penalty"] and made.json()["ended"] is None
    assert office.post("/subscribers/NODE-2/end", {}).status_code == 404
    assert office.post("/subscribers/NODE-1/end", {}).json()["ended"]
    assert [(each["code"], bool(each["ended"])) for each in office.get("/subscribers").json()] == [("NODE-1", True)]
    assert office.post("/subscribers", NEW).json()["ended"] is None, "taken up again"


def test_what_a_holder_missed_is_sent_again_by_call_and_nothing_twice(
    issue: Callable[..., str], on_day: Callable[..., None]
) -> None:
    on_day("2026-06-01")
    Body.objects.create(code=OFFICE, name="平陵市信用办", kind="office")
    office, other = Caller(issue("subscribers:write", body=OFFICE)), Caller(issue("subscribers:write"))
    record = append([making.record()])[0]
    append([making.upon(record, "repair", repaired_on="2026-06-01")])
    assert office.post("/subscribers", NEW).json()["pending"] == 0
    assert office.post("/subscribers/NODE-1/resend", {"after": 0}).json() == {"code": "NODE-1", "events": 1}
    assert office.post("/subscribers/NODE-1/resend", {"after": 0}).json()["events"] == 0, "nothing twice"
    assert office.post("/subscribers/NODE-1/retry", {}).json()["events"] == 1
    (told,) = office.get(f"/subscribers/records/{record}").json()
    assert (told["subscriber"], told["kind"], told["state"], told["acknowledged_at"]) == (
        "NODE-1",
        "repair",
        "pending",
        None,
    )
    assert office.post("/subscribers/NODE-9/retry", {}).status_code == 404
    (change,) = office.get("/subscribers/events").json()
    assert (change["kind"], change["record"], len(change["digest"])) == ("repair", record, 64)
    assert office.get(f"/subscribers/events?after={change['event']}").json() == []
    assert set(office.post("/subscribers/deliver", {}).json()["carried"]) == {"events", "messages"}
    for answer in (
        other.get("/subscribers/events"),
        other.post("/subscribers/deliver", {}),
        other.post("/subscribers/NODE-1/retry", {}),
        other.get(f"/subscribers/records/{record}"),
    ):
        assert answer.json()["error"]["code"] == "key.body"


def test_the_auditors_system_reads_the_questions_and_no_company_does(issue: Callable[..., str]) -> None:
    rule = next(each for each in unusual.rules(shelf.book().on(clock.today())) if each.id == "no-case")
    for _n in range(rule.minimum):
        looks.write(
            Draft("密钥 业务系统", None, city.CENTRE, "officer", "api", "procurement", "政府采购法", "", "uscc:X", "penalty", clock.today())
        )  # fmt: skip
    auditor = Caller(issue("audit:read"))
    told = auditor.get("/audit/looks?rule=no-case").json()
    (one,) = told["findings"]
    assert told["total"] == 1 and one["body"] == city.CENTRE and len(one["looks"]) == rule.minimum
    assert one["case"] == "" and one["name_en"] and "uscc:X" not in str(told), "who was looked at is not told"
    assert auditor.get("/audit/looks?rule=colleague&page=2").json()["findings"] == []
    Body.objects.create(code="91110108MA0000001X", name="某公司", kind="company")
    company = Caller(issue("audit:read", body="91110108MA0000001X"))
    assert company.get("/audit/looks").json()["error"]["code"] == "key.body"
    assert Caller(issue("monitor:read")).get("/audit/looks").json()["error"]["code"] == "key.scope"
