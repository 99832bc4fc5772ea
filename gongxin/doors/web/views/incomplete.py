"""What cannot be used as it stands (要素不全): what is missing, who completes it, and looking again."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from gongxin.doors.web import presenting
from gongxin.doors.web.rights import needs, viewer
from gongxin.doors.web.views.looks import subject_text
from gongxin.kernel.issues import Refusal
from gongxin.rooms.measures import incomplete as room
from gongxin.spine import shelf
from gongxin.spine.access.models import Body
from gongxin.spine.clock import today

MISSING = {
    "authority": gettext_lazy("来源单位"),
    "document": gettext_lazy("文书号"),
    "clause": gettext_lazy("法律依据"),
    "effect_until": gettext_lazy("截止日"),
    "remedy": gettext_lazy("救济办法"),
}
HOW = {
    room.PROVIDER: gettext_lazy("由提供单位补报更正：重新报送这一行，写全缺少的内容"),
    room.DETERMINATION: gettext_lazy("由提供单位按文书写明截止日，报送更正；文书没有写明的，由人认定"),
    room.BOOK: gettext_lazy("由信用主管单位在法典中补上依据或救济办法，经法制审核后生效"),
}
"""What is done about what is missing (由谁补、怎么补)."""


@needs("complete")
@require_safe
def incomplete(request: HttpRequest) -> HttpResponse:
    """Entries that may not be used until completed (要素不全的记录), the longest waiting first."""
    number = presenting.Paging.of(request.GET.get("page"), room.PAGE, 10**9).number
    desk = room.desk(viewer(request), number)
    if isinstance(desk, Refusal):
        return render(request, "web/desk/refused.html", {"refusal": desk}, status=403)
    law = shelf.book().on(today())
    matters = {matter.id: presenting.own_name(matter) for matter in law.matters()}
    bodies = {
        body.code: presenting.own_name(body)
        for body in Body.objects.filter(code__in={line.provider for line in desk.lines})
    }
    rows = []
    for line in desk.lines:
        item = law.find_item(line.item)
        spec = item.find_field(item.title_field) if item else None
        rows.append(
            {
                "it": line,
                "item": presenting.own_name(item) if item else line.item,
                "title": presenting.value_text(spec, line.title),
                "subject": subject_text(line.subject),
                "provider": bodies.get(line.provider, line.provider),
                "matter": matters.get(line.matter, line.matter),
                "missing": [MISSING[name] for name in line.missing],
                "how": [HOW[who] for who in line.by],
            }
        )
    page = presenting.Paging(desk.page, room.PAGE, desk.total)
    return render(request, "web/desk/incomplete.html", {"rows": rows, "page": page, "menu": "web:incomplete"})


@needs("complete")
@require_POST
def recheck(request: HttpRequest, record: int) -> HttpResponse:
    """Look at one entry again after it was completed (复核一条): it leaves the list by itself when nothing is missing."""
    done = room.recheck(viewer(request), record)
    if isinstance(done, Refusal):
        text = presenting.in_words(done)
        messages.add_message(request, messages.ERROR, text, extra_tags="bad")
    elif done.missing:
        named = _("、").join(str(MISSING[name]) for name in done.missing)
        text = _("还缺%(missing)s，补全之前不能用于核查。") % {"missing": named}
        messages.add_message(request, messages.WARNING, text, extra_tags="warn")
    else:
        text = _("要素已齐或已不在效，这条记录移出待补列表。查阅编号 %(look)s") % {"look": done.look}
        messages.add_message(request, messages.SUCCESS, text, extra_tags="good")
    return redirect("web:incomplete")
