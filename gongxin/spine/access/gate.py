"""The gate (查阅关口): the only way to data that are not public. Who, in which matter, on which ground; no ground, no data.

The look is written and durable before anything is returned; when the log cannot be written, nothing is returned.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from typing import NamedTuple

import polars as pl
from django.db import transaction

from gongxin.kernel.issues import Refusal
from gongxin.kernel.sentences import sentence
from gongxin.law.book import Edition, LawSilent
from gongxin.law.consents import GROUND as CONSENT
from gongxin.law.consents import narrowed
from gongxin.law.matters import who_may_ask
from gongxin.law.model import Item, Matter
from gongxin.law.standing import Line
from gongxin.spine import secrets, shelf
from gongxin.spine.access import consents, looks, owning, viewers
from gongxin.spine.access.looks import Draft, Receipt
from gongxin.spine.access.models import Body, LookBatch, Role
from gongxin.spine.bodies.register import borne_by
from gongxin.spine.projections import links, resident
from gongxin.spine.standing import lines_of, present_lines_of, provider_of

Viewer = viewers.Viewer
"""Who looks (查阅人); told here too, since everybody who asks the gate names one."""

OWN = "own"
CASEWORK = "casework"
SUPERVISION = "supervision"
SUBMISSION = "submission"

PURPOSES: Mapping[str, frozenset[str]] = {
    OWN: frozenset({Role.SUBJECT}),
    CASEWORK: frozenset({Role.OPERATOR, Role.STEWARD}),
    SUPERVISION: frozenset({Role.SUPERVISOR, Role.AUDITOR}),
    SUBMISSION: frozenset({Role.STEWARD, Role.OPERATOR}),
}
"""Grounds that are no matter of the law book, and the roles that may name them: one's own record; a case one handles,
with its clause and number; supervision, likewise; what one's own body has submitted."""


PURPOSE_NAMES: Mapping[str, str] = {
    OWN: sentence("本主体自己查看", "one's own record"),
    CASEWORK: sentence("办理案件", "handling a case"),
    SUPERVISION: sentence("监督检查", "supervision"),
    SUBMISSION: sentence("处理本单位报送的数据", "data of one's own body"),
}
"""How a refusal names a purpose (目的名称)."""


@dataclass(frozen=True)
class Ground:
    """On which ground (查阅依据): a matter of the law book, or a purpose with its clause; the case; a consent's number."""

    matter: str | None = None
    purpose: str | None = None
    clause: str | None = None
    case_no: str | None = None
    consent: str | None = None


class Weighed(NamedTuple):
    """What the reader makes of the lines (答复要点), for the log: how many must be acted on, are for reference."""

    must: int
    reference: int
    digest: str


@dataclass(frozen=True)
class Reading:
    """What was read (查阅结果), under the number of its look."""

    number: str
    lines: list[Line]
    at: datetime


@dataclass(frozen=True)
class Sealed:
    """What was read about many subjects at once (批量查阅结果), under one number."""

    number: str
    standings: pl.DataFrame
    at: datetime
    subjects: int
    """How many keys were asked about."""


@dataclass(frozen=True)
class Admission:
    """What a viewer may see on a ground (准予查阅范围): items with their fields, None for all of them."""

    ground: str
    sees: Mapping[str, tuple[str, ...]] | None
    usable_only: bool
    providers: frozenset[str] | None = None
    """Whose submissions alone: those of the viewer's body and of the bodies it goes on with (报送单位); None for anybody's."""
    consent: str = ""
    """The number of the consent the look is made on; its use is written with the look (所凭授权)."""
    own: bool = False
    """Whether it is one's own: one's own record, or what one's own body handed in (本人、本单位的)."""


def read(
    viewer: Viewer,
    ground: Ground,
    subject_key: str,
    *,
    as_of: date,
    known_at: int | None = None,
    items: Iterable[str] | None = None,
    fields: Iterable[str] | None = None,
    weigh: Callable[[list[Line]], Weighed] | None = None,
) -> Reading | Refusal:
    """Return the lines of one subject that may be seen, under the number of the look; or the refusal.

    `known_at` asks by what the ledger's first entries told, `items` and `fields` narrow what is asked for.
    `weigh` is called with the lines before the look is written, so that the log holds what the answer said; what it
    learns must not leave before this function has returned. A look on a consent is admitted, written and counted as a
    use in one transaction that holds the consent: a revocation comes wholly before it or wholly after it.
    """
    asked = _Asked(subject_key, as_of, known_at, None if items is None else tuple(items), fields, weigh)
    if ground.consent is None:
        return _read(viewer, ground, asked)
    number = consents.number_of(ground.consent)
    with transaction.atomic():
        consents.hold(number)
        return _read(viewer, replace(ground, consent=number), asked)


