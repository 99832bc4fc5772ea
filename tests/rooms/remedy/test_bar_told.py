"""A bar is told wherever a day of repair is told (限制再次申请): by the day alone in public, in full to its subject."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from gongxin.kernel.issues import Refusal
from gongxin.rooms.disclosure import mine, profile
from gongxin.spine import clock, public
from gongxin.spine.access.gate import Viewer
from gongxin.spine.cases import engine
from tests.rooms.remedy import city
from tests.rooms.remedy.city import DECIDER, did
from tests.spine import making

SERIOUS = {"penalty_kinds": "责令停产停业", "penalty_content": "责令停产停业", "confiscated_wan": None}


def test_the_day_of_repair_is_the_day_after_the_bar(people: dict[str, Viewer], on_day: Callable[[str], None]) -> None:
    record = city.penalty(decided_on="2026-05-06")
    other = city.penalty(1, 2, decided_on="2026-09-01", **SERIOUS)
    said = {"ground": "performed", "commitment": "yes", "performed_on": "2026-05-20", "proof": "缴款书 1 号"}
    did(engine.open_case(people["subject"], engine.Request("repair", making.key(1), said, record=record)))
    told = {"ground": "false-material", "reason": "凭证不实", "decided_by": DECIDER}
    case = did(
        engine.open_case(people["steward"], engine.Request("repair-bar", making.key(1), told, record=record))
    ).case
    served = {"method": "personal", "served_on": "2026-09-28", "proof": "回证"}
    for verb, fields in (
        ("serve", served), ("hear", {"text": "凭证由银行出具"}), ("bar", {"findings": "银行函复没有该笔", "decided_by": DECIDER}),
    ):  # fmt: skip
        did(engine.act(people["steward" if verb != "hear" else "subject"], case.number, verb, fields))
    before = days()
    assert before == {record: date(2026, 8, 6), other: date(2027, 9, 1)}, "found is not served"
    did(engine.act(people["steward"], case.number, "serve-finding", served))
    assert days() == {record: date(2029, 9, 29), other: date(2029, 9, 29)}
    shown = {line.record: line.repair_from for line in public.public_page("penalty", clock.today()).lines}
    assert shown == days(), "list and page tell the same day"
    page = profile.profile(making.uscc(1), clock.today())
    assert page is not None and not page.repairable and "限制" not in repr(page), "the bar itself is not for the public"
    own = mine.mine(people["subject"], making.key(1))
    assert not isinstance(own, Refusal) and own.bar is not None
    assert (own.bar.until, own.bar.case) == (date(2029, 9, 28), case.number)
    assert all(held.outlook.barred and "2029-09-29" in held.outlook.text for held in own.entries)
    on_day("2026-09-27")
    assert days() == before, "on the days before it was served nothing was barred"


def days() -> dict[int, date | None]:
    return {line.record: line.repair_from for line in public.public_lines(making.key(1), clock.today())}
