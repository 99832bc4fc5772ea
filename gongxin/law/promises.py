"""A promise of government on a day (政府承诺的履行状态): a pure fold of its record – what is due, what was done, what was decided.

Overdue is a fact by date. Kept, partly, late and broken are decided on evidence by a named person; a machine decides
none of them. A promise is closed by a decision or by a lawful change, and by nothing else: no change of officials, of
bodies or of names ends it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from gongxin.kernel.calendar import WorkCalendar
from gongxin.kernel.issues import Refusal
from gongxin.kernel.masking import mask_name
from gongxin.kernel.sentences import Sentence, listed, sentence
from gongxin.law import payments
from gongxin.law.book import Book, Edition
from gongxin.law.citing import Certainty, ClauseRef
from gongxin.law.clauses import clause
from gongxin.law.facts import AMOUNT, day_of
from gongxin.law.payments import WAN, Contract, Rate, Run
from gongxin.law.promisekinds import PromiseKind, find_kind, read_milestones
from gongxin.law.standing import CHANGEABLE, Act, Line

PENDING, KEPT, PARTLY, LATE, BROKEN, CHANGED = "pending", "kept", "partly", "late", "broken", "changed"
STATES = (PENDING, KEPT, PARTLY, LATE, BROKEN, CHANGED)
"""Pending 待履行, kept 已兑现, partly 部分兑现, late 迟延兑现, broken 未兑现, changed 依法变更."""
OUTCOMES = (KEPT, PARTLY, LATE, BROKEN)
REOPENED = "reopened"
BY_EVIDENCE = frozenset({KEPT, PARTLY, LATE})
"""What a body may enter about itself, with evidence; broken is decided in a case by somebody else."""
AMENDED, ENDED = "amended", "ended"
EFFECTS = (AMENDED, ENDED)
"""What a change does: it goes on under other terms 变更后继续履行, or it is owed no more 终止履行."""
TERMS = CHANGEABLE
CLERICAL = "clerical"
GROUNDS = "promise.change.grounds"
WHOLE = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One thing owed under a promise (履行节点): a payment, a milestone, or the whole promise."""

    kind: str
    """`payment`, `milestone` or `whole`."""
    text: str
    due: date | None
    amount: Decimal | None = None
    paid: tuple[tuple[date, Decimal], ...] = ()
    done_on: date | None = None
    post: str = ""
    evidence: tuple[str, ...] = ()
    clause: ClauseRef | None = None
    certainty: Certainty = "verified"
    provisional: bool = False
    shortened: bool = False
    runs: tuple[Run, ...] = ()

    @property
    def owed(self) -> Decimal:
        """Return what is still owed of it in yuan (未付金额)."""
        return (self.amount or Decimal(0)) - sum((paid for _, paid in self.paid), Decimal(0))

    @property
    def done(self) -> bool:
        """Tell whether nothing of it is owed any more (是否完成)."""
        return self.done_on is not None

    @property
    def interest(self) -> Decimal:
        """Return the interest that has run up on it in yuan (逾期利息)."""
        return sum((run.interest for run in self.runs), Decimal(0))

    def overdue_on(self, day: date) -> bool:
        """Tell whether its last day has passed on a day and it is not done (是否逾期): a fact by date, no verdict."""
        return not self.done and self.due is not None and day > self.due


