"""One code, several names (一码多名): shown to the office, and taken apart by a named person where they are several bodies.

A name that differs may be a slip (博飞/搏飞), a change of name, a sole trader's sign, or another body's code typed by
mistake. The kernel says how far the names lie apart; which of these it is, a person says.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from gongxin.kernel import names
from gongxin.kernel.identifiers.uscc import KINDS
from gongxin.kernel.issues import Refusal
from gongxin.rooms.resolve.acts import OFFICE, actor_of, first, may_act, reason_missing
from gongxin.rooms.resolve.evidence import form_of
from gongxin.rooms.resolve.mentions import row_key
from gongxin.rooms.resolve.traces import leave_trace
from gongxin.spine import clock
from gongxin.spine.access.gate import Viewer
from gongxin.spine.ledger.acts import IDENTITY, NewAct
from gongxin.spine.ledger.append import append
from gongxin.spine.ledger.models import Entry
from gongxin.spine.ledger.moving import move
from gongxin.spine.projections.models import Mention, Standing, Subject, SubjectName

PAGE = 20
DETACHED = "code.name_different"


@dataclass(frozen=True)
class OtherName:
    """Another name under the same code (另报名称): how it differs, in one word and in a sentence."""

    name: str
    differs: str
    note: str


@dataclass(frozen=True)
class Conflict:
    """One code with several names (一码多名)."""

    key: str
    code: str
    name: str
    registered: bool
    kind_name: str
    others: tuple[OtherName, ...]
    records: tuple[int, ...]

    @property
    def several_bodies(self) -> bool:
        """Tell whether the names are so far apart that several bodies are likely (可能是几家单位)."""
        return any(other.differs == "different" for other in self.others)


@dataclass(frozen=True)
class Conflicts:
    """A page of codes with several names (一码多名列表)."""

    lines: tuple[Conflict, ...]
    total: int
    page: int
    pages: int


@dataclass(frozen=True)
class Detached:
    """A record taken from a subject (已移出主体): it waits as a mention and acts on nobody."""

    mention: int
    correction: int
    judgement: int


def one_code_several_names(viewer: Viewer, page: int = 1, size: int = PAGE) -> Conflicts | Refusal:
    """Return the codes under which several names were reported (一码多名列表), those with most names first."""
    refused = may_act(viewer, set())
    if refused is not None:
        return refused
    if viewer.role != OFFICE:
        return Refusal("resolve.scope", _("只有信用主管单位可以查看全部一码多名"), None, _("请由信用主管单位办理"))
    groups = (
        SubjectName.objects.filter(subject__startswith="uscc:")
        .values("subject")
        .annotate(forms=Count("form", distinct=True))
        .filter(forms__gt=1)
        .order_by("-forms", "subject")
    )
    total = groups.count()
    pages = max(1, -(-total // size))
    page = min(max(page, 1), pages)
    keys = [row["subject"] for row in groups[(page - 1) * size : page * size]]
    refused = leave_trace(viewer, "names", keys)
    if refused is not None:
        return refused
    return Conflicts(tuple(_conflicts(keys)), total, page, pages)


def detach(viewer: Viewer, record: int, reason: str) -> Detached | Refusal:
    """Take a record away from a subject whose code was typed by mistake (移出误填代码的记录).

    The record's words stay as reported; a correction puts them under a row key, a judgement says that the row is not
    that subject, and the row waits for a person to say whose it is. Until then it has no effect on anyone.
    """
    row = Standing.objects.filter(record=record).first()
    if row is None or not row.subject.startswith("uscc:"):
        return Refusal("resolve.no_record", _("没有这条归在单位名下的记录"), None, _("请核对记录编号"))
    refused = first(may_act(viewer, {row.provider}), reason_missing(reason))
    if refused is not None:
        return refused
    with transaction.atomic():
        mention = Mention.objects.create(
            row=record,
            subject_name="",
            item=row.item,
            provider=row.provider,
            problem=DETACHED,
            body="{}",
            content=_content_of(record),
            opened=clock.now(),
            settled_seq=record,
        )
        key = row_key(mention)
        moved = move(record, key, actor=actor_of(viewer), provider=viewer.body)
        mention.subject_name, mention.reported_code, mention.body = moved.name[:300], moved.code[:100], moved.body
        mention.document = moved.document
        mention.save(update_fields=["subject_name", "reported_code", "body", "document"])
        said = {"left": key, "right": row.subject, "judgement": "different", "reason": reason.strip()}
        judged = append([NewAct("judgement", IDENTITY, key, viewer.body, said, actor_of(viewer))])[0]
    return Detached(mention.pk, moved.seq, judged)


def _content_of(record: int) -> int:
    """Return a content key of the record's own, so that two records with equal words are two rows."""
    digest = bytes(Entry.objects.values_list("digest", flat=True).get(seq=record))
    return int.from_bytes(digest[:8], "big", signed=True)


def _conflicts(keys: Sequence[str]) -> list[Conflict]:
    subjects = {subject.key: subject for subject in Subject.objects.filter(key__in=keys)}
    known: dict[str, list[str]] = defaultdict(list)
    for subject, name in (
        SubjectName.objects.filter(subject__in=keys).order_by("first_seq").values_list("subject", "name")
    ):
        known[subject].append(name)
    records: dict[str, list[int]] = defaultdict(list)
    for subject, record in (
        Standing.objects.filter(subject__in=keys).order_by("record").values_list("subject", "record")
    ):
        records[subject].append(record)
    return [_conflict(subjects[key], known[key], records[key]) for key in keys if key in subjects]


def _conflict(subject: Subject, known: Sequence[str], records: Sequence[int]) -> Conflict:
    others = [
        OtherName(name, names.disagreement(subject.name, name), _difference(subject, name))
        for name in known
        if names.comparison_form(name) != names.comparison_form(subject.name)
    ]
    return Conflict(
        key=subject.key,
        code=subject.code,
        name=subject.name,
        registered=subject.register_seq is not None,
        kind_name=KINDS.get(subject.code[:2], ""),
        others=tuple(others),
        records=tuple(records),
    )


def _difference(subject: Subject, name: str) -> str:
    """Say in words what kind of difference it looks like (差异说明)."""
    letters = subject.code[:2]
    form = form_of(name)
    if form is not None and letters in KINDS and letters not in form[1]:
        return _("代码是%(kind)s的，名称却写作“%(word)s”，多半是填错了代码") % {
            "kind": KINDS[letters],
            "word": form[0],
        }
    if names.disagreement(subject.name, name) == "variant":
        return _("只差个别字或写法，多半是笔误或简写")
    if letters == "92":
        return _("个体工商户常以字号、经营者姓名两种写法出现，请核对登记")
    return _("名称不同：可能更名，也可能填了别家的代码，请核对登记和文书")
