"""Representing an organisation (单位绑定): that an account may act for it, as the counter has seen the documents for.

Whoever claims an organisation's code has nothing by that. At the counter a person looks at the documents and confirms
or refuses: a legal representative's account is then the organisation's own account, a delegated person gets a
delegation with its affairs and its last day. An account that is the organisation's own already may object; the later
one is then out of effect until the counter has looked again. The state is a fold of the acts.
"""

from __future__ import annotations

import secrets as entropy
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from gongxin.kernel.identifiers import check_uscc
from gongxin.kernel.issues import Refusal
from gongxin.spine import clock, secrets, shelf
from gongxin.spine.access import delegations, identities, looks
from gongxin.spine.access.looks import Draft
from gongxin.spine.access.models import Account, OrganisationAct, Role
from gongxin.spine.access.viewers import Viewer

PARAMETER = "representation.capacities"
REPRESENTATIVE, DELEGATE = "representative", "delegate"
LOCK = 0x72657072

NEXT = {
    "confirm": {"claimed": "active", "objected": "active"},
    "refuse": {"claimed": "refused", "objected": "refused"},
    "withdraw": {"claimed": "withdrawn"},
    "object": {"active": "objected"},
    "end": {"active": "ended", "objected": "ended"},
}
"""Act → from which state it leads to which; an act that does not fit changes nothing."""

_LONGEST = 500


@dataclass(frozen=True)
class Claim:
    """How an application to act for an organisation stands (绑定申请)."""

    number: str
    organisation: str
    account: int
    capacity: str
    scopes: tuple[str, ...]
    until: date | None
    state: str
    """claimed · active · refused · withdrawn · objected · ended"""
    since: date
    acts: int
    said: str = ""
    """The last words sealed with it (看过的材料或者理由)."""

    @property
    def code(self) -> str:
        return self.organisation.partition(":")[2]

    @property
    def waits(self) -> bool:
        """Whether the counter has to look (待窗口核对)."""
        return self.state in {"claimed", "objected"}


def fold(acts: Iterable[OrganisationAct]) -> Claim | None:
    """How an application stands (绑定状态折算)."""
    told = sorted(acts, key=lambda act: act.n)
    if not told:
        return None
    first, state = told[0], "claimed"
    for act in told[1:]:
        state = NEXT.get(act.verb, {}).get(state, state)
    return Claim(
        first.number, first.organisation, first.account, first.capacity, tuple(first.scopes), first.until, state,
        first.day, len(told), told[-1].said,
    )  # fmt: skip


def capacities(day: date) -> tuple[dict[str, Any], ...]:
    """Return in which capacity one may act for an organisation (身份), and which documents the counter must see."""
    return tuple(dict(row) for row in shelf.book().on(day).parameter(PARAMETER).table())


def claim(
    viewer: Viewer, code: str, capacity: str, *, chosen: Sequence[str] = (), until: date | None = None
) -> Claim | Refusal:
    """Apply to act for the organisation of a code (申请绑定单位): an application, which gives nothing by itself.

    `chosen` and `until` are the affairs and the last day a delegated person asks for.
    """
    today = clock.today()
    source = str(shelf.book().on(today).parameter(PARAMETER).source)
    if viewer.account_id is None or viewer.role != Role.SUBJECT or viewer.body:
        return Refusal(
            "representing.account", _("这个账号不能绑定单位。"), None, _("请用个人账号登录；单位的账号已经绑定。")
        )
    if identities.person_of(viewer.account_id) is None:
        return Refusal("representing.person", _("还没有核验您本人的身份。"), source, _("请先核验本人，再绑定单位。"))
    checked = check_uscc(looks.cleaned(code, 40).strip().upper())
    if not checked.ok:
        return Refusal(
            "representing.code", _("统一社会信用代码不对。"), None, _("请对照营业执照或者登记证书，填写 18 位代码。")
        )
    if capacity not in {row["id"] for row in capacities(today)}:
        return Refusal("representing.capacity", _("没有选择您的身份。"), source, _("请选择一项。"))
    if capacity == DELEGATE:
        no = delegations.unfit(chosen, until or date.min, today)
        if no is not None:
            return no
    else:
        chosen, until = (), None
    organisation = f"uscc:{checked.code}"
    with transaction.atomic():
        _lock()
        # What a delegated person got is a delegation, with an end of its own; it may be applied for once more.
        open_states = {"claimed", "objected"} | ({"active"} if capacity == REPRESENTATIVE else set())
        if any(
            each.organisation == organisation and each.state in open_states for each in of_account(viewer.account_id)
        ):
            return Refusal(
                "representing.again", _("这个单位您已经申请过。"), None, _("请看“身份”页上的进度；需要时先撤回再申请。")
            )
        number = f"BD-{today:%Y-%m%d}-{entropy.token_hex(3).upper()}"
        about = Claim(number, organisation, viewer.account_id, capacity, tuple(chosen), until, "claimed", today, 0)
        return _known([_add(viewer, about, "claim")])