@dataclass(frozen=True, slots=True)
class Replaced:
    """A term of a promise that a change put anew (被变更的内容): as it stood until then, and as it stands from then on."""

    term: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided about a promise (认定或者变更), and on what it rests."""

    on: date
    outcome: str
    """One of the outcomes, `reopened`, or the effect of a change."""
    said: Mapping[str, Any]
    replaced: tuple[Replaced, ...] = ()
    """Of a change, each term it put anew beside what it replaced: an earlier plan never disappears behind a later one."""
    overdue_days: int = 0
    """Of a change, for how many days the oldest part had been overdue when it came (变更时已逾期日数): a later day undoes no delay."""
    interest: Decimal = Decimal(0)
    """Of a change, the interest that had run up under the earlier terms in yuan (变更时已产生的逾期利息)."""


@dataclass(frozen=True, slots=True)
class PromiseStanding:
    """How a promise stands on a day (承诺履行状态)."""

    line: Line
    kind: PromiseKind | None
    state: str
    parts: tuple[Part, ...]
    decided: tuple[Decided, ...]
    rate: Rate | None

    @property
    def open(self) -> bool:
        """Tell whether anything is still owed under it (是否仍须履行): until it was kept, or ended by a lawful change."""
        if self.line.state == "withdrawn" or self.state in {KEPT, LATE}:
            return False
        return not (self.state == CHANGED and self.decided[-1].outcome == ENDED)

    @property
    def due(self) -> date | None:
        """Return the next last day of what is not done (下一到期日), whether it has passed or not."""
        days = [part.due for part in self.parts if not part.done and part.due is not None]
        return min(days, default=None)

    @property
    def overdue(self) -> bool:
        """Tell whether something is past its last day (是否逾期): a fact by date, not a finding."""
        return self.open and any(part.overdue_on(self.line.as_of) for part in self.parts)

    @property
    def overdue_days(self) -> int:
        """Return for how many days the oldest part is overdue (逾期日数)."""
        late = [part.due for part in self.parts if part.due is not None and part.overdue_on(self.line.as_of)]
        return (self.line.as_of - min(late)).days if late and self.open else 0

    @property
    def interest(self) -> Decimal:
        """Return the interest run up on all its payments in yuan (逾期利息合计)."""
        return sum((part.interest for part in self.parts), Decimal(0))


@dataclass(frozen=True, slots=True)
class Warning:
    """That a part falls due soon, today or has fallen due (到期提醒): `days` until its last day, negative after it."""

    part: Part
    days: int
    stage: str
    """`before`, `on` or `after`."""


@clause("GF-2016-76", "二（二）")
@clause("OBE-2019", 31)
@clause("OBE-2019", 32)
def standing(line: Line, *, book: Book, calendar: WorkCalendar) -> PromiseStanding:
    """How a promise stands on the line's day (承诺履行状态折算).

    Law:      国发〔2016〕76号 二（二）: how promises are kept is recorded exactly; 优化营商环境条例 31, 32: no change of
              officials or bodies ends one
    Facts:    one line of a promise's record with its acts; the calendar
    Returns:  PromiseStanding
    Refuses:  nothing; every line of a promise stands somehow on every day
    """
    law = book.on(line.as_of)
    acts = sorted((act for act in line.acts if act.on <= line.as_of), key=lambda act: act.seq)
    parts, rate = _owed(line, acts, book=book, calendar=calendar)
    decided = _all_decided(line, acts, book=book, calendar=calendar)
    state = PENDING
    for each in decided:
        state = CHANGED if each.outcome in EFFECTS else PENDING if each.outcome == REOPENED else each.outcome
    return PromiseStanding(line, find_kind(line.payload.get("promise_kind"), law), state, parts, decided, rate)


def warnings(held: PromiseStanding, *, law: Edition) -> tuple[Warning, ...]:
    """What its body must be told about today (到期提醒): so many days before, on the day, and so many days after it."""
    if not held.open:
        return ()
    before, after = _days(law, "promise.warn.before"), _days(law, "promise.warn.after")
    told = []
    for part in held.parts:
        if part.done or part.due is None:
            continue
        left = (part.due - held.line.as_of).days
        stage = "on" if left == 0 else "before" if left in before else "after" if -left in after else ""
        if stage:
            told.append(Warning(part, left, stage))
    return tuple(told)


@clause("GF-2016-76", "二（二）")
def refused_finding(held: PromiseStanding, said: Mapping[str, Any]) -> Refusal | None:
    """Say why a promise cannot be found kept, partly kept or late, or None (能否认定).

    Law:      国发〔2016〕76号 二（二）: exactly recorded, objectively judged
    Facts:    how the promise stands; outcome, performed_on, evidence and findings as they would be entered
    Returns:  Refusal | None
    Refuses:  closing without evidence; kept or late with a part left undone; kept where a part was late, late where none
              was; a day that is none, ahead, or before the promise was made; a promise that is closed
    """
    outcome, basis = str(said.get("outcome") or ""), "GF-2016-76/二（二）"
    if not held.open:
        return Refusal(
            "promise.closed", sentence("这项承诺已经办结", "This promise is closed"), basis,
            sentence("认定有误的，提出认定异议", "Contest the finding where it is wrong"),
        )  # fmt: skip
    if outcome not in OUTCOMES:
        return Refusal(
            "promise.outcome", sentence("没有这种认定结果", "There is no such finding"), basis, "、".join(OUTCOMES)
        )
    if outcome in BY_EVIDENCE and not str(said.get("evidence") or "").strip():
        return Refusal(
            "promise.evidence", sentence("没有证明材料，不能认定履行", "Nothing is found performed without evidence"), basis,
            sentence("请写明材料名称和存放处，或者上传附件", "Name the papers and where they lie"),
        )  # fmt: skip
    if outcome not in {KEPT, LATE}:
        return None
    # A refusal is never true: `or` would pass over it.
    misdated = _misdated(held, said, basis)
    return misdated if misdated is not None else _undone(held, outcome, said, basis)


@clause("GF-2016-76", "五（四）")
@clause("OBE-2019", 31)
def refused_change(held: PromiseStanding, said: Mapping[str, Any], *, law: Edition) -> Refusal | None:
    """Say why a promise cannot be changed, or None (能否变更).

    Law:      国发〔2016〕76号 五（四）, 优化营商环境条例 31: for the nation's or the public's interest or another ground the
              law names, within powers and by procedure, with compensation; never for a change of government or of people
    Facts:    how the promise stands; ground, procedure, authority, document, compensation, effect and new terms
    Returns:  Refusal | None
    Refuses:  a change without any of these; one that touches no term; new terms that cannot be read; a plan of payment
              that does not add up to the amount, or comes to less than was paid; a closed promise
    """
    basis = "OBE-2019/31"
    if not held.open:
        return Refusal(
            "promise.closed", sentence("这项承诺已经办结", "This promise is closed"), basis,
            sentence("已经办结的不再变更", "What is closed is changed no more"),
        )  # fmt: skip
    grounds = change_grounds(law)
    if str(said.get("ground") or "") not in grounds:
        return Refusal(
            "promise.ground",
            sentence("没有法定的变更理由；换届、机构调整、人员更替不是理由",
                     "No ground the law knows; a change of government, bodies or people is none"),
            basis, listed(grounds.values()),
        )  # fmt: skip
    wanted = {
        "procedure": sentence("变更程序", "procedure"), "authority": sentence("批准机关", "approving authority"),
        "document_no": sentence("批准文件号", "number of the approval"),
        "compensation": sentence("补偿情况", "compensation"), "reason": sentence("理由", "reasons"),
    }  # fmt: skip
    gone = [name for field, name in wanted.items() if not str(said.get(field) or "").strip()]
    if gone:
        return Refusal(
            "promise.change", sentence("变更承诺须写明：{fields}", "A change must say: {fields}", fields=listed(gone)), basis,
            sentence("没有损失、不需要补偿的，写明理由", "Where nobody lost anything, say so and why"),
        )  # fmt: skip
    strange = _strange_terms(said, basis)
    return strange if strange is not None else _unfit_sum(held, said)


def change_grounds(law: Edition) -> dict[str, Sentence]:
    """Return the grounds on which a promise may be changed (变更理由): id → name."""
    value = law.find_parameter(GROUNDS)
    rows = value.table() if value is not None else ()
    return {str(row["id"]): Sentence(str(row["name"]), str(row.get("name_en") or row["name"])) for row in rows}


@clause("PIPL-2021", 25)
def shown_beneficiary(payload: Mapping[str, str | None]) -> str:
    """The beneficiary as everybody may read it (受益人公开显示): an organisation by its name, of a person one sign.

    Law:      个人信息保护法 25: nobody is made public without consent
    Facts:    the promise's fields
    Returns:  a text; of anybody not said to be an organisation or the public, the surname alone
    Refuses:  never
    """
    name = (payload.get("beneficiary") or "").strip()
    return name if payload.get("beneficiary_kind") in {"organisation", "public"} else mask_name(name)


@dataclass(frozen=True, slots=True)
class _Ruler:
    law: Edition
    calendar: WorkCalendar
    rate: Rate | None


def _contract(payload: Mapping[str, str | None], progress: Sequence[Act]) -> Contract:
    """What the record and what was entered since say of delivery and acceptance (合同事实)."""
    told = {"delivered_on": payload.get("delivered_on"), "accepted_on": payload.get("accepted_on")}
    for act in progress:
        told |= {name: str(act.payload[name]) for name in told if act.payload.get(name)}
    rate, days = (payload.get("interest_rate") or "").strip().rstrip("%％"), (payload.get("pay_days") or "").strip()
    return Contract(
        day_of(payload.get("decided_on")), payload.get("small_business") == "yes", day_of(told["delivered_on"]),
        day_of(told["accepted_on"]), int(days) if days.isdigit() else None,
        Decimal(rate) if AMOUNT.fullmatch(rate) else None,
    )  # fmt: skip


def _owed(
    line: Line, acts: Sequence[Act], *, book: Book, calendar: WorkCalendar
) -> tuple[tuple[Part, ...], Rate | None]:
    """What is owed under the line's terms on its day, with what was done by then, and the rate for being late."""
    progress = [act for act in acts if act.kind == "progress"]
    contract = _contract(line.payload, progress)
    rate = payments.rate_of(contract, law=book.on(contract.signed_on or line.as_of))
    return _parts(line, progress, contract, _Ruler(book.on(line.as_of), calendar, rate)), rate


