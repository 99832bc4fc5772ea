"""Evidence (证据): what speaks for and against two descriptions being one subject, feature by feature.

Every feature is one function. Its docstring is shown to the steward beside the finding, its weights stand in the
decorator's arguments and nowhere else. The sum only orders proposals on the screen: whatever it is, a person decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from rapidfuzz import fuzz

from gongxin.kernel import names
from gongxin.kernel.identifiers.code import normalise_code
from gongxin.kernel.identifiers.uscc import KINDS, is_uscc
from gongxin.kernel.sentences import Sentence, sentence


@dataclass(frozen=True)
class Described:
    """One side (一方): what a row or a register says of a subject. Empty means not known, which proves nothing."""

    name: str
    code: str = ""
    other_names: tuple[str, ...] = ()
    legal_rep: str = ""
    address: str = ""
    region: str = ""
    established_on: date | None = None
    decided_on: date | None = None
    namesakes: int = 0
    crossed_over: bool = False


@dataclass(frozen=True)
class Evidence:
    """One finding (一项证据): agrees is None when the feature cannot be compared."""

    feature: str
    title: Sentence
    agrees: bool | None
    weight: float
    note: str
    """What was seen, a sentence that knows its English (所见)."""
    explanation: str


@dataclass(frozen=True)
class Weighed:
    """What a feature function returns: the name of the weight that applies, and what was seen."""

    weight: str | None
    note: str


Comparison = Callable[[Described, Described], Weighed]


@dataclass(frozen=True)
class Feature:
    """A published feature (比对项目): its title, its weights in points, its explanation."""

    id: str
    title: Sentence
    weights: dict[str, float]
    explanation: str
    compare: Comparison


FEATURES: list[Feature] = []


def feature(title: str, title_en: str, **weights: float) -> Callable[[Comparison], Comparison]:
    """Register a feature under its function's name; the docstring is its public explanation."""
    named = Sentence(title, title_en)

    def register(compare: Comparison) -> Comparison:
        FEATURES.append(Feature(compare.__name__, named, weights, " ".join((compare.__doc__ or "").split()), compare))
        return compare

    return register


@feature("代码", "Code", same=6.0, crossed_over=5.0, inside=4.5, one_slip=4.0, both_valid=-6.0, far=-1.0)
def code(reported: Described, registered: Described) -> Weighed:
    """代码相同加 6 分；报送的是旧代码且对照表指向此主体加 5 分；报送的组织机构代码正是信用代码第 9 至 17 位加 4.5 分；
    只差一位或相邻两位颠倒加 4 分；两个代码都有效却不同减 6 分；差得更多减 1 分。"""
    ours, theirs = normalise_code(reported.code), normalise_code(registered.code)
    if registered.crossed_over:
        return Weighed(
            "crossed_over",
            sentence(
                "报送的旧代码 {ours} 经对照表对应 {theirs}",
                "The older code {ours} leads to {theirs} in the cross-walk",
                ours=ours,
                theirs=theirs,
            ),
        )
    if not ours or not theirs:
        reported_side = sentence("报送的一方没有代码", "The reported side has no code")
        return Weighed(
            None, reported_side if not ours else sentence("登记的一方没有代码", "The registered side has no code")
        )
    if ours == theirs:
        return Weighed("same", sentence("代码同为 {theirs}", "Both have the code {theirs}", ours=ours, theirs=theirs))
    if len(theirs) == 18 and ours == theirs[8:17]:
        return Weighed(
            "inside",
            sentence(
                "报送的组织机构代码 {ours} 是 {theirs} 的第 9 至 17 位",
                "The organisation code {ours} is characters 9 to 17 of {theirs}",
                ours=ours,
                theirs=theirs,
            ),
        )
    if is_uscc(ours) and is_uscc(theirs):
        return Weighed(
            "both_valid",
            sentence(
                "{ours} 与 {theirs} 都是有效代码，但不相同",
                "{ours} and {theirs} are both valid and differ",
                ours=ours,
                theirs=theirs,
            ),
        )
    slip = one_slip(ours, theirs)
    if slip:
        return Weighed("one_slip", slip)
    return Weighed(
        "far",
        sentence(
            "{ours} 与 {theirs} 相差不止一处",
            "{ours} and {theirs} differ in more than one place",
            ours=ours,
            theirs=theirs,
        ),
    )


