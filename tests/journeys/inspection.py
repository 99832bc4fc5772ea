"""What a page must be for everybody's eyes (逐页检查的尺子): axe finds nothing, and nothing scrolls sideways.

A page is opened once in each mode and looked at wide and narrow: what changes between the two is its style, not its text.
Elder mode changes sizes and nothing else, and they are hardest to bear where there is least room: there axe looks again.
Colours are looked at once a page, wide: narrow it has the same ones.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.journeys.conftest import Visitor

WIDTHS = (1440, 390)
MODES = pytest.mark.parametrize("elder", [False, True], ids=["plain", "elder"])
"""Every page as it comes, and in elder mode; both widths are looked at within the test."""

AXE = Axe().axe_script
# Only what is wrong comes back: carrying what was right over to Python takes longer than looking.
# The size of what one presses (WCAG 2.2, 2.5.8) is a rule of level AA that axe leaves switched off.
FAULTS = """colours => axe.run(document, {
    resultTypes: ['violations'],
    rules: {'target-size': {enabled: true}, 'color-contrast': {enabled: colours}},
}).then(found => found.violations.map(
    each => `${each.id} – ${each.help} at ${each.nodes.slice(0, 3).map(node => node.target).join('; ')}`))"""


def axe_faults(page: Any, *, colours: bool = True) -> list[str]:
    """Return what axe finds wrong with the page now open (无障碍问题), a sentence each; colours take it half its time."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE)
    faults: list[str] = page.evaluate(FAULTS, colours)
    return faults


def look(visitor: Visitor, address: str, pictures: Path, way: str, widths: tuple[int, ...] = WIDTHS) -> list[str]:
    """Open a page and return everything that is wrong with it, wide and narrow."""
    visitor.page.goto(address, wait_until="load")
    return seen(visitor, address, pictures, way, widths)


def seen(visitor: Visitor, address: str, pictures: Path, way: str, widths: tuple[int, ...] = WIDTHS) -> list[str]:
    """Return everything that is wrong with the page now open, wide and narrow; the window is then as it was."""
    # After a click the next page may only have begun to come: it has no content yet that could be measured.
    visitor.page.wait_for_load_state("load")
    before = visitor.page.viewport_size
    wrong: list[str] = []
    for width in widths:
        visitor.page.set_viewport_size({"width": width, "height": 900})
        wrong += _sideways(visitor, address, pictures, f"{width}-{way}")
        if width != min(WIDTHS) and "elder" in way:
            continue
        colours = width == widths[0] or "elder" in way
        wrong += (f"{address} {width}-{way}: {fault}" for fault in axe_faults(visitor.page, colours=colours))
    visitor.page.set_viewport_size(before)
    return wrong


def _sideways(visitor: Visitor, address: str, pictures: Path, way: str) -> list[str]:
    page = visitor.page
    if "GONGXIN_SCREENSHOTS" in os.environ:
        name = address.strip("/").replace("/", "_").replace("?", "_") or "home"
        page.screenshot(path=pictures / f"{name}-{way}.png", full_page=True)
    wide, window = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    return [f"{address} scrolls sideways at {way}: {wide} > {window}"] if wide > window else []