def _parts(line: Line, progress: Sequence[Act], contract: Contract, ruler: _Ruler) -> tuple[Part, ...]:
    plan = payments.read_plan(line.payload.get("payments") or "")
    milestones = read_milestones(line.payload.get("milestones"))
    found: list[Part] = []
    if not isinstance(plan, Refusal):
        found += _payment_parts(plan, progress, contract, ruler, line.as_of)
    if not isinstance(milestones, Refusal):
        for each in milestones:
            done, evidence = _done(progress, each.text)
            found.append(
                Part("milestone", each.text, day_of(each.due), done_on=done, post=each.post, evidence=evidence)
            )
    whole = day_of(line.payload.get("due_on"))
    if not found or whole is not None:
        done, evidence = _done(progress, WHOLE)
        post = line.payload.get("responsible_post") or ""
        found.append(Part("whole", "", whole, done_on=done, post=post, evidence=evidence))
    return tuple(found)


def _payment_parts(
    plan: Sequence[payments.Node], progress: Sequence[Act], contract: Contract, ruler: _Ruler, as_of: date
) -> list[Part]:
    dues = [payments.due(node, contract, law=ruler.law, calendar=ruler.calendar) for node in plan]
    paid = [(day, amount) for act in progress for day, amount in _paid(act)]
    shares = payments.allocated([(node.amount, told.day) for node, told in zip(plan, dues, strict=True)], paid)
    evidence = tuple(str(act.payload["evidence"]) for act in progress if act.payload.get("paid_wan"))
    found = []
    for node, told, share in zip(plan, dues, shares, strict=True):
        whole = sum((amount for _, amount in share), Decimal(0)) == node.amount
        counts = contract.small_business and ruler.rate is not None and told.day is not None
        runs = (
            payments.interest(node.amount, told.day, share, rate=ruler.rate, as_of=as_of)
            if counts and told.day is not None and ruler.rate is not None
            else ()
        )
        found.append(
            Part(
                "payment", node.text, told.day, node.amount, tuple(share), share[-1][0] if whole and share else None,
                evidence=evidence if share else (), clause=told.clause, certainty=told.certainty,
                provisional=told.provisional, shortened=told.shortened, runs=runs,
            )
        )  # fmt: skip
    return found


