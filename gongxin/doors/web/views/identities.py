"""Whose row is it (主体认定): evidence for and against, a person's judgement with a reason, and its undoing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongxin.doors.web import presenting
from gongxin.doors.web.rights import needs, viewer
from gongxin.kernel.identifiers import normalise_code
from gongxin.kernel.identifiers.uscc import is_uscc
from gongxin.kernel.issues import Refusal
from gongxin.rooms.resolve import conflicts, history, judgements, proposals
from gongxin.rooms.resolve import queue as queues
from gongxin.rooms.resolve.mentions import PREFIX
from gongxin.spine import shelf
from gongxin.spine.access import gate
from gongxin.spine.access.models import Body
from gongxin.spine.clock import today
from gongxin.spine.projections.models import Mention

PAGE = 20
JUDGEMENTS = {
    "same": gettext_lazy("同一主体"),
    "different": gettext_lazy("不是同一主体"),
    "unsure": gettext_lazy("不能确定"),
}

PROBLEMS = {
    "code.none": gettext_lazy("没有可用的代码"),
    "code.organ_for_company": gettext_lazy("代码是机关的，名称是企业"),
    "code.shared_in_file": gettext_lazy("一个代码用于几个名称"),
    "code.name_different": gettext_lazy("名称与代码登记的不一致"),
}
"""Why a row waits, in a few words (待认缘由); another reason is told by its own sentence."""


@needs("identify")
@require_safe
def identities(request: HttpRequest) -> HttpResponse:
    """The stewards' queue (待认主体): rows of one name and code stand together."""
    asked = {name: request.GET.get(name, "") for name in ("problem", "item", "text")}
    number = presenting.Paging.of(request.GET.get("page"), PAGE, 10**9).number
    queue = queues.queue(viewer(request), queues.Filter(**asked), number)
    if isinstance(queue, Refusal):
        return _refused(request, queue)
    items = {item.id: presenting.own_name(item) for item in shelf.book().on(today()).items()}
    bodies = dict(Body.objects.filter(code__in=[line.provider for line in queue.lines]).values_list("code", "name"))
    return render(
        request,
        "web/desk/identities.html",
        {
            "queue": queue,
            "problems": PROBLEMS,
            "asked": asked,
            "items": items,
            "bodies": bodies,
            "page": presenting.Paging(queue.page, PAGE, queue.groups),
            "menu": "web:identities",
        },
    )


@needs("identify")
@require_http_methods(["GET", "HEAD", "POST"])
def identity(request: HttpRequest, mention: int) -> HttpResponse:
    """One group of waiting rows beside the candidates (一组待认数据); nothing is chosen beforehand."""
    group = queues.group_of(viewer(request), mention)
    if isinstance(group, Refusal):
        raise Http404
    reason = request.POST.get("reason", "").strip()
    problem = ""
    if request.method == "POST":
        done = _act(request, [one.pk for one in group], request.POST.get("act", ""), reason)
        if not isinstance(done, Refusal):
            messages.add_message(request, messages.SUCCESS, done, extra_tags="good")
            return redirect("web:identities")
        problem = presenting.in_words(done)
    first = group[0]
    proposed = proposals.for_mention(first)
    refused = _leave_trace(request, first, [one.key for one in proposed])
    if refused is not None:
        return _refused(request, refused)
    context = {
        "group": group,
        "first": first,
        "provider": Body.objects.filter(code=first.provider).first() or first.provider,
        "reported": _reported(first),
        "proposals": proposed,
        "problem": problem,
        "reason": reason,
        "other": request.POST.get("other", ""),
        "settled": first.state != Mention.State.OPEN,
        "menu": "web:identities",
    }
    return render(request, "web/desk/identity.html", context, status=422 if problem else 200)


def _leave_trace(request: HttpRequest, mention: Mention, shown: list[str]) -> Refusal | None:
    """Write who is about to be seen (先留痕后显示): the waiting row, and each subject put beside it as a candidate.

    A candidate reads in its own log that it was compared with a row, on whose behalf and when; so does a subject whose
    valid code the row carries.
    """
    said = normalise_code(mention.reported_code or "")
    reported = [f"uscc:{said}"] if is_uscc(said) else []
    ground = gate.Ground(purpose=gate.SUBMISSION, case_no=f"mention-{mention.pk}")
    for key in dict.fromkeys([f"{PREFIX}{mention.pk}", *reported, *shown]):
        written = gate.note(viewer(request), ground, key, 1, as_of=today())
        if isinstance(written, Refusal):
            return written
    return None


