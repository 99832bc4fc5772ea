"""Documents of cases (案件文书): each read as a jurist reads it – facts, clause, days, remedies; only for the sides."""

from __future__ import annotations

import json
from collections.abc import Callable

from gongxin.rooms.remedy import documents
from gongxin.spine.access.gate import Viewer
from gongxin.spine.cases import engine, fields
from gongxin.spine.cases.finding import show
from gongxin.spine.cases.models import Case
from tests.rooms.remedy import city
from tests.rooms.remedy.city import DECIDER, FINDINGS, did, no, objection
from tests.spine import making

People = dict[str, Viewer]


def papers(viewer: Viewer, number: str) -> dict[str, documents.Paper]:
    """Return every document of a case by the act it was made with; each can be written for a machine and a terminal."""
    shown = show(viewer, number)
    found = {}
    for done, _said in shown.steps:  # type: ignore[union-attr]
        made = documents.document(viewer, number, done.n)
        if isinstance(made, documents.Paper):
            json.dumps(documents.as_dict(made), default=str)
            assert made.clauses and made.facts and made.to and made.body, done.verb
            lines = documents.as_text(made)
            assert all(lines), "no empty line"
            assert not [line for line in lines if line.partition("：")[0] in fields.FIELDS], (
                "named as the form names them"
            )
            found[done.verb] = made
    return found


def test_a_rejected_objection_names_reasons_and_ways(people: People) -> None:
    number = objection(people["subject"], city.penalty()).case.number
    did(engine.act(people["office"], number, "forward", {}))
    did(engine.act(people["steward"], number, "reject", {"findings": FINDINGS, "decided_by": DECIDER}))
    made = papers(people["subject"], number)
    assert set(made) == {"reject"}, "bringing and forwarding make no document"
    paper = made["reject"]
    assert paper.to == "平陵市第1商贸有限公司" and paper.body == "平陵市市场监督管理局"
    assert paper.said["findings"] == FINDINGS and paper.said["decided_by"] == DECIDER
    assert {way.id for way in paper.ways} == {"decision-review", "decision-litigation"}
    assert any(name == "处罚依据" for name, _value in paper.facts), "the decision's own basis"
    for who in ("stranger", "officer", "centre"):
        assert no(documents.document(people[who], number, 3)) == "case.none", who
    assert no(documents.document(people["subject"], number, 1)) == no(documents.document(people["subject"], number, 99))


def test_a_refused_repair_says_what_is_missing_and_from_when(people: People) -> None:
    record = city.penalty(decided_on="2026-05-06")
    said = {"ground": "performed", "commitment": "yes", "performed_on": "2026-05-20", "proof": "缴款书 1 号"}
    number = did(
        engine.open_case(people["subject"], engine.Request("repair", making.key(1), said, record=record))
    ).case.number
    did(engine.act(people["steward"], number, "refuse-repair", {"reason": "缴款书不是本案的", "decided_by": DECIDER}))
    paper = papers(people["subject"], number)["refuse-repair"]
    assert paper.again_from == "2026-09-28" and paper.ways and paper.act.document == "不予信用修复决定书"


def test_a_bar_is_noticed_heard_found_and_each_paper_says_so(people: People, on_day: Callable[[str], None]) -> None:
    record = city.penalty()
    said = {"ground": "performed", "commitment": "yes", "performed_on": "2026-05-20", "proof": "缴款书 1 号"}
    did(engine.open_case(people["subject"], engine.Request("repair", making.key(1), said, record=record)))
    told = {"ground": "false-material", "reason": "凭证不实", "decided_by": DECIDER}
    did(engine.open_case(people["steward"], engine.Request("repair-bar", making.key(1), told, record=record)))
    number = Case.objects.get(kind="repair-bar").number
    first = papers(people["steward"], number)["notify-bar"]
    hearing = next(day for day in first.days if day.name == "陈述申辩")
    assert first.heard and hearing.until is None and not first.ways, (
        "the term runs from service, and nothing is decided"
    )
    served = {"method": "personal", "served_on": "2026-09-28", "proof": "回证"}
    did(engine.act(people["steward"], number, "serve", served))
    on_day("2026-09-29")
    did(engine.act(people["subject"], number, "hear", {"text": "凭证由银行出具"}))
    did(engine.act(people["steward"], number, "bar", {"findings": "银行函复没有该笔", "decided_by": DECIDER}))
    found = papers(people["subject"], number)["bar"]
    assert found.act.document == "虚假材料认定书" and {way.id for way in found.ways} == {
        "decision-review",
        "decision-litigation",
    }
    assert found.waiting, "the years are not confirmed, and the paper says so"
