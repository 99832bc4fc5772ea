"""`gongxin consent` (授权): request, grant on paper, revoke, list – the counter's side of consents."""

from __future__ import annotations

import argparse
import getpass
import json
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from gongxin.doors.cli.check import LOCAL, tell_no, viewer_of
from gongxin.doors.cli.looks import subject_key

NAME = "consent"
HELP = gettext_noop("授权：请求、按书面授权登记、撤回、列出")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the four acts."""
    acts = parser.add_subparsers(dest="act", metavar="ACT", required=True)
    asked = acts.add_parser("request", help=_("向本人请求授权"))
    asked.add_argument("code", metavar="CODE", help=_("统一社会信用代码或公民身份号码"))
    _add_terms(asked)
    given = acts.add_parser("grant", help=_("登记本人的授权：答复一项请求，或者按书面授权新登记"))
    given.add_argument("number", nargs="?", metavar="NUMBER", help=_("授权请求的编号；不写即按以下内容新登记"))
    _add_terms(given, required=False)
    _add_account(given)
    ended = acts.add_parser("revoke", help=_("撤回授权，立即生效"))
    ended.add_argument("number", metavar="NUMBER")
    _add_account(ended)
    listed = acts.add_parser("list", help=_("列出一个主体或者一个单位的授权"))
    listed.add_argument("code", metavar="CODE", nargs="?", help=_("主体代码；不写即列单位的"))
    listed.add_argument("--body", metavar="CODE", default=LOCAL, help=_("单位代码"))
    for each in acts.choices.values():
        each.add_argument("--json", action="store_true", help=_("输出一个 JSON 文档"))


def _add_terms(parser: argparse.ArgumentParser, *, required: bool = True) -> None:
    parser.add_argument("--body", metavar="CODE", default=LOCAL, help=_("给哪个单位"))
    parser.add_argument("--matter", required=required, default="", help=_("以授权为依据的事项"))
    parser.add_argument("--purpose", required=required, default="", help=_("用途"))
    parser.add_argument("--field", action="append", default=[], metavar="ITEM:FIELD", help=_("看哪项内容，可写多次"))
    parser.add_argument("--uses", type=int, default=1, metavar="N", help=_("最多查几次（1）"))
    parser.add_argument("--until", type=date.fromisoformat, required=required, default=date.min, metavar="DAY")


def _add_account(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--account", required=True, metavar="USERNAME", help=_("本人的账号"))
    parser.add_argument("--paper", required=True, metavar="NO", help=_("本人签字的书面授权或者撤回书的存档编号"))


def run(args: argparse.Namespace) -> int:
    """Do one act and tell how the consent stands."""
    made = {"request": _request, "grant": _grant, "revoke": _revoke, "list": _list}[args.act](args)
    from gongxin.kernel.issues import Refusal

    if isinstance(made, Refusal) or (isinstance(made, list) and made and hasattr(made[0], "severity")):
        return tell_no(made, args.json)
    told = [as_dict(each) for each in made] if isinstance(made, list) else as_dict(made)
    if args.json:
        print(json.dumps(told, ensure_ascii=False, indent=2))
        return 0
    for each in told if isinstance(told, list) else [told]:
        print(_("%(number)s　%(state)s　%(body)s　%(purpose)s　还能用 %(left)s 次，到 %(ends)s") % each)
    return 0


def as_dict(each: Any) -> dict[str, Any]:
    """Return a consent as the command prints it (一份授权)."""
    terms, standing = each.terms, each.standing
    return {
        "number": each.number, "state": each.state, "body": terms.body, "matter": terms.matter,
        "purpose": terms.purpose, "fields": {item: list(names) for item, names in terms.fields.items()},
        "uses": terms.uses, "used": standing.used, "left": standing.left, "until": terms.until.isoformat(),
        "ends": standing.ends.isoformat(),
    }  # fmt: skip


def _terms(args: argparse.Namespace, subject: str) -> Any:
    from gongxin.law.consents import Terms

    fields: dict[str, list[str]] = {}
    for each in args.field:
        item, _sep, name = each.partition(":")
        fields.setdefault(item, []).append(name)
    chosen = {item: tuple(names) for item, names in fields.items()}
    return Terms(subject, args.body, args.matter, args.purpose, chosen, args.uses, args.until)


def _request(args: argparse.Namespace) -> Any:
    from gongxin.spine.access import consents

    key = subject_key(args.code)
    return key if isinstance(key, list) else consents.request(viewer_of(args), _terms(args, key))


def _grant(args: argparse.Namespace) -> Any:
    from gongxin.spine.access import consents

    viewer, subject = _subject(args)
    if not subject:
        return consents.UNKNOWN
    if args.number:
        return consents.answer(viewer, args.number, yes=True)
    return consents.grant(viewer, _terms(args, subject))


def _revoke(args: argparse.Namespace) -> Any:
    from gongxin.spine.access import consents

    viewer, _subject_key = _subject(args)
    return consents.revoke(viewer, args.number)


def _list(args: argparse.Namespace) -> Any:
    from gongxin.spine import clock
    from gongxin.spine.access import consents

    if not args.code:
        return consents.of_body(args.body, clock.today())
    key = subject_key(args.code)
    return key if isinstance(key, list) else consents.of_subject([key], clock.today())


def _subject(args: argparse.Namespace) -> tuple[Any, str]:
    """The subject's own account, for which the counter enters what was signed on paper (按书面代录)."""
    from gongxin.spine.access import identities
    from gongxin.spine.access.gate import Viewer
    from gongxin.spine.access.models import Account, Role

    account = Account.objects.filter(username=args.account, role=Role.SUBJECT, is_active=True).first()
    if account is None:
        return Viewer(None, "", "", Role.SUBJECT.value, "cli"), ""
    own = f"uscc:{account.body_id}" if account.body_id else identities.person_of(account.pk) or ""
    name = f"命令行 {getpass.getuser()} 代录，书面 {args.paper}"
    return Viewer(account.pk, name, account.body_id or "", Role.SUBJECT.value, "cli", own), own
