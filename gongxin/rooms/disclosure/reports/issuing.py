"""Issuing reports (出具报告): read through the gate or from the public lines, composed, set, signed, entered in the register.

Nothing leaves before the look is written and the report is in the register. What could not be answered is a Refusal in
the gate's own words, the same whether or not there is anything behind it.
"""

from __future__ import annotations

import secrets as chance
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from django.db import IntegrityError, transaction

from gongxin.kernel.issues import Issue, Refusal
from gongxin.kernel.masking import mask_field, mask_name
from gongxin.kernel.sentences import sentence
from gongxin.law.book import Edition
from gongxin.law.citing import weakest
from gongxin.law.reports import REGISTER, SPECIAL, certainty_of, sections_of, valid_until
from gongxin.law.standing import Line
from gongxin.rooms.disclosure.reports import archive, content, signing, sources, statuslist
from gongxin.rooms.disclosure.reports.content import FORM, Asked, Content, Subject, Told
from gongxin.rooms.disclosure.reports.issuer import issuer_name, platform_name, verify_address
from gongxin.rooms.disclosure.reports.keeping import check_index, view_dict
from gongxin.rooms.disclosure.reports.models import Report
from gongxin.rooms.disclosure.reports.typesetting import Paper, typesetter
from gongxin.rooms.disclosure.reports.wishes import Asker, Checked, Wish, check, counter_ground, in_matter, view_for
from gongxin.rooms.disclosure.subjects import name_of
from gongxin.spine import clock, imprints, public, secrets, shelf, sm2
from gongxin.spine.access import gate
from gongxin.spine.access.models import Body
from gongxin.spine.imprints import Imprint, View
from gongxin.spine.ledger import head
from gongxin.spine.ledger.head import Head
from gongxin.spine.outbox import service
from gongxin.spine.projections import links

__all__ = ["TITLES", "Asker", "Draft", "Made", "Wish", "compose", "counter_ground", "each_of", "make"]

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's letters: none of them can be mistaken for another when read aloud or copied by hand."""
TITLES = {"standard": "公共信用信息报告", "special": "专项信用报告"}
EDITIONS = {"standard": "标准版", "special": "替代无违法违规记录证明"}


@dataclass(frozen=True)
class Draft:
    """A report composed and numbered, not yet set (已编号待排版): nothing in it needs the store any more."""

    paper: Paper
    wish: Wish
    asker: Asker
    subject: str
    view: View
    imprint: Imprint
    valid_until: date


@dataclass(frozen=True)
class Made:
    """A report issued (已出具): the file, its number and check words, and what it says."""

    number: str
    check: str
    pdf: bytes
    digest: str
    content: Content
    valid_until: date
    place: int
    sm2: dict[str, str] | None = None
    """The SM2 signature over the file, where an office has switched it on (国密签名)."""


@dataclass(frozen=True)
class _Desk:
    """What is the same for every report issued at one moment (出具条件); the ledger's head is read before any line is."""

    today: date
    law: Edition
    head: Head
    platform: str
    issuer: str
    address: str
    chain: tuple[str, ...]
    known: sources.Known


def _desk() -> _Desk:
    today, state = clock.today(), head.read()
    law = shelf.book().on(today)
    chain = tuple(signing.fingerprint(each) for each in signing.signer().certificates)
    known = sources.known(today, state.root, law=law)
    return _Desk(today, law, state, platform_name(), issuer_name(), verify_address(), chain, known)


def make(asker: Asker, wish: Wish) -> Made | Refusal | list[Issue]:
    """Issue one report (出具一份报告)."""
    draft = compose(asker, wish)
    if not isinstance(draft, Draft):
        return draft
    return _enter(draft, _press(draft))


