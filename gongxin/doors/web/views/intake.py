"""Handing in (报送): upload, headings, progress, rows to put right, records, templates."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongxin.doors.web import presenting, rows
from gongxin.doors.web.rights import account_of, body_scope, needs
from gongxin.law.model import Item
from gongxin.rooms.intake import batches, held
from gongxin.rooms.intake import rejects as rejected
from gongxin.rooms.intake import templates as forms
from gongxin.rooms.intake.models import Batch, HeldRow
from gongxin.spine import shelf
from gongxin.spine.access.models import Body
from gongxin.spine.clock import now, today

PAGE = 20
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
GOING = (Batch.State.QUEUED, Batch.State.RUNNING)


def _items() -> list[Item]:
    return list(shelf.book().on(today()).items())


def actor_of(request: HttpRequest) -> str:
    account = account_of(request)
    return f"{account}@{account.body_id}"[:100]


def _batch(request: HttpRequest, number: int) -> Batch:
    """A batch of this account's own body; another body's batch does not exist for it (本单位批次)."""
    scope = body_scope(request)
    found = Batch.objects.all() if scope is None else Batch.objects.filter(provider=scope)
    return get_object_or_404(found, pk=number)


@needs("submit")
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Choose the catalogue item and the file (选目录、传文件)."""
    items = _items()
    scope = body_scope(request)
    bodies = list(Body.objects.exclude(kind="company").order_by("name")) if scope is None else []
    problems: dict[str, str] = {}
    given = {
        "item": request.POST.get("item", request.GET.get("item", "")),
        "provider": request.POST.get("provider", ""),
    }
    if request.method == "POST":
        file = request.FILES.get("file")
        if file is None:
            problems["file"] = _("请选择要报送的文件")
        elif file.size == 0:
            problems["file"] = _("这个文件是空的，请换一个")
        if given["item"] and given["item"] not in {item.id for item in items}:
            problems["item"] = _("目录里没有这一项，请重新选择")
        provider = scope or given["provider"]
        if scope is None and provider not in {body.code for body in bodies}:
            problems["provider"] = _("请选择替哪个单位报送")
        if file is not None and not problems:
            batch = batches.receive(
                file, file_name=file.name or "file", provider=provider, via="web", actor=actor_of(request),
                item=given["item"] or None,
            )  # fmt: skip
            return redirect("web:batch", batch=batch.pk)
    context = {
        "items": items, "bodies": bodies, "problems": problems, "given": given, "menu": "web:intake",
        "recent": _listed(request)[:5],
    }  # fmt: skip
    return render(request, "web/desk/upload.html", context, status=422 if problems else 200)


def _listed(request: HttpRequest) -> Any:
    scope = body_scope(request)
    found = Batch.objects.all() if scope is None else Batch.objects.filter(provider=scope)
    open_rows = Count("held", filter=Q(held__state=HeldRow.State.OPEN) & ~Q(held__outcome=HeldRow.Outcome.DUPLICATE))
    return found.annotate(open_rows=open_rows).order_by("-id")


def _names() -> dict[str, str]:
    return {item.id: presenting.own_name(item) for item in _items()}


@needs("submit")
@require_safe
def records(request: HttpRequest) -> HttpResponse:
    """Everything this body handed in (报送记录), newest first."""
    return _records(request, _listed(request), "web:intake-records")


@needs("submit")
@require_safe
def open_batches(request: HttpRequest) -> HttpResponse:
    """Batches with rows that still wait to be put right, or with headings to confirm (待改数据)."""
    waiting = _listed(request).filter(Q(open_rows__gt=0) | Q(state=Batch.State.CONFIRM))
    return _records(request, waiting, "web:intake-open")


