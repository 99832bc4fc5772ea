"""`gongxin standing` (记录状态): a subject's records on a day, read through the gate and logged as an operator's look."""

from __future__ import annotations

import argparse
import getpass
import json
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from gongxin.doors.cli import usage
from gongxin.doors.cli.check import tell_no
from gongxin.doors.cli.language import english, own_name
from gongxin.kernel.identifiers.citizen import is_citizen
from gongxin.kernel.identifiers.code import normalise_code
from gongxin.kernel.identifiers.orgcode import is_orgcode
from gongxin.kernel.identifiers.regno import is_regno
from gongxin.kernel.identifiers.uscc import is_uscc
from gongxin.kernel.issues import Refusal
from gongxin.kernel.masking import mask_field
from gongxin.law.standing import Line
from gongxin.spine import clock, shelf
from gongxin.spine.access.gate import SUBMISSION, Ground, Reading, Viewer, read
from gongxin.spine.ledger import head
from gongxin.spine.ledger.acts import person_key

IDENTITY_DIGITS = 15
"""An identity number of the first issue has so many digits; what holds as many is not repeated whole."""

NAME = "standing"
HELP = gettext_noop("查一个主体在某一天的全部记录和状态（内部查阅，会留痕）")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("code", metavar="CODE", help=_("统一社会信用代码、旧代码或证件号"))
    parser.add_argument("--as-of", type=usage.day, metavar="DAY", help=_("哪一天的状态，默认今天"))
    parser.add_argument("--known-at", type=int, metavar="SEQ", help=_("只按台账前 SEQ 条已知的内容，默认全部"))
    parser.add_argument("--case-no", default="", metavar="NO", help=_("办件编号，记入留痕"))
    parser.add_argument("--json", action="store_true", help=_("输出一个 JSON 文档"))


def run(arguments: argparse.Namespace) -> int:
    """Print the lines; 0 done, also when there are none, 1 refused by the gate, 2 when the code is none."""
    key = key_of(arguments.code)
    if key is None:
        no = Refusal(
            "code.invalid",
            _("“%(code)s”不是有效的统一社会信用代码、旧代码或证件号。") % {"code": _shown(arguments.code)},
            None,
            _("请核对代码；只知道名称的，先用 gongxin search 查"),
        )
        tell_no(no, arguments.json)
        return 2
    size = head.read().size
    if arguments.known_at is not None and not 0 <= arguments.known_at <= size:
        words = _("台账现有 %(size)d 条，--known-at 应在 0 到 %(size)d 之间。") % {"size": size}
        tell_no(Refusal("ledger.size", words, None, _("请改正后再查。")), arguments.json)
        return 2
    day = arguments.as_of or clock.today()
    viewer = Viewer(None, f"命令行 {getpass.getuser()}", "", "operator", "cli")
    ground = Ground(purpose=SUBMISSION, case_no=arguments.case_no or None)
    reading = read(viewer, ground, key, as_of=day, known_at=arguments.known_at)
    if isinstance(reading, Refusal):
        return tell_no(reading, arguments.json)
    known_at = size if arguments.known_at is None else arguments.known_at
    answer = as_dict(arguments.code, reading, day, known_at)
    if arguments.json:
        print(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        _print(answer)
    return 0


def key_of(text: str) -> str | None:
    """Return the subject key a code stands for (主体键), or None; a person's number never leaves this process."""
    code = normalise_code(text)
    if is_uscc(code):
        return "uscc:" + code
    if is_citizen(code):
        return person_key(code)
    if is_regno(code):
        return "regno:" + code
    return "orgcode:" + code if is_orgcode(code) else None


def _shown(text: str) -> str:
    """Return what was typed as it may be repeated (脱敏): of what may be an identity number with a slip in it the two ends."""
    return f"{text[:4]}…{text[-2:]}" if sum(each.isdigit() for each in text) >= IDENTITY_DIGITS else text


def as_dict(asked: str, reading: Reading, day: date, known_at: int) -> dict[str, Any]:
    """Return the JSON shape (记录状态): the look's number, and each line with its days, clauses and acts."""
    law = shelf.book().on(day)
    return {
        "look": reading.number,
        "subject": mask_field("person_id", asked, kind="citizen") if is_citizen(normalise_code(asked)) else asked,
        "as_of": day.isoformat(),
        "known_at": known_at,
        "law_book": shelf.book().version,
        "lines": [_line(line, law.item(line.item).name, [str(law.cite(ref)) for ref in line.clocks.clauses])
                  for line in reading.lines],
    }  # fmt: skip


def _line(line: Line, item_name: str, clauses: list[str]) -> dict[str, Any]:
    days = {
        name: day.isoformat() if (day := getattr(line.clocks, name)) is not None else None
        for name in ("display_from", "display_until", "repair_from", "share_until", "retain_until", "destroy_at")
    }
    return {
        "record": line.record,
        "item": line.item,
        "item_name": item_name,
        "reported_as": line.subject,
        "state": line.state,
        "undecided": line.clocks.undecided,
        "severity": line.clocks.severity,
        "audience": line.clocks.audience,
        "authority": line.payload.get("authority"),
        "document": line.payload.get("document_no"),
        "decided": line.facts.decided_on.isoformat() if line.facts.decided_on else None,
        **days,
        "clauses": clauses,
        "certainty": line.clocks.certainty,
        "marks": [{"id": hold.id, "text": hold.text, "text_en": hold.text_en} for hold in line.holds],
        "statements": list(line.statements),
        "law_day": line.law_day.isoformat(),
        "acts": [{"seq": act.seq, "kind": act.kind, "on": act.on.isoformat(), "actor": act.actor} for act in line.acts],
    }


def _print(answer: dict[str, Any]) -> None:
    print(_("%(subject)s  截至 %(as_of)s，按台账前 %(known_at)d 条  查阅编号 %(look)s") % answer)
    law = shelf.book().on(date.fromisoformat(answer["as_of"]))
    for line in answer["lines"]:
        until = line["display_until"] or (_("待认定") if line["undecided"] else _("法律没有规定截止日"))
        state = line["undecided"] or _(STATES.get(line["state"], line["state"]))
        name = own_name(law.find_item(line["item"]), line["item_name"])
        shown = _("公示至 %(day)s") % {"day": until}
        print(f"{line['record']}  {name}  {line['document'] or ''}  {line['decided']}  {state}  {shown}")
        print(f"    {line['authority'] or ''}  {_('、').join(line['clauses'])}")
        for mark in line["marks"]:
            print(f"    ! {mark['text_en'] if english() else mark['text']}")
    if not answer["lines"]:
        print(_("没有记录。"))


STATES = {
    "effective": gettext_noop("有效"),
    "held": gettext_noop("暂停使用"),
    "suspended": gettext_noop("暂停公示和使用"),
    "undecided": gettext_noop("待认定"),
    "withdrawn": gettext_noop("已撤回"),
    "repaired": gettext_noop("已修复"),
    "removed": gettext_noop("已移出"),
    "expired": gettext_noop("期满"),
    "future": gettext_noop("未到起始日"),
}
"""How a state is printed (状态)."""
