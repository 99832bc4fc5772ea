"""Public pages (公开页面): search, a subject, lists, promises, open data. Nothing here is not public on the day."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from gongxin.doors.web import presenting, promising, showing
from gongxin.doors.web.views.home import KINDS
from gongxin.kernel.cells import plain_cell
from gongxin.kernel.identifiers import normalise_code
from gongxin.kernel.issues import Refusal
from gongxin.kernel.masking import mask_field
from gongxin.law.lists import ITEM, find_list, lists_of, standing_of
from gongxin.law.model import Item
from gongxin.rooms.disclosure import lists as registered
from gongxin.rooms.disclosure import profile as profiles
from gongxin.rooms.disclosure import search as searching
from gongxin.spine import duties, public, shelf
from gongxin.spine.access.models import Body
from gongxin.spine.bodies import register as bodies
from gongxin.spine.bodies import superiors
from gongxin.spine.clock import today

PAGE = 20
EVENTS = 30
LONGEST_QUESTION = 120


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Search organisations by code or part of a name (信用查询)."""
    text = request.GET.get("q", "")[:LONGEST_QUESTION]
    kind = request.GET.get("kind", "")
    context: dict[str, Any] = {"section": "search", "text": text, "kind": kind, "kinds": KINDS, "as_of": today()}
    if "q" in request.GET:
        number = presenting.Paging.of(request.GET.get("page"), searching.PER_PAGE, 10**9).number
        known = {option["id"] for option in KINDS}
        found = searching.search(text, number, kind=kind if kind in known and kind else None)
        nothing = found.notice is not None and found.notice.code == "search.nothing"
        problem = found.notice.message if found.notice is not None and not nothing else ""
        names = _item_names()
        hits = [
            {"it": hit, "url": reverse("web:subject", args=[hit.code]),
             "shown": [(names.get(item, name), count) for item, name, count in hit.on_display]}
            for hit in found.hits
        ]  # fmt: skip
        page = presenting.Paging(found.page, searching.PER_PAGE, found.total)
        # What was typed comes back masked: somebody's number must not stand in a title or in a screenshot.
        context |= {
            "text": found.text,
            "asked": not problem,
            "problem": problem,
            "found": found,
            "hits": hits,
            "page": page,
        }
    return render(request, "web/search.html", context)


def _item_names() -> dict[str, str]:
    return {item.id: presenting.own_name(item) for item in shelf.book().on(today()).items()}


@require_safe
def subject(request: HttpRequest, code: str) -> HttpResponse:
    """A subject's public page (主体信用页)."""
    day = today()
    shown = profiles.profile(normalise_code(code), day)
    if shown is None:
        raise Http404
    names = _item_names()
    complete = [event for event in shown.timeline if is_complete(event)]
    held_back = [event for event in shown.timeline if not is_complete(event)]
    chosen = request.GET.get("item", "")
    picked = [event for event in complete if not chosen or event.item == chosen]
    page = presenting.Paging.of(request.GET.get("page"), EVENTS, len(picked))
    counts = [
        (item, names.get(item, name), sum(event.item == item for event in complete)) for item, name, _n in shown.counts
    ]
    tiles = []
    for tile in shown.tiles:
        count = tile.count - sum(event.item == tile.item for event in held_back)
        tiles.append({"name": names.get(tile.item, tile.name), "count": count, "note": tile.note, "tone": tile.tone})
    return render(
        request,
        "web/subject.html",
        {
            "section": "search",
            "who": shown.identity,
            "of_government": Body.objects.exclude(kind__in=superiors.PRIVATE).filter(code=shown.identity.code).exists(),
            "status": _status(shown.identity.status),
            "as_of": day,
            "tiles": tiles,
            "counts": [row for row in counts if row[2]],
            "total": len(complete),
            "chosen": chosen,
            "events": _rows(shown, picked[page.offset : page.last], names),
            "page": page,
            "sources": shown.sources,
            "says": shown.says,
            "repairable": [event for event in shown.repairable if is_complete(event)],
            "json_url": reverse("web:subject-data", args=[shown.identity.code]),
        },
    )


