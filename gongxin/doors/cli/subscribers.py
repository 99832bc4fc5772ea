"""`gongxin subscribers` (订阅方): who holds copies, what it has acknowledged, and sending again."""

from __future__ import annotations

import argparse
import json
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

NAME = "subscribers"
HELP = gettext_noop("订阅方：登记持有记录副本的平台、部门和机构，查看和重送变更事件")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what can be done."""
    acts = parser.add_subparsers(dest="act", metavar="ACT", required=True)
    new = acts.add_parser("add", help=_("登记订阅方；从现在起的变更都会送到"))
    new.add_argument("code", help=_("单位代码"))
    new.add_argument("--name", required=True, help=_("名称"))
    new.add_argument(
        "--kind",
        required=True,
        help=_("node（上下级平台）department（部门系统）agency（信用服务机构）checker（只收本单位核查答复的变动）"),
    )
    new.add_argument("--endpoint", default="", metavar="URL", help=_("接收地址；不写就由对方用密钥来取"))
    new.add_argument("--item", action="append", default=[], help=_("持有哪些目录事项，可写多次；不写就是全部"))
    new.add_argument("--persons", action="store_true", help=_("也持有自然人的记录"))
    acts.add_parser("list", help=_("列出订阅方和未确认的情况"))
    gone = acts.add_parser("remove", help=_("停止订阅；未确认的仍然列出"))
    gone.add_argument("code")
    events = acts.add_parser("events", help=_("列出变更事件，或者一条记录告知了谁"))
    events.add_argument("--record", type=int, help=_("只看一条记录"))
    events.add_argument("--after", type=int, default=0, metavar="N", help=_("只看这个编号以后的"))
    acts.add_parser("deliver", help=_("立即送达到期的事件和通知"))
    again = acts.add_parser("retry", help=_("未确认的全部立即重送"))
    again.add_argument("code", nargs="?", default="")
    missed = acts.add_parser("resend", help=_("补发登记之前的事件"))
    missed.add_argument("code")
    missed.add_argument("--after", type=int, default=0, metavar="N")
    for each in acts.choices.values():
        each.add_argument("--json", action="store_true", help=_("输出一个 JSON 文档"))


def run(args: argparse.Namespace) -> int:
    """Do one act; 1 with the reason where it cannot be done."""
    from gongxin.spine.outbox.subscribers import NoSubscriber

    try:
        told = _ACTS[args.act](args)
    except NoSubscriber as no:
        return _no(_("没有代码为 %(code)s 的订阅方；gongxin subscribers list 列出全部") % {"code": no}, args.json)
    except ValueError as fault:
        return _no(str(fault), args.json)
    if args.json:
        print(json.dumps(told, ensure_ascii=False, default=str))
    elif isinstance(told, list):
        for row in told:
            print("　".join(f"{value}" for value in row.values() if value not in ("", None, [])))
    else:
        for name, value in told.items():
            print(f"{name}　{value}")
    return 0


def _no(message: str, as_json: bool) -> int:
    print(json.dumps({"error": message}, ensure_ascii=False) if as_json else message)
    return 1


def _add(args: argparse.Namespace) -> dict[str, Any]:
    from gongxin.spine import clock, shelf
    from gongxin.spine.outbox import subscribers

    law = shelf.book().on(clock.today())
    unknown = [item for item in args.item if law.find_item(item) is None]
    if unknown:
        raise ValueError(_("目录里没有事项 %(items)s；gongxin law items 列出全部") % {"items": " ".join(unknown)})
    made = subscribers.add(
        args.code, args.name, args.kind, endpoint=args.endpoint, items=args.item, persons=args.persons
    )
    return {"code": made.body, "name": made.name, "kind": made.kind, "endpoint": made.endpoint, "items": made.items}


def _list(args: argparse.Namespace) -> list[dict[str, Any]]:
    from gongxin.spine import clock
    from gongxin.spine.outbox import subscribers

    return [
        {
            "code": each.subscriber.body,
            "name": each.subscriber.name,
            "kind": each.subscriber.kind,
            "endpoint": each.subscriber.endpoint,
            "pending": each.pending,
            "days": each.days(clock.today()),
            "last": each.last,
            "ended": each.subscriber.ended,
        }
        for each in subscribers.owing()
    ]


def _remove(args: argparse.Namespace) -> dict[str, Any]:
    from gongxin.spine.outbox import subscribers

    gone = subscribers.end(args.code)
    return {"code": gone.body, "ended": gone.ended}


def _events(args: argparse.Namespace) -> list[dict[str, Any]]:
    from gongxin.spine.outbox import subscribers

    if args.record is not None:
        return [
            {
                "event": each.event_id,
                "kind": each.event.kind,
                "subscriber": each.subscriber.name,
                "state": each.state,
                "tries": each.tries,
                "last": each.last,
                "acknowledged_at": each.acknowledged_at,
            }
            for each in subscribers.of_record(args.record)
        ]
    found = subscribers.changes(args.after, 500)
    return [
        {"event": each.pk, "kind": each.kind, "record": each.record, "item": each.item, "at": each.at, "digest": each.digest}
        for each in found
    ]  # fmt: skip


def _deliver(args: argparse.Namespace) -> dict[str, Any]:
    from gongxin.spine.outbox import dispatch

    return {name: dict(done) for name, done in dispatch.carry().items()}


def _retry(args: argparse.Namespace) -> dict[str, Any]:
    from gongxin.spine.outbox import dispatch, subscribers

    count = subscribers.retry(args.code)
    return {"retried": count, **{name: dict(done) for name, done in dispatch.carry().items()}}


def _resend(args: argparse.Namespace) -> dict[str, Any]:
    from gongxin.spine.outbox import subscribers

    return {"laid": subscribers.lay_missed(subscribers.get(args.code), args.after)}


_ACTS = {
    "add": _add,
    "list": _list,
    "remove": _remove,
    "events": _events,
    "deliver": _deliver,
    "retry": _retry,
    "resend": _resend,
}
