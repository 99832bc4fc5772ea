"""Closing the question about a public body found on a list (名单比对疑问的了结): somebody of the office writes what was found.

The machine asked and recorded nothing. Whoever looked into it says what came of it, once; the body and its superior here
are told. What is a matter of government integrity goes its own way, with notice and hearing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from gongxin.kernel.issues import Refusal
from gongxin.rooms.measures.lists import watch
from gongxin.spine import records
from gongxin.spine.access.gate import Viewer
from gongxin.spine.bodies.register import register as bodies
from gongxin.spine.cases import engine
from gongxin.spine.cases.deciding import unnamed
from gongxin.spine.cases.engine import Done
from gongxin.spine.cases.kinds import Doing, Kind, Telling, register
from gongxin.spine.cases.points import refused_numbers

KIND = watch.KIND
REPORTED = "reported"


def settle(viewer: Viewer, record: int, fields: Mapping[str, Any]) -> Done | Refusal:
    """Close the question about an entry (写明核实结果): `ground`, `findings`, `decided_by`, to whom it was reported."""
    place = records.find_place(record)
    if place is None or not watch.was_asked(record):
        return _unasked()
    return engine.open_case(
        viewer, engine.Request(KIND, place.subject, dict(fields), record=record, applicant=viewer.name or viewer.body)
    )


def check(doing: Doing) -> Refusal | None:
    """Say what stands against it, or None (了结前检查): a question that was asked, and is not closed yet."""
    clause = str(doing.rules.acts["settle"].clause)
    no = unnamed(doing)
    if no is None:
        no = refused_numbers(str(doing.fields["findings"]), clause)
    if no is None and not watch.was_asked(doing.case.record or 0):
        no = _unasked()
    if no is None and watch.settled([doing.case.record or 0], but=doing.case.number):
        no = Refusal("watch.settled", _("这条疑问已经写明核实结果"), clause, _("请在原案件中查看"))
    if no is None and doing.fields["ground"] == REPORTED and not str(doing.fields.get("reported_to") or "").strip():
        no = Refusal("watch.reported", _("没有写明通报给谁"), clause, _("请填写通报的单位，有文书的写明文号"))
    return no


def tellings(doing: Doing) -> Sequence[Telling]:
    """The body itself and, where it was reported, its superior here (告知)."""
    code = doing.case.subject.removeprefix(watch.CODE)
    ground = doing.rules.find_ground(str(doing.fields["ground"]))
    name, name_en = (ground.name, ground.name_en) if ground is not None else ("", "")
    words = {
        "record": doing.case.record, "found": name, "found_en": name_en,
        "text": _("名单比对的疑问（记录 %(record)s）已核实：%(found)s") % {"record": doing.case.record, "found": name},
    }  # fmt: skip
    known = bodies()
    above = known.superior(code) if doing.fields["ground"] == REPORTED else ""
    return [Telling("body", each, "list.body-settled", words) for each in (code, above) if each in known.bodies]


def _unasked() -> Refusal:
    return Refusal("watch.none", _("这条记录没有比对出疑问"), None, _("请从名单工作台“名单上的机关和事业单位”中选择"))


register(Kind(KIND, check=check, tellings=tellings))
