"""`gongxin init` (初始化): make the tables and the keys, and say where things are."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

NAME = "init"
HELP = gettext_noop("建表、生成密钥；再次运行不改动已有的内容")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("--demo", action="store_true", help=_("同时装入虚构城市的单位和账号"))
    parser.add_argument("--json", action="store_true", help=_("输出一个 JSON 文档"))


def run(args: argparse.Namespace) -> int:
    """Set this installation up; return 0."""
    from gongxin.rooms.disclosure.reports import signing
    from gongxin.spine.opening import open_installation

    opened = open_installation(progress=lambda text: print(f"· {text}", file=sys.stderr))
    opened["report_certificate"] = str(signing.make_keys())
    if args.demo:
        opened["demo"] = _lay_out_demo()
    if args.json:
        print(json.dumps(opened, ensure_ascii=False))
        return 0
    for name, title in (
        ("home", _("安装目录")),
        ("database", _("数据库")),
        ("keys", _("密钥")),
        ("lawbook", _("法规书")),
        ("inbox", _("前置机目录")),
    ):
        print(f"{title:　<6} {opened[name]}")
    print(_("请备份密钥目录：没有它，密封的证件号打不开，台账的签名也无从核验。"))
    return 0


def _lay_out_demo() -> Any:
    from gongxin.doors.cli import demo

    return demo.lay_out()
