"""Unified social credit code (统一社会信用代码), GB 32100-2015.

Eighteen characters: registering department (1), kind of body (1), division of the registering authority (6),
organisation code (9, GB 11714), check character (1). The alphabet leaves out I, O, S, V and Z.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from operator import mul

from gongxin.kernel.identifiers import orgcode
from gongxin.kernel.identifiers.code import FOREIGN_LOOKALIKES, CodeCheck, normalise_code, only_one

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
LENGTH = 18
VALUES = {character: value for value, character in enumerate(ALPHABET)}

_CONFUSED = str.maketrans("OISZV", "0152U")
"""Letters that the unified code leaves out, and what they are mistaken for."""

_ALL_WEIGHTS = (*WEIGHTS, 1)
_INVERSES = tuple(pow(weight, -1, 31) for weight in _ALL_WEIGHTS)
_SWAPS = tuple(_ALL_WEIGHTS[place] - _ALL_WEIGHTS[place + 1] for place in range(LENGTH - 1))
_INNER = tuple(orgcode.VALUES[character] for character in ALPHABET)
_INNER_WEIGHTS = (*orgcode.WEIGHTS, 1)

DEPARTMENTS: dict[str, str] = {
    "1": "机构编制",
    "2": "外交",
    "3": "司法行政",
    "4": "文化",
    "5": "民政",
    "6": "旅游",
    "7": "宗教",
    "8": "工会",
    "9": "市场监管",
    "A": "中央军委改革和编制办公室",
    "N": "农业",
    "Y": "其他",
}

KINDS: dict[str, str] = {
    "11": "机关",
    "12": "事业单位",
    "13": "群众团体",
    "19": "其他",
    "21": "外国常驻新闻机构",
    "29": "其他",
    "31": "律师执业机构",
    "32": "公证处",
    "33": "基层法律服务所",
    "34": "司法鉴定机构",
    "35": "仲裁委员会",
    "39": "其他",
    "41": "外国在华文化中心",
    "49": "其他",
    "51": "社会团体",
    "52": "民办非企业单位",
    "53": "基金会",
    "54": "基层群众性自治组织",
    "59": "其他",
    "61": "外国旅游部门常驻代表机构",
    "62": "港澳台旅游部门常驻内地代表机构",
    "69": "其他",
    "71": "宗教活动场所",
    "72": "宗教院校",
    "79": "其他",
    "81": "基层工会",
    "89": "其他",
    "91": "企业",
    "92": "个体工商户",
    "93": "农民专业合作社",
    "A1": "军队事业单位",
    "A9": "其他",
    "N1": "组级集体经济组织",
    "N2": "村级集体经济组织",
    "N3": "乡镇级集体经济组织",
    "N9": "其他",
    "Y1": "其他",
}
"""Published kinds. Departments add kinds after the standard was printed, so an unlisted one is a doubt, not a fault."""


def check_character(body: str) -> str:
    """Return the eighteenth character for the first seventeen (校验码)."""
    total = sum(map(mul, map(VALUES.__getitem__, body), WEIGHTS))
    return ALPHABET[-total % 31]


def problem_of(code: str) -> str | None:
    """Return the first thing wrong with a code in normal form, or None when it is valid."""
    if not code:
        return "uscc.empty"
    if len(code) != LENGTH:
        return "uscc.length"
    middle = code[1:8]
    if not VALUES.keys() >= set(code) or not (middle.isascii() and middle.isdigit()):
        return "uscc.alphabet"
    if code[17] != check_character(code[:17]):
        return "uscc.check_digit"
    return None if code[0] in DEPARTMENTS else "uscc.department"


def is_uscc(code: str) -> bool:
    """Tell whether a text is a valid code exactly as written."""
    return problem_of(code) is None


def check_uscc(text: str | None, divisions: AbstractSet[str] | None = None) -> CodeCheck:
    """Check a unified social credit code (校验统一社会信用代码).

    A code that is valid but for spaces, hyphens, lower case or full-width marks has the problem `uscc.form` and its
    proper form as hint. With `divisions` (present and former), an unknown division is a notice: development zones
    and registration offices use numbers of their own.
    """
    code = normalise_code(text)
    problem = problem_of(code)
    if problem is not None:
        return CodeCheck(False, code, problem, hint=suggest_uscc(code))
    notices = []
    if code[:2] not in KINDS:
        notices.append("uscc.kind")
    if divisions is not None and code[2:8] not in divisions:
        notices.append("uscc.division")
    if not orgcode.is_orgcode(code[8:17]):
        notices.append("uscc.body")
    strict = code == text
    return CodeCheck(
        strict,
        code,
        None if strict else "uscc.form",
        department=DEPARTMENTS[code[0]],
        kind=KINDS.get(code[:2]),
        division=code[2:8],
        hint=None if strict else code,
        notices=tuple(notices),
    )


def _repairs(code: str) -> Iterator[str]:
    """Yield each code one typing slip away on which both check characters agree.

    The weights have inverses modulo 31, so each place has at most one character that settles the sum, and there is no
    need to try all thirty; the inner organisation code is then followed by differences, modulo 11.
    """
    values = [VALUES[character] for character in code]
    inner = [*(_INNER[value] for value in values[8:16]), min(_INNER[values[16]], 10)]
    excess = sum(map(mul, values, _ALL_WEIGHTS)) % 31
    inner_excess = sum(map(mul, inner, _INNER_WEIGHTS)) % 11
    # When the inner code does not agree, a repair must touch it; the other places need not be tried.
    for place in range(8, 17) if inner_excess else range(LENGTH):
        value = values[place]
        settled = (value - excess * _INVERSES[place]) % 31
        if settled == value or (settled > 9 and 1 <= place <= 7):
            continue
        if 8 <= place <= 16:
            meant = _INNER[settled] if place < 16 else min(_INNER[settled], 10)
            difference = (meant - inner[place - 8]) * _INNER_WEIGHTS[place - 8]
            if (inner_excess + difference) % 11:
                continue
        yield code[:place] + ALPHABET[settled] + code[place + 1 :]
    for place in range(7, 17) if inner_excess else range(LENGTH - 1):
        difference = _SWAPS[place] * (values[place + 1] - values[place])
        if difference and (excess + difference) % 31 == 0:
            yield code[:place] + code[place + 1] + code[place] + code[place + 2 :]


def suggest_uscc(text: str | None, divisions: AbstractSet[str] | None = None) -> str | None:
    """Return the one likely code (修正提示), or None; a hint is shown to a person and changes nothing.

    First what the eye confuses (O for 0, I for 1, letters of other alphabets that look alike); then one mistyped
    character or two neighbours swapped, only when exactly one such repair passes every check. A unified code carries
    two check characters, its own and that of the organisation code inside, which is what makes one answer possible.
    With `divisions`, a repair must also lie in a division that exists or existed, which settles more cases.
    """
    code = normalise_code(text).translate(FOREIGN_LOOKALIKES)
    if len(code) != LENGTH:
        return None
    code = code.translate(_CONFUSED)
    problem = problem_of(code)
    if problem is None:
        return code
    if not VALUES.keys() >= set(code):
        return None

    def passes(candidate: str) -> bool:
        return (
            candidate[:2] in KINDS
            and (divisions is None or candidate[2:8] in divisions)
            and candidate[1:8].isdigit()
            and orgcode.is_orgcode(candidate[8:17])
        )

    return only_one(_repairs(code), passes)
