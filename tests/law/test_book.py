"""The law book: dated values, layers that state their precedence, and every malformed entry named with its place."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongxin.law.book import Book, BookConflict, BookFault, ClauseRef, LawSilent, Layer, parse_document
from gongxin.law.citing import chinese_number, weakest
from tests.law.conftest import BOOK, NATIONAL, overlay

TOY = {
    "instruments": {
        "TOY-1": {
            "title": "玩具国公示法",
            "rank": "law",
            "certainty": "verified",
            "from": date(2020, 1, 1),
            "articles": {"9": {"text": "公示六个月", "paragraphs": {"1": "第一款的话"}}},
        }
    },
    "parameters": {
        "term": {
            "unit": "months",
            "values": [
                {"from": date(2021, 1, 1), "value": 12, "source": "TOY-1/9/1", "certainty": "verified"},
                {"from": date(2024, 5, 1), "value": 6, "source": "TOY-1/9", "certainty": "unverified"},
                {"from": date(2025, 1, 1), "value": None, "source": "TOY-1/9", "certainty": "verified"},
            ],
        }
    },
}


def book_of(*documents: dict, names: tuple[str, ...] = ("national", "province", "city")) -> Book:
    layers = zip(names, documents, strict=False)
    return Book.from_documents([Layer(name, [(f"{name}.yaml", document)]) for name, document in layers])


def test_a_value_holds_from_its_day_and_null_ends_it():
    book = book_of(TOY)
    assert book.on(date(2020, 12, 31)).find_parameter("term") is None
    assert book.on(date(2021, 1, 1)).parameter("term").number() == 12
    assert book.on(date(2024, 4, 30)).parameter("term").number() == 12
    assert book.on(date(2024, 5, 1)).parameter("term").number() == 6
    assert book.on(date(2024, 5, 1)).parameter("term").certainty == "unverified"
    with pytest.raises(LawSilent, match="term on 2025"):
        book.on(date(2025, 1, 1)).parameter("term")


@settings(deadline=None)
@given(st.dates(date(2000, 1, 1), date(2040, 1, 1)))
def test_between_two_boundaries_there_is_one_edition(day):
    boundaries = BOOK.boundaries()
    assert boundaries == sorted(set(boundaries))
    if day + timedelta(days=1) not in boundaries:
        assert BOOK.on(day) is BOOK.on(day + timedelta(days=1))
    assert BOOK.on(day).day <= day


def test_the_change_of_order_is_a_boundary():
    assert date(2026, 4, 1) in BOOK.boundaries()
    assert date(2023, 5, 1) in BOOK.boundaries()
    assert BOOK.on(date(2026, 3, 31)).parameter("display.general.max").number() == 36
    assert BOOK.on(date(2026, 4, 1)).parameter("display.general.max").number() == 12


def test_an_overlay_confirms_by_saying_so():
    confirmed = {
        "parameters": {
            "term": {
                "overrides": "term",
                "precedence": 1,
                "values": [{"from": date(2024, 5, 1), "certainty": "verified", "note": "市法制审核"}],
            }
        }
    }
    book = book_of(TOY, confirmed)
    value = book.on(date(2024, 6, 1)).parameter("term")
    assert (value.number(), value.certainty, value.note) == (6, "verified", "市法制审核")
    assert book.on(date(2024, 4, 30)).parameter("term").number() == 12
    assert book.version != book_of(TOY).version


def test_an_overlay_replaces_only_what_it_names():
    changed = {"parameters": {"term": {"overrides": "term", "precedence": 1, "values": [
        {"from": date(2026, 1, 1), "value": 9, "source": "TOY-1/9", "certainty": "verified"}]}}}  # fmt: skip
    book = book_of(TOY, changed)
    assert book.on(date(2025, 12, 31)).find_parameter("term") is None
    assert book.on(date(2026, 1, 1)).parameter("term").number() == 9


def test_a_second_definition_without_precedence_shows_both_places():
    again = {"parameters": {"term": {"unit": "months", "values": [{"value": 3, "certainty": "verified"}]}}}
    with pytest.raises(BookConflict) as caught:
        book_of(TOY, again)
    assert "national.yaml [national]" in str(caught.value)
    assert "province.yaml [province]" in str(caught.value)


def test_two_overlays_of_one_precedence_conflict_and_a_higher_one_wins():
    def over(precedence: int, value: int) -> dict:
        return {"parameters": {"term": {"overrides": "term", "precedence": precedence, "values": [
            {"from": date(2024, 5, 1), "value": value, "source": "TOY-1/9", "certainty": "verified"}]}}}  # fmt: skip

    with pytest.raises(BookConflict, match="both claim precedence 1"):
        book_of(TOY, over(1, 3), over(1, 4))
    assert book_of(TOY, over(1, 3), over(2, 4)).on(date(2024, 6, 1)).parameter("term").number() == 4
    # The stated precedence decides, not who speaks last.
    assert book_of(TOY, over(2, 3), over(1, 4)).on(date(2024, 6, 1)).parameter("term").number() == 3


def test_two_files_of_one_layer_may_not_say_the_same_thing_twice():
    with pytest.raises(BookConflict):
        Book.from_documents([Layer("national", [("a.yaml", TOY), ("b.yaml", TOY)])])


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({"laws": {}}, "unknown kind 'laws'"),
        ({"parameters": []}, "must map ids"),
        ({"parameters": {"x": 3}}, "must be a mapping"),
        ({"parameters": {"x": {"values": []}}}, "holds no values"),
        ({"parameters": {"x": {"values": [{"value": 1}]}}}, "certainty must be one of"),
        ({"parameters": {"x": {"values": [{"value": 1, "certainty": "sure"}]}}}, "certainty must be one of"),
        ({"parameters": {"x": {"values": [{"value": 1, "certainty": "verified", "from": "gestern"}]}}}, "is not a day"),
        (
            {
                "parameters": {
                    "x": {"values": [{"value": 1, "certainty": "verified"}, {"value": 2, "certainty": "verified"}]}
                }
            },
            "two values hold",
        ),
        ({"parameters": {"x": {"overrides": "x", "precedence": 1, "values": []}}}, "overrides what no lower layer"),
        ({"parameters": {"x": {"overrides": "y", "precedence": 1}}}, "only its own id"),
        ({"parameters": {"x": {"overrides": "x"}}}, "without a precedence"),
        ({"instruments": {"A": {"title": "x", "rank": "law"}}}, "certainty must be"),
        ({"instruments": {"A": {"title": "x", "rank": "poem", "certainty": "verified"}}}, "rank must be one of"),
        ({"procedures": {"x": {"certainty": "verified"}}}, "name is missing"),
        ({"forbidden": {"x": {"name": "x", "certainty": "verified"}}}, "nothing stands in the book without its clause"),
        ({"forbidden": {"x": {"name": "x", "certainty": "verified", "source": {"law": "x"}}}}, "is not a clause"),
    ],
)
def test_every_malformed_entry_is_named(document, said):
    with pytest.raises(BookFault, match=said):
        book_of(document)


def item(**changes: object) -> dict:
    body = {
        "name": "甲", "category": "03", "polarity": "adverse", "subject_kinds": ["organisation"], "certainty": "verified",
        "publication_rule": "register", "title_field": "a", "fields": {"a": {"name": "甲", "kind": "text"}},
    }  # fmt: skip
    return {"items": {"x": {**body, **changes}}}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"public_for": ["person"]}, "a natural person's record is never public"),
        ({"public_for": ["ghost"]}, "unknown kind of subject"),
        ({"title_field": "b"}, "title_field names the unknown field b"),
        ({"document_key": ["b"]}, "document_key names the unknown field b"),
        ({"remedy": ["prayer"]}, "unknown procedure prayer"),
        ({"polarity": "bad"}, "polarity must be one of"),
        ({"fields": {"a": {"name": "甲", "kind": "blob"}}}, "kind must be one of"),
        ({"fields": {"a": {"name": "甲", "kind": "text", "required": "ja"}}}, "required must be true or false"),
    ],
)
def test_a_malformed_item_is_named(changes, said):
    with pytest.raises(BookFault, match=said):
        book_of(item(**changes))


def test_a_matter_may_only_act_on_what_it_sees():
    matter = {
        "name": "乙", "clause": "TOY-1/9", "certainty": "verified", "sees": {},
        "triggers": [{"id": "t", "kind": "must_act", "item": "x", "clause": "TOY-1/9", "text": "须", "certainty": "verified"}],
    }  # fmt: skip
    with pytest.raises(BookFault, match="may not see"):
        book_of({**TOY, **item(), "matters": {"m": matter}})
    with pytest.raises(BookFault, match="unknown item y"):
        book_of({**TOY, "matters": {"m": {**matter, "sees": {"y": "public"}}}})


def test_yaml_that_says_a_key_twice_is_refused():
    with pytest.raises(BookFault, match="earlier line"):
        parse_document("parameters:\n  a: {unit: months}\n  a: {unit: days}\n", "x.yaml")
    with pytest.raises(BookFault, match="not readable"):
        parse_document("a: [", "x.yaml")
    with pytest.raises(BookFault, match="must be a mapping"):
        parse_document("- a", "x.yaml")
    assert parse_document("a: {b: 1}", "x.yaml") == {"a": {"b": 1}}


def test_the_version_follows_the_content_not_the_files():
    halves = [("a.yaml", {"instruments": TOY["instruments"]}), ("b.yaml", {"parameters": TOY["parameters"]})]
    assert Book.from_documents([Layer("n", halves)]).version == book_of(TOY).version
    assert Book.from_documents([NATIONAL]).version == BOOK.version


def test_a_clause_is_cited_as_statutes_are():
    law = BOOK.on(date(2026, 5, 1))
    assert str(law.ref("APL-2021", 48)) == "行政处罚法 第四十八条"
    assert str(law.ref("GPL-2014", 22, 1, 5)) == "政府采购法 第二十二条第一款第（五）项"
    citation = law.cite(ClauseRef("APL-2021", "48", 2))
    assert (citation.short, citation.article_text) == ("行政处罚法", "第四十八条第二款")
    assert citation.title == "《中华人民共和国行政处罚法》"
    assert citation.in_force
    assert not BOOK.on(date(2021, 7, 14)).cite(ClauseRef("APL-2021", "48")).in_force
    unknown = law.cite(ClauseRef("NO-SUCH", "3"))
    assert (unknown.known, unknown.certainty, str(unknown)) == (False, "unverified", "NO-SUCH 第三条")
    toy = book_of(TOY).on(date(2026, 1, 1))
    assert toy.cite(ClauseRef("TOY-1", "9", 1)).text == "第一款的话"


def test_sections_are_cited_in_brackets():
    law = BOOK.on(date(2026, 5, 1))
    assert law.instrument("GBF-2015-51").numbering == "section"
    assert law.ref("GBF-2015-51", 18).article_text() == "（十八）"


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (1, "一"),
        (10, "十"),
        (18, "十八"),
        (48, "四十八"),
        (100, "一百"),
        (105, "一百零五"),
        (110, "一百一十"),
        (1029, "一千零二十九"),
    ],
)
def test_numbers_as_statutes_write_them(number, written):
    assert chinese_number(number) == written


def test_nothing_numbers_its_articles_zero():
    with pytest.raises(ValueError, match="0"):
        chinese_number(0)


def test_an_answer_is_as_sure_as_its_least_sure_part():
    assert weakest(("verified", "unverified", "secondary")) == "unverified"
    assert weakest(()) == "verified"


def test_synonyms_add_up_over_layers_and_reach_the_fields():
    book = overlay({"synonyms": {"authority": {"names": ["下达处罚的部门"], "items": {"penalty": ["处罚科室"]}}}})
    law = book.on(date(2026, 5, 1))
    assert "下达处罚的部门" in law.item("licence").get_field("authority").synonyms
    assert "处罚科室" in law.item("penalty").get_field("authority").synonyms
    assert "处罚科室" not in law.item("licence").get_field("authority").synonyms
    assert set(BOOK.synonyms()["authority"]) < set(book.synonyms()["authority"])


def test_what_the_book_does_not_hold_is_said_plainly():
    law = BOOK.on(date(2026, 5, 1))
    for ask in (law.item, law.matter, law.instrument, law.procedure, law.parameter):
        with pytest.raises(LawSilent, match="no-such"):
            ask("no-such")
    with pytest.raises(LawSilent):
        BOOK.on(date(2021, 1, 1)).catalogue()
    with pytest.raises(TypeError):
        law.parameter("share.rule").number()


def test_procedures_of_an_edition():
    assert {"review", "withdrawal"} <= {entry.id for entry in BOOK.on(date(2026, 5, 1)).procedures()}
    with pytest.raises(LawSilent):
        BOOK.on(date(2025, 1, 1)).procedure("repair")
