"""Issuing reports (出具报告): read through the gate or from the public lines, composed, set, signed, entered in the register.

Nothing leaves before the look is written and the report is in the register. What could not be answered is a Refusal in
the gate's own words, the same whether or not there is anything behind it.
"""

from __future__ import annotations

import secrets as chance
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256

from django.db import IntegrityError, transaction

from gongxin.kernel.identifiers import check_uscc, normalise_code
from gongxin.kernel.identifiers.citizen import birth_of, is_citizen
from gongxin.kernel.issues import Issue, Refusal
from gongxin.law.book import Edition
from gongxin.law.citing import weakest
from gongxin.law.reports import (
    KINDS,
    OTHER_SECTOR,
    REGISTER,
    SPECIAL,
    Period,
    Sector,
    certainty_of,
    check_period,
    sections_of,
    sectors_of,
    valid_until,
)
from gongxin.law.standing import Line
from gongxin.rooms.disclosure.masking import mask_field, mask_identity, mask_name
from gongxin.rooms.disclosure.reports import archive, content, signing, sources, statuslist
from gongxin.rooms.disclosure.reports.content import FORM, Asked, Content, Subject, Told
from gongxin.rooms.disclosure.reports.issuer import issuer_name, platform_name, verify_address
from gongxin.rooms.disclosure.reports.keeping import check_index, view_dict
from gongxin.rooms.disclosure.reports.models import Report
from gongxin.rooms.disclosure.reports.typesetting import Paper, typesetter
from gongxin.rooms.disclosure.subjects import key_of, name_of
from gongxin.spine import clock, imprints, public, secrets, shelf
from gongxin.spine.access import gate
from gongxin.spine.access.gate import Ground, Viewer
from gongxin.spine.access.models import Body
from gongxin.spine.imprints import Imprint, View
from gongxin.spine.ledger import head
from gongxin.spine.ledger.acts import person_key
from gongxin.spine.outbox import service
from gongxin.spine.projections import links

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's letters: none of them can be mistaken for another when read aloud or copied by hand."""
PURPOSE_LIMIT = 60
TITLES = {"standard": "公共信用信息报告", "special": "专项信用报告"}
EDITIONS = {"standard": "标准版", "special": "替代无违法违规记录证明"}


@dataclass(frozen=True)
class Wish:
    """What is asked for (报告申请): whom, which kind, for what; for a special report its period and sectors."""

    code: str
    kind: str = "standard"
    purpose: str = ""
    since: date | None = None
    until: date | None = None
    sectors: tuple[str, ...] = ()


@dataclass(frozen=True)
class Asker:
    """Who asks (申请人): as the gate knows it, on which ground; without a ground only what is public is given."""

    viewer: Viewer
    ground: Ground | None = None
    post: str = ""


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
    check: str


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


def make(asker: Asker, wish: Wish) -> Made | Refusal | list[Issue]:
    """Issue one report (出具一份报告)."""
    draft = compose(asker, wish)
    if not isinstance(draft, Draft):
        return draft
    return _enter(draft, _press(draft))


def each_of(
    wanted: Sequence[tuple[Asker, Wish]], progress: Callable[[int, int], None] | None = None
) -> Iterator[Made | Refusal | list[Issue]]:
    """Yield many reports as they are issued (批量出具), in their order; a no stands in the place of its report.

    Reading and entering happen one after the other, setting and signing beside each other on every processor; no more
    than a few files for each processor are in memory at a time.
    """
    at_once = 4 * typesetter().size
    done = 0
    with ThreadPoolExecutor(typesetter().size) as pool:
        for start in range(0, len(wanted), at_once):
            drafts = [compose(asker, wish) for asker, wish in wanted[start : start + at_once]]
            pressed = [pool.submit(_press, draft) if isinstance(draft, Draft) else None for draft in drafts]
            for draft, file in zip(drafts, pressed, strict=True):
                if isinstance(draft, Draft):
                    yield _enter(draft, file.result() if file is not None else b"")
                else:
                    yield draft
                done += 1
                if progress is not None:
                    progress(done, len(wanted))


