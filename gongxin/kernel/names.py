"""Names of organisations (主体名称): one form for comparing, the reported name untouched beside it.

A name never identifies. The functions here say how near two names are and why; a person draws the conclusion.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

import polars as pl

from gongxin.kernel.sentences import Sentence, sentence

Disagreement = Literal["same", "variant", "different"]

_BRACKETS = re.compile(r"[()\[\]{}<>《》〈〉【】〔〕「」『』“”‘’\"'`]")
_MARKS = re.compile(r"[·•・‧∙.,，。、;；:：!！?？~〜～*＊_—–\-‐‑−|/\\]")
_LEGAL_FORMS = (
    ("有限责任公司", "有限公司"),
    ("股份有限责任公司", "股份有限公司"),
    ("有限责任总公司", "有限公司"),
)
_SOLE_TRADER = re.compile(r"(?:个体工商户)$")
_PLAIN = "^[\u4e00-\u9fff0-9A-Z（）()]*$"

PROVINCES = (
    "北京", "天津", "河北", "山西", "内蒙古", "辽宁", "吉林", "黑龙江", "上海", "江苏", "浙江", "安徽", "福建", "江西",
    "山东", "河南", "湖北", "湖南", "广东", "广西", "海南", "重庆", "四川", "贵州", "云南", "西藏", "陕西", "甘肃",
    "青海", "宁夏", "新疆", "香港", "澳门", "台湾",
)  # fmt: skip
_PROVINCE = "|".join(PROVINCES)
_REGION = re.compile(
    rf"^(?:(?:{_PROVINCE})(?:省|市|壮族自治区|回族自治区|维吾尔自治区|自治区|特别行政区)?)?"
    r"(?:[\u4e00-\u9fff]{2,7}?(?:自治州|地区|盟|市))?(?:[\u4e00-\u9fff]{1,8}?(?:自治县|县|区|旗))?"
)
_ENDINGS = re.compile(
    r"(股份有限公司|集团有限公司|有限公司|集团公司|分公司|总公司|公司|有限合伙|普通合伙|特殊普通合伙|合伙企业|专业合作社|合作社"
    r"|联合社|事务所|研究院|研究所|经营部|服务部|门市部|营业部|商行|商店|超市|酒店|饭店|药店|工作室|厂|店|部|中心|协会|学校|医院|社|站|场|所|局|院|会)$"
)
_BRANCH = re.compile(r"(分公司|分店|分行|支行|分所|分中心|营业部|办事处|项目部)")
_NUMERALS = re.compile(r"[0-9一二三四五六七八九十百甲乙丙丁]+")
_SHORT_CORE = 2
"""A core of so few characters is a line of business alone: 食品, 建材."""
_TELLING = frozenset("0123456789一二三四五六七八九十百甲乙丙丁东西南北上下新老大小")
"""Characters that tell sister bodies apart: 第一小学 and 第二小学 differ by one character and are two schools."""


@dataclass(frozen=True, slots=True)
class Feature:
    """One reason for or against two names being one subject (比对要素); `agrees` is None when it says nothing."""

    name: str
    agrees: bool | None
    weight: float
    note: str


UNSEEN = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]")
"""Marks that nobody sees: they part what looks like one word, or turn the order of what stands around them."""


def as_read(text: str) -> str:
    """Return a text as it is meant to be read (去除不可见字符): without marks that make it look like another."""
    return text if text.isprintable() else UNSEEN.sub("", text)


def display_name(name: str | None) -> str:
    """Return a name fit to be shown (显示名称): no line breaks, no space at the ends or between Chinese characters.

    Nothing else is touched; the reported name is kept beside it.
    """
    if not name:
        return ""
    kept = "".join(
        " " if each.isspace() else each
        for each in name
        if unicodedata.category(each) not in ("Cf", "Cc") or each.isspace()
    )
    words = kept.split()
    shown = words[0] if words else ""
    for word in words[1:]:
        between_latin = shown[-1].isascii() and word[0].isascii()
        shown += f" {word}" if between_latin else word
    return shown


def _folded(name: str) -> str:
    """The same marks in one width and no space at all; what remains different was written differently."""
    folded = unicodedata.normalize("NFKC", name).upper()
    return "".join(each for each in folded if not each.isspace() and unicodedata.category(each) not in ("Cf", "Cc"))


def comparison_form(name: str | None) -> str:
    """Return the form names are compared in (比对名称): half-width, capitals, no brackets or marks, one legal form."""
    if not name:
        return ""
    bare = _MARKS.sub("", _BRACKETS.sub("", _folded(name)))
    for written, meant in _LEGAL_FORMS:
        bare = bare.replace(written, meant)
    return bare


def comparison_column(names: pl.Series) -> pl.Series:
    """Return the comparison form of each name (比对名称列); equal to `comparison_form` on any text, empty for null."""
    texts = names.cast(pl.String).fill_null("")
    plain = texts.str.contains(_PLAIN)
    formed = texts.str.replace_all("[（）()]", "")
    for written, meant in _LEGAL_FORMS:
        formed = formed.str.replace_all(written, meant, literal=True)
    if plain.all():
        return formed
    doubtful = texts.filter(~plain).unique()
    forms = pl.Series([comparison_form(name) for name in doubtful.to_list()], dtype=pl.String)
    return formed.zip_with(plain, texts.replace(doubtful, forms)).rename(names.name)


def distance(left: str, right: str, limit: int) -> int:
    """Return how many characters must be changed, added, dropped or swapped with a neighbour, at most `limit` + 1."""
    if abs(len(left) - len(right)) > limit:
        return limit + 1
    older: list[int] = []
    former = list(range(len(right) + 1))
    for row, character in enumerate(left, start=1):
        line = [row]
        for column, other in enumerate(right, start=1):
            best = min(former[column] + 1, line[column - 1] + 1, former[column - 1] + (character != other))
            if row > 1 and column > 1 and character == right[column - 2] and left[row - 2] == other:
                best = min(best, older[column - 2] + 1)
            line.append(best)
        if min(line) > limit:
            return limit + 1
        older, former = former, line
    return min(former[-1], limit + 1)


def _without_region(form: str) -> str:
    found = _REGION.match(form)
    rest = form[found.end() :] if found else form
    return rest if len(rest) >= 4 else form


def _squeezed(form: str) -> str:
    """The form with its province left out and its region written short: 河北省保定市恒通 and 保定恒通 become one."""
    region = form[: len(form) - len(_without_region(form))]
    short = re.sub(rf"^(?:{_PROVINCE})", "", re.sub(r"[省市县区旗]", "", region))
    return short + form[len(region) :]


def _few(length: int) -> int:
    return 1 if length < 10 else 2


def _differing(left: str, right: str) -> tuple[str, str]:
    """Return what lies between the common beginning and the common end of two forms."""
    start = 0
    while start < min(len(left), len(right)) and left[start] == right[start]:
        start += 1
    end = 0
    while end < min(len(left), len(right)) - start and left[-1 - end] == right[-1 - end]:
        end += 1
    return left[start : len(left) - end], right[start : len(right) - end]


def _told_apart(left: str, right: str) -> bool:
    """Tell whether what differs distinguishes two bodies: a number, a direction, or a whole trade name.

    One wrong character is a slip of the hand. Two neighbouring characters that share nothing are another trade name:
    予力科技 and 诚诚科技 differ by as little as two slips, and are two companies.
    """
    one, other = _differing(left, right)
    if any(character in _TELLING for character in one + other):
        return True
    return min(len(one), len(other)) > 1 and not set(one) & set(other)


def disagreement(left: str, right: str) -> Disagreement:
    """Say how two names differ (名称差异): not at all but for width and spaces, as variants, or as different names.

    Variants differ by brackets, legal form, region in front, or very few characters (博飞 / 搏飞); a differing number
    or direction is never a slip (第一小学 / 第二小学).
    """
    if _folded(left) == _folded(right):
        return "same"
    one, other = comparison_form(left), comparison_form(right)
    if not one or not other:
        return "different"
    if one == other:
        return "variant"
    if bool(_BRANCH.search(one)) != bool(_BRANCH.search(other)):
        return "different"
    for first, second in ((one, other), (_without_region(one), _without_region(other))):
        if first == second:
            return "variant" if _regions_allow(one, other) else "different"
    if len(one) != len(other) and _squeezed(one) == _squeezed(other):
        return "variant"
    if _SOLE_TRADER.sub("", one) == _SOLE_TRADER.sub("", other):
        return "variant"
    allowed = _few(min(len(one), len(other)))
    close = distance(one, other, allowed) <= allowed and not _told_apart(one, other)
    return "variant" if close else "different"


def _regions_allow(left: str, right: str) -> bool:
    """One name may leave its region out or write it shorter; two different regions are two subjects."""
    one, other = (form[: len(form) - len(_without_region(form))] for form in (left, right))
    bare_one, bare_other = (re.sub(r"[省市县区旗]", "", each) for each in (one, other))
    return (
        bare_one.endswith(bare_other)
        or bare_other.endswith(bare_one)
        or bare_one in bare_other
        or bare_other in bare_one
    )


def features(left: str, right: str) -> list[Feature]:
    """Return the reasons for and against two names being one subject (比对要素), each with its weight and words."""
    one, other = comparison_form(left), comparison_form(right)
    found = [_whole(one, other), _region(one, other), _core(one, other), _ending(one, other)]
    numbers = [set(_NUMERALS.findall(_without_region(form))) for form in (one, other)]
    if numbers[0] or numbers[1]:
        agree = numbers[0] == numbers[1]
        found.append(
            Feature(
                "numerals",
                agree,
                1.0 if agree else -4.0,
                Sentence("编号一致", "The numbers agree")
                if agree
                else Sentence("编号不同，可能是两家", "The numbers differ: perhaps two bodies"),
            )
        )
    branches = [bool(_BRANCH.search(form)) for form in (one, other)]
    if any(branches):
        agree = branches[0] == branches[1]
        said = (
            Sentence("同为分支机构", "Both are branches")
            if agree
            else Sentence("一方为分支机构", "One of them is a branch")
        )
        found.append(Feature("branch", agree, 0.5 if agree else -4.0, said))
    return found


def _whole(one: str, other: str) -> Feature:
    if one == other:
        return Feature("name", True, 6.0, Sentence("比对名称完全一致", "The names agree wholly"))
    allowed = _few(min(len(one), len(other)))
    steps = distance(one, other, allowed)
    if steps <= allowed:
        return Feature("name", None, 3.0, sentence("名称相差 {n} 字", "The names differ by {n} characters", n=steps))
    return Feature("name", False, -2.0, Sentence("名称相差较多", "The names differ much"))


def _region(one: str, other: str) -> Feature:
    regions = [form[: len(form) - len(_without_region(form))] for form in (one, other)]
    if not regions[0] or not regions[1]:
        return Feature("region", None, 0.0, Sentence("一方名称未写地区", "One name tells no region"))
    agree = _regions_allow(one, other)
    said = (
        Sentence("名称中地区一致", "The regions agree") if agree else Sentence("名称中地区不同", "The regions differ")
    )
    return Feature("region", agree, 1.0 if agree else -3.0, said)


def _stem(form: str) -> str:
    return _ENDINGS.sub("", _without_region(form))


def core_of(name: str | None) -> str:
    """Return what of a name tells it apart (字号和行业): its comparison form without region and legal form; empty when short."""
    stem = _stem(comparison_form(name))
    return stem if len(stem) > _SHORT_CORE else ""


def _core(one: str, other: str) -> Feature:
    stems = _stem(one), _stem(other)
    if stems[0] == stems[1]:
        return Feature(
            "core",
            True,
            4.0,
            sentence("字号和行业一致（{stem}）", "Trade name and business agree ({stem})", stem=stems[0]),
        )
    if distance(*stems, 1) == 1 and not _told_apart(*stems):
        return Feature(
            "core",
            None,
            2.0,
            sentence(
                "字号和行业只差一字（{one}、{other}）",
                "Trade name and business differ by one character ({one}, {other})",
                one=stems[0],
                other=stems[1],
            ),
        )
    if stems[0][:2] == stems[1][:2]:
        return Feature(
            "core",
            None,
            1.0,
            sentence(
                "字号相同（{stem}），行业写法不同",
                "The same trade name ({stem}), the business written otherwise",
                stem=stems[0][:2],
            ),
        )
    return Feature(
        "core",
        False,
        -3.0,
        sentence(
            "字号不同（{one}、{other}）", "Different trade names ({one}, {other})", one=stems[0][:2], other=stems[1][:2]
        ),
    )


def _ending(one: str, other: str) -> Feature:
    endings = [found[0] if (found := _ENDINGS.search(form)) else "" for form in (one, other)]
    if endings[0] == endings[1]:
        said = sentence("组织形式一致（{form}）", "The legal forms agree ({form})", form=endings[0])
        none = Sentence("均未写组织形式", "Neither tells a legal form")
        return Feature("legal_form", True, 0.5, said if endings[0] else none)
    shown = [ending or Sentence("未写", "none") for ending in endings]
    return Feature(
        "legal_form",
        False,
        -1.0,
        sentence(
            "组织形式不同（{one}、{other}）", "Different legal forms ({one}, {other})", one=shown[0], other=shown[1]
        ),
    )