def one_slip(ours: str, theirs: str) -> Sentence | None:
    """Say in words how one slip of the hand makes `ours` out of `theirs`, or nothing when one slip does not."""
    if len(ours) == len(theirs):
        places = [index for index, pair in enumerate(zip(ours, theirs, strict=True)) if pair[0] != pair[1]]
        if len(places) == 1:
            place = places[0]
            return sentence(
                "只有第 {n} 位不同：报送为 {ours}，登记为 {theirs}", "Only character {n} differs: reported {ours}, registered {theirs}",
                n=place + 1, ours=ours[place], theirs=theirs[place],
            )  # fmt: skip
        if len(places) == 2 and places[1] == places[0] + 1 and ours[places[0]] == theirs[places[1]]:
            swapped = ours[places[1]] == theirs[places[0]]
            return (
                sentence(
                    "第 {first}、{second} 位颠倒",
                    "Characters {first} and {second} are swapped",
                    first=places[0] + 1,
                    second=places[1] + 1,
                )
                if swapped
                else None
            )
        return None
    shorter, longer = sorted((ours, theirs), key=len)
    if len(longer) - len(shorter) != 1:
        return None
    for place in range(len(longer)):
        if longer[:place] + longer[place + 1 :] == shorter:
            sign = {"n": place + 1, "sign": longer[place]}
            if shorter == ours:
                return sentence(
                    "报送的代码在第 {n} 位少了 {sign}", "The reported code lacks {sign} at character {n}", **sign
                )
            return sentence(
                "报送的代码在第 {n} 位多了 {sign}", "The reported code has {sign} too many at character {n}", **sign
            )
    return None


@feature("登记管理部门与名称的组织形式", "Registering department and legal form in the name", agree=0.5, disagree=-4.0)
def kind(reported: Described, registered: Described) -> Weighed:
    """信用代码前两位说明登记管理部门和机构类别（如 91 企业、92 个体工商户、11 机关）。名称写明的组织形式与之相符
    加 0.5 分，不符减 4 分：机关的代码填在公司名下，就是这样看出来的。"""
    letters = normalise_code(registered.code)[:2]
    form = form_of(reported.name)
    if letters not in KINDS or form is None:
        return Weighed(
            None, sentence("名称没有写明组织形式，或代码没有类别", "The name tells no legal form, or the code no kind")
        )
    word, possible = form
    if letters in possible:
        return Weighed(
            "agree",
            sentence(
                "代码是{kind}（{letters}），名称写作“{word}”",
                "The code is of kind {letters} ({kind}), the name says “{word}”",
                kind=KINDS[letters],
                letters=letters,
                word=word,
            ),
        )
    return Weighed(
        "disagree",
        sentence(
            "代码是{kind}（{letters}）的，名称却写作“{word}”",
            "The code is of kind {letters} ({kind}), but the name says “{word}”",
            kind=KINDS[letters],
            letters=letters,
            word=word,
        ),
    )


FORMS: tuple[tuple[str, frozenset[str]], ...] = (
    ("专业合作社", frozenset({"93", "91"})),
    ("合作社", frozenset({"93", "91", "N1"})),
    ("有限责任公司", frozenset({"91"})),
    ("股份有限公司", frozenset({"91"})),
    ("有限公司", frozenset({"91"})),
    ("总公司", frozenset({"91"})),
    ("分公司", frozenset({"91"})),
    ("公司", frozenset({"91"})),
    ("有限合伙", frozenset({"91"})),
    ("事务所", frozenset({"91", "52", "31", "33", "34", "35"})),
    ("经营部", frozenset({"91", "92"})),
    ("商行", frozenset({"91", "92"})),
    ("门市部", frozenset({"91", "92"})),
    ("商店", frozenset({"91", "92"})),
    ("超市", frozenset({"91", "92"})),
    ("饭店", frozenset({"91", "92"})),
    ("基金会", frozenset({"53"})),
    ("协会", frozenset({"51", "13"})),
    ("学会", frozenset({"51", "13"})),
    ("商会", frozenset({"51", "13"})),
    ("人民政府", frozenset({"11"})),
    ("管理委员会", frozenset({"11", "12", "19"})),
    ("人民法院", frozenset({"11"})),
    ("财政局", frozenset({"11"})),
    ("管理局", frozenset({"11", "12"})),
    ("委员会", frozenset({"11", "12", "13", "19", "55", "N1"})),
)
"""Words at a name's end and the code kinds in which they lawfully occur, longest word first within a family."""


