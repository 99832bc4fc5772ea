"""Identity numbers inside a text (文字中的证件号码): also in full width, and with blanks or hyphens between the digits."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import NamedTuple

from gongxin.kernel.identifiers.citizen import is_citizen

_GAP = r"[ \t\r\n\u3000\u00a0－—–-]{0,2}"
SHAPE = rf"[1-9１-９](?:{_GAP}[0-9０-９]){{16}}{_GAP}[0-9０-９XxＸｘ]"
"""What may be a number, for looking at a whole column at once; what it finds is read by `numbers_in`."""

_NUMBER = re.compile(rf"(?<![0-9A-Za-z０-９]){SHAPE}(?![0-9A-Za-z０-９])")
FIRST_YEAR, LAST_YEAR = 1880, 2100


class HiddenNumber(NamedTuple):
    """A number found in a text (文中证件号码): where it stands, its eighteen characters, whether its check digit agrees."""

    start: int
    end: int
    number: str
    valid: bool


def numbers_in(text: str) -> list[HiddenNumber]:
    """Return what can be read as identity numbers in a text (查找证件号码), whether or not the check digit agrees.

    A slip in one digit does not make the other seventeen less personal; without a possible birthday it is none.
    """
    found = []
    for met in _NUMBER.finditer(text):
        number = re.sub(r"[^0-9X]", "", unicodedata.normalize("NFKC", met.group()).upper())
        if carries_birthday(number[6:14]):
            found.append(HiddenNumber(met.start(), met.end(), number, is_citizen(number)))
    return found


def carries_birthday(digits: str) -> bool:
    """Tell whether eight digits can be read as a day on which a living person may have been born (可为出生日期)."""
    try:
        day = date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return False
    return FIRST_YEAR <= day.year <= LAST_YEAR