def read_if_changed(
    viewer: Viewer,
    ground: Ground,
    subject_key: str,
    *,
    as_of: date,
    known: str,
    weigh: Callable[[list[Line]], Weighed],
) -> Reading | Refusal | None:
    """Return what may be seen, under the number of a look, where the reader makes something else of it than `known`.

    None where its digest is the known one: then nothing leaves, and nothing was looked at (关注核对).
    """
    law = shelf.book().on(as_of)
    admission = admit(viewer, ground, subject_key, law=law)
    if isinstance(admission, Refusal):
        return admission
    lines = visible_lines(present_lines_of(subject_key, as_of=as_of), admission, law=law)
    weighed = weigh(lines)
    if weighed.digest == known:
        return None
    receipt = looks.write(draft_of(viewer, ground, admission, subject_key, as_of=as_of, weighed=weighed))
    return Reading(receipt.number, lines, receipt.at)


class _Asked(NamedTuple):
    """What is asked for (查阅请求)."""

    subject: str
    as_of: date
    known_at: int | None
    items: tuple[str, ...] | None
    fields: Iterable[str] | None
    weigh: Callable[[list[Line]], Weighed] | None


def _read(viewer: Viewer, ground: Ground, asked: _Asked) -> Reading | Refusal:
    law = shelf.book().on(asked.as_of)
    admission = admit(viewer, ground, asked.subject, law=law)
    if isinstance(admission, Refusal):
        return admission
    told = (
        present_lines_of(asked.subject, as_of=asked.as_of)
        if asked.known_at is None
        else lines_of(asked.subject, as_of=asked.as_of, known_at=asked.known_at)
    )
    lines = visible_lines(told, admission, law=law, items=asked.items, fields=asked.fields)
    if asked.items is not None and admission.sees is not None:
        # The log tells the subject what was asked for, not all that could have been.
        wanted = frozenset(asked.items)
        admission = replace(admission, sees={item: told for item, told in admission.sees.items() if item in wanted})
    weighed = asked.weigh(lines) if asked.weigh is not None else Weighed(0, len(lines), "")
    receipt = looks.write(draft_of(viewer, ground, admission, asked.subject, as_of=asked.as_of, weighed=weighed))
    if admission.consent:
        consents.use(admission.consent, receipt.number, viewer)
    return Reading(receipt.number, lines, receipt.at)


def read_many(
    viewer: Viewer,
    ground: Ground,
    subjects: pl.Series,
    *,
    as_of: date,
    weigh: Callable[[pl.DataFrame], Weighed] | None = None,
) -> Sealed | Refusal:
    """Return the standings of many subjects (批量查阅), all looks sealed as one batch under one number; or the refusal.

    Columns: `asked` (the key as asked), then those of the standing. Records that have no effect on that day, and items
    the matter does not see, are not in it.
    """
    law = shelf.book().on(as_of)
    keys = subjects.cast(pl.String).drop_nulls().unique(maintain_order=True)
    persons = keys.filter(keys.str.starts_with("person:"))
    admission = admit(viewer, ground, persons[0] if len(persons) else "", law=law)
    if isinstance(admission, Refusal):
        return admission
    if not admission.usable_only or admission.consent:
        return _refusal(
            "access.ground",
            ground,
            sentence("批量查阅须指明法定事项", "Many at once can be asked for in a matter of the law alone"),
        )
    found = resident.effective(keys, as_of)
    if admission.sees is not None:
        found = found.filter(pl.col("item").is_in(sorted(admission.sees)))
    receipt = sealed_batch(viewer, ground, keys, as_of=as_of, weighed=weigh(found) if weigh else None)
    if isinstance(receipt, Refusal):
        return receipt
    return Sealed(receipt.number, found, receipt.at, len(keys))


def sealed_batch(
    viewer: Viewer, ground: Ground, subjects: pl.Series, *, as_of: date, weighed: Weighed | None = None
) -> Receipt | Refusal:
    """Write the looks at many subjects as one sealed batch (批量查阅留痕): one number, each subject findable in it."""
    law = shelf.book().on(as_of)
    keys = subjects.cast(pl.String).drop_nulls().unique().sort()
    persons = keys.filter(keys.str.starts_with("person:"))
    admission = admit(viewer, ground, persons[0] if len(persons) else "", law=law)
    if isinstance(admission, Refusal):
        return admission
    if admission.consent:
        return _refusal(
            "access.ground", ground, sentence("凭授权只能逐个查阅", "On consent one subject is looked at at a time")
        )
    content = pl.DataFrame({"subject": keys}).write_ipc(None, compression="zstd").getvalue()
    digest = sha256(content).hexdigest()
    weighed = weighed or Weighed(0, 0, "")
    with transaction.atomic():
        receipt = looks.write(draft_of(viewer, ground, admission, f"batch:{digest}", as_of=as_of, weighed=weighed))
        LookBatch.objects.create(number=receipt.number, count=len(keys), digest=digest, subjects=content)
    return receipt


