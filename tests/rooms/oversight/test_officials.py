"""Records on public officials (公职人员履职记录): whoever looks elsewhere than in its matters finds nothing; nothing of it is public."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from gongxin.doors.api import keys
from gongxin.doors.cli import main
from gongxin.kernel.issues import Refusal
from gongxin.rooms.disclosure import mine
from gongxin.rooms.disclosure.export import export
from gongxin.rooms.disclosure.reports.issuing import compose
from gongxin.rooms.disclosure.reports.wishes import Asker, Wish
from gongxin.rooms.intake import batches
from gongxin.rooms.measures import check, sources
from gongxin.rooms.oversight import officials
from gongxin.spine import public, shelf
from gongxin.spine.access import gate, identities, traces
from gongxin.spine.access.gate import CASEWORK, SUBMISSION, SUPERVISION, Ground, Reading, Viewer
from gongxin.spine.access.identities import Verified
from gongxin.spine.access.models import Account, ApiKey, Body, Role
from gongxin.spine.bodies.register import Change, enter
from gongxin.spine.cases import engine
from gongxin.spine.cases.engine import Done
from gongxin.spine.ledger.acts import person_key
from gongxin.spine.outbox import notices
from gongxin.spine.outbox.models import Notice
from tests.rooms.intake.making import citizens
from tests.spine.making import organ

pytestmark = pytest.mark.django_db
DAY = "2026-11-05"
ITEM = "official-conduct"
SUPERVISORY, PERSONNEL = organ(31), organ(32)
NUMBER = next(citizens())
NAME = "欧阳甪鑫"
DOCUMENT = "平监政处〔2026〕7 号"
ROW = {
    "公职人员姓名": NAME, "自然人证件类型": "身份证", "自然人证件号码": NUMBER, "作出决定时的职务": "三级主任科员",
    "作出决定时的任职单位": "平陵市住房保障局", "处理种类": "政务记过", "主要事实": "承诺事项不作为，造成企业损失",
    "决定依据": "《中华人民共和国公职人员政务处分法》第三十九条", "决定文书号": DOCUMENT, "作出决定日期": "2026-05-06",
    "作出决定的单位": "平陵市监察委员会", "作出决定单位的统一社会信用代码": SUPERVISORY,
}  # fmt: skip
UNTIL = date(2027, 5, 6)


@pytest.fixture
def people(on_day: Callable[[str], None]) -> dict[str, Viewer]:
    """The body that decided, the one that appoints, the office – and the official, verified at the counter."""
    on_day(DAY)
    sources.forget()
    for code, name, kind in (
        (SUPERVISORY, "平陵市监察委员会", "organ"), (PERSONNEL, "平陵市人事考察办公室", "organ"),
        ("OFFICE", "平陵市信用办", "office"),
    ):  # fmt: skip
        Body.objects.create(code=code, name=name, kind=kind, region="130100")
    posts = [
        (SUPERVISORY, Role.STEWARD), (PERSONNEL, Role.STEWARD), (PERSONNEL, Role.OFFICER), ("OFFICE", Role.OPERATOR),
        ("OFFICE", Role.SUPERVISOR), ("OFFICE", Role.AUDITOR),
    ]  # fmt: skip
    found = {}
    for n, (body, role) in enumerate(posts):
        account = Account.objects.create(username=f"staff{n}", body_id=body, role=role)
        found[f"{body}:{role}"] = Viewer(account.pk, f"staff{n}", body, role, "web")
    own = Account.objects.create(username="official", role="subject")
    identities.bind(own.pk, Verified("local", number=NUMBER, holder=NUMBER), actor="窗口")
    return {**found, "official": Viewer(own.pk, "official", "", "subject", "web", person_key(NUMBER))}


def handed_in(provider: str, **changes: str) -> Any:
    """Hand one row in as a file of a body (报送)."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(ROW))
    writer.writeheader()
    writer.writerow({**ROW, **changes})
    source = io.BytesIO(out.getvalue().encode())
    batch = batches.receive(source, file_name="公职人员.csv", provider=provider, via="web", actor="甲", item=ITEM)
    return batches.run(batch.pk)


