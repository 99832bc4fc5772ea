"""`gongxin sample` (生成样例): files of an invented city, as its departments would send them, from a seed."""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import asdict
from datetime import date
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from gongxin.doors.cli import usage
from gongxin.doors.cli.language import english
from gongxin.kernel.sentences import in_english

NAME = "sample"
HELP = gettext_noop("生成虚构城市平陵市的报送文件 · write an invented city's files, the same bytes from the same seed")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--subjects", type=int, default=3000, metavar="N", help=_("主体数量 (3000)"))
    parser.add_argument("--penalties", type=int, metavar="N", help=_("行政处罚条数（缺省按主体数量的比例）"))
    parser.add_argument("--seed", type=int, default=2026, help=_("种子 (2026)"))
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help=_("输出目录"))
    parser.add_argument("--only", metavar="ITEM[,ITEM]", help=_("每个目录项一个文件，如 penalty,registration"))
    parser.add_argument("--format", choices=("csv", "xlsx", "parquet"), help=_("单一文件的格式 (csv)"))
    parser.add_argument("--clean", action="store_true", help=_("不掺差错"))
    parser.add_argument("--today", type=usage.day, default=date(2026, 11, 23), help=_("报送之日 (2026-11-23)"))
    parser.add_argument("--json", action="store_true", help=_("输出 JSON"))


def run(args: argparse.Namespace) -> int:
    """Write the files; wrong usage is told with what is possible."""
    from gongxin.doors.cli.sampling.city import found_city
    from gongxin.doors.cli.sampling.plan import ITEMS, write_city, write_plain

    items = args.only.split(",") if args.only else list(ITEMS)
    unknown = [item for item in items if item not in ITEMS]
    if unknown or args.subjects < 1 or (args.penalties is not None and args.penalties < 1):
        what = _("数量应当为正整数")
        if unknown:
            what = _("没有目录项 %(unknown)s；可选：%(known)s") % {
                "unknown": "、".join(unknown),
                "known": "、".join(ITEMS),
            }
        print(what, file=sys.stderr)
        return 2
    args.out.mkdir(parents=True, exist_ok=True)
    city = found_city(seed=args.seed, subjects=args.subjects, today=args.today, clean=args.clean)
    started = time.perf_counter()
    if args.only or args.format:
        sent = write_plain(city, args.out, items, args.format or "csv", args.penalties)
    else:
        sent = write_city(city, args.out, args.penalties)
    seconds = round(time.perf_counter() - started, 2)
    if args.json:
        print(json.dumps({"files": [asdict(each) for each in sent], "seconds": seconds}, ensure_ascii=False))
        return 0
    for each in sent:
        print(f"{each.rows:>9,}  {each.item:<22} {each.file}  ({in_english(each.note) if english() else each.note})")
    said = _("%(rows)s  行，%(seconds)s 秒，写入 %(place)s")
    print(said % {"rows": f"{sum(each.rows for each in sent):>9,}", "seconds": seconds, "place": args.out})
    return 0
