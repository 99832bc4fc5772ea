"""`gongxin proof` (证明): that an entry or a look is in its tree, that nothing before was rewritten; witnesses; files to check."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from gongxin.doors.cli.language import english
from gongxin.kernel.sentences import in_english

NAME = "proof"
HELP = gettext_noop("台账和查阅日志的证明、检查点寄存、供外部核对的文件")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the acts of this command."""
    acts = parser.add_subparsers(dest="act", metavar="ACT", required=True)
    entry = acts.add_parser("entry", help=_("一条台账条目的包含证明"))
    entry.add_argument("number", type=int, metavar="N")
    access = acts.add_parser("access", help=_("一次查阅的包含证明"))
    access.add_argument("number", metavar="NUMBER", help=_("查阅编号 HC-…"))
    checkpoint = acts.add_parser("checkpoint", help=_("台账和日志的最新检查点"))
    consistency = acts.add_parser("consistency", help=_("两个检查点的一致性证明"))
    consistency.add_argument("--from", dest="old", type=int, required=True, metavar="SIZE")
    consistency.add_argument("--to", dest="new", type=int, metavar="SIZE", help=_("默认最新"))
    ledger = acts.add_parser("ledger", help=_("导出台账核对文件（不含内容）"))
    ledger.add_argument("--payloads", action="store_true", help=_("连同内容和盐，供审计使用"))
    log = acts.add_parser("log", help=_("导出日志核对文件，供审计使用"))
    for act in (entry, access, checkpoint, consistency, ledger, log):
        act.add_argument("-o", "--output", type=Path, metavar="FILE", help=_("默认标准输出"))
    lodge = acts.add_parser("lodge", help=_("把检查点寄存到各见证方"))
    lodge.add_argument("--witness", metavar="NAME", help=_("只寄存到这一方"))
    lodge.add_argument("--json", action="store_true")
    witness = acts.add_parser("witness", help=_("见证方：增加、列出、移除；代别的节点见证"))
    doing = witness.add_subparsers(dest="doing", metavar="DOING", required=True)
    add = doing.add_parser("add", help=_("增加一个见证方"))
    add.add_argument("name", metavar="NAME")
    add.add_argument("--kind", choices=("file", "node", "http"), required=True)
    add.add_argument("--address", required=True, help=_("文件夹路径，或对方接收检查点的网址"))
    listing = doing.add_parser("list", help=_("列出见证方和寄存状态"))
    listing.add_argument("--json", action="store_true")
    remove = doing.add_parser("remove", help=_("移除一个见证方"))
    remove.add_argument("name", metavar="NAME")
    serve = doing.add_parser("for", help=_("代另一个节点见证，给出它的公钥"))
    serve.add_argument("key", metavar="KEY", help=_("64 位十六进制公钥"))
    serve.add_argument("--name", default="", help=_("对方名称"))


def run(args: argparse.Namespace) -> int:
    """Do what was asked; 0 done, 1 refused, not lodged or in conflict, 2 wrong usage."""
    from gongxin.spine.proofs.ledger import ProofFault

    try:
        return int(_ACTS[args.act](args))
    except ProofFault as fault:
        print(in_english(fault.message) if english() else fault, file=sys.stderr)
        return 1


def _entry(args: argparse.Namespace) -> int:
    from gongxin.spine.proofs import ledger

    return _out(args, ledger.entry_proof(args.number))


def _access(args: argparse.Namespace) -> int:
    from gongxin.spine.proofs import log

    return _out(args, log.look_proof(args.number))


def _checkpoint(args: argparse.Namespace) -> int:
    from gongxin.spine.proofs import ledger, log

    return _out(
        args, {"form": ledger.FORM, "kind": "checkpoints", "ledger": ledger.checkpoint(), "log": log.checkpoint()}
    )


def _consistency(args: argparse.Namespace) -> int:
    from gongxin.spine.proofs import ledger

    return _out(args, ledger.consistency_proof(args.old, args.new))


