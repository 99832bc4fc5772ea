"""Two languages (双语): Chinese first, English by a switch; no sentence without its English, no stale .mo file."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

import pytest
from django.test import Client
from django.urls import reverse

from tests.doors.web import town as place
from tests.doors.web import translating
from tests.doors.web.conftest import Town

pytestmark = pytest.mark.words

CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def wanted() -> dict[translating.Message, list[str]]:
    return translating.found()


def test_every_sentence_has_its_english(wanted: dict[translating.Message, list[str]]) -> None:
    missing = translating.untranslated(translating.catalogue(), wanted)
    assert not missing, "run python -m tests.doors.web.translating, then translate these in django.po"


def test_the_catalogue_holds_no_sentence_nobody_says(wanted: dict[translating.Message, list[str]]) -> None:
    said = {key if isinstance(key, str) else key[0] for key in wanted}
    kept = {entry.id if isinstance(entry.id, str) else entry.id[0] for entry in translating.catalogue() if entry.id}
    assert kept <= said


def test_the_compiled_file_is_that_of_the_catalogue() -> None:
    compiled = (translating.FOLDER / "django.mo").read_bytes()
    assert compiled == translating.compiled(translating.catalogue())


def test_placeholders_survive_translation() -> None:
    for entry in translating.catalogue():
        if not entry.id:
            continue
        source = entry.id if isinstance(entry.id, str) else entry.id[0]
        for text in entry.string if isinstance(entry.string, tuple) else (entry.string,):
            named = re.compile(r"%\((\w+)\)")
            assert set(named.findall(text)) <= set(named.findall(source)), source
            if isinstance(entry.id, str):
                assert set(named.findall(text)) == set(named.findall(source)), source
            assert not CHINESE.search(re.sub(r"平交易资审〔2026〕52 号", "", text)), source


def test_no_chinese_stands_in_a_template_outside_a_translation() -> None:
    tags = re.compile(
        r"{%\s*blocktranslate.*?%}.*?{%\s*endblocktranslate\s*%}|{%\s*translate.*?%}|{#.*?#}|_\(\".*?\"\)", re.S
    )
    allowed = {"500.html", "503.html"}
    for path in sorted((translating.PACKAGE / "doors" / "web" / "templates").rglob("*.html")):
        if path.name in allowed:
            continue
        rest = (
            tags.sub("", path.read_text(encoding="utf-8"))
            .replace(">中文<", "><")
            .replace('"zh-Hans">{% icon "globe" %}中文', "")
        )
        rest = re.sub(r"[《》〔〕：；，。、（）　“”]", "", rest)
        assert not CHINESE.search(rest), f"{path.name}: {CHINESE.findall(rest)[:20]}"


def test_the_browsers_own_language_is_not_asked(people: Any) -> None:
    page = Client(HTTP_ACCEPT_LANGUAGE="en-US,en").get("/").content.decode()
    assert '<html lang="zh-Hans"' in page and "信用查询" in page


def test_the_switch_keeps_page_and_question(people: Any) -> None:
    client = Client()
    page = client.get("/search?q=平陵&kind=enterprise").content.decode()
    assert "/language/en/?next=%2Fsearch%3Fq%3D" in page
    answer = client.get(reverse("web:language", args=["en"]), {"next": "/search?q=平陵&kind=enterprise"})
    assert unquote(answer.url) == "/search?q=平陵&kind=enterprise"
    english = client.get(answer.url)
    assert '<html lang="en"' in english.content.decode() and english.headers["Content-Language"] == "en"
    back = client.get(reverse("web:language", args=["zh-hans"]), {"next": "/"})
    assert '<html lang="zh-Hans"' in client.get(back.url).content.decode()


def test_the_switch_repeats_no_number_and_keeps_it_all_the_same(people: Any) -> None:
    number, client = "110101199003077758", Client()
    asked = f"/search?q={number}&kind=enterprise"
    page = client.get(asked).content.decode()
    links = re.findall(r'href="(/(?:language|elder)/[^"]*)"', page)
    assert len(links) == 2 and not [link for link in links if number in unquote(unquote(link))]
    for link in links:
        assert "kind" in client.get(link).url and number not in client.get(link).url
        assert client.get(link, HTTP_REFERER=f"http://testserver{asked}").url == asked
        assert number not in client.get(link, HTTP_REFERER=f"http://elsewhere.example{asked}").url
        assert number not in client.get(link, HTTP_REFERER=f"http://testserver/lists/?q={number}").url
    assert f"next=%2Fsubjects%2F{number}" not in client.get(f"/subjects/{number}/").content.decode()
    assert number not in unquote(client.get(reverse("web:looks"), {"subject": number}).url), "nor on the way to sign in"


def test_english_pages_translate_what_is_ours_and_leave_documents_as_they_are(town: Town) -> None:
    client = Client()
    client.get(reverse("web:language", args=["en"]))
    page = client.get(reverse("web:subject", args=[place.FIRM])).content.decode()
    assert "Administrative penalty" in page and "What this page can tell" in page
    assert "超过大气污染物排放标准排放" in page and "平环罚〔2026〕117 号" in page


def test_elder_mode_is_remembered(people: Any) -> None:
    client = Client()
    assert 'class="elder"' not in client.get("/").content.decode()
    client.get(reverse("web:elder", args=["on"]), {"next": "/lists/"})
    assert 'class="elder"' in client.get("/lists/").content.decode()
    assert 'class="elder"' in client.get("/accounts/login/").content.decode()
    client.get(reverse("web:elder", args=["off"]))
    assert 'class="elder"' not in client.get("/").content.decode()
