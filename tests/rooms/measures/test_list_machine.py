"""Listing in random order on the real store (列入状态机): whatever is done on whichever day, nobody stands on a list too early or too long.

The model is the few lines that say when. The list's basis falls on a day within the run, so that a repealed clause is met too.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as site
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule, run_state_machine_as_test

from gongxin.rooms.measures.lists import listing
from gongxin.spine import public
from gongxin.spine.cases import engine, finding
from gongxin.spine.cases.engine import Done
from gongxin.spine.cases.models import Case
from gongxin.spine.ledger import head
from gongxin.spine.standing import lines_of
from tests.examples import how_many
from tests.rooms.machines import OnItsOwnDay, fifth_workday
from tests.rooms.measures import lists_town as town
from tests.rooms.measures.lists_town import did
from tests.spine import making

START = date(2026, 9, 20)
REPEALED = date(2028, 6, 30)
"""The last day on which the regulation of this list is in force."""
NOTICE = timedelta(days=7)
"""How long before a hearing it must be told."""
VERBS = (
    "notify", "serve-notice", "state-defence", "request-hearing", "call-hearing", "hold-hearing", "decide", "serve-decision", "drop",
)  # fmt: skip
BOOK = f"""
instruments:
  MHRSS-45: {{overrides: MHRSS-45, precedence: 1, to: {REPEALED}}}
