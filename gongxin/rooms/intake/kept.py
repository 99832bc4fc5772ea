"""What is kept of rows that were not entered (未归集行的保存): as reported, and of a person's row nothing in plain text.

A sensitive value and a text with an identity number in it are always sealed. A row about a natural person is sealed as a
whole, and so are its issues, which repeat its values: who was reported wrongly must not be read off the store either.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import polars as pl

from gongxin.kernel.identifiers.hidden import numbers_in
from gongxin.kernel.issues import Issue
from gongxin.rooms.intake.cells import ROW
from gongxin.spine import secrets

PERSON_WORDS = "个人|自然人"


def values_text(row: Mapping[str, Any], sensitive: Iterable[str], *, of_person: bool) -> str:
    """Return a row's reported values as JSON (所报内容), sealed where they must be."""
    hidden = set(sensitive)
    values = {
        name: secrets.seal(value) if of_person or name in hidden or numbers_in(value) else value
        for name, value in row.items()
        if value is not None and not name.startswith("__")
    }
    return json.dumps(values, ensure_ascii=False)


def issues_text(issues: Sequence[Mapping[str, object]], *, of_person: bool) -> str:
    """Return a row's issues as JSON (问题), sealed when the row is about a person."""
    text = json.dumps(list(issues), ensure_ascii=False)
    return secrets.seal(text) if of_person else text


def issues_in(text: str) -> list[dict[str, object]]:
    """Return the issues behind such a text (读取问题)."""
    issues: list[dict[str, object]] = json.loads(secrets.unseal(text) if secrets.is_sealed(text) else text)
    return issues


def people_in(frame: pl.DataFrame) -> set[int]:
    """Return the rows of a checked frame that are about natural persons (自然人行): by kind, or by a person's number.

    A number that is wrong says so, too, where no organisation's code stands beside it.
    """
    about = pl.col("__person").is_not_null()
    if "subject_kind" in frame.columns:
        kind = pl.col("subject_kind")
        about = about | ((kind == "person") | kind.str.contains(PERSON_WORDS)).fill_null(False)
    if "person_id" in frame.columns:
        about = about | (pl.col("__key").is_null() & pl.col("person_id").str.contains(r"\S").fill_null(False))
    return set(frame.filter(about)[ROW].to_list())


def without_person(issue: Issue) -> Issue:
    """Return a notice about a person's row without what the row says (自然人提示): batches keep notices in plain text."""
    return replace(issue, value=None, suggestion=None)
