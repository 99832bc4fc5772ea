"""Judging and determining on the page (认定页面): evidence, a reason, an undoing; a preview before a grade is entered."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from gongxin.rooms.intake import batches
from gongxin.spine.access.models import Look
from gongxin.spine.projections.models import Link, Mention
from tests.doors.web import files
from tests.doors.web import town as place
from tests.doors.web.conftest import Town
from tests.doors.web.standing import people, town

__all__ = ["people", "town"]


@pytest.fixture
def mention(town: Town, tmp_path: Path) -> Mention:
    """A row without a code waits for a person."""
    path = files.penalties(tmp_path / "file.csv")
    received = batches.receive(path, file_name="x.csv", provider=place.ENVIRONMENT, via="web", actor="郑文澜")
    batches.run(received.pk)
    return Mention.objects.get()


def test_the_row_stands_beside_candidates_with_nothing_chosen(
    mention: Mention, signed_in: Callable[[str], Client]
) -> None:
    steward = signed_in("steward")
    assert mention.subject_name in steward.get(reverse("web:identities")).content.decode()
    page = steward.get(reverse("web:identity", args=[mention.pk])).content.decode()
    assert "说明是它的" in page and "说明不是的" in page
    candidates = page[page.index("所报内容") : page.index("作出判断")]
    assert "checked" not in page and "primary" not in candidates
    assert Look.objects.filter(subject=f"mention:{mention.pk}").exists(), "reading a row leaves a trace"


def test_a_judgement_needs_a_reason(mention: Mention, signed_in: Callable[[str], Client]) -> None:
    steward = signed_in("steward")
    answer = steward.post(reverse("web:identity", args=[mention.pk]), {"act": f"same uscc:{place.FIRM}", "reason": " "})
    assert answer.status_code == 422 and "没有写明理由" in answer.content.decode()
    assert not Link.objects.filter(origin="judgement").exists()


def test_a_judgement_enters_the_row_and_its_undoing_takes_it_back(
    mention: Mention, signed_in: Callable[[str], Client]
) -> None:
    steward = signed_in("steward")
    before = Client().get(f"/subjects/{place.FIRM}/").content
    said = {"act": f"same uscc:{place.FIRM}", "reason": "核对了决定书原件"}
    answer = steward.post(reverse("web:identity", args=[mention.pk]), said, follow=True)
    assert "已认定为同一主体" in answer.content.decode()
    assert "平环罚〔2026〕207号" in Client().get(f"/subjects/{place.FIRM}/").content.decode()
    made = steward.get(reverse("web:judgements")).content.decode()
    assert "核对了决定书原件" in made and "郑文澜" in made
    link = Link.objects.get(origin="judgement")
    steward.post(reverse("web:undo", args=[link.seq]), {"reason": "看错了"})
    assert Client().get(f"/subjects/{place.FIRM}/").content == before
    assert "已不生效" in steward.get(reverse("web:judgements")).content.decode()


@pytest.mark.parametrize(
    ("act", "said", "state"),
    [
        ("different", "继续等待认定", "open"),
        ("unsure", "继续等待认定", "open"),
        ("keep", "存为未识别主体", "settled"),
        ("back", "已退回报送单位", "settled"),
        ("other", "已认定为同一主体", "settled"),
    ],
)
def test_the_other_judgements(
    act: str, said: str, state: str, mention: Mention, signed_in: Callable[[str], Client]
) -> None:
    pressed = f"{act} uscc:{place.FIRM}" if act in {"different", "unsure"} else act
    given = {"act": pressed, "reason": "核对了登记", "other": place.FIRM.lower()}
    answer = signed_in("steward").post(reverse("web:identity", args=[mention.pk]), given, follow=True)
    assert said in answer.content.decode()
    mention.refresh_from_db()
    assert mention.state == state


def test_an_invalid_code_is_refused_in_words(mention: Mention, signed_in: Callable[[str], Client]) -> None:
    given = {"act": "other", "reason": "核对了登记", "other": "91130102MA000201"}
    answer = signed_in("steward").post(reverse("web:identity", args=[mention.pk]), given)
    assert answer.status_code == 422 and "核对文书上的代码" in answer.content.decode()


def test_another_bodys_row_does_not_exist_for_a_steward(mention: Mention, signed_in: Callable[[str], Client]) -> None:
    Mention.objects.filter(pk=mention.pk).update(provider=place.FINANCE)
    assert signed_in("steward").get(reverse("web:identity", args=[mention.pk])).status_code == 404
    assert signed_in("operator").get(reverse("web:identity", args=[mention.pk])).status_code == 200


def test_a_grade_is_previewed_then_entered_then_shown(town: Town, signed_in: Callable[[str], Client]) -> None:
    steward = signed_in("steward")
    record = town.records["undecided"]
    address = reverse("web:determination", args=[record])
    page = steward.get(address).content.decode()
    assert "法典为什么定不了" in page and "checked" not in page
    preview = steward.post(address, {"preview": "1", "severity": "general", "reason": "按裁量基准"}).content.decode()
    assert "公示到 2027-07-01" in preview
    assert "由人认定程度的处罚" not in Client().get(f"/subjects/{place.QUIET}/").content.decode()
    without = steward.post(address, {"determine": "1", "severity": "general"})
    assert without.status_code == 422 and "没有写明理由" in without.content.decode()
    done = steward.post(address, {"determine": "1", "severity": "general", "reason": "按裁量基准"}, follow=True)
    assert "已认定并入账" in done.content.decode()
    assert "由人认定程度的处罚" in Client().get(f"/subjects/{place.QUIET}/").content.decode()


def test_one_code_with_two_names_is_shown_and_taken_apart(town: Town, signed_in: Callable[[str], Client]) -> None:
    record = place.penalty(place.FIRM, "平陵市搏飞商贸有限公司", "2026-09-01", document_no="平环罚〔2026〕170 号")
    operator = signed_in("operator")
    page = operator.get(reverse("web:names")).content.decode()
    assert "搏飞商贸" in page and "燕北精密" in page
    answer = operator.post(reverse("web:names"), {"record": str(record), "reason": "文书上是另一家"}, follow=True)
    assert "已移出" in answer.content.decode()
    assert "平环罚〔2026〕170 号" not in Client().get(f"/subjects/{place.FIRM}/").content.decode()


def test_a_candidate_reads_that_it_was_compared(mention: Mention, signed_in: Callable[[str], Client]) -> None:
    place.register(place.code("91", 307), mention.subject_name)
    page = signed_in("steward").get(reverse("web:identity", args=[mention.pk])).content.decode()
    shown = re.findall(r"\b9[0-9A-Z]{17}\b", page[page.index("所报内容") :])
    assert place.code("91", 307) in shown
    noted = set(Look.objects.filter(case_no=f"mention-{mention.pk}").values_list("subject", flat=True))
    assert noted >= {f"mention:{mention.pk}", *(f"uscc:{each}" for each in shown if each != place.ENVIRONMENT)}
