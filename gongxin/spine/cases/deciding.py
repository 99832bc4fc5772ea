"""What every decision in a case owes (决定的要求): a named person who made it, and the ways on from it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from gongxin.kernel.issues import Refusal
from gongxin.law.book import Edition
from gongxin.law.model import Procedure
from gongxin.spine.cases.kinds import Doing
from gongxin.spine.cases.models import CaseAct

REMEDIES = "case.remedies"
DECISION_REMEDIES = "case.decision.remedies"
SHORTEST_NAME = 2
NAMED = "decided_by"
"""The field in which an act names who decided (作出决定的人)."""


def remedies(law: Edition) -> tuple[Procedure, ...]:
    """Return where one can go against the decision an entry rests on (对原决定的救济途径), with the days of the book."""
    return tuple(law.procedure(str(each)) for each in law.parameter(REMEDIES).texts())


def decision_remedies(law: Edition) -> tuple[Procedure, ...]:
    """Return where one can go against a decision made in a case (对本决定的救济途径), with the days of the book."""
    return tuple(law.procedure(str(each)) for each in law.parameter(DECISION_REMEDIES).texts())


def joined(*sentences: str) -> str:
    """Return sentences as one (连句): each without the stop it ends with."""
    return "；".join(each.rstrip("。.") for each in sentences if each)


def unnamed(doing: Doing) -> Refusal | None:
    """Return the refusal of a decision that no person has made, or None (决定须由具名人员作出)."""
    if NAMED not in doing.fields:
        return None
    name = str(doing.fields[NAMED])
    if sum(each.isalpha() for each in name) >= SHORTEST_NAME:
        return None
    return Refusal("case.person", _("没有写明作出决定的人"), None, _("请写姓名和职务；机器不能作出决定"))


def is_same_person(doing: Doing, decided: CaseAct | None, name: str) -> bool:
    """Tell whether whoever decides now decided before (是否原决定人): the same account, or the same person as named."""
    again = decided is not None and decided.account is not None and decided.account == doing.viewer.account_id
    return again or "".join(str(doing.fields[NAMED]).split()) == "".join(name.split())
