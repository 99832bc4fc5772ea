"""Where this installation keeps its things (安装目录): the store, the keys, the uploads, the inbox."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings


def home() -> Path:
    """Return GONGXIN_HOME, made when it is not there yet."""
    place = Path(settings.GONGXIN_HOME)
    place.mkdir(parents=True, exist_ok=True)
    return place


def keys() -> Path:
    """Return the folder of the keys (密钥), readable by the owner alone."""
    return _private("keys")


def uploads() -> Path:
    """Return the folder of received files (上报文件)."""
    return _private("uploads")


def running() -> Path:
    """Return the folder of the locks (运行锁) that running work holds, so that a killed run is known for one."""
    return _private("running")


def inbox() -> Path:
    """Return the watched folder (前置机目录) in which departments leave files."""
    place = home() / "inbox"
    place.mkdir(parents=True, exist_ok=True)
    return place


def _private(name: str) -> Path:
    place = home() / name
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place