def each_of(
    wanted: Iterable[tuple[Asker, Wish]], progress: Callable[[int], None] | None = None
) -> Iterator[Made | Refusal | list[Issue]]:
    """Yield many reports as they are issued (批量出具), in their order; a no stands in the place of its report.

    Reading and entering happen one after the other, setting and signing beside each other on every processor; no more
    than a few files for each processor are in memory at a time, however many are wanted. `progress` is told how many are done.
    """
    most = 3 * typesetter().size
    waiting: deque[tuple[Draft, Future[bytes]] | Refusal | list[Issue]] = deque()
    done = 0

    def finished() -> Made | Refusal | list[Issue]:
        nonlocal done
        first = waiting.popleft()
        made = _enter(first[0], first[1].result()) if isinstance(first, tuple) else first
        done += 1
        if progress is not None:
            progress(done)
        return made

    with ThreadPoolExecutor(typesetter().size) as pool:
        desk = None
        for at, (asker, wish) in enumerate(wanted):
            # A report tells the day and the state of its own moment, so these are looked at again every so often.
            desk = _desk() if desk is None or at % most == 0 else desk
            draft = compose(asker, wish, desk)
            waiting.append((draft, pool.submit(_press, draft)) if isinstance(draft, Draft) else draft)
            if len(waiting) >= most:
                yield finished()
        while waiting:
            yield finished()


def compose(asker: Asker, wish: Wish, desk: _Desk | None = None) -> Draft | Refusal | list[Issue]:
    """Gather what a report says and number it (组成报告); the look is written here, before anything is known outside."""
    desk, now = desk or _desk(), clock.now()
    today, law = desk.today, desk.law
    checked = check(asker, wish, today, law)
    if not isinstance(checked, Checked):
        return checked
    wish, person = checked.wish, checked.key.startswith("person:")
    if asker.ground is None and person:
        # The same words for everybody, whether or not anything is held about this person.
        return Refusal(
            "report.person",
            sentence("自然人的信用信息不公开", "Credit information of natural persons is not public"),
            str(law.cite(law.ref("PIPL-2021", 25))),
            sentence(
                "请由本人申请，或写明法定事项或本人授权",
                "The person asks for it, or a lawful matter or a consent is given",
            ),
        )
    gathered = _gather(asker, checked, view_for(asker, checked, law), desk)
    if isinstance(gathered, Refusal):
        return gathered
    ends = valid_until(today, law=law)
    paper = Paper(
        _content(asker, checked, gathered, desk, now=now),
        number=f"BG-{today:%Y-%m%d}-{_random(8)}",
        check="-".join(_random(4) for _ in range(3)),
        address=desk.address,
        valid_until=ends.isoformat(),
        chain=desk.chain,
        place=statuslist.draw_place(),
        signed=True,
    )
    return Draft(paper, wish, asker, checked.key, gathered.view, gathered.imprint, ends)


@dataclass(frozen=True)
class _Gathered:
    """What was read for a report (读取结果): lines within its view, the imprint of all of them, the number of the look."""

    told: list[Told]
    view: View
    imprint: Imprint
    look: str = ""


def _gather(asker: Asker, checked: Checked, view: View, desk: _Desk) -> _Gathered | Refusal:
    """Read the lines, through the one door or the other (读取).

    The imprint is never later than the lines: what is entered between the two makes the report one whose content has
    changed, not one that is genuine with an old content.
    """
    if asker.ground is None:
        shown, imprint = imprints.public_lines(checked.key, view, as_of=desk.today)
        told = [Told(line, marks_of(line), line.statements) for line in shown]
        return _Gathered(_within(view, told), view, imprint)
    imprint = imprints.imprint(checked.key, view, as_of=desk.today)
    reading = gate.read(asker.viewer, asker.ground, checked.key, as_of=desk.today)
    if isinstance(reading, Refusal):
        return reading
    barred = service.barred_until({checked.key, *links.resolve_keys(checked.key)}, desk.today)
    told = [
        Told(public.line_for_public(line, "", desk.law, barred), marks_of(line), line.statements)
        for line in reading.lines
        if line.usable or (line.visible and not in_matter(asker))
    ]
    return _Gathered(_within(view, told), view, imprint, reading.number)


