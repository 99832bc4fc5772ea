"""The stewards' queue (待认主体队列): rows that wait for a person, those of one name and one code together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Min, QuerySet
from django.utils.translation import gettext as _

from gongxin.kernel.issues import Refusal, message
from gongxin.rooms.resolve.acts import OFFICE, STEWARD, may_act
from gongxin.rooms.resolve.mentions import row_key
from gongxin.rooms.resolve.traces import leave_trace
from gongxin.spine.access.gate import Viewer
from gongxin.spine.projections.models import Mention

PAGE = 20


@dataclass(frozen=True)
class Filter:
    """What to show of the queue (筛选); empty means everything one may see."""

    problem: str = ""
    item: str = ""
    provider: str = ""
    text: str = ""
    state: str = Mention.State.OPEN.value


@dataclass(frozen=True)
class Waiting:
    """One line of the queue (一组待认数据): every row in which a provider gave this name with this code."""

    mention: int
    name: str
    code: str
    problem: str
    problem_text: str
    item: str
    provider: str
    rows: int
    opened: datetime
    latest: datetime


@dataclass(frozen=True)
class Tally:
    """How many rows stand under one heading (计数)."""

    value: str
    text: str
    rows: int


@dataclass(frozen=True)
class Queue:
    """A page of the queue (队列页) with its counts; the counts are of rows, the lines are groups of rows."""

    lines: tuple[Waiting, ...]
    groups: int
    rows: int
    page: int
    pages: int
    by_problem: tuple[Tally, ...]
    by_item: tuple[Tally, ...]
    by_provider: tuple[Tally, ...]


def queue(viewer: Viewer, shown: Filter | None = None, page: int = 1, size: int = PAGE) -> Queue | Refusal:
    """Return the rows waiting for this viewer's judgement (待认队列), oldest first."""
    shown = shown or Filter()
    visible = _visible(viewer)
    if isinstance(visible, Refusal):
        return visible
    visible = visible.filter(state=shown.state)
    chosen = _chosen(visible, shown)
    groups = (
        chosen.values("subject_name", "reported_code", "problem", "item", "provider")
        .annotate(first=Min("pk"), rows=Count("pk"), oldest=Min("opened"), latest=Max("opened"))
        .order_by("first")
    )
    total = groups.count()
    pages = max(1, -(-total // size))
    page = min(max(page, 1), pages)
    shown_groups = list(groups[(page - 1) * size : page * size])
    firsts = Mention.objects.filter(pk__in=[row["first"] for row in shown_groups])
    refused = leave_trace(viewer, "mentions", [row_key(mention) for mention in firsts])
    if refused is not None:
        return refused
    return Queue(
        lines=tuple(_waiting(row) for row in shown_groups),
        groups=total,
        rows=chosen.count(),
        page=page,
        pages=pages,
        by_problem=_counted(visible, "problem"),
        by_item=_counted(visible, "item"),
        by_provider=_counted(visible, "provider"),
    )


def waiting_count(viewer: Viewer) -> int:
    """Return how many rows wait for this viewer (待认行数), for the menu; nobody without the right sees a number."""
    visible = _visible(viewer)
    return 0 if isinstance(visible, Refusal) else visible.filter(state=Mention.State.OPEN).count()


def group_of(viewer: Viewer, mention_id: int) -> list[Mention] | Refusal:
    """Return the open rows that stand on the same line as this one (同组行), the row itself first."""
    visible = _visible(viewer)
    if isinstance(visible, Refusal):
        return visible
    first = visible.filter(pk=mention_id).first()
    if first is None:
        return Refusal("resolve.no_mention", _("没有这一行待认数据"), None, _("请刷新待认列表"))
    alike = visible.filter(
        state=first.state,
        subject_name=first.subject_name,
        reported_code=first.reported_code,
        problem=first.problem,
        item=first.item,
        provider=first.provider,
    ).exclude(pk=first.pk)
    return [first, *alike.order_by("pk")]


def _visible(viewer: Viewer) -> QuerySet[Mention] | Refusal:
    refused = may_act(viewer, {viewer.body} if viewer.role == STEWARD else set())
    if refused is not None:
        return refused
    rows = Mention.objects.all()
    return rows if viewer.role == OFFICE else rows.filter(provider=viewer.body)


def _chosen(visible: QuerySet[Mention], shown: Filter) -> QuerySet[Mention]:
    for name in ("problem", "item", "provider"):
        if getattr(shown, name):
            visible = visible.filter(**{name: getattr(shown, name)})
    if shown.text.strip():
        text = shown.text.strip()
        visible = visible.filter(subject_name__contains=text) | visible.filter(reported_code__contains=text.upper())
    return visible


def _waiting(row: dict[str, object]) -> Waiting:
    return Waiting(
        mention=row["first"],
        name=row["subject_name"],
        code=row["reported_code"],
        problem=row["problem"],
        problem_text=message(str(row["problem"])) if row["problem"] else "",
        item=row["item"],
        provider=row["provider"],
        rows=row["rows"],
        opened=row["oldest"],
        latest=row["latest"],
    )


def _counted(visible: QuerySet[Mention], field: str) -> tuple[Tally, ...]:
    found = visible.values_list(field).annotate(rows=Count("pk")).order_by("-rows", field)
    return tuple(Tally(value, message(value) if field == "problem" else value, rows) for value, rows in found)
