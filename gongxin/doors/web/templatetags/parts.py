"""Parts of a page (界面部件): the components of the design, each written once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from gongxin.doors.web import presenting
from gongxin.spine.clock import today

register = template.Library()


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """A single-line icon (图标); silent for screen readers unless it stands alone and needs a name."""
    return _drawn(name, str(label))


@lru_cache(maxsize=512)
def _drawn(name: str, label: str) -> SafeString:
    """A page has some thirty icons and the design a few dozen: each is written once for a process."""
    sprite = static("web/icons.svg")
    if label:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}" focusable="false"><use href="{}#{}"></use></svg>',
            label,
            sprite,
            name,
        )
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>', sprite, name
    )


@register.simple_tag
def status(tone: str, text: Any, sign: str = "") -> SafeString:
    """A status tag (状态标签): icon, words and colour together, never colour alone."""
    signs = {"good": "ok", "run": "clock", "warn": "warn", "bad": "wrong", "grant": "key", "off": "eye-off", "": "info"}
    return format_html('<span class="tag {}">{}{}</span>', tone, icon(sign or signs.get(tone, "info")), text)


@register.simple_tag
def certainty(level: str) -> SafeString | str:
    """How sure the law book is (确信度); what a lawyer has not yet checked says so wherever it is used."""
    return {
        "verified": status("good", _("已核对")),
        "secondary": status("off", _("据转载"), "info"),
        "unverified": status("warn", _("待法制审核")),
    }.get(level, "")


@register.inclusion_tag("web/parts/chip.html")
def chip(citation: Any) -> dict[str, Any]:
    """A clause chip (依据标签): short name of the law and the article, leading to the text."""
    return {"clause": presenting.clause(citation)}


@register.inclusion_tag("web/parts/chips.html")
def chips(citations: Any) -> dict[str, Any]:
    """All the clauses something rests on (依据)."""
    return {"clauses": presenting.clauses(citations)}


@register.inclusion_tag("web/parts/term.html")
def term(term: Any) -> dict[str, Any]:
    """The term bar with its three days (期限条); screen readers hear one whole sentence.

    The middle day stands under its mark by a class in steps of five percent: the page carries no inline style.
    """
    percent = getattr(term, "repair_percent", None)
    cut = f"cut-{min(95, max(5, round(percent / 5) * 5))}" if percent is not None else ""
    return {"term": term, "cut": cut}


@register.simple_tag
def event_state(event: Any) -> SafeString | str:
    """What stands at the right of a record's title (标题行右侧): its grade if it has one, otherwise its state."""
    severity = getattr(event, "severity", None)
    if severity and getattr(event, "polarity", "") == "adverse":
        return status(*presenting.SEVERITIES.get(severity, ("warn", severity)))
    state = presenting.STATES.get(getattr(event, "state", ""))
    return status(*state) if state else ""


@register.inclusion_tag("web/parts/marks.html")
def marks(held: Any, statements: Any = ()) -> dict[str, Any]:
    """What open cases say about an entry (异议标注), and what its subject says beside it (主体声明)."""
    told = [mark if isinstance(mark, Mapping) else vars_of(mark) for mark in held or ()]
    return {
        "marks": [one["text_en"] if presenting.english() else one["text"] for one in told],
        "statements": statements,
    }


def vars_of(mark: Any) -> dict[str, str]:
    """The two wordings of a mark (标注用语)."""
    return {"text": mark.text, "text_en": mark.text_en}


@register.inclusion_tag("web/parts/pager.html", takes_context=True)
def pager(context: Mapping[str, Any], page: presenting.Paging, target: str = "") -> dict[str, Any]:
    """Earlier and later pages (翻页), with the conditions kept."""
    return {"page": page, "request": context.get("request"), "target": target}


@register.inclusion_tag("web/parts/steps.html")
def steps(current: int, *names: str) -> dict[str, Any]:
    """Three to five steps (步骤); on a narrow screen only the present one keeps its name."""
    listed = [
        {"number": number, "name": name, "state": "done" if number < current else "now" if number == current else ""}
        for number, name in enumerate(names, start=1)
    ]
    return {"steps": listed}


@register.simple_tag
def item_icon(item: str, polarity: str) -> SafeString:
    """The icon of a catalogue item (事项图标)."""
    return icon(presenting.item_sign(item, polarity))


@register.filter
def day(value: date | datetime | str | None) -> str:
    """A day as the platform writes it: 2026-11-22."""
    if value is None or value == "":
        return ""
    if isinstance(value, datetime):
        value = timezone.localtime(value) if timezone.is_aware(value) else value
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)[:10]


@register.filter
def minute(value: datetime | None) -> str:
    """A moment to the minute: 2026-11-22 09:42."""
    if value is None:
        return ""
    return (timezone.localtime(value) if timezone.is_aware(value) else value).strftime("%Y-%m-%d %H:%M")


@register.filter
def month_day(value: date | None) -> str:
    """The large date of the timeline: 10月12日, in English 12 Oct."""
    if value is None:
        return ""
    return value.strftime("%-d %b") if (get_language() or "").startswith("en") else f"{value.month}月{value.day}日"


@register.filter
def left(value: date | None) -> str:
    """How many days remain (剩余天数)."""
    if value is None:
        return ""
    days = (value - today()).days
    if days < 0:
        return ngettext("已过 %(days)d 天", "已过 %(days)d 天", -days) % {"days": -days}
    if days == 0:
        return _("今天到期")
    return ngettext("还有 %(days)d 天", "还有 %(days)d 天", days) % {"days": days}


@register.filter
def listed(texts: Any) -> str:
    """Several texts as one list (列举): 甲、乙 – a, b."""
    return presenting.listed(texts or ())


@register.filter
def semicolons(texts: Any) -> str:
    """Several sentences behind one another (分号连接)."""
    return ("; " if presenting.english() else "；").join(str(each) for each in texts or ())


@register.filter
def said(text: Any) -> str:
    """A sentence of a rule in the reader's language (语句)."""
    return presenting.said(text) if isinstance(text, str) else ""


@register.filter
def number(value: Any) -> str:
    """A number with its thousands set apart: 2,418."""
    return "" if value is None or value == "" else f"{value:,}"


@register.filter
def own_name(thing: Any) -> str:
    """The name of a thing in the reader's language where the law book gives one (按语言取名)."""
    return presenting.own_name(thing)


@register.filter
def get(mapping: Mapping[Any, Any], key: Any) -> Any:
    """A value by its key (取值)."""
    return mapping.get(key) if mapping else None
