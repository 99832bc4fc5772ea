"""How the register keeps what it must find again (登记的写法): a report's view, and the index of its check words."""

from __future__ import annotations

from datetime import date

from gongxin.rooms.disclosure.reports.content import plain
from gongxin.spine import secrets
from gongxin.spine.imprints import View


def view_dict(view: View) -> dict[str, object]:
    """Return a view as the register keeps it."""
    return {name: plain(getattr(view, name)) for name in View.__slots__}


def view_of(kept: dict[str, object]) -> View:
    """Return the view out of the register."""
    known = dict(kept)
    for name in ("since", "until"):
        known[name] = date.fromisoformat(str(known[name])) if known.get(name) else None
    for name in ("items", "words", "without", "timeless"):
        value = known.get(name)
        known[name] = None if value is None else tuple(value)  # type: ignore[arg-type]
    return View(**known)  # type: ignore[arg-type]


def check_index(number: str, check: str) -> str:
    """Return the keyed index of a report's check words (核验码索引); case, blanks and hyphens do not matter."""
    words = "".join(letter for letter in check.upper() if letter.isalnum())
    for wrong, right in (("O", "0"), ("I", "1"), ("L", "1")):
        words = words.replace(wrong, right)
    return secrets.blind(f"report {number} {words}")