def note(
    viewer: Viewer, ground: Ground, what: str, count: int, *, as_of: date, subject: str = "", said: str = ""
) -> Receipt | Refusal:
    """Write a look at something other than one subject's record (其他查阅留痕): a page of own submissions, a queue.

    `subject` is whom the ground must fit, `said` what the ground is told with, such as until when an answer is watched.
    """
    law = shelf.book().on(as_of)
    admission = admit(viewer, ground, subject, law=law)
    if isinstance(admission, Refusal):
        return admission
    admission = replace(admission, ground=" ".join(part for part in (admission.ground, said) if part))
    return looks.write(draft_of(viewer, ground, admission, what, as_of=as_of, weighed=Weighed(0, count, "")))


def admit(viewer: Viewer, ground: Ground, subject_key: str, *, law: Edition) -> Admission | Refusal:
    """Decide whether this viewer may look on this ground at all, and at what (准入判断)."""
    if ground.matter is not None:
        return _admit_matter(viewer, ground, subject_key, law)
    purpose = ground.purpose or ""
    if viewer.role not in PURPOSES.get(purpose, frozenset()):
        return _refusal(
            "access.ground",
            ground,
            sentence("请说明查询事项，或查询的依据和案号", "Name the matter, or the clause and the case number"),
        )
    if purpose == OWN:
        own = owning.keys_of(viewer, ground.clause if ground.clause in owning.SCOPES else owning.VIEW)
        if not own or (subject_key and not own & links.resolve_keys(subject_key)):
            return _refusal(
                "access.own",
                ground,
                sentence("只能查看本主体自己的记录", "One can read only one's own record this way"),
            )
        return Admission(f"{OWN} {ground.clause}" if ground.clause else OWN, None, usable_only=False, own=True)
    if purpose == SUBMISSION:
        office = viewer.role == Role.OPERATOR
        return Admission(
            SUBMISSION, None, usable_only=False, providers=None if office else _own(viewer), own=not office
        )
    if not ground.clause or not ground.case_no:
        return _refusal(
            "access.case", ground, sentence("请填写依据条款和办件编号", "Give the clause and the case number")
        )
    providers = _own(viewer) if viewer.role == Role.STEWARD else None
    return Admission(f"{purpose} {ground.clause}", None, usable_only=False, providers=providers)


def _own(viewer: Viewer) -> frozenset[str]:
    """The bodies whose submissions are this viewer's own: whoever goes on for a body goes on with what it decided."""
    return frozenset(borne_by(viewer.body))


def visible_lines(
    lines: Iterable[Line],
    admission: Admission,
    *,
    law: Edition,
    items: Iterable[str] | None = None,
    fields: Iterable[str] | None = None,
) -> list[Line]:
    """Return the lines with nothing in them that may not be seen (可见内容).

    What is confined comes along with nothing: a matter names it, its subject or the body that handed it in reads it, or
    the one case that is about it asks for just this item.
    """
    wanted_items = None if items is None else frozenset(items)
    wanted_fields = None if fields is None else frozenset(fields)
    seen = []
    for line in lines:
        if admission.usable_only and not line.usable:
            continue
        if admission.sees is not None and line.item not in admission.sees:
            continue
        if wanted_items is not None and line.item not in wanted_items:
            continue
        item = law.find_item(line.item)
        if item is not None and item.confined and not (admission.own or admission.sees or wanted_items):
            continue
        if admission.providers is not None and provider_of(line.record) not in admission.providers:
            continue
        allowed = None if admission.sees is None else frozenset(admission.sees[line.item])
        if wanted_fields is not None:
            allowed = wanted_fields if allowed is None else allowed & wanted_fields
        seen.append(_narrowed(line, allowed, item))
    return seen


def draft_of(
    viewer: Viewer, ground: Ground, admission: Admission, subject: str, *, as_of: date, weighed: Weighed
) -> Draft:
    """Return the look about to be written."""
    return Draft(
        viewer=viewer.name,
        account=viewer.account_id,
        body=viewer.body,
        role=viewer.role,
        via=viewer.via,
        matter=ground.matter or "",
        ground=admission.ground,
        case_no=ground.case_no or "",
        subject=subject,
        fields=_seen_text(admission),
        as_of=as_of,
        must=weighed.must,
        reference=weighed.reference,
        answer_digest=weighed.digest,
    )


