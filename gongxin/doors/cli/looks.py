"""`gongxin looks` (谁看过): every look at a subject, as the subject itself may read it; and the delay of one notice."""

from __future__ import annotations

import argparse
import getpass
import json
from dataclasses import replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from gongxin.doors.cli.check import LOCAL, tell_no

NAME = "looks"
HELP = gettext_noop("谁看过一个主体：单位、事项、依据、内容；依法推迟告知一次查阅")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Whom; or which look is to be told later, by whose order."""
    parser.add_argument("code", metavar="CODE", help=_("统一社会信用代码或公民身份号码；推迟告知时写查阅编号"))
    parser.add_argument("--limit", type=int, default=50, metavar="N", help=_("最多列几次（50）"))
    parser.add_argument("--withhold", metavar="GROUND", help=_("推迟告知这次查阅的理由，见 lawbook withheld.grounds"))
    parser.add_argument("--until", type=date.fromisoformat, metavar="DAY", help=_("到这一天自行告知本人"))
    parser.add_argument("--ordered-by", metavar="NAME", help=_("批准推迟告知的负责人"))
    parser.add_argument("--body", metavar="CODE", default=LOCAL, help=_("以哪个单位的名义"))
    parser.add_argument("--json", action="store_true", help=_("输出一个 JSON 文档"))


def run(args: argparse.Namespace) -> int:
    """List the looks, or delay the notice of one."""
    return _withhold(args) if args.withhold else _list(args)


def subject_key(code: str) -> Any:
    """Return the key a code names, or the issues with it: an organisation's or a person's, never a name."""
    from gongxin.rooms.measures import check
    from gongxin.spine import clock, shelf

    law = shelf.book().on(clock.today())
    anybody = replace(law.matters()[0], subject_kinds=("organisation", "sole-trader", "person"))
    named = check.identify(code, anybody, clock.today())
    return named if isinstance(named, list) else named.key


def _list(args: argparse.Namespace) -> int:
    from gongxin.kernel.issues import Refusal
    from gongxin.rooms.disclosure import wholooked
    from gongxin.spine import clock, shelf
    from gongxin.spine.access import gate
    from gongxin.spine.access.models import Role

    key = subject_key(args.code)
    if isinstance(key, list):
        return tell_no(key, args.json)
    today = clock.today()
    source = str(shelf.book().on(today).parameter("looks.confirm.days").source)
    viewer = gate.Viewer(None, f"命令行 {getpass.getuser()}", args.body, Role.AUDITOR.value, "cli")
    # Whoever reads the log at the terminal stands in it too.
    ground = gate.Ground(purpose=gate.SUPERVISION, clause=source, case_no="gongxin looks")
    noted = gate.note(viewer, ground, f"looks:{key}", 1, as_of=today)
    if isinstance(noted, Refusal):
        return tell_no(noted, args.json)
    rows = wholooked.rows(wholooked.looked(key, today))
    if args.json:
        print(json.dumps({"looks": rows[: args.limit], "total": len(rows)}, ensure_ascii=False, indent=2))
        return 0
    print(_("被查看 %(n)d 次") % {"n": len(rows)})
    for row in rows[: args.limit]:
        who = row["body_name"] or row["body"] or _("本人")
        what = "、".join(row["fields"]) if row["fields"] else _("全部")
        print(f"{row['at']}　{who}　{row['post'] or ''}　{row['matter'] or row['ground']}　{row['case_no'] or ''}")
        seen = _("  看了 %(what)s　%(number)s") % {"what": what, "number": row["number"]}
        print(seen + (_("　授权 %(consent)s") % {"consent": row["consent"]} if row["consent"] else ""))
    return 0


def _withhold(args: argparse.Namespace) -> int:
    from gongxin.kernel.issues import Refusal
    from gongxin.spine.access import withheld
    from gongxin.spine.access.gate import Viewer
    from gongxin.spine.access.models import Role

    viewer = Viewer(None, f"命令行 {getpass.getuser()}", args.body, Role.SUPERVISOR.value, "cli")
    made = withheld.withhold(viewer, args.code, args.withhold, args.until or date.min, args.ordered_by or "")
    if isinstance(made, Refusal):
        return tell_no(made, args.json)
    told = {
        "look": made.look,
        "clause": made.clause,
        "release": made.release.isoformat(),
        "ordered_by": made.ordered_by,
    }
    said = _("%(look)s 到 %(release)s 自行告知本人") % told
    print(json.dumps(told, ensure_ascii=False, indent=2) if args.json else said)
    return 0
