"""`gongxin complaints` (政府失约投诉): open, list, show, act, publish, figures, and the import of earlier messages.

Whoever acts for a body is named by an account; the complainant acts by the receipt.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from gongxin.doors.cli.case import _lines, do_one
from gongxin.doors.cli.language import english
from gongxin.kernel.sentences import in_english

NAME = "complaints"
HELP = gettext_noop("政府失约投诉：投诉、办理、凭回执评价、公开、统计、导入既往留言")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what can be done with complaints."""
    acts = parser.add_subparsers(dest="deed", metavar="ACT", required=True)
    opened = acts.add_parser("open", help=_("投诉，例如 open CODE text=… name=… contact=… promise=记录号"))
    opened.add_argument("against", metavar="CODE", help=_("被投诉单位代码"))
    opened.add_argument("--paper", action="store_true", help=_("从纸质投诉代录"))
    listed = acts.add_parser("list", help=_("办理中的投诉和交办；--published 列公开的"))
    listed.add_argument("--published", action="store_true", help=_("列公开的投诉"))
    listed.add_argument("--region", default="", metavar="CODE", help=_("只列这个区划"))
    listed.add_argument("--closed", action="store_true", help=_("列已办结的"))
    shown = acts.add_parser("show", help=_("一件投诉；凭回执的写 --receipt"))
    done = acts.add_parser(
        "act", help=_("办理：refer、order、extend、answer、not-solved、confirm、publish、unpublish …")
    )
    attached = acts.add_parser("attach", help=_("给投诉附上证据"))
    retaliated = acts.add_parser("retaliation", help=_("凭回执举报打击报复，写 text=…"))
    looked = acts.add_parser("complainant", help=_("查看投诉人信息，理由会告诉投诉人"))
    for each in (shown, done, attached, retaliated, looked):
        each.add_argument("number", metavar="NUMBER", help=_("案号"))
    attached.add_argument("file", type=Path, metavar="FILE", help=_("文件"))
    for each in (shown, done, attached, retaliated):
        each.add_argument("--receipt", default="", metavar="CODE", help=_("回执码，投诉人办理时写"))
    looked.add_argument("--reason", required=True, metavar="TEXT", help=_("理由"))
    done.add_argument("verb", metavar="VERB", help=_("办理行为"))
    acts.add_parser("figures", help=_("投诉统计，和既往留言答复时效"))
    taken = acts.add_parser("import", help=_("导入既往留言和答复（CSV，可以 gzip 压缩）"))
    taken.add_argument("file", type=Path, metavar="FILE", help=_("文件"))
    taken.add_argument("--source", required=True, metavar="NAME", help=_("来源"))
    for each in (opened, done, retaliated):
        each.add_argument("fields", nargs="*", metavar="NAME=VALUE", help=_("所填内容；@文件 从文件读"))
        each.add_argument("--say", action="append", default=[], metavar="NAME=VALUE", help=_("所填内容，可写多次"))
    for each in acts.choices.values():
        each.add_argument("--account", default="", metavar="USERNAME", help=_("以哪个账号办理；不写即本机窗口"))
        each.add_argument("--json", action="store_true", help=_("输出一个 JSON 文档"))


def run(args: argparse.Namespace) -> int:
    """Do one thing; 0 done, 1 refused with the reason, 2 wrong usage."""
    deeds = {
        "open": _open, "list": _list, "show": _show, "act": _act, "complainant": _complainant, "figures": _figures,
        "import": _import, "attach": _attach, "retaliation": _retaliation,
    }  # fmt: skip
    return do_one(args, deeds, _said)


def _open(args: argparse.Namespace, viewer: Any, fields: dict[str, str]) -> Any:
    from gongxin.kernel.issues import Refusal
    from gongxin.rooms.promises.complaints import filing
    from gongxin.spine.cases import telling
    from gongxin.spine.cases.models import Channel

    strange = sorted(set(fields) - {"text", "requested", "promise", "contract", "name", "contact"})
    if strange:
        return Refusal(
            "case.field", _("不能填写：%(names)s") % {"names": "、".join(strange)}, None, _("请只填列出的内容")
        )
    complaint = filing.Complaint(args.against, fields.pop("text", ""), **fields)
    done = filing.file(viewer, complaint, channel=Channel.PAPER if args.paper else Channel.COUNTER)
    if isinstance(done, Refusal):
        return done
    return {**telling.progress(done.case, done.standing), "receipt": done.receipt, "entries": list(done.entries)}


def _list(args: argparse.Namespace, viewer: Any, _said: dict[str, str]) -> Any:
    from gongxin.law.complaints import KIND, ORDER, RETALIATION
    from gongxin.rooms.promises.complaints import publishing
    from gongxin.spine.cases import finding, telling

    if args.published:
        return {
            "published": [
                {
                    "number": each.docket.case, "against": each.docket.against, "opened_on": each.docket.opened_on,
                    "answered_on": each.docket.answered_on, "outcome": each.docket.outcome, "text": each.text, "answer": each.answer,
                }
                for each in publishing.listed(region=args.region)
            ]
        }  # fmt: skip
    found = finding.listing(viewer, closed=args.closed).filter(kind__in=(KIND, ORDER, RETALIATION))
    return {"cases": [telling.row(case) for case in found]}


def _show(args: argparse.Namespace, viewer: Any, _said: dict[str, str]) -> Any:
    from gongxin.kernel.issues import Refusal
    from gongxin.spine.cases import finding, telling

    who = _whoever(args, viewer)
    shown = who if isinstance(who, Refusal) else finding.show(who, args.number)
    return shown if isinstance(shown, Refusal) else telling.whole(shown)


