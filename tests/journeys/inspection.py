"""What a page must be for everybody's eyes (逐页检查的尺子): axe finds nothing, and nothing scrolls sideways.

A page is opened once in each mode and looked at wide and narrow: what changes between the two is its style, not its text.
Elder mode changes sizes and nothing else, and they are hardest to bear where there is least room: there axe looks again.
Of the page as it comes, colours are looked at wide: narrow it has the same ones, and elder mode is asked for them there.
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
    wrong = [fault for width in widths for fault in _seen_at(visitor, address, pictures, f"{width}-{way}", width)]
    visitor.page.set_viewport_size(before)
    return wrong


def _seen_at(visitor: Visitor, address: str, pictures: Path, way: str, width: int) -> list[str]:
    page = visitor.page
    page.set_viewport_size({"width": width, "height": 900})
    if "GONGXIN_SCREENSHOTS" in os.environ:
        name = address.strip("/").replace("/", "_").replace("?", "_") or "home"
        page.screenshot(path=pictures / f"{name}-{way}.png", full_page=True)
    wide, window = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    sideways = [f"{address} scrolls sideways at {way}: {wide} > {window}"] if wide > window else []
    if width != min(WIDTHS) and "elder" in way:
        return sideways
    colours = width != min(WIDTHS) or "plain" not in way
    return [*sideways, *(f"{address} {way}: {fault}" for fault in axe_faults(page, colours=colours))]
