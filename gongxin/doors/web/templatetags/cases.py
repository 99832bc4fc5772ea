"""Words of notices (告知文字): each template once; values come from the outbox."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

register = template.Library()

TEXTS = {
    "case.turn": gettext_lazy("%(kind)s：轮到您办理，现在是“%(state)s”"),
    "case.done": gettext_lazy("%(kind)s：已“%(verb)s”，现在是“%(state)s”"),
    "case.due": gettext_lazy("%(kind)s：“%(clock)s”将于 %(due)s 到期"),
    "case.overdue": gettext_lazy("%(kind)s：“%(clock)s”已于 %(due)s 到期，还没有办理"),
}
"""What each template says. A template that is not here is shown by its own words, so that nothing is lost."""


class _Gentle(dict[str, object]):
    """A value that was not given shows as a dash."""

    def __missing__(self, key: str) -> str:
        return "—"


@register.simple_tag
def notice_text(notice: Any, words: Mapping[str, object]) -> str:
    """What a notice says (告知内容), in the reader's language."""
    text = TEXTS.get(notice.template)
    if text is None:
        said = str(words.get("text") or "")
        return said or _("有一项告知，详见案件")
    return str(text) % _Gentle(words)
