"""The English catalogue (英文目录): every sentence of the pages is found, translated and compiled, or the test fails.

`python -m tests.doors.web.translating` adds what is new to the .po file, names what still lacks a translation, and
compiles the .mo file beside it.
"""

from __future__ import annotations

import io
import re
import sys
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

PACKAGE = Path(__file__).resolve().parents[3] / "gongxin"
FOLDER = PACKAGE / "doors" / "web" / "locale" / "en" / "LC_MESSAGES"
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "now": None,  # gettext at once, in a file where _ is the lazy one
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
}
CHINESE = re.compile(r"[\u4e00-\u9fff]")
Message = str | tuple[str, str]


def found() -> dict[Message, list[str]]:
    """Every message of templates and of Python, with the places it stands."""
    messages: dict[Message, list[str]] = {}
    for path in sorted(PACKAGE.rglob("*.html")):
        text = templatize(path.read_text(encoding="utf-8"), origin=str(path))
        _collect(messages, text, path)
    for path in sorted(PACKAGE.rglob("*.py")):
        if "migrations" not in path.parts and "gettext" in path.read_text(encoding="utf-8"):
            _collect(messages, path.read_text(encoding="utf-8"), path)
    return messages


def _collect(messages: dict[Message, list[str]], text: str, path: Path) -> None:
    source = io.BytesIO(text.encode("utf-8"))
    for _line, message, _comments, _context in extract("python", source, KEYWORDS, options={"encoding": "utf-8"}):
        key = message if isinstance(message, str) else (message[0], message[1])
        words = key if isinstance(key, str) else key[0]
        if words:
            messages.setdefault(key, []).append(str(path.relative_to(PACKAGE.parent)))


def catalogue() -> Catalog:
    """The .po file as it stands."""
    with (FOLDER / "django.po").open("rb") as file:
        return read_po(file, locale="en")


def compiled(messages: Catalog) -> bytes:
    """The bytes of the .mo file that belong to a catalogue."""
    target = io.BytesIO()
    write_mo(target, messages)
    return target.getvalue()


def untranslated(messages: Catalog, wanted: dict[Message, list[str]]) -> list[Message]:
    """Messages of the pages without an English sentence."""
    missing = []
    for key in wanted:
        entry = messages.get(key if isinstance(key, str) else key[0])
        strings = () if entry is None else (entry.string if isinstance(entry.string, tuple) else (entry.string,))
        if entry is None or not strings or not all(strings) or entry.fuzzy:
            missing.append(key)
    return missing


def main() -> int:
    messages = catalogue() if (FOLDER / "django.po").exists() else Catalog(locale="en", project="gongxin")
    wanted = found()
    said = "# English catalogue of the pages; source strings are Chinese."
    fresh = Catalog(locale="en", project="gongxin", copyright_holder="Gongxin", header_comment=said)
    for key in sorted(wanted, key=str):
        known = messages.get(key if isinstance(key, str) else key[0])
        fresh.add(key, known.string if known is not None else None)
    fresh.creation_date = fresh.revision_date = messages.creation_date
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "django.po").open("wb") as file:
        write_po(file, fresh, width=120, omit_header=False, sort_output=True, no_location=True)
    (FOLDER / "django.mo").write_bytes(compiled(catalogue()))
    missing = untranslated(catalogue(), wanted)
    for key in missing:
        print(key)
    print(f"{len(wanted)} messages, {len(missing)} without English", file=sys.stderr)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
