"""Where the store is (存储位置): reads GONGXIN_DATABASE_URL into Django's form."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit


class DatabaseAddressFault(ValueError):
    """The address of the database cannot be understood; the message says what is expected."""


def database_from_url(url: str) -> dict[str, Any]:
    """Return Django's DATABASES entry for `sqlite:///PATH` or `postgres://user:word@host:port/name?host=/socket`."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        # SQLite takes three slashes before a relative path and four before an absolute one, as elsewhere in the field.
        path = Path(unquote(parts.path[1:] if parts.path.startswith("/") else parts.path))
        return sqlite_database(path)
    if parts.scheme in {"postgres", "postgresql"}:
        query = parse_qs(parts.query)
        host = query.get("host", [parts.hostname or ""])[0]
        port = query.get("port", [str(parts.port or "")])[0]
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": host,
            "PORT": port,
            "CONN_MAX_AGE": 60,
        }
    raise DatabaseAddressFault(
        f"GONGXIN_DATABASE_URL starts with {parts.scheme!r}; expected sqlite:///PATH or postgres://USER@HOST/NAME"
    )


def sqlite_database(path: Path) -> dict[str, Any]:
    """Return the embedded database: write-ahead log, writers queue instead of failing.

    A new file gets pages of 8 KiB: a row of the ledger takes some hundred bytes, so half as many pages are split, logged
    and written back. A file that is there keeps the size it was made with.
    """
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            "init_command": "PRAGMA page_size=8192; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
            " PRAGMA mmap_size=268435456; PRAGMA cache_size=-65536;",
        },
    }
