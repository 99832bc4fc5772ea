"""The overview of supervision (监督总览): figures of a month by division and by body, each the sum of rows that can be read.

Nothing is kept: a month's figures are counted from the ledger, the cases and the batches as they stood on its last
day. Bodies stand in the order of their divisions and names; nobody is ranked.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from gongxin.kernel.issues import Refusal
from gongxin.kernel.sentences import Sentence, sentence
from gongxin.kernel.terms import add_months
from gongxin.law import gauges as law_of
from gongxin.law.book import Edition
from gongxin.law.gauges import SHARE, Figure, Gauge, Row
from gongxin.law.measures import Orphan, orphans
from gongxin.rooms.oversight import monitoring, readings
from gongxin.rooms.oversight.tasks import reading as task_reading
from gongxin.rooms.oversight.tasks.reading import Held
from gongxin.spine import clock, divisions, gauges, shelf
from gongxin.spine.access.models import Body
from gongxin.spine.bodies import superiors
from gongxin.spine.bodies.register import Register, register
from gongxin.spine.divisions import Division

CHART_MONTHS = 12
NEXT = 1
"""A month further on."""
RETURNED = "first-pass"
"""The gauge whose missed rows are files sent back to be mended (退回改正)."""
MAIN = "timely"
"""The gauge the diagram shows where none is chosen."""
_MONTH = re.compile(r"(\d{4})-(\d{2})")
EARLIEST = 2000


@dataclass(frozen=True, slots=True)
class Month:
    """A month asked about (所问月份): its first day, and the last day that is counted – today, while it runs."""

    first: date
    until: date

    @property
    def running(self) -> bool:
        """Tell whether it is not over (是否未结束)."""
        return self.until < add_months(self.first, NEXT) - timedelta(days=1)

    @property
    def asked_on(self) -> date:
        """Return the day as of which its questions are raised (疑问日): the first after it, since a running month raises none."""
        return min(add_months(self.first, NEXT), clock.today())

    @property
    def before(self) -> Month:
        """Return the month before it, whole (上月)."""
        return Month(add_months(self.first, -1), self.first - timedelta(days=1))

    def __str__(self) -> str:
        return f"{self.first:%Y-%m}"


def month_of(text: str = "") -> Month | Refusal:
    """Return the month that was asked for (月份): 2026-10, or this one; one that lies ahead or is none is refused."""
    today = clock.today()
    told = _MONTH.fullmatch(text.strip()) if text.strip() else _MONTH.fullmatch(f"{today:%Y-%m}")
    if (
        told is None
        or not EARLIEST <= int(told[1]) <= today.year
        or not 1 <= int(told[2]) <= 12
        or date(int(told[1]), int(told[2]), 1) > today
    ):
        return Refusal(
            "overview.month", sentence("没有“{text}”这个月的数据", "There are no figures of “{text}”", text=text.strip()), None,
            sentence("请写成 {today}，不能晚于本月", "Write it as {today}, not past this month", today=f"{today:%Y-%m}"),
        )  # fmt: skip
    first = date(int(told[1]), int(told[2]), 1)
    return Month(first, min(today, add_months(first, NEXT) - timedelta(days=1)))


@dataclass(frozen=True)
class Place:
    """What is told of a division (一个区划): its figure and the one of the month before, files returned, tasks, questions."""

    division: Division
    figure: Figure
    before: Figure
    returned: int
    overdue_tasks: int
    questions: int


@dataclass(frozen=True)
class OfBody:
    """What is told of a body (一个单位): its figure in the month and in the month before."""

    body: Body
    figure: Figure
    before: Figure


@dataclass(frozen=True)
class Overview:
    """The figures of a month within a division (一个月的监督指标), with the rows of each."""

    month: Month
    region: str
    known: Register
    _read: dict[tuple[str, Month], tuple[Row, ...]] = field(default_factory=dict)

    @property
    def name(self) -> Sentence:
        """Return the name of the division (区划名称)."""
        return divisions.name_of(self.region)

    def gauges(self) -> tuple[Gauge, ...]:
        """Return the gauges of the month's edition that somebody reads (指标)."""
        return tuple(each for each in law_of.gauges(self._law()) if each.id in gauges.known())

    def find_gauge(self, gauge_id: str) -> Gauge | None:
        """Return a gauge by its id (按编号查找指标), or None."""
        return next((each for each in self.gauges() if each.id == gauge_id), None)

    def rows(self, gauge: str, month: Month | None = None) -> tuple[Row, ...]:
        """Return the rows of a gauge within the division (指标明细), what is missed first, then the oldest first."""
        asked = month or self.month
        if (gauge, asked) not in self._read:
            found = (row for row in gauges.rows(gauge, asked.first, asked.until) if self.holds(row.body))
            self._read[gauge, asked] = tuple(sorted(found, key=lambda row: (not row.missed, row.on, row.link)))
        return self._read[gauge, asked]

    def figure(self, gauge: str, month: Month | None = None) -> Figure:
        """Return a figure of the whole division (区划合计)."""
        return law_of.figure(self.rows(gauge, month))

    def bodies(self, gauge: str) -> list[OfBody]:
        """Return a figure body by body (按单位), in the order of divisions and names; those with no row are left out."""
        now, before = _by_body(self.rows(gauge)), _by_body(self.rows(gauge, self.month.before))
        found = [
            OfBody(self.known.bodies[code], law_of.figure(now.get(code, ())), law_of.figure(before.get(code, ())))
            for code in now
        ]  # fmt: skip
        return sorted(found, key=lambda each: (each.body.region, each.body.name, each.body.code))

    def places(self, gauge: str) -> list[Place]:
        """Return a figure division by division (按区划): those below this one, and what stands on its own level."""
        below = divisions.under(self.region, {body.region for body in self._own_bodies()})
        codes = [each.code for each in below]

        def place_of(body: str) -> str:
            return divisions.of(self.known.bodies[body].region, self.region, codes) if body in self.known.bodies else ""

        now = _grouped(self.rows(gauge), place_of)
        before = _grouped(self.rows(gauge, self.month.before), place_of)
        returned = _grouped(self.rows(RETURNED), place_of)
        late = Counter(place_of(each.bearer) for each in self.tasks if each.standing.overdue)
        asked = Counter(place_of(str(each["body"])) for each in self.questions)
        return [
            Place(
                each, law_of.figure(now[each.code]), law_of.figure(before[each.code]),
                sum(row.missed for row in returned[each.code]), late[each.code], asked[each.code],
            )
            for each in below
        ]  # fmt: skip

    @cached_property
    def questions(self) -> list[dict[str, Any]]:
        """Return the questions that stand at the month's end (预警疑问) to bodies within the division."""
        return [each for each in monitoring.told(self.month.asked_on) if self.holds(each["body"])]

    @cached_property
    def orphans(self) -> tuple[Orphan, ...]:
        """Return the measures and lines of matters whose basis had ended by the month's end (依据失效的措施)."""
        return orphans(shelf.book(), self.month.until)

    @cached_property
    def tasks(self) -> tuple[Held, ...]:
        """Return the tasks given by the month's end to bodies within the division (任务), the longest overdue first."""
        return tuple(each for each in task_reading.held(self.month.until, self.known) if self.holds(each.bearer))

    def moved(self, gauge: str) -> tuple[int, int]:
        """Return how many rows of a gauge are new against the month before, and how many are gone (新增和了结)."""
        now = {row.link for row in self.rows(gauge)}
        before = {row.link for row in self.rows(gauge, self.month.before)}
        return len(now - before), len(before - now)

    def coverage(self) -> list[Sentence]:
        """Return what the figures cover and what they do not (覆盖范围): read before any of them is believed."""
        own = [each.code for each in self._own_bodies()]
        reporting = {row.body for row in self.rows(MAIN)}
        promising = {duty.bearer for duty in readings.promised(self.month.until, self.known) if self.holds(duty.bearer)}
        return [
            sentence(
                "登记的机关、事业单位和街道乡镇 {all} 个，当月报送过数据的 {reporting} 个，有公示承诺的 {promising} 个；没有报送的不计入报送指标",
                "{all} bodies down to streets and townships are registered; {reporting} reported in the month, {promising} have promises "
                "on display; who did not report is not in the gauges of reporting",
                all=len(own), reporting=len(reporting), promising=len(promising),
            ),
            sentence(
                "承诺和付款只含公示中、截至该日已入账的，以后补登的不改变往月；投诉只含本平台收到的；被执行名单按统一社会信用代码比对，没有代码的单位比对不到",
                "Promises and payments are those on display and entered by the day; what is entered later changes no past month. "
                "Complaints are those this platform received; lists are matched by unified code, so that a body without one is not found",
            ),
            sentence(
                "依据是否失效只与法规库收录的 {n} 部文件比对；没有收录的不作判断",
                "Whether a basis had ended is known for the {n} instruments of the law book; of others nothing is said",
                n=len(shelf.book().instruments),
            ),
            sentence(
                "措施条款和查询事项中，因依据失效已经停用的 {n} 条；停用的不再作为限制，正在执行的当日结束",
                "Of measures and lines of matters {n} stand still because their basis ended; they restrict nobody, and what ran on them "
                "ended that day",
                n=len(self.orphans),
            ),
        ]  # fmt: skip

    def kept_words(self) -> list[tuple[date, int, int]]:
        """Return for each of twelve months how many parts of promises fell overdue, and how many were made good (失约与整改)."""
        months = [add_months(self.month.first, -back) for back in reversed(range(CHART_MONTHS))]
        fallen, mended = dict.fromkeys(months, 0), dict.fromkeys(months, 0)
        for duty in readings.promised(self.month.until, self.known):
            if not self.holds(duty.bearer):
                continue
            for part in duty.standing.parts:
                if part.due is None or not (part.overdue_on(self.month.until) or (part.done_on or part.due) > part.due):
                    continue
                first = (part.due + timedelta(days=1)).replace(day=1)
                fallen[first] = fallen.get(first, 0) + 1
                if part.done_on is not None:
                    end = part.done_on.replace(day=1)
                    mended[end] = mended.get(end, 0) + 1
        return [(month, fallen[month], mended[month]) for month in months]

    def _own_bodies(self) -> list[Body]:
        return [each for each in superiors.public_bodies(self.known) if self.holds(each.code)]

    def holds(self, body: str) -> bool:
        """Tell whether a body stands within the division (是否在本区划)."""
        found = self.known.bodies.get(body)
        return found is not None and found.region.startswith(divisions.digits_of(self.region))

    def _law(self) -> Edition:
        return shelf.book().on(self.month.until)


