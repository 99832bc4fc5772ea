"""Protected old workbooks (受保护的旧版工作簿): enciphered, and opened by every spreadsheet program without a question.

Whoever protects the structure of a workbook of 1997 has its contents enciphered under a password that all programs know.
Statistical offices publish such files. One under a password of its own stays closed.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from msoffcrypto.format.xls97 import Xls97File

EVERYBODYS = "VelvetSweatshop"
"""The password of a workbook that is protected and not locked (MS-XLS 2.2.10)."""


def is_protected(content: bytes) -> bool:
    """Tell whether an old workbook is enciphered (旧版工作簿是否加密)."""
    return _opened(content) is not None


def in_plain(content: bytes) -> bytes | None:
    """Return a protected workbook in plain (解除保护后的内容), or None where it is under a password of its own."""
    file, plain = _opened(content), BytesIO()
    if file is None:
        return None
    try:
        file.load_key(password=EVERYBODYS)
        file.decrypt(plain)
    except Exception:
        # Another password, a damaged file, a way of protecting the library does not know: whichever, it stays closed.
        return None
    return plain.getvalue()


def _opened(content: bytes) -> Xls97File | None:
    # Brought when an old workbook comes: every command would wait for it otherwise.
    from msoffcrypto.format.xls97 import Xls97File

    try:
        file = Xls97File(BytesIO(content))
        return file if file.is_encrypted() else None
    except Exception:
        # What is no whole workbook of 1997 fails in the library anywhere, and is not enciphered in this way.
        return None
