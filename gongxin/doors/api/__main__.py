"""`python -m gongxin.doors.api` (生成接口说明): writes docs/api.md from the interface itself."""

from __future__ import annotations

import os
from pathlib import Path


def main() -> None:
    """Write the manual anew and say where."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongxin.site.settings")
    import django  # after the settings are named

    django.setup()
    from gongxin.doors.api.manual import markdown
    from gongxin.doors.api.urls import api

    place = Path(__file__).resolve().parents[3] / "docs" / "api.md"
    place.write_text(markdown(api), encoding="utf-8")
    print(place)


if __name__ == "__main__":
    main()
