"""The library of measures (措施库): each with clause, who, whom, how long, how to cure; open to everybody."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from gongxin.doors.web import presenting
from gongxin.law import measures
from gongxin.law.book import Edition
from gongxin.law.provisions import Provision
from gongxin.rooms.measures import library
from gongxin.spine import shelf
from gongxin.spine.clock import today

TONES = {"": "good", "voluntary": "off", "unconfirmed": "warn"}
"""How the force of a measure looks (效力色): what lacks its basis is red."""
KINDS = {"organisation": _("单位"), "sole-trader": _("个体工商户"), "person": _("自然人")}


@require_safe
def library_page(request: HttpRequest) -> HttpResponse:
    """All measures by their three groups (措施库), and what has lost its basis."""
    law = shelf.book().on(today())
    groups = [
        {
            "it": group,
            "note": group.data.get("note", ""),
            "measures": [
                {"it": each, "note": each.data.get("note", ""), "bases": presenting.clauses(each.bases), "rows": _rows(each.id, law)}
                for each in law.measures()
                if each.data.get("group") == group.id
            ],
        }
        for group in law.measures()
        if group.data.get("level") == "group"
    ]  # fmt: skip
    orphans = [
        {"it": each, "clauses": presenting.clauses(each.broken)} for each in measures.orphans(shelf.book(), today())
    ]
    return render(request, "web/measures/library.html", {"groups": groups, "orphans": orphans, "section": "law"})


@require_safe
def provision(request: HttpRequest, provision: str) -> HttpResponse:
    """One measure whole (一项措施): the same words an officer and the subject read."""
    law = shelf.book().on(today())
    found = law.book.provisions.get(provision)
    if found is None:
        raise Http404
    return render(request, "web/measures/provision.html", {"row": _row(found, law), "section": "law"})


def _rows(measure: str, law: Edition) -> list[dict[str, Any]]:
    return [_row(each, law) for each in law.book.provisions.values() if each.measure == measure]


def _row(provision: Provision, law: Edition) -> dict[str, Any]:
    force = measures.force(provision, law=law)
    matters = [law.matter(each) for each in provision.scope if each in law.book.matters]
    english = presenting.english()

    def own(name: str) -> str:
        return str((getattr(provision, f"{name}_en") if english else "") or getattr(provision, name))

    return {
        "it": provision,
        "name": own("name"),
        "measure": own("measure_name"),
        "subjects": own("subjects"),
        "implementer": own("implementer"),
        "cure": own("cure"),
        "duration": (provision.duration.text_en if english else "") or provision.duration.text,
        "bases": presenting.clauses(provision.bases),
        "editions": presenting.clauses(law.ref(each) for each in provision.editions),
        "kinds": [KINDS[kind] for kind in provision.kinds if kind in KINDS],
        "matters": [presenting.own_name(matter) for matter in matters],
        "tone": TONES.get(force.lacks, "bad"),
        "force": library.LACKS[force.lacks][1 if english else 0],
        "effective": force.effective,
        "broken": presenting.clauses(force.broken),
        "extends": [
            {
                "to": RELATIONS.get(each.to, each.to),
                "clause": presenting.clause(each.clause),
                "certainty": each.certainty,
            }
            for each in provision.extends
        ],
    }


RELATIONS = {"responsible-person": _("法定代表人、负责人等责任人员"), "organisation": _("本人任职的单位")}