def _admit_matter(viewer: Viewer, ground: Ground, subject_key: str, law: Edition) -> Admission | Refusal:
    try:
        matter: Matter = law.matter(ground.matter or "")
    except LawSilent:
        return _refusal("access.matter", ground, sentence("请从事项清单中选择", "Choose a matter of the list"))
    allowed = who_may_ask(matter, viewer.role, body_kind(viewer.body))
    if isinstance(allowed, Refusal):
        return allowed
    if not allowed:
        return _refusal(
            "access.role",
            ground,
            sentence("请由有权办理该事项的单位查询", "A body that has this duty may ask"),
            str(matter.clause),
        )
    if subject_key.startswith("person:") and "person" not in matter.subject_kinds:
        return _refusal(
            "access.person",
            ground,
            sentence("该事项不查询自然人", "This matter does not ask about natural persons"),
            str(matter.clause),
        )
    if matter.ground == CONSENT:
        return _admit_consent(viewer, ground, subject_key, matter)
    if ground.consent is not None:
        return _refusal(
            "access.consent_needless",
            ground,
            sentence(
                "该事项依法律规定查询，请不要填写授权编号",
                "This matter rests on the law; leave the number of a consent away",
            ),
            str(matter.clause),
        )
    return Admission(str(matter.clause), matter.sees, usable_only=True)


def _admit_consent(viewer: Viewer, ground: Ground, subject_key: str, matter: Matter) -> Admission | Refusal:
    """Who has no statutory ground needs the subject's consent, and sees only its fields (凭授权查阅)."""
    source = str(matter.clause)
    if ground.consent is None:
        return _refusal(
            "access.consent",
            ground,
            sentence(
                "该事项须先取得本人授权，请填写授权编号，或者向本人请求授权",
                "This matter needs the person's consent first: give its number, or ask the person for one",
            ),
            source,
        )
    held = consents.find(ground.consent)
    if (
        held is None
        or held.terms.body != viewer.body
        or held.terms.matter != matter.id
        or not subject_key
        or held.terms.subject not in links.resolve_keys(subject_key)
    ):
        # One answer for a number that was never given out, another body's, another matter's and another subject's.
        return _refusal(
            "access.consent_unknown",
            ground,
            sentence("没有可用的授权，请核对授权编号", "There is no consent that can be used; check its number"),
            source,
        )
    if not held.standing.active:
        words = {
            "revoked": sentence("本人已经撤回授权", "The person has revoked the consent"),
            "used-up": sentence("授权的次数已经用完", "The uses of the consent are used up"),
            "requested": sentence("本人还没有答复授权请求", "The person has not answered the request yet"),
        }
        said = words.get(held.state, sentence("授权已经失效", "The consent is no longer valid"))
        way = sentence(
            "{said}；确需查询的，请重新向本人请求授权",
            "{said}; if it is needed, ask the person for a new one",
            said=said,
        )
        return _refusal(f"access.consent_{held.state}", ground, way, source)
    sees = narrowed(matter, held.terms).sees
    return Admission(f"{source} 授权 {held.number}", sees, usable_only=True, consent=held.number)


def body_kind(code: str) -> str:
    """Return the kind of a body, or nothing for one that is not known."""
    return Body.objects.filter(code=code).values_list("kind", flat=True).first() or ""


def _narrowed(line: Line, allowed: frozenset[str] | None, item: Item | None) -> Line:
    sensitive = frozenset() if item is None else frozenset(spec.id for spec in item.fields if spec.sensitive)

    def narrow(payload: Mapping[str, str | None]) -> dict[str, str | None]:
        kept: dict[str, str | None] = {}
        for key, value in payload.items():
            if allowed is not None and key not in allowed:
                continue
            if key in sensitive:
                # A sealed value is opened only where the matter names the very field; elsewhere it is not there.
                if allowed is None or value is None:
                    continue
                kept[key] = secrets.unseal(value) if secrets.is_sealed(value) else value
            else:
                kept[key] = value
        return kept

    acts = tuple(replace(act, payload=narrow(act.payload)) for act in line.acts)
    return replace(line, payload=narrow(line.payload), acts=acts)


def _seen_text(admission: Admission) -> str:
    if admission.sees is None:
        return "*"
    return ";".join(f"{item}:{','.join(fields)}" for item, fields in sorted(admission.sees.items()))


def _refusal(code: str, ground: Ground, way_forward: str, clause: str | None = None) -> Refusal:
    named = shelf.book().matters.get(ground.matter or "")
    asked = (
        named if named is not None else ground.matter or PURPOSE_NAMES.get(ground.purpose or "", ground.purpose) or "–"
    )
    message = sentence("不能按“{asked}”查询", "This cannot be asked on the ground of “{asked}”", asked=asked)
    return Refusal(code=code, message=message, clause=clause, way_forward=way_forward)
