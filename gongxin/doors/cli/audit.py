"""`gongxin audit looks` (查阅审计): the questions the log raises, for the auditor; counts alone with --counts."""

from __future__ import annotations

import argparse
import json
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from gongxin.doors.cli.language import english

NAME = "audit"
HELP = gettext_noop("审计：异常查阅的疑问（不是结论）")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what can be audited."""
    acts = parser.add_subparsers(dest="act", metavar="ACT", required=True)
    looks = acts.add_parser("looks", help=_("从查阅日志提出的疑问"))
    looks.add_argument("--counts", action="store_true", help=_("只给可以公布的件数"))
    looks.add_argument("--json", action="store_true", help=_("输出一个 JSON 文档"))


def run(args: argparse.Namespace) -> int:
    """List the questions; nothing is kept and nobody is asked by this."""
    from gongxin.rooms.oversight import unusual
    from gongxin.spine import clock
    from gongxin.spine.access import withheld

    today = clock.today()
    counted = [
        {"rule": each["rule"].id, "name": each["rule"].name, "standing": each["standing"], "asked": each["asked"]}
        for each in unusual.counts(today)
    ]
    delayed, ever = withheld.count(today)
    told: dict[str, Any] = {"as_of": today, "counts": counted, "withheld": {"standing": delayed, "ever": ever}}
    if not args.counts:
        told["findings"] = [unusual.as_dict(each) for each in unusual.findings(today)]
    if args.json:
        print(json.dumps(told, ensure_ascii=False, indent=2, default=str))
        return 0
    for row in counted:
        print(
            _("%(name)s　当前 %(standing)s 件，已请单位说明 %(asked)s 件")
            % {**row, "name": row["name_en"] if english() and row.get("name_en") else row["name"]}
        )
    print(_("依法推迟告知 %(standing)s 件（累计 %(ever)s 件），到日自行告知") % told["withheld"])
    for each in told.get("findings", ()):
        usual = _("，平时 %(usual)g") % {"usual": each["usual"]} if each["usual"] is not None else ""
        print(
            f"{each['on']}　{each['name']}　{each['body']} {each['post']}　{each['count']}{usual}　{' '.join(each['looks'][:3])}"
        )
    return 0
