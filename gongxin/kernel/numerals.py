"""Chinese numerals (中文数字): 壹万贰仟元整, 三万五千, 两千元, 1万2千, into numbers."""

from __future__ import annotations

import re
from decimal import Decimal

_DIGITS = {
    **dict.fromkeys("零〇○", 0),
    **{
        character: value
        for value, characters in enumerate(
            ("一壹弌", "二贰两貳弍", "三叁參叄弎", "四肆", "五伍", "六陆陸", "七柒", "八捌", "九玖"), start=1
        )
        for character in characters
    },
}
_SMALL = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_LARGE = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
_PARTS = re.compile(
    r"(?P<whole>[^元圆块角分整正]*?)(?P<yuan>[元圆块])?(?:零?(?P<jiao>[^元圆块角分整正]{1,2})角)?(?:零?(?P<fen>[^元圆块角分整正]{1,2})分)?[整正]?"
)
_TOKEN = re.compile(r"(?as)\d+|.")


def read_numeral(text: str) -> Decimal | None:
    """Read an amount written in Chinese numerals, also with figures between (1万2千), or return None.

    元, 角 and 分 are understood; 整 and 正 close an amount and add nothing.
    """
    said = text.replace(" ", "")
    found = _PARTS.fullmatch(said)
    if found is None or not said:
        return None
    if (found["jiao"] or found["fen"]) and found["whole"] and not found["yuan"]:
        return None
    total = Decimal(0)
    parts = [("whole", Decimal(1)), ("jiao", Decimal("0.1")), ("fen", Decimal("0.01"))]
    seen = False
    for name, worth in parts:
        words = found[name]
        if not words:
            continue
        seen = True
        value = _whole(words)
        if value is None or (name != "whole" and value > 9):
            return None
        total += value * worth
    return total if seen else None


def read_count(text: str) -> int | None:
    """Read how many are written (读数目), in figures or in Chinese numerals: 12, 十二, 两; None where it is neither."""
    if text.isascii():
        return int(text) if text.isdigit() else None
    value = read_numeral(text)
    return None if value is None or value != int(value) else int(value)


def _whole(words: str) -> Decimal | None:
    """Read a whole number: sections of thousands, each closed by 万 or 亿.

    A last figure without its own unit right after a larger one is short for the next lower unit (三万五 is 35000),
    which is speech, not writing; it is refused rather than guessed.
    """
    total = section = Decimal(0)
    digit: Decimal | None = None
    last_unit = Decimal(10**16)
    after_zero = True
    for token in _TOKEN.findall(words):
        if token[0].isascii() and token[0].isdigit():
            if digit is not None:
                return None
            digit = Decimal(token)
            # 12万5000: four figures fill the section and leave no lower unit to guess.
            after_zero = after_zero or len(token) == 4
        elif token in _DIGITS:
            value = _DIGITS[token]
            if value == 0:
                if digit is not None:
                    return None
                after_zero = True
                continue
            if digit is not None:
                return None
            digit = Decimal(value)
        elif token in _SMALL:
            unit = Decimal(_SMALL[token])
            if unit >= last_unit or (digit is None and unit != 10):
                return None
            section += (digit if digit is not None else 1) * unit
            digit, last_unit, after_zero = None, unit, False
        elif token in _LARGE:
            section += digit or 0
            if section == 0 and (total == 0 or _LARGE[token] == 10**4):
                return None
            total = (total + section) * _LARGE[token] if _LARGE[token] > 10**4 else total + section * _LARGE[token]
            section, digit, last_unit, after_zero = Decimal(0), None, Decimal(10**4), False
        else:
            return None
    if digit is not None and not after_zero and last_unit > 10 and total + section > 0:
        return None
    return total + section + (digit or 0)