def _records(request: HttpRequest, found: Any, menu: str) -> HttpResponse:
    page = presenting.Paging.of(request.GET.get("page"), PAGE, found.count())
    listed = list(found[page.offset : page.offset + page.size])
    bodies = dict(Body.objects.filter(code__in={one.provider for one in listed}).values_list("code", "name"))
    context = {
        "rows": listed, "page": page, "menu": menu, "items": _names(), "bodies": bodies,
        "wide": body_scope(request) is None, "only_open": menu == "web:intake-open",
    }  # fmt: skip
    return render(request, "web/desk/records.html", context)


@needs("submit")
@require_safe
def templates(request: HttpRequest) -> HttpResponse:
    """Items with their templates to download (目录与模板)."""
    return render(request, "web/desk/templates.html", {"items": _items(), "menu": "web:templates"})


@needs("submit")
@require_safe
def template(request: HttpRequest, item: str) -> HttpResponse:
    """The workbook of one item (下载模板), made from the catalogue."""
    found = shelf.book().on(today()).find_item(item)
    if found is None:
        raise Http404
    return _workbook(forms.workbook(found), f"{item}.xlsx")


@needs("submit")
@require_safe
def rejects(request: HttpRequest, batch: int) -> HttpResponse:
    """The returned rows with the cells marked and the reasons as comments (下载问题清单)."""
    found = _batch(request, batch)
    outcomes = (HeldRow.Outcome.REFUSED.value, HeldRow.Outcome.WAITING.value)
    return _workbook(rejected.workbook(found, outcomes), f"rejects-{found.pk}.xlsx")


