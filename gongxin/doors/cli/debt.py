"""`gongxin debt` (地方政府债务): takes in stocks of bonds; tells the stock of a division by debtor and year of maturity.

Internal until the finance authority publishes it (`--publish`, `--published`): each look is logged. Ratio bands and
response levels are told with how sure the book is of them.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from gongxin.doors.cli import usage
from gongxin.doors.cli.case import _viewer
from gongxin.doors.cli.check import tell_no
from gongxin.doors.cli.language import english

NAME = "debt"
HELP = gettext_noop("地方政府债务（内部）：import 文件 导入余额；区划代码 查看余额、到期年份和债务率色带")
IMPORT = "import"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """A division, or `import` with a file."""
    parser.add_argument("region", metavar="REGION|import", help=_("区划代码，例如 130000；或者 import"))
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help=_("债券余额表（CSV），import 时写"))
    parser.add_argument("--as-of", type=usage.day, default=None, metavar="DAY", help=_("余额日"))
    parser.add_argument("--resources", default="", metavar="YI", help=_("综合财力，亿元；写了就算债务率"))
    parser.add_argument("--source", default="", metavar="NAME", help=_("来源，不写即文件名"))
    parser.add_argument("--published", action="store_true", help=_("只看财政主管部门已公布的；不写区划以外的内容"))
    parser.add_argument(
        "--publish", default="", metavar="NUMBER", help=_("以财政主管部门的账号公布，写公布文件号，须写 --by")
    )
    parser.add_argument(
        "--withdraw", default="", metavar="REASON", help=_("以财政主管部门的账号撤下，写理由，须写 --by")
    )
    parser.add_argument("--by", default="", metavar="NAME", help=_("确认公布或者撤下的人：姓名和职务"))
    parser.add_argument("--authority", default="", metavar="BODY", help=_("登记财政主管部门，须写 --document"))
    parser.add_argument("--document", default="", metavar="TEXT", help=_("登记财政主管部门所据的文件"))
    parser.add_argument("--ask", default="", metavar="BODY", help=_("就所见余额向这个下级单位提出疑问，须写 --text"))
    parser.add_argument("--text", default="", metavar="TEXT", help=_("要请它说明什么"))
    parser.add_argument("--account", default="", metavar="USERNAME", help=_("以哪个账号办理；不写即本机窗口"))
    parser.add_argument("--json", action="store_true", help=_("输出一个 JSON 文档"))


def run(args: argparse.Namespace) -> int:
    """Take in or tell; 0 done, 1 refused with the reason, 2 wrong usage."""
    from gongxin.kernel.issues import Refusal

    viewer = _viewer(args.account)
    if viewer is None:
        print(_("没有账号“%(name)s”") % {"name": args.account}, file=sys.stderr)
        return 2
    if (args.region == IMPORT) != (args.file is not None):
        print(_("导入写 gongxin debt import 文件；查看写 gongxin debt 区划代码"), file=sys.stderr)
        return 2
    told = _import(args) if args.file is not None else _deed(args, viewer)
    if isinstance(told, Refusal):
        return tell_no(told, args.json)
    print(json.dumps(told, ensure_ascii=False, indent=2, default=str) if args.json else "\n".join(_said(told)))
    return 0


def _import(args: argparse.Namespace) -> Any:
    from gongxin.kernel.issues import Refusal
    from gongxin.rooms.oversight import debt

    try:
        text = args.file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return Refusal("debt.file", _("读不了文件 %(path)s") % {"path": args.file}, None, _("请用 UTF-8 的 CSV 文件"))
    done = debt.take_in(text, stock_day=args.as_of, source=args.source or args.file.name)
    return done if isinstance(done, Refusal) else asdict(done)


def _deed(args: argparse.Namespace, viewer: Any) -> Any:
    """Publish, take back, enter the finance authority, tell what is published, or look within the house."""
    from gongxin.kernel.issues import Refusal
    from gongxin.rooms.oversight.debtbook import authorities, publishing

    if args.authority:
        named = authorities.enter(viewer, args.region, args.authority, args.document)
        return named if isinstance(named, Refusal) else {"region": named.region, "authority": named.body}
    if args.publish or args.withdraw:
        act, paper = (publishing.publish, args.publish) if args.publish else (publishing.withdraw, args.withdraw)
        done = act(viewer, args.region, args.as_of, paper, args.by)
        if isinstance(done, Refusal):
            return done
        return {"region": done.region, "stock_day": done.stock_day, "verb": done.verb, "document": done.document_no}
    if not args.published:
        return _look(args, viewer)
    found = publishing.find(args.region, args.as_of)
    if found is None:
        return Refusal("debt.unpublished", _("这个区划没有公布的债务余额"), None, _("由财政主管部门公布"))
    return publishing.as_dict(*found)


def _look(args: argparse.Namespace, viewer: Any) -> Any:
    from gongxin.kernel.issues import Refusal
    from gongxin.rooms.oversight import debt

    resources = debt.fen(args.resources) if args.resources else None
    if args.resources and not resources:
        return Refusal(
            "debt.resources", _("综合财力不对：%(text)s") % {"text": args.resources}, None, _("请写亿元数，例如 5200.5")
        )
    told = debt.look(viewer, args.region, stock_day=args.as_of, resources=resources)
    if isinstance(told, Refusal) or not args.ask:
        return told if isinstance(told, Refusal) else debt.as_dict(told)
    done = debt.ask(viewer, told, args.ask, args.text)
    return done if isinstance(done, Refusal) else {**debt.as_dict(told), "case": done.case.number}


def _said(told: dict[str, Any]) -> list[str]:
    """Return what was found or done as a person reads it (终端输出)."""
    if "added" in told:
        return [
            _(
                "余额日 %(stock_day)s：%(rows)d 行，新增 %(added)d，已有 %(present)d，没有余额 %(untold)d，没有写地区 %(unplaced)d"
            )
            % told
        ]
    if "verb" in told or "debtors" not in told:
        return ["　".join(str(each) for each in told.values())]
    if "look" not in told:
        words = _("%(name)s　余额日 %(day)s　余额 %(yuan)s 元　%(document)s　%(on)s 公布")
        head = words % {
            "name": told["region"]["name"], "day": told["stock_day"], "yuan": told["balance_yuan"],
            "document": told["document"], "on": told["published_on"],
        }  # fmt: skip
        return [head, *_debtors_said(told)]
    words = _("查阅编号 %(look)s　%(name)s　余额日 %(day)s　余额 %(yuan)s 元（内部）")
    lines = [
        words
        % {"look": told["look"], "name": told["region"]["name"], "day": told["stock_day"], "yuan": told["balance_yuan"]}
    ]
    lines += _debtors_said(told)
    for each in told["reported_apart"]:
        words = _("  另有：%(name)s（%(code)s）余额日 %(stock_day)s，没有计入")
        lines.append(words % each)
    if told.get("case"):
        lines.append(_("已提出疑问，案号 %(number)s") % {"number": told["case"]})
    if told["band"] is not None:
        name = (english() and told["band"]["name_en"]) or told["band"]["name"]
        certain = "" if told["band"]["certainty"] == "verified" else _("（待法制审核，不是结论）")
        lines.append(
            _("债务率 %(ratio)s%%　%(band)s%(certain)s")
            % {"ratio": told["ratio_percent"], "band": name, "certain": certain}
        )
    return [*lines, *_limits_said(told)]


def _limits_said(told: dict[str, Any]) -> list[str]:
    """The bands, levels and limits of the book, each with its clause and how sure the book is (色带、响应等级、重整界限)."""
    heads = (("bands", _("债务率色带")), ("levels", _("应急响应等级")), ("restructuring", _("财政重整界限")))
    lines = []
    for key, head in heads:
        for each in told[key]:
            name = (english() and each["name_en"]) or each["name"]
            told_text = (english() and each["text_en"]) or each["text"]
            said = told_text or _("%(n)s%% 以上") % {"n": each["percent"]}
            certain = "" if each["certainty"] == "verified" else _("（待法制审核）")
            lines.append(f"  {head}　{name}　{said}　{each['clause']}{certain}")
    return lines


def _debtors_said(told: dict[str, Any]) -> list[str]:
    lines = []
    for each in told["debtors"]:
        lines.append(f"  {each['debtor']}　{each['balance_yuan']}")
        lines += [f"    {year}　{amount}" for year, amount in each["by_year_of_maturity"].items()]
    return lines
