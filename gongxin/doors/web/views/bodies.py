"""Bodies of government in public (机关单位公开): found by division down to the street, each with a page of its own."""

from __future__ import annotations

from collections import Counter

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from gongxin.doors.web import presenting, promising
from gongxin.doors.web.rights import account_of, needs
from gongxin.rooms.promises import areas, following, listing
from gongxin.rooms.promises.complaints import publishing
from gongxin.spine import duties, public, shelf
from gongxin.spine.bodies import register as bodies
from gongxin.spine.bodies import superiors
from gongxin.spine.clock import today

PAGE = 50
OF_BODY = 10


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """Every public body there is (机关单位清单): by division and name, with what it owes; a body's own street is found here."""
    known, day = bodies.register(), today()
    words, region = request.GET.get("words", "").strip()[:80], request.GET.get("region", "").strip()[:9]
    found = [
        each for each in superiors.public_bodies(known)
        if each.region.startswith(listing.stem(region)) and all(word in f"{each.code} {known.name(each.code, day)}" for word in words.split())
    ]  # fmt: skip
    page = presenting.Paging.of(request.GET.get("page"), PAGE, len(found))
    open_ones = [each for each in duties.shown(day, known) if each.standing.open]
    owed, late = (
        Counter(each.bearer for each in open_ones),
        Counter(each.bearer for each in open_ones if each.standing.overdue),
    )
    places = {each.region for each in superiors.public_bodies(known) if each.region}
    rows = []
    for each in found[page.offset : page.last]:
        above = known.superior(each.code, day)
        rows.append(
            {
                "it": each, "name": known.name(each.code, day), "place": bodies.place_name(each.region),
                "above": (above, known.name(above, day)) if above else None, "open": owed[each.code], "late": late[each.code],
            }
        )  # fmt: skip
    context = {
        "section": "promises", "rows": rows, "page": page, "words": words, "region": region,
        "regions": sorted((place, bodies.place_name(place) or place) for place in places),
    }  # fmt: skip
    return render(request, "web/promises/bodies_public.html", context)


@require_safe
def body(request: HttpRequest, code: str) -> HttpResponse:
    """A body's page, down to the street (单位页): its promises, the complaints and the penalties, with equal weight."""
    known, day = bodies.register(), today()
    it = known.bodies.get(code)
    if it is None or it.kind in superiors.PRIVATE:
        raise Http404
    found = listing.public(listing.Narrowed(body=code), day, known)
    heir = known.successor(code, day)
    lines = [line for line in public.public_lines(f"uscc:{code}", day) if not shelf.book().items[line.item].binding]
    above = known.superior(code, day)
    context = {
        "section": "promises", "as_of": day, "it": it, "name": known.name(code, day),
        "place": bodies.place_name(it.region), "ended_on": known.ended_on(code, day),
        "heir": (heir, known.name(heir, day)) if heir != code else None,
        "above": (above, known.name(above, day)) if above else None,
        "below": [(each, known.name(each, day)) for each in known.subordinates(code, day)],
        "areas": areas.of_promises(found, it.kind, day), "history": promising.history(code, known), "figures": listing.figures(found),
        "rows": [promising.row(each, known) for each in found[:OF_BODY]], "more": len(found) > OF_BODY,
        "lines": [promising.line(each) for each in lines], "complaints": publishing.listed(body=code),
        "follows": following.follows(request.user.pk if request.user.is_authenticated else None, body=code),
    }  # fmt: skip
    return render(request, "web/promises/body.html", context)


@needs("desk")
@require_POST
def follow(request: HttpRequest, code: str) -> HttpResponse:
    """Follow all promises of a body, or follow them no more (关注单位)."""
    it, account = bodies.register().bodies.get(code), account_of(request)
    if it is None or it.kind in superiors.PRIVATE:
        raise Http404
    leaving = request.POST.get("follow") == "no"
    (following.leave if leaving else following.follow)(account.pk, body=code)
    return redirect("web:following") if request.POST.get("back") else redirect("web:body", code)
