"""Entering what became of a promise (登记进展、认定履行、依法变更): by the body that bears it, on evidence; the law decides.

Broken is not entered here: it is found in a case by the body above (`findings`). Nothing here ends a promise but a
finding with evidence or a lawful change.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from gongxin.kernel.dates import read_date
from gongxin.kernel.identifiers.hidden import numbers_in
from gongxin.kernel.issues import Refusal
from gongxin.kernel.money import read_money
from gongxin.law import promises
from gongxin.law.facts import day_of
from gongxin.law.payments import WAN
from gongxin.rooms.promises import following
from gongxin.spine import clock, duties, shelf
from gongxin.spine.access.gate import Viewer
from gongxin.spine.access.models import Body
from gongxin.spine.bodies.register import register
from gongxin.spine.duties import Duty
from gongxin.spine.ledger.acts import NewAct
from gongxin.spine.ledger.append import append

BASIS = "GF-2016-76/二（二）"
PROGRESS = ("node", "paid_wan", "done_on", "delivered_on", "accepted_on", "evidence")
FINDING = ("outcome", "performed_on", "evidence", "findings")
CHANGE = ("ground", "procedure", "authority", "document_no", "compensation", "reason", "effect", *promises.TERMS)
DAYS = frozenset({"done_on", "delivered_on", "accepted_on", "performed_on", "due_on"})
AMOUNTS = frozenset({"paid_wan", "amount_wan"})
LIMIT = 4000


@dataclass(frozen=True)
class Entered:
    """What an act brought about (登记结果): its number in the ledger, and how the promise stands now."""

    seq: int
    duty: Duty


def progress(viewer: Viewer, record: int, said: Mapping[str, str]) -> Entered | Refusal:
    """Enter a payment, a milestone, a delivery or an acceptance, with its evidence (登记进展)."""
    found = _gathered(viewer, record, said, PROGRESS)
    if isinstance(found, Refusal):
        return found
    duty, fields = found
    no = _unfit_progress(duty, fields)
    return no if no is not None else _record(viewer, duty, "progress", fields)


def find(viewer: Viewer, record: int, said: Mapping[str, str]) -> Entered | Refusal:
    """Enter that a promise of one's own was kept, partly kept or kept late, on evidence (认定履行).

    What somebody else finds of a body is heard first and served: that is a case (`findings`).
    """
    found = _gathered(viewer, record, said, FINDING)
    if isinstance(found, Refusal):
        return found
    duty, fields = found
    if viewer.body != duty.bearer:
        return Refusal(
            "promise.own",
            _("认定履行由责任单位自己登记"),
            BASIS,
            _("上级和信用主管单位的认定在案件中作出：先告知、听取陈述，再决定、送达"),
        )
    if fields.get("outcome") not in promises.BY_EVIDENCE:
        return Refusal(
            "promise.outcome",
            _("未兑现由上级单位在案件中认定，其他结果没有这一种"),
            BASIS,
            _("可以是：kept 已兑现、partly 部分兑现、late 迟延兑现"),
        )
    no = promises.refused_finding(duty.standing, fields)
    return no if no is not None else _record(viewer, duty, "finding", fields)


def change(viewer: Viewer, record: int, said: Mapping[str, str]) -> Entered | Refusal:
    """Enter a lawful change of a promise: ground, procedure, authority and compensation on record (依法变更)."""
    found = _gathered(viewer, record, said, CHANGE)
    if isinstance(found, Refusal):
        return found
    duty, fields = found
    no = promises.refused_change(duty.standing, fields, law=shelf.book().on(clock.today()))
    return no if no is not None else _record(viewer, duty, "change", fields)


def _gathered(
    viewer: Viewer, record: int, said: Mapping[str, str], allowed: tuple[str, ...]
) -> tuple[Duty, dict[str, str]] | Refusal:
    """The promise, whether this viewer may act upon it, and what was said in the form the law reads."""
    duty = duties.whole(record, clock.today())
    if duty is None:
        return Refusal("promise.none", _("没有这项承诺"), None, _("请核对记录号"))
    no = duties.refused_reader(viewer, duty.bearer, register())
    if no is not None:
        return no
    no = _unreadable(said, allowed)
    return no if no is not None else (duty, _plain(said, allowed))


def _unreadable(said: Mapping[str, str], allowed: tuple[str, ...]) -> Refusal | None:
    strange = sorted(set(said) - set(allowed))
    if strange:
        return Refusal(
            "case.field", _("不能填写：%(names)s") % {"names": "、".join(strange)}, None, _("请只填列出的内容")
        )
    for name, value in said.items():
        if len(value) > LIMIT:
            return Refusal("case.long", _("内容超过 %(limit)s 字：%(names)s") % {"limit": LIMIT, "names": name}, None,
                           _("请删减，或者作为附件提交"))  # fmt: skip
        if numbers_in(value):
            return Refusal("case.numbers", _("内容里有证件号码"), BASIS, _("请删去证件号码和无关的人的信息后再提交"))
        if value.strip() and name in DAYS and read_date(value).precision != "day":
            return Refusal("promise.day", _("日期不对：%(value)s") % {"value": value}, BASIS, _("请写成 2026-11-22"))
        if value.strip() and name in AMOUNTS and not (read_money(value, unit=WAN).yuan or 0) > 0:
            return Refusal(
                "promise.amount", _("金额不对：%(value)s") % {"value": value}, BASIS, _("请写万元数，例如 12.5")
            )
    return None


def _plain(said: Mapping[str, str], allowed: tuple[str, ...]) -> dict[str, str]:
    """What was said in the form the ledger keeps: ISO days, amounts in 万元."""
    plain = {}
    for name in allowed:
        value = said.get(name, "").strip()
        if value and name in DAYS:
            day = read_date(value).value
            value = day.isoformat() if day is not None else value
        elif value and name in AMOUNTS:
            yuan = read_money(value, unit=WAN).yuan or Decimal(0)
            value = f"{(yuan / WAN).normalize():f}"
        if value:
            plain[name] = value
    return plain


def _unfit_progress(duty: Duty, fields: Mapping[str, str]) -> Refusal | None:
    standing, today = duty.standing, clock.today()
    if not standing.open:
        return Refusal("promise.closed", _("这项承诺已经办结"), BASIS, _("认定有误的，提出认定异议"))
    if not fields.get("evidence"):
        return Refusal("promise.evidence", _("没有写证明材料"), BASIS, _("请写明凭证名称、编号和存放处"))
    days = [day_of(fields[name]) for name in ("done_on", "delivered_on", "accepted_on") if fields.get(name)]
    if not days or any(day is None or day > today for day in days):
        return Refusal("promise.day", _("没有写日期，或者日期晚于今天"), BASIS, _("请写成 2026-11-22"))
    paid = fields.get("paid_wan")
    if paid:
        left = sum((part.owed for part in standing.parts if part.kind == "payment"), Decimal(0))
        if Decimal(paid) * WAN > left or not fields.get("done_on"):
            return Refusal(
                "promise.overpaid",
                _("付款超过未付金额 %(left)s 万元，或者没有写付款日期") % {"left": f"{(left / WAN).normalize():f}"},
                BASIS, _("请核对金额；多付的须先依法变更付款计划"),
            )  # fmt: skip
        return None
    texts = {part.text for part in standing.parts if part.kind != "payment"}
    node = fields.get("node", "")
    if fields.get("done_on") and node not in texts:
        return Refusal(
            "promise.node",
            _("没有这个进度节点"),
            BASIS,
            _("可以是：%(names)s") % {"names": "、".join(sorted(texts)) or "—"},
        )
    left = stages_left(duty)
    if fields.get("done_on") and not node and any(left):
        return Refusal(
            "promise.stages", _("还有阶段没有完成，不能登记整项承诺完成"), BASIS,
            _("请先逐个登记：%(names)s") % {"names": "、".join(each for each in left if each)},
        )  # fmt: skip
    return None


def stages_left(duty: Duty) -> tuple[str, ...]:
    """Return which stages can be reported done (可登记完成的节点); the whole, which has no name, once its stages are."""
    left = [part.text for part in duty.standing.parts if part.kind != "payment" and not part.done]
    return tuple(text for text in left if text or len(left) == 1)


def _record(viewer: Viewer, duty: Duty, kind: str, fields: Mapping[str, str]) -> Entered:
    body = viewer.body or duty.bearer
    name = Body.objects.filter(code=body).values_list("name", flat=True).first() or body
    said = {**fields, **({} if fields.get("authority") else {"authority": name}), "authority_code": body}
    with transaction.atomic():
        line = duty.standing.line
        seq = append([
            NewAct(kind, line.item, line.subject, body, said, f"{viewer.name}@{viewer.body}", record=line.record)
        ])[0]  # fmt: skip
        after = duties.whole(line.record, clock.today())
        assert after is not None
        following.tell(after, kind)
    return Entered(seq, after)
