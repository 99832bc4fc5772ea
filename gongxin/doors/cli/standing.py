"""`gongxin standing` (记录状态): a subject's records on a day, read through the gate and logged as an operator's look."""

from __future__ import annotations

import argparse
import getpass
import json
import sys
from datetime import date
from typing import Any

from gongxin.kernel.identifiers.citizen import is_citizen
from gongxin.kernel.identifiers.code import normalise_code
from gongxin.kernel.identifiers.orgcode import is_orgcode
from gongxin.kernel.identifiers.regno import is_regno
from gongxin.kernel.identifiers.uscc import is_uscc
from gongxin.kernel.issues import Refusal
from gongxin.law.standing import Line
from gongxin.rooms.disclosure.masking import mask_field
from gongxin.spine import clock, shelf
from gongxin.spine.access.gate import SUBMISSION, Ground, Reading, Viewer, read
from gongxin.spine.ledger import head
from gongxin.spine.ledger.acts import person_key

NAME = "standing"
HELP = "查一个主体在某一天的全部记录和状态（内部查阅，会留痕）"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("code", metavar="CODE", help="统一社会信用代码、旧代码或证件号")
    parser.add_argument("--as-of", type=date.fromisoformat, metavar="DAY", help="哪一天的状态，默认今天")
    parser.add_argument("--known-at", type=int, metavar="SEQ", help="只按台账前 SEQ 条已知的内容，默认全部")
    parser.add_argument("--case-no", default="", metavar="NO", help="办件编号，记入留痕")
    parser.add_argument("--json", action="store_true", help="输出 JSON")


def run(arguments: argparse.Namespace) -> int:
    """Print the lines; 0 done, also when there are none, 1 refused by the gate, 2 when the code is none."""
    key = key_of(arguments.code)
    if key is None:
        print(f"“{arguments.code}”不是有效的统一社会信用代码、旧代码或证件号。", file=sys.stderr)
        return 2
    size = head.read().size
    if arguments.known_at is not None and not 0 <= arguments.known_at <= size:
        print(f"台账现有 {size} 条，--known-at 应在 0 到 {size} 之间。", file=sys.stderr)
        return 2
    day = arguments.as_of or clock.today()
    viewer = Viewer(None, f"命令行 {getpass.getuser()}", "", "operator", "cli")
    ground = Ground(purpose=SUBMISSION, case_no=arguments.case_no or None)
    reading = read(viewer, ground, key, as_of=day, known_at=arguments.known_at)
    if isinstance(reading, Refusal):
        print("；".join(part for part in (reading.message, reading.way_forward) if part), file=sys.stderr)
        return 1
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
        "law_day": line.law_day.isoformat(),
        "acts": [{"seq": act.seq, "kind": act.kind, "on": act.on.isoformat(), "actor": act.actor} for act in line.acts],
    }


def _print(answer: dict[str, Any]) -> None:
    print(f"{answer['subject']}  截至 {answer['as_of']}，按台账前 {answer['known_at']} 条  查阅编号 {answer['look']}")
    for line in answer["lines"]:
        until = line["display_until"] or ("待认定" if line["undecided"] else "法律没有规定截止日")
        state = line["undecided"] or STATES.get(line["state"], line["state"])
        print(
            f"{line['record']}  {line['item_name']}  {line['document'] or ''}  {line['decided']}  {state}  公示至 {until}"
        )
        print(f"    {line['authority'] or ''}  {'、'.join(line['clauses'])}")
    if not answer["lines"]:
        print("没有记录。")


STATES = {
    "effective": "有效",
    "undecided": "待认定",
    "withdrawn": "已撤回",
    "repaired": "已修复",
    "removed": "已移出",
    "expired": "期满",
    "future": "未到起始日",
}
"""How a state is printed (状态)."""
