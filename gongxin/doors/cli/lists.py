"""`gongxin lists` (名单): what lists there are, propose, act, take off, and the daily comparison with public bodies.

A decision names the person who made it; whoever acts is named by an account of the deciding body.
"""

from __future__ import annotations

import argparse
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from gongxin.doors.cli import usage
from gongxin.doors.cli.case import _lines, do_one
from gongxin.doors.cli.language import english
from gongxin.kernel.sentences import in_english

NAME = "lists"
HELP = gettext_noop("严重失信主体名单：列出、提出列入、办理、移出、比对机关事业单位")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what can be done with lists."""
    acts = parser.add_subparsers(dest="deed", metavar="ACT", required=True)
    listed = acts.add_parser("list", help=_("列出全部名单：依据、期限、移出、在公示数"))
    listed.add_argument("--as-of", type=usage.day, default=None, metavar="DAY", help=_("按哪一天"))
    shown = acts.add_parser("show", help=_("一份名单，或者一件列入案件"))
    shown.add_argument("what", metavar="LIST|NUMBER", help=_("名单编号或者案号"))
    acts.add_parser("cases", help=_("在办的列入案件"))
    proposed = acts.add_parser("propose", help=_("提出列入，例如 propose wage-defaulters CODE facts=… basis=…"))
    proposed.add_argument("list", metavar="LIST", help=_("名单编号"))
    proposed.add_argument("code", metavar="CODE", help=_("统一社会信用代码或公民身份号码"))
    done = acts.add_parser("act", help=_("办理：notify、serve-notice、state-defence、decide、serve-decision、drop …"))
    done.add_argument("number", metavar="NUMBER", help=_("案号"))
    done.add_argument("verb", metavar="VERB", help=_("办理行为"))
    left = acts.add_parser("exit", help=_("移出：ground=cured 或 ground=annulled"))
    left.add_argument("record", type=usage.at_least(1), metavar="RECORD", help=_("记录号"))
    closed = acts.add_parser(
        "settle", help=_("写明名单比对疑问的核实结果：ground=reported reported_to=… findings=… decided_by=…")
    )
    closed.add_argument("record", type=usage.at_least(1), metavar="RECORD", help=_("记录号"))
    acts.add_parser("watch", help=_("比对失信被执行人名单中的机关和事业单位，有新的就提出疑问"))
    for each in (proposed, done, left, closed):
        each.add_argument("fields", nargs="*", metavar="NAME=VALUE", help=_("所填内容；@文件 从文件读"))
        each.add_argument("--say", action="append", default=[], metavar="NAME=VALUE", help=_("所填内容，可写多次"))
    for each in acts.choices.values():
        each.add_argument("--account", default="", metavar="USERNAME", help=_("以哪个账号办理；不写即本机窗口"))
        each.add_argument("--json", action="store_true", help=_("输出一个 JSON 文档"))


def run(args: argparse.Namespace) -> int:
    """Do one thing; 0 done, 1 refused with the reason, 2 wrong usage."""
    deeds = {
        "list": _list, "show": _show, "cases": _cases, "propose": _propose, "act": _act, "exit": _exit, "watch": _watch,
        "settle": _settle,
    }  # fmt: skip
    return do_one(args, deeds, _said)


def _list(args: argparse.Namespace, _who: Any, _fields: dict[str, str]) -> Any:
    from gongxin.rooms.measures.lists import overview
    from gongxin.spine import clock, shelf

    day = args.as_of or clock.today()
    law = shelf.book().on(day)
    return {"as_of": day, "lists": [overview.as_dict(row, law) for row in overview.rows(day)]}


def _show(args: argparse.Namespace, viewer: Any, _said: dict[str, str]) -> Any:
    from gongxin.kernel.issues import Refusal
    from gongxin.rooms.measures.lists import overview
    from gongxin.spine import clock, shelf
    from gongxin.spine.cases import finding, telling

    law = shelf.book().on(clock.today())
    row = next((each for each in overview.rows() if each.rule.id == args.what), None)
    if row is not None:
        return {"lists": [overview.as_dict(row, law)]}
    shown = finding.show(viewer, args.what)
    return shown if isinstance(shown, Refusal) else telling.whole(shown)


def _cases(_args: argparse.Namespace, viewer: Any, _said: dict[str, str]) -> Any:
    from gongxin.rooms.measures.lists import overview
    from gongxin.spine.cases import telling

    return {"cases": [telling.row(case) for case in overview.cases(viewer)]}


def _propose(args: argparse.Namespace, viewer: Any, fields: dict[str, str]) -> Any:
    from gongxin.rooms.measures.lists import listing

    return _done(listing.propose(viewer, args.list, args.code, fields))


def _act(args: argparse.Namespace, viewer: Any, fields: dict[str, str]) -> Any:
    from gongxin.spine.cases import engine

    return _done(engine.act(viewer, args.number, args.verb, fields))


def _exit(args: argparse.Namespace, viewer: Any, fields: dict[str, str]) -> Any:
    from gongxin.rooms.measures.lists import leaving

    return _done(leaving.take_off(viewer, args.record, fields))


def _settle(args: argparse.Namespace, viewer: Any, fields: dict[str, str]) -> Any:
    from gongxin.rooms.measures.lists import settling

    return _done(settling.settle(viewer, args.record, fields))


def _watch(_args: argparse.Namespace, _who: Any, _said: dict[str, str]) -> Any:
    from gongxin.rooms.measures.lists import watch
    from gongxin.spine.outbox import rounds

    found = watch.run()
    rounds.mark(rounds.WATCH)
    return {"found": [watch.as_dict(each) for each in found]}


def _done(done: Any) -> Any:
    from gongxin.kernel.issues import Refusal
    from gongxin.spine.cases import telling

    if isinstance(done, Refusal):
        return done
    return {**telling.progress(done.case, done.standing), "entries": list(done.entries)}


def _said(told: dict[str, Any]) -> list[str]:
    """Return what was done or found as a person reads it (终端输出)."""
    if "found" in told:
        words = _("%(record)s　%(list)s　%(code)s　%(name)s　%(question)s")
        own = [{**each, "question": each["question_en"]} if english() else each for each in told["found"]]
        return [words % each for each in own] or [_("没有新的发现。")]
    if "lists" not in told:
        return _lines(told)
    lines = []
    for each in told["lists"]:
        name = each["name_en"] if english() and each["name_en"] else each["name"]
        lines.append(f"{each['id']}　{name}　{_('在公示 %(n)d') % {'n': each['on_display']}}")
        words_of = "text_en" if english() else "text"
        authority = in_english(each["authority"]) if english() else each["authority"]
        lines.append(f"    {authority}；{each['term'][words_of] or '—'}；{each['early_exit'][words_of] or '—'}")
        lines.append(f"    {'；'.join(each['bases'])}")
        if each["reason"]:
            lines.append(f"    {_('没有效果：%(reason)s') % {'reason': each['reason']}}")
    return lines
