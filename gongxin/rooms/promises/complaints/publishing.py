"""Publishing a complaint (投诉公开): the text with its answer beside it, masked, and read by a person who confirms it.

Nothing is published by itself. What a person confirmed stands until somebody takes it back; both are kept.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from gongxin.kernel.issues import Refusal
from gongxin.kernel.masking import mask_text
from gongxin.law import casework, complaints
from gongxin.law.complaints import KIND
from gongxin.rooms.promises.complaints import identity
from gongxin.rooms.promises.complaints.models import Docket, Publication
from gongxin.spine import clock, shelf
from gongxin.spine.access.gate import Viewer
from gongxin.spine.cases import finding
from gongxin.spine.cases.deciding import SHORTEST_NAME
from gongxin.spine.cases.finding import said_first, said_of

LIMIT = 4000
HANDLING = frozenset({"office", "authority"})


@dataclass(frozen=True)
class Shown:
    """A complaint as everybody may read it (公开的投诉): where it stands, and the text with its answer."""

    docket: Docket
    text: str
    answer: str
    published_on: date


def draft(viewer: Viewer, number: str) -> tuple[str, str] | Refusal:
    """Return what might be published, masked by rule (公开稿): for a person to read, mend and confirm."""
    case = finding.find_case(viewer, number)
    if isinstance(case, Refusal):
        return case
    if case.kind != KIND or finding.side_of(viewer, case) not in HANDLING:
        return Refusal("case.none", _("没有这件投诉"), None, _("请核对案号"))
    hidden = identity.hidden_of(case.number)
    answers = [str(said.get("findings") or "") for done, said in said_of(case) if done.verb == "answer"]
    return _masked(str(said_first(case).get("text") or ""), hidden), _masked(answers[-1] if answers else "", hidden)


def publish(viewer: Viewer, number: str, text: str, answer: str, confirmed_by: str) -> Publication | Refusal:
    """Publish a complaint with its answer (公开投诉和答复) in the words that a named person has read and confirmed."""
    drafted = draft(viewer, number)
    if isinstance(drafted, Refusal):
        return drafted
    docket = Docket.objects.get(case=number.strip().upper())
    no = _unfit(docket, text.strip(), answer.strip(), confirmed_by)
    if no is not None:
        return no
    return _enter(viewer, docket.case, Publication.PUBLISH, confirmed_by, text=text.strip(), answer=answer.strip())


def withdraw(viewer: Viewer, number: str, confirmed_by: str) -> Publication | Refusal:
    """Take a published complaint back (撤下): at once, by a named person; what was confirmed is kept."""
    drafted = draft(viewer, number)
    if isinstance(drafted, Refusal):
        return drafted
    wanted = number.strip().upper()
    if find(wanted) is None:
        return Refusal("complaint.unpublished", _("这件投诉没有公开"), _clause(), _("请核对案号"))
    if not _is_named(confirmed_by):
        return _nobody()
    return _enter(viewer, wanted, Publication.WITHDRAW, confirmed_by)


def listed(*, region: str = "", body: str = "", promise: int | None = None) -> list[Shown]:
    """Return what is published (公开的投诉), the latest first: of a division and those within it, of a body, on a promise."""
    return _shown(_found(region, body, promise))


def page(first: int, size: int, *, region: str = "", body: str = "") -> list[Shown]:
    """Return so many of what is published (公开投诉的一页), the latest first; the rest is not read."""
    return _shown(_found(region, body, None)[first : first + size])


def count(*, region: str = "", body: str = "") -> int:
    """Return how many complaints are published (公开投诉件数)."""
    return _found(region, body, None).count()


def find(number: str) -> Shown | None:
    """Return one published complaint (一件公开的投诉), or None."""
    return next(iter(_shown(_found("", "", None).filter(case=number.replace("\0", "").strip().upper()))), None)


def cases() -> frozenset[str]:
    """Return the numbers of the complaints that are published (公开投诉的案号)."""
    return frozenset(_standing().values_list("case", flat=True))


def _found(region: str, body: str, promise: int | None) -> QuerySet[Docket]:
    found = Docket.objects.filter(case__in=_standing().values("case")).order_by("-opened_on", "-case")
    if region:
        found = found.filter(region__startswith=complaints.stem(region))
    if body:
        found = found.filter(against=body)
    return found if promise is None else found.filter(promise=promise)


def _shown(found: Iterable[Docket]) -> list[Shown]:
    rows = list(found)
    standing = {each.case: each for each in _standing().filter(case__in=[row.case for row in rows])}
    # What was taken back while this was read stands no more.
    told = [(row, standing[row.case]) for row in rows if row.case in standing]
    return [Shown(row, each.text, each.answer, each.day) for row, each in told]


def _standing() -> QuerySet[Publication]:
    """The last word on each complaint, where it was to publish it (现行的公开)."""
    last = Publication.objects.values("case").annotate(last=Max("id")).values("last")
    return Publication.objects.filter(id__in=last, verb=Publication.PUBLISH)


def _unfit(docket: Docket, text: str, answer: str, confirmed_by: str) -> Refusal | None:
    if not _is_named(confirmed_by):
        return _nobody()
    if not text:
        return Refusal("case.needs", _("没有公开的投诉内容"), _clause(), _("请填写遮盖后的内容"))
    gone = identity.destroyed(docket.case)
    if gone is not None:
        return Refusal(
            "complaint.destroyed", _("投诉人信息已于 %(day)s 销毁，再也查不出内容里有没有它，不能新公开") % {"day": gone.on}, "PIPL-2021/47",
            _("已经公开的可以撤下"),
        )  # fmt: skip
    if docket.referred_on is None:
        return Refusal("complaint.unreferred", _("还没有转办，不能公开"), _clause(), _("请先分类转办"))
    if docket.answered_on is not None and not answer:
        return Refusal("complaint.one-sided", _("已有答复的，答复须一并公开"), _clause(), _("请填写遮盖后的答复"))
    if max(len(text), len(answer)) > LIMIT:
        return Refusal("case.long", _("内容超过 %(n)d 字") % {"n": LIMIT}, None, _("请删减"))
    if any(mask_text(each) != each for each in (text, answer)):
        return Refusal("case.numbers", _("内容里有证件号码或者手机号码"), None, _("请遮盖后再公开"))
    return complaints.refused_identity(f"{text}\n{answer}", identity.hidden_of(docket.case))


def _clause() -> str:
    return str(casework.rules_of(KIND, law=shelf.book().on(clock.today())).bases[0])


def _is_named(name: str) -> bool:
    return sum(each.isalpha() for each in name) >= SHORTEST_NAME


def _nobody() -> Refusal:
    return Refusal("case.person", _("没有写明确认公开的人"), _clause(), _("请写姓名和职务；机器不能决定公开"))


def _enter(viewer: Viewer, case: str, verb: str, confirmed_by: str, *, text: str = "", answer: str = "") -> Publication:
    return Publication.objects.create(
        case=case, verb=verb, text=text, answer=answer, confirmed_by=confirmed_by.strip()[:100],
        account=viewer.account_id, day=clock.today(), at=clock.now(),
    )  # fmt: skip


def _masked(text: str, hidden: Iterable[str]) -> str:
    told = mask_text(text)
    for word in hidden:
        told = told.replace(word, "某" * min(len(word), 2)) if word else told
    return told
