"""Corrections by the body itself (更正撤回): a decision revoked, changed, found unlawful or void is withdrawn in time."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from gongxin.kernel.issues import Refusal
from gongxin.law.facts import day_of
from gongxin.law.holds import UPHELD
from gongxin.rooms.remedy import changing
from gongxin.spine.cases import engine
from gongxin.spine.cases.deciding import unnamed
from gongxin.spine.cases.finding import said_first
from gongxin.spine.cases.kinds import Doing, Kind, Telling, register
from gongxin.spine.ledger.acts import NewAct

KIND = "correction"


def check(doing: Doing) -> Refusal | None:
    """Say what stands against it, or None (办理前检查)."""
    clause = str(doing.rules.bases[0])
    if doing.before is None:
        changed_on = day_of(str(doing.fields["decided_on"]))
        if changed_on is None or changed_on > doing.today:
            return Refusal("case.day", _("决定变动的日期不对"), clause, _("请写成 2026-11-22，不能晚于今天"))
        if doing.fields["remedy_kind"] not in changing.WAYS:
            return Refusal("case.way", _("没有选择更正还是撤回"), clause, _("请选择更正内容，或者撤回整条记录"))
        if doing.line is None or doing.line.state in {"withdrawn", "repaired"}:
            return Refusal("case.ended", _("记录已经撤回或者修复"), clause, _("请核对记录号"))
        return None
    no = unnamed(doing)
    return no if no is not None else changing.refused(doing, _way(doing))


def entries(doing: Doing) -> Sequence[NewAct]:
    """Out of sight and use when reported; corrected or withdrawn, and freed, when carried out (对记录的影响)."""
    if doing.before is None:
        return [engine.entry(doing, "suspension", {"case": doing.case.number, "ground": UPHELD})]
    return changing.entered(doing, _way(doing), {"basis": doing.rules.bases[0].instrument, **said_first(doing.case)})


def tellings(doing: Doing) -> Sequence[Telling]:
    """Whoever used the record, and its subject (告知)."""
    return () if doing.before is None else changing.tellings(doing, _way(doing))


def _way(doing: Doing) -> str:
    said = doing.fields if doing.before is None else said_first(doing.case)
    return str(said.get("remedy_kind") or changing.WITHDRAWAL)


register(Kind(KIND, check=check, entries=entries, tellings=tellings))
