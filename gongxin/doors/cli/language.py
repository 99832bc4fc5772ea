"""The language of the terminal (终端语言): Chinese, or English where the operator's surroundings ask for it.

`GONGXIN_LANG` decides; where it is not set, `LC_ALL`, `LC_MESSAGES` and `LANG` are asked in this order, as every program
of a terminal asks them. The sentences stand in the one catalogue of the platform (gettext), so that a refusal reads the
same on the page and here. What goes out as JSON has the same keys in both.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

ASKED = ("GONGXIN_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
CHINESE, ENGLISH = "zh-hans", "en"


def chosen(environment: Mapping[str, str] | None = None) -> str:
    """Return the language of this terminal (所选语言): `en` or `zh-hans`; what says neither leaves it Chinese."""
    surroundings = os.environ if environment is None else environment
    told = next((surroundings[name] for name in ASKED if surroundings.get(name)), "")
    return ENGLISH if told.lower().startswith("en") else CHINESE


def speak(environment: Mapping[str, str] | None = None) -> str:
    """Let this process speak the language of its terminal (启用语言), and return it."""
    from django.utils import translation

    language = chosen(environment)
    translation.activate(language)
    return language


def english() -> bool:
    """Whether this process speaks English now (是否英文)."""
    from django.utils.translation import get_language

    return (get_language() or "").startswith("en")


def own_name(thing: Any, fallback: str = "") -> str:
    """Return the name of a thing of the law book in the language of the terminal (名称)."""
    if thing is None:
        return fallback
    return str((english() and getattr(thing, "name_en", "")) or thing.name)