def decide(viewer: Viewer, number: str, *, yes: bool, said: str) -> Claim | Refusal:
    """Confirm or refuse at the counter (窗口确认绑定): by a person of the office, who names what was seen, or why not."""
    source = str(shelf.book().on(clock.today()).parameter(PARAMETER).source)
    if viewer.role != Role.OPERATOR or viewer.account_id is None:
        return Refusal("representing.role", _("绑定单位由信用窗口的工作人员确认。"), source, _("请带材料到信用窗口。"))
    said = looks.cleaned(said, _LONGEST).strip()
    if not said:
        no = _("没有写看过哪些材料。") if yes else _("没有写明理由。")
        return Refusal("representing.said", no, source, _("请写明看过的材料和编号，或者不予绑定的理由。"))
    with transaction.atomic():
        _lock()
        present = find(number)
        if present is None or present.account == viewer.account_id:
            return _unknown()
        if not present.waits:
            return _settled()
        # The account may have lost its person since it applied; then there is nobody whose documents could fit.
        if yes and identities.person_of(present.account) is None:
            return Refusal(
                "representing.person", _("这个账号现在没有核验本人。"), source, _("请先在窗口核验本人，再确认单位。")
            )
        made = _step(viewer, present, "confirm" if yes else "refuse", said)
        if yes and present.capacity == DELEGATE:
            holder = Account.objects.get(pk=present.account)
            given = delegations.appoint(
                viewer, present.organisation, holder.username, present.scopes, present.until or date.min, case=number
            )
            if isinstance(given, Refusal):
                transaction.set_rollback(True)
                return given
        return made


def object_to(viewer: Viewer, number: str) -> Claim | Refusal:
    """Say, from an account the organisation had before, that this one is not its own (不认可绑定): out of effect at once.

    A delegated person's delegation is revoked like any other; there is nothing to object to.
    """
    with transaction.atomic():
        _lock()
        present = find(number)
        earlier = {} if present is None else accounts_of(present.organisation)
        if present is None or viewer.account_id == present.account or viewer.account_id not in earlier:
            return _unknown()
        if (
            present.capacity != REPRESENTATIVE
            or present.state != "active"
            or not earlier[viewer.account_id] < _place(present)
        ):
            return _settled()
        return _step(viewer, present, "object")


def leave(viewer: Viewer, number: str) -> Claim | Refusal:
    """Take back one's own application, or end what it gave (撤回申请、解除绑定): the holder alone, at once."""
    with transaction.atomic():
        _lock()
        present = find(number)
        if present is None or present.account != viewer.account_id:
            return _unknown()
        verb = "withdraw" if present.state == "claimed" else "end"
        if present.state not in NEXT[verb]:
            return _settled()
        for each in delegations.given_to(present.account, clock.today()) if verb == "end" else ():
            if each.basis == number and each.state in {"invited", "active"}:
                delegations.revoke(viewer, each.number, principal=False)
        return _step(viewer, present, verb)


def find(number: str) -> Claim | None:
    """Return an application as it stands (查申请), or None."""
    return fold(OrganisationAct.objects.filter(number=number)) if number.isprintable() else None


