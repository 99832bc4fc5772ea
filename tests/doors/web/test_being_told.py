"""Being told of looks (看过我提醒、推迟告知): who asked is told that something came; a delayed look on its day and not before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import polars as pl
from django.test import Client
from django.urls import reverse

from gongxin.rooms.disclosure import alerts
from gongxin.rooms.measures import check
from gongxin.spine.access import gate
from gongxin.spine.access.gate import Ground, Viewer
from gongxin.spine.access.models import Account, Look, Withheld
from gongxin.spine.outbox import notices
from gongxin.spine.outbox.models import Message
from tests.doors.web import town as place
from tests.doors.web.conftest import Town
from tests.doors.web.standing import people, town

__all__ = ["people", "town"]

ORDERED = "陈立衡（处长）"


def look(account: Account, code: str = place.FIRM) -> str:
    """An officer checks a company; returns the look's number."""
    viewer = Viewer(account.pk, str(account), account.body_id or "", account.role, "web")
    answered = check.check(viewer, code, "procurement")
    assert isinstance(answered, dict), answered
    return str(answered["check"])


def told(account: Account) -> int:
    return notices.of("account", str(account.pk)).filter(template=alerts.TEMPLATE).count()


def order(number: str, release: date, **more: str) -> dict[str, str]:
    return {"look": number, "ground": "investigation", "release": release.isoformat(), "ordered_by": ORDERED} | more


def test_who_asked_is_told_once_a_day_that_something_came(
    town: Town, signed_in: Callable[[str], Client], on_day: Callable[[Any], None]
) -> None:
    subject, officer = town.people["subject"], town.people["officer"]
    client = signed_in("subject")
    client.post(reverse("web:notices"), {"do": "add", "channel": "sms", "address": "13800000000"})
    look(officer)
    assert alerts.carry() == {"told": 0}, "nobody is told who has not asked"
    assert client.post(reverse("web:mine-looks-alert"), {"verb": "ask"}).status_code == 302
    assert "关闭提醒" in client.get(reverse("web:mine-looks")).content.decode()
    assert alerts.carry() == {"told": 0}, "what was seen before is no news, and one's own reading is none"
    look(officer, place.QUIET)
    assert alerts.carry() == {"told": 0}, "another's looks are another's"
    look(officer)
    assert alerts.carry() == {"told": 1} and alerts.carry() == {"told": 0}
    assert Message.objects.get().contact.account == subject.pk
    words = client.get(reverse("web:notices")).content.decode()
    assert "有单位查看了您的信息" in words and "平陵市公共资源交易中心" not in words

    look(officer)
    assert alerts.carry() == {"told": 0}, "once a day"
    on_day(place.TODAY + timedelta(days=1))
    assert alerts.carry() == {"told": 1}, "and what came later that day on the next"
    viewer = Viewer(officer.pk, "何敏之", place.CENTRE, "officer", "web")
    on_day(place.TODAY + timedelta(days=2))
    sealed = gate.sealed_batch(
        viewer, Ground(matter="procurement"), pl.Series([f"uscc:{place.FIRM}", "uscc:X"]), as_of=place.TODAY
    )
    assert not isinstance(sealed, gate.Refusal)
    assert alerts.carry() == {"told": 1}, "a look in a batch is a look"
    client.post(reverse("web:mine-looks-alert"), {"verb": "stop"})
    look(officer)
    assert alerts.carry() == {"told": 0} and told(subject) == 3


def test_a_delayed_look_is_told_on_its_day_and_not_hinted_at_before(
    town: Town, signed_in: Callable[[str], Client], on_day: Callable[[Any], None]
) -> None:
    subject = town.people["subject"]
    client = signed_in("subject")
    client.post(reverse("web:mine-looks-alert"), {"verb": "ask"})
    number, release = look(town.people["officer"]), place.TODAY + timedelta(days=30)
    page = signed_in("officer")
    assert page.post(reverse("web:withheld"), order(number, release)).status_code == 302
    assert number in page.get(reverse("web:withheld")).content.decode()
    for day in (0, 1, 29):
        on_day(place.TODAY + timedelta(days=day))
        assert alerts.carry() == {"told": 0} and told(subject) == 0
    assert number not in client.get(reverse("web:mine-looks")).content.decode()
    on_day(release)
    assert alerts.carry() == {"told": 1} and alerts.carry() == {"told": 0}
    assert number in client.get(reverse("web:mine-looks")).content.decode()
    on_day(release + timedelta(days=1))
    assert alerts.carry() == {"told": 0}


def test_an_alert_ends_with_the_right_to_read(town: Town, signed_in: Callable[[str], Client]) -> None:
    client = signed_in("subject")
    client.post(reverse("web:mine-looks-alert"), {"verb": "ask"})
    Account.objects.filter(username="subject").update(is_active=False)
    look(town.people["officer"])
    assert alerts.carry() == {"told": 0} and not alerts.is_asked(town.people["subject"].pk, f"uscc:{place.FIRM}")


def test_every_refusal_to_delay_is_told_beside_its_field(town: Town, signed_in: Callable[[str], Client]) -> None:
    number, other = look(town.people["officer"]), Look.objects.latest("pk").number + "0"
    page, release = signed_in("officer"), place.TODAY + timedelta(days=30)
    address = reverse("web:withheld")
    wrong = {
        "look": order(other, release),
        "ground": order(number, release, ground="because"),
        "release": order(number, date(2099, 1, 1)),
        "ordered_by": order(number, release, ordered_by=" "),
    }
    for field, given in wrong.items():
        for language in ("zh-hans", "en"):
            page.get(reverse("web:language", args=[language]))
            answer = page.post(address, given)
            text = answer.content.decode()
            assert answer.status_code == 422 and f'href="#{field}"' in text, field
            assert ('<html lang="en"' in text) == (language == "en")
    for release_day in (place.TODAY, place.TODAY - timedelta(days=1)):
        assert page.post(address, order(number, release_day)).status_code == 422
    # A look of another body is as if it were not there; an auditor reads and does not delay.
    assert signed_in("supervisor").post(address, order(number, release)).status_code == 422
    assert signed_in("auditor").post(address, order(number, release)).status_code == 403
    assert signed_in("steward").get(address).status_code == 403
    assert not Withheld.objects.exists()
    assert page.post(address, order(number, release)).status_code == 302
    assert page.post(address, order(number, release)).status_code == 422, "once, and no more"
    assert ORDERED in signed_in("auditor").get(address).content.decode()
    assert notices.of("role", "auditor").filter(template="withheld.ordered").count() == 1
