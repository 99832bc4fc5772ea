"""`gongxin init` (初始化): make the tables and the keys, and say where things are."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

NAME = "init"
HELP = "建表、生成密钥 · make the tables and the keys; run again it changes nothing that is there"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("--demo", action="store_true", help="also lay out the sample city's bodies and accounts")
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")


def run(args: argparse.Namespace) -> int:
    """Set this installation up; return 0."""
    from gongxin.spine.opening import open_installation

    opened = open_installation(progress=lambda text: print(f"· {text}", file=sys.stderr))
    if args.demo:
        opened["demo"] = _lay_out_demo()
    if args.json:
        print(json.dumps(opened, ensure_ascii=False))
        return 0
    for name, title in (
        ("home", "安装目录"),
        ("database", "数据库"),
        ("keys", "密钥"),
        ("lawbook", "法规书"),
        ("inbox", "前置机目录"),
    ):
        print(f"{title:　<6} {opened[name]}")
    print("请备份密钥目录：没有它，密封的证件号打不开，台账的签名也无从核验。")
    return 0


def _lay_out_demo() -> Any:
    from gongxin.doors.cli import demo

    return demo.lay_out()
