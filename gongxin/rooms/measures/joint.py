"""Requests between bodies (发起–响应–反馈): one asks, the other responds in its days and says what was done and why.

Across departments and up and down the levels. A request restricts nobody: the other body checks, notices, hears and
decides for itself. The subject has no side in it; what concerns it reaches it with the other body's own notice.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from gongxin.kernel.issues import Refusal
from gongxin.law import measures
from gongxin.rooms.measures import library
from gongxin.spine.access.models import Body, Role
from gongxin.spine.cases.deciding import unnamed
from gongxin.spine.cases.kinds import Doing, Kind, Placing, Telling, register
from gongxin.spine.cases.points import refused_numbers

KIND = "joint"
STATES = frozenset({"initiated", "responded", "pressed", "declined", "answered", "ended", "withdrawn"})
UP, DOWN = "up", "down"


def place(asked: Placing) -> Placing | Refusal:
    """Find the body that is asked (被请求单位): another one, that exists."""
    code = asked.body or asked.about
    other = Body.objects.filter(code=code.strip()).first()
    if other is None or other.code == asked.viewer.body:
        return Refusal("joint.body", _("没有这个单位，或者就是本单位"), None, _("请写被请求单位的代码（about）"))
    return asked.placed(subject=asked.subject, about="", body=other.code)


def check(doing: Doing) -> Refusal | None:
    """A request needs a measure in force, a level that fits, and nobody's number (办理前检查)."""
    no = unnamed(doing)
    if no is not None:
        return no
    clause = str(doing.rules.bases[0])
    for name in ("text", "basis", "reason", "findings", "note"):
        no = refused_numbers(str(doing.fields.get(name) or ""), clause)
        if no is not None:
            return no
    if doing.before is None:
        return _unfounded(doing)
    if doing.verb == "press" and not any(each.overdue_on(doing.today) for each in doing.before.clocks):
        return Refusal("joint.early", _("还没有逾期"), clause, _("逾期以后可以请信用主管单位督促"))
    return None


def _unfounded(doing: Doing) -> Refusal | None:
    wanted = str(doing.fields.get("measure") or "")
    if wanted:
        provision = doing.law.book.provisions.get(wanted)
        lacks = "rank" if provision is None else measures.force(provision, law=doing.law).lacks
        if lacks:
            return Refusal(
                "measure.no_effect", _("“%(name)s”没有效力：%(why)s") % {"name": wanted, "why": library.LACKS[lacks][0]},
                str(doing.rules.bases[0]), _("没有有效依据的措施不得请求"),
            )  # fmt: skip
    ground = str(doing.fields["ground"])
    if ground in {UP, DOWN} and not _levels_fit(doing.viewer.body, doing.case.body, ground):
        return Refusal(
            "joint.level", _("被请求单位不是上级或者下级"), None, _("报上级的，区划须包含本单位；交下级的相反")
        )
    return None


def _levels_fit(own: str, other: str, ground: str) -> bool:
    """Whether the other body's region holds ours, or ours holds it (层级是否相符), by the pairs of digits of a division code."""
    regions = dict(Body.objects.filter(code__in=[own, other]).values_list("code", "region"))
    above, below = (regions.get(other, ""), regions.get(own, ""))
    if ground == DOWN:
        above, below = below, above
    stem = above.rstrip("0")
    stem += "0" * (len(stem) % 2)
    return bool(above) and above != below and below.startswith(stem)


def tellings(doing: Doing) -> Sequence[Telling]:
    """An overdue request is the office's business too (逾期报信用主管单位)."""
    if doing.verb != "urge":
        return ()
    words = {"kind": doing.rules.name, "clock": _("响应和反馈"), "due": doing.today.isoformat()}
    return [Telling("body", doing.case.body, "case.overdue", words)]


register(
    Kind(
        KIND,
        place=place,
        check=check,
        tellings=tellings,
        answered_by=frozenset({Role.STEWARD, Role.OFFICER}),
        between_bodies=True,
        unseen=STATES,
    )
)
