"""`gongxin assess` (评价): a published system of indicators put to one organisation, or to the bodies of a division.

Every figure tells where it comes from. What is about bodies of government stands in `governmentlines`.
"""

from __future__ import annotations

import argparse
import json
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from gongxin.doors.cli import governmentlines, usage
from gongxin.doors.cli.check import add_asker, tell_error, tell_no, viewer_of
from gongxin.doors.cli.language import english, own_name

NAME = "assess"
HELP = gettext_noop("按公开的指标体系评价一个单位，或者一个区划的机关单位；每项得数列出来自哪些记录；不评价自然人")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which system, about whom; without either the systems are listed."""
    parser.add_argument("system", metavar="SYSTEM", nargs="?", help=_("指标体系，不写则列出全部"))
    parser.add_argument("code", metavar="CODE", nargs="?", help=_("统一社会信用代码，不写则列出体系的指标和权重"))
    parser.add_argument("--as-of", type=usage.day, metavar="DAY", help=_("评价日，默认今日"))
    add_asker(parser)
    governmentlines.add_arguments(parser)
    parser.add_argument("--json", action="store_true", help=_("输出一个 JSON 文档"))


def run(args: argparse.Namespace) -> int:
    """List the systems, tell one, or assess; 1 where it is refused or the code is faulty."""
    from gongxin.rooms.oversight import assessing
    from gongxin.rooms.oversight.governments import comparing

    if args.system is None:
        told = [assessing.system_dict(each) for each in assessing.systems(args.as_of)]
        return _tell([*told, *(comparing.system_dict(each) for each in comparing.systems(args.as_of))], args.json)
    if governmentlines.asked(args):
        return governmentlines.run(args)
    about_bodies = comparing.find_system(args.system, args.as_of)
    if about_bodies is not None:
        return _tell([comparing.system_dict(about_bodies)], args.json)
    system = assessing.find_system(args.system, args.as_of)
    if system is None:
        found = (*assessing.systems(args.as_of), *comparing.systems(args.as_of))
        names = "、".join(each.id for each in found)
        message = _("没有指标体系 %(system)s") % {"system": args.system}
        return tell_error(
            {"code": "assess.system", "message": message, "way_forward": _("现有：%(names)s") % {"names": names}},
            args.json,
        )
    if args.code is None:
        return _tell([assessing.system_dict(system)], args.json)
    assessed = assessing.assess(viewer_of(args), system.id, args.code, case_no=args.case_no or "", as_of=args.as_of)
    if not isinstance(assessed, assessing.Assessed):
        return tell_no(assessed, args.json)
    if args.json:
        print(json.dumps(assessing.as_dict(assessed), ensure_ascii=False, indent=2))
    else:
        print("\n".join(_told(assessed)))
    return 0


def _tell(found: list[dict[str, Any]], as_json: bool) -> int:
    if as_json:
        print(json.dumps(found, ensure_ascii=False, indent=2))
        return 0
    for system in found:
        trial = "" if system["in_effect"] else _("（待法制审核，仅供试算）")
        print(f"{system['id']}  {own_name_of(system, 'name')}  {system['version']}{trial}")
        for each in system["indicators"]:
            told = {"weight": f"{each['weight']:g}", "name": own_name_of(each, "name"), "why": own_name_of(each, "why")}
            print(_("  %(weight)s%%  %(name)s：%(why)s") % told)
    return 0


def own_name_of(told: dict[str, Any], key: str) -> str:
    """Return a text of a system in the language of the terminal (体系文字); Chinese where there is no English."""
    return str((english() and told[f"{key}_en"]) or told[key])


def _told(assessed: Any) -> list[str]:
    """Return a result as a person reads it: the interval, then each figure with where it comes from."""
    result = assessed.result
    system = result.system
    head = {"name": assessed.name or assessed.code, "code": assessed.code, "system": own_name(system, system.name),
            "version": system.version, "day": result.as_of}  # fmt: skip
    lines = [
        _("查阅编号 %(number)s") % {"number": assessed.number},
        _("%(name)s　%(code)s　%(system)s %(version)s　评价日 %(day)s") % head,
        _("得分 %(low)s 至 %(high)s，数据覆盖 %(covered)s%%")
        % {"low": f"{result.low:g}", "high": f"{result.high:g}", "covered": f"{result.covered:g}"},
    ]
    if result.grade is not None:
        lines.append(_("等次 %(grade)s") % {"grade": own_name(result.grade, result.grade.name)})
    else:
        lines.append(_("数据不足，不定等次"))
    for each in result.figures:
        name = own_name(each.indicator, each.indicator.name)
        if each.points is None:
            lines.append(_("· %(name)s：没有数据，不加分也不减分") % {"name": name})
            continue
        told = {
            "name": name,
            "value": f"{each.value:g}",
            "points": f"{each.points:g}",
            "weight": f"{each.indicator.weight:g}",
        }
        lines.append(_("· %(name)s：得数 %(value)s，%(points)s 分，权重 %(weight)s%%") % told)
        lines += [f"    {record} {assessed.titles.get(record, '')}" for record in each.records]
    if not system.in_effect:
        lines.append(_("指标体系待法制审核，仅供试算，不得据此调整检查频次"))
    return lines
