"""`gongxin areas` (政务诚信重点领域): the areas, the bodies in one, one body in it with what it says and what is missing."""

from __future__ import annotations

import argparse
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from gongxin.doors.cli import usage
from gongxin.doors.cli.case import do_one
from gongxin.doors.cli.language import english
from gongxin.kernel.issues import Refusal

NAME = "areas"
HELP = gettext_noop("政务诚信重点领域：政府采购、社会资本合作、招标投标、招商引资、政府债务、街道乡镇")
STATES = {
    "met": gettext_noop("已有"),
    "gap": gettext_noop("还没有"),
    "open": gettext_noop("未到"),
    "told": gettext_noop("仅列出"),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """An area, perhaps a body in it."""
    parser.add_argument("area", nargs="?", default="", metavar="AREA", help=_("领域，例如 procurement；不写即列出全部"))
    parser.add_argument("--body", default="", metavar="CODE", help=_("一个单位在这个领域的承诺和所缺内容"))
    parser.add_argument("--inside", action="store_true", help=_("连同不公开的一起看；看的人和时间记入查阅日志"))
    parser.add_argument("--region", default="", metavar="CODE", help=_("行政区划"))
    parser.add_argument("--as-of", type=usage.day, default=None, metavar="DAY", help=_("按哪一天"))
    parser.add_argument("--account", default="", metavar="USERNAME", help=_("以哪个账号办理；不写即本机窗口"))
    parser.add_argument("--json", action="store_true", help=_("输出一个 JSON 文档"))


def run(args: argparse.Namespace) -> int:
    """Tell; 0 done, 1 refused with the reason, 2 wrong usage."""
    args.deed = "body" if args.body else "area" if args.area else "list"
    return do_one(args, {"list": _list, "area": _area, "body": _body}, _said)


def _list(args: argparse.Namespace, _who: Any, _fields: Any) -> Any:
    from gongxin.rooms.promises import areas
    from gongxin.spine import clock

    day = args.as_of or clock.today()
    return {"as_of": day, "areas": [areas.as_dict(each) for each in areas.known(day)]}


def _area(args: argparse.Namespace, _who: Any, _fields: Any) -> Any:
    from gongxin.rooms.promises import areas
    from gongxin.spine import publicday
    from gongxin.spine.bodies.register import register

    day, known = publicday.public_day(args.as_of), register()
    if isinstance(day, Refusal):
        return day
    found = areas.find(args.area, day)
    if found is None:
        return _unknown(args.area, day)
    return areas.told(found, day, known, args.region)


def _body(args: argparse.Namespace, viewer: Any, _fields: Any) -> Any:
    from gongxin.rooms.promises import areas
    from gongxin.spine import clock, publicday
    from gongxin.spine.bodies.register import register, unknown

    # With what is not public, a past day may be asked about, too: that look goes through the gate and is logged.
    day, known = args.as_of or clock.today() if args.inside else publicday.public_day(args.as_of), register()
    if isinstance(day, Refusal):
        return day
    found = areas.find(args.area, day)
    if found is None:
        return _unknown(args.area, day)
    if args.body not in known.bodies:
        return unknown(args.body)
    if not args.inside:
        return areas.whole_dict(areas.of_body(found, args.body, day, known), known)
    told = areas.inside(viewer, args.body, day, known)
    return told if isinstance(told, Refusal) else areas.whole_dict(told[found.id], known)


def _unknown(area: str, day: Any) -> Any:
    from gongxin.rooms.promises import areas

    return Refusal(
        "area.none", _("没有这个领域：%(area)s") % {"area": area}, None,
        _("可以是：%(names)s") % {"names": " ".join(each.id for each in areas.known(day))},
    )  # fmt: skip


def _said(told: dict[str, Any]) -> list[str]:
    """Return what was found as a person reads it (终端输出)."""
    if "areas" in told:
        return [
            f"{each['id']}　{_own(each)}　{each['duty_en'] if english() else each['duty']}" for each in told["areas"]
        ]
    if "bodies" in told:
        words = _(
            "%(name)s　承诺 %(promises)d 项，仍须履行 %(open)d 项，逾期 %(overdue)d 项，还缺 %(missing)d 处　投诉 %(n)d 件　失信 %(broken)d 条"
        )
        lines = [_own(told)]
        return [*lines, *(f"  {words % {**each, 'n': each['complaints']['count']}}" for each in told["bodies"])]
    lines = [f"{told['body']['name']}　{_own(told['area'])}"]
    lines += [_check(each, "  ") for each in told["checks"]]
    for each in told["promises"]:
        lines.append(f"  {each['record']}　{each['title']}　{each['due'] or '—'}")
        lines += [_check(one, "    ") for one in each["checks"]]
    return lines


def _check(each: dict[str, Any], margin: str) -> str:
    missing = f"：{'、'.join(each['missing'])}" if each["missing"] and each["state"] != "met" else ""
    return f"{margin}{_(STATES[each['state']])}　{each['name']}{missing}"


def _own(each: dict[str, Any]) -> str:
    return str((english() and each["name_en"]) or each["name"])
