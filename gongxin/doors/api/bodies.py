"""Calls about bodies (机关单位): who there is down to the street, under whom, and who goes on for whom. Open to everybody.

Events and posts are entered by the office on its page or at the terminal, with the document at hand; who holds a post is
told inside the house alone.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from gongxin.doors.api import errors
from gongxin.doors.api.keys import Anyone
from gongxin.spine import clock
from gongxin.spine.bodies import superiors
from gongxin.spine.bodies.register import Register, place_name, register

open_router = Router(tags=["机关单位"], auth=Anyone())
PER_PAGE = 100


class NamedBodyOut(Schema):
    """A body by its code (单位)."""

    code: str
    name: str


class BodyOut(NamedBodyOut):
    """A body as it stands on a day (单位)."""

    kind: str
    region: str
    region_name: str
    superior: NamedBodyOut | None
    ended_on: date | None = Field(description="停止存续日")
    successor: NamedBodyOut | None = Field(description="停止存续的，由哪个单位承继其承诺和合同")


class BodyEventOut(Schema):
    """An event in a body's life (沿革)."""

    on: date
    verb: str = Field(description="renamed merged split placed abolished")
    body: str
    name: str
    to: list[str]


class BodyWholeOut(BodyOut):
    """A body with its history and what lies below it (单位详情)."""

    as_of: date
    subordinates: list[NamedBodyOut]
    history: list[BodyEventOut]


class BodiesOut(Schema):
    """A page of bodies (单位清单)."""

    as_of: date
    total: int
    page: int
    bodies: list[BodyOut]


@open_router.get("/bodies", response=BodiesOut, summary="机关单位", operation_id="list_bodies")
def list_bodies(
    request: HttpRequest, region: str = Query("", max_length=12), page: int = Query(1, ge=1, le=10_000)
) -> dict[str, Any]:
    """存续的机关、事业单位、街道和乡镇，按区划和名称；region 为区划代码的前几位，可到九位。"""
    day, known = clock.today(), register()
    found = [each.code for each in superiors.public_bodies(known) if each.region.startswith(region.replace("\0", ""))]
    start = (page - 1) * PER_PAGE
    rows = [_body(code, known, day) for code in found[start : start + PER_PAGE]]
    return {"as_of": day, "total": len(found), "page": page, "bodies": rows}


@open_router.get("/bodies/{code}", response=BodyWholeOut, summary="一个单位", operation_id="get_body")
def get_body(request: HttpRequest, code: str, as_of: date | None = None) -> dict[str, Any]:
    """某日的名称、上级、承继单位、下级单位和沿革；其承诺见 /promises?body=。"""
    day, known = as_of or clock.today(), register()
    it = known.bodies.get(code)
    if it is None or it.kind in superiors.PRIVATE:
        raise errors.not_found("这个单位")
    return {
        **_body(code, known, day), "as_of": day,
        "subordinates": [_named(each, known, day) for each in known.subordinates(code, day)],
        "history": [
            {"on": each.on, "verb": each.verb, "body": each.body, "name": each.name, "to": list(each.to)}
            for each in known.history(code) if each.on <= day
        ],
    }  # fmt: skip


def _body(code: str, known: Register, day: date) -> dict[str, Any]:
    it, above, ended = known.bodies[code], known.superior(code, day), known.ended_on(code, day)
    return {
        **_named(code, known, day), "kind": it.kind, "region": it.region, "region_name": place_name(it.region),
        "superior": _named(above, known, day) if above else None, "ended_on": ended,
        "successor": _named(known.successor(code, day), known, day) if ended else None,
    }  # fmt: skip


def _named(code: str, known: Register, day: date) -> dict[str, str]:
    return {"code": code, "name": known.name(code, day)}
