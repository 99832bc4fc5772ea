"""What many records mean in a matter (批量法律效果): whatever the facts, the columns say what the scalar rule says."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from gongxin.law.effects import Asked, effects_columns
from gongxin.law.matters import effect_of
from gongxin.law.standing import Act, Line, fold
from tests.law.conftest import BOOK
from tests.law.strategies import ASKED, ITEMS, PAYLOADS

LAW = BOOK.on(date(2026, 6, 1))
MATTERS = [*sorted(matter.id for matter in LAW.matters()), *["procurement", "tendering"] * 5]


# Mostly records that somebody may use: of an organisation, decided in the last years.
ASKED_ABOUT = [*ITEMS, *["penalty", "procurement-violation"] * 4]
AGES = st.integers(0, 1500) | st.sampled_from([1095, 1096, 1097])


def usable(payload: dict[str, Any], age: int, as_of: date) -> dict[str, Any]:
    said = {"subject_kind": "organisation", "uscc": "91130100MA08XHX30K", "regno": None, "person_id": None}
    return {**payload, **said, "decided_on": date.fromordinal(as_of.toordinal() - age).isoformat(), "removed_on": None}


def line_of(item: str, payload: dict[str, str | None], as_of: date) -> Line | None:
    act = Act(seq=1, kind="record", record=1, item=item, subject="", on=as_of, payload=payload)
    return fold((act,), book=BOOK, as_of=as_of)


def ends_of(line: Line) -> date | None:
    return line.clocks.display_until if line.clocks.audience == "public" else line.clocks.share_until


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(ASKED_ABOUT), st.sampled_from(MATTERS), st.lists(st.tuples(PAYLOADS, AGES), min_size=1, max_size=8), ASKED,
    st.sampled_from([(), ("深圳市", "广东省"), ("石家庄市",)]),
)  # fmt: skip
def test_columns_say_what_the_rule_says(
    item_id: str, matter_id: str, payloads: list[tuple[dict[str, Any], int]], as_of: date, regions: tuple[str, ...]
) -> None:
    law = BOOK.on(as_of)
    item = law.find_item(item_id)
    matter = next((each for each in law.matters() if each.id == matter_id), None)
    if item is None or matter is None:
        return
    names = [spec.id for spec in item.fields]
    used = []
    for number, (drawn, age) in enumerate(payloads):
        payload = drawn if number % 4 == 3 else usable(drawn, age, as_of)
        own = {name: payload.get(name) for name in names}
        line = line_of(item_id, own, as_of)
        if line is not None and line.usable:
            used.append((own, line))
    if not used:
        return
    schema = {**dict.fromkeys(names, pl.String), "ends": pl.Date}
    frame = pl.DataFrame([{**own, "ends": ends_of(line)} for own, line in used], schema=schema)
    told = effects_columns(frame, item, Asked(matter, as_of, regions), book=BOOK)
    said = [effect_of(matter, line, law=law, regions=regions) for _, line in used]
    assert told["kind"].to_list() == [effect.kind for effect in said]
    for row, effect in zip(told.iter_rows(named=True), said, strict=True):
        if effect.kind != "none":
            assert row["until"] == effect.until
            assert row["cited"] == (effect.clause is not None and bool(effect.remedy.text))


def test_records_alike_in_facts_are_asked_about_once(monkeypatch: Any) -> None:
    from gongxin.law import effects

    asked: list[object] = []
    monkeypatch.setattr(effects, "effect_of", lambda *given, **more: asked.append(given) or effect_of(*given, **more))
    matter, item = LAW.matter("procurement"), LAW.item("penalty")
    own = {"uscc": "91130100MA08XHX30K", "penalty_kinds": "吊销许可证件", "authority": "石家庄市市场监督管理局"}
    rows = [
        {**own, "fine_wan": str(n), "decided_on": f"2026-05-{n:02d}", "ends": date(2027, 5, n)} for n in range(1, 29)
    ]
    told = effects_columns(pl.DataFrame(rows), item, Asked(matter, date(2026, 6, 1)), book=BOOK)
    assert told["kind"].unique().to_list() == ["must_act"]
    assert told["until"].to_list() == [row["ends"] for row in rows]
    assert len(asked) == 1
