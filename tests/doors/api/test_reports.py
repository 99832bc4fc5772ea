"""Reports and proofs over the interface (信用报告、证明接口)."""

from __future__ import annotations

import json
import zipfile
from base64 import b64decode
from hashlib import sha256
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from gongxin.kernel.identifiers.citizen import check_character
from gongxin.rooms.disclosure.reports import signing, statuslist, verifying
from gongxin.spine import secrets
from gongxin.spine.access.models import Look
from gongxin.spine.proofs import ledger
from gongxin.spine.proofs.models import Origin
from tests.rooms.measures import city

pytestmark = pytest.mark.django_db
API = "/api/v1"


@pytest.fixture
def agency(issue, enter):
    """A client with a key for reports, and one record to report."""
    enter("penalty", city.FIRM)
    headers = {"Authorization": f"Bearer {issue('reports:write')}"}
    return Client(headers=headers)


def post(client: Client, path: str, **body):
    return client.post(API + path, json.dumps(body), content_type="application/json")


def test_a_report_is_made_fetched_and_verified(agency):
    answer = post(agency, "/reports", code=city.FIRM_CODE, purpose="投标")
    assert answer.status_code == 201, answer.content.decode()
    told = answer.json()
    pdf = b64decode(told["pdf"])
    assert sha256(pdf).hexdigest() == told["digest"]
    found = verifying.verify(pdf, signing.trusted())
    assert (found.number, found.content) == (told["number"], told["content"])
    kept = agency.get(f"{API}/reports/{told['number']}").json()
    assert (kept["status"], kept["digest"]) == ("good", told["digest"])
    assert agency.get(f"{API}/reports/{told['number']}/file").content == pdf
    anyone = Client()
    asked = {"number": told["number"], "check": told["check"]}
    assert post(anyone, "/reports/verify", **asked).json()["result"] == "genuine"
    assert post(anyone, "/reports/verify", number=told["number"], check="WRONG").json()["result"] == "false"
    file = SimpleUploadedFile("r.pdf", pdf, "application/pdf")
    assert anyone.post(f"{API}/reports/verify-file", {"file": file}).json()["result"] == "genuine"
    listed = anyone.get(f"{API}/reports/status-list").json()
    assert statuslist.status_at(listed, found.place, secrets.public_keys().values()) == statuslist.GOOD
    assert b"BEGIN CERTIFICATE" in anyone.get(f"{API}/reports/certificate").content


def test_many_are_made_in_one_call(agency):
    """One archive; each of its reports counts as a call, and can be fetched again by its number."""
    asked = [{"code": city.FIRM_CODE, "purpose": f"第 {at} 次投标"} for at in range(6)]
    answer = post(agency, "/reports/batch", reports=[*asked, {"code": "x", "matter": "no-such"}])
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/zip")
    with zipfile.ZipFile(BytesIO(b"".join(answer.streaming_content))) as archive:
        told = json.loads(archive.read("results.json"))
        assert ["number" in each for each in told] == [True] * 6 + [False]
        for each in told[:6]:
            pdf = archive.read(f"{each['number']}.pdf")
            assert agency.get(f"{API}/reports/{each['number']}/file").content == pdf
    assert post(agency, "/reports/batch", reports=[]).status_code == 422
    assert post(agency, "/reports/batch", reports=[asked[0]] * 501).status_code == 422
    assert post(Client(), "/reports/batch", reports=asked).status_code == 401


def test_another_body_s_report_is_not_there(agency, issue):
    number = post(agency, "/reports", code=city.FIRM_CODE).json()["number"]
    other = Client(headers={"Authorization": f"Bearer {issue('reports:write', body=city.ORGAN)}"})
    for path in (f"/reports/{number}", f"/reports/{number}/file", "/reports/BG-2026-0101-AAAAAAAA"):
        assert other.get(API + path).status_code == 404
    assert Client().get(f"{API}/reports/{number}").status_code == 401


def test_a_person_without_ground_is_refused_alike(agency):
    bodies = ("13010219900307001", "11010119900307013")
    answers = [post(agency, "/reports", code=body + check_character(body)) for body in bodies]
    assert [answer.status_code for answer in answers] == [403, 403]
    assert answers[0].json() == answers[1].json()
    assert not Look.objects.filter(subject__startswith="person:").exists()


def test_what_is_wrong_is_said_all_at_once(agency):
    answer = post(agency, "/reports", code="12", kind="x", purpose="长" * 61)
    assert answer.status_code == 422
    assert {issue["column"] for issue in answer.json()["error"]["issues"]} == {"code", "kind", "purpose"}
    refused = post(agency, "/reports", code=city.FIRM_CODE, kind="special", since="2001-01-01")
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "report.period")


def test_proofs_are_for_everybody(agency):
    anyone = Client()
    proof = anyone.get(f"{API}/proofs/entries/1").json()
    assert proof["kind"] == "entry"
    assert anyone.get(f"{API}/proofs/entries/999999").status_code == 404
    assert anyone.get(f"{API}/proofs/looks/HC-1").status_code == 404
    points = anyone.get(f"{API}/proofs/checkpoints").json()["ledger"]
    told = anyone.get(f"{API}/proofs/consistency", {"from": points[0]["size"]})
    assert told.json()["to"] == points[-1]
    assert anyone.get(f"{API}/proofs/consistency", {"from": 999999}).status_code == 404


def test_a_witness_listens_to_those_it_serves(agency):
    point = ledger.checkpoint()
    handed = {"old": 0, "checkpoint": point, "proof": []}
    anyone = Client()
    assert post(anyone, "/proofs/witness", **handed).status_code == 403
    Origin.objects.create(key=point["public_key"], name="邻市")
    assert post(anyone, "/proofs/witness", **handed).json() == {"state": "kept"}
    spoilt = {**point, "size": point["size"] + 1}
    assert post(anyone, "/proofs/witness", old=point["size"], checkpoint=spoilt, proof=[]).status_code == 409
    assert post(anyone, "/proofs/witness", old=0, checkpoint={}).status_code == 422
