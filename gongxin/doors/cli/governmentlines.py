"""`gongxin assess SYSTEM --region CODE` (政务诚信评价): the bodies of a division, one with its rows; own scores, sets, ratings."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from gongxin.doors.cli.case import _fields, _viewer
from gongxin.doors.cli.check import tell_no
from gongxin.doors.cli.language import english

WHY = {
    "sample": gettext_noop("数据不足，不排名次"), "overlap": gettext_noop("区间重叠，不排名次"), "alone": gettext_noop("没有可比的单位"),
}  # fmt: skip
MISSING = {
    "source": gettext_noop("没有单位报送"),
    "sample": gettext_noop("件数不足"),
    "none": gettext_noop("没有这类事项，不计"),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what can be asked of an assessment of governments."""
    told = parser.add_argument_group(_("政务诚信评价"))
    told.add_argument("--region", default="", metavar="CODE", help=_("评价这个区划的机关单位，写六位代码"))
    told.add_argument("--unit", default="", metavar="CODE", help=_("其中一个单位或者区划，每项得数列出每一行依据"))
    told.add_argument(
        "--own",
        action="append",
        default=[],
        metavar="INDICATOR=POINTS",
        help=_("本单位自评，可写多次；与 --text、--account 同用"),
    )
    told.add_argument("--text", default="", metavar="TEXT", help=_("自评的依据"))
    told.add_argument("--freeze", default="", metavar="BODY", help=_("为这个第三方冻结数据集，内容写入 --out"))
    told.add_argument(
        "--set", dest="dataset", default="", metavar="NUMBER", help=_("取一个数据集，或者交来按它作出的评级")
    )
    told.add_argument("--out", type=Path, metavar="FILE", help=_("数据集写到这个文件"))
    told.add_argument("--ratings", type=Path, metavar="FILE", help=_("评级 JSON：digest、method、decided_by、results"))
    told.add_argument("--account", default="", metavar="USERNAME", help=_("以哪个账号办理；不写即本机窗口"))


def asked(args: argparse.Namespace) -> bool:
    """Tell whether bodies of government are asked about (是否政务诚信评价)."""
    return bool(args.region or args.own or args.freeze or args.dataset)


def run(args: argparse.Namespace) -> int:
    """Assess, take own scores, freeze a set or take ratings; 1 refused with the reason, 2 wrong usage."""
    from gongxin.kernel.issues import Refusal

    viewer = _viewer(args.account)
    if viewer is None:
        print(_("没有账号“%(name)s”") % {"name": args.account}, file=sys.stderr)
        return 2
    deed = _own if args.own else _freeze if args.freeze else _of_set if args.dataset else _assess
    told = deed(args, viewer)
    if told is None:
        return 2
    if isinstance(told, Refusal):
        return tell_no(told, args.json)
    print(json.dumps(told, ensure_ascii=False, indent=2, default=str) if args.json else "\n".join(_lines(told)))
    return 0


def _assess(args: argparse.Namespace, _who: Any) -> Any:
    from gongxin.kernel.issues import Refusal
    from gongxin.rooms.oversight.governments import comparing, ratings, selfscores

    assessed = comparing.assess(args.system, args.region, args.as_of)
    if isinstance(assessed, Refusal):
        return assessed
    published = ratings.published(assessed.system.id, assessed.region, assessed.as_of)
    if not args.unit:
        return {**comparing.as_dict(assessed), "ratings": [ratings.as_dict(each) for each in published]}
    own = selfscores.as_dict(selfscores.own_of(args.unit, assessed.system, assessed.as_of))
    told = comparing.unit_dict(assessed, args.unit, own)
    if told is None:
        return Refusal(
            "assess.unit",
            _("这个区划里没有这个单位：%(unit)s") % {"unit": args.unit},
            None,
            _("请先不写 --unit 查看全部"),
        )
    said = [
        {**ratings.as_dict(each), "results": [line]} for each in published if (line := each.of(args.unit)) is not None
    ]
    return {**told, "ratings": said}


def _own(args: argparse.Namespace, viewer: Any) -> Any:
    from gongxin.kernel.issues import Refusal
    from gongxin.rooms.oversight.governments import selfscores

    points = _fields(args.own)
    if points is None:
        return None
    done = selfscores.enter(viewer, args.system, points, args.text)
    return done if isinstance(done, Refusal) else selfscores.as_dict(done)


def _freeze(args: argparse.Namespace, viewer: Any) -> Any:
    from gongxin.kernel.issues import Refusal
    from gongxin.rooms.oversight.governments import datasets

    made = datasets.freeze(viewer, args.system, args.region, args.freeze, args.as_of)
    if isinstance(made, Refusal):
        return made
    if args.out is not None:
        fetched = datasets.fetch(viewer, made.number)
        if isinstance(fetched, Refusal):
            return fetched
        args.out.write_bytes(fetched[1])
    return datasets.as_dict(made)