def _workbook(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _find_item(batch: Batch) -> Item | None:
    return shelf.book().on(batch.day).find_item(batch.item) if batch.item else None


def _sums(batch: Batch) -> dict[str, Any]:
    """The figures of a batch (批次数字): what was received is what was accepted, repeated, refused and waits."""
    still_open = rows.open_rows_of(batch).count()
    return {
        "open": still_open,
        "uploader": batch.actor.partition("@")[0],
        "done": batch.state == Batch.State.DONE,
        "going": batch.state in GOING,
        **_ahead(batch),
    }


def _ahead(batch: Batch) -> dict[str, Any]:
    """How much is still to do (进度): rows done of those expected, and about how long it takes at the pace so far.

    What is expected was counted when the file was opened, without reading it; with line breaks inside cells it is too
    high, so that the bar is never full before the work is done.
    """
    expected = sum(int(sheet.get("expected", 0)) for sheet in batch.columns.values())
    done = batch.received + sum(batch.set_aside.values())
    left = ""
    if batch.state == Batch.State.RUNNING and batch.started and 0 < done < expected:
        spent = (now() - batch.started).total_seconds()
        seconds = spent / done * (expected - done)
        minutes = round(seconds / 60)
        about = ngettext("约剩 %(n)d 分钟", "约剩 %(n)d 分钟", minutes) % {"n": minutes}
        left = about if minutes else _("约剩不到 1 分钟")
    return {"expected": max(expected, done), "done_rows": done, "left": left}


@needs("submit")
@require_safe
def batch(request: HttpRequest, batch: int) -> HttpResponse:
    """One batch (一个批次): its progress while it runs, then its rows to put right."""
    found = _batch(request, batch)
    if found.state == Batch.State.CONFIRM:
        return redirect("web:mapping", batch=found.pk)
    item = _find_item(found)
    context: dict[str, Any] = {
        "batch": found, "item": item, "sums": _sums(found), "menu": "web:intake", "step": _step(found),
        "abandoned": batches.is_abandoned(found), "provider": Body.objects.filter(code=found.provider).first(),
    }  # fmt: skip
    if found.state in (Batch.State.DONE, Batch.State.CANCELLED):
        context |= _row_list(request, found, item)
    return render(request, "web/desk/batch.html", context)


def _step(batch: Batch) -> int:
    if batch.state in GOING:
        return 3
    return 5 if batch.state == Batch.State.DONE and not rows.open_rows_of(batch).exists() else 4


def _row_list(request: HttpRequest, batch: Batch, item: Item | None) -> dict[str, Any]:
    groups = rows.tally(batch)
    chosen = request.GET.get("kind", "")
    if chosen and chosen in {name for name, _label, _n in groups}:
        ids = rows.in_group(batch, chosen)
    else:
        chosen = ""
        ids = list(rows.open_rows_of(batch).order_by("sheet", "row", "id").values_list("id", flat=True))
    page = presenting.Paging.of(request.GET.get("page"), PAGE, len(ids))
    listed = rows.rows_by_id(ids[page.offset : page.offset + page.size])
    return {
        "groups": groups,
        "chosen": chosen,
        "page": page,
        "rows": [rows.shown(row, batch, item) for row in listed],
        "total_open": rows.open_rows_of(batch).count(),
        "notices": sum(batch.notice_counts.values()),
        "notice_lines": batch.notices[:20],
        "sheets": len(batch.columns),
    }


@needs("submit")
@require_safe
def progress(request: HttpRequest, batch: int) -> HttpResponse:
    """How far a batch is (进度), asked by the page every few seconds; when it ends the page loads anew."""
    found = _batch(request, batch)
    context = {"batch": found, "sums": _sums(found), "abandoned": batches.is_abandoned(found)}
    response = render(request, "web/desk/parts/progress.html", context)
    if found.state not in GOING:
        response.headers["HX-Redirect"] = reverse("web:batch", args=[found.pk])
    return response


@needs("submit")
@require_http_methods(["GET", "HEAD", "POST"])
def mapping(request: HttpRequest, batch: int) -> HttpResponse:
    """Say what the headings mean (认表头): what the platform read is shown, what it is not sure of must be said."""
    found = _batch(request, batch)
    if found.state != Batch.State.CONFIRM:
        return redirect("web:batch", batch=found.pk)
    item = _find_item(found)
    headings = _headings(found, item)
    problem = ""
    if request.method == "POST" and item is not None:
        columns = {}
        for heading in headings:
            said = request.POST.get(f"h{heading['number']}", "")
            if said and item.find_field(said) is not None:
                columns[heading["heading"]] = said
            elif heading["unsure"] and said != "none":
                problem = _("“%(heading)s”是哪个字段，请选一个；都不是就选“不归集这一列”") % {
                    "heading": heading["heading"]
                }
        if not problem:
            batches.confirm(found.pk, columns, actor=actor_of(request), item=item.id)
            return redirect("web:batch", batch=found.pk)
    context = {
        "batch": found, "item": item, "headings": headings, "problem": problem, "menu": "web:intake",
        "fields": [] if item is None else [(spec.id, presenting.own_name(spec)) for spec in item.fields],
    }  # fmt: skip
    return render(request, "web/desk/mapping.html", context, status=422 if problem else 200)


def _headings(batch: Batch, item: Item | None) -> list[dict[str, Any]]:
    """The headings of the file with what they were read as (表头), the unsure ones first."""
    listed: dict[str, dict[str, Any]] = {}
    for notice in batch.notices:
        if notice["code"] == "heading.suggested":
            heading = str(notice["column"])
            listed[heading] = {"heading": heading, "field": notice["suggestion"], "unsure": True}
    for sheet in batch.columns.values():
        for heading, field_id in sheet["columns"].values():
            listed.setdefault(heading, {"heading": heading, "field": field_id, "unsure": False})
    ordered = sorted(listed.values(), key=lambda one: not one["unsure"])
    for number, heading in enumerate(ordered):
        heading["number"] = number
        spec = item.find_field(str(heading["field"])) if item is not None and heading["field"] else None
        heading["name"] = presenting.own_name(spec)
    return ordered


@needs("submit")
@require_http_methods(["GET", "HEAD", "POST"])
def fix(request: HttpRequest, batch: int, row: int) -> HttpResponse:
    """Put one row right (改一行): only this row is checked again, and entered when it is good."""
    found = _batch(request, batch)
    item = _find_item(found)
    line = get_object_or_404(HeldRow.objects.select_related("batch"), pk=row, batch=found)
    if item is None:
        raise Http404
    if request.method != "POST":
        context = {
            "batch": found, "item": item, "row": line, "fields": rows.editable(line, item),
            "elsewhere": rows.stands_elsewhere(line), "menu": "web:intake",
        }  # fmt: skip
        return render(request, "web/desk/row.html", context)
    written = {spec.id: _typed(request.POST[spec.id]) for spec in item.fields if spec.id in request.POST}
    # A sensitive value is never shown in its box, so that an empty box leaves it as it was.
    sensitive = {spec.id for spec in item.fields if spec.sensitive}
    typed = {name: value for name, value in written.items() if value or name not in sensitive}
    said, wrong = "", ""
    try:
        act = request.POST.get("act", "")
        if act == "apart":
            outcome = held.accept_apart(line.pk, actor=actor_of(request), reason=request.POST.get("reason", "")).outcome
        elif act == "correct":
            named = request.POST.get("record", "").strip()
            outcome = held.accept_correcting(
                line.pk, actor=actor_of(request), reason=request.POST.get("reason", ""),
                record=int(named) if named.isascii() and named.isdigit() and len(named) < 19 else None,
            ).outcome  # fmt: skip
        elif act == "close":
            held.set_right_elsewhere(line.pk, reason=request.POST.get("reason", "").strip() or _("不再处理"))
            outcome = "closed"
        else:
            outcome = held.fix_row(line.pk, typed, actor=actor_of(request)).outcome
        said = _outcome_words(outcome, line)
    except held.NotHeld as refusal:
        outcome, wrong = "held", str(refusal)
    line.refresh_from_db()
    if request.htmx:
        shown = rows.shown(line, found, item, typed=typed)
        context = {
            "batch": Batch.objects.get(pk=found.pk), "row": shown, "said": said, "wrong": wrong,
            "done": line.state != HeldRow.State.OPEN, "typed": next(iter(typed), ""), "sums": _sums(found),
            "groups": rows.tally(found), "total_open": rows.open_rows_of(found).count(), "again": True,
        }  # fmt: skip
        return render(request, "web/desk/parts/row_fixed.html", context)
    tags = "good" if line.state != HeldRow.State.OPEN else "bad"
    messages.add_message(request, messages.INFO, wrong or said, extra_tags=tags)
    if wrong or line.state == HeldRow.State.OPEN:
        return redirect("web:fix", batch=found.pk, row=line.pk)
    return redirect(reverse("web:batch", args=[found.pk]) + "#rows")


def _typed(text: str) -> str:
    """What was typed without the characters no keyboard writes (去控制字符): no store and no workbook can hold them."""
    return "".join(letter for letter in text if letter.isprintable() or letter in "\n\t").strip()


def _outcome_words(outcome: str, line: HeldRow) -> str:
    words = {
        "accepted": _("第 %(row)d 行已改好，已入库。"),
        "duplicate": _("第 %(row)d 行与已归集的记录相同，不重复入库。"),
        "refused": _("第 %(row)d 行还有问题，请再看一下。"),
        "waiting": _("第 %(row)d 行要由人判断。"),
        "closed": _("第 %(row)d 行不再处理。"),
    }
    return words[outcome] % {"row": line.row}


@needs("submit")
@require_POST
def decide(request: HttpRequest, batch: int, act: str) -> HttpResponse:
    """Stop a batch, or let it go on (取消、续办)."""
    found = _batch(request, batch)
    if act != "cancel":
        raise Http404
    try:
        batches.cancel(found.pk)
        messages.add_message(request, messages.INFO, _("已要求停止。已入库的行不受影响。"), extra_tags="good")
    except batches.NotNow as refusal:
        messages.add_message(request, messages.INFO, str(refusal), extra_tags="warn")
    return redirect("web:batch", batch=found.pk)
