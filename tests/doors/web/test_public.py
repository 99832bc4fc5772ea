"""What the public sees (公开页面): the five things of an adverse entry, nothing past its term, nothing of persons."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.test import Client

from tests.doors.web import town as place
from tests.doors.web.conftest import Town
from tests.doors.web.standing import people, town

__all__ = ["people", "town"]

PERSON = "130102199003070019"
"""An invented identity number with a right check digit."""


def page(address: str) -> str:
    return Client().get(address).content.decode()


def text_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def entry(html: str, record: int) -> str:
    """The timeline entry of one record."""
    found = re.search(rf'<li class="\w+" id="r{record}">.*?</article></li>', html, re.S)
    assert found, f"record {record} is not on the page"
    return found.group(0)


def test_an_adverse_entry_shows_its_five_things(town: Town) -> None:
    shown = text_of(entry(page(f"/subjects/{place.FIRM}/"), town.records["penalty"]))
    assert "平陵市生态环境局" in shown, "source"
    assert "平环罚〔2026〕117 号" in shown, "document"
    assert "行政处罚法 第四十八条" in shown, "clause"
    assert "自动停止公示 2027-06-14" in shown, "end"
    assert "救济办法" in shown and "行政复议" in shown, "remedy"
    assert "可申请修复 2026-09-14 起" in shown
    assert "公示从 2026-06-14 开始" in shown, "one whole sentence for screen readers"


def test_every_adverse_entry_of_the_town_shows_them(town: Town) -> None:
    for code, record, source, document in (
        (place.BUILDER, "ban", "平陵市财政局", "2026-03-02"),
        (place.BUILDER, "builder-penalty", "平陵市生态环境局", "平环罚〔2026〕98 号"),
        (place.SHOP, "abnormal", "平陵市市场监督管理局", "平市监异〔2026〕7 号"),
    ):
        shown = text_of(entry(page(f"/subjects/{code}/"), town.records[record]))
        assert source in shown and "救济办法" in shown and "依据" in shown
        assert document in shown or "3月2日" in shown
        assert "自动停止公示" in shown or "移出或修复当天停止公示" in shown


def test_an_entry_without_its_source_is_not_shown_and_not_counted(town: Town) -> None:
    lame = place.penalty(
        place.QUIET, "平陵静水文化传媒有限公司", "2026-07-02", authority="", document_no="平环罚〔2026〕150 号"
    )
    shown = page(f"/subjects/{place.QUIET}/")
    assert f'id="r{lame}"' not in shown
    assert "平环罚〔2026〕150 号" not in shown
    assert "行政处罚 1" not in text_of(shown)


def test_what_has_passed_its_term_is_nowhere(town: Town) -> None:
    for address in (
        f"/subjects/{place.QUIET}/", f"/subjects/{place.QUIET}/data.json", "/lists/penalty/", "/lists/", "/",
        "/search?q=静水", "/search?q=平环罚〔2022〕3 号",
    ):  # fmt: skip
        assert "已过公示期的旧处罚" not in page(address), address
        assert "平环罚〔2022〕3 号" not in page(address).replace("平环罚〔2022〕3 号”", "").replace(
            'value="平环罚〔2022〕3 号"', ""
        ).replace("<title>平环罚〔2022〕3 号", ""), address
    assert b"".join(Client().get("/open-data/penalty.csv").streaming_content).decode().count("平环罚〔2022〕3 号") == 0


def test_the_day_after_the_term_nothing_is_left(town: Town, on_day: Callable[[Any], None]) -> None:
    places = (f"/subjects/{place.FIRM}/", "/lists/penalty/", f"/subjects/{place.FIRM}/data.json")
    last = place.TODAY.replace(year=2027, month=6, day=14)
    on_day(last)
    for address in places:
        assert "平环罚〔2026〕117 号" in page(address), address
    on_day(last + timedelta(days=1))
    for address in places:
        assert "平环罚〔2026〕117 号" not in page(address), address
    assert "行政处罚 1" not in text_of(page(places[0]))


def test_what_a_person_must_decide_is_not_shown_before(town: Town) -> None:
    assert "由人认定程度的处罚" not in page(f"/subjects/{place.QUIET}/")
    assert "由人认定程度的处罚" not in page("/lists/penalty/")


def test_search_by_part_of_a_name_by_code_and_by_kind(town: Town) -> None:
    assert "燕北精密机械有限公司" in page("/search?q=精密")
    assert "燕北精密机械有限公司" in page(f"/search?q={place.FIRM}")
    assert "燕北精密机械有限公司" in page(f"/search?q={place.FIRM.lower()}")
    assert "平陵市槐荫面馆" in page("/search?q=平陵&kind=household")
    assert "平陵市财政局" not in text_of(page("/search?q=平陵&kind=household"))


def test_finding_nothing_says_what_was_searched_and_is_no_praise(town: Town) -> None:
    shown = text_of(page("/search?q=没有这一家"))
    assert "已核对 3 个单位的数据，截至 2026-11-22 24:00" in shown
    assert "查无结果不等于信用良好" in shown


def test_a_question_too_short_or_about_a_person_is_answered_in_words(town: Town) -> None:
    assert "请输入两个以上的字" in page("/search?q=平")
    assert "不查自然人" in page(f"/search?q={PERSON}")


def test_a_persons_number_is_not_repeated_anywhere_on_the_page(town: Town) -> None:
    for address in (f"/search?q={PERSON}", f"/search?q={PERSON} 平陵"):
        shown = page(address)
        assert PERSON not in re.sub(r"\?next=[^\"]*", "", shown), address


def test_promises_are_shown_as_they_stand(town: Town) -> None:
    shown = text_of(page("/promises/"))
    assert shown.index("拨付 2025 年度技术改造奖补资金") < shown.index("老旧小区增设油烟监测点"), "broken ones first"
    assert "没有兑现" in shown and "已兑现" in shown and "将到期" in shown
    home = page("/")
    assert "政府承诺，公开履行" in home and "投诉政府失约" in home


def test_lists_show_their_basis_and_what_is_not_collected_says_so(town: Town) -> None:
    shown = text_of(page("/lists/"))
    assert "政府采购法 第七十七条" in shown and "失信被执行人名单" in shown and "本平台不归集" not in shown
    court = text_of(page("/lists/judgment-defaulters/"))
    assert "在公示 0 条" in court and "未成年人" in court and "已提供充分有效担保" in court and "一般二年" in court
    assert "没有效果" in text_of(page("/lists/research-integrity/"))
    assert Client().get("/lists/procurement-serious-violations/")["Location"] == "/lists/procurement-violation/"
    one = text_of(page("/lists/procurement-violation/"))
    assert "三万元以上罚款" in one and "处罚期限届满" in one, "shown as the list it is"
    assert "恒砾建筑工程有限公司" in one and "2027-03-02" in one and "救济办法" in one


def test_a_list_that_is_none_is_not_found(town: Town) -> None:
    for item in ("registration", "nothing"):
        assert Client().get(f"/lists/{item}/").status_code == 404


def test_downloads_hold_what_the_pages_hold(town: Town) -> None:
    text = b"".join(Client().get("/open-data/penalty.csv").streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {row["document_no"] for row in rows} == {"平环罚〔2026〕117 号", "平环罚〔2026〕98 号"}
    assert "legal_rep_id" not in rows[0]
    lines = b"".join(Client().get("/open-data/penalty.jsonl").streaming_content).decode().splitlines()
    assert [json.loads(line)["record"] for line in lines] == [row["record"] for row in rows]
    data = Client().get(f"/subjects/{place.FIRM}/data.json").json()
    penalty = next(one for one in data["records"] if one["item"] == "penalty")
    assert penalty["display_until"] == "2027-06-14" and penalty["clauses"] and penalty["remedy"]


def test_numbers_in_free_text_are_masked(town: Town) -> None:
    place.penalty(
        place.SHOP, "平陵市槐荫面馆", "2026-08-01", document_no="平环罚〔2026〕160 号",
        penalty_content="经营者王五（身份证号 130102199003070019，电话 13812345678）没收违法所得 1 万元",
    )  # fmt: skip
    for address in (f"/subjects/{place.SHOP}/", f"/subjects/{place.SHOP}/data.json", "/lists/penalty/"):
        shown = page(address)
        assert "130102199003070019" not in shown and "13812345678" not in shown, address
    assert "130102199003070019" not in b"".join(Client().get("/open-data/penalty.csv").streaming_content).decode()


def test_the_law_book_leads_from_article_to_what_rests_on_it(town: Town) -> None:
    assert "/law/APL-2021/48/" in page("/law/APL-2021/")
    shown = page("/law/APL-2021/48/")
    assert "/catalogue/penalty/" in shown and "判断规则" in shown
    item = text_of(page("/catalogue/penalty/"))
    assert "一般失信最长公示" in item and "12 个月" in item, (
        "the display period stands on the item's page, with its source"
    )
    assert "加密，不公开" in item and "待法制审核" in item
    assert Client().get("/law/APL-2021/999/").status_code == 404
    assert Client().get("/catalogue/nothing/").status_code == 404


def test_the_term_of_a_general_penalty_leads_to_its_article(town: Town) -> None:
    item = page("/catalogue/penalty/")
    row = re.search(r"一般失信最长公示.*?</tr>", item, re.S)
    assert row and "/law/NDRC-36/" in row.group(0)


def test_public_pages_set_no_cookie_by_themselves(town: Town) -> None:
    for address in ("/", "/search?q=平陵", f"/subjects/{place.FIRM}/", "/lists/", "/law/"):
        assert not Client().get(address).cookies, address
