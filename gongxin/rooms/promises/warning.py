"""Warnings of last days (到期提醒): the body that bears a promise is told before, on and after; the one above from then on.

What is overdue is said as a fact with its date. Nobody is found to have broken anything by it.
"""

from __future__ import annotations

import hashlib

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from gongxin.law import promises
from gongxin.law.promises import Warning
from gongxin.rooms.promises.models import Warned
from gongxin.spine import clock, duties, shelf
from gongxin.spine.bodies.register import Register, register
from gongxin.spine.duties import Duty
from gongxin.spine.outbox import notices

SOON, TODAY, PAST = "promise.due-soon", "promise.due-today", "promise.overdue"
TEMPLATES = {"before": SOON, "on": TODAY, "after": PAST}


def warn() -> int:
    """Tell every body of what falls due (到期提醒); return how many were told. Each part, day and stage is told once."""
    today, known = clock.today(), register()
    law, told = shelf.book().on(today), 0
    for duty in duties.open_ones(today):
        for each in promises.warnings(duty.standing, law=law):
            told += _tell(duty, each, known)
    return told


def _tell(duty: Duty, each: Warning, known: Register) -> int:
    part = each.part
    mark = hashlib.sha256(f"{part.kind}|{part.text}|{part.amount}".encode()).hexdigest()[:64]
    try:
        with transaction.atomic():
            Warned.objects.create(record=duty.record, part=mark, due=part.due, days=each.days, at=clock.now())
            title, what = duty.of("promise_title"), part.text or duty.of("promise_title")
            text = {
                "before": _("承诺“%(title)s”的“%(what)s”还有 %(days)d 日到期（%(due)s），请按期履行并登记证明材料"),
                "on": _("承诺“%(title)s”的“%(what)s”今天到期（%(due)s），请履行并登记证明材料"),
                "after": _(
                    "承诺“%(title)s”的“%(what)s”已于 %(due)s 到期，至今没有登记履行；这是按日期得出的事实，不是认定"
                ),
            }[each.stage] % {"title": title, "what": what, "days": abs(each.days), "due": part.due}
            words = {"record": duty.record, "due": str(part.due), "text": text}
            notices.tell("body", duty.bearer, TEMPLATES[each.stage], words=words)
            above = known.superior(duty.bearer)
            if each.stage == "after" and above:
                notices.tell("body", above, TEMPLATES[each.stage], words=words)
    except IntegrityError:
        return 0
    return 1
