"""What the store gives to checking (检查所需的已知情况): learned headings, known names, the provider's own name and code."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import polars as pl

from gongxin.kernel.identifiers import normalise_code, recognise
from gongxin.law.succession import ENDING
from gongxin.rooms.intake.examining import Desk
from gongxin.rooms.intake.headings import normal
from gongxin.rooms.intake.kept import issues_in
from gongxin.rooms.intake.models import HeldRow, LearnedHeading
from gongxin.rooms.intake.shifted import province_stems
from gongxin.spine import clock, shelf
from gongxin.spine.access.models import Body, BodyKind
from gongxin.spine.bodies.register import register
from gongxin.spine.disowned import disowned_names
from gongxin.spine.projections.models import Mention
from gongxin.spine.projections.subjects import known_subjects

OFFICE = "OFFICE"


def plain_desk(day: date) -> Desk:
    """Return what checking stands on without any store (无库检查依据)."""
    provinces = province_stems(shelf.division_names())
    return Desk(shelf.book(), shelf.calendar(), shelf.divisions(), day, provinces)


def desk(day: date) -> Desk:
    """Return what checking stands on, with what this office has learned (检查依据)."""
    learned: dict[str, dict[str, str]] = {}
    for item, heading, name in LearnedHeading.objects.values_list("item", "heading", "field"):
        learned.setdefault(item, {})[heading] = name
    plain = plain_desk(day)
    known = register()
    bodies = {code: body.kind for code, body in known.bodies.items()}
    heirs = {each.body: known.successor(each.body, day) for each in known.events if each.verb in ENDING}
    return Desk(plain.book, plain.calendar, plain.divisions, day, plain.provinces, learned, bodies, heirs, known)


def known_names(keys: pl.Series) -> pl.DataFrame:
    """Return key, name and form of the subjects the store knows (已知主体名称), without what was moved away again."""
    return known_subjects(keys).join(disowned_names(), on=["key", "name"], how="anti")


def contested_codes() -> dict[str, tuple[int, str, str]]:
    """Return the codes under which rows of entirely different names wait for a person (有争议的代码), with one such row.

    Until the person has spoken, nobody is certain under such a code, in whatever file it comes next.
    """
    waiting = Mention.objects.filter(problem="code.shared_in_file", state=Mention.State.OPEN).order_by("id")
    found: dict[str, tuple[int, str, str]] = {}
    for code, batch, row, name in waiting.values_list("reported_code", "batch", "row", "subject_name"):
        normal = normalise_code(code)
        kind = recognise(normal)
        if kind is not None:
            found.setdefault(f"{kind}:{normal}", (row, f"批次 {batch}", name))
    return found


def given_by(provider: str) -> dict[str, str]:
    """Return what the channel knows of who reports (数据来源单位); a row's own word goes first."""
    body = Body.objects.filter(pk=provider).first()
    return {"source": body.name if body is not None else provider, "source_code": provider}


def normal_headings(columns: Mapping[str, str]) -> dict[str, str]:
    return {normal(heading): name for heading, name in columns.items()}


def learn(item: str, columns: Mapping[str, str], actor: str) -> None:
    """Remember what a person has said a heading means (学习表头)."""
    for heading, name in normal_headings(columns).items():
        LearnedHeading.objects.update_or_create(
            item=item, heading=heading[:200], defaults={"field": name, "confirmed_by": actor, "at": clock.now()}
        )


def default_office() -> Body:
    """Return the office in whose name the command line hands in when nobody else is named (默认提供单位)."""
    first = Body.objects.filter(kind=BodyKind.OFFICE).order_by("code").first()
    if first is not None:
        return first
    office, _ = Body.objects.get_or_create(
        code=OFFICE, defaults={"name": "信用主管单位", "name_en": "Credit office", "kind": BodyKind.OFFICE}
    )
    return office


def find_provider(code: str) -> Body | None:
    """Return the body with this code, or the one with exactly this name (提供单位)."""
    return Body.objects.filter(pk=code).first() or Body.objects.filter(name=code).first()


def is_item(name: str) -> bool:
    """Tell whether today's catalogue has this item."""
    return shelf.book().on(clock.today()).find_item(name) is not None


def read_issues(row: HeldRow) -> list[dict[str, object]]:
    """Return a held row's issues (问题), for those who handed it in and those who decide on it."""
    return issues_in(row.issues)
