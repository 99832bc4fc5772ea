"""The library of measures as everybody may read it (措施库): each with clause, who, whom, how long, how to cure, and whether it has effect.

One shape for page, interface and command line. What has no effect says why.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from gongxin.law import measures
from gongxin.law.book import Edition
from gongxin.law.measures import Force, Orphan
from gongxin.law.model import Entry
from gongxin.law.provisions import Provision
from gongxin.spine import shelf

LACKS = {
    "": ("有效", "in effect"),
    "rank": ("没有足够层级的依据，不发生效力", "no basis of sufficient rank: no effect"),
    "term": ("不在施行期间", "outside its own time"),
    "basis": ("依据已失效，自失效之日起暂停", "its basis has ended: suspended from that day"),
    "unconfirmed": ("待法制审核，未经本地确认，不发生效力", "awaits legal review and confirmation: no effect"),
    "voluntary": (
        "由有关组织自主决定，平台不执行、不强制",
        "for others to decide of their own accord; never compelled",
    ),
}
"""Whether a measure has effect, in both languages (效力)."""


def listing(day: date) -> list[dict[str, Any]]:
    """Return the library of a day by groups (措施库): group → measures → provisions."""
    law = shelf.book().on(day)
    entries = law.measures()
    return [
        {
            **_named(group),
            "measures": [_measure(each, law) for each in entries if each.data.get("group") == group.id],
        }
        for group in entries
        if group.data.get("level") == "group"
    ]


def find(provision_id: str, day: date) -> dict[str, Any] | None:
    """Return one provision as of a day (一条措施), or None where the library has none of this id."""
    law = shelf.book().on(day)
    provision = law.book.provisions.get(provision_id)
    return None if provision is None else as_dict(provision, law)


def orphaned(day: date) -> list[dict[str, Any]]:
    """Return what has no effect on a day since its basis is not in force (失去依据的措施)."""
    return [_orphan(each) for each in measures.orphans(shelf.book(), day)]


def as_dict(provision: Provision, law: Edition) -> dict[str, Any]:
    """Return a provision as every channel gives it (措施条款), with its force on the edition's day."""
    force: Force = measures.force(provision, law=law)
    chinese, english = LACKS[force.lacks]
    return {
        "id": provision.id, "measure": provision.measure, "measure_name": provision.measure_name,
        "measure_name_en": provision.measure_name_en, "group": provision.group, "name": provision.name,
        "name_en": provision.name_en, "binding": provision.binding, "subjects": provision.subjects,
        "subjects_en": provision.subjects_en, "subject_kinds": list(provision.kinds), "scope": list(provision.scope),
        "triggers": list(provision.triggers), "clauses": [str(ref) for ref in provision.bases],
        "editions": [str(law.ref(each)) for each in provision.editions], "implementer": provision.implementer,
        "implementer_en": provision.implementer_en, "body_kinds": list(provision.body_kinds),
        "region": provision.region or None, "duration": provision.duration.text, "duration_en": provision.duration.text_en,
        "months": provision.duration.months, "stacking": provision.stacking, "cure": provision.cure,
        "cure_en": provision.cure_en, "burden": provision.burden,
        "extends": [{"to": each.to, "clause": str(each.clause), "certainty": each.certainty} for each in provision.extends],
        "certainty": provision.certainty, "confirmed_by": provision.confirmed_by or None, "note": provision.note,
        "effective": force.effective, "lacks": force.lacks or None, "force": chinese, "force_en": english,
        "broken": [str(ref) for ref in force.broken],
    }  # fmt: skip


def _measure(entry: Entry, law: Edition) -> dict[str, Any]:
    rows = [each for each in law.book.provisions.values() if each.measure == entry.id]
    return {
        **_named(entry),
        "clauses": [str(ref) for ref in entry.bases],
        "provisions": [as_dict(each, law) for each in rows],
    }


def _named(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "name": entry.name,
        "name_en": entry.name_en,
        "certainty": entry.certainty,
        "note": str(entry.data.get("note") or ""),
    }


def _orphan(orphan: Orphan) -> dict[str, Any]:
    return {
        "kind": orphan.kind,
        "id": orphan.id,
        "name": orphan.name,
        "name_en": orphan.name_en,
        "broken": [str(ref) for ref in orphan.broken],
        "since": orphan.since.isoformat() if orphan.since else None,
    }
