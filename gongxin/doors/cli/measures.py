"""`gongxin measures` (措施库): what may restrict anybody, by which clause; what has lost its basis."""

from __future__ import annotations

import argparse
import json
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from gongxin.doors.cli import usage
from gongxin.doors.cli.check import tell_error
from gongxin.doors.cli.language import english

NAME = "measures"
HELP = gettext_noop("措施库：每项措施的条文、对象、期限和怎样解除；失去依据的措施")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what can be asked of the library."""
    acts = parser.add_subparsers(dest="deed", metavar="ACT", required=True)
    listed = acts.add_parser("list", help=_("列出三类措施"))
    listed.add_argument("--effective", action="store_true", help=_("只列有效的"))
    shown = acts.add_parser("show", help=_("一项措施的全部内容"))
    shown.add_argument("id", metavar="ID", help=_("措施代号，如 market-access.procurement-ban"))
    acts.add_parser("orphans", help=_("依据已失效、自失效之日起暂停的措施"))
    for each in acts.choices.values():
        each.add_argument("--as-of", type=usage.day, metavar="DAY", help=_("哪一天，默认今日"))
        each.add_argument("--json", action="store_true", help=_("输出一个 JSON 文档"))


def run(args: argparse.Namespace) -> int:
    """Print what was asked; 1 where there is no such measure."""
    from gongxin.rooms.measures import library
    from gongxin.spine import clock

    day = args.as_of or clock.today()
    if args.deed == "orphans":
        told: dict[str, Any] = {"as_of": day, "orphans": library.orphaned(day)}
    elif args.deed == "show":
        found = library.find(args.id, day)
        if found is None:
            words = _("措施库里没有“%(id)s”") % {"id": args.id}
            error = {"code": "measure.unknown", "message": words, "way_forward": _("gongxin measures list 列出全部")}
            return tell_error(error, args.json)
        told = {"as_of": day, "measure": found}
    else:
        told = {"as_of": day, "groups": _chosen(library.listing(day), args.effective)}
    if args.json:
        print(json.dumps(told, ensure_ascii=False, indent=2, default=str))
    else:
        print("\n".join(_lines(told, day)))
    return 0


def _chosen(groups: list[dict[str, Any]], effective: bool) -> list[dict[str, Any]]:
    if not effective:
        return groups
    kept = []
    for group in groups:
        rows = [
            {**each, "provisions": [row for row in each["provisions"] if row["effective"]]}
            for each in group["measures"]
        ]
        kept.append({**group, "measures": [each for each in rows if each["provisions"]]})
    return [group for group in kept if group["measures"]]


def _own(told: dict[str, Any], name: str) -> str:
    return str((told.get(f"{name}_en") if english() else "") or told.get(name) or "")


def _lines(told: dict[str, Any], day: date) -> list[str]:
    if "orphans" in told:
        rows = [
            f"{each['id']}　{_own(each, 'name')}　{_('；').join(each['broken'])}　{each['since'] or ''}"
            for each in told["orphans"]
        ]
        return rows or [_("%(day)s 没有失去依据的措施。") % {"day": day}]
    if "measure" in told:
        return _whole(told["measure"])
    lines = []
    for group in told["groups"]:
        lines.append(_own(group, "name"))
        for each in group["measures"]:
            lines.append(f"  {_own(each, 'name')}")
            lines += [f"    {row['id']}　{_own(row, 'name')}　[{_own(row, 'force')}]" for row in each["provisions"]]
    return lines or [_("没有有效的措施。")]


def _whole(told: dict[str, Any]) -> list[str]:
    pairs = [
        (_("措施"), f"{_own(told, 'measure_name')}{_('：')}{_own(told, 'name')}"),
        (_("效力"), _own(told, "force") + "".join(f"　{ref}" for ref in told["broken"])),
        (_("依据"), _("；").join(told["clauses"])),
        (_("清单版本"), _("；").join(told["editions"])),
        (_("对象"), _own(told, "subjects")),
        (_("范围"), " ".join(told["scope"])),
        (_("实施单位"), _own(told, "implementer")),
        (_("期限"), _own(told, "duration")),
        (_("怎样解除"), _own(told, "cure")),
        (_("可以及于"), _("；").join(f"{each['to']} {each['clause']}" for each in told["extends"])),
        (_("确认"), told["confirmed_by"] or ""),
        (_("备注"), told["note"]),
    ]
    return [told["id"], *(f"  {name}　{value}" for name, value in pairs if value)]