def read(month: Month, region: str = "") -> Overview:
    """Return the overview of a month within a division (监督总览); an empty division is everything."""
    return Overview(month, region.strip(), register())


def asked(month: str, region: str = "") -> Overview | Refusal:
    """Return the overview that is asked for by its words (按所写月份和区划): a month that is none, a division nobody knows is refused."""
    found = month_of(month)
    if isinstance(found, Refusal):
        return found
    told, code = read(found, region), region.strip()
    if not code or divisions.is_known(code) or any(map(told.holds, told.known.bodies)):
        return told
    return Refusal(
        "overview.region", sentence("没有这个区划：{code}", "No such division: {code}", code=code), None,
        sentence("请写行政区划代码，例如 131500；不写即全部", "Give the code of a division, such as 131500, or none for all"),
    )  # fmt: skip


def tell(told: Overview, gauge_id: str = "", body: str = "") -> dict[str, Any] | Refusal:
    """Return figures as commands and calls give them (指标读取): all of them; of one its divisions and bodies; of a body its rows."""
    month = told.month
    found = told.find_gauge(gauge_id)
    if found is None and (gauge_id or body):
        names = "、".join(each.id for each in told.gauges())
        return Refusal(
            "overview.gauge", sentence("没有“{id}”这个指标", "There is no gauge “{id}”", id=gauge_id), None,
            sentence("可以是：{names}", "It can be: {names}", names=names),
        )  # fmt: skip
    if body and not told.holds(body):
        return Refusal(
            "overview.body", sentence("这个区划里没有这个单位：{code}", "No such body in this division: {code}", code=body), None,
            sentence("请写单位代码，见不写单位时的列表", "Give the code of a body from the list without one"),
        )  # fmt: skip
    shown = told.gauges() if found is None else (found,)
    return {
        "month": str(month), "as_of": month.until, "running": month.running,
        "region": {"code": told.region, "name": str(told.name), "name_en": told.name.english},
        "figures": [figure_dict(each, told.figure(each.id), told.figure(each.id, month.before)) for each in shown],
        "regions": [place_dict(found, each) for each in told.places(found.id)] if found is not None and not body else [],
        "bodies": [body_dict(found, each) for each in told.bodies(found.id) if body in {"", each.body.code}] if found is not None else [],
        "rows": [row_dict(row) for row in told.rows(found.id) if row.body == body] if found is not None and body else [],
    }  # fmt: skip


