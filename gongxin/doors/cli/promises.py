"""`gongxin promises` (政府承诺): take them in, list, show, what is due, what is handed over; progress, findings, changes.

Whoever acts for a body is named by an account; without one it is the office's own counter on this machine.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from gongxin.doors.cli import usage
from gongxin.doors.cli.case import do_one
from gongxin.doors.cli.language import english
from gongxin.law.promises import STATES

NAME = "promises"
HELP = gettext_noop("政府承诺和政府合同：归集、列出、查看、到期提醒、移交清单、登记进展、认定、变更、年度公布")
DEFAULT_ITEM = "government-promise"
OVERDUE = "overdue"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what can be done with promises."""
    acts = parser.add_subparsers(dest="deed", metavar="ACT", required=True)
    taken = acts.add_parser("import", help=_("归集一个承诺或者合同表格，与其他事项同样核对"))
    taken.add_argument("file", metavar="FILE", type=Path, help=_("要归集的文件"))
    taken.add_argument("--item", metavar="ITEM", help=_("目录事项；不写则按表头识别"))
    taken.add_argument("--provider", metavar="CODE", help=_("提供单位的代码或名称；不写则为信用主管单位"))
    taken.add_argument(
        "--map", metavar="表头=字段", action="append", default=[], help=_("确认一个表头的含义，可多次使用")
    )
    taken.add_argument("--rejects", metavar="OUT.xlsx", type=Path, help=_("把退回的行写入工作簿，标出单元格并附原因"))
    listed = acts.add_parser("list", help=_("公示的承诺，逾期的在前"))
    listed.add_argument("--body", default="", metavar="CODE", help=_("责任单位"))
    listed.add_argument("--kind", default="", metavar="KIND", help=_("承诺种类"))
    listed.add_argument(
        "--state", default="", metavar="STATE", choices=("", *STATES, OVERDUE), help=" ".join((*STATES, OVERDUE))
    )
    listed.add_argument("--region", default="", metavar="CODE", help=_("行政区划"))
    shown = acts.add_parser("show", help=_("一项承诺：节点、期限、利息和认定"))
    shown.add_argument("record", type=usage.at_least(1), metavar="RECORD", help=_("记录号"))
    traced = acts.add_parser("trace", help=_("责任回溯：各阶段由哪个岗位负责、其间谁任职"))
    traced.add_argument("record", type=usage.at_least(1), metavar="RECORD", help=_("记录号"))
    entered = acts.add_parser(
        "enter", help=_("登记一项承诺，与表格同样核对，例如 enter livelihood CODE promise_title=…")
    )
    entered.add_argument("kind", metavar="KIND", help=_("承诺种类"))
    entered.add_argument("body", metavar="BODY", help=_("责任单位代码"))
    entered.add_argument("fields", nargs="*", metavar="NAME=VALUE", help=_("所填内容；@文件 从文件读"))
    due = acts.add_parser("due", help=_("一个单位逾期和将要到期的承诺；--tell 发出今天的提醒"))
    due.add_argument("--body", default="", metavar="CODE", help=_("责任单位"))
    due.add_argument("--days", type=usage.at_least(0), default=30, metavar="N", help=_("今后几日内到期"))
    due.add_argument("--tell", action="store_true", help=_("发出今天的到期提醒；每个节点每个阶段只提醒一次"))
    handed = acts.add_parser("handover", help=_("移交清单：单位或者岗位变动后仍须履行的全部承诺"))
    handed.add_argument("body", metavar="BODY", help=_("单位代码"))
    handed.add_argument("--post", default="", metavar="NAME", help=_("只列一个责任岗位的"))
    handed.add_argument("--issue", action="store_true", help=_("出具签名的移交清单文书，并告知接任者"))
    signed = acts.add_parser("handed-over", help=_("一份移交清单文书；签收写 capacity=from|to|witness name=…"))
    signed.add_argument("number", metavar="NUMBER", help=_("移交清单编号，例如 YJ-2026-000001"))
    signed.add_argument("fields", nargs="*", metavar="NAME=VALUE", help=_("签收内容"))
    paid = acts.add_parser("payments", help=_("逾期未付中小企业款项的年度公布"))
    paid.add_argument("year", type=usage.at_least(2020), metavar="YEAR", help=_("报告年度"))
    for name, told in (
        ("progress", _("登记进展，例如 paid_wan=120 done_on=2026-06-30 evidence=…")),
        ("find", _("凭证据认定：outcome=kept|partly|late performed_on=… evidence=… findings=…")),
        ("change", _("依法变更：ground=… procedure=… authority=… document_no=… compensation=… reason=… effect=…")),
    ):
        act = acts.add_parser(name, help=told)
        act.add_argument("record", type=usage.at_least(1), metavar="RECORD", help=_("记录号"))
        act.add_argument("fields", nargs="*", metavar="NAME=VALUE", help=_("所填内容；@文件 从文件读"))
    for name, each in acts.choices.items():
        if name in {"list", "show", "due", "handover"}:
            each.add_argument("--as-of", type=usage.day, default=None, metavar="DAY", help=_("按哪一天"))
        if name != "import":
            each.add_argument("--account", default="", metavar="USERNAME", help=_("以哪个账号办理；不写即本机窗口"))
        each.add_argument("--json", action="store_true", help=_("输出一个 JSON 文档"))


