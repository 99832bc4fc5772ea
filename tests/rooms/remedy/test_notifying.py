"""Both documents arrive together (两书同达): the notice goes by itself, once, and who was not served stands on a list."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from gongxin.rooms.remedy import notifying
from gongxin.spine.access.gate import Viewer
from gongxin.spine.ledger.append import append
from gongxin.spine.outbox import notices, service
from gongxin.spine.outbox.models import Notice
from gongxin.spine.outbox.service import Way
from tests.rooms.disclosure import world
from tests.rooms.remedy import city
from tests.rooms.remedy.city import no
from tests.spine import making

People = dict[str, Viewer]
MINOR = {"penalty_kinds": "警告", "penalty_content": "警告", "confiscated_wan": None}


def told() -> list[tuple[str, object]]:
    found = Notice.objects.filter(template=notifying.TEMPLATE).order_by("id")
    return [(each.to, notices.words_of(each)["record"]) for each in found]


def test_once_for_each_adverse_record_and_not_for_what_nobody_sees(
    people: People, on_day: Callable[[str], None]
) -> None:
    record = city.penalty(decided_on="2026-09-20")
    city.penalty(1, 2, decided_on="2026-09-21", **MINOR)
    city.penalty(1, 3, decided_on="2025-06-21"), city.penalty(1, 4, decided_on="2020-01-06")
    undecided = city.penalty(1, 5, decided_on="2026-09-20", penalty_kinds="罚款", fine_wan="3", confiscated_wan=None)
    listed = city.ban(2)
    assert notifying.send() == 2
    assert told() == [(making.key(1), record), (making.key(2), listed)]
    # Reported again with another word, nothing is told twice; graded by a person, it is told now.
    append([making.upon(record, "correction", **making.record(1, 1, decided_on="2026-09-20", remark="补正").payload)])
    assert notifying.send() == 0
    append([making.upon(undecided, "determination", severity="general", reason="认定")])
    assert (notifying.send(), notifying.send()) == (1, 0)
    assert told()[-1] == (making.key(1), undecided)


def test_who_was_not_served_stands_on_the_bodys_list(people: People, on_day: Callable[[str], None]) -> None:
    first, second, third = (city.penalty(1, n, decided_on="2026-09-20") for n in (1, 2, 3))
    notifying.send()
    waiting = notifying.waiting(people["steward"])
    assert list(waiting.values_list("record", flat=True)) == [first, second, third]
    for who in ("centre", "subject", "officer", "office"):
        assert not notifying.waiting(people[who]).exists(), who
    on_day("2026-09-29")
    by_post = Way("post", date(2026, 9, 29), "邮件号 1", "甲@局")
    assert no(notifying.serve(people["centre"], first, by_post)) == "notice.none"
    assert no(notifying.serve(people["steward"], first, Way("portal", date(2026, 9, 29)))) == "notice.portal"
    assert no(notifying.serve(people["steward"], first, Way("post", date(2026, 9, 29)))) == "service.proof"
    assert no(notifying.serve(people["steward"], first, Way("post", date(2026, 9, 27), "1"))) == "service.day"
    assert notifying.serve(people["steward"], first, by_post) == date(2026, 9, 29)
    assert service.served_on(notifying.DOCUMENT, record=first) == date(2026, 9, 29)
    assert no(notifying.serve(people["steward"], first, by_post)) == "notice.none", "once"
    opened = Notice.objects.filter(template=notifying.TEMPLATE).order_by("id")[1]
    notices.mark_read(Notice.objects.filter(pk=opened.pk), str(opened.pk))
    assert list(waiting.values_list("record", flat=True)) == [third], "opened in the portal is served"


@pytest.mark.django_db
def test_a_person_is_told_under_the_key_alone(on_day: Callable[[str], None]) -> None:
    on_day("2026-06-01")
    world.enter_person()
    sent = notifying.send()
    assert sent == len(told()) and all(to.startswith("person:") for to, _record in told())
