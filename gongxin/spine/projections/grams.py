"""Grams of names (字组): any part of a name, from two characters upward, found without scanning.

Chinese is written without spaces and the commonest query has two characters, too short for trigrams alone. Each name is
cut into all pairs and all triples of neighbouring characters, and each of them is one number. A question of two
characters is looked up by its pair, a longer one by its triples: pairs may each be common and hardly ever stand together.
SQLite keeps the numbers as words of an FTS5 table; PostgreSQL keeps them in an array under GIN.
A hit of the index is only a candidate: the store compares the very substring before it counts.
"""

from __future__ import annotations

import unicodedata
from typing import Any

import numpy as np
import polars as pl
from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "projections_subjectname"
INDEX = "projections_subjectname_grams"

SHORTEST = 2
"""A single character says too little: half of all names share it."""

AT_ONCE = 50_000

_BRACKETS = {"〔": "(", "〕": ")", "【": "(", "】": ")", "[": "(", "]": ")", "{": "(", "}": ")"}
_TABLE = str.maketrans(_BRACKETS)
_HIGHEST = 0x7FFFFFFF
_SPREAD = 0x9E3779B97F4A7C15
"""Spreads the numbers of triples evenly (Fibonacci hashing), so that they seldom meet those of pairs."""
_WHOLE = 0xFFFFFFFFFFFFFFFF


def plain(text: str) -> str:
    """Return the form in which names are searched (检索形): width and case folded, spaces gone, brackets of one kind."""
    folded = "".join(unicodedata.normalize("NFKC", text).lower().split())
    return folded.translate(_TABLE)


def plain_column(names: pl.Series) -> pl.Series:
    """Return the search forms of many names; a property test holds it equal to `plain`."""
    forms = names.cast(pl.String).str.normalize("NFKC").str.to_lowercase().str.replace_all(r"[\s\x1c-\x1f]+", "")
    return forms.str.replace_many(list(_BRACKETS), list(_BRACKETS.values()))


def numbers(form: str) -> list[int]:
    """Return the grams of a search form (字组), each pair and triple of neighbouring characters as one number of 31 bits."""
    points = [ord(character) for character in form]
    return sorted({*map(_pair, points, points[1:]), *map(_triple, points, points[1:], points[2:])})


def asked(form: str) -> set[int]:
    """Return the grams by which a part of a name is looked up (检索字组): its triples, or its one pair."""
    points = [ord(character) for character in form]
    return set(map(_triple, points, points[1:], points[2:])) or set(map(_pair, points, points[1:]))


def numbers_column(forms: pl.Series) -> pl.Series:
    """Return the grams of many search forms as lists; those of `numbers`, in any order, and some perhaps twice."""
    cut = _cut(forms)
    lists = cut.group_by("name", maintain_order=True).agg("gram")
    every = pl.DataFrame({"name": np.arange(len(forms))}).join(lists, on="name", how="left", maintain_order="left")
    return every["gram"].fill_null([])


def _cut(forms: pl.Series) -> pl.DataFrame:
    """Return each gram beside the place of its name, name after name."""
    lengths = forms.str.len_chars().to_numpy().astype(np.int64)
    points = np.frombuffer("".join(forms.to_list()).encode("utf-32-le", "surrogatepass"), dtype="<u4").astype(np.uint64)
    owner = np.repeat(np.arange(len(forms)), lengths)
    # Behind the last characters stand zeros: a pair or triple that reaches beyond its name is left out again.
    beyond = np.append(points, np.zeros(2, np.uint64))
    second, third = beyond[1 : len(points) + 1], beyond[2:]
    left = np.repeat(np.cumsum(lengths), lengths) - np.arange(len(points))
    grams = np.stack([_pair(points, second), _triple(points, second, third)], axis=1).astype(np.int64)
    within = np.stack([left >= 2, left >= 3], axis=1)
    return pl.DataFrame(
        {"name": np.broadcast_to(owner[:, None], within.shape)[within], "gram": grams[within]}
    ).with_columns(pl.col("name").set_sorted())


def array_texts(forms: pl.Series) -> pl.Series:
    """Return the grams as PostgreSQL writes arrays, for COPY."""
    return "{" + _joined(forms, ",") + "}"


def word_texts(forms: pl.Series) -> pl.Series:
    """Return the grams as words for FTS5: its tokeniser leaves numbers whole."""
    return _joined(forms, " ")


def match_any(form: str) -> str:
    """Return the FTS5 query for names that hold some gram of this text."""
    return " OR ".join(f'"{number}"' for number in numbers(form))


def _joined(forms: pl.Series, separator: str) -> pl.Series:
    cut = _cut(forms).with_columns(pl.col("gram").cast(pl.String))
    texts = cut.group_by("name", maintain_order=True).agg(pl.col("gram").str.join(separator))
    every = pl.DataFrame({"name": np.arange(len(forms))}).join(texts, on="name", how="left", maintain_order="left")
    return every["gram"].fill_null("")


# Characters of the basic plane lie side by side in a pair without collision; rarer ones, and triples, may share a number,
# which costs one comparison of the substring and nothing else. Both take whole numbers, or columns of them.


def _pair(first: Any, second: Any) -> Any:
    return ((first << 16) ^ second) & _HIGHEST


def _triple(first: Any, second: Any, third: Any) -> Any:
    return ((((first << 32) ^ (second << 16) ^ third) * _SPREAD) & _WHOLE) >> 33


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


def cut_anew(connection: BaseDatabaseWrapper) -> None:
    """Cut every name anew (重建字组): the way of cutting has changed, and the index must hold what `numbers` says now."""
    empty(connection)
    last = -1
    with connection.cursor() as cursor:
        while True:
            cursor.execute(f"SELECT id, plain FROM {TABLE} WHERE id > %s ORDER BY id LIMIT {AT_ONCE}", [last])
            rows = cursor.fetchall()
            if not rows:
                return
            ids, last = [number for number, _ in rows], rows[-1][0]
            forms = pl.Series([plain for _, plain in rows], dtype=pl.String)
            if connection.vendor == "postgresql":
                cursor.execute(
                    f"UPDATE {TABLE} n SET grams = cut.grams::integer[]"
                    " FROM unnest(%s::bigint[], %s::text[]) AS cut (id, grams) WHERE cut.id = n.id",
                    [ids, array_texts(forms).to_list()],
                )
            else:
                index_names(connection, ids, forms)
