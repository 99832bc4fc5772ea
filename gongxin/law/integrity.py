"""Records of broken faith of government (政务失信记录): from which sources, decided by whom, with which consequences.

The same due process as for anybody: what the book does not list is no source and no consequence. Public officials' own
files are not here; this is about bodies.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from gongxin.kernel.issues import Refusal
from gongxin.kernel.sentences import Sentence, sentence
from gongxin.kernel.terms import add_months
from gongxin.law.bans import HONOURS
from gongxin.law.book import Edition
from gongxin.law.citing import Certainty, ClauseRef
from gongxin.law.clauses import clause
from gongxin.law.complaints import Standing, is_above, stem
from gongxin.law.reading import Reader

KIND = "integrity"
ITEM = "government-dishonesty"
SOURCES, MEASURES = "integrity.sources", "integrity.measures"
LONGEST = "integrity.honours.longest"
CRITICISM = "criticism"
REFUSED = "refused"
"""The outcome of a complaint that was substantiated and not put right (拒不整改)."""
FROM_COMPLAINTS = frozenset({"breach", "arrears"})


@dataclass(frozen=True, slots=True)
class Source:
    """One source of a record (来源), or one consequence (措施): `document` where a document in force must be named."""

    id: str
    name: str
    name_en: str
    source: ClauseRef | None
    certainty: Certainty
    document: bool = False
    measure: str = ""
    """Of a consequence: the provision of the library that says by whom, how long and how it ends (措施条款)."""


@dataclass(frozen=True, slots=True)
class Ground:
    """On what somebody proposes a record (认定的来源): which source, which document, how its complaint ended."""

    source: str
    document_no: str = ""
    complaint: str = ""
    outcome: str = ""
    """The outcome of that complaint; empty where there is none."""


def rows_of(parameter: str, law: Edition) -> tuple[Source, ...]:
    """Return the sources or the consequences of an edition (来源和措施), in its order."""
    return law.remember(("integrity", parameter), lambda: _read(parameter, law))


@clause("GF-2016-76", "四（二）")
@clause("FGCJ-2023-1103")
def refused_ground(ground: Ground, *, law: Edition) -> Refusal | None:
    """Say why something is no ground for a record, or None (能否作为来源).

    Law:      国发〔2016〕76号 四（二）, four sources with a document in force; 发改财金〔2023〕1103号, three more, of which
              a breach and an overdue payment are recorded only where they were substantiated and not put right
    Facts:    Ground
    Returns:  Refusal | None
    Refuses:  a source the book does not list, one without its document, a breach or arrears without a complaint that was
              answered as refused or a document in force
    """
    known = {each.id: each for each in rows_of(SOURCES, law)}
    source = known.get(ground.source)
    if source is None:
        names = "、".join(f"{each.id}（{each.name}）" for each in known.values())
        return Refusal(
            "integrity.source", sentence("没有这种来源", "There is no such source"), "GF-2016-76/四（二）",
            sentence("可以是：{names}", "It can be: {names}", names=names),
        )  # fmt: skip
    cited = str(source.source) if source.source else None
    if source.document and not ground.document_no.strip():
        return Refusal(
            "integrity.document", sentence("这种来源须有生效文书", "This source needs a document in force"), cited,
            sentence("请填写文书号", "Give the number of the document"),
        )  # fmt: skip
    if not source.document and not ground.document_no.strip() and ground.outcome != REFUSED:
        return Refusal(
            "integrity.unproven", sentence("没有查实，或者没有拒不整改", "It was not substantiated, or it was put right"), cited,
            sentence("须先经投诉办理查实并答复“拒不整改”，或者写明生效文书",
                     "A complaint must first be answered as substantiated and not put right, or a document in force be named"),
        )  # fmt: skip
    return None


@clause("GF-2016-76", "四（二）")
def refused_decider(decider: Standing, against: Standing) -> Refusal | None:
    """Say why a body may not decide on another's record, or None (能否认定).

    Law:      国发〔2016〕76号 四（二）: the office in charge of credit, at each level; the body above by 1103
    Facts:    where both stand
    Returns:  Refusal | None
    Refuses:  the body itself, whoever is not above it
    """
    if decider.code != against.code and is_above(decider, against):
        return None
    return Refusal(
        "integrity.decider", sentence("本单位不能认定这个单位", "Your body cannot decide about this one"), "GF-2016-76/四（二）",
        sentence("由它的上级或者信用牵头部门认定", "Its superior or the office in charge of credit decides"),
    )  # fmt: skip


@clause("GF-2016-76", "四（二）")
def refused_report(decider: Standing | None, against: Standing | None, reporter: Standing | None) -> Refusal | None:
    """Say why a record decided elsewhere cannot be handed in, or None (能否逐级归集).

    Law:      国发〔2016〕76号 四（二）: collected by the office in charge of credit, rolled up level by level
    Facts:    where the body that decided, the one concerned and the one that hands in stand; None for one not registered
    Returns:  Refusal | None
    Refuses:  a body that is not registered; one that decided about itself or about a body not under it; whoever hands in
              and neither decided nor is the office of credit of a division that holds the decider's
    """
    if decider is None or against is None or reporter is None:
        return Refusal(
            "integrity.unregistered", sentence("当事单位或者认定单位没有登记", "The body concerned or the one that decided is not registered"),
            "GF-2016-76/四（二）", sentence("请先登记这个单位", "Register it first"),
        )  # fmt: skip
    no = refused_decider(decider, against)
    if no is not None:
        return no
    if reporter.code == decider.code or (reporter.office and stem(decider.region).startswith(stem(reporter.region))):
        return None
    return Refusal(
        "integrity.reporter", sentence("只能由认定单位或者信用主管单位报送", "The body that decided, or the office of credit, hands it in"),
        "GF-2016-76/四（二）", sentence("请由认定单位或者它的信用主管单位报送", "Let one of them hand it in"),
    )  # fmt: skip


@clause("GF-2016-76", "四（三）")
def refused_measures(chosen: Iterable[str], *, law: Edition) -> Refusal | None:
    """Say why consequences cannot be ordered, or None (措施检查).

    Law:      国发〔2016〕76号 四（三）
    Facts:    the ids chosen
    Returns:  Refusal | None
    Refuses:  none at all, and one the book does not list
    """
    known = {each.id: each.name for each in rows_of(MEASURES, law)}
    wanted = tuple(chosen)
    if wanted and set(wanted) <= set(known):
        return None
    names = "、".join(f"{each}（{name}）" for each, name in known.items())
    return Refusal(
        "integrity.measures", sentence("没有这种措施", "There is no such consequence"), "GF-2016-76/四（三）",
        sentence("可以是：{names}，用逗号分开", "It can be: {names}, parted by commas", names=names),
    )  # fmt: skip


@clause("GF-2016-76", "四（四）")
def refused_exemption(corrected_on: date | None, *, today: date) -> Refusal | None:
    """Say why a body cannot be spared for its own correction, or None (能否免于).

    Law:      国发〔2016〕76号 四（四）: made good the loss, undid the effect or prevented the harm of its own accord
    Facts:    the day on which it was put right
    Returns:  Refusal | None
    Refuses:  no day, and one that lies ahead
    """
    if corrected_on is not None and corrected_on <= today:
        return None
    return Refusal(
        "integrity.day", sentence("没有写明哪天自我纠正的", "The day of its own correction is missing"), "GF-2016-76/四（四）",
        sentence("请写成 {today}，不能晚于今天", "Write it like {today}; it cannot lie ahead", today=today),
    )  # fmt: skip


@clause("GF-2016-76", "四（三）")
def refused_barring(chosen: Iterable[str], until: date | None, *, today: date, law: Edition) -> Refusal | None:
    """Say why a bar from honours cannot be ordered so, or None (取消评选资格的期限).

    Law:      国发〔2016〕76号 四（三）; how long, no document says: the decision names the last day, the book the longest
    Facts:    the consequences chosen, the last day named
    Returns:  Refusal | None
    Refuses:  the bar without a last day, a last day without the bar, one that has passed or lies further than the longest
    """
    latest = add_months(today, law.parameter(LONGEST).number())
    ordered = HONOURS in set(chosen)
    if (until is not None) == ordered and (until is None or today <= until <= latest):
        return None
    if not ordered:
        message = sentence(
            "没有决定取消评选资格，不能写到哪天", "No bar from honours was ordered; leave its last day away"
        )
    else:
        message = sentence("取消评选资格没有写到哪天，或者写得不对", "The last day of the bar is missing or not right")
    return Refusal(
        "integrity.barred", message, "GF-2016-76/四（三）",
        sentence("请写 {today} 到 {latest} 之间的日期；整改经核实的当日提前解除",
                 "Write a day between {today} and {latest}; it ends before that, the day the rectification is verified",
                 today=today, latest=latest),
    )  # fmt: skip


@clause("GF-2016-76", "四（四）")
def refused_unweighed(corrected_on: date | None, leniency: str) -> Refusal | None:
    """Say whether a decision leaves a body's own correction unanswered, or None (自我纠正须予权衡).

    Law:      国发〔2016〕76号 四（四）: who made good the loss, undid the effect or prevented the harm may be dealt with
              more leniently or spared; whoever says so in its defence is told how that was weighed
    Facts:    the day of its own correction that the body stated, what the decision says of it
    Returns:  Refusal | None
    Refuses:  a decision that says nothing of a correction that was stated
    """
    if corrected_on is None or leniency.strip():
        return None
    return Refusal(
        "integrity.leniency",
        sentence("当事单位说已在 {day} 自我纠正，决定没有回应",
                 "The body says it corrected itself on {day}; the decision does not answer", day=corrected_on),
        "GF-2016-76/四（四）",
        sentence("请写明是否从轻和理由；应当免于记录的，改用“自我纠正，免于记录”",
                 "Say whether it is dealt with more leniently and why; where it is to be spared, spare it"),
    )  # fmt: skip


@clause("GF-2016-76", "四（三）")
def refused_criticism(ordered: Iterable[str]) -> Refusal | None:
    """Say why a body cannot be criticised in public, or None (能否通报批评).

    Law:      国发〔2016〕76号 四（三）
    Facts:    the ids of the consequences that the decision ordered
    Returns:  Refusal | None
    Refuses:  where the decision did not order it
    """
    if CRITICISM in set(ordered):
        return None
    return Refusal(
        "integrity.criticism", sentence("决定书没有写明通报批评", "The decision did not order it"), "GF-2016-76/四（三）",
        sentence("决定书没有的措施不能采取", "No consequence is carried out that the decision does not order"),
    )  # fmt: skip


def terms_of(chosen: Iterable[str], until: date | None, *, law: Edition) -> list[tuple[str, str]]:
    """Return each consequence with until when, how it ends and on which clause (措施、期限、解除和依据), as its document says it."""
    wanted, found = set(chosen), []
    for row in rows_of(MEASURES, law):
        provision = law.book.provisions.get(row.measure)
        if row.id in wanted and provision is not None:
            term = f"到 {until} 为止" if row.id == HONOURS and until is not None else provision.duration.text
            found.append((row.name, f"{term}；{provision.cure}；依据{law.cite(provision.clause)}"))
    return found


def named_measures(chosen: Iterable[str], law: Edition) -> Sentence:
    """Return the names of consequences (措施名称), in the book's order."""
    wanted = set(chosen)
    rows = [each for each in rows_of(MEASURES, law) if each.id in wanted]
    return Sentence("、".join(each.name for each in rows), ", ".join(each.name_en for each in rows))


def _read(parameter: str, law: Edition) -> tuple[Source, ...]:
    value = law.find_parameter(parameter)
    found = []
    for body in value.table() if value is not None else ():
        row = Reader(body, f"parameters.{parameter}", law.book.instruments)
        found.append(
            Source(
                row.text("id", None), row.text("name", None), row.text("name_en"),
                row.find_ref("source") or (value.source if value else None), value.certainty if value else "unverified",
                row.flag("document"), row.text("measure"),
            )
        )  # fmt: skip
    return tuple(found)