"""


class Listings(OnItsOwnDay):
    """One case; every act tried by everybody on whichever day."""

    listed = ended = fallen = 0
    """How often an entry was looked at in effect, after its end, and after its list had fallen: all must be reached."""

    def __init__(self) -> None:
        super().__init__()
        self.go_to(START)
        self.people = town.people()
        self.empty = head.read().size
        done = did(listing.propose(self.people["labour"], "wage-defaulters", making.uscc(1), town.PROPOSED))
        self.number = done.case.number
        self.state = "proposed"
        self.made: date = self.day
        self.notice_served: date | None = None
        self.spoken = False
        self.called: date | None = None
        self.starts: date | None = None
        self.ends: date | None = None
        self.stopped: date | None = None
        self.withdrawn = False

    @rule(days=st.sampled_from((1, 2, 5, 9, 300, 500)))
    def days_pass(self, days: int) -> None:
        self.go(days)

    @rule(
        verb=st.sampled_from(VERBS),
        who=st.sampled_from(("labour", "labour", "labour", "subject", "subject", "court", "office", "stranger")),
        way=st.sampled_from(("personal", "post", "portal", "shouting")),
        back=st.sampled_from((0, 0, 0, 1, 3, -1)),
        proof=st.sampled_from((True, True, False)),
        thorough=st.sampled_from((True, True, False)),
    )
    def act(self, verb: str, who: str, way: str, back: int, proof: bool, thorough: bool) -> None:
        on = self.day - timedelta(days=back)
        fields = self.said(verb, way, on, proof, thorough)
        done = engine.act(self.people[who], self.number, verb, fields)
        expected = self.may(verb, who, way, on, proof, thorough)
        assert isinstance(done, Done) == expected, (verb, who, way, on, self.day, self.state, done)
        if expected:
            self.happened(verb, on)

    def said(self, verb: str, way: str, on: date, proof: bool, thorough: bool) -> dict[str, Any]:
        if verb in {"serve-notice", "serve-decision"}:
            return {"method": way, "served_on": on.isoformat(), **({"proof": "回证 1"} if proof else {})}
        findings = town.DECIDED["findings"] if thorough else "经查属实"
        told: dict[str, dict[str, Any]] = {
            "notify": town.NOTICED, "state-defence": town.DEFENCE, "request-hearing": town.DEFENCE,
            "call-hearing": {"hearing_on": (on + NOTICE).isoformat(), "place": "行政中心 2 号楼", "decided_by": town.DECIDER},
            "hold-hearing": {"held_on": on.isoformat(), "minutes": "笔录", "decided_by": town.DECIDER},
            "decide": {**town.DECIDED, "findings": findings}, "drop": {"reason": "已付清", "decided_by": town.DECIDER},
        }  # fmt: skip
        return told[verb]

    @rule()
    def the_next_lawful_step(self) -> None:
        """Random attempts alone would hardly ever come to an end: here everybody does what comes next, or waits."""
        steps = {
            "proposed": "notify", "noticed": "serve-notice", "hearing": "hold-hearing", "heard": "decide",
            "decided": "serve-decision",
        }  # fmt: skip
        if self.state == "hearing" and (self.called is None or self.day < self.called):
            if self.called is None:
                self.act("call-hearing", "labour", "post", 0, True, True)
            self.go(9)
        elif self.state in steps:
            self.act(steps[self.state], "labour", "post", 0, True, True)
        elif self.state == "served" and self.term_over():
            self.act("decide", "labour", "post", 0, True, True)
        else:
            self.go(9 if self.state in {"served", "noticed"} else 1100)

    def may(self, verb: str, who: str, way: str, on: date, proof: bool, thorough: bool) -> bool:
        sources = {
            "notify": {"proposed"}, "serve-notice": {"noticed"}, "state-defence": {"noticed", "served"},
            "request-hearing": {"noticed", "served"}, "call-hearing": {"served", "hearing", "heard"},
            "hold-hearing": {"hearing"}, "decide": {"served", "heard"},
            "serve-decision": {"decided"},
            "drop": {"proposed", "noticed", "served", "hearing", "heard", "decided"},
        }[verb]  # fmt: skip
        if self.state not in sources:
            return False
        if verb in {"state-defence", "request-hearing"}:
            return who == "subject"
        if who != "labour":
            return False
        in_force = self.day <= REPEALED
        # Nobody opens notices in the portal here, so that way proves nothing; no service lies before its document.
        proven = way in {"personal", "post"} and proof and self.made <= on <= self.day
        if verb == "serve-notice":
            return proven
        if verb == "serve-decision":
            return proven and in_force
        if verb == "notify":
            return in_force
        if verb == "decide":
            return in_force and (self.state == "heard" or self.term_over()) and (thorough or not self.spoken)
        if verb == "call-hearing":
            return on >= self.day and (self.state != "served" or self.term_over())
        if verb == "hold-hearing":
            return self.called is not None and self.called <= on <= self.day
        return True

    def term_over(self) -> bool:
        return self.notice_served is not None and self.day > fifth_workday(self.notice_served)

    def happened(self, verb: str, on: date) -> None:
        self.state = {
            "notify": "noticed", "serve-notice": "served", "state-defence": "heard", "request-hearing": "hearing",
            "call-hearing": "hearing", "hold-hearing": "heard", "decide": "decided", "serve-decision": "listed", "drop": "dropped",
        }[verb]  # fmt: skip
        if verb in {"notify", "decide"}:
            self.made = self.day
        elif verb == "call-hearing":
            self.called = on + NOTICE
        elif verb == "serve-notice":
            self.notice_served = on
        elif verb in {"state-defence", "request-hearing"}:
            self.spoken = True
        elif verb == "serve-decision":
            leap = (on.month, on.day) == (2, 29)
            self.starts, self.ends = on, (on - timedelta(days=leap)).replace(year=on.year + 3)

    @rule(
        who=st.sampled_from(("labour", "labour", "court", "subject")),
        ground=st.sampled_from(("cured", "annulled", "pity")),
        back=st.sampled_from((0, 2, -1)),
    )
    def leave(self, who: str, ground: str, back: int) -> None:
        """The body takes the entry off the list; nobody else can, nobody twice, and not for a day to come."""
        record = Case.objects.get(number=self.number).record
        said = {
            "ground": ground, "reason": "已付清", "decided_by": town.DECIDER, "document_no": "平人社撤〔2026〕1号",
            "cured_on": (self.day - timedelta(days=back)).isoformat(),
        }  # fmt: skip
        request = engine.Request("list-exit", making.key(1), said, record=record)
        done = engine.open_case(self.people[who], request)
        stands = self.starts is not None and not self.withdrawn
        again = ground == "cured" and (self.stopped is not None or back < 0)
        expected = stands and who == "labour" and ground != "pity" and not again
        assert isinstance(done, Done) == expected, (who, ground, self.day, done)
        if expected and ground == "cured":
            self.stopped = self.day
        self.withdrawn = self.withdrawn or (expected and ground == "annulled")

    @invariant()
    def on_the_list_only_from_service_to_the_end(self) -> None:
        if self.starts is None or self.ends is None:
            assert head.read().size == self.empty
            assert not listing.stands_on(making.key(1), "wage-defaulters")
            return
        in_time = self.starts <= self.day <= self.ends and self.day <= REPEALED
        stands = in_time and self.stopped is None and not self.withdrawn
        Listings.listed += stands
        Listings.ended += self.day > self.ends
        Listings.fallen += self.day > REPEALED
        (line,) = [each for each in lines_of(making.key(1), as_of=self.day) if each.item == "list-entry"]
        assert (line.usable, line.visible) == (stands, stands), (line.state, self.day, self.starts, self.ends)
        assert public.public_counts(self.day).get("list-entry", 0) == stands
        assert listing.stands_on(making.key(1), "wage-defaulters") == stands
        assert line.clocks.display_until in (None, self.ends)

    @invariant()
    def seen_by_its_subject_from_the_notice_on(self) -> None:
        case = Case.objects.get(number=self.number)
        sides = {name: finding.side_of(viewer, case) for name, viewer in self.people.items()}
        assert sides == {
            "subject": "" if self.state == "proposed" else "applicant", "stranger": "", "labour": "authority",
            "court": "", "office": "office",
        }  # fmt: skip


@pytest.fixture
def falling(tmp_path: Path) -> Iterator[None]:
    """A city's book in which the list's basis ends."""
    place = tmp_path / "city"
    place.mkdir()
    (place / "repeal.yaml").write_text(BOOK, encoding="utf-8")
    before = site.GONGXIN_LAWBOOK
    site.GONGXIN_LAWBOOK = [*before, place]
    yield
    site.GONGXIN_LAWBOOK = before


@pytest.mark.django_db
def test_no_order_of_acts_and_days_lists_too_early_or_too_long(falling: None) -> None:
    run_state_machine_as_test(
        Listings,
        settings=settings(
            max_examples=how_many(25),
            stateful_step_count=24,
            derandomize=True,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert Listings.listed
    assert Listings.fallen
    assert Listings.ended
