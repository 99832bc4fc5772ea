"""Watching an answer (关注): a body that checked in a case is told once when the answer to that very question changes.

The watch is a ground of its own that the subject reads in “who looked”; it ends on its day by itself. What is told is
that the answer changed and where to ask; to learn what it is now means to ask, which is the next look.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from django.db import transaction

from gongxin.kernel.issues import Issue, Refusal
from gongxin.kernel.sentences import sentence
from gongxin.law.book import LawSilent
from gongxin.law.consents import GROUND as CONSENT
from gongxin.law.standing import Line
from gongxin.rooms.measures import answer, check, outcomes, percase
from gongxin.rooms.measures.models import CaseCheck, Watch, WatchRound
from gongxin.spine import clock, shelf
from gongxin.spine.access import gate
from gongxin.spine.access.gate import Ground, Viewer, Weighed
from gongxin.spine.ledger import head
from gongxin.spine.ledger.models import Entry
from gongxin.spine.outbox import events, notices
from gongxin.spine.outbox.models import Subscriber
from gongxin.spine.projections import links

logger = logging.getLogger("gongxin.watch")

LONGEST = "check.watch.longest"
"""The law book's limit for a watch, in days from the check (关注的最长天数)."""


def watch(viewer: Viewer, number: str, until: date) -> Watch | Refusal | list[Issue]:
    """Begin to watch the answer to one of the body's own checks in a case (开始关注), until a day, that day included."""
    today = clock.today()
    look = outcomes.find_check(viewer, number)
    if look is None:
        return Refusal(
            "watch.check_unknown",
            sentence("没有找到编号为 {number} 的核查。", "There is no check of number {number}.", number=number),
            None,
            sentence(
                "只能关注本单位的核查，请核对编号。", "Only checks of your own body can be watched; check the number."
            ),
        )
    law = shelf.book().on(today)
    kept = CaseCheck.objects.filter(number=look.number).first()
    if kept is None or law.matter(look.matter).ground == CONSENT:
        return Refusal(
            "watch.case",
            sentence(
                "只有写明办件编号、依法律规定进行的核查才能关注。",
                "Only a check in a case, made by duty of law, can be watched.",
            ),
            None,
            sentence("请写明办件编号重新核查，再关注它。", "Ask again with a case number, and watch that check."),
        )
    last = look.at.astimezone(clock.ZONE).date() + timedelta(days=law.parameter(LONGEST).number())
    if not today <= until <= last:
        message = f"关注的截止日须在今日至 {last.isoformat()} 之间"
        return [Issue("watch.until", message, column="until", value=until.isoformat())]
    if viewer.account_id is None and not subscriber_of(viewer.body):
        return Refusal(
            "watch.subscriber", sentence("本单位还没有登记接收变动的办法。", "Your body has no way registered by which it takes events."), None,
            sentence("请信用办登记：gongxin subscribers add 单位代码 --name 名称 --kind checker，可另写接收地址。",
                     "Let the credit office register it: gongxin subscribers add CODE --name NAME --kind checker, with an address if you have one."),
        )  # fmt: skip
    known = Watch.objects.filter(number=look.number).first()
    if known is not None:
        if known.state == Watch.State.OPEN and known.until == until:
            return known
        return [
            Issue("watch.again", f"这次核查已经关注过（{known.get_state_display()}，至 {known.until}）", column="until")
        ]
    ground = Ground(matter=look.matter, case_no=look.case_no)
    with transaction.atomic():
        noted = gate.note(
            _machine(viewer), ground, look.subject, 0, as_of=today, subject=look.subject,
            said=f"关注至 {until.isoformat()}（核查 {look.number}）",
        )  # fmt: skip
        if isinstance(noted, Refusal):
            return noted
        return Watch.objects.create(
            number=look.number, look=noted.number, body=viewer.body, matter=look.matter, case_no=look.case_no,
            subject=look.subject, standing=kept.standing, until=until, viewer=viewer.name, account=viewer.account_id,
            at=noted.at,
        )  # fmt: skip


def stop(viewer: Viewer, number: str) -> Watch | None:
    """Stop watching before its day (停止关注), or None where the body watches nothing under this number."""
    found = of(viewer, number)
    if found is not None and found.state == Watch.State.OPEN:
        found.state, found.ended_at = Watch.State.CLOSED, clock.now()
        found.save(update_fields=["state", "ended_at"])
    return found


def of(viewer: Viewer, number: str) -> Watch | None:
    """Return the body's own watch over a check (本单位的关注)."""
    return Watch.objects.filter(number=percase.check_of(number), body=viewer.body).first()


