"""Masking (遮盖): a person's name, identity number and telephone are never shown whole by default.

Law lets a notice about an organisation be public; it does not let the notice carry a person's identity number along
(个人信息保护法 第二十五条). Departments write such numbers into free text all the same, so every text passes here
before it is shown, searched for or exported.
"""

from __future__ import annotations

import re

from gongxin.kernel.identifiers.hidden import SHAPE, carries_birthday, numbers_in

_COMPOUND = (
    "欧阳太史端木上官司马东方独孤南宫万俟闻人夏侯诸葛尉迟公羊赫连澹台"
    "皇甫宗政濮阳公冶太叔申屠公孙慕容仲孙钟离长孙宇文司徒鲜于司空令狐"
)
COMPOUND_SURNAMES = frozenset(_COMPOUND[start : start + 2] for start in range(0, len(_COMPOUND), 2))
"""Two-character surnames (复姓): masking 欧阳某 as 欧* would show half a surname and look like another person."""

COMMON_SURNAMES = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜"
    "范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛"
    "伍韦申尤毕聂丛焦向柳邢路岳齐沿梅莫庄辛管祝左涂谷祁时舒耿牟卜肖詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘"
    "景薄单包司柏宁柯阮桂闵解强柴华车冉房边辜吉饶刁瞿戚丘古米池滕晋苑邬臧畅宫来嵺苟全褚廉简娄盖符奚木穆党燕郎邸冀谈姬屠连郜"
)
"""Surnames by which the end of a run of characters is read as a name; a name outside them is hidden whole."""

_OLD_IDENTITY = re.compile(r"(?<![0-9A-Za-z])\d{15}(?![0-9A-Za-z])")
_MOBILE = re.compile(r"(?<![0-9A-Za-z.])(?:\+?86[- ]?)?(1[3-9]\d)[- ]?(\d{4})[- ]?(\d{4})(?![0-9]|\s*[元万亿])")
_NAME_BESIDE = re.compile(
    r"(?P<before>[\u4e00-\u9fff·]{2,16})"
    r"(?P<between>\s*[（(，,：:]?\s*(?:公民|居民)?(?:身份证(?:件)?|证件|身份)(?:号码|号|编号)?\s*[：:为是]?\s*)"
    rf"(?=\d{{15}}|{SHAPE})"
)


def mask_name(name: str) -> str:
    """Return a person's name with everything but the surname hidden: 张某某 becomes 张*, 欧阳某 becomes 欧阳*."""
    text = name.strip()
    if not text:
        return ""
    if "·" in text:
        return text.split("·", 1)[0][:1] + "*"
    surname = text[:2] if len(text) > 2 and text[:2] in COMPOUND_SURNAMES else text[:1]
    return surname + "*"


def mask_identity(number: str) -> str:
    """Return an identity number (证件号) with its first three and last four characters, the rest as stars."""
    text = number.strip()
    if len(text) < 8:
        return "*" * len(text)
    return text[:3] + "*" * (len(text) - 7) + text[-4:]


def mask_mobile(number: str) -> str:
    """Return a mobile number (手机号) with its first three and last four digits."""
    text = re.sub(r"[- ]", "", number.strip())
    return mask_identity(text)


def mask_text(text: str) -> str:
    """Return free text (自由文本) with identity and mobile numbers masked, and the name written right before a number.

    Any number with a possible birthday in it is masked, whether or not its check digit agrees: a slip in one digit does
    not make the other seventeen less personal. Organisation codes hardly ever carry such a day, and where one does,
    hiding it in a sentence costs little, since the code itself stands in its own field.
    """
    if not text or not any(character.isdigit() for character in text):
        return text
    masked = _NAME_BESIDE.sub(lambda found: _hide_last_name(found.group("before")) + found.group("between"), text)
    for hidden in reversed(numbers_in(masked)):
        masked = masked[: hidden.start] + mask_identity(hidden.number) + masked[hidden.end :]
    masked = _OLD_IDENTITY.sub(_masked_if_personal, masked)
    return _MOBILE.sub(lambda found: f"{found.group(1)}****{found.group(3)}", masked)


def _hide_last_name(run: str) -> str:
    """Return a run of Chinese characters with the name at its end masked (法定代表人张三丰 becomes 法定代表人张*)."""
    for length in (4, 3):
        if len(run) >= length and run[-length:][:2] in COMPOUND_SURNAMES:
            return run[:-length] + mask_name(run[-length:])
    for length in (3, 2):
        if len(run) >= length and run[-length] in COMMON_SURNAMES:
            return run[:-length] + mask_name(run[-length:])
    return run[:-2] + "**"


def _masked_if_personal(found: re.Match[str]) -> str:
    number = found.group(0)
    return mask_identity(number) if carries_birthday("19" + number[6:12]) else number


def mask_field(field_id: str, value: str, *, kind: str = "text", person: bool = False) -> str:
    """Return a field's value as it may be shown by default.

    `person` says that the subject itself is a natural person, whose own name is then masked too. The legal
    representative of an organisation is part of its public registration and stays.
    """
    if not value:
        return value
    if kind == "citizen" or field_id.endswith("_id") or field_id == "person_id":
        return mask_identity(value)
    if kind == "name" and (person or field_id != "legal_rep") and field_id != "subject_name":
        return mask_name(value)
    if person and field_id == "subject_name":
        return mask_name(value)
    return mask_text(value)
