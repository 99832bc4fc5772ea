"""Kinds of promises of government (政府承诺种类): data of the book – who may make them, what must be said, which plan goes in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from gongxin.kernel.dates import read_date
from gongxin.kernel.issues import Refusal
from gongxin.kernel.sentences import Sentence, listed, named, sentence
from gongxin.law import payments
from gongxin.law.book import Edition
from gongxin.law.citing import Certainty, ClauseRef
from gongxin.law.clauses import clause
from gongxin.law.facts import AMOUNT
from gongxin.law.model import Entry, FieldSpec
from gongxin.law.payments import WAN
from gongxin.law.reading import Reader

PLANS = ("", "payments", "stages")
PERSON = "person"
GIVEN = frozenset({
    "subject_name", "uscc", "promise_kind", "performed", "performed_on", "authority", "authority_code", "basis", "source",
    "source_code", "remark",
})  # fmt: skip
"""What follows from who hands it in and of which kind it is, or is never reported (不由填报人填写的字段)."""
OF_PAYMENTS = frozenset({"payments", "pay_days", "interest_rate", "small_business", "delivered_on", "accepted_on"})
OF_KINDS = frozenset({"services", "fair_review_no"})
_SPLIT = re.compile(r"[；;\n]+")
_POST = re.compile(r"[（(]\s*责任岗位[:：]\s*([^（()）]{1,60}?)\s*[)）]\s*$")

AS_WRITTEN = Sentence(
    "2026-06-30 完成招标（责任岗位：项目处处长）", "2026-06-30 what is to be done（责任岗位：the post）"
)
"""How a milestone is written (进度安排写法): in either language with the words that can be read."""


@dataclass(frozen=True, slots=True)
class PromiseKind:
    """A kind of promise (承诺种类), as an edition has it."""

    id: str
    name: str
    name_en: str
    item: str
    holders: tuple[str, ...]
    """Kinds of bodies that may make it (可作出的单位类别)."""
    needs: tuple[str, ...]
    plan: str
    bases: tuple[ClauseRef, ...]
    certainty: Certainty


@dataclass(frozen=True, slots=True)
class Milestone:
    """A milestone (进度节点): by when, what, and which post answers for it."""

    text: str
    post: str
    due: str
    """ISO day."""


def kinds(law: Edition) -> tuple[PromiseKind, ...]:
    """Return the kinds of promises in force (承诺种类), in the order of the book."""
    return law.remember("promises", lambda: tuple(_read(entry, law) for entry in law.promises()))


def find_kind(kind: str | None, law: Edition) -> PromiseKind | None:
    """Return a kind by its id, or None (承诺种类)."""
    return next((each for each in kinds(law) if each.id == kind), None)


def items(law: Edition) -> tuple[str, ...]:
    """Return the catalogue items under which promises are kept (承诺所在的目录事项)."""
    return tuple(dict.fromkeys(each.item for each in kinds(law)))


def given(kind: PromiseKind, code: str, name: str) -> dict[str, str]:
    """Return what follows from whose promise it is and of which kind (由责任单位和种类得出的字段)."""
    return {"subject_name": name, "uscc": code, "promise_kind": kind.id, "authority": name, "authority_code": code}


def asked_of(kind: PromiseKind, law: Edition) -> tuple[FieldSpec, ...]:
    """Return the fields of a promise that a kind is asked for (本类承诺填报的字段), in the order of the item.

    What follows from who hands it in is not asked, nor what only a finding can say; what belongs to a plan of payments
    is asked of kinds that have one, what belongs to one kind alone of the kinds that need it.
    """
    item = law.item(kind.item)
    return tuple(
        spec
        for spec in item.fields
        if spec.id not in GIVEN
        and (spec.id not in OF_PAYMENTS or kind.plan == "payments")
        and (spec.id not in OF_KINDS or spec.id in kind.needs)
    )


def required_of(kind: PromiseKind, law: Edition) -> frozenset[str]:
    """Return the fields without which a promise of a kind is refused (本类承诺必填的字段)."""
    item = law.item(kind.item)
    plan = {"payments": {"payments"}, "stages": {"milestones"}}.get(kind.plan, set())
    return frozenset({spec.id for spec in item.fields if spec.required} | set(kind.needs) | plan)


@clause("GF-2016-76", "二（二）")
@clause("GF-2016-76", "五（二）")
@clause("FCR-2024", 18)
def refusals(stated: Mapping[str, str | None], *, law: Edition) -> tuple[Refusal, ...]:
    """Everything that keeps a promise from being registered (登记前检查); nothing where it can be.

    Law:      国发〔2016〕76号 二（二）, 五（一）–（六）; 公平竞争审查条例 18 for favours to businesses
    Facts:    the fields as stated, days as ISO days, amounts in 万元
    Returns:  refusals with their clauses, of all that is missing at once
    Refuses:  an unknown kind; a field the kind needs; a plan that cannot be read, does not add up or names no post; a
              beneficiary who is a person named in the public text; an outcome, which only a decision gives
    """
    kind = find_kind(stated.get("promise_kind"), law)
    if kind is None:
        return ()
    basis = str(kind.bases[0]) if kind.bases else None
    found = [_missing(kind, stated, law, basis), _decided(stated, basis), _named_person(stated)]
    if kind.plan == "payments" or stated.get("payments"):
        found.append(_payments(kind, stated, basis))
    if kind.plan == "stages" or stated.get("milestones"):
        found.append(_stages(kind, stated, basis))
    return tuple(each for each in found if each is not None)


@clause("GF-2016-76", "二（二）")
@clause("GF-2016-76", "五（六）")
def refused_holder(kind: str | None, body_kind: str, *, law: Edition) -> Refusal | None:
    """Say why a kind of body cannot owe a kind of promise, or None (能否作为责任单位).

    Law:      国发〔2016〕76号 二（二）: each within its own powers; 五（六） for streets and townships; the kind's own list
    Facts:    the kind of promise; the kind of body that is to bear it, as the register has it
    Returns:  Refusal | None; nothing of an unknown kind of promise, which is refused as such elsewhere
    Refuses:  a kind of body the kind of promise does not list; an office adds one in a book of its own
    """
    found = find_kind(kind, law)
    if found is None or not found.holders or body_kind in found.holders:
        return None
    return Refusal(
        "promise.holder-kind",
        sentence("这类单位不能承担{kind}", "A body of this kind cannot owe: {kind}", kind=named(found)),
        str(found.bases[0]) if found.bases else None,
        sentence(
            "请核对承诺类别和责任单位；确有依据的，由信用主管单位在本地法典中写明",
            "Check the kind and the body; where there is a basis, the office adds it to its own law book",
        ),
    )


def read_milestones(text: str | None) -> tuple[Milestone, ...] | Refusal:
    """Read milestones (读取进度安排): parted by semicolons or lines, each a day, what is to be done, perhaps the post."""
    found = []
    for n, part in enumerate((each.strip() for each in _SPLIT.split(text or "") if each.strip()), 1):
        first, _, rest = part.partition(" ")
        reading = read_date(first)
        if reading.value is None or reading.precision != "day" or not rest.strip():
            return Refusal(
                "promise.milestones",
                sentence("进度安排第 {n} 条读不懂：“{part}”", "Milestone {n} cannot be read: “{part}”", n=n, part=part),
                None,
                sentence("请写成：{stage}", "Write: {stage}", stage=AS_WRITTEN),
            )
        post = _POST.search(rest)
        said = _POST.sub("", rest).strip()
        found.append(Milestone(said, post[1] if post else "", reading.value.isoformat()))
    return tuple(found)


def _missing(kind: PromiseKind, stated: Mapping[str, str | None], law: Edition, basis: str | None) -> Refusal | None:
    item = law.item(kind.item)
    wanted = [item.get_field(name) for name in kind.needs if item.find_field(name) is not None]
    if kind.plan == "payments":
        wanted.append(item.get_field("payments"))
    gone = [named(spec) for spec in wanted if not (stated.get(spec.id) or "").strip()]
    if not gone:
        return None
    return Refusal(
        "promise.needs",
        sentence("{kind}须写明：{fields}", "{kind} must say: {fields}", kind=named(kind), fields=listed(gone)),
        basis,
        sentence("请补齐后再报", "Complete it and hand it in again"),
    )


def _decided(stated: Mapping[str, str | None], basis: str | None) -> Refusal | None:
    if (stated.get("performed") or "running") == "running" and not stated.get("performed_on"):
        return None
    return Refusal(
        "promise.decided",
        sentence("履行情况由认定产生，报送时不能填写", "How a promise was kept is decided, not reported"),
        basis,
        sentence(
            "请留空或者写“履行中”；履行后在平台登记证明材料", "Leave it empty; enter the evidence once it was performed"
        ),
    )


def _named_person(stated: Mapping[str, str | None]) -> Refusal | None:
    """A person who benefits is never named in what everybody reads (受益人为自然人的，公开文字不得写名)."""
    name = (stated.get("beneficiary") or "").strip()
    told = " ".join((stated.get(each) or "") for each in ("promise_title", "promise_content", "milestones", "payments"))
    if stated.get("beneficiary_kind") != PERSON or len(name) < 2 or name not in told:
        return None
    return Refusal(
        "promise.person",
        sentence("公开的文字里写了受益个人的姓名", "The public text names the person who benefits"),
        "PIPL-2021/25",
        sentence("请在“受益人”一栏填写，公开文字中删去姓名", "Name the person in the field of the beneficiary alone"),
    )


def _payments(kind: PromiseKind, stated: Mapping[str, str | None], basis: str | None) -> Refusal | None:
    plan = payments.read_plan(stated.get("payments") or "")
    if isinstance(plan, Refusal):
        return plan
    amount = (stated.get("amount_wan") or "").strip()
    return payments.refused_total(plan, Decimal(amount) * WAN if plan and AMOUNT.fullmatch(amount) else None)


def _stages(kind: PromiseKind, stated: Mapping[str, str | None], basis: str | None) -> Refusal | None:
    found = read_milestones(stated.get("milestones"))
    if isinstance(found, Refusal):
        return found
    if kind.plan != "stages" or (found and all(each.post for each in found)):
        return None
    return Refusal(
        "promise.posts",
        sentence(
            "{kind}须写明各阶段的责任岗位", "{kind} must name the post that answers for each stage", kind=named(kind)
        ),
        basis,
        sentence(
            "请在“进度安排”中逐阶段写：{stage}",
            "Write each stage in the field of milestones: {stage}",
            stage=AS_WRITTEN,
        ),
    )


def _read(entry: Entry, law: Edition) -> PromiseKind:
    reader = Reader(entry.data, f"{entry.path} promises.{entry.id}", law.book.instruments)
    item = reader.text("item", None)
    if item not in law.book.items:
        raise reader.fault(f"item names {item}, which the catalogue does not have")
    if not entry.bases:
        raise reader.fault("bases are missing; no kind of promise without a clause")
    needs = reader.texts("needs")
    strange = [name for name in needs if law.book.items[item].find_field(name) is None]
    if strange:
        raise reader.fault(f"needs names {', '.join(strange)}, which {item} does not have")
    return PromiseKind(
        entry.id, entry.name, entry.name_en, item, reader.texts("holders"), needs,
        reader.one_of("plan", PLANS, ""), entry.bases, entry.certainty,
    )  # fmt: skip