def _rows(shown: profiles.Profile, events: list[profiles.Event], names: dict[str, str]) -> list[dict[str, Any]]:
    """The events as the page shows them (时间轴): nothing said twice, the record's own basis beside the clauses."""
    items = {item.id: item for item in shelf.book().on(shown.as_of).items()}
    own = {line.record: line.fields for line in public.public_lines("uscc:" + shown.identity.code, shown.as_of)}
    promised = _promises(events, items, shown.as_of)
    rows = []
    for event in events:
        decided = event.decided.isoformat() if event.decided else ""
        told = {event.title, event.authority, event.document, decided, ""}
        item = items.get(event.item)
        said = _said(event, item, own.get(event.record, {}), told)
        basis = own.get(event.record, {}).get("basis", "")
        if basis and event.polarity == "adverse":
            spec = item.find_field("basis") if item else None
            said.append((presenting.own_name(spec), mask_field("basis", basis)))
        clauses = [*(item.bases[:1] if item and event.polarity == "adverse" else ()), *event.chips]
        rows.append(
            {
                "it": event,
                "promise": promised.get(event.record),
                "item_name": names.get(event.item, event.item_name),
                "said": said,
                "clauses": presenting.clauses(clauses)[: 4 if event.polarity == "adverse" else 2],
            }
        )
    return rows


def _promises(events: list[profiles.Event], items: Mapping[str, Item], as_of: date) -> dict[int, promising.Row]:
    """How promises stand, in the words of their own page (承诺状态): one that is overdue is not told as simply in force here."""
    wanted = {event.record for event in events if event.item in items and items[event.item].binding}
    if not wanted:
        return {}
    known = bodies.register()
    found = (each for each in duties.shown(as_of, known) if each.record in wanted)
    return {each.record: promising.row(each, known) for each in found}


def _said(event: profiles.Event, item: Item | None, own: dict[str, str], told: set[str]) -> list[tuple[str, str]]:
    """The summary of a record (摘要), in the reader's language where the catalogue gives the words."""
    if item is None or not presenting.english():
        return [(name, value) for name, value in event.summary if value not in told]
    rows = []
    for field_id in item.summary_fields:
        spec, value = item.find_field(field_id), own.get(field_id, "")
        if spec is not None and value and value not in told:
            shown = mask_field(field_id, presenting.value_text(spec, value), kind=spec.kind)
            rows.append((presenting.own_name(spec), shown))
    return rows


def _status(value: str) -> tuple[str, str]:
    """The state of registration in words, and whether it is a lively one (登记状态)."""
    item = shelf.book().on(today()).find_item("registration")
    spec = item.find_field("status") if item else None
    choice = spec.find_choice(value) if spec and value else None
    if choice is None:
        return value, "off"
    return presenting.own_name(choice), "good" if choice.value == "active" else "off"


def is_complete(event: profiles.Event) -> bool:
    """Whether an adverse record has what it must have to be shown (五样齐全): source, clause and remedy always;

    a document where the catalogue item requires one. The end date is the term's, or the record ends by its removal.
    """
    if event.polarity != "adverse":
        return True
    item = shelf.book().on(today()).find_item(event.item)
    if item is None or (item.required_document and not event.document):
        return False
    return bool(event.authority and event.chips and event.remedy)


@require_safe
def subject_data(request: HttpRequest, code: str) -> HttpResponse:
    """The same page as data (下载数据): what everybody sees, nothing more."""
    shown = profiles.profile(normalise_code(code), today())
    if shown is None:
        raise Http404
    identity = asdict(shown.identity)
    records = []
    for event in shown.timeline:
        if is_complete(event):
            term = event.term
            records.append(
                {
                    "record": event.record,
                    "item": event.item,
                    "item_name": event.item_name,
                    "title": event.title,
                    "authority": event.authority,
                    "document": event.document,
                    "decided": event.decided,
                    "severity": event.severity,
                    "display_from": term.starts if term else None,
                    "repair_from": term.repair_from if term else None,
                    "display_until": term.ends if term else None,
                    "clauses": [str(citation) for citation in event.chips],
                    "remedy": event.remedy,
                    "certainty": event.certainty,
                    "marks": [{"text": mark.text, "text_en": mark.text_en} for mark in event.marks],
                    "statements": list(event.statements),
                    "fields": dict(event.summary),
                }
            )
    content = {"subject": identity, "as_of": shown.as_of, "law_book": shown.book, "records": records}
    response = JsonResponse(content, json_dumps_params={"ensure_ascii": False, "indent": 1})
    response.headers["Content-Disposition"] = f'attachment; filename="{shown.identity.code}.json"'
    return response