@pytest.fixture
def record(people: dict[str, Viewer]) -> int:
    """The record of a demerit, handed in by the body that decided."""
    batch = handed_in(SUPERVISORY)
    assert batch.accepted == 1, batches.issues_of(batch)
    found = officials.filed(people[f"{SUPERVISORY}:steward"])
    assert not isinstance(found, Refusal)
    return found[0].record


def test_only_the_body_that_decided_hands_it_in(people: dict[str, Viewer]) -> None:
    refused = handed_in(PERSONNEL)
    assert refused.accepted == 0
    assert "official.decider" in {each["code"] for each in batches.issues_of(refused)}
    for party in ("党内警告", "留党察看", "开除党籍"):
        assert handed_in(SUPERVISORY, 处理种类=party).accepted == 0, "no item of the catalogue holds party discipline"
    entered = handed_in(SUPERVISORY)
    assert entered.accepted == 1, (entered.state, entered.message, batches.issues_of(entered))


def test_the_matters_that_name_it_show_it_and_nothing_else_does(people: dict[str, Viewer], record: int) -> None:
    """Every matter, every purpose, every role: the record comes out in its two matters, to its subject, to its reporter."""
    key, day = person_key(NUMBER), date.fromisoformat(DAY)
    seen = set()
    grounds = [Ground(matter=each.id, case_no="考察 1") for each in shelf.book().on(day).matters()]
    grounds += [Ground(purpose=each, clause="ASL-2020/8", case_no="督 1") for each in (CASEWORK, SUPERVISION)]
    grounds.append(Ground(purpose=SUBMISSION))
    for name, viewer in people.items():
        if name == "official":
            continue
        for ground in grounds:
            read = gate.read(viewer, ground, key, as_of=day)
            if isinstance(read, Reading) and read.lines:
                seen.add((name, ground.matter or ground.purpose))
    assert seen == {
        (f"{PERSONNEL}:officer", "official-appointment"), (f"{PERSONNEL}:officer", "official-honours"),
        (f"{SUPERVISORY}:steward", "submission"),
    }  # fmt: skip
    told = mine.mine(people["official"], key)
    assert isinstance(told, mine.Mine)
    held = told.find(record)
    assert held is not None
    assert not held.public
    assert held.item.remedy.text
    assert {matter.id for matter, _effect in held.effects} == {"official-appointment", "official-honours"}


def test_the_appointing_body_reads_what_the_official_reads_with_its_end_and_remedy(
    people: dict[str, Viewer], record: int, on_day: Callable[[Any], None]
) -> None:
    officer, key = people[f"{PERSONNEL}:officer"], person_key(NUMBER)
    without = check.check(officer, NUMBER, "official-appointment")
    assert isinstance(without, Refusal | list), "no case number, no answer"
    answer = check.check(officer, NUMBER, "official-appointment", case_no="考察 2026-1")
    assert isinstance(answer, dict)
    assert not answer["must_act"]
    (entry,) = answer["for_reference"]
    assert (entry["document"], entry["effect_until"]) == (DOCUMENT, UNTIL.isoformat())
    assert entry["remedy"] and entry["clause"]
    told = mine.mine(people["official"], key)
    assert isinstance(told, mine.Mine)
    own = next(effect for matter, effect in told.entries[0].effects if matter.id == "official-appointment")
    assert own.text == entry["effect"]
    assert NAME not in json.dumps(answer, ensure_ascii=False)
    looked = [each.look.matter for each in traces.traces_of(key, limit=None, today=date.fromisoformat(DAY))[0]]
    assert "official-appointment" in looked
    for day, given in ((UNTIL, 1), (date(2027, 5, 7), 0)):
        on_day(day)
        sources.forget()
        later = check.check(officer, NUMBER, "official-appointment", case_no="考察 2027-1")
        assert isinstance(later, dict)
        assert len(later["for_reference"]) == given, day


