"""The register of bodies (机关单位登记): events are added, today's row follows, and no change leaves a duty to nobody."""

from __future__ import annotations

import json
from datetime import date

import pytest

from gongxin.doors.cli import main
from gongxin.kernel.issues import Refusal
from gongxin.spine.access.models import Body
from gongxin.spine.append_only import AppendOnlyFault
from gongxin.spine.bodies import posts, register
from gongxin.spine.bodies.models import BodyEvent
from gongxin.spine.bodies.register import Change, enter

pytestmark = pytest.mark.django_db


@pytest.fixture
def county() -> None:
    """A county with two bureaus and a township."""
    government = Body.objects.create(code="G", name="清溪县人民政府", region="131521", kind="government")
    Body.objects.create(code="T", name="清溪镇人民政府", region="131521100", kind="township", parent=government)
    for code, name in (("A", "清溪县商务局"), ("B", "清溪县发展和改革局")):
        Body.objects.create(code=code, name=name, region="131521", parent=government)


def test_a_merger_moves_the_duties_and_keeps_what_was(county: None) -> None:
    done = enter(Change("A", "merged", date(2026, 5, 1), to=("B",), document="清编〔2026〕3号"), actor="test")
    assert isinstance(done, BodyEvent)
    assert not isinstance(
        enter(Change("B", "renamed", date(2026, 5, 2), "清溪县发展商务局", document="同上"), actor="t"), Refusal
    )
    known = register.register()
    assert known.successor("A", date(2026, 4, 30)) == "A"
    assert known.successor("A") == "B" and known.predecessors("B") == ("B", "A")
    assert known.name("B", date(2026, 5, 1)) == "清溪县发展和改革局"
    assert Body.objects.get(code="B").name == "清溪县发展商务局"
    assert known.subordinates("G") == ("B", "T")
    assert [each.verb for each in known.history("B")] == ["merged", "renamed"]
    with pytest.raises(AppendOnlyFault):
        BodyEvent.objects.filter(pk=done.pk).update(verb="split")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (Change("A", "merged", date(2026, 5, 1), to=("B",)), "body.document"),
        (Change("A", "merged", date(2026, 6, 2), to=("B",), document="文"), "body.future"),
        (Change("A", "merged", date(2026, 5, 1), to=("Z",), document="文"), "body.unknown"),
        (Change("A", "merged", date(2026, 5, 1), to=("A",), document="文"), "body.circle"),
        (Change("A", "split", date(2026, 5, 1), to=("B",), document="文"), "body.to"),
        (Change("G", "abolished", date(2026, 5, 1), document="文"), "body.heirless"),
        (Change("G", "placed", date(2026, 5, 1), to=("T",), document="文"), "body.circle"),
        (Change("A", "forgotten", date(2026, 5, 1), document="文"), "body.verb"),
    ],
)
def test_what_cannot_be_entered_is_refused_and_leaves_nothing(county: None, change: Change, code: str) -> None:
    told = enter(change, actor="test")
    assert isinstance(told, Refusal) and told.code == code
    assert told.way_forward
    assert not BodyEvent.objects.exists()


def test_posts_go_with_the_duties_of_their_body(county: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bodies", "add-post", "A-1", "A", "局长", "--on", "2024-01-01"]) == 0
    assert main(["bodies", "appoint", "A-1", "甲", "--on", "2024-02-01", "--document", "清组〔2024〕1号"]) == 0
    assert main(["bodies", "appoint", "A-1", "乙", "--on", "2026-02-01"]) == 0
    assert main(["bodies", "merge", "A", "B", "--document", "清编〔2026〕3号", "--on", "2026-05-01"]) == 0
    capsys.readouterr()
    assert main(["bodies", "show", "A", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["successor"]["code"] == "B" and told["ended_on"] == "2026-05-01" and told["posts"] == []
    found = posts.posts_of("B", register.register())
    assert [(post.name, post.holder.holder if post.holder else "") for post in found] == [("局长", "乙")]
    assert main(["bodies", "merge", "A", "B", "--document", "文", "--on", "2026-05-02", "--json"]) == 1
    assert main(["bodies", "show", "T"]) == 0
    assert "清溪镇人民政府" in capsys.readouterr().out