def _within(view: View, told: Iterable[Told]) -> list[Told]:
    return [each for each in told if view.covers(each.line.item, each.line.decided, each.line.authority)]


def marks_of(line: Line | public.PublicLine) -> tuple[str, ...]:
    """Return the words that open cases put on a line (异议标注), as the law book gives them."""
    holds = line.holds if isinstance(line, Line) else line.marks
    return tuple(dict.fromkeys(hold.text for hold in holds))


def _content(asker: Asker, checked: Checked, gathered: _Gathered, desk: _Desk, *, now: datetime) -> Content:
    wish, today, law, known, told = checked.wish, desk.today, desk.law, desk.known, gathered.told
    person = checked.key.startswith("person:")
    found = content.entries_of(told, as_of=today, law=law, person=person)
    sections = content.fitting(sections_of(wish.kind, law=law), "" if person else checked.key.partition(":")[2], found)
    items = [item.id for section in sections for item in section.items if item.category != REGISTER]
    held_back = sum(
        (item := law.find_item(each.line.item)) is not None and not content.is_whole(each.line, item) for each in told
    )
    notes = content.notes_of(wish.kind, law=law)
    if held_back:
        notes = (*notes, f"另有 {held_back} 条信息的来源、文书号或依据尚未补全，补全前不列出。")
    named = known.of(items)
    return Content(
        form=FORM,
        kind=wish.kind,
        title=TITLES[wish.kind],
        edition=f"{'自然人' if person else '法人和非法人组织'}　{EDITIONS[wish.kind]}",
        platform=desk.platform,
        issuer=desk.issuer,
        issued=now.astimezone(clock.ZONE).replace(microsecond=0),
        as_of=today,
        data_until=max((source.up_to for source in named), default=None),
        subject=_subject(asker, checked, told, law),
        asked=_asked(asker, wish, gathered.look, law, person=person),
        period=checked.period,
        sectors=content.sector_rows(checked.sectors, found, known, items, law=law),
        sectors_chosen=bool(wish.sectors),
        tables=content.tables_of(sections, found, known),
        without_item=tuple(section.name for section in sections if not section.items),
        objections=content.objections_of(found),
        gaps=known.gaps(items),
        notes=notes,
        basis=_rests_on(wish.kind, law),
        certainty=weakest([certainty_of(wish.kind, law=law), *(each.line.certainty for each in told)]),  # type: ignore[list-item]
        law_book=shelf.book().version,
        ledger_size=desk.head.size,
        ledger_root=desk.head.root.hex(),
    )


def _subject(asker: Asker, checked: Checked, told: Sequence[Told], law: Edition) -> Subject:
    lines = [each.line for each in told]
    items = {item.id: item for item in law.items()}
    name = name_of(lines, items)
    if checked.key.startswith("person:"):
        # A person's own report names the person; an officer in a matter sees the masked name.
        shown = mask_name(name) if in_matter(asker) else name
        return Subject(shown, checked.shown_code, "公民身份号码", "自然人", "", ())
    register = [line for line in lines if line.item in items and items[line.item].category == REGISTER]
    latest = max(register, key=lambda line: line.record, default=None)
    facts, status = [], ""
    if latest is not None:
        item = items[latest.item]
        for field_id in ("legal_rep", "org_type", "established_on", "authority", "address"):
            spec, value = item.find_field(field_id), latest.fields.get(field_id)
            if spec is not None and value:
                facts.append((spec.name, mask_field(field_id, spec.worded(value), kind=spec.kind)))
        spec = item.find_field("status")
        status = spec.worded(latest.fields["status"]) if spec is not None and latest.fields.get("status") else ""
    return Subject(name, checked.shown_code, "统一社会信用代码", "法人和非法人组织", status, tuple(facts))