def surfaces(folder: Path) -> dict[str, Any]:
    """What everybody can see (公开面): pages, interface, open data, search, counts, sources – word for word."""
    day, client = date.fromisoformat(DAY), Client()
    found: dict[str, Any] = {"counts": public.public_counts(day), "sources": public.sources(day)}
    for address in (
        "/", "/lists/", "/open-data/", f"/search?q={NAME}", f"/search?q={NUMBER}", f"/search?q={DOCUMENT}", "/lists/penalty/",
        f"/lists/{ITEM}/", f"/open-data/{ITEM}.csv", f"/api/v1/search?q={NAME}", f"/api/v1/lists/{ITEM}",
        f"/api/v1/open-data/{ITEM}", f"/integrity/{SUPERVISORY}/", "/oversight/looks/", "/oversight/clocks/",
    ):  # fmt: skip
        answer = client.get(address)
        body = answer.content if not answer.streaming else b"".join(answer.streaming_content)
        found[address] = (answer.status_code, _plain(body))
    written = export(folder, day)
    found["export"] = {path.name: _plain(path.read_bytes()) for path in sorted(written.directory.glob("*.csv"))}
    return found


def _plain(body: bytes) -> bytes:
    """A page without what differs from one request to the next (去掉每次不同的部分)."""
    import re

    return re.sub(rb'(nonce|value)="[A-Za-z0-9+/=_-]{16,}"|"request_id":"[^"]*"', b"", body)


def test_no_public_page_interface_report_open_data_or_search_changes_by_it(
    people: dict[str, Viewer], tmp_path: Path
) -> None:
    before = surfaces(tmp_path / "before")
    batch = handed_in(SUPERVISORY)
    assert batch.accepted == 1
    after = surfaces(tmp_path / "after")
    assert [name for name in before if before[name] != after[name]] == []
    wish = Wish(code=NUMBER)
    own = compose(Asker(people["official"], Ground(purpose=gate.OWN)), wish)
    assert not isinstance(own, Refusal | list), own
    text = json.dumps(own.paper.content.as_dict(), ensure_ascii=False)
    assert DOCUMENT not in text
    assert ITEM not in text and "公职人员履职" not in text, "a report is made to be shown to others"
    assert "尚未补全" not in text


def test_the_official_objects_states_and_is_freed_of_it_on_the_day_it_is_lifted(
    people: dict[str, Viewer], record: int, on_day: Callable[[Any], None]
) -> None:
    official, steward, key = people["official"], people[f"{SUPERVISORY}:steward"], person_key(NUMBER)
    asked = engine.Request("objection", key, {"ground": "facts", "text": "1. 不是我承办"}, record=record)
    done = engine.open_case(official, asked)
    assert isinstance(done, Done), done
    assert done.case.body == SUPERVISORY, "the body that decided answers"
    held = mine.mine(official, key)
    assert isinstance(held, mine.Mine) and held.entries[0].line.objected
    lifting = {
        "removed_on": "2026-11-06", "document_no": "平监解〔2026〕2 号", "removal_reason": "确有悔改表现", "decided_by": "主任 程立",
    }  # fmt: skip
    for wrong, why in (
        ({**lifting, "decided_by": ""}, "case.needs"), (lifting, "official.day"), ({**lifting, "removed_on": "2026-05-05"}, "official.day"),
        ({**lifting, "other": "1"}, "case.field"),
    ):  # fmt: skip
        no = officials.lift(steward, record, wrong)
        assert isinstance(no, Refusal)
        assert no.code == why
    other = officials.lift(people[f"{PERSONNEL}:steward"], record, {**lifting, "removed_on": DAY})
    assert isinstance(other, Refusal) and other.code == "official.none"
    on_day("2026-11-06")
    lifted = officials.lift(steward, record, lifting)
    assert not isinstance(lifted, Refusal)
    assert lifted.ended
    assert Notice.objects.filter(to=key, template="official.lifted").count() == 1
    told = Notice.objects.get(to=key, template="record.handed-in")
    assert notices.words_of(told)["record"] == record
    answer = check.check(people[f"{PERSONNEL}:officer"], NUMBER, "official-honours", case_no="评 1")
    assert isinstance(answer, dict)
    assert not answer["for_reference"]
    again = officials.lift(steward, record, lifting)
    assert isinstance(again, Refusal) and again.code == "official.ended"