def form_of(name: str) -> tuple[str, frozenset[str]] | None:
    """Return the word of legal form (组织形式) a name shows and the code kinds it goes with, or None."""
    plain = names.display_name(name).replace("（", "(").split("(有限合伙")[0].rstrip("()（） ")
    if "(有限合伙" in name.replace("（", "("):
        return "有限合伙", frozenset({"91"})
    for word, possible in FORMS:
        if plain.endswith(word):
            return word, possible
    return None


@feature("行政区划", "Division", same_county=1.0, same_city=0.75, same_province=0.5, other_province=-1.0)
def region(reported: Described, registered: Described) -> Weighed:
    """信用代码第 3 至 8 位是登记地。与报送代码所写的登记地（或报送单位所在地）同县加 1 分，同市 0.75 分，同省 0.5 分，
    不同省减 1 分。处罚可以发生在登记地以外，所以这一项分量小。"""
    ours = reported.region or normalise_code(reported.code)[2:8]
    theirs = registered.region or normalise_code(registered.code)[2:8]
    if not (ours[:2].isdigit() and theirs[:2].isdigit()) or len(ours) < 2 or len(theirs) < 2:
        return Weighed(None, sentence("有一方看不出登记地", "One side does not tell where it is registered"))
    for width, weight, word in (
        (6, "same_county", Sentence("县区", "county")), (4, "same_city", Sentence("市", "city")),
        (2, "same_province", Sentence("省", "province")),
    ):  # fmt: skip
        if len(ours) >= width and ours[:width] == theirs[:width]:
            return Weighed(
                weight,
                sentence(
                    "区划代码前 {n} 位相同（同{word}）：{code}",
                    "The first {n} digits of the division agree (same {word}): {code}",
                    n=width,
                    word=word,
                    code=theirs[:width],
                ),
            )
    return Weighed(
        "other_province",
        sentence(
            "不在同一省：{ours} 与 {theirs}",
            "Not in one province: {ours} and {theirs}",
            ours=ours[:6],
            theirs=theirs[:6],
        ),
    )


@feature("法定代表人", "Legal representative", same=2.0, different=-1.0)
def legal_representative(reported: Described, registered: Described) -> Weighed:
    """法定代表人（负责人、经营者）同名加 2 分；不同减 1 分。法定代表人可以变更，所以不同不能否定。"""
    ours, theirs = "".join(reported.legal_rep.split()), "".join(registered.legal_rep.split())
    if not ours or not theirs:
        return Weighed(None, sentence("有一方没有写法定代表人", "One side names no legal representative"))
    if ours == theirs:
        return Weighed("same", sentence("法定代表人相同", "The same legal representative"))
    return Weighed("different", sentence("法定代表人不同", "Different legal representatives"))


@feature("地址", "Address", same=1.5, near=1.0, different=-0.5)
def address(reported: Described, registered: Described) -> Weighed:
    """地址完全相同加 1.5 分；一方包含另一方、或八成以上文字相同加 1 分；否则减 0.5 分。地址可以变更，分量小。"""
    ours, theirs = names.comparison_form(reported.address), names.comparison_form(registered.address)
    if not ours or not theirs:
        return Weighed(None, sentence("有一方没有地址", "One side has no address"))
    if ours == theirs:
        return Weighed("same", sentence("地址相同", "The same address"))
    alike = fuzz.ratio(ours, theirs)
    if min(len(ours), len(theirs)) >= 6 and (ours in theirs or theirs in ours or alike >= 80):
        return Weighed(
            "near", sentence("地址相近（文字相同 {n}%）", "Near addresses ({n} % of the words agree)", n=round(alike))
        )
    return Weighed(
        "different",
        sentence("地址不同（文字相同 {n}%）", "Different addresses ({n} % of the words agree)", n=round(alike)),
    )


