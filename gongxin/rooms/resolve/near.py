"""Near codes (相近代码): every valid code one slip of the hand away from what was typed.

The register is then asked which of them exist. None of them is ever put in the place of what was reported.
"""

from __future__ import annotations

from collections.abc import Iterator

from gongxin.kernel.identifiers.code import normalise_code
from gongxin.kernel.identifiers.uscc import ALPHABET, LENGTH, is_uscc

CONFUSED = str.maketrans("OISZV", "0152U")
"""Letters which the unified code leaves out (GB 32100-2015) and which people write for these characters."""


def near_codes(text: str) -> list[str]:
    """Return the valid unified codes one substitution, swap, omission or addition away (一处之差的有效代码).

    What the eye confuses is settled first. About twenty of five hundred and fifty possibilities pass the check
    character; which of them belongs to a subject is for the register to say.
    """
    typed = normalise_code(text)
    return sorted({code for code in _slips(typed.translate(CONFUSED)) if code != typed and is_uscc(code)})


def _slips(typed: str) -> Iterator[str]:
    if len(typed) == LENGTH:
        yield typed
        for place in range(LENGTH):
            for character in ALPHABET:
                yield typed[:place] + character + typed[place + 1 :]
        for place in range(LENGTH - 1):
            yield typed[:place] + typed[place + 1] + typed[place] + typed[place + 2 :]
    elif len(typed) == LENGTH - 1:
        for place in range(LENGTH):
            for character in ALPHABET:
                yield typed[:place] + character + typed[place:]
    elif len(typed) == LENGTH + 1:
        for place in range(LENGTH + 1):
            yield typed[:place] + typed[place + 1 :]
