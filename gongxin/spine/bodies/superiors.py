"""Where bodies stand to each other (单位层级), as the register of bodies has it today."""

from __future__ import annotations

from gongxin.law.complaints import Standing, refused_handler
from gongxin.spine.access.models import Body, BodyKind
from gongxin.spine.bodies.register import Register, register

PRIVATE = frozenset({BodyKind.COMPANY, BodyKind.AGENCY})
"""Kinds of body that are no public bodies: nobody promises in the name of government there."""


def standing_of(code: str, known: Register | None = None) -> Standing | None:
    """Return where a body stands (单位层级), or None for one the register does not know."""
    told = known or register()
    body = told.bodies.get(code)
    if body is None:
        return None
    return Standing(body.code, body.region, told.above(code), body.kind == BodyKind.OFFICE)


def public_bodies(known: Register | None = None) -> list[Body]:
    """Return the bodies that can be complained of (可投诉的单位), by division and name; those that are no more are left out."""
    told = known or register()
    found = [each for each in told.bodies.values() if each.kind not in PRIVATE and told.ended_on(each.code) is None]
    return sorted(found, key=lambda each: (each.region, each.name, each.code))


def bearer(code: str) -> str:
    """Return the body that answers for another's promises today (承继单位): a body that is no more leaves none behind."""
    return register().successor(code)


def handlers_for(against: str, before: tuple[str, ...] = ()) -> list[Body]:
    """Return the bodies that may handle a complaint about one (可承办的单位): its superiors first, then those of its division."""
    told = register()
    complained = standing_of(against, told)
    if complained is None:
        return []
    earlier = [each for each in (standing_of(code, told) for code in before) if each is not None]
    found = []
    for body in public_bodies(told):
        stands = standing_of(body.code, told)
        if stands is not None and refused_handler(stands, complained, earlier) is None:
            direct = complained.above.index(body.code) if body.code in complained.above else len(complained.above)
            found.append((direct, -len(body.region.rstrip("0")), body.name, body))
    return [each[3] for each in sorted(found, key=lambda one: one[:3])]