def compose(asker: Asker, wish: Wish) -> Draft | Refusal | list[Issue]:
    """Gather what a report says and number it (组成报告); the look is written here, before anything is known outside."""
    today, now = clock.today(), clock.now()
    law = shelf.book().on(today)
    checked = _checked(asker, wish, today, law)
    if not isinstance(checked, _Checked):
        return checked
    wish, person = checked.wish, checked.key.startswith("person:")
    if asker.ground is None and person:
        # The same words for everybody, whether or not anything is held about this person.
        return Refusal(
            "report.person",
            "自然人的信用信息不公开",
            _basis(law, "PIPL-2021", 25),
            "请由本人申请，或写明法定事项或本人授权",
        )
    told, look = _gather(asker, checked, today)
    if isinstance(told, Refusal):
        return told
    view = _view(asker, checked, law)
    told = [each for each in told if view.covers(each.line.item, each.line.decided, each.line.authority)]
    imprint = imprints.imprint(checked.key, view, as_of=today)
    ends = valid_until(today, law=law)
    check = "-".join(_random(4) for _ in range(3))
    composed = _content(asker, checked, told, look, law=law, now=now)
    paper = Paper(
        composed,
        number=f"BG-{today:%Y-%m%d}-{_random(8)}",
        check=check,
        address=verify_address(),
        valid_until=ends.isoformat(),
        chain=[signing.fingerprint(each) for each in signing.signer().certificates],
        place=statuslist.draw_place(),
        signed=True,
    )
    return Draft(paper, wish, asker, checked.key, view, imprint, ends, check)


@dataclass(frozen=True)
class _Checked:
    """A wish found in order (合格申请)."""

    wish: Wish
    key: str
    shown_code: str
    period: Period | None
    sectors: tuple[Sector, ...]
    view: View


def _checked(asker: Asker, wish: Wish, today: date, law: Edition) -> _Checked | Refusal | list[Issue]:
    issues = []
    code = normalise_code(wish.code)
    if wish.kind not in KINDS:
        issues.append(
            Issue("report.kind", "报告种类写 standard（标准版）或 special（专项）", column="kind", value=wish.kind)
        )
    purpose = " ".join(wish.purpose.split())
    if len(purpose) > PURPOSE_LIMIT:
        issues.append(Issue("report.purpose", f"用途不超过 {PURPOSE_LIMIT} 个字", column="purpose"))
    key, shown = "", code
    if not code and asker.ground is not None and asker.ground.purpose == gate.OWN:
        # Whoever asks about itself need not be asked for a number that is not kept.
        key = asker.viewer.subject or f"uscc:{asker.viewer.body}"
        shown = "按实名账号出具，号码不留存" if key.startswith("person:") else key.partition(":")[2]
    elif is_citizen(code):
        key, shown = person_key(code), mask_identity(code)
    else:
        found = check_uscc(code)
        # A number that would be a person's but for one digit is not printed as an organisation's.
        if found.ok and not (code.isdigit() and birth_of(code) and found.notices):
            key, shown = key_of(found.code), found.code
        else:
            issues.append(
                Issue(
                    "report.code", "代码不对，请写 18 位统一社会信用代码，自然人写公民身份号码", column="code",
                    suggestion=found.hint,
                )
            )  # fmt: skip
    if issues:
        return issues
    period: Period | None = None
    sectors: tuple[Sector, ...] = ()
    words: tuple[str, ...] | None = None
    without: tuple[str, ...] = ()
    if wish.kind == SPECIAL:
        chosen = check_period(wish.since, wish.until, today=today, law=law)
        if isinstance(chosen, Refusal):
            return chosen
        named = sectors_of(wish.sectors, law=law)
        if isinstance(named, Refusal):
            return named
        period, sectors = chosen, named
        if wish.sectors:
            words = tuple(word for sector in named for word in sector.words)
            if any(sector.id == OTHER_SECTOR for sector in named):
                everything = sectors_of((), law=law)
                without = tuple(word for sector in everything or () for word in sector.words)
    items = [item for section in sections_of(wish.kind, law=law) for item in section.items]
    view = View(
        public=True,
        items=tuple(item.id for item in items),
        since=period.since if period else None,
        until=period.until if period else None,
        words=words,
        without=without,
        timeless=tuple(item.id for item in items if item.category == REGISTER),
    )
    return _Checked(replace(wish, purpose=purpose), key, shown, period, sectors, view)


def _view(asker: Asker, checked: _Checked, law: Edition) -> View:
    """Return what the report is about: in a matter, only what that matter sees (报告范围)."""
    if asker.ground is None:
        return checked.view
    items = checked.view.items
    if asker.ground.matter is not None:
        sees = law.matter(asker.ground.matter).sees
        items = tuple(item for item in items if item in sees)
    return replace(checked.view, public=False, usable_only=_in_matter(asker), items=items)


