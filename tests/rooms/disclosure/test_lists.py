"""Lists and figures (名单与运行数据): counts of what is visible, narrowed, and of what left the display."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from gongxin.kernel.issues import Refusal
from gongxin.rooms.disclosure import lists
from gongxin.rooms.disclosure.figures import figures
from gongxin.spine import public
from gongxin.spine.ledger.append import append
from tests.rooms.disclosure.world import ACME, BUREAU, QUIET, act, code, enter_penalty, enter_person

pytestmark = pytest.mark.django_db

TODAY = date(2026, 6, 20)
DECIDED = date(2026, 6, 14)


def test_a_list_says_on_what_it_rests_and_counts_what_is_visible(on_day):
    on_day(TODAY)
    for number in range(23):
        enter_penalty(f"平陵{number}号商贸有限公司", code("91", number), DECIDED)
    enter_person()
    row = next(row for row in lists.index(TODAY) if row.item == "penalty")
    assert row.on_display == 23
    assert row.bases
    assert {row.is_list for row in lists.index(TODAY)} == {True, False}
    first, second = lists.page("penalty", TODAY), lists.page("penalty", TODAY, 2)
    assert (first.total, first.pages, len(first.lines), len(second.lines)) == (23, 2, 20, 3)
    assert lists.page("penalty", TODAY, 99).page == 2
    assert not {line.record for line in first.lines} & {line.record for line in second.lines}
    assert [code for code, _, _ in first.regions] == ["1301"]
    assert lists.page("penalty", TODAY, 1, lists.Filter(region="1301")).total == 23
    assert lists.page("penalty", TODAY, 1, lists.Filter(region="1302")).total == 0
    assert lists.page("penalty", TODAY, 1, lists.Filter(provider=BUREAU)).total == 23
    assert lists.page("penalty", TODAY, 1, lists.Filter(provider="another")).total == 0
    assert isinstance(lists.page("registration", TODAY), Refusal)
    assert isinstance(lists.page("no-such-item", TODAY), Refusal)


def test_a_list_is_narrowed_by_who_decided_not_by_who_handed_it_in(on_day):
    on_day(TODAY)
    county, city = "平陵市东县生态环境局", "平陵市生态环境局"
    for number in range(3):
        enter_penalty(f"平陵{number}号商贸有限公司", code("91", number), DECIDED, authority=city)
    mistaken = enter_penalty("平陵9号商贸有限公司", code("91", 9), DECIDED, authority=f" {county}")
    found = lists.page("penalty", TODAY)
    assert found.authorities == ((city, 3), (county, 1))
    assert [(code, count) for code, _, count in found.providers] == [(BUREAU, 4)]
    (line,) = lists.page("penalty", TODAY, 1, lists.Filter(authority=county)).lines
    assert (line.record, line.provider) == (mistaken, BUREAU)
    assert lists.page("penalty", TODAY, 1, lists.Filter(authority=city, provider=BUREAU)).total == 3
    assert lists.page("penalty", TODAY, 1, lists.Filter(authority="平陵市")).total == 0

    # A correction says who really decided, and the list follows it; an earlier day is told as it was.
    before = dict(line.fields) | {"authority": city, "uscc": code("91", 9)}
    on_day(TODAY + timedelta(days=1))
    append([act("correction", "penalty", f"uscc:{code('91', 9)}", before, record=mistaken)])
    assert lists.page("penalty", TODAY + timedelta(days=1)).authorities == ((city, 4),)
    assert lists.page("penalty", TODAY).authorities == ((city, 3), (county, 1))


def test_what_leaves_the_display_leaves_its_authority_too(on_day):
    on_day(TODAY)
    enter_penalty("甲有限公司", ACME, DECIDED, authority="平陵市城管局")
    last = public.public_lines(f"uscc:{ACME}", TODAY)[0].display_until
    assert lists.page("penalty", last).authorities == (("平陵市城管局", 1),)
    on_day(last + timedelta(days=1))
    assert lists.page("penalty", last + timedelta(days=1)).authorities == ()


def test_figures_count_what_stopped_and_never_more(on_day):
    on_day(TODAY)
    enter_penalty("甲有限公司", ACME, DECIDED)
    other = enter_penalty("乙有限公司", QUIET, DECIDED, document_no="平环罚〔2026〕2号")
    last = public.public_lines(f"uscc:{ACME}", TODAY)[0].display_until
    assert figures(TODAY).on_display == 2
    assert figures(TODAY).stopped_yesterday == 0
    day = date(2026, 7, 10)
    on_day(day)
    append([act("repair", "penalty", f"uscc:{QUIET}", {"reason": "已履行"}, record=other)])
    assert figures(day).on_display == 1
    assert figures(day).left_this_month == 1
    assert lists.page("penalty", day).total == 1
    after = last + timedelta(days=1)
    on_day(after)
    told = figures(after)
    assert (told.on_display, told.subjects, told.stopped_yesterday) == (0, 0, 1)
    on_day(after + timedelta(days=1))
    assert figures(after + timedelta(days=1)).stopped_yesterday == 0


def test_a_day_of_an_earlier_edition_is_recomputed(on_day):
    on_day(TODAY)
    record = enter_penalty("甲有限公司", ACME, date(2025, 5, 1))
    before = date(2026, 3, 1)
    told = lists.page("penalty", before)
    assert [line.record for line in told.lines] == [record]
    assert told.regions[0][2] == 1
    # 令58 showed it for longer than 令36 does: on its own day each edition answers for itself.
    assert lists.page("penalty", TODAY).total == 0
    assert public.public_counts(before) == {"penalty": 1}
