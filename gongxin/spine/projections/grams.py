"""Two-character grams (二字组): any part of a name, from two characters upward, found without scanning.

Chinese is written without spaces and the commonest query has two characters, too short for trigrams. Each name is
cut into all pairs of neighbouring characters. SQLite keeps the pairs as words of an FTS5 table, spelled in letters
and digits so that its tokeniser leaves them whole; PostgreSQL keeps them as whole numbers in an array under GIN.
A hit of the index is only a candidate: the store compares the very substring before it counts.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "projections_subjectname"
INDEX = "projections_subjectname_grams"

SHORTEST = 2
"""A single character says too little: half of all names share it."""


def plain(text: str) -> str:
    """Return the form in which names are searched (检索形): width and case folded, spaces gone, brackets of one kind."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(folded.split()).translate(_BRACKETS)


_BRACKETS = str.maketrans({"〔": "(", "〕": ")", "【": "(", "】": ")", "[": "(", "]": ")", "{": "(", "}": ")"})


def words(form: str) -> str:
    """Return the grams of a search form as words for FTS5: two hexadecimal numbers joined by a g."""
    return " ".join(sorted({_word(form[at : at + 2]) for at in range(len(form) - 1)}))


def numbers(form: str) -> list[int]:
    """Return the grams of a search form as 31-bit numbers for PostgreSQL."""
    return sorted({_number(form[at], form[at + 1]) for at in range(len(form) - 1)})


def array_text(form: str) -> str:
    """Return the grams as PostgreSQL writes an array, for COPY."""
    return "{" + ",".join(map(str, numbers(form))) + "}"


def match_words(form: str) -> str:
    """Return the FTS5 query for names that hold all grams of this text."""
    return " ".join(f'"{word}"' for word in words(form).split())


def any_word(form: str) -> str:
    """Return the FTS5 query for names that hold some gram of this text."""
    return " OR ".join(f'"{word}"' for word in words(form).split())


def _word(pair: str) -> str:
    return f"{ord(pair[0]):x}g{ord(pair[1]):x}"


def _number(first: str, second: str) -> int:
    # Characters of the basic plane lie side by side without collision; rarer ones may share a number, which costs
    # one comparison of the substring and nothing else.
    return ((ord(first) << 16) ^ ord(second)) & 0x7FFFFFFF


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


def index_names(connection: BaseDatabaseWrapper, rows: Iterable[tuple[int, str]]) -> None:
    """Enter (row number, search form) pairs into SQLite's index."""
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {INDEX} (rowid, grams) VALUES (%s, %s)", ((number, words(form)) for number, form in rows)
        )