def subscriber_of(body: str) -> Subscriber | None:
    """Return how a body's system takes events (接收办法), or None."""
    return Subscriber.objects.filter(body=body, ended__isnull=True).first()


def look_after() -> Mapping[str, int]:
    """Ask anew what may have another answer by now (巡查关注), and tell of each change once; returns how many of each.

    Days pass, books change and acts are entered: only then, and only for the subjects concerned. A watch that could not
    be looked after keeps its round open, so that it is tried again.
    """
    today, size, book = clock.today(), head.read().size, shelf.book().version
    before = WatchRound.objects.order_by("id").last()
    if before is not None and (before.size, before.day, before.book) == (size, today, book):
        return {}
    ended = Watch.objects.filter(state=Watch.State.OPEN, until__lt=today).update(
        state=Watch.State.CLOSED, ended_at=clock.now()
    )
    done = {"ended": ended, "asked": 0, "changed": 0, "failed": 0}
    since = before.size if before is not None and (before.day, before.book) == (today, book) else None
    for number in _concerned(since):
        try:
            done["changed"] += _ask(number)
            done["asked"] += 1
        except check.FAULTS:
            logger.exception("the watch over %s could not be looked after", number)
            done["failed"] += 1
    if not done["failed"]:
        with transaction.atomic():
            WatchRound.objects.all().delete()
            WatchRound.objects.create(size=size, day=today, book=book)
    return done


def _concerned(since: int | None) -> Iterable[str]:
    """Return the checks whose watched subjects were acted on after entry `since`; all of them where that is None."""
    opened = list(Watch.objects.filter(state=Watch.State.OPEN).order_by("id").values_list("number", "subject"))
    if since is None or Entry.objects.filter(seq__gt=since, kind="judgement").exists():
        return [number for number, _subject in opened]
    keys = {subject: links.resolve_keys(subject) for subject in {subject for _number, subject in opened}}
    listed = sorted(set().union(*keys.values())) if keys else []
    touched: set[str] = set()
    for start in range(0, len(listed), 500):
        part = listed[start : start + 500]
        touched |= set(Entry.objects.filter(seq__gt=since, subject__in=part).values_list("subject", flat=True))
    return [number for number, subject in opened if keys[subject] & touched]


def _ask(number: str) -> int:
    """Ask one watched question anew; 1 where its answer has changed, which is told in the same transaction."""
    with transaction.atomic():
        found = Watch.objects.select_for_update().filter(number=number, state=Watch.State.OPEN).first()
        if found is None:
            return 0
        today = clock.today()
        law = shelf.book().on(today)
        viewer = _machine(Viewer(found.account, found.viewer, found.body, "officer", "api"))
        try:
            matter = law.matter(found.matter)
        except LawSilent:
            return _end(found, Watch.State.CLOSED)
        asked = answer.Asked(
            found.subject, None, frozenset(), matter, today, found.case_no, check.regions_of(found.body)
        )

        def weigh(lines: list[Line]) -> Weighed:
            composed = answer.compose(asked, lines, {}, law=law)
            return Weighed(0, 0, percase.standing_of(composed))

        reading = gate.read_if_changed(
            viewer, Ground(matter=found.matter, case_no=found.case_no), found.subject, as_of=today,
            known=found.standing, weigh=weigh,
        )  # fmt: skip
        if reading is None:
            return 0
        if isinstance(reading, Refusal):
            return _end(found, Watch.State.CLOSED)
        event = events.publish_answer(subscriber_of(found.body), found.number, found.matter, found.case_no)
        found.event = event.pk
        if found.account is not None:
            words = {"check": found.number, "case_no": found.case_no}
            notices.tell("account", str(found.account), "check.changed", words=words)
        _end(found, Watch.State.CHANGED)
        return 1


def _end(found: Watch, state: Watch.State) -> int:
    found.state, found.ended_at = state, clock.now()
    found.save(update_fields=["state", "ended_at", "event"])
    return 0


def _machine(viewer: Viewer) -> Viewer:
    return Viewer(viewer.account_id, viewer.name, viewer.body, viewer.role, percase.WATCHING)


def as_dict(found: Watch) -> dict[str, object]:
    """Return a watch as every channel gives it (机器可读的关注)."""
    return {
        "check": found.number, "matter": found.matter, "case_no": found.case_no, "until": found.until.isoformat(),
        "state": found.state, "since": found.at.isoformat(timespec="seconds"),
        "ended_at": found.ended_at.isoformat(timespec="seconds") if found.ended_at else None, "event": found.event,
    }  # fmt: skip
