"""`gongxin tasks` (任务分工、督导): plans, tasks and how they stand, giving and breaking down, acts, appraisal, bulletin.

Whoever acts for a body is named by an account: tasks are given and reported by bodies, and verified by people.
"""

from __future__ import annotations

import argparse
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from gongxin.doors.cli import usage
from gongxin.doors.cli.case import do_one
from gongxin.doors.cli.language import english

NAME = "tasks"
HELP = gettext_noop("任务分工：方案、下达和分解、报告、核实、督查、考核、年度通报")
VERBS = ("progress", "finish", "return", "confirm", "inspect", "reply", "postpone", "lift")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what can be done with tasks."""
    acts = parser.add_subparsers(dest="deed", metavar="ACT", required=True)
    acts.add_parser("plans", help=_("任务分工方案"))
    planned = acts.add_parser("plan", help=_("一份方案：任务、牵头单位、时限和进展"))
    listed = acts.add_parser("list", help=_("已下达的任务，逾期的在前"))
    listed.add_argument("--body", default="", metavar="CODE", help=_("承办单位"))
    listed.add_argument("--region", default="", metavar="CODE", help=_("行政区划"))
    listed.add_argument("--state", default="", metavar="STATE", help="assigned working reported done lifted overdue")
    shown = acts.add_parser("show", help=_("一件任务的全部经过和现在可以做的事"))
    given = acts.add_parser(
        "assign", help=_("下达任务，例如 assign hebei-2013-90/4-3 text=… due=2026-12-31 --body CODE")
    )
    given.add_argument("task", metavar="PLAN/TASK", help=_("方案/任务"))
    given.add_argument("--body", action="append", default=[], metavar="CODE", help=_("承办单位，可写多次"))
    given.add_argument("--region", default="", metavar="CODE", help=_("分解到这个区划内的全部下级单位"))
    reported = acts.add_parser("report", help=_("报告进展，附佐证材料；--done 报完成"))
    reported.add_argument("--done", action="store_true", help=_("报告完成，待下达单位核实"))
    acted = acts.add_parser("act", help=_("办理：") + " ".join(VERBS))
    for each in (shown, reported, acted):
        each.add_argument("number", metavar="NUMBER", help=_("案号"))
    acted.add_argument("verb", metavar="VERB", help=_("办理行为"))
    appraised = acts.add_parser("appraise", help=_("告知拟定的考核意见：result=… text=… decided_by=…"))
    looked = acts.add_parser("inspect", help=_("通知专项督查：checklist=… text=…；办理用 act"))
    told = acts.add_parser("bulletin", help=_("年度通报：当年到期的任务和已确定的考核意见"))
    for each in (planned, appraised, looked, told):
        each.add_argument("plan", metavar="PLAN", help=_("方案"))
    for each in (appraised, looked, told):
        each.add_argument("year", type=usage.at_least(2013), metavar="YEAR", help=_("年度"))
    for each in (appraised, looked):
        each.add_argument("body", metavar="CODE", help=_("被考核、被督查单位"))
    for each in (given, reported, acted, appraised, looked):
        each.add_argument("fields", nargs="*", metavar="NAME=VALUE", help=_("所填内容；@文件 从文件读"))
        each.add_argument("--say", action="append", default=[], metavar="NAME=VALUE", help=_("所填内容，可写多次"))
    for each in (planned, listed, told):
        each.add_argument("--as-of", type=usage.day, default=None, metavar="DAY", help=_("按哪一天"))
    for each in acts.choices.values():
        each.add_argument("--account", default="", metavar="USERNAME", help=_("以哪个账号办理；不写即本机窗口"))
        each.add_argument("--json", action="store_true", help=_("输出一个 JSON 文档"))


def run(args: argparse.Namespace) -> int:
    """Do one thing; 0 done, 1 refused with the reason, 2 wrong usage."""
    deeds = {
        "plans": _plans, "plan": _plan, "list": _list, "show": _show, "assign": _assign, "report": _report, "act": _act,
        "appraise": _appraise, "inspect": _inspect, "bulletin": _bulletin,
    }  # fmt: skip
    return do_one(args, deeds, _said)


def _plans(_args: argparse.Namespace, _who: Any, _fields_: Any) -> Any:
    from gongxin.law import taskplans
    from gongxin.rooms.oversight.tasks import reading
    from gongxin.spine import clock, shelf

    return {"plans": [reading.plan_dict(each) for each in taskplans.plans(shelf.book().on(clock.today()))]}


def _plan(args: argparse.Namespace, _who: Any, _fields_: Any) -> Any:
    from gongxin.kernel.issues import Refusal
    from gongxin.rooms.oversight.tasks import reading

    plan = _found(args.plan)
    if isinstance(plan, Refusal):
        return plan
    rows = reading.rows(plan, reading.held(args.as_of))
    return {**reading.plan_dict(plan), "tasks": [reading.row_dict(row) for row in rows]}


def _list(args: argparse.Namespace, viewer: Any, _fields_: Any) -> Any:
    from gongxin.law.complaints import stem
    from gongxin.rooms.oversight.tasks import reading
    from gongxin.spine import clock
    from gongxin.spine.bodies.register import register

    known, day = register(), args.as_of or clock.today()
    found = [
        each
        for each in reading.of_viewer(viewer, day, known)
        if args.body in {"", each.bearer}
        and each.region.startswith(stem(args.region))
        and args.state in {"", each.standing.state, "overdue" if each.standing.overdue else "-"}
    ]
    return {"as_of": day, "total": len(found), "counts": {key: reading.tally_dict(each) for key, each in reading.by_body(found).items()},
            "regions": {key: reading.tally_dict(each) for key, each in reading.by_region(found).items()},
            "given": [reading.as_dict(each, known) for each in found]}  # fmt: skip


def _show(args: argparse.Namespace, viewer: Any, _fields_: Any) -> Any:
    from gongxin.kernel.issues import Refusal
    from gongxin.spine.cases import finding, telling

    shown = finding.show(viewer, args.number)
    return shown if isinstance(shown, Refusal) else telling.whole(shown)


def _assign(args: argparse.Namespace, viewer: Any, fields: dict[str, str]) -> Any:
    from gongxin.kernel.issues import Refusal
    from gongxin.rooms.oversight.tasks import giving
    from gongxin.spine.cases import telling

    strange = sorted(set(fields) - {"text", "due", "post", "part_of"})
    if strange:
        return Refusal(
            "case.field", _("不能填写：%(names)s") % {"names": "、".join(strange)}, None, "text due post part_of"
        )
    bodies = [*args.body, *(giving.below(viewer, args.region) if args.region else ())]
    order = giving.Order(
        args.task, fields.get("text", ""), fields.get("due", ""), fields.get("post", ""), fields.get("part_of", "")
    )
    done = giving.give(viewer, order, bodies)
    return (
        done if isinstance(done, Refusal) else {"cases": [telling.progress(each.case, each.standing) for each in done]}
    )


def _report(args: argparse.Namespace, viewer: Any, fields: dict[str, str]) -> Any:
    args.verb = "finish" if args.done else "progress"
    return _act(args, viewer, fields)


def _act(args: argparse.Namespace, viewer: Any, fields: dict[str, str]) -> Any:
    from gongxin.kernel.issues import Refusal
    from gongxin.spine.cases import engine, telling

    done = engine.act(viewer, args.number, args.verb, fields)
    return done if isinstance(done, Refusal) else {"cases": [telling.progress(done.case, done.standing)]}


def _appraise(args: argparse.Namespace, viewer: Any, fields: dict[str, str]) -> Any:
    from gongxin.kernel.issues import Refusal
    from gongxin.rooms.oversight.tasks import appraising
    from gongxin.spine.cases import telling

    done = appraising.appraise(viewer, args.plan, args.year, args.body, fields)
    return done if isinstance(done, Refusal) else {"cases": [telling.progress(done.case, done.standing)]}


def _inspect(args: argparse.Namespace, viewer: Any, fields: dict[str, str]) -> Any:
    from gongxin.kernel.issues import Refusal
    from gongxin.rooms.oversight.tasks import inspecting
    from gongxin.spine.cases import telling

    done = inspecting.inspect(viewer, args.plan, args.year, args.body, fields)
    return done if isinstance(done, Refusal) else {"cases": [telling.progress(done.case, done.standing)]}


def _bulletin(args: argparse.Namespace, _who: Any, _fields_: Any) -> Any:
    from gongxin.kernel.issues import Refusal
    from gongxin.rooms.oversight.tasks import appraising
    from gongxin.spine.bodies.register import register

    plan, known = _found(args.plan), register()
    if isinstance(plan, Refusal):
        return plan
    return appraising.as_dict(appraising.bulletin(plan, args.year, args.as_of, known), known)


def _found(plan_id: str) -> Any:
    from gongxin.kernel.issues import Refusal
    from gongxin.law import taskplans
    from gongxin.spine import clock, shelf

    law = shelf.book().on(clock.today())
    names = "、".join(each.id for each in taskplans.plans(law))
    return taskplans.find_plan(plan_id, law) or Refusal(
        "task.plan", _("没有这份方案：%(plan)s") % {"plan": plan_id}, None, _("现有：%(names)s") % {"names": names}
    )


def _said(told: dict[str, Any]) -> list[str]:
    """Return what was found or done as a person reads it (终端输出)."""
    if "opinions" in told:
        return _bulletin_said(told)
    if "given" in told:
        return [_one_said(each) for each in told["given"]] or [_("没有已下达的任务")]
    if "plans" in told:
        return [f"{each['id']}　{_own(each)}　{each['since']}—{each['until']}" for each in told["plans"]]
    if "tasks" in told:
        return _plan_said(told)
    if "cases" in told:
        return [f"{each['number']}　{each['state_name_en' if english() else 'state_name']}" for each in told["cases"]]
    from gongxin.doors.cli.case import _lines

    return list(_lines(told))


def _plan_said(told: dict[str, Any]) -> list[str]:
    lines, head = [_own(told)], ""
    for task in told["tasks"]:
        if task["head"]["id"] != head:
            head = task["head"]["id"]
            lines.append(_own(task["head"]))
        counts = task["counts"]
        words = _("下达 %(given)d　完成 %(done)d　逾期 %(overdue)d") % counts
        lines.append(f"  {task['id']}　{_own(task)}　{task['since']}—{task['until']}　{task['lead']}　{words}")
    return lines


def _bulletin_said(told: dict[str, Any]) -> list[str]:
    lines = [f"{_own(told['plan'])}　{told['year']}　{told['as_of']}"]
    lines.append(_("下达 %(given)d　完成 %(done)d　逾期 %(overdue)d") % told["counts"])
    for each in told["opinions"]:
        result = each["result"]["name_en" if english() else "name"] if each["result"] else "—"
        lines.append(f"  {each['name']}　{result}　{each['decided_by']}　{each['findings']}")
    return lines


def _one_said(each: dict[str, Any]) -> str:
    late = _("　逾期 %(n)d 日") % {"n": each["overdue_days"]} if each["overdue"] else ""
    return f"{each['number']}　{_own(each)}　{each['bearer']['name']}　{each['due'] or '—'}　{_(STATES[each['state']])}{late}"


def _own(told: dict[str, Any]) -> str:
    return str((english() and told.get("name_en")) or told["name"])


STATES = {
    "assigned": gettext_noop("已下达"), "working": gettext_noop("办理中"), "reported": gettext_noop("待核实"),
    "done": gettext_noop("已完成"), "lifted": gettext_noop("已调整取消"),
}  # fmt: skip