@require_safe
def lists(request: HttpRequest) -> HttpResponse:
    """The lists and what each rests on (名单公示)."""
    day = today()
    names = _item_names()
    others = [
        {"item": row.item, "name": names.get(row.item, row.name), "count": row.on_display}
        for row in registered.index(day)
        if not row.is_list
    ]
    context = {"section": "lists", "lists": showing.lists(day), "others": others, "as_of": day}
    return render(request, "web/lists.html", context)


@require_safe
def one_list(request: HttpRequest, item: str) -> HttpResponse:
    """Who is on a list today, and why (一份名单), narrowed by place, by who decided or who reported, if the reader wishes."""
    day = today()
    one = find_list(item, shelf.book().on(day))
    if one is not None and one.item != ITEM:
        return redirect("web:list", one.item)
    narrowed = ("region", "provider", "authority")
    asked = registered.Filter(*(request.GET.get(name, "") for name in narrowed), title=item if one is not None else "")
    number = presenting.Paging.of(request.GET.get("page"), registered.PER_PAGE, 10**9).number
    found = registered.page(ITEM if one is not None else item, day, number, asked)
    if isinstance(found, Refusal):
        raise Http404
    it = shelf.book().on(day).item(found.row.item)
    # The entries of one list alone may be kept under an item of its own; its page shows that list's rules as well.
    one = one or next((rule for rule in lists_of(shelf.book().on(day)).values() if rule.item == item != ITEM), None)
    context = {
        "one": one,
        "standing": standing_of(one, law=shelf.book().on(day)) if one is not None else None,
        "section": "lists",
        "item": it,
        "found": found,
        "asked": asked,
        "page": presenting.Paging(found.page, registered.PER_PAGE, found.total),
        "as_of": day,
        "rows": showing.list_rows(list(found.lines), it),
    }
    return render(request, "web/list.html", context)


@require_safe
def open_data(request: HttpRequest) -> HttpResponse:
    """Everything public, to take away (开放数据), and how fresh each source is."""
    day = today()
    counts = public.public_counts(day)
    items = [
        {"it": item, "name": presenting.own_name(item), "count": counts.get(item.id, 0)}
        for item in shelf.book().on(day).items()
        if item.public_for
    ]
    sources = sorted(public.sources(day), key=lambda source: source.updated, reverse=True)
    return render(
        request, "web/open_data.html", {"section": "open-data", "items": items, "sources": sources, "as_of": day}
    )


class _Echo:
    """A file that hands back what is written, so that a row leaves as soon as it is made."""

    def write(self, value: str) -> str:
        return value


@require_safe
def download(request: HttpRequest, item: str, kind: str) -> HttpResponse:
    """One item as CSV or JSON Lines (下载), streamed; as of today."""
    day = today()
    found = shelf.book().on(day).find_item(item)
    if found is None or not found.public_for or kind not in {"csv", "jsonl"}:
        raise Http404
    rows = showing.rows_for_download(found, day)
    if kind == "jsonl":
        body: Iterator[str] = (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        content_type = "application/x-ndjson; charset=utf-8"
    else:
        heads = ["record", "subject_code", "subject_name", "display_from", "display_until", "severity"]
        heads += [spec.id for spec in found.public_fields() if spec.id not in heads]
        writer = csv.DictWriter(_Echo(), heads)
        body = _csv(writer, rows)
        content_type = "text/csv; charset=utf-8"
    response = StreamingHttpResponse(body, content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{item}-{day.isoformat()}.{kind}"'
    return response


def _csv(writer: Any, rows: Iterator[dict[str, str]]) -> Iterator[str]:
    yield "\ufeff" + writer.writeheader()
    for row in rows:
        yield writer.writerow({name: plain_cell(value) for name, value in row.items()})
