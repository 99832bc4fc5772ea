"""Grading (失信分类): minor, general or serious – or a person decides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from gongxin.kernel.sentences import sentence
from gongxin.law.book import Edition
from gongxin.law.citing import Certainty, ClauseRef, weakest
from gongxin.law.clauses import clause
from gongxin.law.facts import UNREAD

SEVERITIES = ("minor", "general", "serious")


class Gradable(Protocol):
    """What grading looks at (分类所看的事实)."""

    @property
    def kinds(self) -> frozenset[str]: ...
    @property
    def fine(self) -> str: ...
    @property
    def simple_procedure(self) -> bool | None: ...
    @property
    def severity(self) -> str | None: ...
    @property
    def sector(self) -> str | None: ...
    @property
    def long_minimum(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Grading:
    """A grade (分类) with its reason and clause; None means that a person decides."""

    severity: str | None
    reason: str
    clause: ClauseRef | None
    certainty: Certainty


@clause("NDRC-36")
@clause("NDRC-58")
@clause("APL-2021", 9)
@clause("APL-2021", 51)
@clause("CK-2022-3")
def grade(facts: Gradable, *, law: Edition) -> Grading:
    """Grade a penalty by the heaviest of its kinds (处罚分类): minor, general, serious.

    Law:      令36 three grades; 令58 before it only shown or not shown; 行政处罚法 9 for the kinds, 51 for the summary
              procedure; thresholds of fines by field
    Facts:    kinds, band of the fine, summary procedure, field, and a person's determination if there is one
    Returns:  Grading; severity None where the law leaves it open, with the reason a person needs
    Refuses:  never
    """
    by_law = _by_law(facts, law=law)
    determined = facts.severity
    if determined not in SEVERITIES:
        return by_law
    # A person fills what the law leaves open and may find repetition grave; what the law fixes cannot be talked down.
    if by_law.severity is not None and SEVERITIES.index(by_law.severity) >= SEVERITIES.index(determined):
        return by_law
    return Grading(
        determined,
        sentence("由承办人认定", "Determined by the person in charge"),
        by_law.clause,
        by_law.certainty if by_law.severity else "verified",
    )


def _by_law(facts: Gradable, *, law: Edition) -> Grading:
    tiers = law.find_parameter("grading.tiers")
    if tiers is None:
        return Grading(
            None,
            sentence("法典未收录该日的公示分类规定", "The law book holds no classification for that day"),
            None,
            "unverified",
        )
    two_tiers = tiers.text() == "displayed-or-not"
    source = tiers.source
    kinds, unsettled = facts.kinds, ""
    serious, confiscating = _listed(law, "serious"), _listed(law, "general")
    doubtful = _listed(law, "serious-unsettled")
    undecided = _listed(law, "undecided") | {UNREAD}
    minor = _listed(law, "minor")
    simple_only = minor | {"fine"}
    if facts.simple_procedure and kinds <= simple_only:
        return Grading("minor", sentence("简易程序作出的处罚", "Decided in summary procedure"), source, tiers.certainty)
    if facts.simple_procedure:
        return Grading(
            None,
            sentence(
                "简易程序不能作出所报的处罚种类，须核对",
                "Summary procedure cannot give penalties of the reported kinds; to be checked",
            ),
            source,
            "unverified",
        )
    if two_tiers:
        if not kinds or kinds & {UNREAD}:
            return Grading(
                None,
                sentence("处罚种类缺失或者不能识别", "The kind of penalty is missing or cannot be recognised"),
                source,
                "unverified",
            )
        if kinds <= minor:
            return Grading(
                "minor", sentence("仅警告、通报批评", "Warning or public criticism alone"), source, tiers.certainty
            )
        severity = "serious" if facts.long_minimum else "general"
        reason = (
            sentence(
                "58号令不分一般、严重；食品、药品等领域最短公示期较长",
                "Order 58 does not part general and serious; in food, medicines and the like the shortest display is longer",
            )
            if facts.long_minimum
            else sentence("58号令不分一般、严重", "Order 58 does not part general and serious")
        )
        return Grading(severity, reason, source, tiers.certainty)
    if kinds & serious or facts.fine == "huge":
        return Grading(
            "serious",
            sentence("含有严重类处罚种类或者巨额罚款", "A kind of penalty of the serious class, or a huge fine"),
            source,
            _sure(law, "serious"),
        )
    if kinds & doubtful:
        return Grading(
            "serious",
            sentence(
                "暂扣许可证件、降低资质等级归入严重类，待核对",
                "Suspended permits and lowered grades are counted as serious, to be reviewed",
            ),
            source,
            _sure(law, "serious-unsettled"),
        )
    if kinds & undecided:
        unsettled = sentence(
            "含有未列入三类的处罚种类（行政拘留、其他）或者不能识别的种类",
            "A kind of penalty outside the three classes (detention, other), or one not recognised",
        )
    elif not kinds:
        unsettled = sentence("处罚种类缺失", "The kind of penalty is missing")
    if unsettled:
        return Grading(None, unsettled, source, "unverified")
    if kinds & confiscating:
        return Grading(
            "general",
            sentence("没收违法所得、非法财物", "Illegal gains or goods confiscated"),
            source,
            _sure(law, "general"),
        )
    if facts.fine == "larger":
        threshold = law.parameter(f"fine.larger.{facts.sector}")
        huge = law.find_parameter(f"fine.huge.{facts.sector}")
        if huge is None:
            return Grading(
                "general",
                sentence(
                    "较大数额罚款；该领域没有巨额标准，不推定为严重",
                    "A larger fine; the field has no standard of a huge one, so it is not taken for serious",
                ),
                threshold.source,
                "unverified",
            )
        return Grading(
            "general",
            sentence("较大数额罚款", "A larger fine"),
            threshold.source,
            weakest((threshold.certainty, huge.certainty)),
        )
    if "fine" in kinds:
        return _small_fine(facts, source, law=law)
    return Grading(
        "minor", sentence("仅警告、通报批评", "Warning or public criticism alone"), source, _sure(law, "minor")
    )


def _small_fine(facts: Gradable, source: ClauseRef | None, *, law: Edition) -> Grading:
    """A fine below the larger one: the field's own standard says, and where there is none a person does."""
    standard = law.find_parameter(f"grading.small-fine.{facts.sector}") if facts.sector else None
    if standard is not None and facts.fine == "below" and standard.text() in SEVERITIES:
        return Grading(
            standard.text(),
            sentence("未达较大数额，按该领域分类标准", "Below a larger fine, by the field's own standard"),
            standard.source,
            standard.certainty,
        )
    reason = (
        sentence("罚款未达较大数额，该领域没有分类标准", "A fine below the larger one, and the field has no standard")
        if facts.fine == "below"
        else sentence(
            "罚款数额或者该领域的数额界限不明", "The amount of the fine, or the field's limits, are not known"
        )
    )
    return Grading(None, reason, source, "unverified")


def _listed(law: Edition, grade_name: str) -> frozenset[str]:
    value = law.find_parameter(f"grading.kinds.{grade_name}")
    return frozenset(value.texts()) if value is not None else frozenset()


def _sure(law: Edition, grade_name: str) -> Certainty:
    return law.parameter(f"grading.kinds.{grade_name}").certainty
