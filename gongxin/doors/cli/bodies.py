"""`gongxin bodies` (机关单位): what became of a body, who goes on with what it owes, and who holds which post.

Bodies are registered with `gongxin staff add-body`; here is entered what happens to them afterwards. Nothing is rewritten.
"""

from __future__ import annotations

import argparse
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from gongxin.doors.cli import usage
from gongxin.doors.cli.case import do_one

NAME = "bodies"
HELP = gettext_noop("机关单位：更名、并入、拆分、隶属、撤销，岗位设立和任免，承继单位")
WORDS = {
    "renamed": gettext_noop("更名"),
    "merged": gettext_noop("并入"),
    "split": gettext_noop("拆分"),
    "placed": gettext_noop("隶属"),
    "abolished": gettext_noop("撤销"),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what can be shown and entered."""
    acts = parser.add_subparsers(dest="deed", metavar="ACT", required=True)
    shown = acts.add_parser("show", help=_("一个单位某日的名称、上级、承继单位、岗位和沿革"))
    shown.add_argument("code", metavar="BODY", help=_("单位代码"))
    shown.add_argument("--as-of", type=usage.day, default=None, metavar="DAY", help=_("按哪一天"))
    helps = {
        "rename": _("登记更名"), "merge": _("登记并入另一单位"), "split": _("登记拆分，第一个是总承继单位"),
        "place": _("登记隶属关系"), "abolish": _("登记撤销；不写去向的，由上级单位承继"),
    }  # fmt: skip
    for name, told in helps.items():
        change = acts.add_parser(name, help=told)
        change.add_argument("code", metavar="BODY", help=_("单位代码"))
        if name == "rename":
            change.add_argument("name", metavar="NAME", help=_("新名称"))
        else:
            change.add_argument("to", nargs="*" if name == "abolish" else "+", metavar="BODY", help=_("去向"))
        change.add_argument("--document", required=True, help=_("依据文件"))
        change.add_argument("--on", type=usage.day, required=True, metavar="DAY", help=_("生效日"))
    post = acts.add_parser("add-post", help=_("设立岗位"))
    post.add_argument("post", metavar="POST", help=_("岗位编号"))
    post.add_argument("code", metavar="BODY", help=_("单位代码"))
    post.add_argument("name", metavar="NAME", help=_("岗位名称"))
    came = acts.add_parser("appoint", help=_("登记到任；前任即离任，承诺和合同不变"))
    came.add_argument("post", metavar="POST", help=_("岗位编号"))
    came.add_argument("holder", metavar="NAME", help=_("任职人"))
    came.add_argument("--holder-account", dest="named", default="", metavar="USERNAME", help=_("任职人的账号"))
    left = acts.add_parser("leave", help=_("登记离任"))
    left.add_argument("post", metavar="POST", help=_("岗位编号"))
    for each in (post, came, left):
        each.add_argument("--on", type=usage.day, required=True, metavar="DAY", help=_("生效日"))
        each.add_argument("--document", default="", help=_("依据文件"))
    for each in acts.choices.values():
        each.add_argument("--account", default="", metavar="USERNAME", help=_("以哪个账号办理；不写即本机窗口"))
        each.add_argument("--json", action="store_true", help=_("输出一个 JSON 文档"))


def run(args: argparse.Namespace) -> int:
    """Do one thing; 0 done, 1 refused with the reason, 2 wrong usage."""
    deeds = {
        "show": _show, "add-post": _add_post, "appoint": _appoint, "leave": _leave, "rename": _change, "merge": _change,
        "split": _change, "place": _change, "abolish": _change,
    }  # fmt: skip
    return do_one(args, deeds, _said)


def _show(args: argparse.Namespace, viewer: Any, _fields: dict[str, str]) -> Any:
    from gongxin.kernel.issues import Refusal
    from gongxin.rooms.promises import succeeding
    from gongxin.spine import clock
    from gongxin.spine.bodies import register

    known, day = register.register(), args.as_of or clock.today()
    body = known.bodies.get(args.code)
    if body is None:
        return register.unknown(args.code)
    heir, above = known.successor(args.code, day), known.superior(args.code, day)
    held = succeeding.held(viewer, args.code, known, day)
    if isinstance(held, Refusal):
        return held
    return {
        "code": args.code,
        "name": known.name(args.code, day),
        "kind": body.kind,
        "region": {"code": body.region, "name": register.place_name(body.region)},
        "as_of": day,
        "ended_on": known.ended_on(args.code, day),
        "successor": {"code": heir, "name": known.name(heir, day)},
        "superior": {"code": above, "name": known.name(above, day)} if above else None,
        "subordinates": [{"code": each, "name": known.name(each, day)} for each in known.subordinates(args.code, day)],
        "posts": [_post(each) for each in held],
        "history": [
            {"on": each.on, "verb": each.verb, "body": each.body, "name": each.name, "to": list(each.to)}
            for each in known.history(args.code)
            if each.on <= day
        ],
    }


def _post(post: Any) -> dict[str, Any]:
    holders = [{"holder": each.holder, "since": each.since, "until": each.until} for each in post.tenures]
    return {"post": post.id, "name": post.name, "holder": post.holder.holder if post.holder else None, "held": holders}


def _change(args: argparse.Namespace, viewer: Any, _fields: dict[str, str]) -> Any:
    from gongxin.kernel.issues import Refusal
    from gongxin.rooms.promises import succeeding
    from gongxin.spine.bodies.register import Change

    change = Change(
        args.code, succeeding.CHANGES[args.deed], args.on, getattr(args, "name", ""), tuple(getattr(args, "to", ())), args.document
    )  # fmt: skip
    done = succeeding.change(viewer, change)
    if isinstance(done, Refusal):
        return done
    entered: Any = done.entered
    return {"body": entered.body, "verb": entered.verb, "on": entered.on, "to": entered.to, **_paper(done)}


def _add_post(args: argparse.Namespace, viewer: Any, _fields: dict[str, str]) -> Any:
    from gongxin.rooms.promises import succeeding
    from gongxin.spine.bodies.posts import Appointing

    return _told(succeeding.establish(viewer, args.code, args.name, Appointing(args.post, args.on)))


def _appoint(args: argparse.Namespace, viewer: Any, _fields: dict[str, str]) -> Any:
    from gongxin.kernel.issues import Refusal
    from gongxin.rooms.promises import succeeding
    from gongxin.spine.access.models import Account
    from gongxin.spine.bodies import posts

    named = args.named
    account = Account.objects.filter(username=named).first() if named else None
    if named and account is None:
        return Refusal("account.unknown", _("没有账号“%(name)s”") % {"name": named}, None, _("请核对账号"))
    asked = posts.Appointing(args.post, args.on, args.holder, account.pk if account else None, args.document)
    return _told(succeeding.appoint(viewer, asked))


def _leave(args: argparse.Namespace, viewer: Any, _fields: dict[str, str]) -> Any:
    from gongxin.rooms.promises import succeeding
    from gongxin.spine.bodies import posts

    return _told(succeeding.leave(viewer, posts.Appointing(args.post, args.on, document=args.document)))


def _told(done: Any) -> Any:
    from gongxin.kernel.issues import Refusal

    if isinstance(done, Refusal):
        return done
    post = done.entered
    return {"post": post.post, "verb": post.verb, "on": post.on, "holder": post.holder or None, **_paper(done)}


def _paper(done: Any) -> dict[str, Any]:
    return {"handover": done.paper.row.number if done.paper is not None else None}


def _said(told: dict[str, Any]) -> list[str]:
    """Return what was found or entered as a person reads it (终端输出)."""
    if "successor" not in told:
        lines = [_("已登记：%(what)s　%(on)s") % {"what": told.get("body") or told["post"], "on": told["on"]}]
        return [*lines, *([_("移交清单已出具：%(number)s") % {"number": told["handover"]}] if told["handover"] else [])]
    lines = [f"{told['code']}　{told['name']}　{told['region']['name']}"]
    if told["ended_on"]:
        lines.append(
            _("%(day)s 停止存续，承诺和合同由 %(name)s（%(code)s）承继")
            % {"day": told["ended_on"], "name": told["successor"]["name"], "code": told["successor"]["code"]}
        )
    if told["superior"]:
        lines.append(_("上级单位：%(name)s") % {"name": told["superior"]["name"]})
    for post in told["posts"]:
        holder = post["holder"] or _("空缺")
        lines.append(f"  {post['name']}　{holder}")
    for event in told["history"]:
        what = event["name"] or "、".join(event["to"])
        lines.append(f"  {event['on']}　{event['body']}　{_(WORDS[event['verb']])}　{what}")
    return lines
