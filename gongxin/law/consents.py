"""Consent (授权): what may be consented to, and what a consent still allows – a pure fold over its acts.

A consent is narrow and dies: one subject, one body, one matter, named fields, so many uses, until a day. It ends when it
is revoked, used up or past its day, and when it was never used within its time. Ends are inclusive: it may still be
used on its last day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from gongxin.kernel.issues import Refusal
from gongxin.kernel.sentences import sentence
from gongxin.kernel.terms import add_months
from gongxin.law.book import Edition
from gongxin.law.clauses import clause
from gongxin.law.forbidden import find_forbidden
from gongxin.law.model import Matter

GROUND = "consent"
"""A matter with this ground is asked with the subject's consent alone (以本人授权为依据的事项)."""

VERBS = ("request", "grant", "refuse", "use", "revoke")
STATES = ("requested", "lapsed", "refused", "active", "revoked", "used-up", "expired", "unused")


@dataclass(frozen=True, slots=True)
class Terms:
    """What is consented to (授权内容): whose data, to whom, in which matter, for what, which fields, how often, how long."""

    subject: str
    body: str
    matter: str
    purpose: str
    fields: Mapping[str, tuple[str, ...]]
    uses: int
    until: date


@dataclass(frozen=True, slots=True)
class ConsentAct:
    """One act on a consent (授权行为), in its own order `n`."""

    n: int
    verb: str
    on: date
    terms: Terms | None = None
    look: str = ""


@dataclass(frozen=True, slots=True)
class ConsentStanding:
    """How a consent stands on a day (授权状态)."""

    state: str
    terms: Terms
    used: int
    left: int
    since: date
    ends: date
    """The last day on which it can be used, or answered while it is only a request (最后一日)."""

    @property
    def active(self) -> bool:
        """Whether it can be used (可否使用)."""
        return self.state == "active"


@clause("PIPL-2021", 14)
@clause("PIPL-2021", 15)
def fold_consent(acts: Iterable[ConsentAct], *, law: Edition, today: date) -> ConsentStanding | None:
    """How a consent stands on a day (授权状态折算): nothing has to run for it to end.

    Law:      个人信息保护法 14: informed and free; 15: revocable, without undoing what was done before
    Facts:    the acts of one consent; acts after the day are not heard
    Returns:  ConsentStanding, or None when there is neither a request nor a grant by that day
    Refuses:  nothing; an act that came after the end changes nothing
    """
    told = sorted((act for act in acts if act.on <= today), key=lambda act: act.n)
    request = next((act for act in told if act.verb == "request"), None)
    grant = next((act for act in told if act.verb == "grant"), None)
    refused = next((act for act in told if act.verb == "refuse"), None)
    if grant is None or grant.terms is None:
        if request is None or request.terms is None:
            return None
        ends = request.on + timedelta(days=law.parameter("consent.request.days").number())
        state = "refused" if refused else "requested" if today <= ends else "lapsed"
        return ConsentStanding(state, request.terms, 0, 0, request.on, ends)
    terms = grant.terms
    used = 0
    revoked = False
    for act in told:
        if act.n > grant.n and not revoked:
            revoked = act.verb == "revoke"
            used += act.verb == "use"
    first_use_by = grant.on + timedelta(days=law.parameter("consent.unused.days").number())
    ends = terms.until if used else min(terms.until, first_use_by)
    if revoked:
        state = "revoked"
    elif used >= terms.uses:
        state = "used-up"
    elif today <= ends:
        state = "active"
    else:
        state = "expired" if used or today > terms.until else "unused"
    return ConsentStanding(state, terms, used, max(0, terms.uses - used), grant.on, ends)


@clause("CREDIT-631", 18)
@clause("CREDIT-631", 20)
@clause("PIPL-2021", 14)
def may_consent(terms: Terms, *, law: Edition, today: date) -> Refusal | None:
    """Why these terms cannot be consented to (可否授权), or None when they can.

    Law:      征信业管理条例 18, 20: consent in writing with an agreed purpose, by analogy; 14: kinds of data that nobody
              may collect whatever is signed; 个人信息保护法 14
    Facts:    the terms, as they would be granted today
    Returns:  None, or the Refusal with its clause and the way forward
    Refuses:  a matter that rests on the law and not on consent; fields the matter does not need; forbidden kinds of
              data; no purpose; too often; too long; a day that has passed
    """
    matter = law.book.matters.get(terms.matter)
    if matter is None or matter.ground != GROUND:
        return Refusal(
            "consent.matter", sentence("这个事项不以授权为依据。", "This matter does not rest on consent."), None,
            sentence("依法办理的事项按法律规定查询，不能用授权扩大范围。",
                     "Matters under the law are asked as the law provides; no consent widens them."),
        )  # fmt: skip
    source = str(matter.clause)
    kind = "person" if terms.subject.startswith("person:") else "organisation"
    if kind not in matter.subject_kinds:
        return Refusal(
            "consent.subject",
            sentence("这个事项不涉及这类主体。", "This matter does not ask about subjects of this kind."), source,
            sentence("请核对事项和被查询的人或者单位。", "Check the matter and whom it asks about."),
        )  # fmt: skip
    if not terms.purpose.strip():
        return Refusal(
            "consent.purpose", sentence("没有写明用途。", "No purpose is given."), source,
            sentence("请写明查询的用途，授权只能用于写明的用途。",
                     "Say what it is for; a consent serves only the purpose it names."),
        )  # fmt: skip
    if not any(terms.fields.values()):
        return Refusal(
            "consent.fields", sentence("没有写明看哪些内容。", "What may be seen is not said."), source,
            sentence("请至少选择一项内容。", "Choose one field at least."),
        )  # fmt: skip
    for item_id, fields in terms.fields.items():
        item = law.find_item(item_id)
        for field_id in fields:
            spec = item.find_field(field_id) if item else None
            if spec is not None and find_forbidden(spec.name, law=law) is not None:
                return Refusal(
                    "consent.forbidden",
                    sentence("“{field}”属于禁止采集的信息。", "“{field}” is forbidden information.", field=spec), source,
                    sentence("任何授权都不能包含这项信息。", "No consent can include it."),
                )  # fmt: skip
            if spec is None or field_id not in matter.sees.get(item_id, ()):
                return Refusal(
                    "consent.fields",
                    sentence("授权的内容超出办理事项所需。", "The fields go beyond what the matter needs."), source,
                    sentence("只能从事项所需的内容中选择。", "Choose from those that the matter needs."),
                )  # fmt: skip
    if not 1 <= terms.uses <= law.parameter("consent.uses.max").number():
        return Refusal(
            "consent.uses", sentence("使用次数不在允许的范围内。", "The number of uses is not within what is allowed."),
            source, sentence("请减少使用次数。", "Ask for fewer uses."),
        )  # fmt: skip
    if not today <= terms.until <= add_months(today, law.parameter("consent.term.max").number()):
        return Refusal(
            "consent.until", sentence("截止日不在允许的范围内。", "The last day is not within what is allowed."), source,
            sentence("请选择今天以后、最长期限以内的日期。", "Choose a day after today within the longest term."),
        )  # fmt: skip
    return None


def narrowed(matter: Matter, terms: Terms) -> Matter:
    """The matter as far as a consent lets it see (按授权收窄的事项)."""
    sees = {
        item: tuple(field for field in fields if field in terms.fields.get(item, ()))
        for item, fields in matter.sees.items()
        if terms.fields.get(item)
    }
    return replace(matter, sees=sees, triggers=tuple(each for each in matter.triggers if each.item in sees))
