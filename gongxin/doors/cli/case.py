"""`gongxin case` (案件): open, list, show, act, attach, hand over; how each body keeps its clocks.

Acts have their statutory verbs. Whoever acts for a body or a subject is named by an account; without one it is the
office's own counter on this machine.
"""

from __future__ import annotations

import argparse
import getpass
import json
import sys
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from gongxin.doors.cli import usage
from gongxin.doors.cli.check import LOCAL, tell_no
from gongxin.doors.cli.language import english

Deed = Callable[[argparse.Namespace, Any, dict[str, str]], Any]
"""One thing a command can do (一项操作): by whom, with which fields."""

NAME = "case"
HELP = gettext_noop("案件：异议、修复、查阅询问、个人信息请求、复核、更正撤回")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what can be done with cases."""
    acts = parser.add_subparsers(dest="deed", metavar="ACT", required=True)
    opened = acts.add_parser("open", help=_("提出一件申请，例如 open objection CODE --record 12 ground=facts text=…"))
    opened.add_argument(
        "kind", metavar="KIND", help=_("种类：objection、repair、inquiry、erasure、copy、review、correction …")
    )
    opened.add_argument("code", metavar="CODE", help=_("统一社会信用代码或公民身份号码"))
    opened.add_argument("--record", type=usage.at_least(1), metavar="N", help=_("记录号"))
    opened.add_argument("--about", default="", metavar="NO", help=_("查阅编号或者原案号"))
    opened.add_argument("--applicant", default="", metavar="NAME", help=_("申请人，窗口和纸质代录时必填"))
    opened.add_argument("--paper", action="store_true", help=_("从纸质申请代录"))
    opened.add_argument("fields", nargs="*", metavar="NAME=VALUE", help=_("申请内容"))
    listed = acts.add_parser("list", help=_("列出案件，先到期的在前"))
    listed.add_argument("--kind", default="", metavar="KIND", help=_("只列一类"))
    listed.add_argument("--closed", action="store_true", help=_("列已办结的"))
    shown = acts.add_parser("show", help=_("一件案件的全部经过和现在可以做的事"))
    done = acts.add_parser("act", help=_("办理：accept、request-material、uphold、reject、carry-out、withdraw …"))
    for each in (shown, done):
        each.add_argument("number", metavar="NUMBER", help=_("案号"))
    done.add_argument("verb", metavar="VERB", help=_("办理行为"))
    done.add_argument("fields", nargs="*", metavar="NAME=VALUE", help=_("所填内容；@文件 从文件读"))
    added = acts.add_parser("attach", help=_("附加一个文件"))
    added.add_argument("number", metavar="NUMBER", help=_("案号"))
    added.add_argument("file", type=Path, metavar="FILE", help=_("文件"))
    handed = acts.add_parser("hand-over", help=_("移交给本单位另一个账号"))
    handed.add_argument("number", metavar="NUMBER", help=_("案号"))
    handed.add_argument("username", metavar="USERNAME", help=_("接手的账号"))
    handed.add_argument("--reason", required=True, metavar="TEXT", help=_("理由"))
    noticed = acts.add_parser("notice", help=_("一条失信信息的信用修复告知书，与决定书一并送达"))
    noticed.add_argument("record", type=usage.at_least(1), metavar="RECORD", help=_("记录号"))
    written = acts.add_parser("document", help=_("案件中一份文书：告知书、决定书等"))
    written.add_argument("number", metavar="NUMBER", help=_("案号"))
    written.add_argument("n", type=usage.at_least(1), metavar="N", help=_("办理经过中的第几步"))
    acts.add_parser("commitments-due", help=_("本单位受理、已过履行期限、还没有认定的信用承诺"))
    acts.add_parser("unserved", help=_("本单位还没有送达的信用修复告知书"))
    counted = acts.add_parser("timeliness", help=_("各单位办理时效"))
    counted.add_argument("--from", dest="since", type=usage.day, default=date.min, metavar="DAY", help=_("提出日从"))
    counted.add_argument("--to", dest="until", type=usage.day, default=date.max, metavar="DAY", help=_("提出日到"))
    for each in (opened, done):
        # argparse takes bare words only where they stand together; after an option they need one of their own.
        each.add_argument("--say", action="append", default=[], metavar="NAME=VALUE", help=_("所填内容，可写多次"))
    for each in acts.choices.values():
        each.add_argument("--account", default="", metavar="USERNAME", help=_("以哪个账号办理；不写即本机窗口"))
        each.add_argument("--json", action="store_true", help=_("输出一个 JSON 文档"))


def run(args: argparse.Namespace) -> int:
    """Do one thing; 0 done, 1 refused with the reason, 2 wrong usage."""
    deeds = {
        "open": _open, "list": _list, "show": _show, "act": _act, "attach": _attach, "hand-over": _hand_over,
        "timeliness": _timeliness, "notice": _notice, "document": _document, "unserved": _unserved,
        "commitments-due": _commitments_due,
    }  # fmt: skip
    return do_one(args, deeds, _lines)


def do_one(args: argparse.Namespace, deeds: Mapping[str, Deed], lines: Callable[[Any], list[str]]) -> int:
    """Do the deed that was asked for, by whoever is named (以账号办理), and tell what came of it."""
    from gongxin.kernel.issues import Refusal

    viewer = _viewer(args.account)
    if viewer is None:
        print(_("没有账号“%(name)s”") % {"name": args.account}, file=sys.stderr)
        return 2
    fields = _fields([*getattr(args, "fields", []), *getattr(args, "say", [])])
    if fields is None:
        return 2
    told = deeds[args.deed](args, viewer, fields)
    if isinstance(told, Refusal) or (isinstance(told, list) and told and hasattr(told[0], "severity")):
        return tell_no(told, args.json)
    print(json.dumps(told, ensure_ascii=False, indent=2, default=str) if args.json else "\n".join(lines(told)))
    # Rows that were held back are faulty data: the rest is done, and the program says that something is left.
    return 1 if isinstance(told, dict) and told.get("held") else 0


def _viewer(username: str) -> Any:
    from gongxin.spine.access.gate import Viewer
    from gongxin.spine.access.models import Account, Role

    if not username:
        return Viewer(None, f"命令行 {getpass.getuser()}", LOCAL, Role.OPERATOR.value, "cli")
    account = Account.objects.filter(username=username, is_active=True).first()
    if account is None:
        return None
    return Viewer(account.pk, str(account), account.body_id or "", account.role, "cli")


def _fields(given: list[str]) -> dict[str, str] | None:
    fields = {}
    for each in given:
        name, mark, value = each.partition("=")
        if not mark or not name:
            print(_("“%(text)s”应写成 名称=内容") % {"text": each}, file=sys.stderr)
            return None
        if value.startswith("@"):
            value = Path(value[1:]).read_text(encoding="utf-8")
        fields[name] = value.replace("\\n", "\n")
    return fields


def _open(args: argparse.Namespace, viewer: Any, fields: dict[str, str]) -> Any:
    from gongxin.kernel.issues import Refusal
    from gongxin.spine.cases import engine, telling
    from gongxin.spine.cases.models import Channel
    from gongxin.spine.cases.subjects import key_of

    key = key_of(args.code)
    if key is None:
        return Refusal("case.code", _("“%(code)s”不是有效的代码或证件号") % {"code": args.code}, None, _("请核对"))
    channel = Channel.PAPER if args.paper else Channel.COUNTER if not args.account else Channel.ONLINE
    request = engine.Request(
        args.kind, key, fields, record=args.record, about=args.about, channel=channel, applicant=args.applicant
    )
    done = engine.open_case(viewer, request)
    if isinstance(done, Refusal):
        return done
    return {**telling.progress(done.case, done.standing), "receipt": done.receipt, "entries": list(done.entries)}


def _list(args: argparse.Namespace, viewer: Any, _said: dict[str, str]) -> Any:
    from gongxin.spine.cases import finding, telling

    found = finding.listing(viewer, kind=args.kind, closed=args.closed)
    return {"cases": [telling.row(case) for case in found]}


def _show(args: argparse.Namespace, viewer: Any, _said: dict[str, str]) -> Any:
    from gongxin.kernel.issues import Refusal
    from gongxin.spine.cases import finding, telling

    shown = finding.show(viewer, args.number)
    return shown if isinstance(shown, Refusal) else telling.whole(shown)


def _act(args: argparse.Namespace, viewer: Any, fields: dict[str, str]) -> Any:
    from gongxin.kernel.issues import Refusal
    from gongxin.spine.cases import engine, telling

    done = engine.act(viewer, args.number, args.verb, fields)
    if isinstance(done, Refusal):
        return done
    return {**telling.progress(done.case, done.standing), "entries": list(done.entries)}


def _attach(args: argparse.Namespace, viewer: Any, _said: dict[str, str]) -> Any:
    from gongxin.kernel.issues import Refusal
    from gongxin.spine.cases import attachments

    kept = attachments.attach(viewer, args.number, attachments.Offered(args.file.name, args.file.read_bytes()))
    if isinstance(kept, Refusal):
        return kept
    return attachments.as_dict(kept)


def _hand_over(args: argparse.Namespace, viewer: Any, _said: dict[str, str]) -> Any:
    from gongxin.kernel.issues import Refusal
    from gongxin.spine.cases import reminding, telling

    case = reminding.hand_over(viewer, args.number, args.username, args.reason)
    return case if isinstance(case, Refusal) else telling.row(case)


def _notice(args: argparse.Namespace, viewer: Any, _said: dict[str, str]) -> Any:
    from gongxin.kernel.issues import Refusal
    from gongxin.rooms.remedy import repair_notice

    made = repair_notice.notice(viewer, args.record)
    if isinstance(made, Refusal):
        return made
    return {**repair_notice.as_dict(made), "lines": repair_notice.as_text(made)}


def _document(args: argparse.Namespace, viewer: Any, _said: dict[str, str]) -> Any:
    from gongxin.kernel.issues import Refusal
    from gongxin.rooms.remedy import documents

    made = documents.document(viewer, args.number, args.n)
    return made if isinstance(made, Refusal) else {**documents.as_dict(made), "lines": documents.as_text(made)}


def _unserved(_args: argparse.Namespace, viewer: Any, _said: dict[str, str]) -> Any:
    from gongxin.rooms.remedy import notifying

    found = notifying.waiting(viewer)
    return {"unserved": [{"record": each.record, "item": each.item, "made_on": each.made_on} for each in found]}


def _commitments_due(_args: argparse.Namespace, viewer: Any, _said: dict[str, str]) -> Any:
    from gongxin.rooms.measures import verifying

    return {"commitments": [verifying.as_dict(each) for each in verifying.waiting(viewer)]}


def _timeliness(args: argparse.Namespace, _who: Any, _said: dict[str, str]) -> Any:
    from gongxin.spine.cases import statistics, telling

    return {"timeliness": [telling.timeliness(each) for each in statistics.timeliness(args.since, args.until)]}


def _lines(told: dict[str, Any]) -> list[str]:
    """Return what was done or found as a person reads it (终端输出)."""
    if told.get("notice") == "repair" or "document" in told:
        return list(told["lines"])
    if "unserved" in told:
        rows = [f"{each['made_on']}　{each['record']}　{each['item']}" for each in told["unserved"]]
        return rows or [_("没有待送达的告知书。")]
    if "commitments" in told:
        rows = [f"{each['due_on']}　{each['record']}　{each['code'] or '—'}" for each in told["commitments"]]
        return rows or [_("没有待核查的承诺。")]
    if "cases" in told:
        return [_row(each) for each in told["cases"]] or [_("没有案件。")]
    if "timeliness" in told:
        words = _("%(body_name)s　%(kind_name)s　%(clock_name)s：%(count)d 次，超期办结 %(late)d，逾期未办 %(overdue)d")
        return [words % each for each in told["timeliness"]] or [_("没有案件。")]
    if "state_name" not in told:
        return [_row(told) if "state" in told else "　".join(str(value) for value in told.values())]
    state = told["state_name_en"] if english() and told["state_name_en"] else told["state_name"]
    lines = [f"{told['number']}　{told['kind_name']}　{state}"]
    if told.get("receipt"):
        lines.append(_("回执码 %(code)s（只显示这一次）") % {"code": told["receipt"]})
    for each in told["clocks"]:
        end = each["stopped"] or each["due"] or _("暂停")
        late = _("（逾期）") if each["overdue"] else _("（暂算）") if each["provisional"] else ""
        lines.append(f"  {each['name']}　{each['started']} → {end}{late}")
    for each in told.get("acts", ()):
        lines.append(f"  {each['on']}　{each['verb']}　{each['by'] or each['body'] or ''}")
        lines += [f"    {name}{_('：')}{value}" for name, value in each["said"].items()]
    for each in told.get("allowed", ()):
        lines.append(f"  → {each['verb']}　{each['name']}　{' '.join(name + '=' for name in each['needs'])}")
    return lines


def _row(each: dict[str, Any]) -> str:
    late = _("（逾期）") if each["overdue"] else ""
    return f"{each['number']}　{_state(each)}　{each['body'] or ''}　{each['due'] or each['closed_on'] or ''}{late}"


def _state(each: dict[str, Any]) -> str:
    """How a case stands, in words (案件状态)."""
    from gongxin.law import casework
    from gongxin.spine import shelf

    rules = casework.rules_of(each["kind"], law=shelf.book().on(date.fromisoformat(each["opened_on"])))
    found = rules.states.get(each["state"])
    return each["state"] if found is None else (found.name_en if english() and found.name_en else found.name)
