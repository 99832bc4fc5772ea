"""Every page in a real browser (逐页检查): axe finds nothing, nothing scrolls sideways, nothing is asked elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gongxin.rooms.intake import batches
from gongxin.spine.projections.models import Mention
from tests.doors.web import files
from tests.doors.web import town as place
from tests.doors.web.conftest import Town
from tests.journeys.conftest import Visitor
from tests.journeys.inspection import MODES, look, seen

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PUBLIC = (
    "/", "/search", "/search?q=平陵", "/search?q=没有这一家", "/search?q=x", f"/subjects/{place.FIRM}/",
    f"/subjects/{place.BUILDER}/", f"/subjects/{place.SHOP}/", "/lists/", "/lists/procurement-violation/",
    "/lists/penalty/", "/promises/", "/bodies/", "/governments/government-integrity/", "/open-data/", "/law/", "/law/APL-2021/", "/law/APL-2021/48/",
    "/areas/townships/", "/catalogue/",
    "/catalogue/penalty/", "/help/", "/help/remedy/", "/help/complaint/", "/help/report/", "/help/accessibility/",
    "/help/privacy/", "/help/sitemap/", "/accounts/login/", "/accounts/signup/", "/nothing-here/",
)  # fmt: skip


@MODES
def test_public_pages(elder: bool, visit: Callable[..., Visitor], pictures: Path) -> None:
    visitor = visit(elder=elder)
    way = "elder" if elder else "plain"
    wrong = [fault for address in PUBLIC for fault in look(visitor, address, pictures, way)]
    assert not wrong, "\n".join(wrong)
    assert not visitor.outside
    assert not [said for said in visitor.complaints if "404" not in said], visitor.complaints


@pytest.fixture
def work(city: Town, tmp_path: Path) -> dict[str, Any]:
    """A batch with rows to put right, one row waiting for a person, one file whose headings are unclear."""
    path = files.penalties(tmp_path / "penalties.csv")
    first = batches.receive(
        path, file_name="2026年11月行政处罚.csv", provider=place.ENVIRONMENT, via="web", actor="郑文澜"
    )
    batches.run(first.pk)
    headings = tuple("决定文书编码号" if name == "行政处罚决定文书号" else name for name in files.HEADINGS)
    odd = files.penalties(tmp_path / "odd.csv", headings)
    unclear = batches.receive(
        odd, file_name="odd.csv", provider=place.ENVIRONMENT, via="web", actor="郑文澜", item="penalty"
    )
    batches.run(unclear.pk)
    queued = batches.receive(path, file_name="queued.csv", provider=place.ENVIRONMENT, via="web", actor="郑文澜")
    return {
        "batch": first.pk,
        "row": first.held.filter(outcome="refused").order_by("id")[0].pk,
        "unclear": unclear.pk,
        "queued": queued.pk,
        "mention": Mention.objects.order_by("pk")[0].pk,
        "undecided": city.records["undecided"],
    }


def workbench(work: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    return {
        "steward": (
            "/desk/", "/desk/intake/", f"/desk/intake/{work['batch']}/", f"/desk/intake/{work['unclear']}/mapping/",
            f"/desk/intake/{work['batch']}/rows/{work['row']}/", "/desk/intake/records/", "/desk/intake/open/",
            "/desk/intake/templates/", "/desk/identities/", f"/desk/identities/{work['mention']}/",
            "/desk/identities/judgements/", "/desk/determinations/", f"/desk/determinations/{work['undecided']}/",
            "/desk/quality/", "/desk/account/", "/desk/check/", "/desk/commitments/", "/accounts/logout/", "/accounts/password/change/",
            "/accounts/2fa/",
        ),
        "officer": ("/desk/", "/desk/check/", "/desk/checks/", "/desk/checks/open/"),
        "operator": ("/desk/identities/names/", "/desk/quality/", f"/desk/bodies/{place.ENVIRONMENT}/"),
        "auditor": ("/desk/looks/",),
        "subject": ("/desk/who-looked/",),
    }  # fmt: skip


@MODES
def test_workbench_pages(elder: bool, visit: Callable[..., Visitor], work: dict[str, Any], pictures: Path) -> None:
    way = "elder" if elder else "plain"
    wrong: list[str] = []
    place.penalty(place.FIRM, "平陵市搏飞商贸有限公司", "2026-09-01", document_no="平环罚〔2026〕170 号")
    for role, addresses in workbench(work).items():
        visitor = visit(elder=elder)
        visitor.sign_in(role)
        if role == "officer":
            wrong += answer(visitor, pictures, way)
        for address in addresses:
            wrong += look(visitor, address, pictures, way)
        if role == "steward":
            visitor.page.goto(f"/desk/intake/{work['queued']}/")
            wrong += seen(visitor, "queued", pictures, way)
        assert not visitor.outside
        assert not [said for said in visitor.complaints if "403" not in said], visitor.complaints
    assert not wrong, "\n".join(wrong)


def answer(visitor: Visitor, pictures: Path, way: str) -> list[str]:
    """Make a check, and look at its answer."""
    page = visitor.page
    page.goto("/desk/check/")
    page.select_option("#matter", "procurement")
    page.fill("#code", place.BUILDER)
    page.fill("#case_no", "PL-ZB-2026-0917")
    page.fill("#project", "平陵市第三中学综合楼施工")
    page.click("main .button.call")
    page.wait_for_selector("#outcome")
    return seen(visitor, "answer", pictures, way)


def test_english_pages(visit: Callable[..., Visitor], pictures: Path) -> None:
    visitor = visit()
    visitor.context.add_cookies([{"name": "django_language", "value": "en", "url": visitor.address}])
    wrong = [fault for address in PUBLIC[:16] for fault in look(visitor, address, pictures, "en", (390,))]
    assert not wrong, "\n".join(wrong)


def test_a_page_prints_on_a4_without_its_furniture(visit: Callable[..., Visitor], pictures: Path) -> None:
    visitor = visit()
    visitor.page.goto(f"/subjects/{place.FIRM}/")
    visitor.page.emulate_media(media="print")
    hidden = visitor.page.evaluate(
        "() => ['.strip', '.nav.wide-only', '.filters', '.foot .cols', '[data-print]'].every("
        "name => [...document.querySelectorAll(name)].every(part => getComputedStyle(part).display === 'none'))"
    )
    assert hidden
    kept = visitor.page.evaluate("getComputedStyle(document.querySelector('.entry')).breakInside")
    assert kept == "avoid"
    document = visitor.page.pdf(prefer_css_page_size=True)
    (pictures / "subject.pdf").write_bytes(document)
    assert b"/MediaBox [0 0 594" in document or b"/MediaBox [0 0 595" in document
