"""`gongxin watch` (前置机目录): take in what departments leave in their folders."""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

NAME = "watch"
HELP = gettext_noop("监视前置机目录：归集放好的文件，在 done 或 failed 里留下问题清单")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which folder, how often."""
    parser.add_argument(
        "--folder", metavar="DIR", type=Path, help=_("目录，默认为安装目录下的 inbox；其下每个提供单位一个子目录")
    )
    parser.add_argument("--once", action="store_true", help=_("只处理现有文件，处理完即退出"))
    parser.add_argument("--every", metavar="SECONDS", type=float, default=5.0, help=_("每隔多少秒巡检一次"))
    parser.add_argument("--json", action="store_true", help=_("每个文件输出一个 JSON 文档"))


def run(args: argparse.Namespace) -> int:
    """Return 0; with --once 1 when a file could not be taken in whole."""
    from gongxin.doors.cli import intake
    from gongxin.rooms.intake.watch import Watcher

    no = intake.not_ready()
    if no is not None:
        return intake.usage(no)
    if args.folder is not None and not args.folder.is_dir():
        return intake.usage(_("找不到目录 %(folder)s") % {"folder": args.folder})
    watcher = Watcher(args.folder) if args.folder is not None else Watcher()
    said = _("监视 %(folder)s（每个提供单位一个子目录，以其代码或名称命名）") % {"folder": watcher.folder}
    print(said, file=sys.stderr)
    faulty = False
    try:
        while True:
            for report in watcher.round(settled=args.once):
                faulty = faulty or "failed" in Path(report["moved_to"]).parent.name
                if args.json:
                    print(json.dumps(report, ensure_ascii=False), flush=True)
                else:
                    shown = {
                        key: report.get(key, 0) for key in ("received", "accepted", "duplicates", "refused", "waiting")
                    }
                    print(f"{report['file']} → {report['moved_to']} {shown} {report.get('message', '')}", flush=True)
            if args.once:
                return 1 if faulty else 0
            time.sleep(args.every)
    except KeyboardInterrupt:
        return 0