def _of_set(args: argparse.Namespace, viewer: Any) -> Any:
    from gongxin.kernel.issues import Refusal
    from gongxin.rooms.oversight.governments import datasets, ratings

    if args.ratings is None:
        found = datasets.fetch(viewer, args.dataset)
        if isinstance(found, Refusal):
            return found
        if args.out is not None:
            args.out.write_bytes(found[1])
        return datasets.as_dict(found[0])
    try:
        said = json.loads(args.ratings.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as fault:
        return Refusal(
            "assess.file",
            _("读不了文件 %(path)s：%(why)s") % {"path": args.ratings, "why": fault},
            None,
            _("请用 UTF-8 的 JSON 文件"),
        )
    given = ratings.read(said if isinstance(said, dict) else {})
    done = given if isinstance(given, Refusal) else ratings.hand_in(viewer, args.dataset, given)
    return done if isinstance(done, Refusal) else ratings.as_dict(done)


def _lines(told: dict[str, Any]) -> list[str]:
    """Return what was found or done as a person reads it (终端输出)."""
    if "sha256" in told and "number" in told:
        return [
            _("数据集 %(number)s　%(units)d 个单位　%(rows)d 行　开放至 %(open_until)s") % told,
            f"SHA-256 {told['sha256']}",
        ]
    if "results" in told:
        return [_rating(told), *(f"  {each['unit']}　{each['rating']}" for each in told["results"])]
    if "scores" in told:
        return [
            _("自评　%(body)s") % told,
            *(f"  {name}　{each['points']:g}　{each['on']}" for name, each in told["scores"].items()),
        ]
    return _whole_unit(told) if "rows" in told else _whole(told)


def _whole(told: dict[str, Any]) -> list[str]:
    system = told["system"]
    lines = [f"{_own_name(told['region'])}　{_own_name(system)}　{system['version']}　{told['as_of']}"]
    if told["trial"]:
        lines.append(_("指标体系待法制审核，仅供试算"))
    for group in told["groups"]:
        head = {"name": _own_name(group), "digits": group["digits"], "n": group["compared"]}
        lines.append(_("【%(name)s】区划 %(digits)d 位，可比 %(n)d 个") % head)
        lines += [_unit(each) for each in group["units"]]
        moved = group["weights_moved"]
        if moved["ranks"]:
            held = {"percent": moved["percent"], "ranks": moved["ranks"], "hold": len(moved["hold"])}
            lines.append(_("  权重各动 %(percent)d%%：%(ranks)d 个名次中 %(hold)d 个站得住") % held)
    return [*lines, *map(_rating, told["ratings"])]


def _whole_unit(told: dict[str, Any]) -> list[str]:
    lines = [_unit(told).strip()]
    own = (told["self_scores"] or {}).get("scores", {})
    for each in told["figures"]:
        missing = MISSING.get(each["missing"])
        value = _(missing) if missing else f"{each['value']:g}（{each['low']:g}–{each['high']:g}）"
        said = (
            _("　自评 %(points)s") % {"points": f"{own[each['indicator']]['points']:g}"}
            if each["indicator"] in own
            else ""
        )
        lines.append(f"· {each['indicator']}　{each['part']}/{each['whole']}　{value}　{each['weight']:g}%{said}")
        lines += [
            f"    {row['on']}　{row['outcome']}　{row['ref']}　{_own_title(row)}"
            for row in told["rows"][each["indicator"]]
        ]
    return [*lines, *(f"{_rating(each)}　{each['results'][0]['rating']}" for each in told["ratings"])]


def _unit(each: dict[str, Any]) -> str:
    why = WHY.get(each["no_rank"], "")
    rank = _("第 %(rank)d") % each if each["rank"] is not None else _(why)
    held = "" if each["holds"] is None else _("，权重变动后不变") if each["holds"] else _("，权重变动后会变")
    return f"  {each['unit']}　{_own_name(each)}　{each['low']:g}–{each['high']:g}　{rank}{held}"


def _rating(each: dict[str, Any]) -> str:
    return _("第三方评级　%(name)s　%(on)s　数据集 %(dataset)s") % {
        "name": _own_name(each["rater"]),
        "on": each["on"],
        "dataset": each["dataset"],
    }


def _own_name(told: dict[str, Any]) -> str:
    return str((english() and told.get("name_en")) or told["name"])


def _own_title(row: dict[str, Any]) -> str:
    return str((english() and row["title_en"]) or row["title"])