def _out(args: argparse.Namespace, told: Any) -> int:
    from gongxin.kernel.issues import Refusal

    if isinstance(told, Refusal):
        no = told.told(english=english())
        print(" ".join(part for part in (no.message, no.way_forward) if part), file=sys.stderr)
        return 1
    text = json.dumps(told, ensure_ascii=False, indent=2)
    if args.output:
        args.output.write_text(text + "\n", encoding="utf-8")
    else:
        print(text)
    return 0


def _ledger(args: argparse.Namespace) -> int:
    from gongxin.spine.proofs import export

    return _write(args, export.ledger_lines(payloads=args.payloads))


def _log(args: argparse.Namespace) -> int:
    from gongxin.spine.proofs import export

    return _write(args, export.log_lines())


def _write(args: argparse.Namespace, lines: Any) -> int:
    from gongxin.spine.proofs import export

    if args.output is None:
        export.write(lines, sys.stdout)
        return 0
    with args.output.open("w", encoding="utf-8") as file:
        count = export.write(lines, file)
    print(_("%(file)s  %(count)d 行") % {"file": args.output, "count": count}, file=sys.stderr)
    return 0


def _lodge(args: argparse.Namespace) -> int:
    from gongxin.spine.proofs import witness

    outcomes = witness.lodge(args.witness)
    if not outcomes:
        print(_("没有见证方，或者还没有检查点。先用 gongxin proof witness add 增加。"), file=sys.stderr)
        return 1
    _tell(outcomes, as_json=args.json)
    return 0 if all(one.state == "lodged" for one in outcomes) else 1


STATES = {
    "lodged": gettext_noop("已寄存"),
    "failed": gettext_noop("未成，下次重试"),
    "conflict": gettext_noop("不一致，须查明"),
    "waiting": gettext_noop("等待"),
}
"""How a lodging's state is printed (寄存状态)."""


def _tell(outcomes: Any, *, as_json: bool) -> None:
    rows = [
        {
            "witness": one.witness_id,
            "tree": one.tree,
            "state": one.state,
            "size": one.size,
            "root": one.root,
            "detail": one.detail,
            "detail_en": one.detail_en,
            "tries": one.tries,
            "tried": one.tried.isoformat(timespec="seconds") if one.tried else None,
        }
        for one in outcomes
    ]
    if as_json:
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        tried = _("（连续 %(tries)s 次）") % row if row["tries"] else ""
        size, said = _("%(size)s 条") % row, (english() and row["detail_en"]) or row["detail"]
        print(f"{row['witness']}  {row['tree']}  {_(STATES[row['state']])}{tried}  {size}  {said}")


def _witness(args: argparse.Namespace) -> int:
    from gongxin.spine.proofs.models import Lodging, Origin, Witness

    if args.doing == "add":
        Witness.objects.update_or_create(name=args.name, defaults={"kind": args.kind, "address": args.address})
        print(_("已增加 %(name)s") % {"name": args.name})
    elif args.doing == "remove":
        gone, _each = Witness.objects.filter(name=args.name).delete()
        if not gone:
            print(_("没有见证方 %(name)s") % {"name": args.name}, file=sys.stderr)
            return 1
        print(_("已移除 %(name)s") % {"name": args.name})
    elif args.doing == "for":
        key = args.key.strip().lower()
        if len(key) != 64 or set(key) - set("0123456789abcdef"):
            print(_("公钥应为 64 位十六进制。"), file=sys.stderr)
            return 2
        Origin.objects.update_or_create(key=key, defaults={"name": args.name[:60]})
        print(_("已开始代 %(name)s 见证") % {"name": args.name or key[:16]})
    else:
        for name in Witness.objects.order_by("name").values_list("name", flat=True):
            if not args.json:
                print(name)
        _tell(Lodging.objects.order_by("witness", "tree"), as_json=args.json)
    return 0


_ACTS = {
    "entry": _entry,
    "access": _access,
    "checkpoint": _checkpoint,
    "consistency": _consistency,
    "ledger": _ledger,
    "log": _log,
    "lodge": _lodge,
    "witness": _witness,
}