def _act(request: HttpRequest, ids: list[int], act: str, reason: str) -> str | Refusal:
    """Do what the pressed button says (按钮所示的行为) and return what happened, in words."""
    who = viewer(request)
    kind, _sep, key = act.partition(" ")
    if kind == "other":
        kind, key = "same", "uscc:" + normalise_code(request.POST.get("other", ""))
    if kind in JUDGEMENTS and key:
        done = judgements.judge_mentions(who, ids, key, kind, reason)
        if isinstance(done, Refusal):
            return done
        if kind == "same":
            return _("已认定为同一主体，%(rows)d 行入账。判断可以撤销。") % {"rows": len(done.records)}
        return _("已记下判断，这些数据继续等待认定。")
    if kind == "keep":
        kept = judgements.keep_unresolved(who, ids, reason)
        return kept if isinstance(kept, Refusal) else _("已存为未识别主体，不影响任何单位。")
    if kind == "back":
        given = judgements.give_back(who, ids, reason)
        return given if isinstance(given, Refusal) else _("已退回报送单位，理由写在该行旁边。")
    return Refusal("resolve.judgement", _("没有选择判断"), None, _("请按其中一个按钮"))


def _reported(mention: Mention) -> list[tuple[str, str]]:
    """What the department wrote, by the names of the fields (所报内容); sensitive fields stay closed."""
    said = proposals.reported_of(mention)
    item = shelf.book().on(today()).find_item(mention.item)
    rows = []
    for name, value in said.payload.items():
        spec = item.find_field(name) if item else None
        if value and spec is not None and not spec.sensitive:
            rows.append((presenting.own_name(spec), presenting.value_text(spec, str(value))))
    return rows


@needs("identify")
@require_safe
def made(request: HttpRequest) -> HttpResponse:
    """Judgements made (判断记录), newest first; those that hold can be taken back with a reason."""
    number = presenting.Paging.of(request.GET.get("page"), history.PAGE, 10**9).number
    found = history.made(viewer(request), number)
    if isinstance(found, Refusal):
        return _refused(request, found)
    rows = [
        {
            "made": one,
            "judgement": JUDGEMENTS.get(one.said.judgement, one.said.judgement),
            "left": _side(one.said.left, one.left_name),
            "right": _side(one.said.right, one.right_name),
            "who": one.said.actor.partition("@")[0],
        }
        for one in found.lines
    ]
    page = presenting.Paging(found.page, history.PAGE, found.total)
    return render(request, "web/desk/judgements.html", {"rows": rows, "page": page, "menu": "web:identities"})


def _side(key: str, name: str) -> dict[str, Any]:
    return {"name": name, "code": key.partition(":")[2], "row": key.startswith("row:")}


@needs("identify")
@require_http_methods(["GET", "HEAD", "POST"])
def names(request: HttpRequest) -> HttpResponse:
    """One code with several names (一码多名): shown to the office; a record of another body is taken apart by a person."""
    if request.method == "POST":
        record = request.POST.get("record", "")
        done = conflicts.detach(viewer(request), int(record) if record.isascii() and record.isdigit() else 0,
                                request.POST.get("reason", ""))  # fmt: skip
        if isinstance(done, Refusal):
            text = presenting.in_words(done)
            messages.add_message(request, messages.ERROR, text, extra_tags="bad")
            return redirect("web:names")
        messages.add_message(request, messages.SUCCESS, _("已移出，这条记录等待认定。"), extra_tags="good")
        return redirect("web:identity", mention=done.mention)
    number = presenting.Paging.of(request.GET.get("page"), conflicts.PAGE, 10**9).number
    found = conflicts.one_code_several_names(viewer(request), number)
    if isinstance(found, Refusal):
        return _refused(request, found)
    page = presenting.Paging(found.page, conflicts.PAGE, found.total)
    return render(request, "web/desk/names.html", {"rows": found.lines, "page": page, "menu": "web:identities"})


@needs("identify")
@require_POST
def undo(request: HttpRequest, seq: int) -> HttpResponse:
    """Take a judgement back (撤销判断)."""
    done = judgements.undo(viewer(request), seq, request.POST.get("reason", ""))
    if isinstance(done, Refusal):
        text = presenting.in_words(done)
        messages.add_message(request, messages.ERROR, text, extra_tags="bad")
    else:
        messages.add_message(request, messages.SUCCESS, _("已撤销，有关记录回到判断之前。"), extra_tags="good")
    return redirect("web:judgements")


def _refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    return render(request, "web/desk/refused.html", {"refusal": refusal}, status=403)
