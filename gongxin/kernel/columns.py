"""Whole columns (列式处理): what is plain is read from its bytes, every other text is read once and its answer shared."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

Bytes = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]

CHUNK = 65_536
"""Rows laid out at a time: their bytes stay in the processor's cache, and memory stays bounded."""


def byte_places(texts: pl.Series, width: int, table: bytes) -> Bytes:
    """Return texts that are all `width` bytes long as an array of values: one row for each place, one column each.

    `table` turns every byte into its value.
    """
    joined: str = texts.str.join("").item()
    values = np.frombuffer(joined.encode().translate(table), dtype=np.uint8)
    return np.ascontiguousarray(values.reshape(-1, width).T)


def chunks_of_width(texts: pl.Series, width: int, lengths: Numbers) -> Iterator[tuple[slice, Mask | None, pl.Series]]:
    """Yield the texts of this many bytes, chunk by chunk: where the chunk lies, which of its rows, and their texts."""
    for start in range(0, len(texts), CHUNK):
        place = slice(start, start + CHUNK)
        fits = lengths[place] == width
        if fits.all():
            yield place, None, texts.slice(start, CHUNK)
        elif fits.any():
            yield place, fits, texts.slice(start, CHUNK).filter(pl.Series(fits))


def fill(target: npt.NDArray[np.generic], place: slice, rows: Mask | None, values: npt.NDArray[np.generic]) -> None:
    """Put the values of a chunk where they belong."""
    if rows is None:
        target[place] = values
    else:
        target[place][rows] = values


def distinct(texts: pl.Series, doubtful: Mask) -> tuple[list[str | None], Numbers]:
    """Return the distinct doubtful texts, and for each row the number of its text counted from 1; 0 for the others.

    Nothing and the empty text are the commonest by far; they are numbered without being looked up.
    """
    which = np.zeros(len(texts), dtype=np.int64)
    found: list[str | None] = []
    nothing = texts.is_null().to_numpy()
    blank = (texts == "").fill_null(False).to_numpy()
    for rows, value in ((nothing & doubtful, None), (blank & doubtful, "")):
        if rows.any():
            found.append(value)
            which[rows] = len(found)
    rest = doubtful & ~nothing & ~blank
    if rest.any():
        said = texts.rename("text").filter(pl.Series(rest))
        different = said.unique()
        numbers = pl.Series(np.arange(1, len(different) + 1) + len(found))
        joined = said.to_frame().join(
            pl.DataFrame({"text": different, "which": numbers}), on="text", how="left", maintain_order="left"
        )
        which[rest] = joined["which"].to_numpy()
        found += different.to_list()
    return found, which


def shared(answers: Sequence[object], which: Numbers, dtype: pl.DataType | type[pl.DataType]) -> pl.Series:
    """Return for each row the answer of its text, nothing where the number is 0."""
    return pl.Series([None, *answers], dtype=dtype).gather(pl.Series(which))