def _act(args: argparse.Namespace, viewer: Any, fields: dict[str, str]) -> Any:
    from gongxin.kernel.issues import Refusal
    from gongxin.rooms.promises.complaints import publishing
    from gongxin.spine.cases import engine, telling

    who = _whoever(args, viewer)
    if isinstance(who, Refusal):
        return who
    if args.verb in {"publish", "unpublish"}:
        by = fields.get("confirmed_by", "")
        kept = (
            publishing.publish(who, args.number, fields.get("text", ""), fields.get("answer", ""), by)
            if args.verb == "publish"
            else publishing.withdraw(who, args.number, by)
        )
        return kept if isinstance(kept, Refusal) else {"number": kept.case, "verb": kept.verb, "day": kept.day}
    done = engine.act(who, args.number, args.verb, fields)
    if isinstance(done, Refusal):
        return done
    return {**telling.progress(done.case, done.standing), "entries": list(done.entries)}


def _attach(args: argparse.Namespace, viewer: Any, _said: dict[str, str]) -> Any:
    from gongxin.kernel.issues import Refusal
    from gongxin.spine.cases import attachments

    who = _whoever(args, viewer)
    if isinstance(who, Refusal):
        return who
    kept = attachments.attach(who, args.number, attachments.Offered(args.file.name, args.file.read_bytes()))
    if isinstance(kept, Refusal):
        return kept
    return attachments.as_dict(kept)


def _retaliation(args: argparse.Namespace, viewer: Any, fields: dict[str, str]) -> Any:
    from gongxin.kernel.issues import Refusal
    from gongxin.rooms.promises.complaints import filing
    from gongxin.spine.cases import telling

    who = _whoever(args, viewer)
    if isinstance(who, Refusal):
        return who
    done = filing.report_retaliation(who, args.number, fields.get("text", ""))
    if isinstance(done, Refusal):
        return done
    return {**telling.progress(done.case, done.standing), "receipt": done.receipt, "entries": list(done.entries)}


def _complainant(args: argparse.Namespace, viewer: Any, _said: dict[str, str]) -> Any:
    from gongxin.kernel.issues import Refusal
    from gongxin.rooms.promises.complaints import identity

    found = identity.reveal(viewer, args.number, args.reason)
    return found if isinstance(found, Refusal) else {"name": found.name, "contact": found.contact, "look": found.look}


def _figures(_args: argparse.Namespace, _who: Any, _said: dict[str, str]) -> Any:
    from gongxin.rooms.promises.complaints import figures

    return {
        "together": figures.together().as_dict(), "regions": [each.as_dict() for each in figures.by_region()],
        "bodies": [each.as_dict() for each in figures.by_body()], "replies": [each.as_dict() for each in figures.replies()],
    }  # fmt: skip


def _import(args: argparse.Namespace, _who: Any, _said: dict[str, str]) -> Any:
    from gongxin.kernel.issues import Refusal
    from gongxin.rooms.promises.complaints import letters

    done = letters.take_file(args.file, args.source)
    if isinstance(done, Refusal):
        return done
    held = [{"row": each.row, "number": each.number, "why": each.why} for each in done.held]
    return {"rows": done.rows, "taken": done.taken, "known": done.known, "held": held}


def _whoever(args: argparse.Namespace, viewer: Any) -> Any:
    """Return the complainant where a receipt was given, else the account (办理身份)."""
    from gongxin.kernel.issues import Refusal
    from gongxin.rooms.promises.complaints import filing

    if not args.receipt:
        return viewer
    holder = filing.holder(args.number, args.receipt, "cli")
    return (
        holder
        if holder is not None
        else Refusal("case.none", _("案号和回执码对不上"), None, _("请核对回执，字母不分大小写"))
    )


def _said(told: dict[str, Any]) -> list[str]:
    """Return what was done or found as a person reads it (终端输出)."""
    if "taken" in told:
        lines = [
            _("共 %(rows)d 行，导入 %(taken)d，已导入过 %(known)d，未导入 %(n)d") % {**told, "n": len(told["held"])}
        ]
        return lines + [
            f"  {each['row']}　{each['number']}　{in_english(each['why']) if english() else each['why']}"
            for each in told["held"]
        ]
    if "published" in told:
        lines = []
        for each in told["published"]:
            lines += [
                f"{each['number']}　{_named(each['against'])}　{each['opened_on']}　{_outcome(each['outcome'])}",
                f"    {each['text']}",
                f"    {each['answer']}",
            ]
        return lines or [_("没有公开的投诉。")]
    if "replies" in told:
        words = _(
            "%(key)s　%(count)d 件，在办 %(open)d，逾期 %(overdue)d，中位 %(median_days)s 天，确认已解决 %(solved)d"
        )
        lines = [
            words % {**_dashed(each), "key": _named(each["key"]) or _("合计")}
            for each in (told["together"], *told["regions"], *told["bodies"])
        ]
        earlier = _("%(source)s　%(count)d 件，已答复 %(answered)d，中位 %(median_days)s 天，最长 %(longest_days)s 天")
        return lines + [earlier % _dashed(each) for each in told["replies"]]
    return (
        _lines(told) if "state_name" in told or "cases" in told else ["　".join(str(value) for value in told.values())]
    )


def _dashed(each: dict[str, Any]) -> dict[str, Any]:
    return {name: "—" if value is None else value for name, value in each.items()}


def _named(code: str) -> str:
    """A body or a division by its name, where one is known (单位或者区划名称)."""
    from gongxin.spine.bodies import register

    known = register.register()
    return known.name(code) if code in known.bodies else register.place_name(code) or code


def _outcome(chosen: str) -> str:
    from gongxin.law import complaints
    from gongxin.spine import clock, shelf

    found = complaints.find_choice(complaints.OUTCOMES, chosen, shelf.book().on(clock.today()))
    return "—" if found is None else found.name_en if english() else found.name
