"""Repairs of many codes at once (批量修正提示): the one likely code for each whose check character does not agree.

Equal to `suggest_uscc` on every such code (property-tested); a column full of wrong codes takes seconds instead of minutes.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from gongxin.kernel.identifiers import orgcode, uscc

Figures = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]

_WEIGHTS = np.array([*uscc.WEIGHTS, 1], dtype=np.int32)[:, None]
_INVERSES = [pow(int(weight), -1, 31) for weight in _WEIGHTS[:, 0]]
_INNER = np.array([orgcode.VALUES[character] for character in uscc.ALPHABET], dtype=np.int32)
_INNER_WEIGHTS = np.array([*orgcode.WEIGHTS, 1], dtype=np.int32)[:, None]
_CLOSES = np.array([character in orgcode.CHECK_CHARACTERS for character in uscc.ALPHABET])
_KINDS = np.zeros((31, 31), dtype=np.bool_)
for _kind in uscc.KINDS:
    _KINDS[uscc.VALUES[_kind[0]], uscc.VALUES[_kind[1]]] = True
_LETTERS = np.frombuffer(uscc.ALPHABET.encode(), dtype=np.uint8)


def _inner_of(values: Figures) -> Figures:
    inner = _INNER[values[8:17]]
    inner[8] = np.minimum(inner[8], 10)
    return inner


def _passes(values: Figures) -> Mask:
    """Tell for each candidate, whose own check character agrees, whether everything else agrees too."""
    inner_agrees = (_inner_of(values) * _INNER_WEIGHTS).sum(axis=0) % 11 == 0
    digits = (values[1:8] < 10).all(axis=0)
    return np.asarray(_KINDS[values[0], values[1]] & digits & _CLOSES[values[16]] & inner_agrees)


def suggest_many(values: npt.NDArray[np.uint8]) -> list[str | None]:
    """Return the one repair of each code, or None; one column of values for each code, all inside the alphabet."""
    figures = values.astype(np.int32)
    count = np.zeros(figures.shape[1], dtype=np.int32)
    found = figures.copy()
    excess = (figures * _WEIGHTS).sum(axis=0) % 31
    inner = _inner_of(figures)
    inner_excess = (inner * _INNER_WEIGHTS).sum(axis=0) % 11

    def consider(rows: npt.NDArray[np.intp], changed: Figures) -> None:
        good = _passes(changed)
        count[rows[good]] += 1
        found[:, rows[good]] = changed[:, good]

    for place in range(uscc.LENGTH):
        settled = (figures[place] - excess * _INVERSES[place]) % 31
        likely = settled != figures[place]
        if 8 <= place <= 16:
            meant = _INNER[settled] if place < 16 else np.minimum(_INNER[settled], 10)
            difference = (meant - inner[place - 8]) * _INNER_WEIGHTS[place - 8, 0]
            likely &= (inner_excess + difference) % 11 == 0
        else:
            likely &= inner_excess == 0
        rows = np.flatnonzero(likely)
        changed = figures[:, rows]
        changed[place] = settled[rows]
        consider(rows, changed)
    for place in range(uscc.LENGTH - 1):
        step = int(_WEIGHTS[place, 0] - _WEIGHTS[place + 1, 0])
        difference = step * (figures[place + 1] - figures[place])
        rows = np.flatnonzero((difference != 0) & ((excess + difference) % 31 == 0))
        changed = figures[:, rows]
        changed[[place, place + 1]] = changed[[place + 1, place]]
        consider(rows, changed)
    return _texts(found, count == 1)


def _texts(values: Figures, single: Mask) -> list[str | None]:
    letters = np.ascontiguousarray(_LETTERS[values].T)
    texts = letters.view(f"S{uscc.LENGTH}").ravel().astype(str).tolist() if len(letters) else []
    return [text if only else None for text, only in zip(texts, single.tolist(), strict=True)]
