"""`gongxin intake` (归集): take in a department's file, row by row accounted for."""

from __future__ import annotations

import argparse
import getpass
import json
import os
import sys
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from gongxin.doors.cli.language import english, own_name

NAME = "intake"
HELP = gettext_noop("归集一个文件（CSV、XLSX、XLS、JSONL、Parquet），逐行给出结果")
SHOWN_ISSUES = 40
STATES = {
    "accepted": gettext_noop("接收"),
    "duplicates": gettext_noop("重复"),
    "refused": gettext_noop("退回"),
    "waiting": gettext_noop("待人工"),
}
ASIDE = {
    "title": gettext_noop("标题"),
    "heading": gettext_noop("重复表头"),
    "group": gettext_noop("分组"),
    "total": gettext_noop("合计"),
    "note": gettext_noop("注"),
    "empty": gettext_noop("空行"),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The file, what it reports, who reports it."""
    parser.add_argument("file", metavar="FILE", nargs="?", type=Path, help=_("要归集的文件"))
    parser.add_argument("--item", metavar="ITEM", help=_("目录事项；不写则按表头识别"))
    parser.add_argument("--provider", metavar="CODE", help=_("提供单位的代码或名称；不写则为信用主管单位"))
    parser.add_argument(
        "--map", metavar="表头=字段", action="append", default=[], help=_("确认一个表头的含义，可多次使用")
    )
    parser.add_argument("--rejects", metavar="OUT.xlsx", type=Path, help=_("把退回的行写入工作簿，标出单元格并附原因"))
    parser.add_argument("--resume", metavar="BATCH", type=int, help=_("继续处理一个中断的批次"))
    parser.add_argument("--json", action="store_true", help=_("输出一个 JSON 文档"))


def run(args: argparse.Namespace) -> int:
    """Return 0 when every row is accepted or a duplicate, 1 when some are not, 2 for wrong usage."""
    if (args.file is None) == (args.resume is None):
        return usage(_("请给出一个文件，或用 --resume 指明要继续的批次"))
    columns = columns_of(args.map)
    if columns is None:
        return usage(_("--map 应写作 表头=字段，例如 --map 处罚文书=document_no"))
    from gongxin.rooms.intake import batches

    no = not_ready()
    if no is not None:
        return usage(no)
    if args.resume is not None:
        return _go_on(args)
    if not args.file.is_file():
        return usage(not_found(args.file))
    no = unknown_item(args.item)
    if no is not None:
        return usage(no)
    provider = _provider(args.provider)
    if provider is None:
        return usage(
            _("没有代码或名称为“%(name)s”的提供单位；请先登记该单位，或不写 --provider") % {"name": args.provider}
        )
    from gongxin.rooms.intake.gathering import normal_headings

    no = _unwritable(args.rejects)
    if no is not None:
        return usage(no)
    batch = batches.receive(
        args.file, file_name=args.file.name, provider=provider, via="cli", actor=f"命令行 {getpass.getuser()}",
        item=args.item, confirmed=normal_headings(columns),
    )  # fmt: skip
    return _tell(batches.run(batch.pk, show_progress), args)


def not_found(path: Path) -> str:
    """Return what to say of a path that is no file (找不到文件)."""
    if path.is_dir():
        return _("%(path)s 是文件夹，不是文件；请逐个指明其中的文件，或把文件放进前置机目录后用 gongxin watch") % {
            "path": path
        }
    return _("找不到文件 %(path)s；请核对路径") % {"path": path}


def _unwritable(path: Path | None) -> str | None:
    """Return why the refused rows cannot be written there (退回文件写不了), before anything is taken in; or None."""
    if path is None:
        return None
    if path.is_dir():
        return _("%(path)s 是文件夹；请写明退回文件的文件名，例如 %(example)s") % {
            "path": path,
            "example": path / "rejects.xlsx",
        }
    if not path.parent.is_dir():
        return _("文件夹 %(path)s 不存在，退回的行没有地方写；请先建立，或换一个位置") % {"path": path.parent}
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        return _("没有权限写入 %(path)s；请换一个位置") % {"path": path}
    return None


def _go_on(args: argparse.Namespace) -> int:
    from gongxin.rooms.intake import batches
    from gongxin.rooms.intake.models import Batch

    try:
        return _tell(batches.resume(args.resume, show_progress), args)
    except Batch.DoesNotExist:
        return usage(_("没有批次 %(number)d") % {"number": args.resume})
    except batches.NotNow as no:
        return usage(str(no))


def _provider(named: str | None) -> str | None:
    from gongxin.rooms.intake import gathering

    if named is not None:
        body = gathering.find_provider(named)
        return None if body is None else body.pk
    office = gathering.default_office()
    print(_("未指明提供单位，记为 %(name)s（%(code)s）") % {"name": office.name, "code": office.pk}, file=sys.stderr)
    return office.pk


def not_ready() -> str | None:
    """Return what to say when this installation has no tables yet, or None."""
    from django.db import connection

    if "intake_batch" in connection.introspection.table_names():
        return None
    return _("数据库中还没有表；请先运行 gongxin init")


def unknown_item(item: str | None) -> str | None:
    """Return what to say when the catalogue has no such item today, or None."""
    from gongxin.spine import clock, shelf

    edition = shelf.book().on(clock.today())
    if item is None or edition.find_item(item) is not None:
        return None
    names = _("、").join(f"{each.id} ({own_name(each)})" for each in edition.items())
    return _("目录中没有事项“%(item)s”；可用的有：%(names)s") % {"item": item, "names": names}


def columns_of(pairs: list[str]) -> dict[str, str] | None:
    """Return headings and the fields they were said to be, or None when one is not written as a pair."""
    split = [pair.rpartition("=") for pair in pairs]
    if any(not heading or not name for heading, _sep, name in split):
        return None
    return {heading: name for heading, _sep, name in split}


def usage(message: str) -> int:
    """Say what is wrong with the command, and return its exit code."""
    print(message, file=sys.stderr)
    return 2


def show_progress(batch: Any) -> None:
    """One line that rewrites itself on a terminal, one line each elsewhere stays silent."""
    if sys.stderr.isatty():
        told = {"received": f"{batch.received:,}", "accepted": f"{batch.accepted:,}"}
        print("\r" + _("已处理 %(received)s 行，接收 %(accepted)s") % told, end="", file=sys.stderr, flush=True)


def _tell(batch: Any, args: argparse.Namespace) -> int:
    from gongxin.rooms.intake import batches

    if sys.stderr.isatty():
        print(file=sys.stderr)
    report = batches.report(batch)
    if args.rejects is not None and batch.refused:
        from gongxin.rooms.intake import rejects  # only here: the workbook's writer takes long to load

        args.rejects.write_bytes(rejects.workbook(batch))
        report["rejects"] = str(args.rejects)
    if args.json:
        print(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        tell(report)
        if "rejects" in report:
            print(_("退回的行已写入 %(path)s，改正后可直接再次报送") % {"path": report["rejects"]})
    return exit_code(report)


def exit_code(report: dict[str, Any]) -> int:
    """Return 0 when all is taken in, 1 otherwise."""
    return 1 if report["refused"] or report["waiting"] or report["state"] != "done" else 0


def tell(report: dict[str, Any]) -> None:
    """Print a report for a person."""
    if report.get("message"):
        print(report["message"])
    head = _("批次 %(number)d · ") % {"number": report["batch"]} if report["batch"] else ""
    told = {"file": report["file"], "item": report["item"] or _("未识别"), "rows": f"{report['received']:,}"}
    print(head + _("%(file)s · 事项 %(item)s · 收到 %(rows)s 行") % told)
    print("　".join(f"{_(name)} {report[key]:,}" for key, name in STATES.items()))
    if report["late"]:
        print(_("其中迟报 %(rows)s 行") % {"rows": f"{report['late']:,}"})
    if report["set_aside"]:
        aside = _("、").join(f"{_(ASIDE.get(key, key))} {count}" for key, count in report["set_aside"].items())
        print(_("另有非记录行：%(rows)s") % {"rows": aside})
    shown = sorted(report["issues"], key=lambda each: each["severity"] == "notice")[:SHOWN_ISSUES]
    for each in shown:
        print(f"  {place_of(each)}{_('：')}{message_of(each)}{hint_of(each)}")
    hidden = len(report["issues"]) - len(shown) + sum(report["more_notices"].values())
    if hidden > 0:
        print(_("  …… 另有 %(number)s 条，用 --json 查看全部") % {"number": f"{hidden:,}"})
    print(_("用时 %(seconds)s 秒") % {"seconds": report["seconds"]})


def place_of(issue: dict[str, Any]) -> str:
    sheet = f"{issue['sheet']} " if issue["sheet"] else ""
    row = _("整表") if issue["row"] is None else _("第 %(row)d 行") % {"row": issue["row"]}
    column = f"“{issue['column']}”" if issue["column"] else ""
    return f"{sheet}{row}{column}"


def hint_of(issue: dict[str, Any]) -> str:
    suggestion = "　" + _("建议：%(value)s") % {"value": issue["suggestion"]} if issue["suggestion"] else ""
    return suggestion + ("　" + _("依据：%(clause)s") % {"clause": issue["clause"]} if issue["clause"] else "")


def message_of(issue: dict[str, Any]) -> str:
    """Return the sentence of a finding (问题说明); in English only where no detail of it was lost."""
    from gongxin.kernel.issues import MESSAGES_EN
    from gongxin.rooms.intake.words import WORDS_EN

    code = str(issue["code"])
    template = (WORDS_EN.get(code) or MESSAGES_EN.get(code) or "") if english() else ""
    try:
        told = template.format(value=issue["value"], column=issue["column"], suggestion=issue["suggestion"])
    except (KeyError, IndexError):
        told = ""
    return told or str(issue["message"])
