"""`gongxin check` (核查): one subject in one matter, answered as on the page and over the interface."""

from __future__ import annotations

import argparse
import getpass
import json
import sys
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from gongxin.doors.cli import usage
from gongxin.doors.cli.language import english, own_name
from gongxin.kernel.issues import MESSAGES_EN, Issue
from gongxin.law.book import Edition
from gongxin.spine import shelf

NAME = "check"
HELP = gettext_noop("核查一个主体：须依法处理、供参考、没有查到在效记录")

LOCAL = "LOCAL"
"""The body in whose name the command line asks when none is named: whoever may run this program on this machine."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Whom, in which matter, as of which day."""
    parser.add_argument("code", metavar="CODE", help=_("统一社会信用代码；自然人事项写公民身份号码"))
    parser.add_argument("--matter", required=True, help=_("办理事项：procurement、tendering、licensing …"))
    parser.add_argument("--as-of", type=usage.day, metavar="DAY", help=_("查询日，默认今日"))
    add_asker(parser)
    parser.add_argument("--json", action="store_true", help=_("输出一个 JSON 文档"))


def add_asker(parser: argparse.ArgumentParser) -> None:
    """In whose name, for which case."""
    parser.add_argument("--case-no", metavar="NO", help=_("办件编号，事项要求时必填"))
    parser.add_argument("--body", metavar="CODE", default=LOCAL, help=_("以哪个单位的名义核查（默认本机）"))


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
            "message": _("；").join(words_of(issue) for issue in no),
            "way_forward": _("请改正后再查。"),
            "issues": [issue.as_dict() for issue in no],
        }
    else:
        error = {key: value for key, value in no.told(english=english()).as_dict().items() if value}
    return tell_error(error, as_json)


def words_of(issue: Issue) -> str:
    """Return the sentence of an issue in the language of the terminal; in English only where no detail of it was lost."""
    template = MESSAGES_EN.get(issue.code, "") if english() else ""
    try:
        return template.format(value=issue.value, column=issue.column, suggestion=issue.suggestion) or issue.message
    except (KeyError, IndexError):
        return issue.message


def tell_error(error: dict[str, Any], as_json: bool) -> int:
    """Print what went wrong in the one shape of error, and return the exit code."""
    if as_json:
        print(json.dumps({"error": error}, ensure_ascii=False, indent=2))
    else:
        print(error["message"], file=sys.stderr)
        if error.get("clause"):
            print(_cited(str(error["clause"])), file=sys.stderr)
        if error.get("way_forward"):
            print(error["way_forward"], file=sys.stderr)
        for each in error.get("issues", ()):
            if each.get("suggestion"):
                print(_("是否为 %(code)s") % {"code": each["suggestion"]}, file=sys.stderr)
    return 1


def _cited(clause: str) -> str:
    """Return a clause as a person reads it (条款): by the name of its instrument where it is told by its address in the book."""
    from gongxin.law.reading import make_ref
    from gongxin.spine import shelf

    instrument, _slash, article = clause.partition("/")
    instruments = shelf.book().instruments
    if instrument not in instruments or "/" in article:
        return clause
    return str(make_ref(instruments, instrument, article or None))


def run(args: argparse.Namespace) -> int:
    """Ask and print."""
    from gongxin.rooms.measures import check
    from gongxin.rooms.measures.faults import Unanswerable

    try:
        answered = check.check(viewer_of(args), args.code, args.matter, args.as_of, args.case_no)
    except Unanswerable as fault:
        return tell_error(fault.as_dict(), args.json)
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
    law = shelf.book().on(date.fromisoformat(answered["as_of"]))
    matter = next((one for one in law.matters() if one.name == answered["matter_name"]), None)
    asked = {
        "subject": f"{name}{answered['subject']}",
        "matter": own_name(matter, answered["matter_name"]),
        "clause": answered["matter_clause"],
        "day": answered["as_of"],
    }
    lines = [
        _("核查编号 %(number)s") % {"number": answered["check"]},
        _("%(subject)s　%(matter)s（%(clause)s）　查询日 %(day)s") % asked,
        _("%(must)d 项须依法处理，%(reference)d 项供参考")
        % {"must": len(answered["must_act"]), "reference": len(answered["for_reference"])},
    ]
    if answered.get("repeated"):
        lines.append(_("这个办件以前核查过，情况没有变化，沿用原来的编号"))
    if answered.get("changed_since"):
        lines.append(_("这个办件以前核查过（%(number)s），情况有变化") % {"number": answered["changed_since"]})
    for title, key in ((_("须依法处理"), "must_act"), (_("供参考，法律未规定因此限制"), "for_reference")):
        if answered[key]:
            lines += ["", title]
        for entry in answered[key]:
            lines += _entry(entry, law)
    if answered["none"]:
        lines += ["", _("已核对，没有查到在效的记录，不等于信用良好")]
        for entry in answered["none"]:
            told = {
                "item": own_name(law.find_item(entry["item"]), entry["item_name"]),
                "sources": len(entry["sources"]),
                "day": entry["up_to"] or _("尚未归集"),
            }
            said = _("· %(item)s（%(sources)d 个来源，数据截至 %(day)s）")
            lines.append((said if entry["sources"] else _("· %(item)s：没有单位报送这一项，不能据此说没有")) % told)
    return lines


def _entry(entry: dict[str, Any], law: Edition) -> list[str]:
    """Return one entry as a person reads it: what, by whom, until when, on which clause, with which remedy."""
    item = law.find_item(entry["item"])
    until = _("截止 %(day)s") % {"day": entry["display_until"]} if entry["display_until"] else _("无截止日")
    effect, remedy = entry["effect"], entry["remedy"] or ""
    if english():
        effect = entry.get("effect_en") or effect
        remedy = item.remedy.text_en if item is not None and item.remedy.text_en else remedy
    return [
        f"· {own_name(item, entry['item_name'])}{_('：')}{entry['title'] or ''}",
        f"  {entry['authority'] or ''}　{entry['document'] or ''}　{entry['decided'] or ''}　{until}",
        "  " + _("依据 %(clause)s：%(effect)s") % {"clause": entry["clause"] or "", "effect": effect},
        *_weighed(entry),
        "  " + _("救济 %(remedy)s") % {"remedy": remedy},
        *("  ! " + mark["text_en" if english() else "text"] for mark in entry.get("marks") or ()),
    ]


def _weighed(entry: dict[str, Any]) -> list[str]:
    """Return by which measure an entry must or may be acted on (处理方式); nothing where nothing follows from it."""
    if entry["weighing"] == "none":
        return ["  " + _("不得仅据此限制")]
    name = entry["measure_name_en"] if english() and entry["measure_name_en"] else entry["measure_name"]
    if entry["weighing"] == "must":
        return ["  " + _("必须适用：%(name)s") % {"name": name}] if name else []
    return ["  " + _("可以权衡，须说明理由：%(name)s") % {"name": name}]
