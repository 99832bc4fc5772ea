"""Points (异议要点): what was raised, one by one, and what was found on each; none may be left without an answer."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.utils.translation import gettext as _

from gongxin.kernel.identifiers.hidden import numbers_in
from gongxin.kernel.issues import Refusal

_NUMBERED = re.compile(
    r"^\s*(?:[（(]\s*(?:\d{1,2}|[一二三四五六七八九十]{1,3})\s*[）)]|(?:\d{1,2}|[一二三四五六七八九十]{1,3})\s*[、.．:：)）])\s*"
)


def points_of(text: str) -> tuple[str, ...]:
    """Return the points of a text (要点): its numbered paragraphs where it numbers them, else its lines.

    A line without a number in a text that has numbers goes on with the point before it.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    numbered = sum(bool(_NUMBERED.match(line)) for line in lines) > 1
    found: list[str] = []
    for line in lines:
        plain = _NUMBERED.sub("", line).strip()
        if numbered and found and not _NUMBERED.match(line):
            found[-1] = f"{found[-1]} {line}"
        elif plain or not numbered:
            found.append(plain or line)
        else:
            found.append("")
    return tuple(found)


def unanswered(raised: Sequence[str], findings: str) -> tuple[int, ...]:
    """Return the numbers of the points left without a finding (未答复的要点), counted from one."""
    told = points_of(findings)
    return tuple(n for n in range(1, len(raised) + 1) if n > len(told) or not told[n - 1])


def refused_findings(raised: Sequence[str], findings: str, clause: str | None) -> Refusal | None:
    """Return the refusal of findings that leave a point open, or None (逐点答复)."""
    left = unanswered(raised, findings)
    if not left:
        return None
    return Refusal(
        "case.points",
        _("还有要点没有答复：第 %(points)s 点") % {"points": "、".join(map(str, left))},
        clause,
        _("申请人提出 %(n)d 点，请一点一行写明核查结果和理由") % {"n": len(raised)},
    )


def refused_numbers(text: str, clause: str | None) -> Refusal | None:
    """Return the refusal of a text with somebody's identity number in it, or None (文中证件号码)."""
    if not numbers_in(text):
        return None
    return Refusal("case.numbers", _("内容里有证件号码"), clause, _("请删去证件号码和无关的人的信息后再提交"))
