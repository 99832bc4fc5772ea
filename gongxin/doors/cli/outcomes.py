"""`gongxin outcomes` (处理结果): what was done after checks, which restrictions run, what was wrong and made good, in numbers."""

from __future__ import annotations

import argparse
import json
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from gongxin.doors.cli import usage
from gongxin.doors.cli.check import add_asker, tell_no, viewer_of
from gongxin.doors.cli.language import english

NAME = "outcomes"
HELP = gettext_noop("核查的处理结果：待登记的、登记、正在执行的限制、错误限制和补救、统计")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what can be done with outcomes."""
    acts = parser.add_subparsers(dest="deed", metavar="ACT", required=True)
    acts.add_parser("pending", help=_("本单位待登记结果的核查，逾期的在前"))
    done = acts.add_parser("record", help=_("登记一次核查的处理结果"))
    done.add_argument("number", metavar="CHECK", help=_("核查编号"))
    done.add_argument("kind", metavar="KIND", help=_("restricted、not_restricted、in_doubt、withdrawn"))
    done.add_argument("--reason", default="", metavar="TEXT", help=_("说明"))
    done.add_argument("--ground", default="", metavar="ID", help=_("未限制的原因，统计用"))
    done.add_argument("--document-no", default="", metavar="NO", help=_("决定文书号"))
    done.add_argument("--measure", default="", metavar="ID", help=_("采取哪项措施；必须适用的可以不写"))
    done.add_argument("--lighter", default="", metavar="TEXT", help=_("有更轻的措施时，为什么不够"))
    done.add_argument("--until", type=usage.day, metavar="DAY", help=_("到哪天为止，不写即允许的最后一日"))
    done.add_argument(
        "--record", type=usage.at_least(1), action="append", default=[], metavar="N", help=_("涉及的记录，可写多次")
    )
    listed = acts.add_parser("restrictions", help=_("本单位的限制措施"))
    listed.add_argument("--ended", action="store_true", help=_("连同已结束的"))
    acts.add_parser("damage", help=_("依据有误的限制，和怎样补救的"))
    good = acts.add_parser("redress", help=_("登记一项错误限制怎样补救"))
    good.add_argument("number", metavar="CASE", help=_("限制措施的案号"))
    good.add_argument("--cause", type=int, default=0, metavar="N", help=_("起因的台账条目，撤销的不写"))
    good.add_argument("--text", required=True, metavar="TEXT", help=_("怎样补救"))
    good.add_argument("--decided-by", required=True, metavar="NAME", help=_("作出决定的人"))
    counted = acts.add_parser("statistics", help=_("期间统计"))
    counted.add_argument("--from", dest="since", type=usage.day, metavar="DAY", help=_("从哪天起，默认本年第一天"))
    counted.add_argument("--to", dest="until", type=usage.day, metavar="DAY", help=_("到哪天，默认今日"))
    for each in acts.choices.values():
        add_asker(each)
        each.add_argument("--json", action="store_true", help=_("输出一个 JSON 文档"))


def run(args: argparse.Namespace) -> int:
    """Do one thing; 0 done, 1 refused or faulty with the reasons."""
    told = _DEEDS[args.deed](args)
    if not isinstance(told, dict):
        return tell_no(told, args.json)
    if args.json:
        print(json.dumps(told, ensure_ascii=False, indent=2, default=str))
    else:
        print("\n".join(_lines(told)))
    return 0


def _pending(args: argparse.Namespace) -> Any:
    from dataclasses import asdict

    from gongxin.rooms.measures import outcomes
    from gongxin.spine import clock

    return {"pending": [asdict(each) for each in outcomes.pending(viewer_of(args).body, clock.today())]}


def _record(args: argparse.Namespace) -> Any:
    from gongxin.rooms.measures import outcomes
    from gongxin.rooms.measures.models import Outcome

    statement = outcomes.Statement(
        args.kind,
        args.reason,
        args.document_no,
        None,
        tuple(args.record),
        args.ground,
        args.measure,
        args.lighter,
        args.until,
    )
    done = outcomes.record(viewer_of(args), args.number, statement)
    return {"outcome": outcomes.as_dict(done)} if isinstance(done, Outcome) else done


def _restrictions(args: argparse.Namespace) -> Any:
    from gongxin.rooms.measures import restrictions
    from gongxin.spine import clock

    return {"restrictions": restrictions.listing(viewer_of(args), clock.today(), ended=args.ended)}


def _damage(args: argparse.Namespace) -> Any:
    from gongxin.rooms.measures import restrictions
    from gongxin.spine import clock

    return {"damage": restrictions.damages(clock.today(), body=viewer_of(args).body)}


def _redress(args: argparse.Namespace) -> Any:
    from gongxin.rooms.measures import restrictions
    from gongxin.rooms.measures.models import Redress

    done = restrictions.redress(viewer_of(args), args.number, args.cause, args.text, args.decided_by)
    return {"redress": {"number": done.restriction, "cause": done.cause}} if isinstance(done, Redress) else done


def _statistics(args: argparse.Namespace) -> Any:
    from gongxin.rooms.measures import accounting
    from gongxin.spine import clock

    today = clock.today()
    return {"statistics": accounting.statistics(args.since or today.replace(month=1, day=1), args.until or today)}


_DEEDS = {
    "pending": _pending, "record": _record, "restrictions": _restrictions, "damage": _damage, "redress": _redress,
    "statistics": _statistics,
}  # fmt: skip


def _own(told: dict[str, Any], name: str) -> str:
    return str((told.get(f"{name}_en") if english() else "") or told.get(name) or "")


def _lines(told: dict[str, Any]) -> list[str]:
    if "pending" in told:
        rows = [
            f"{each['number']}　{each['matter']}　{each['case_no']}　{_day(each['due'])}" for each in told["pending"]
        ]
        return rows or [_("没有待登记的结果。")]
    if "restrictions" in told:
        rows = [
            f"{each['number']}　{_own(each, 'measure_name')}　{each['effective_on']} → {each['until']}　{_own(each, 'said')}"
            for each in told["restrictions"]
        ]
        return rows or [_("没有正在执行的限制。")]
    if "damage" in told:
        rows = [
            f"{each['number']}　{each['kind']}　{each['since']}　{each['redress'] or each['due']}"
            for each in told["damage"]
        ]
        return rows or [_("没有依据有误的限制。")]
    if "statistics" in told:
        return _counts(told["statistics"])
    return [" ".join(f"{value}" for value in each.values() if value) for each in told.values()]


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _counts(told: dict[str, Any]) -> list[str]:
    lines = [
        _("%(since)s 至 %(until)s：须处理的核查 %(checks)d 次，已登记 %(answered)d 次") % told,
        *(f"  {_own(each, 'name')}　{each['count']}" for each in (*told["kinds"], *told["grounds"])),
        _("限制措施 %(restrictions)d 项，执行中 %(running)d 项") % told,
        *(f"  {_own(each, 'name')}　{each['count']}" for each in (*told["measures"], *told["ended"])),
        _("依据有误 %(wrong)d 项，已补救 %(made_good)d 项，逾期 %(wrong_overdue)d 项") % told,
    ]
    return lines