def _asked(asker: Asker, wish: Wish, look: str, law: Edition, *, person: bool) -> Asked:
    ground = asker.ground
    body = Body.objects.filter(code=asker.viewer.body).values_list("name", flat=True).first() or asker.viewer.name
    who = "　".join(part for part in (body, asker.post) if part)
    whose = "本人" if person else "本单位"
    if ground is None:
        return Asked(who, wish.purpose or "了解公开的信用信息", "public", "", "只列公开信息，查询不通知对方", "")
    logged = f"本次查询已记入对方的“谁看过我”（编号 {look}）"
    if ground.purpose == gate.OWN:
        return Asked(who, wish.purpose or f"{whose}自用", "own", "", f"由{whose}申请出具（编号 {look}）", look)
    case = f"（{ground.case_no}）" if ground.case_no else ""
    if ground.matter is not None:
        matter = law.matter(ground.matter)
        why, basis = wish.purpose or matter.name, content.full_citation(law.cite(matter.clause))
        if ground.consent is not None:
            return Asked(f"{who}{case}", why, "consent", basis, f"{whose}已授权。{logged}", look)
        return Asked(f"{who}{case}", why, "matter", basis, logged, look)
    return Asked(
        f"{who}{case}", wish.purpose or "窗口出具", "counter", ground.clause or "", f"{whose}在场申请。{logged}", look
    )


def _rests_on(kind: str, law: Edition) -> str:
    source = law.parameter("report.special.years" if kind == SPECIAL else "report.sections").source
    return content.full_citation(law.cite(source)) if source is not None else ""


def warm() -> None:
    """Make this process ready to press its first report (预热): nothing is read of anybody, nothing is kept.

    What fails here fails again, and is told, at the first report; it must not take the service down.
    """
    with suppress(Exception):
        typesetter().warm()
        signing.signer()


def _press(draft: Draft) -> bytes:
    """Set and sign (排版、签名); touches no store, so that many can be pressed beside each other."""
    at = draft.paper.content.issued
    return signing.sign(typesetter().pdf(draft.paper.filled(), at), at)


def _enter(draft: Draft, pdf: bytes) -> Made:
    """Enter a report in the register and keep its file sealed until it has run out (登记)."""
    paper, digest = draft.paper, sha256(pdf).hexdigest()
    for again in range(4):
        try:
            with transaction.atomic():
                _register(draft, digest)
            break
        except IntegrityError:
            # Somebody else drew the same place between drawing and entering: another place, another file.
            if again == 3 or Report.objects.filter(number=paper.number).exists():
                raise
            paper.place = statuslist.draw_place()
            pdf = _press(draft)
            digest = sha256(pdf).hexdigest()
    beside = sm2.detached(pdf)
    archive.keep(paper.number, draft.valid_until, pdf, beside)
    return Made(paper.number, paper.check, pdf, digest, paper.content, draft.valid_until, paper.place, beside)


def _register(draft: Draft, digest: str) -> None:
    paper, viewer = draft.paper, draft.asker.viewer
    Report.objects.create(
        number=paper.number,
        check_index=check_index(paper.number, paper.check),
        kind=draft.wish.kind,
        subject=draft.subject,
        open=draft.view.public,
        body=viewer.body,
        account=viewer.account_id,
        via=viewer.via,
        look=paper.content.asked.look,
        purpose=secrets.seal(paper.content.asked.why),
        issued=paper.content.issued,
        as_of=paper.content.as_of,
        valid_until=draft.valid_until,
        digest=digest,
        imprint=draft.imprint.digest,
        steady_until=min(draft.imprint.steady_until, date(9999, 12, 31)),
        view=view_dict(draft.view),
        law_book=paper.content.law_book,
        ledger_size=paper.content.ledger_size,
        certificate=paper.fingerprint,
        place=paper.place,
    )


def _random(length: int) -> str:
    return "".join(chance.choice(ALPHABET) for _ in range(length))
