"""`gongxin bulletin` (监督月报): a month's figures, questions, promises and tasks; as text, as data or as PDF."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from gongxin.doors.cli.check import tell_no
from gongxin.doors.cli.language import english

NAME = "bulletin"
HELP = gettext_noop("监督月报：一个月的指标、预警、承诺和任务，按区划和单位；文字、数据或者 PDF")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the month, the division and the form."""
    parser.add_argument("--month", default="", metavar="YYYY-MM", help=_("月份，不写即本月"))
    parser.add_argument("--region", default="", metavar="CODE", help=_("区划代码，不写即全部"))
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help=_("输出一个 JSON 文档"))
    form.add_argument(
        "--pdf", nargs="?", const="", default=None, metavar="FILE", help=_("写成 PDF，不写文件名即按月份命名")
    )


def run(args: argparse.Namespace) -> int:
    """Tell the bulletin; 1 where there is no such month."""
    from gongxin.kernel.issues import Refusal
    from gongxin.rooms.oversight import bulletin, bulletin_paper, overview

    asked = overview.asked(args.month, args.region)
    if isinstance(asked, Refusal):
        return tell_no(asked, args.json)
    made = bulletin.make(asked.month, asked.region)
    if args.pdf is not None:
        path = Path(args.pdf or f"{bulletin.file_name(made)}.pdf")
        path.write_bytes(bulletin_paper.pdf(made, english=english()))
        print(_("已写入 %(path)s") % {"path": path})
    elif args.json:
        print(json.dumps(bulletin.as_dict(made), ensure_ascii=False, indent=2, default=str))
    else:
        print("\n".join(_said(bulletin.as_dict(made))))
    return 0


def _said(told: dict[str, Any]) -> list[str]:
    """Return the bulletin as a person reads it (终端输出)."""
    name, text = ("name_en", "text_en") if english() else ("name", "text")
    unit = "unit_en" if english() else "unit"
    lines = [
        _("%(region)s　%(month)s　数据截至 %(day)s")
        % {"region": told["region"][name], "month": told["month"], "day": told["as_of"]}
    ]
    for each in told["figures"]:
        value = (
            "—"
            if each["value"] is None
            else f"{each['value']:.1f}%"
            if each["kind"] == "share"
            else f"{each['value']:.0f} {each[unit]}"
        )
        lines.append(f"  {each[name]}　{value}")
    lines.append(_("预警 %(n)d 项，是疑问，不是结论") % {"n": len(told["questions"])})
    body = "body_name_en" if english() else "body_name"
    lines += [f"  {each[body] or each['body_name']}　{each[text]}　{each['case']}" for each in told["questions"]]
    lines += [f"· {each[text]}" for each in told["coverage"]]
    return lines