def _paid(act: Act) -> list[tuple[date, Decimal]]:
    said = str(act.payload.get("paid_wan") or "").strip()
    day = day_of(str(act.payload.get("done_on") or "")) or act.on
    return [(day, Decimal(said) * WAN)] if AMOUNT.fullmatch(said) else []


def _done(progress: Sequence[Act], text: str) -> tuple[date | None, tuple[str, ...]]:
    """When a part was done and by what it is proved: a part is known by its words, which a change leaves as they are."""
    acts = [
        act for act in progress
        if str(act.payload.get("node") or "") == text and act.payload.get("done_on") and not act.payload.get("paid_wan")
    ]  # fmt: skip
    days = [day_of(str(act.payload["done_on"])) for act in acts]
    known = [day for day in days if day is not None]
    return (known[-1] if known else None), tuple(str(act.payload.get("evidence") or "") for act in acts)


def _all_decided(line: Line, acts: Sequence[Act], *, book: Book, calendar: WorkCalendar) -> tuple[Decided, ...]:
    """Findings and changes in their order, each change with the terms as they stood until it came, and what was late under them."""
    terms: dict[str, str] = {}
    found = []
    for n, act in enumerate(acts):
        said = {name: str(act.payload.get(name) or "").strip() for name in TERMS}
        if act.kind in {"record", "correction"}:
            terms = said
        elif act.kind == "finding":
            found.append(Decided(act.on, str(act.payload.get("outcome") or ""), act.payload))
        elif act.kind == "change":
            earlier = replace(line, payload={**line.payload, **terms}, as_of=act.on)
            parts, _rate = _owed(earlier, acts[:n], book=book, calendar=calendar)
            late = [(act.on - part.due).days for part in parts if part.due is not None and part.overdue_on(act.on)]
            interest = sum((part.interest for part in parts), Decimal(0))
            replaced = tuple(Replaced(name, terms.get(name, ""), value) for name, value in said.items() if value)
            terms |= {each.term: each.after for each in replaced}
            effect = str(act.payload.get("effect") or "")
            found.append(Decided(act.on, effect, act.payload, replaced, max(late, default=0), interest))
    return tuple(found)


