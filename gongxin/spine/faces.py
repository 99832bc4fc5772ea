"""Faces for papers (版面字体): the fonts a paper is set in, the machine's own with packaged ones beside them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import pylopdf_fonts_zh_cn
import typst

SYSTEM_SERIF = "Noto Serif CJK SC"
SYSTEM_SANS = "Noto Sans CJK SC"


def compiler(form: Path, document: bytes | None = None) -> typst.Compiler:
    """Return a compiler with the faces, for a document that asks for a form beside it, or for any such (排版机)."""
    bold = "yes" if has_bold() else "no"
    return typst.Compiler(document, root=str(form.parent), font_paths=_fonts(), sys_inputs={"bold": bold})


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    """Return the system's fonts with the packaged ones beside them: a machine without Chinese fonts prints too."""
    packaged = Path(pylopdf_fonts_zh_cn.__file__).parent
    return typst.Fonts(include_system_fonts=True, include_embedded_fonts=False, font_paths=[str(packaged)])


@lru_cache(maxsize=1)
def has_bold() -> bool:
    """Tell whether a bold weight of both faces is at hand; the packaged fonts are regular only."""
    bold = {font.family for font in _fonts().fonts() if font.weight >= 700}
    return {SYSTEM_SERIF, SYSTEM_SANS} <= bold


def families() -> Sequence[str]:
    """Return the families a form may use on this machine (可用字体)."""
    return [name for name in _fonts().families() if "SC" in name]
