"""`gongxin officials` (公职人员履职记录): which kinds for how long; what one's own body handed in; opening one; entering a lifting.

Handing in is `gongxin intake`, with the body that decided as its provider. Looking up for an appointment or an honour is
`gongxin check`, with the matter and the case number.
"""

from __future__ import annotations

import argparse
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from gongxin.doors.cli import usage
from gongxin.doors.cli.case import do_one
from gongxin.doors.cli.language import english

NAME = "officials"
HELP = gettext_noop("公职人员履职记录（不公开）：种类和期间、本单位报送的、查看一条、登记解除")


STATES = {
    "effective": gettext_noop("期间内"),
    "held": gettext_noop("暂停使用"),
    "suspended": gettext_noop("暂停使用"),
    "undecided": gettext_noop("待认定"),
    "future": gettext_noop("未到起始日"),
    "expired": gettext_noop("期满"),
    "removed": gettext_noop("已解除"),
}
"""How a state is printed (状态): nothing of it is ever on display, so no word speaks of display."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what can be done."""
    acts = parser.add_subparsers(dest="deed", metavar="ACT", required=True)
    acts.add_parser("kinds", help=_("收哪些种类、各用多久、依据哪条"))
    acts.add_parser("list", help=_("本单位报送的记录，先到期的在前；不列姓名"))
    shown = acts.add_parser("show", help=_("查看一条，留痕，本人看得到"))
    lifted = acts.add_parser(
        "lift", help=_("登记解除：removed_on=2026-11-22 document_no=… removal_reason=… decided_by=…")
    )
    for each in (shown, lifted):
        each.add_argument("record", type=usage.at_least(1), metavar="RECORD", help=_("记录号"))
    lifted.add_argument("fields", nargs="*", metavar="NAME=VALUE", help=_("所填内容；@文件 从文件读"))
    lifted.add_argument("--say", action="append", default=[], metavar="NAME=VALUE", help=_("所填内容，可写多次"))
    for each in acts.choices.values():
        each.add_argument("--account", default="", metavar="USERNAME", help=_("以哪个账号办理；不写即本机窗口"))
        each.add_argument("--json", action="store_true", help=_("输出一个 JSON 文档"))


def run(args: argparse.Namespace) -> int:
    """Do one thing; 0 done, 1 refused with the reason, 2 wrong usage."""
    return do_one(args, {"kinds": _kinds, "list": _list, "show": _show, "lift": _lift}, _lines)


def _kinds(_args: argparse.Namespace, _viewer: Any, _said: dict[str, str]) -> Any:
    from gongxin.rooms.oversight import officials

    return {"kinds": officials.periods()}


def _list(_args: argparse.Namespace, viewer: Any, _said: dict[str, str]) -> Any:
    from gongxin.kernel.issues import Refusal
    from gongxin.rooms.oversight import officials

    found = officials.filed(viewer)
    return found if isinstance(found, Refusal) else {"records": [officials.as_dict(each) for each in found]}


def _show(args: argparse.Namespace, viewer: Any, _said: dict[str, str]) -> Any:
    from gongxin.kernel.issues import Refusal
    from gongxin.rooms.oversight import officials

    found = officials.opened(viewer, args.record)
    return found if isinstance(found, Refusal) else officials.as_whole(found)


def _lift(args: argparse.Namespace, viewer: Any, said: dict[str, str]) -> Any:
    from gongxin.kernel.issues import Refusal
    from gongxin.rooms.oversight import officials

    done = officials.lift(viewer, args.record, said)
    return done if isinstance(done, Refusal) else {"records": [officials.as_dict(done)]}


def _lines(told: dict[str, Any]) -> list[str]:
    """Return what was found as a person reads it (终端输出)."""
    if "kinds" in told:
        words = _("%(name)s　%(months)d 个月　%(source)s%(waits)s")
        return [
            words % {
                **each, "name": each["name_en"] if english() else each["name"],
                "waits": _("（待法制审核）") if each["certainty"] == "unverified" else "",
            }
            for each in told["kinds"]
        ]  # fmt: skip
    if "fields" in told:
        lines = [_("查阅编号 %(look)s，本人看得到") % {"look": told["look"]}]
        lines += [f"  {name}{_('：')}{value}" for name, value in told["fields"].items()]
        return [*lines, _("  用到 %(until)s　%(remedy)s") % {"until": told["until"] or "—", "remedy": told["remedy"]}]
    words = _("%(record)s　%(kind_name)s　%(decided)s 决定　用到 %(until)s　%(state)s")
    rows = [words % {**each, "state": _(STATES.get(each["state"], each["state"]))} for each in told["records"]]
    return rows or [_("没有记录。")]