@feature("登记日期与决定日期", "Day of registration and of the decision", before=0.25, after=-5.0)
def dates(reported: Described, registered: Described) -> Weighed:
    """主体在决定日期之前登记加 0.25 分；决定作出时主体还没有登记，减 5 分。"""
    if registered.established_on is None or reported.decided_on is None:
        return Weighed(None, sentence("有一方没有日期", "One side has no date"))
    days = {"registered": registered.established_on.isoformat(), "decided": reported.decided_on.isoformat()}
    if registered.established_on > reported.decided_on:
        return Weighed(
            "after",
            sentence(
                "{registered} 才登记，决定却在 {decided} 作出",
                "Registered on {registered} only; the decision is of {decided}",
                **days,
            ),
        )
    return Weighed(
        "before",
        sentence(
            "{registered} 登记，早于决定日期 {decided}",
            "Registered on {registered}, before the decision of {decided}",
            **days,
        ),
    )


@feature("同名主体", "Namesakes", alone=0.0, shared=-2.0)
def namesakes(reported: Described, registered: Described) -> Weighed:
    """登记中另有同名主体时减 2 分：同名越多，名称越不能说明问题。个体工商户重名最常见。"""
    if not registered.namesakes:
        return Weighed("alone", sentence("登记中没有另外的同名主体", "The register has no other of that name"))
    return Weighed(
        "shared",
        sentence("登记中另有 {n} 个同名主体", "The register has {n} more of that name", n=registered.namesakes),
    )


NAME_TITLES = {
    "name": Sentence("全称", "Whole name"),
    "region": Sentence("名称中的地区", "Region in the name"),
    "core": Sentence("字号和行业", "Trade name and line of business"),
    "legal_form": Sentence("组织形式", "Legal form"),
    "numerals": Sentence("名称中的编号", "Numbers in the name"),
    "branch": Sentence("分支机构", "Branch"),
}


def name_evidence(reported: Described, registered: Described) -> Iterator[Evidence]:
    """名称按全称、地区、字号和行业、组织形式、编号、分支机构分别比对；登记名称和曾用名称中取最接近的一个。

    名称再像也不能认定身份，只说明值得核对。各项分值见 kernel.names.features，报送核对用的是同一套比对。
    """
    known = [name for name in (registered.name, *registered.other_names) if name]
    if not known or not reported.name:
        return
    explanation = " ".join((name_evidence.__doc__ or "").split())
    best = max(known, key=lambda name: sum(found.weight for found in names.features(reported.name, name)))
    for found in names.features(reported.name, best):
        note = (
            found.note
            if best == registered.name
            else sentence(
                "{note}（按另一名称“{best}”比对）",
                "{note} (held against the other name “{best}”)",
                note=found.note,
                best=best,
            )
        )
        agrees = found.weight > 0 if found.agrees is None and found.weight else found.agrees
        title = NAME_TITLES.get(found.name) or Sentence(found.name, found.name)
        yield Evidence("name." + found.name, title, agrees, found.weight, note, explanation)


def compare(reported: Described, registered: Described) -> list[Evidence]:
    """Return all evidence (全部证据), strongest first, what could not be compared last."""
    found = list(name_evidence(reported, registered))
    for each in FEATURES:
        weighed = each.compare(reported, registered)
        weight = each.weights[weighed.weight] if weighed.weight else 0.0
        agrees = None if weighed.weight is None or weight == 0 else weight > 0
        found.append(Evidence(each.id, each.title, agrees, weight, weighed.note, each.explanation))
    return sorted(found, key=lambda evidence: (evidence.agrees is None, -abs(evidence.weight)))


def total(evidence: list[Evidence]) -> float:
    """Return the sum of points (合计), which orders the proposals and does nothing else."""
    return round(sum(each.weight for each in evidence), 2)
