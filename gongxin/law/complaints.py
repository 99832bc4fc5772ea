"""Complaints about broken promises of government (政府失约投诉): who may handle one, for how long, what it seems to be about.

A complaint never goes to the body complained of, nor to anybody under it; complained of once more it goes up. What kind
of matter it is a person says; the words found in the text are told beside the list and decide nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from gongxin.kernel.issues import Refusal
from gongxin.kernel.sentences import sentence
from gongxin.kernel.terms import add_months
from gongxin.law.book import Edition
from gongxin.law.casework import CaseStanding
from gongxin.law.citing import Certainty, ClauseRef
from gongxin.law.clauses import clause
from gongxin.law.reading import Reader

KIND, ORDER, RETALIATION = "complaint", "complaint-order", "retaliation"
LONGEST = "complaint.settle.longest"
CATEGORIES, OUTCOMES, RATINGS = "complaint.categories", "complaint.outcomes", "complaint.ratings"
SETTLE = "settle"
KEPT = "complaint.identity.keep"
PERSONAL_LENGTH = 2
"""Signs from which a name or a contact is looked for in a text; a single sign would be found everywhere."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several answers the book offers (选项): a category, an outcome, a rating."""

    id: str
    name: str
    name_en: str
    source: ClauseRef | None
    certainty: Certainty
    words: tuple[str, ...] = ()
    """Words that speak for a category (提示词)."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A category that a text seems to be about (分类建议) and the words that speak for it; a person decides."""

    category: Choice
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a body stands (单位层级): its code, its division code, and the codes of the bodies above it, the nearest first."""

    code: str
    region: str
    above: tuple[str, ...] = ()
    office: bool = False
    """Whether it leads the work on social credit where it is (信用牵头部门)."""


def choices(parameter: str, law: Edition) -> tuple[Choice, ...]:
    """Return what the book offers under a parameter (选项), in its order; nothing where the edition has none."""
    return law.remember(("complaints", parameter), lambda: _read(parameter, law))


def find_choice(parameter: str, chosen: str, law: Edition) -> Choice | None:
    """Return one of the answers by its id, or None (选项查找)."""
    return next((each for each in choices(parameter, law) if each.id == chosen), None)


@clause("GF-2016-76", "三（三）")
def suggest(text: str, *, law: Edition) -> tuple[Suggestion, ...]:
    """Say what a complaint seems to be about (分类建议), the most words first; the book's order between equals.

    Law:      国发〔2016〕76号 三（三）, the categories of its fifth part
    Facts:    the complainant's own words
    Returns:  Suggestions with the words found; none where none is found
    Refuses:  never
    """
    found = []
    for n, category in enumerate(choices(CATEGORIES, law)):
        words = tuple(word for word in category.words if word in text)
        if words:
            found.append((-len(words), n, Suggestion(category, words)))
    return tuple(each for _count, _n, each in sorted(found, key=lambda one: one[:2]))


@clause("SME-2025", 25)
@clause("FGCJ-2023-1103")
def refused_handler(handler: Standing, against: Standing, before: Sequence[Standing] = ()) -> Refusal | None:
    """Say why a body may not handle a complaint, or None (能否承办).

    Law:      条例 802 25, 发改财金〔2023〕1103号: goes to the body above or in charge
    Facts:    where the body stands, where the one complained of stands, who handled it before
    Returns:  Refusal | None
    Refuses:  the body itself, whoever stands under it, whoever is not above it; and, complained of once more, whoever is
              not above everybody that handled it before
    """
    if handler.code == against.code or against.code in handler.above:
        return Refusal(
            "complaint.own", sentence("不能转给被投诉单位或者它的下级", "It cannot go to the body complained of, nor to one under it"),
            "SME-2025/25", sentence("请转给它的上级或者主管单位", "Refer it to the body above or in charge"),
        )  # fmt: skip
    if not is_above(handler, against):
        return Refusal(
            "complaint.not-above", sentence("这个单位不是被投诉单位的上级", "This body is not above the one complained of"),
            "SME-2025/25", sentence("请选它的上级、上级区划的单位，或者信用牵头部门",
                                    "Choose a body above it, one of the division above, or the office in charge of credit"),
        )  # fmt: skip
    if any(each.code == handler.code or not is_above(handler, each) for each in before):
        return Refusal(
            "complaint.up", sentence("重新办理的须交上一级单位", "Handled once more, it goes one level up"),
            "GF-2016-76/三（三）", sentence("请选上次承办单位的上级", "Choose a body above the one that handled it before"),
        )  # fmt: skip
    return None


def is_above(handler: Standing, other: Standing) -> bool:
    """Tell whether a body stands above another (是否上级): in its line of superiors, or of a division that holds its own.

    The office in charge of credit stands above the bodies of its own division in this matter, and above no other office.
    """
    if handler.code in other.above:
        return True
    if other.code in handler.above:
        return False
    own, its = stem(handler.region), stem(other.region)
    if own == its:
        return bool(own) and handler.office and not other.office
    return bool(handler.region) and its.startswith(own)


def stem(region: str) -> str:
    """Return the pairs of digits that name a division (区划代码的有效位): 130000 → 13, 131500 → 1315."""
    told = region.rstrip("0")
    return told + "0" * (len(told) % 2)


@clause("SME-2025", 25)
def refused_extension(standing: CaseStanding, *, law: Edition) -> Refusal | None:
    """Say why the term cannot be extended once more, or None (能否延长).

    Law:      条例 802 25: thirty days, ninety at most where it is complex
    Facts:    the case as it stands
    Returns:  Refusal | None
    Refuses:  an extension beyond the longest term, and one of a term that is over
    """
    running = standing.find_clock(SETTLE)
    longest = law.parameter(LONGEST)
    if running is None or not running.running:
        return None
    whole = running.term.count + running.extra + running.term.count
    if whole <= longest.number():
        return None
    return Refusal(
        "complaint.longest",
        sentence("办理期限最长 {days} 日，不能再延长", "The longest term is {days} days", days=longest.number()),
        str(longest.source), sentence("请在期限内答复投诉人", "Answer the complainant within the term"),
    )  # fmt: skip


@clause("GF-2016-76", "三（三）")
def refused_identity(text: str, hidden: Iterable[str]) -> Refusal | None:
    """Say that a text would give a complainant away, or None (是否泄露投诉人).

    Law:      国发〔2016〕76号 三（三）: complaints are to be possible without fear
    Facts:    the text as it would leave; what is kept sealed of the complainant
    Returns:  Refusal | None; the refusal does not repeat what was found
    Refuses:  a text in which a sealed word stands, however it is spaced
    """
    plain = _squeezed(text)
    if any(len(word) >= PERSONAL_LENGTH and word in plain for word in map(_squeezed, hidden)):
        return Refusal(
            "complaint.identity", sentence("内容里有投诉人的姓名、单位或者联系方式", "The text names the complainant or a contact"),
            "GF-2016-76/三（三）", sentence("请删去后再提交；已填内容没有丢失", "Take it out and send it again; nothing you typed is lost"),
        )  # fmt: skip
    return None


def _squeezed(text: str) -> str:
    return "".join(sign for sign in text.casefold() if sign.isalnum())


def _read(parameter: str, law: Edition) -> tuple[Choice, ...]:
    value = law.find_parameter(parameter)
    found = []
    for body in value.table() if value is not None else ():
        row = Reader(body, f"parameters.{parameter}", law.book.instruments)
        found.append(
            Choice(
                row.text("id", None), row.text("name", None), row.text("name_en"),
                row.find_ref("source") or (value.source if value else None), value.certainty if value else "unverified",
                row.texts("words"),
            )
        )  # fmt: skip
    return tuple(found)


@clause("PIPL-2021", 19)
@clause("PIPL-2021", 47)
def identity_kept_until(closed_on: Iterable[date | None], *, law: Edition) -> date | None:
    """The last day on which a complainant's sealed name is kept (投诉人信息保存期), or None while it is needed.

    Law:      个人信息保护法 19: the shortest time that the purpose needs; 47: then it is destroyed; the months are the book's own
    Facts:    on which days the complaint, and every matter that goes on with it, was closed; None for one that is open
    Returns:  the last day; on the day after it is destroyed
    Refuses:  never
    """
    days = list(closed_on)
    ended = [day for day in days if day is not None]
    if not ended or len(ended) < len(days):
        return None
    return add_months(max(ended), law.parameter(KEPT).number())
