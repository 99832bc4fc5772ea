"""Opening an installation (安装初始化): tables, keys, law book and folders, made where they are missing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.management import call_command
from django.db import connection
from django.utils.translation import gettext as _

from gongxin.spine import home, secrets, shelf
from gongxin.spine.projections import epoch


def open_installation(progress: Callable[[str], None] | None = None) -> dict[str, Any]:
    """Make what is missing and return where everything is."""

    def tell(text: str) -> None:
        if progress is not None:
            progress(text)

    tell(_("建立数据表"))
    call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
    tell(_("检查密钥"))
    keys = secrets.make_keys()
    tell(_("装入法规书"))
    book = shelf.book()
    epoch.refresh_if_stale_now()
    settings = connection.settings_dict
    return {
        "home": str(home.home()),
        "database": f"{connection.vendor}: {settings['NAME']}",
        "keys": str(keys),
        "signing_key": secrets.signing_key_id(),
        "lawbook": f"{', '.join(book.layers)} ({book.version})",
        "inbox": str(home.inbox()),
        "uploads": str(home.uploads()),
    }
