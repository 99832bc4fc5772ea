"""`gongxin check` (核查): one subject in one matter, answered as on the page and over the interface."""

from __future__ import annotations

import argparse
import getpass
import json
import sys
from datetime import date
from typing import Any

NAME = "check"
HELP = "核查一个主体：须依法处理、供参考、没有查到在效记录"

LOCAL = "LOCAL"
"""The body in whose name the command line asks when none is named: whoever may run this program on this machine."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Whom, in which matter, as of which day."""
    parser.add_argument("code", metavar="CODE", help="统一社会信用代码；自然人事项写公民身份号码")
    parser.add_argument("--matter", required=True, help="办理事项：procurement、tendering、licensing …")
    parser.add_argument("--as-of", type=date.fromisoformat, metavar="DAY", help="查询日，默认今日")
    add_asker(parser)
    parser.add_argument("--json", action="store_true", help="输出一个 JSON 文档")


def add_asker(parser: argparse.ArgumentParser) -> None:
    """In whose name, for which case."""
    parser.add_argument("--case-no", metavar="NO", help="办件编号，事项要求时必填")
    parser.add_argument("--body", metavar="CODE", default=LOCAL, help="以哪个单位的名义核查（默认本机）")


def viewer_of(args: argparse.Namespace) -> Any:
    """Return whom the access log will name: the operator of this machine, on behalf of a body."""
    from gongxin.spine.access.gate import Viewer
    from gongxin.spine.access.models import Body, BodyKind, Role

    if args.body == LOCAL:
        Body.objects.get_or_create(
            code=LOCAL, defaults={"name": "本机操作", "name_en": "This machine's operator", "kind": BodyKind.ORGAN}
        )
    return Viewer(
        account_id=None, name=f"命令行 {getpass.getuser()}", body=args.body, role=Role.OFFICER.value, via="cli"
    )


def tell_no(no: Any, as_json: bool) -> int:
    """Print a no – issues or a refusal – and return the exit code."""
    if isinstance(no, list):
        error: dict[str, Any] = {
            "code": "data.invalid",
            "message": "；".join(issue.message for issue in no),
            "way_forward": "请改正后再查。",
            "issues": [issue.as_dict() for issue in no],
        }
    else:
        error = {key: value for key, value in no.as_dict().items() if value}
    return tell_error(error, as_json)


def tell_error(error: dict[str, Any], as_json: bool) -> int:
    """Print what went wrong in the one shape of error, and return the exit code."""
    if as_json:
        print(json.dumps({"error": error}, ensure_ascii=False, indent=2))
    else:
        print(error["message"], file=sys.stderr)
        for name in ("clause", "way_forward"):
            if error.get(name):
                print(error[name], file=sys.stderr)
        for each in error.get("issues", ()):
            if each.get("suggestion"):
                print(f"是否为 {each['suggestion']}", file=sys.stderr)
    return 1


def run(args: argparse.Namespace) -> int:
    """Ask and print."""
    from gongxin.rooms.measures import check
    from gongxin.rooms.measures.faults import Unanswerable

    try:
        answered = check.check(viewer_of(args), args.code, args.matter, args.as_of, args.case_no)
    except Unanswerable as fault:
        return tell_error(
            {"code": "unavailable", "message": fault.message, "way_forward": fault.way_forward, "ticket": fault.ticket},
            args.json,
        )
    if not isinstance(answered, dict):
        return tell_no(answered, args.json)
    if args.json:
        print(json.dumps(answered, ensure_ascii=False, indent=2))
    else:
        print("\n".join(told(answered)))
    return 0


def told(answered: dict[str, Any]) -> list[str]:
    """Return the answer as a person reads it: first what must be acted on."""
    name = f"{answered['subject_name']} " if answered["subject_name"] else ""
    lines = [
        f"核查编号 {answered['check']}",
        f"{name}{answered['subject']}　{answered['matter_name']}（{answered['matter_clause']}）　查询日 {answered['as_of']}",
        f"{len(answered['must_act'])} 项须依法处理，{len(answered['for_reference'])} 项供参考",
    ]
    for title, key in (("须依法处理", "must_act"), ("供参考，法律未规定因此限制", "for_reference")):
        if answered[key]:
            lines += ["", title]
        for entry in answered[key]:
            until = f"截止 {entry['display_until']}" if entry["display_until"] else "无截止日"
            lines += [
                f"· {entry['item_name']}：{entry['title'] or ''}",
                f"  {entry['authority'] or ''}　{entry['document'] or ''}　{entry['decided'] or ''}　{until}",
                f"  依据 {entry['clause'] or ''}：{entry['effect']}",
                f"  救济 {entry['remedy'] or ''}",
            ]
    if answered["none"]:
        lines += ["", f"已核对，{answered['note']}"]
        lines += [
            f"· {entry['item_name']}（{len(entry['sources'])} 个来源，数据截至 {entry['up_to'] or '尚未归集'}）"
            for entry in answered["none"]
        ]
    return lines
