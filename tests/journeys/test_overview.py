"""The overview in a real browser (监督旅程): a supervisor goes from the overview to the row behind a figure in three clicks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from gongxin.spine.access.models import Body
from tests.doors.web import town as place
from tests.doors.web.conftest import Town
from tests.journeys.conftest import Visitor
from tests.journeys.inspection import look, seen

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def owing(city: Town) -> int:
    """A promise of the county past its day; returns its record."""
    Body.objects.create(
        code=place.COUNTY, name="青砚县人民政府", name_en="Qingyan County", region="130123", kind="government"
    )
    return place.owed(place.COUNTY, "青砚县人民政府", "申屠明月")


def test_from_the_overview_to_the_row_in_three_clicks(
    visit: Callable[..., Visitor], owing: int, pictures: Path
) -> None:
    supervisor = visit()
    supervisor.sign_in("supervisor")
    page = supervisor.page
    page.goto("/desk/overview/")
    wrong = seen(supervisor, "overview", pictures, "plain")
    page.click("main dl.tiles-row a:has-text('未兑现的政府承诺')")
    page.wait_for_url("**/desk/overview/unkept/**")
    wrong += seen(supervisor, "gauge", pictures, "plain")
    page.click("main a:has-text('青砚县人民政府')")
    page.wait_for_url(f"**/desk/overview/unkept/{place.COUNTY}/**")
    wrong += seen(supervisor, "rows", pictures, "plain")
    page.click("main tbody a:has-text('监测设备补助')")
    page.wait_for_url(f"**/promises/{owing}/")
    assert "监测设备补助" in page.inner_text("main"), "the row behind the figure, in three clicks"

    page.goto("/desk/overview/?gauge=unkept")
    page.click("main .tile:has-text('正定')")
    page.wait_for_url("**/desk/overview/unkept/**region=130123**")
    page.click("main a:has-text('青砚县人民政府')")
    page.click("main tbody a:has-text('监测设备补助')")
    page.wait_for_url(f"**/promises/{owing}/")
    wrong += look(supervisor, "/desk/bulletin/", pictures, "plain")
    wrong += look(supervisor, "/desk/monitoring/", pictures, "plain")
    wrong += look(supervisor, "/desk/monitoring/hidden/", pictures, "plain")
    supervisor.elder()
    for address in ("/desk/overview/", "/desk/bulletin/", "/desk/overview/unkept/"):
        wrong += look(supervisor, address, pictures, "elder")
    supervisor.context.add_cookies([{"name": "django_language", "value": "en", "url": supervisor.address}])
    wrong += look(supervisor, "/desk/overview/", pictures, "en", (390,))
    assert not wrong, "\n".join(wrong)
    assert not supervisor.outside and not supervisor.complaints, supervisor.complaints
