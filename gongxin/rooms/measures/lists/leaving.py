"""Leaving a list (移出名单): by the body that listed, because it was put right or because the decision fell.

An early exit that the subject applies for is a repair, decided as one; the end of the term needs nobody. What is done here
is in the subject's favour alone, so it takes effect at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from gongxin.kernel.issues import Refusal
from gongxin.law.lists import ITEM, find_list
from gongxin.law.standing import may_follow
from gongxin.rooms.measures.lists.listing import wrong_day
from gongxin.spine import records
from gongxin.spine.access.gate import Viewer
from gongxin.spine.cases import engine
from gongxin.spine.cases.deciding import unnamed
from gongxin.spine.cases.engine import Done
from gongxin.spine.cases.kinds import Doing, Kind, Telling, register
from gongxin.spine.ledger.acts import NewAct

KIND = "list-exit"
CURED, ANNULLED = "cured", "annulled"
ACTS = {CURED: "removal", ANNULLED: "withdrawal"}
"""What each ground enters in the ledger."""


def take_off(viewer: Viewer, record: int, fields: Mapping[str, Any]) -> Done | Refusal:
    """Take an entry off its list (移出名单): `ground` cured or annulled, `reason`, `decided_by`, day or paper."""
    place = records.find_place(record)
    if place is None or place.item != ITEM:
        return Refusal("list.entry", _("这条记录不是名单条目"), None, _("请从名单工作台选择条目"))
    return engine.open_case(viewer, engine.Request(KIND, place.subject, dict(fields), record=record))


def check(doing: Doing) -> Refusal | None:
    """Say what stands against it, or None (移出前检查): an entry of a list, still standing, with its paper or its day."""
    no = unnamed(doing)
    line, ground, clause = doing.line, str(doing.fields["ground"]), str(doing.rules.acts["exit"].clause)
    if no is None and (line is None or line.item != ITEM):
        no = Refusal("list.entry", _("这条记录不是名单条目"), clause, _("请从名单工作台选择条目"))
    if no is None and line is not None and not may_follow(ACTS[ground], line.state):
        no = Refusal("list.ended", _("这个条目已经移出或者撤回"), clause, _("请核对记录号"))
    if no is None and ground == CURED:
        no = wrong_day(doing, "cured_on")
    if no is None and ground == ANNULLED and not str(doing.fields.get("document_no") or "").strip():
        no = Refusal("list.paper", _("没有写明撤销决定的文书号"), clause, _("请填写文书号"))
    return no


def entries(doing: Doing) -> Sequence[NewAct]:
    """A removal where it was put right, a withdrawal where the decision fell (对记录的影响)."""
    ground = str(doing.fields["ground"])
    said = {"reason": doing.fields["reason"], "basis": str(doing.rules.acts["exit"].clause)}
    if ground == CURED:
        said |= {"removed_on": doing.today.isoformat(), "removal_reason": doing.fields["reason"]}
    else:
        said |= {"document_no": doing.fields["document_no"]}
    return [engine.entry(doing, ACTS[ground], said)]


def tellings(doing: Doing) -> Sequence[Telling]:
    """The subject, at once (告知)."""
    line = doing.line
    rule = find_list(line.facts.listed if line is not None else None, doing.law)
    name = rule.name if rule is not None else _("名单")
    annulled = doing.fields["ground"] == ANNULLED
    text = _("列入“%(list)s”的决定已撤销，条目已撤回") if annulled else _("已移出“%(list)s”，当日停止公示、共享和使用")
    words = {"list": name, "record": doing.case.record, "text": text % {"list": name}}
    return [Telling("subject", doing.case.subject, "listing.left", words)]


register(Kind(KIND, check=check, entries=entries, tellings=tellings))
