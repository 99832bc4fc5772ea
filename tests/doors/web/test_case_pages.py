"""Cases on the page (案件页面): brought by a company, marked at once, answered by the body, found again by a receipt."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from gongxin.doors.web import casefields
from gongxin.law import casework
from gongxin.spine import shelf
from gongxin.spine.access.models import Look
from gongxin.spine.cases import fields
from gongxin.spine.cases.models import Attachment, Case, CaseAct
from gongxin.spine.ledger.acts import person_key
from gongxin.spine.outbox import mailing, subscribers
from gongxin.spine.outbox.models import Contact, Delivery, Message, Notice
from tests.doors.web import town as place
from tests.doors.web.conftest import Town
from tests.doors.web.standing import people, town

__all__ = ["people", "town"]

MARK = "异议处理中"
SAID = {"ground": "facts", "text": "1. 罚没数额写错\n2. 决定日期不对"}


@pytest.fixture
def brought(town: Town, signed_in: Callable[[str], Client]) -> tuple[str, str]:
    """The company has objected to its penalty: number and receipt."""
    answer = signed_in("subject").post(
        reverse("web:new-case"),
        {"kind": "objection", "subject": f"uscc:{place.FIRM}", "record": town.records["penalty"], **SAID},
    )
    page = answer.content.decode()
    assert answer.status_code == 200 and "请记下回执码" in page
    number = Case.objects.get().number
    receipt = re.search(r'class="mono">([0-9A-Z]{12})<', page)
    assert receipt is not None
    return number, receipt[1]


def test_nothing_is_chosen_beforehand_and_what_is_missing_is_named(
    town: Town, signed_in: Callable[[str], Client]
) -> None:
    subject = signed_in("subject")
    address = reverse("web:new-case") + f"?kind=objection&record={town.records['penalty']}"
    page = subject.get(address).content.decode()
    assert "平环罚" not in page.split("<main")[0] and "checked" not in page
    answer = subject.post(address, {"kind": "objection", "subject": f"uscc:{place.FIRM}", "text": "第一点"})
    assert answer.status_code == 422
    again = answer.content.decode()
    assert "请选择：理由" in again and "第一点" in again, "what was typed is not lost"
    assert not Case.objects.exists()


def test_the_entry_is_marked_at_once_for_everybody(
    brought: tuple[str, str], town: Town, signed_in: Callable[[str], Client]
) -> None:
    assert MARK in Client().get(f"/subjects/{place.FIRM}/").content.decode()
    officer = signed_in("officer")
    answer = officer.post(reverse("web:check"), {"matter": "procurement", "code": place.FIRM})
    assert MARK in answer.content.decode()


def test_each_side_sees_its_own_buttons(brought: tuple[str, str], signed_in: Callable[[str], Client]) -> None:
    number, _receipt = brought
    verbs = {}
    for role in ("subject", "operator", "steward"):
        page = signed_in(role).get(reverse("web:case", args=[number])).content.decode()
        verbs[role] = set(re.findall(rf'action="/cases/{number}/([a-z-]+)/"', page))
    assert verbs["subject"] - {"attachments"} == {"withdraw"}
    assert verbs["operator"] - {"attachments"} == {"forward", "request-material"}
    assert {"uphold", "reject"} <= verbs["steward"] and "withdraw" not in verbs["steward"]


def test_the_clerk_is_named_to_staff_and_not_to_the_applicant(
    brought: tuple[str, str], signed_in: Callable[[str], Client]
) -> None:
    number, _receipt = brought
    signed_in("operator").post(reverse("web:case-act", args=[number, "forward"]), {})
    assert "陆远" in signed_in("steward").get(reverse("web:case", args=[number])).content.decode()
    page = signed_in("subject").get(reverse("web:case", args=[number])).content.decode()
    assert "转送作出单位" in page and "陆远" not in page


def test_reading_the_case_leaves_a_look_with_its_number(
    brought: tuple[str, str], signed_in: Callable[[str], Client]
) -> None:
    number, _receipt = brought
    before = Look.objects.count()
    signed_in("steward").get(reverse("web:case", args=[number]))
    assert Look.objects.count() == before + 1
    assert Look.objects.latest("id").case_no == number


def test_what_is_not_allowed_is_said_and_changes_nothing(
    brought: tuple[str, str], signed_in: Callable[[str], Client]
) -> None:
    number, _receipt = brought
    answer = signed_in("operator").post(
        reverse("web:case-act", args=[number, "uphold"]), {"findings": "1. 对", "decided_by": "甲"}
    )
    assert answer.status_code == 422 and "现在不能这样办理" in answer.content.decode()
    assert CaseAct.objects.count() == 1


def test_a_strangers_case_does_not_exist(
    brought: tuple[str, str], town: Town, signed_in: Callable[[str], Client]
) -> None:
    number, _receipt = brought
    known = signed_in("officer").get(reverse("web:case", args=[number]))
    unknown = signed_in("officer").get(reverse("web:case", args=["YY-2026-999999"]))
    assert known.status_code == unknown.status_code == 404
    assert known.content.decode().replace(number, "") == unknown.content.decode().replace("YY-2026-999999", "")


def test_a_receipt_finds_the_case_and_tells_nothing_said_in_it(brought: tuple[str, str]) -> None:
    number, receipt = brought
    page = (
        Client().post(reverse("web:progress"), {"number": number.lower(), "receipt": receipt.lower()}).content.decode()
    )
    assert "已提交，待转办" in page and "罚没数额" not in page and "燕北" not in page
    wrong = Client().post(reverse("web:progress"), {"number": number, "receipt": "AAAAAAAAAAAA"})
    assert wrong.status_code == 422 and "对不上" in wrong.content.decode()


def test_the_counter_enters_a_case_for_somebody(town: Town, signed_in: Callable[[str], Client]) -> None:
    said = {
        "kind": "objection",
        "code": place.FIRM,
        "record": town.records["penalty"],
        "applicant": "宋知远",
        "paper": "1",
        **SAID,
    }
    answer = signed_in("operator").post(reverse("web:counter-case"), said)
    assert answer.status_code == 200 and "请记下回执码" in answer.content.decode()
    case = Case.objects.get()
    assert case.channel == "paper" and "宋知远" not in case.applicant, "the applicant's name lies sealed"


def test_whose_turn_it_is_gets_a_notice(brought: tuple[str, str], signed_in: Callable[[str], Client]) -> None:
    number, _receipt = brought
    operator = signed_in("operator")
    page = operator.get(reverse("web:notices")).content.decode()
    assert number in page and "轮到您办理" in page and "未读" in page
    operator.post(reverse("web:notices"), {})
    assert Notice.objects.get(to_kind="role", to="operator").read_at is not None
    operator.post(reverse("web:case-act", args=[number, "forward"]), {})
    assert number in signed_in("steward").get(reverse("web:notices")).content.decode()
    assert number in signed_in("subject").get(reverse("web:notices")).content.decode()


def test_the_case_prints_with_its_number(brought: tuple[str, str], signed_in: Callable[[str], Client]) -> None:
    number, _receipt = brought
    page = signed_in("subject").get(reverse("web:case-paper", args=[number])).content.decode()
    assert number in page and "申请人签名" in page


def test_every_field_of_every_act_has_a_name_a_hint_and_a_control(people: object) -> None:
    law = shelf.book().on(place.TODAY)
    bare = []
    for entry in law.casework():
        rules = casework.rules_of(entry.id, law=law)
        for rule in rules.acts.values():
            for name in rule.says():
                one = casefields.named(rules.id, rule.id, name)
                hinted = bool(one.hint) or one.shape in {"choice", "tick"}
                if name not in fields.FIELDS or str(one.label) == name or not hinted:
                    bare.append(f"{rules.id}.{rule.id}.{name}")
                # Whom a case may be given to the register offers, when the form is drawn.
                grounds = name == "ground" and rules.grounds
                if one.shape == "choice" and not one.choices and not grounds and name != "handler":
                    bare.append(f"{rules.id}.{rule.id}.{name}: nothing to choose")
    assert not bare, bare
    assert not [key for (key, _name) in fields.WORDINGS if _unknown(key, law)]


def _unknown(key: str, law: object) -> bool:
    kind, _sep, verb = key.partition(".")
    return verb not in casework.rules_of(kind, law=law).acts  # type: ignore[arg-type]


def _upheld(number: str, signed_in: Callable[[str], Client], way: str) -> Client:
    signed_in("operator").post(reverse("web:case-act", args=[number, "forward"]), {})
    steward = signed_in("steward")
    said = {
        "findings-1": "核对决定书，罚没数额应为 2 万元\n原报送多写一位",
        "findings-2": "日期无误",
        "decided_by": "郑文澜，法制科科长",
        "remedy_kind": way,
    }
    answer = steward.post(reverse("web:case-act", args=[number, "uphold"]), said)
    assert answer.status_code == 302, re.sub(r"<[^>]+>", " ", answer.content.decode())
    return steward


def test_points_are_answered_one_by_one(brought: tuple[str, str], signed_in: Callable[[str], Client]) -> None:
    number, _receipt = brought
    steward = signed_in("steward")
    page = steward.get(reverse("web:case", args=[number])).content.decode()
    assert "第 1 点" in page and "第 2 点" in page and 'name="findings-2"' in page
    said = {"findings-1": "查实", "decided_by": "郑文澜", "remedy_kind": "correction"}
    short = steward.post(reverse("web:case-act", args=[number, "uphold"]), said)
    again = short.content.decode()
    assert short.status_code == 422 and 'href="#uphold-findings-2"' in again and "查实" in again
    _upheld(number, signed_in, "correction")
    told = signed_in("subject").get(reverse("web:case", args=[number])).content.decode()
    assert "罚没数额应为 2 万元 原报送多写一位" in told and "日期无误" in told and "罚没数额写错" in told


def test_a_correction_is_filled_in_field_by_field(
    brought: tuple[str, str], town: Town, signed_in: Callable[[str], Client]
) -> None:
    number, _receipt = brought
    signed_in("officer").post(reverse("web:check"), {"matter": "procurement", "code": place.FIRM})
    steward = _upheld(number, signed_in, "correction")
    page = steward.get(reverse("web:case", args=[number])).content.decode()
    assert 'name="correct-confiscated_wan"' in page and 'name="correct-uscc"' not in page
    done = steward.post(
        reverse("web:case-act", args=[number, "carry-out"]), {"reason": "报送多写一位", "correct-confiscated_wan": "2"}
    )
    assert done.status_code == 302
    assert Case.objects.get(number=number).state == "corrected"
    assert MARK not in Client().get(f"/subjects/{place.FIRM}/").content.decode()


def test_the_subject_sees_who_had_used_the_wrong_record(town: Town, signed_in: Callable[[str], Client]) -> None:
    signed_in("officer").post(reverse("web:check"), {"matter": "procurement", "code": place.FIRM})
    look = Look.objects.latest("id").number
    subject = signed_in("subject")
    said = {"kind": "objection", "subject": f"uscc:{place.FIRM}", "record": town.records["penalty"], **SAID}
    subject.post(reverse("web:new-case"), said)
    number = Case.objects.get().number
    before = subject.get(reverse("web:case", args=[number])).content.decode()
    assert "谁用过" not in before
    _upheld(number, signed_in, "withdrawal")
    page = subject.get(reverse("web:case", args=[number])).content.decode()
    assert "1 个单位在 1 次查阅中用过它" in page and "平陵市公共资源交易中心" in page and look in page


def test_named_remedies_stand_beside_a_rejection(brought: tuple[str, str], signed_in: Callable[[str], Client]) -> None:
    number, _receipt = brought
    subject = signed_in("subject")
    assert "不服怎么办" not in subject.get(reverse("web:case", args=[number])).content.decode()
    said = {"findings-1": "数额无误", "findings-2": "日期无误", "decided_by": "郑文澜，科长"}
    assert signed_in("steward").post(reverse("web:case-act", args=[number, "reject"]), said).status_code == 302
    for address in (reverse("web:case", args=[number]), reverse("web:case-paper", args=[number])):
        page = subject.get(address).content.decode()
        assert "不服怎么办" in page
        for way in shelf.book().on(place.TODAY).parameter("case.decision.remedies").texts():
            assert shelf.book().on(place.TODAY).procedure(str(way)).text in page
    assert "复核" in subject.get(reverse("web:notices")).content.decode()


PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


def test_attachments_are_for_the_sides_of_the_case_alone(
    brought: tuple[str, str], signed_in: Callable[[str], Client]
) -> None:
    number, _receipt = brought
    subject = signed_in("subject")
    file = SimpleUploadedFile("缴款书.pdf", PDF, "application/pdf")
    assert subject.post(reverse("web:case-attach", args=[number]), {"files": file}).status_code == 302
    kept = Attachment.objects.get()
    address = reverse("web:case-attachment", args=[number, kept.pk])
    page = signed_in("steward").get(reverse("web:case", args=[number])).content.decode()
    assert "缴款书.pdf" in page and address in page
    for role in ("subject", "steward", "operator"):
        answer = signed_in(role).get(address)
        assert b"".join(answer.streaming_content) == PDF  # type: ignore[attr-defined]
        assert answer["Content-Disposition"].startswith("attachment") and answer["Content-Type"] == "application/pdf"
    assert signed_in("officer").get(address).status_code == 404
    assert signed_in("officer").post(reverse("web:case-attach", args=[number]), {}).status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("清单.exe", b"MZ\x90", "不收这种文件"),
        ("空.pdf", b"", "文件是空的"),
        ("大.pdf", b"%PDF-" + b"0" * (21 << 20), "文件超过 20 MB"),
    ],
    ids=["kind", "empty", "large"],
)
def test_a_file_that_is_not_taken_is_told_in_words(
    name: str, content: bytes, told: str, brought: tuple[str, str], signed_in: Callable[[str], Client]
) -> None:
    number, _receipt = brought
    file = SimpleUploadedFile(name, content, "application/pdf")
    answer = signed_in("subject").post(reverse("web:case-attach", args=[number]), {"files": file})
    page = answer.content.decode()
    assert answer.status_code == 422 and told in page and name in page
    assert not Attachment.objects.exists()


def test_files_come_with_the_application(town: Town, signed_in: Callable[[str], Client]) -> None:
    said = {"kind": "objection", "subject": f"uscc:{place.FIRM}", "record": town.records["penalty"], **SAID}
    files = [SimpleUploadedFile("决定书.pdf", PDF), SimpleUploadedFile("录像.mp4", b"\x00\x00")]
    page = signed_in("subject").post(reverse("web:new-case"), said | {"files": files}).content.decode()
    assert "有的附件没有收下" in page and "录像.mp4" in page
    assert Attachment.objects.count() == 1


def test_one_is_led_to_the_record_and_told_the_day(town: Town, signed_in: Callable[[str], Client]) -> None:
    subject = signed_in("subject")
    choose = subject.get(reverse("web:new-case")).content.decode()
    assert "?kind=repair" in choose and "?kind=correction" not in choose
    listed = subject.get(reverse("web:new-case") + "?kind=repair").content.decode()
    assert f"kind=repair&amp;record={town.records['penalty']}" in listed
    assert f"record={town.records['licence']}" not in listed, "a licence is nothing to repair"
    fresh = place.penalty(place.FIRM, "燕北精密机械有限公司", "2026-11-02", document_no="平环罚〔2026〕201 号")
    early = subject.get(reverse("web:new-case") + f"?kind=repair&record={fresh}").content.decode()
    assert "现在还不能申请" in early and "最早可以申请：2027-02-02" in early and 'name="commitment"' not in early
    strange = subject.get(reverse("web:new-case") + f"?kind=objection&record={town.records['ban']}").content.decode()
    assert "恒砾" not in strange and "提供虚假材料" not in strange


def test_the_deciding_body_reports_its_own_change_and_no_other(town: Town, signed_in: Callable[[str], Client]) -> None:
    steward = signed_in("steward")
    said = {
        "kind": "correction",
        "ground": "revoked",
        "reason": "复议撤销",
        "decided_on": "2026-11-20",
        "remedy_kind": "withdrawal",
    }
    other = steward.post(reverse("web:own-decision"), said | {"record": town.records["ban"]})
    assert other.status_code == 422 and "恒砾" not in other.content.decode()
    done = steward.post(reverse("web:own-decision"), said | {"record": town.records["penalty"]})
    assert done.status_code == 200 and "请记下回执码" in done.content.decode()
    assert "117" not in Client().get(f"/subjects/{place.FIRM}/").content.decode(), "out of sight at once"


def test_the_clocks_are_published_without_a_name(
    brought: tuple[str, str], signed_in: Callable[[str], Client], on_day: Callable[[object], None]
) -> None:
    number, _receipt = brought
    signed_in("operator").post(reverse("web:case-act", args=[number, "forward"]), {})
    page = Client().get(reverse("web:clocks")).content.decode()
    assert "平陵市生态环境局" in page and "信用主管单位" in page and "100%" in page
    assert number not in page and "燕北" not in page
    on_day("2026-12-30")
    later = Client().get(reverse("web:clocks")).content.decode()
    assert "现在逾期未办 2 个" in later, "the answer to the applicant, and the body's own verification"


def test_who_has_not_acknowledged_stands_in_public_with_days(
    town: Town, signed_in: Callable[[str], Client], on_day: Callable[[object], None]
) -> None:
    subscribers.add("31130100MD0000001X", "冀北信用服务公司", "agency", endpoint="https://agency.example/events")
    number = _objected(town, signed_in)
    steward = _upheld(number, signed_in, "withdrawal")
    steward.post(reverse("web:case-act", args=[number, "carry-out"]), {"reason": "重复报送"})
    assert Delivery.objects.exists()
    on_day("2026-11-26")
    public = Client().get(reverse("web:unacknowledged")).content.decode()
    assert "冀北信用服务公司" in public and "4 天" in public and "燕北" not in public
    mine = signed_in("subject").get(reverse("web:mine-record", args=[town.records["penalty"]])).content.decode()
    assert "冀北信用服务公司" in mine and "4 天没有确认" in mine
    operator = signed_in("operator")
    assert "立即重送" in operator.get(reverse("web:subscribers")).content.decode()
    answer = operator.post(reverse("web:subscribers"), {"body": "31130100MD0000001X"}, follow=True)
    assert "已排队重送" in answer.content.decode()


def _objected(town: Town, signed_in: Callable[[str], Client]) -> str:
    said = {"kind": "objection", "subject": f"uscc:{place.FIRM}", "record": town.records["penalty"], **SAID}
    signed_in("subject").post(reverse("web:new-case"), said)
    return Case.objects.get().number


def test_one_can_be_told_by_mail_and_take_it_back(town: Town, signed_in: Callable[[str], Client]) -> None:
    subject = signed_in("subject")
    wrong = subject.post(reverse("web:notices"), {"do": "add", "channel": "sms", "address": "110"})
    assert wrong.status_code == 422 and "手机号是 11 位数字" in wrong.content.decode()
    subject.post(reverse("web:notices"), {"do": "add", "channel": "email", "address": "songzhiyuan@example.cn"})
    contact = Contact.objects.get()
    assert "songzhiyuan" not in contact.address, "sealed"
    number = _objected(town, signed_in)
    signed_in("operator").post(reverse("web:case-act", args=[number, "forward"]), {})
    assert Message.objects.exists()
    page = subject.get(reverse("web:notices")).content.decode()
    assert "so***@example.cn" in page and "排队中" in page and "songzhiyuan" not in page
    signed_in("steward").post(reverse("web:notices"), {"do": "remove", "contact": contact.pk})
    assert mailing.contacts(town.people["subject"].pk).exists(), "nobody ends another's address"
    subject.post(reverse("web:notices"), {"do": "remove", "contact": contact.pk})
    assert not mailing.contacts(town.people["subject"].pk).exists()


def test_help_leads_to_where_it_is_done() -> None:
    page = Client().get(reverse("web:help-remedy")).content.decode()
    assert "/mine/cases/new/?kind=objection" in page and "/mine/cases/new/?kind=repair" in page and "/progress/" in page


def test_a_persons_number_at_the_counter_becomes_a_key(town: Town, signed_in: Callable[[str], Client]) -> None:
    said = {"kind": "guardian", "code": place.CITIZEN_NUMBER, "applicant": "宋知远", "ground": "minor", "text": "父亲"}
    counter = signed_in("operator")
    assert "公民身份号码" in counter.get(reverse("web:counter-case") + "?kind=guardian").content.decode()
    answer = counter.post(reverse("web:counter-case"), said)
    assert answer.status_code == 200, answer.content.decode()
    case = Case.objects.get()
    assert case.subject == person_key(place.CITIZEN_NUMBER)
    assert place.CITIZEN_NUMBER not in repr(Case.objects.values().get())
    wrong = counter.post(reverse("web:counter-case"), said | {"code": place.CITIZEN_NUMBER[:-1] + "Q"})
    assert wrong.status_code == 422 and "代码不对" in wrong.content.decode()
    assert Case.objects.count() == 1


def test_who_asks_to_represent_somebody_names_whom(town: Town, signed_in: Callable[[str], Client]) -> None:
    address = reverse("web:new-case") + "?kind=guardian"
    said = {"kind": "guardian", "ground": "minor", "text": "母亲"}
    asking = signed_in("subject")
    assert "被代理人的公民身份号码" in asking.get(address).content.decode()
    nobody = asking.post(address, said)
    assert nobody.status_code == 422 and not Case.objects.exists()
    answer = asking.post(address, said | {"code": place.CITIZEN_NUMBER})
    assert answer.status_code == 200, answer.content.decode()
    page = answer.content.decode()
    assert Case.objects.get().subject == person_key(place.CITIZEN_NUMBER)
    assert place.CITIZEN_NUMBER not in page and "person:" not in page