def _misdated(held: PromiseStanding, said: Mapping[str, Any], basis: str) -> Refusal | None:
    day, made = day_of(str(said.get("performed_on") or "")), held.line.facts.decided_on
    if day is not None and day <= held.line.as_of and (made is None or made <= day):
        return None
    return Refusal(
        "promise.day", sentence("履行日期应当在承诺之日以后、今天以前", "It was performed after it was promised and not after today"),
        basis, sentence("请写成 2026-11-22", "Write it as 2026-11-22"),
    )  # fmt: skip


def _undone(held: PromiseStanding, outcome: str, said: Mapping[str, Any], basis: str) -> Refusal | None:
    left = [part for part in held.parts if part.kind != "whole" and not part.done]
    if left:
        names = listed(part.text or part.kind for part in left)
        return Refusal(
            "promise.undone", sentence("还有没有完成的节点：{parts}", "Not done yet: {parts}", parts=names), basis,
            sentence("请先登记付款和进度，或者认定为部分兑现", "Enter payments and progress first, or find it partly kept"),
        )  # fmt: skip
    day = day_of(str(said.get("performed_on") or ""))
    late = any(
        part.due is not None and (part.done_on or day) is not None and (part.done_on or day or date.min) > part.due
        for part in held.parts
    )
    if late == (outcome == LATE):
        return None
    if late:
        told = sentence(
            "有节点晚于期限完成，只能认定为迟延兑现", "A part was done after its last day; it can only be found late"
        )
    else:
        told = sentence("各节点都在期限内完成，应当认定为已兑现", "Every part was in time; it is to be found kept")
    return Refusal(
        "promise.late", told, basis, sentence("请核对履行日期和节点", "Check the day of performance and the parts")
    )


def _strange_terms(said: Mapping[str, Any], basis: str) -> Refusal | None:
    effect = str(said.get("effect") or "")
    terms = [name for name in TERMS if str(said.get(name) or "").strip()]
    if effect not in EFFECTS or (effect == AMENDED) != bool(terms):
        return Refusal(
            "promise.effect",
            sentence("须写明变更后继续履行还是终止；继续履行的写出新的内容，终止的不写",
                     "Say whether it goes on or ends; what goes on needs its new terms, what ends has none"),
            basis, "amended / ended",
        )  # fmt: skip
    plan = payments.read_plan(str(said.get("payments") or ""))
    if isinstance(plan, Refusal):
        return plan
    stages = read_milestones(str(said.get("milestones") or ""))
    if isinstance(stages, Refusal):
        return stages
    if said.get("due_on") and day_of(str(said["due_on"])) is None:
        return Refusal(
            "promise.day",
            sentence("日期不对", "Not a day"),
            basis,
            sentence("请写成 2026-11-22", "Write it as 2026-11-22"),
        )
    amount = str(said.get("amount_wan") or "").strip()
    if amount and not AMOUNT.fullmatch(amount):
        return Refusal(
            "promise.amount",
            sentence("金额不对", "Not an amount"),
            basis,
            sentence("请写万元数", "Write it in 10,000 yuan"),
        )
    return None


def _unfit_sum(held: PromiseStanding, said: Mapping[str, Any]) -> Refusal | None:
    """New terms of payment that do not go together (变更后的付款计划与金额)."""
    if not any(str(said.get(name) or "").strip() for name in ("payments", "amount_wan")):
        return None
    told = {name: str(said.get(name) or held.line.payload.get(name) or "") for name in ("payments", "amount_wan")}
    plan = payments.read_plan(told["payments"])
    if isinstance(plan, Refusal) or not plan:
        return None
    amount = told["amount_wan"].strip()
    no = payments.refused_total(plan, Decimal(amount) * WAN if AMOUNT.fullmatch(amount) else None)
    if no is not None:
        return no
    paid = sum((sum_paid for part in held.parts for _, sum_paid in part.paid), Decimal(0))
    return payments.refused_paid(plan, paid)


def first_warning(law: Edition) -> int:
    """Return how many days before its last day a part is first told of (首次提醒提前日数); from then on it is due soon."""
    return max(_days(law, "promise.warn.before"), default=0)


def _days(law: Edition, parameter: str) -> frozenset[int]:
    value = law.find_parameter(parameter)
    return frozenset(int(each) for each in value.value) if value is not None else frozenset()