def run(args: argparse.Namespace) -> int:
    """Do one thing; 0 done, 1 refused or faulty rows with the reasons, 2 wrong usage."""
    if args.deed == "import":
        from gongxin.doors.cli import intake

        args.resume = None
        return intake.run(args)
    deeds = {
        "list": _list, "show": _show, "trace": _trace, "enter": _enter, "due": _due, "handover": _handover, "payments": _payments,
        "handed-over": _handed_over,
        "progress": _act, "find": _act, "change": _act,
    }  # fmt: skip
    return do_one(args, deeds, _said)


def _list(args: argparse.Namespace, _who: Any, _said: Any) -> Any:
    from gongxin.kernel.issues import Refusal
    from gongxin.rooms.promises import listing, telling
    from gongxin.spine import publicday
    from gongxin.spine.bodies.register import register

    day, known = publicday.public_day(args.as_of), register()
    if isinstance(day, Refusal):
        return day
    no = listing.refused(listing.Narrowed(args.body, args.kind, args.state), known)
    if no is not None:
        return no
    found = listing.public(listing.Narrowed(args.body, args.kind, args.state, args.region), day, known)
    counted = listing.figures(found)
    return {
        "as_of": day, "total": counted.total, "open": counted.open, "overdue": counted.overdue, "states": counted.states,
        "promises": [telling.row(each, known) for each in found],
    }  # fmt: skip


def _show(args: argparse.Namespace, viewer: Any, _said: Any) -> Any:
    from gongxin.kernel.issues import Refusal
    from gongxin.rooms.promises import telling
    from gongxin.spine import duties, publicday
    from gongxin.spine.bodies.register import register

    day, known = publicday.public_day(args.as_of), register()
    if isinstance(day, Refusal):
        return day
    duty = duties.find(args.record, day)
    if duty is None:
        return Refusal("promise.none", _("没有公示中的这项承诺"), None, _("请核对记录号；内部的用 handover 查看"))
    return telling.whole(duty, known)


def _trace(args: argparse.Namespace, viewer: Any, _said: Any) -> Any:
    from gongxin.kernel.issues import Refusal
    from gongxin.rooms.promises import tracing

    found = tracing.trace(viewer, args.record)
    return found if isinstance(found, Refusal) else tracing.as_dict(found)


