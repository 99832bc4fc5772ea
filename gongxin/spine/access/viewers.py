"""Viewers (查阅人): who looks, and for whom."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Viewer:
    """Who looks (查阅人): a person or a department's system, at a post of a body.

    `subject` is the key of the one for whom an account of a subject acts: itself, or somebody who delegated it. The
    gate believes nothing of it and looks it up (see `spine.access.owning`).
    """

    account_id: int | None
    name: str
    body: str
    role: str
    via: str
    subject: str = ""
    receipt: str = ""
    """The digest of a receipt shown in place of an account (凭回执办理); it opens the one case it belongs to."""
