"""Measures (失信惩戒措施): which have effect on a day, on whom, how long, beside which others – and why one has none.

Three groups: by public bodies reducing rights; by public bodies in their own discretion; by others of their own free
will, never compelled. Nothing outside the library, nothing without a basis of sufficient rank in force, nothing that
nobody confirmed, nobody but the one whose record it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any, Literal

from gongxin.kernel.issues import Refusal
from gongxin.kernel.sentences import Sentence, listed, named, sentence
from gongxin.kernel.terms import add_months
from gongxin.law.book import Book, Edition
from gongxin.law.citing import Certainty, ClauseRef
from gongxin.law.clauses import clause
from gongxin.law.holds import Hold
from gongxin.law.matters import Effect
from gongxin.law.model import Matter
from gongxin.law.provisions import VOLUNTARY, Provision

RANKS, LOCAL_RANKS = "measures.ranks", "measures.ranks.local"
PROPORTION, TOGETHER, RELATIONS = "measures.proportion", "measures.together", "measures.relations"


@dataclass(frozen=True, slots=True)
class Force:
    """Whether a provision has effect on a day (措施效力): `lacks` is empty, or names the first thing that is missing."""

    lacks: Literal["", "rank", "term", "basis", "unconfirmed", "voluntary"]
    broken: tuple[ClauseRef, ...] = ()

    @property
    def effective(self) -> bool:
        return not self.lacks


@dataclass(frozen=True, slots=True)
class Orphan:
    """What rests on a basis that has ended (失去依据的措施): a provision, or one line of a matter."""

    kind: Literal["measure", "matter"]
    id: str
    name: str
    name_en: str
    broken: tuple[ClauseRef, ...]
    since: date | None
    """The first day without it, as far as the book knows it."""


@dataclass(frozen=True, slots=True)
class Weighing:
    """What an officer may do with an entry (处理方式): must act, may weigh with reasons, or nothing follows from it."""

    kind: Literal["must", "may", "none"]
    provision: Provision | None = None

    @property
    def reasons_required(self) -> bool:
        return self.kind == "may"


NOTHING = Weighing("none")


@clause("GBF-2020-49", 4)
def force(provision: Provision, *, law: Edition) -> Force:
    """Whether a provision has effect on the edition's day (措施是否有效力).

    Law:      国办发〔2020〕49号（四）: laws, regulations or documents of the centre; by list; nothing beside the list
    Facts:    the provision
    Returns:  Force; a provision whose every basis holds, of sufficient rank, confirmed, within its own time
    Refuses:  never
    """
    if provision.group == VOLUNTARY:
        return Force("voluntary")
    if rank_refused(provision, law=law) is not None:
        return Force("rank")
    if not _within(provision, law.day):
        return Force("term")
    broken = law.broken(provision)
    if broken:
        return Force("basis", broken)
    if provision.certainty == "unverified" or not provision.effect:
        return Force("unconfirmed")
    return Force("")


@clause("GBF-2020-49", 4)
def rank_refused(provision: Provision, *, law: Edition) -> Refusal | None:
    """Say what rank of basis is missing, or None (依据的层级).

    Law:      国办发〔2020〕49号（四）: a normative document cannot reduce rights; a local measure needs a local regulation
    Facts:    the provision: its group, region and bases
    Returns:  None where one basis is of sufficient rank
    Refuses:  with the rank needed
    """
    value = law.find_parameter(LOCAL_RANKS if provision.region else RANKS)
    if value is None:
        return Refusal(
            "measure.silent",
            sentence(
                "这一天的法典没有规定措施须有什么依据", "The book of that day does not say on what a measure must rest"
            ),
            None,
            sentence("请换一天", "Choose another day"),
        )
    row = next((each for each in value.table() if provision.region or each["group"] == provision.group), None)
    if row is None:
        return Refusal(
            "measure.group",
            sentence("没有“{group}”这一类措施", "There is no group of measures “{group}”", group=provision.group),
            None,
            sentence("请写 group-1、group-2 或者 group-3", "Write group-1, group-2 or group-3"),
        )
    known = [law.book.instruments.get(ref.instrument) for ref in provision.bases]
    if any(each is not None and each.rank in row["ranks"] for each in known):
        return None
    return Refusal(
        "measure.rank",
        sentence("“{measure}”没有足够层级的依据，须有{needed}", "“{measure}” rests on too low a rank; it needs {needed}",
                 measure=provision, needed=_both(row, "names")),
        str(value.source),
        sentence("请引用{needed}的具体条文；规范性文件不能创设减损权益或者增加义务的措施",
                 "Cite an article of {needed}; a document can create no measure that takes rights or adds duties",
                 needed=_both(row, "names")),
    )  # fmt: skip


@clause("GBF-2020-49", 4)
def orphans(book: Book, day: date) -> tuple[Orphan, ...]:
    """What has no effect on a day because a clause it rests on is not in force (失去依据的措施).

    Law:      国办发〔2020〕49号: what no longer has a basis is cleared away
    Facts:    the book and the day; whether anybody noticed plays no part
    Returns:  provisions and lines of matters, with the clauses that ended and since when
    Refuses:  never
    """
    law = book.on(day)
    found = [
        Orphan(
            "measure", each.id, each.name, each.name_en, broken,
            _ended(book, day, partial(_without, each)),
        )
        for each in law.provisions()
        if (broken := law.broken(each))
    ]  # fmt: skip
    for matter in book.matters.values():
        kept = {each.id for each in law.matter(matter.id).triggers}
        for trigger in matter.triggers:
            if trigger.id not in kept:
                broken = (trigger.clause,) if not law.holds(trigger.clause) else _behind(trigger.id, law)
                since = _ended(book, day, partial(_lost, matter.id, trigger.id))
                name = f"{matter.name}：{trigger.text}"
                found.append(Orphan("matter", trigger.id, name, trigger.text_en, broken, since))
    return tuple(found)


@clause("GBF-2020-49", 4)
def weigh(matter: Matter, effect: Effect, holds: Sequence[Hold] = (), *, law: Edition) -> Weighing:
    """What an officer may do with an entry in a matter (必须、可以权衡、不得据此限制).

    Law:      国办发〔2020〕49号: only by the list; what the law does not attach a consequence to stays for reference
    Facts:    the matter, the effect of the entry in it, the holds on the entry
    Returns:  Weighing: must with the provision where the library has it; may, with reasons, where a confirmed provision
              lets the body weigh it; none otherwise, and always while a hold forbids to act on it
    Refuses:  never
    """
    trigger = next((each for each in matter.triggers if each.id == effect.trigger), None)
    if trigger is None or effect.kind == "none":
        return NOTHING
    provision = provision_of(trigger.id, law=law)
    if effect.kind == "must_act":
        return Weighing("must", provision)
    held_back = trigger.kind == "must_act" or any(not hold.binding for hold in holds)
    return NOTHING if provision is None or held_back else Weighing("may", provision)


def provision_of(trigger_id: str, *, law: Edition) -> Provision | None:
    """The provision in force that a line of a matter carries out (触发项对应的措施), the lightest first."""
    behind = [each for each in law.provisions() if trigger_id in each.triggers and force(each, law=law).effective]
    return min(behind, key=lambda each: (each.burden, each.id), default=None)


@clause("GBF-2020-49", 4)
def reaches(provision: Provision, relation: str, *, law: Edition) -> ClauseRef | Refusal:
    """Whether a measure reaches somebody other than the one whose record it is (能否及于他人).

    Law:      国办发〔2020〕49号（四）: the circle of those concerned must not be widened
    Facts:    the provision; how the other one is related
    Returns:  the clause that says so
    Refuses:  family, staff and successors always; a responsible person or the organisation unless a clause names them
    """
    rows = {str(each["id"]): each for each in law.parameter(RELATIONS).table()}
    row = rows.get(relation)
    source = str(law.parameter(RELATIONS).source)
    if row is None:
        names = listed(_both(each, "name") for each in rows.values())
        return Refusal(
            "measure.relation", sentence("没有“{relation}”这种关系", "There is no relation “{relation}”", relation=relation), source,
            sentence("可以写的关系：{names}", "Relations that can be written: {names}", names=names),
        )  # fmt: skip
    found = next((each for each in provision.extends if each.to == relation), None)
    if row["ever"] and found is not None and law.holds(found.clause):
        return found.clause
    return Refusal(
        "measure.spill",
        sentence("“{measure}”不得及于{relation}", "“{measure}” must not reach {relation}", measure=provision, relation=_both(row, "name")),
        source,
        sentence("只能对记录所载的主体本人适用；没有条文规定可以及于{relation}",
                 "It applies to the subject of the record alone; no clause lets it reach {relation}", relation=_both(row, "name"))
        if row["ever"]
        else sentence("只能对记录所载的主体本人适用", "It applies to the subject of the record alone"),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """A measure somebody wants to take (拟采取的措施): how grave the cause, since when and until when, by what kind of body."""

    provision: Provision
    binding: str
    severity: str | None
    begins: date
    until: date | None
    cause_until: date | None
    body_kind: str


@dataclass(frozen=True, slots=True)
class Term:
    """Until when a measure may run (可以执行到哪天), by which row of the table and how sure it is."""

    until: date
    row: str
    certainty: Certainty


@clause("GBF-2020-49", 4)
def proportion(wanted: Wanted, *, law: Edition) -> Term | Refusal:
    """Until when a measure may run for such a cause (过惩相当): severity × measure × authority × duration.

    Law:      国办发〔2020〕49号（四）: in proportion to nature and gravity; the table of the book, its rows unverified
    Facts:    what is wanted
    Returns:  Term with the last day: the day asked for, or the last day allowed where none was asked for
    Refuses:  a body that may not, a severity that allows nothing, an end later than allowed, no end at all
    """
    table = law.parameter(PROPORTION)
    source = str(table.source)
    if wanted.provision.body_kinds and wanted.body_kind not in wanted.provision.body_kinds:
        return Refusal(
            "measure.authority",
            sentence("本单位不是这项措施的实施单位", "This body does not carry out this measure"), str(wanted.provision.clause),
            sentence("实施单位：{body}", "Carried out by: {body}", body=wanted.provision.implementer),
        )  # fmt: skip
    severity = wanted.severity or ""
    row = next(
        (each for each in table.table() if each["binding"] == wanted.binding and severity in each["severities"]), None
    )
    if row is None or row["months"] == 0:
        why = sentence("失信程度还没有认定", "the grade has not been determined") if row is None else _both(row, "text")
        return Refusal(
            "measure.disproportionate",
            sentence("不得采取“{measure}”：{why}", "“{measure}” must not be taken: {why}", measure=wanted.provision, why=why), source,
            sentence("只供参考，不得据此限制", "For reference only; nobody is restricted by it"),
        )  # fmt: skip
    ends = [wanted.cause_until]
    for months in (row["months"], wanted.provision.duration.months if wanted.binding == "may" else None):
        if months is not None:
            ends.append(add_months(wanted.begins, int(months)) - timedelta(days=1))
    latest = min((day for day in ends if day is not None), default=None)
    if latest is None:
        return Refusal(
            "measure.endless",
            sentence("没有结束日期的措施不得采取", "A measure without an end must not be taken"),
            source,
            sentence(
                "所依据的记录没有期限，请先由作出单位认定程度或者期限",
                "Its record has no term; let the deciding body determine grade or term first",
            ),
        )
    until = wanted.until or latest
    if until > latest:
        return Refusal(
            "measure.long", sentence("最长到 {latest}", "Until {latest} at the longest", latest=latest), source,
            sentence("{rule}；不超过所依据记录的期限", "{rule}; never beyond the term of its record", rule=_both(row, "text")),
        )  # fmt: skip
    if until < wanted.begins:
        return Refusal(
            "measure.past", sentence("结束日期早于开始日期", "The last day lies before the first"), source,
            sentence("请写 {begins} 到 {latest} 之间的日期", "Write a day between {begins} and {latest}", begins=wanted.begins, latest=latest),
        )  # fmt: skip
    return Term(until, str(row["id"]), table.certainty)


@clause("GBF-2020-49", 4)
def least_first(chosen: Provision, offered: Iterable[Provision], reason: str) -> Refusal | None:
    """The least sufficient measure first (先用最轻的措施): a heavier one needs a reason why the lighter is not enough.

    Law:      国办发〔2020〕49号（四）: no heavy measure for a slight fault
    Facts:    the measure chosen, those that could be taken, what was said of the lighter ones
    Returns:  None where it is the lightest, or the reason is given
    Refuses:  with the lighter ones named
    """
    lighter = [each for each in offered if each.burden < chosen.burden and each.binding == "may"]
    if not lighter or reason.strip():
        return None
    names = listed(sentence("{name}（{id}）", "{name} ({id})", name=named(each), id=each.id) for each in lighter)
    return Refusal(
        "measure.lighter", sentence("有更轻的措施可以采取", "There is a lighter measure"), None,
        sentence("先用{names}，或者写明为什么不够（lighter）", "Take {names} first, or say why it is not enough (lighter)", names=names),
    )  # fmt: skip


@clause("GBF-2020-49", 4)
def beside(chosen: Provision, running: Iterable[Provision], *, law: Edition) -> Refusal | None:
    """Whether a measure may run beside those that run already (能否同时适用).

    Law:      the stacking rule of each provision; the book's limit on discretionary measures, unverified
    Facts:    the measure chosen, those that run on the same subject
    Returns:  None where it may
    Refuses:  the same measure twice, one that stands alone, more than the limit
    """
    beside_it = list(running)
    value = law.parameter(TOGETHER)
    if any(each.id == chosen.id for each in beside_it):
        return Refusal(
            "measure.twice",
            sentence("同一项措施正在执行，不重复适用", "The same measure runs already"),
            str(value.source),
            sentence("请等原措施结束，或者先解除", "Wait until it ends, or lift it first"),
        )
    if beside_it and "alone" in {chosen.stacking, *(each.stacking for each in beside_it)}:
        return Refusal(
            "measure.alone",
            sentence("这项措施不能与正在执行的措施同时适用", "This measure cannot run beside those that run"),
            str(chosen.clause),
            chosen.stacking_text,
        )
    if chosen.binding == "may" and sum(each.binding == "may" for each in beside_it) >= value.number():
        return Refusal(
            "measure.many",
            sentence(
                "同时执行的裁量措施不超过 {most} 项",
                "No more than {most} discretionary measures run at once",
                most=value.number(),
            ),
            str(value.source),
            sentence("请先解除一项，或者不再增加", "Lift one first, or add none"),
        )
    return None


def _lost(matter_id: str, trigger_id: str, law: Edition) -> bool:
    return all(each.id != trigger_id for each in law.matter(matter_id).triggers)


def _without(provision: Provision, law: Edition) -> bool:
    return bool(law.broken(provision))


def _within(provision: Provision, day: date) -> bool:
    since, until = provision.since, provision.until
    return (since is None or since <= day) and (until is None or day <= until)


def _behind(trigger_id: str, law: Edition) -> tuple[ClauseRef, ...]:
    behind = [each for each in law.provisions() if trigger_id in each.triggers]
    return tuple(dict.fromkeys(ref for each in behind for ref in law.broken(each)))


def _ended(book: Book, day: date, gone: Callable[[Edition], bool]) -> date | None:
    """The first day of the time without a basis (失效之日), or None where it never had one before."""
    since = None
    for boundary in reversed([each for each in book.boundaries() if each <= day]):
        if not gone(book.on(boundary)):
            return since
        since = boundary
    return None


def _both(row: Mapping[str, Any], key: str) -> Sentence:
    """A text of a row of the book in both languages (双语文字)."""
    return Sentence(str(row[key]), str(row.get(f"{key}_en") or row[key]))