def of_account(account_id: int | None) -> list[Claim]:
    """Return what an account applied for (本账号的绑定申请), the latest first."""
    return [] if account_id is None else _folded(OrganisationAct.objects.filter(account=account_id))


def waiting() -> list[Claim]:
    """Return what the counter has to look at (待窗口核对), the oldest first."""
    return [each for each in reversed(_folded(OrganisationAct.objects.all())) if each.waits]


def of_organisation(organisation: str) -> list[Claim]:
    """Return the applications for an organisation (单位的绑定), the latest first."""
    return _folded(OrganisationAct.objects.filter(organisation=organisation))


def represents(account_id: int | None, organisation: str) -> bool:
    """Whether an account is the organisation's own, as its confirmed legal representative's (是否法定代表人账号)."""
    return any(
        each.organisation == organisation and each.state == "active" and each.capacity == REPRESENTATIVE
        # Who is nobody any more represents nobody: the identity behind it was ended or objected to.
        and identities.person_of(account_id) is not None
        for each in of_account(account_id)
    )  # fmt: skip


def accounts_of(organisation: str) -> dict[int, int]:
    """Return the organisation's own accounts (单位自己的账号) with how early each became one; the office's come first."""
    opened = Account.objects.filter(body_id=organisation.partition(":")[2], role=Role.SUBJECT, is_active=True)
    found = dict.fromkeys(opened.values_list("pk", flat=True), 0)
    for each in of_organisation(organisation):
        if represents(each.account, organisation):
            found.setdefault(each.account, _place(each))
    return found


def _place(about: Claim) -> int:
    last = OrganisationAct.objects.filter(number=about.number, verb="confirm").order_by("n").first()
    return last.pk if last is not None else 0


def _folded(rows: Iterable[OrganisationAct]) -> list[Claim]:
    by_number: dict[str, list[OrganisationAct]] = {}
    for row in rows:
        by_number.setdefault(row.number, []).append(row)
    found = [each for acts in by_number.values() if (each := fold(acts)) is not None]
    return sorted(found, key=lambda each: (each.since, each.number), reverse=True)


def _lock() -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _step(viewer: Viewer, about: Claim, verb: str, said: str = "") -> Claim:
    _add(viewer, about, verb, said)
    return _known(OrganisationAct.objects.filter(number=about.number))


def _add(viewer: Viewer, about: Claim, verb: str, said: str = "") -> OrganisationAct:
    today = clock.today()
    if verb != "claim":
        # What gives or takes a key stands in the organisation's own log of looks; a claim that gives nothing does not.
        purpose = "casework" if viewer.role == Role.OPERATOR else "own"
        draft = Draft(
            viewer=viewer.name, account=viewer.account_id, body=viewer.body, role=viewer.role, via=viewer.via,
            matter="", ground=f"{purpose} representing-{verb} {about.number}", case_no=about.number,
            subject=about.organisation, fields="", as_of=today,
        )  # fmt: skip
        looks.write(draft)
    return OrganisationAct.objects.create(
        number=about.number, n=about.acts + 1, verb=verb, organisation=about.organisation, account=about.account,
        capacity=about.capacity, scopes=list(about.scopes), until=about.until, day=today, at=clock.now(),
        said=secrets.seal(said) if said else "", by=viewer.account_id,
    )  # fmt: skip


def words_of(about: Claim) -> str:
    """Return the last words on an application (看过的材料或者理由)."""
    return secrets.unseal(about.said) if about.said else ""


def _unknown() -> Refusal:
    return Refusal("representing_unknown", _("没有找到这份绑定申请。"), None, _("请核对申请编号。"))


def _settled() -> Refusal:
    return Refusal("representing.state", _("这份申请已经办结，不能再改动。"), None, _("需要时请重新申请。"))


def _known(acts: Iterable[OrganisationAct]) -> Claim:
    found = fold(acts)
    if found is None:
        raise LookupError("an application that was just written cannot be read")
    return found
