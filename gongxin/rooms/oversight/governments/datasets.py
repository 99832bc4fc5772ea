"""Frozen sets of data for third parties (冻结数据集): rows and definitions, hashed before they are handed out.

A set holds what the public may read on its day and none of the platform's own results, so that the rating is the third
party's. It is open to that party and to the office for the days the book says; then its content is destroyed, because
what it holds leaves display in its own time. Once a rating made from it is published everybody may fetch the very bytes
and take their digest, as long as all they hold is still on display. The digest stays, and whoever kept a copy can prove
which one it was.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from datetime import date
from typing import Any

from django.db import transaction

from gongxin.kernel.issues import Refusal
from gongxin.kernel.sentences import sentence
from gongxin.law import thirdparties
from gongxin.law.thirdparties import BASIS
from gongxin.rooms.oversight.governments import comparing
from gongxin.rooms.oversight.governments.comparing import Assessed
from gongxin.rooms.oversight.governments.models import Content, DataSet, Rating
from gongxin.spine import clock, duties, public, shelf
from gongxin.spine.access.gate import Viewer
from gongxin.spine.access.models import Body, Role

FORM = "gongxin-government-assessment-1"
MAY_FREEZE = frozenset({Role.OPERATOR, Role.SUPERVISOR})


def freeze(viewer: Viewer, system_id: str, region: str, rater: str, as_of: date | None = None) -> DataSet | Refusal:
    """Freeze a set for a third party (冻结数据集): by the office, for a party that is registered and not itself assessed."""
    if viewer.role not in MAY_FREEZE:
        return _no("assess.office", sentence("数据集由信用主管单位冻结", "Sets are frozen by the office in charge of credit"),
                   sentence("请向信用主管单位申请", "Ask the office for one"))  # fmt: skip
    party = Body.objects.filter(code=rater.strip()).first()
    if party is None:
        return _no("assess.rater", sentence("没有登记这个第三方：{code}", "This third party is not registered: {code}", code=rater.strip() or "—"),
                   sentence("请先用 gongxin staff add-body 登记高校、信用服务机构",
                            "Register the university or agency first with gongxin staff add-body"))  # fmt: skip
    assessed = comparing.assess(system_id, region, as_of)
    if isinstance(assessed, Refusal):
        return assessed
    units = sorted({result.unit for group in assessed.groups for result in group.results})
    if party.code in {body for group in assessed.groups for result in group.results for body in result.bodies}:
        return _no("assess.judge", sentence("参评单位不能评自己", "Nobody that is assessed rates"),
                   sentence("请选参评单位以外的第三方", "Choose a party outside"))  # fmt: skip
    said = content_of(assessed, party.code)
    content = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str).encode()
    with transaction.atomic():
        today = clock.today()
        made = DataSet.objects.create(
            number=_next_number(today.year), system=assessed.system.id, version=assessed.system.version, region=assessed.region,
            as_of=assessed.as_of, rater=party.code, digest=hashlib.sha256(content).hexdigest(), size=len(content), units=units,
            rows=len(said["rows"]), made_on=today, open_until=thirdparties.open_until(today, law=shelf.book().on(today)),
            actor=viewer.name[:100], account=viewer.account_id, at=clock.now(),
        )  # fmt: skip
        Content.objects.create(number=made.number, packed=zlib.compress(content, 9), open_until=made.open_until)
    return made


def content_of(assessed: Assessed, rater: str) -> dict[str, Any]:
    """Return what a set holds (数据集内容): the system, who is in which group, every row; no figure and no rank of ours."""
    told = comparing.as_dict(assessed)
    rows: dict[tuple[str, str, str], dict[str, Any]] = {}
    for group in assessed.groups:
        for result in group.results:
            for figure in result.figures:
                for fact in figure.facts:
                    row = {
                        "source": fact.source, "body": fact.body, "ref": fact.ref, "on": fact.on.isoformat(), "outcome": fact.outcome,
                    }  # fmt: skip
                    rows[fact.source, fact.body, fact.ref] = row
    return {
        "form": FORM, "for": rater, "system": told["system"], "region": told["region"], "as_of": assessed.as_of.isoformat(),
        "book": assessed.book, "ledger": told["ledger"],
        "groups": [
            {
                "id": each["id"], "name": each["name"],
                "units": [
                    {"unit": result.unit, "name": assessed.name(group.group, result.unit), "bodies": list(result.bodies)}
                    for result in group.results
                ],
            }
            for each, group in zip(told["groups"], assessed.groups, strict=True)
        ],
        "rows": [rows[key] for key in sorted(rows)],
    }  # fmt: skip


def fetch(viewer: Viewer, number: str) -> tuple[DataSet, bytes] | Refusal:
    """Return a set with its very bytes (取数据集): to its third party and to the office, while it is open."""
    found = DataSet.objects.filter(number=number.strip()).first()
    office = viewer.role in MAY_FREEZE
    if found is None or not (office or (viewer.body and viewer.body == found.rater)):
        return _no(
            "assess.set", sentence("没有这个数据集", "There is no such set"), sentence("请核对编号", "Check the number")
        )
    content = _content(found)
    if content is None:
        return _no("assess.closed", sentence("数据集的开放期到 {day} 为止，内容已经销毁", "The set was open until {day}; its content is destroyed",
                                                day=found.open_until),
                   sentence("摘要和评级仍可查；需要时请重新冻结", "Its digest and the ratings stay; have a new one frozen"))  # fmt: skip
    return found, content


def fetch_published(number: str) -> tuple[DataSet, bytes] | Refusal:
    """Return a set with its very bytes to everybody (公开取数据集): one that was rated from, is open, and wholly on display."""
    found = DataSet.objects.filter(number=number.strip()).first()
    if found is None or not Rating.objects.filter(dataset=found.number).exists():
        return _no("assess.set", sentence("没有公开的数据集", "There is no published set of this number"),
                   sentence("请用评级旁边写的编号", "Use the number beside a rating"))  # fmt: skip
    content = _content(found)
    if content is None or not _on_display(content):
        return _no("assess.closed", sentence("数据集已经关闭，或者其中有内容停止公示", "The set is closed, or something in it left display"),
                   sentence("摘要仍在；持有文件的人可以自行核对", "Its digest stays; whoever holds the file can check it"))  # fmt: skip
    return found, content


def offered(made: DataSet) -> bool:
    """Tell whether everybody may fetch a set today (今日可否公开取得)."""
    return not isinstance(fetch_published(made.number), Refusal)


def _content(made: DataSet) -> bytes | None:
    found = Content.objects.filter(number=made.number, open_until__gte=clock.today()).first()
    return zlib.decompress(bytes(found.packed)) if found is not None else None


def _on_display(content: bytes) -> bool:
    """Tell whether every promise and record a set names can be read in public today (是否都在公示)."""
    named: dict[str, set[int]] = {"promise": set(), "record": set()}
    for row in json.loads(content)["rows"]:
        kind, _mark, rest = row["ref"].partition(":")
        if kind in named:
            named[kind].add(int(rest.partition("#")[0]))
    today = clock.today()
    shown = {line.record for line in public.lines_of_records(named["record"], today)}
    return named["record"] <= shown and named["promise"] <= {duty.record for duty in duties.shown(today)}


def listed(system: str, *, rater: str = "") -> list[DataSet]:
    """Return the sets that were frozen (数据集清单), the latest first."""
    found = DataSet.objects.filter(system=system).order_by("-made_on", "-number")
    return list(found.filter(rater=rater) if rater else found)


def forget_old() -> int:
    """Destroy the content of sets that are closed (销毁期满的数据集内容); return how many."""
    return Content.objects.filter(open_until__lt=clock.today()).delete()[0]


def as_dict(made: DataSet) -> dict[str, Any]:
    """Return what is known of a set, without its content (数据集说明)."""
    rater = Body.objects.filter(code=made.rater).values_list("name", flat=True).first() or made.rater
    return {
        "number": made.number, "system": made.system, "version": made.version, "region": made.region, "as_of": made.as_of,
        "rater": {"code": made.rater, "name": rater}, "sha256": made.digest, "bytes": made.size, "units": len(made.units),
        "rows": made.rows, "made_on": made.made_on, "open_until": made.open_until,
    }  # fmt: skip


def _next_number(year: int) -> str:
    last = DataSet.objects.select_for_update().filter(number__startswith=f"PJ-{year}-").order_by("-number").first()
    return f"PJ-{year}-{int(last.number.rpartition('-')[2]) + 1 if last is not None else 1:04d}"


def _no(code: str, message: str, way: str) -> Refusal:
    return Refusal(code, message, BASIS, way)
