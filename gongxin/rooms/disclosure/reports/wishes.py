"""Wishes for reports (报告申请): who asks for what, and whether it can be asked for at all; nothing is read here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from gongxin.kernel.identifiers import check_uscc, normalise_code
from gongxin.kernel.identifiers.citizen import birth_of, is_citizen
from gongxin.kernel.issues import Issue, Refusal
from gongxin.kernel.masking import mask_identity
from gongxin.law.book import Edition
from gongxin.law.reports import (
    KINDS,
    OTHER_SECTOR,
    REGISTER,
    SPECIAL,
    Period,
    Sector,
    check_period,
    sections_of,
    sectors_of,
)
from gongxin.rooms.disclosure.subjects import key_of
from gongxin.spine import clock, shelf
from gongxin.spine.access import gate
from gongxin.spine.access.gate import Ground, Viewer
from gongxin.spine.imprints import View
from gongxin.spine.ledger.acts import person_key

PURPOSE_LIMIT = 60


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
class Checked:
    """A wish found in order (合格申请)."""

    wish: Wish
    key: str
    shown_code: str
    period: Period | None
    sectors: tuple[Sector, ...]
    view: View


def check(asker: Asker, wish: Wish, today: date, law: Edition) -> Checked | Refusal | list[Issue]:
    """Return the wish in order, or everything that is wrong with it (核对申请)."""
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
    return Checked(replace(wish, purpose=purpose), key, shown, period, sectors, view)


def view_for(asker: Asker, checked: Checked, law: Edition) -> View:
    """Return what the report is about: in a matter, only what that matter sees (报告范围)."""
    if asker.ground is None:
        return checked.view
    items = checked.view.items
    if asker.ground.matter is not None:
        sees = law.matter(asker.ground.matter).sees
        items = tuple(item for item in items if item in sees)
    return replace(checked.view, public=False, usable_only=in_matter(asker), items=items)


def in_matter(asker: Asker) -> bool:
    """Tell whether somebody asks for a matter, and so sees only what may be used in it (是否为事项查询)."""
    return asker.ground is not None and asker.ground.matter is not None


def counter_ground(code: str, case_no: str) -> Ground:
    """Return the ground on which the counter prints a report for somebody who is present (窗口出具的依据)."""
    law = shelf.book().on(clock.today())
    name = "report.person.basis" if is_citizen(normalise_code(code)) else "report.organisation.basis"
    source = law.parameter(name).source
    return Ground(purpose=gate.CASEWORK, clause=str(law.cite(source)) if source is not None else None, case_no=case_no)
