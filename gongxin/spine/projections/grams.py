"""Two-character grams (二字组): any part of a name, from two characters upward, found without scanning.

Chinese is written without spaces and the commonest query has two characters, too short for trigrams. Each name is
cut into all pairs of neighbouring characters, and each pair is one number. SQLite keeps the numbers as words of an
FTS5 table; PostgreSQL keeps them in an array under GIN.
A hit of the index is only a candidate: the store compares the very substring before it counts.
"""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import numpy as np
import polars as pl
from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "projections_subjectname"
INDEX = "projections_subjectname_grams"

SHORTEST = 2
"""A single character says too little: half of all names share it."""


_BRACKETS = {"〔": "(", "〕": ")", "【": "(", "】": ")", "[": "(", "]": ")", "{": "(", "}": ")"}
_TABLE = str.maketrans(_BRACKETS)
_HIGHEST = 0x7FFFFFFF


def plain(text: str) -> str:
    """Return the form in which names are searched (检索形): width and case folded, spaces gone, brackets of one kind."""
    folded = "".join(unicodedata.normalize("NFKC", text).lower().split())
    return folded.translate(_TABLE)


def plain_column(names: pl.Series) -> pl.Series:
    """Return the search forms of many names; a property test holds it equal to `plain`."""
    forms = names.cast(pl.String).str.normalize("NFKC").str.to_lowercase().str.replace_all(r"[\s\x1c-\x1f]+", "")
    return forms.str.replace_many(list(_BRACKETS), list(_BRACKETS.values()))


def numbers(form: str) -> list[int]:
    """Return the grams of a search form (二字组), each pair of neighbouring characters as one number of 31 bits."""
    return sorted({_number(ord(first), ord(second)) for first, second in pairwise(form)})


def numbers_column(forms: pl.Series) -> pl.Series:
    """Return the grams of many search forms as lists; the same numbers as `numbers`, in any order."""
    lengths = forms.str.len_chars().to_numpy().astype(np.int64)
    points = np.frombuffer("".join(forms.to_list()).encode("utf-32-le", "surrogatepass"), dtype="<u4").astype(np.int64)
    owner = np.repeat(np.arange(len(forms)), lengths)
    within = owner[1:] == owner[:-1]
    grams = (((points[:-1] << 16) ^ points[1:]) & _HIGHEST)[within]
    pairs = pl.DataFrame({"name": owner[1:][within], "gram": grams}).unique()
    lists = pairs.group_by("name").agg("gram")
    every = pl.DataFrame({"name": np.arange(len(forms))}).join(lists, on="name", how="left", maintain_order="left")
    return every["gram"].fill_null([])


def array_texts(forms: pl.Series) -> pl.Series:
    """Return the grams as PostgreSQL writes arrays, for COPY."""
    return "{" + _joined(forms, ",") + "}"


def word_texts(forms: pl.Series) -> pl.Series:
    """Return the grams as words for FTS5: its tokeniser leaves numbers whole."""
    return _joined(forms, " ")


def match_all(form: str) -> str:
    """Return the FTS5 query for names that hold all grams of this text."""
    return " ".join(f'"{number}"' for number in numbers(form))


def match_any(form: str) -> str:
    """Return the FTS5 query for names that hold some gram of this text."""
    return " OR ".join(f'"{number}"' for number in numbers(form))


def _joined(forms: pl.Series, separator: str) -> pl.Series:
    return numbers_column(forms).cast(pl.List(pl.String)).list.join(separator)


def _number(first: int, second: int) -> int:
    # Characters of the basic plane lie side by side without collision; rarer ones may share a number, which costs
    # one comparison of the substring and nothing else.
    return ((first << 16) ^ second) & _HIGHEST


def build(connection: BaseDatabaseWrapper) -> None:
    """Make the index beside the table of names."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"ALTER TABLE {TABLE} ADD COLUMN IF NOT EXISTS grams integer[]")
            cursor.execute(f"CREATE INDEX IF NOT EXISTS {INDEX} ON {TABLE} USING gin (grams)")
        else:
            # Only words and row numbers are kept: positions and copies of the text would double the size for nothing.
            cursor.execute(
                f"CREATE VIRTUAL TABLE IF NOT EXISTS {INDEX} USING fts5"
                "(grams, content='', columnsize=0, detail=none, tokenize='unicode61')"
            )


def drop(connection: BaseDatabaseWrapper) -> None:
    """Take the index away."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"DROP INDEX IF EXISTS {INDEX}")
            cursor.execute(f"ALTER TABLE {TABLE} DROP COLUMN IF EXISTS grams")
        else:
            cursor.execute(f"DROP TABLE IF EXISTS {INDEX}")


def empty(connection: BaseDatabaseWrapper) -> None:
    """Forget every gram; in PostgreSQL they go with their rows."""
    if connection.vendor != "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {INDEX} ({INDEX}) VALUES ('delete-all')")


def index_names(connection: BaseDatabaseWrapper, numbers_of_rows: list[int], forms: pl.Series) -> None:
    """Enter names into SQLite's index; in PostgreSQL the grams lie in the row itself."""
    if connection.vendor != "postgresql":
        connection.ensure_connection()
        rows = zip(numbers_of_rows, word_texts(forms).to_list(), strict=True)
        connection.connection.executemany(f"INSERT INTO {INDEX} (rowid, grams) VALUES (?, ?)", rows)


def forget_names(connection: BaseDatabaseWrapper, numbers_of_rows: list[int], forms: pl.Series) -> None:
    """Take names out of SQLite's index; it keeps no text of its own and must be told what it held."""
    if connection.vendor != "postgresql":
        connection.ensure_connection()
        rows = zip(numbers_of_rows, word_texts(forms).to_list(), strict=True)
        connection.connection.executemany(f"INSERT INTO {INDEX} ({INDEX}, rowid, grams) VALUES ('delete', ?, ?)", rows)