def _in_matter(asker: Asker) -> bool:
    return asker.ground is not None and asker.ground.matter is not None


def _gather(asker: Asker, checked: _Checked, today: date) -> tuple[list[Told] | Refusal, str]:
    """Read the lines, through the one door or the other (读取); returns them and the number of the look."""
    law = shelf.book().on(today)
    if asker.ground is None:
        return [Told(line, marks_of(line), line.statements) for line in
                public.public_lines(checked.key, today)], ""  # fmt: skip
    reading = gate.read(asker.viewer, asker.ground, checked.key, as_of=today)
    if isinstance(reading, Refusal):
        return reading, ""
    told = []
    barred = service.barred_until({checked.key, *links.resolve_keys(checked.key)}, today)
    for line in reading.lines:
        if line.usable or (line.visible and not _in_matter(asker)):
            shown = public.line_for_public(line, "", law, barred)
            told.append(Told(shown, marks_of(line), line.statements))
    return told, reading.number


def marks_of(line: Line | public.PublicLine) -> tuple[str, ...]:
    """Return the words that open cases put on a line (异议标注), as the law book gives them."""
    holds = line.holds if isinstance(line, Line) else line.marks
    return tuple(dict.fromkeys(hold.text for hold in holds))


def _content(asker: Asker, checked: _Checked, told: list[Told], look: str, *, law: Edition, now: datetime) -> Content:
    wish, today = checked.wish, clock.today()
    person = checked.key.startswith("person:")
    sections = sections_of(wish.kind, law=law)
    known = sources.known(today, law=law)
    found = content.entries_of(told, as_of=today, law=law, person=person)
    items = [item.id for section in sections for item in section.items if item.category != REGISTER]
    held_back = sum(
        (item := law.find_item(each.line.item)) is not None and not content.is_whole(each.line, item) for each in told
    )
    notes = content.notes_of(wish.kind, law=law)
    if held_back:
        notes = (*notes, f"另有 {held_back} 条信息的来源、文书号或依据尚未补全，补全前不列出。")
    named = known.of(items)
    state = head.read()
    return Content(
        form=FORM,
        kind=wish.kind,
        title=TITLES[wish.kind],
        edition=f"{'自然人' if person else '法人和非法人组织'}　{EDITIONS[wish.kind]}",
        platform=platform_name(),
        issuer=issuer_name(),
        issued=now.astimezone(clock.ZONE).replace(microsecond=0),
        as_of=today,
        data_until=max((source.up_to for source in named), default=None),
        subject=_subject(asker, checked, told, law),
        asked=_asked(asker, wish, look, law, person=person),
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
        ledger_size=state.size,
        ledger_root=state.root.hex(),
    )


def _subject(asker: Asker, checked: _Checked, told: Sequence[Told], law: Edition) -> Subject:
    lines = [each.line for each in told]
    items = {item.id: item for item in law.items()}
    name = name_of(lines, items)
    if checked.key.startswith("person:"):
        # A person's own report names the person; an officer in a matter sees the masked name.
        shown = mask_name(name) if _in_matter(asker) else name
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


def _basis(law: Edition, instrument: str, article: int) -> str:
    return str(law.cite(law.ref(instrument, article)))


def counter_ground(code: str, case_no: str) -> Ground:
    """Return the ground on which the counter prints a report for somebody who is present (窗口出具的依据)."""
    law = shelf.book().on(clock.today())
    name = "report.person.basis" if is_citizen(normalise_code(code)) else "report.organisation.basis"
    source = law.parameter(name).source
    return Ground(purpose=gate.CASEWORK, clause=str(law.cite(source)) if source is not None else None, case_no=case_no)


def _press(draft: Draft) -> bytes:
    """Set and sign (排版、签名); touches no store, so that many can be pressed beside each other."""
    at = draft.paper.content.issued
    return signing.sign(typesetter().pdf(draft.paper.inputs(), at), at)


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
    archive.keep(paper.number, draft.valid_until, pdf)
    return Made(paper.number, draft.check, pdf, digest, paper.content, draft.valid_until, paper.place)


def _register(draft: Draft, digest: str) -> None:
    paper, viewer = draft.paper, draft.asker.viewer
    Report.objects.create(
        number=paper.number,
        check_index=check_index(paper.number, draft.check),
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