def test_whoever_goes_on_for_the_body_hands_in_opens_and_lifts(people: dict[str, Viewer], record: int) -> None:
    heir = people[f"{PERSONNEL}:steward"]
    assert isinstance(officials.opened(heir, record), Refusal)
    merged = Change(SUPERVISORY, "merged", date(2026, 11, 4), to=(PERSONNEL,), document="平编〔2026〕6号")
    assert not isinstance(enter(merged, actor="测试"), Refusal)
    later = handed_in(PERSONNEL, 决定文书号="平监政处〔2026〕9 号")
    assert later.accepted == 1, batches.issues_of(later)
    found = officials.filed(heir)
    assert not isinstance(found, Refusal) and len(found) == 2
    told = officials.opened(heir, record)
    assert not isinstance(told, Refusal) and dict(told.said)
    said = {"removed_on": DAY, "document_no": "平人解〔2026〕1 号", "removal_reason": "期满", "decided_by": "主任 程立"}
    assert not isinstance(officials.lift(heir, record, said), Refusal)


def test_at_the_terminal_the_body_that_decided_lists_opens_and_lifts(
    people: dict[str, Viewer], record: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["officials", "kinds"]) == 0
    assert "政务处分法" in capsys.readouterr().out
    assert main(["officials", "list"]) == 1, "the office is not the body that decided"
    capsys.readouterr()
    assert main(["officials", "list", "--account", "staff0"]) == 0
    listed = capsys.readouterr().out
    assert "政务记过" in listed and NAME not in listed
    assert main(["officials", "show", str(record), "--account", "staff0", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["until"] == UNTIL.isoformat()
    assert NUMBER not in json.dumps(shown)
    said = [
        f"removed_on={DAY}",
        "document_no=平监解〔2026〕2 号",
        "removal_reason=确有悔改表现",
        "decided_by=主任 程立",
    ]
    assert main(["officials", "lift", str(record), *said, "--account", "staff0"]) == 0
    assert "已解除" in capsys.readouterr().out


def test_by_page_and_by_call_the_body_that_decided_lists_opens_and_lifts(
    people: dict[str, Viewer], record: int
) -> None:
    desk = Client()
    desk.force_login(Account.objects.get(username="staff0"))
    page = desk.get("/desk/officials/").content.decode()
    assert f"/desk/officials/{record}/" in page and "政务记过" in page and NAME not in page
    one = desk.get(f"/desk/officials/{record}/").content.decode()
    assert DOCUMENT in one and NUMBER not in one and "复审" in one
    elsewhere = Client()
    elsewhere.force_login(Account.objects.get(username="staff1"))
    assert elsewhere.get(f"/desk/officials/{record}/").status_code == 404
    assert f"/desk/officials/{record}/" not in elsewhere.get("/desk/officials/").content.decode()
    missing = desk.post(f"/desk/officials/{record}/", {"removed_on": DAY})
    assert missing.status_code == 422
    for body, rows in ((SUPERVISORY, 1), (PERSONNEL, 0)):
        secret, prefix, digest = ApiKey.new_secret()
        ApiKey.objects.create(body_id=body, label="系统", prefix=prefix, digest=digest, scopes=["cases:write"])
        keys.keyring.forget()
        call = Client(headers={"authorization": f"Bearer {secret}"})
        assert len(call.get("/api/v1/officials").json()["records"]) == rows
        said = {
            "removed_on": DAY,
            "document_no": "平监解〔2026〕2 号",
            "removal_reason": "确有悔改表现",
            "decided_by": "主任 程立",
        }
        lifted = call.post(f"/api/v1/officials/{record}/lifting", json.dumps(said), content_type="application/json")
        assert lifted.status_code == (201 if rows else 404), lifted.content