def _enter(args: argparse.Namespace, viewer: Any, fields: dict[str, str]) -> Any:
    from gongxin.kernel.issues import Refusal
    from gongxin.law import promisekinds
    from gongxin.rooms.intake import gathering, single
    from gongxin.spine import clock, duties, shelf
    from gongxin.spine.bodies.register import register

    known, law = register(), shelf.book().on(clock.today())
    kind = promisekinds.find_kind(args.kind, law)
    if kind is None or args.body not in known.bodies:
        names = " ".join(each.id for each in promisekinds.kinds(law))
        return Refusal(
            "promise.kind", _("没有这个种类，或者没有登记的单位"), None, _("可以是：%(names)s") % {"names": names}
        )
    no = duties.refused_reader(viewer, args.body, known)
    if no is not None:
        return no
    values = {**fields, **promisekinds.given(kind, args.body, known.name(args.body))}
    provider = viewer.body if viewer.body in known.bodies else gathering.default_office().code
    done = single.hand_in(kind.item, values, single.Sender(provider, "cli", viewer.name))
    if done.issues:
        return list(done.issues)
    return {"record": done.record, "batch": done.batch.pk if done.batch is not None else None}


def _due(args: argparse.Namespace, viewer: Any, _said: Any) -> Any:
    from gongxin.kernel.issues import Refusal
    from gongxin.rooms.promises import telling, warning
    from gongxin.rooms.promises.falling_due import falling_due
    from gongxin.spine.bodies.register import register

    found = falling_due(viewer, args.body, args.days, args.as_of)
    if isinstance(found, Refusal):
        return found
    told, known = warning.warn() if args.tell else None, register()
    rows = [telling.row(each, known) for each in found.duties]
    return {"as_of": found.as_of, "until": found.until, "told": told, "total": len(rows), "promises": rows}


def _handover(args: argparse.Namespace, viewer: Any, _said: Any) -> Any:
    from dataclasses import replace

    from gongxin.kernel.issues import Refusal
    from gongxin.rooms.promises import handing_over, handover

    if args.issue:
        issued = handing_over.issue(viewer, args.body)
        return issued if isinstance(issued, Refusal) else handing_over.as_dict(issued)
    found = handover.listing(viewer, args.body, args.as_of)
    if isinstance(found, Refusal):
        return found
    if args.post:
        found = replace(found, open=tuple(handover.of_post(found.open, args.post)))
    return handover.as_dict(found)


def _handed_over(args: argparse.Namespace, viewer: Any, said: dict[str, str]) -> Any:
    from gongxin.kernel.issues import Refusal
    from gongxin.rooms.promises import handing_over

    paper = (
        handing_over.sign(viewer, args.number, said.get("capacity", ""), said.get("name", ""))
        if said
        else handing_over.read(viewer, args.number)
    )
    return paper if isinstance(paper, Refusal) else handing_over.as_dict(paper)


def _payments(args: argparse.Namespace, _who: Any, _said: Any) -> Any:
    from gongxin.rooms.promises import yearly

    return yearly.as_dict(yearly.publication(args.year))


def _act(args: argparse.Namespace, viewer: Any, fields: dict[str, str]) -> Any:
    from gongxin.kernel.issues import Refusal
    from gongxin.rooms.promises import acting, telling
    from gongxin.spine.bodies.register import register

    done = {"progress": acting.progress, "find": acting.find, "change": acting.change}[args.deed](
        viewer, args.record, fields
    )
    return done if isinstance(done, Refusal) else {"entry": done.seq, **telling.whole(done.duty, register())}


def _said(told: dict[str, Any]) -> list[str]:
    """Return what was found or done as a person reads it (终端输出)."""
    if "bodies" in told:
        return _payments_said(told)
    if "batch" in told:
        number = told["record"] or "—"
        return [_("已登记，记录号 %(record)s，批次 %(batch)s") % {"record": number, "batch": told["batch"]}]
    if "stages" in told:
        return _trace_said(told)
    if "signatures" in told:
        return _paper_said(told)
    if "parts" in told:
        return _whole_said(told)
    lines = []
    if "inherited" in told:
        lines.append(_("%(name)s　%(day)s　仍须履行 %(n)d 项，其中逾期 %(late)d 项") % {
            "name": told["body"]["name"], "day": told["as_of"], "n": told["count"], "late": told["overdue"],
        })  # fmt: skip
        for each in told["inherited"]:
            lines.append(_("承继：%(name)s") % each)
        for each in told["posts"]:
            lines.append(f"  {each['post']}　{each['from'] or '—'} → {each['to']}　{each['on']}")
    elif told.get("told") is not None:
        lines.append(_("已发出 %(n)d 条提醒") % {"n": told["told"]})
    for each in told["promises"]:
        lines.append(_row_said(each))
    return lines or [_("没有符合条件的承诺")]