def figure_dict(gauge: Gauge, told: Figure, before: Figure) -> dict[str, Any]:
    """Return a figure as machines read it (指标数据): the number with what it was made from, and the month before."""
    return {
        "gauge": gauge.id, "name": gauge.name, "name_en": gauge.name_en, "kind": gauge.kind, "unit": gauge.unit,
        "unit_en": gauge.unit_of(law_of.rounded(gauge, told)).english, "value": law_of.rounded(gauge, told), "before": law_of.rounded(gauge, before),
        "good": told.good if gauge.kind == SHARE else None, "count": told.count, "missed_rows": told.missed,
        "method": gauge.method, "method_en": gauge.method_en, "certainty": gauge.certainty, "clause": str(gauge.clause or ""),
    }  # fmt: skip


def place_dict(gauge: Gauge, place: Place) -> dict[str, Any]:
    """Return what is told of a division as machines read it (区划数据)."""
    return {
        "region": place.division.code, "name": place.division.name, "name_en": place.division.name_en,
        "value": law_of.rounded(gauge, place.figure), "before": law_of.rounded(gauge, place.before),
        "good": place.figure.good if gauge.kind == SHARE else None, "count": place.figure.count,
        "returned_batches": place.returned, "overdue_tasks": place.overdue_tasks, "questions": place.questions,
    }  # fmt: skip


def body_dict(gauge: Gauge, told: OfBody) -> dict[str, Any]:
    """Return what is told of a body as machines read it (单位数据)."""
    return {
        "body": told.body.code, "name": told.body.name, "region": told.body.region,
        "value": law_of.rounded(gauge, told.figure), "before": law_of.rounded(gauge, told.before),
        "good": told.figure.good if gauge.kind == SHARE else None, "count": told.figure.count, "missed_rows": told.figure.missed,
    }  # fmt: skip


def row_dict(row: Row) -> dict[str, Any]:
    """Return a row as machines read it (明细数据)."""
    return {
        "on": row.on, "text": str(row.said), "text_en": row.said.english, "link": row.link, "count": row.count,
        "good": row.good, "missed": row.missed, "open": row.open,
    }  # fmt: skip


def _by_body(rows: Iterable[Row]) -> Mapping[str, list[Row]]:
    return _grouped(rows, lambda body: body)


def _grouped(rows: Iterable[Row], key: Callable[[str], str]) -> defaultdict[str, list[Row]]:
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[key(row.body)].append(row)
    return found
