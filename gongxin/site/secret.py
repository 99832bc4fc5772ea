"""The session key (会话密钥): from the environment, or made once and kept beside the store."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def secret_key(home: Path) -> str:
    """Return GONGXIN_SECRET_KEY, or the key kept in `home`/keys/session, made at the first start with mode 0600."""
    given = os.environ.get("GONGXIN_SECRET_KEY")
    if given:
        return given
    path = home / "keys" / "session"
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            # Exclusive creation: when two workers start at once, one makes the key and the other reads it.
            with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(64))
        except FileExistsError:
            pass
    return path.read_text(encoding="ascii")
