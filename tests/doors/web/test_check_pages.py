"""The officer's check on the page (核查页面): ground first, three groups, a number, an outcome nobody preselected."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from gongxin.rooms.measures.models import Outcome
from gongxin.spine.access.models import Look
from tests.doors.web import town as place
from tests.doors.web.conftest import Town
from tests.doors.web.standing import people, town

__all__ = ["people", "town"]

ASKED = {"matter": "procurement", "code": place.BUILDER, "case_no": "PL-ZB-2026-0917", "project": "综合楼施工"}
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def officer(town: Town, signed_in: Callable[[str], Client]) -> Client:
    return signed_in("officer")


def plain(text: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def test_the_form_says_what_will_be_recorded_before_it_is_pressed(officer: Client) -> None:
    page = officer.get(reverse("web:check")).content.decode()
    assert "谁看过我" in page and page.index("谁看过我") < page.index("核查</button>")
    assert not Look.objects.exists()


def test_the_answer_separates_what_binds_from_what_informs(officer: Client) -> None:
    page = officer.post(reverse("web:check"), ASKED).content.decode()
    shown = plain(page)
    assert "1 项须依法处理，1 项供参考" in shown
    must = plain(page[page.index("须依法处理</span>") : page.index("供参考</span>")])
    for words in ("平陵市财政局", "2026-03-02", "2027-03-02", "政府采购法 第七十七条", "救济办法", "不得参加本次采购"):
        assert words in must, words
    assert "法律未规定因此限制" in shown
    assert "经营异常名录信息" in shown[shown.index("已核对，没有记录") :]
    assert "没有记录不等于信用良好" in shown
    look = Look.objects.get()
    assert look.number in page and look.must == 1 and look.case_no == "PL-ZB-2026-0917 综合楼施工"
    assert look.body == place.CENTRE


def test_no_outcome_is_chosen_beforehand(officer: Client) -> None:
    page = officer.post(reverse("web:check"), ASKED).content.decode()
    radios = re.findall(r'<input type="radio" name="kind"[^>]*>', page)
    assert len(radios) == 4 and not any("checked" in radio for radio in radios)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"matter": ""}, "请选择办理事项"),
        ({"matter": "recruitment-of-nobody"}, "请选择办理事项"),
        ({"code": ""}, "请填写对方的统一社会信用代码"),
        ({"code": "91130102MA000204"}, "18 位"),
        ({"project": "长" * 120}, "不超过 100 个字"),
    ],
)
def test_a_faulty_question_is_answered_in_words_and_leaves_no_look(
    officer: Client, given: dict[str, str], said: str
) -> None:
    answer = officer.post(reverse("web:check"), ASKED | given)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Look.objects.exists()


def test_a_mistyped_code_gets_a_hint_and_no_answer(officer: Client) -> None:
    mistyped = place.BUILDER.replace("0", "O", 1)
    page = officer.post(reverse("web:check"), ASKED | {"code": mistyped}).content.decode()
    assert f"是不是 {place.BUILDER}" in page


def test_an_outcome_is_registered_and_the_page_says_its_number(officer: Client) -> None:
    officer.post(reverse("web:check"), ASKED)
    number = Look.objects.get().number
    address = reverse("web:record-outcome", args=[number])
    nothing = officer.post(address, {}, **HTMX).content.decode()
    assert "请选择处理结果" in nothing and "data-focus" in nothing
    without = officer.post(address, {"kind": "not_restricted"}, **HTMX).content.decode()
    assert "说明" in without and not Outcome.objects.exists()
    done = officer.post(
        address, {"kind": "restricted", "document_no": "平交易资审〔2026〕52 号"}, **HTMX
    ).content.decode()
    assert number in done and "已登记" in done
    assert Outcome.objects.get().kind == "restricted"
    page = officer.get(reverse("web:one-check", args=[number])).content.decode()
    assert "平交易资审〔2026〕52 号" in page and "依法限制" in page


def test_without_a_script_an_outcome_is_registered_too(officer: Client) -> None:
    officer.post(reverse("web:check"), ASKED)
    number = Look.objects.get().number
    address = reverse("web:record-outcome", args=[number])
    assert officer.post(address, {"kind": "", "reason": "写过的字"}).content.decode().count("写过的字") == 1
    answer = officer.post(address, {"kind": "withdrawn", "decided_on": "2026/11/22"}, follow=True)
    assert "已登记" in answer.content.decode()


def test_outcomes_due_are_counted_and_listed_until_registered(officer: Client) -> None:
    officer.post(reverse("web:check"), ASKED)
    number = Look.objects.get().number
    assert number in officer.get(reverse("web:checks-open")).content.decode()
    assert number in officer.get(reverse("web:checks")).content.decode()
    assert "1</b>" in officer.get(reverse("web:desk")).content.decode()
    officer.post(reverse("web:record-outcome", args=[number]), {"kind": "restricted"}, follow=True)
    assert number not in officer.get(reverse("web:checks-open")).content.decode()


def test_the_content_of_an_answer_is_not_kept(officer: Client) -> None:
    officer.post(reverse("web:check"), ASKED)
    page = officer.get(reverse("web:one-check", args=[Look.objects.get().number])).content.decode()
    assert "提供虚假材料谋取中标" not in page and "再核查一次" in page


def test_the_subject_reads_who_looked_and_the_auditor_reads_the_log(
    officer: Client, signed_in: Callable[[str], Client]
) -> None:
    officer.post(reverse("web:check"), ASKED | {"code": place.FIRM})
    number = Look.objects.get().number
    own = plain(signed_in("subject").get(reverse("web:mine-looks")).content.decode())
    assert "平陵市公共资源交易中心" in own and "政府采购" in own and number in own
    assert "何敏之" not in own, "the page of the one looked at names the body, not the officer"
    log = signed_in("auditor").get(reverse("web:looks"), {"subject": place.FIRM}).content.decode()
    assert number in log and "何敏之" in log
    assert number not in signed_in("auditor").get(reverse("web:looks"), {"subject": place.SHOP}).content.decode()


def test_the_platform_that_cannot_answer_does_not_say_none(officer: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from gongxin.doors.web.views import checks

    def broken(*_args: object, **_kwargs: object) -> None:
        raise checks.checking.Unanswerable("log")

    monkeypatch.setattr(checks.checking, "check", broken)
    page = officer.post(reverse("web:check"), ASKED).content.decode()
    assert "现在不能作答" in page and "这不表示没有记录" in page and "已核对，没有记录" not in page