def _paper_said(told: dict[str, Any]) -> list[str]:
    genuine = _("签名有效，内容未改动") if told["genuine"] else _("签名无效，内容不是出具时的")
    lines = [f"{told['number']}　{told['issued_at']}　{genuine}", _("摘要 %(digest)s") % told]
    names = {"from": _("移交人"), "to": _("接任人"), "witness": _("监交人")}
    lines += [f"  {names[each['capacity']]}　{each['name']}　{each['at']}" for each in told["signatures"]]
    return [*lines, *_said(told["content"])]


def _row_said(each: dict[str, Any]) -> str:
    from gongxin.rooms.promises.telling import STATE_NAMES

    kind = each["kind_name_en"] if english() and each["kind_name_en"] else each["kind_name"]
    late = _("　逾期 %(n)d 日") % {"n": each["overdue_days"]} if each["overdue"] else ""
    state = STATE_NAMES[each["state"]][1 if english() else 0]
    return f"{each['record']}　{kind}　{each['title']}　{each['bearer']['name']}　{each['due'] or '—'}　{state}{late}"


def _whole_said(told: dict[str, Any]) -> list[str]:
    lines = [_row_said(told), f"    {told['content']}", f"    {'；'.join(told['clauses'])}"]
    for part in told["parts"]:
        paid = f"　{part['paid_yuan']}/{part['amount_yuan']}" if part["amount_yuan"] else ""
        interest = _("　利息 %(yuan)s 元") % {"yuan": part["interest_yuan"]} if part["interest_yuan"] else ""
        done = part["done_on"] or (_("逾期") if part["overdue"] else _("未完成"))
        lines.append(f"  {part['due'] or '—'}　{part['text']}{paid}　{done}{interest}")
    for each in told["decided"]:
        lines.append(f"  {each['on']}　{each['outcome']}　{each.get('findings') or each.get('reason') or ''}")
        if each["overdue_days"]:
            late = {"days": each["overdue_days"], "yuan": each["interest_yuan"] or "0"}
            lines.append(_("      变更时已逾期 %(days)d 日，逾期利息 %(yuan)s 元") % late)
        lines += [f"      {one['term']}　{one['before'] or '—'} → {one['after']}" for one in each["replaced"]]
    return lines


def _trace_said(told: dict[str, Any]) -> list[str]:
    lines = [f"{told['record']}　{told['title']}　{told['bearer']['name']}"]
    for each in told["stages"]:
        held = "、".join(f"{one['holder']}（{one['from']} — {one['to'] or ''}）" for one in each["holders"])
        nobody = _("岗位没有登记") if not each["registered"] else _("其间空缺")
        lines.append(f"  {each['from']} — {each['to']}　{each['text']}　{each['post'] or '—'}　{held or nobody}")
    return lines


def _payments_said(told: dict[str, Any]) -> list[str]:
    lines = [
        _("%(year)d 年度逾期未付中小企业款项，须在 %(day)s 以前公布")
        % {"year": told["year"], "day": told["publish_by"]}
    ]
    words = _("%(name)s　合同 %(contracts)d 份　%(amount)s 元　逾期利息 %(interest)s 元")
    for each in told["bodies"]:
        lines.append(words % {
            "name": each["name"], "contracts": each["contracts"], "amount": each["amount_yuan"], "interest": each["interest_yuan"],
        })  # fmt: skip
    return lines
