"""`gongxin staff` (人员与单位): bodies, accounts and keys of an installation, from the terminal."""

from __future__ import annotations

import argparse
import json
import secrets
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from gongxin.spine.access.scopes import SCOPES

NAME = "staff"
HELP = gettext_noop("单位、账号和接口密钥：登记单位，开通和停用账号，签发和撤销密钥")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what can be listed, added and ended."""
    acts = parser.add_subparsers(dest="act", metavar="ACT", required=True)
    acts.add_parser("list", help=_("列出单位、账号和密钥"))

    body = acts.add_parser("add-body", help=_("登记一个单位"))
    body.add_argument("code", help=_("统一社会信用代码或本地代码"))
    body.add_argument("name")
    body.add_argument("--name-en", default="")
    body.add_argument("--region", default="", help=_("六位行政区划代码"))
    body.add_argument("--kind", default="organ", help="organ institution office court trading-centre")
    body.add_argument("--parent", help=_("上级单位代码"))

    account = acts.add_parser("add-account", help=_("开通账号；口令只显示一次，请本人首次登录后更换"))
    account.add_argument("username")
    account.add_argument("--name", required=True, help=_("姓名"))
    account.add_argument(
        "--role", required=True, help="steward officer operator supervisor auditor administrator subject"
    )
    account.add_argument("--body", required=True, help=_("单位代码"))
    account.add_argument("--post", default="", help=_("岗位"))

    end = acts.add_parser("end-account", help=_("停用账号；留痕照旧"))
    end.add_argument("username")

    key = acts.add_parser("add-key", help=_("签发接口密钥；密钥只显示一次"))
    key.add_argument("body", help=_("单位代码"))
    key.add_argument("--label", required=True, help=_("用途，例如：审批系统"))
    key.add_argument("--scope", action="append", required=True, choices=tuple(SCOPES))
    key.add_argument("--per-minute", type=int, default=600)
    key.add_argument("--kind", choices=("secret", "signature", "certificate"), default="secret",
                     help=_("凭证：secret 密钥，signature 每次请求签名，certificate 只凭客户端证书"))  # fmt: skip
    _add_credentials(key)

    rotate = acts.add_parser("rotate-key", help=_("换发密钥：范围不变，旧的再用几天后到期"))
    rotate.add_argument("prefix")
    rotate.add_argument("--keep-days", type=int, default=7, help=_("旧密钥再用几天；0 为立即撤销"))
    _add_credentials(rotate)

    for name, help_text in (("add-origin", _("登记可以嵌入核查页的来源")), ("end-origin", _("停用来源"))):
        origin = acts.add_parser(name, help=help_text)
        origin.add_argument("body", help=_("单位代码"))
        origin.add_argument("origin", help=_("例如 https://approval.example.gov.cn，不带路径"))

    revoke = acts.add_parser("revoke-key", help=_("撤销接口密钥"))
    revoke.add_argument("prefix")
    for each in acts.choices.values():
        each.add_argument("--json", action="store_true")


def run(args: argparse.Namespace) -> int:
    """Do one act; what cannot be done is told with the way forward, and nothing is changed."""
    acts = {
        "list": _list,
        "add-body": _add_body,
        "add-account": _add_account,
        "end-account": _end_account,
        "add-key": _add_key,
        "add-origin": _add_origin,
        "end-origin": _end_origin,
        "rotate-key": _rotate_key,
        "revoke-key": _revoke_key,
    }
    try:
        told = acts[args.act](args)
    except Unsuitable as fault:
        print(json.dumps({"error": str(fault)}, ensure_ascii=False) if args.json else str(fault), file=sys.stderr)
        return 1
    if args.json:
        print(json.dumps(told, ensure_ascii=False, default=str))
    else:
        _print(told)
    return 0


class Unsuitable(Exception):
    """What was asked cannot be done (不能办理); the message says why and what to do instead."""


NAMES = (
    gettext_noop("单位"),
    gettext_noop("账号"),
    gettext_noop("密钥"),
    gettext_noop("已登记"),
    gettext_noop("口令"),
    gettext_noop("说明"),
    gettext_noop("已停用"),
    gettext_noop("前缀"),
    gettext_noop("证书指纹"),
    gettext_noop("旧密钥"),
    gettext_noop("来源"),
    gettext_noop("已撤销"),
)
"""Names of what is told; a script reads them as they are, whoever reads the terminal in its language."""


def _print(told: dict[str, Any]) -> None:
    for name, value in told.items():
        if isinstance(value, list):
            print(_(name))
            for row in value:
                print("  " + "　".join(str(cell) for cell in row.values() if cell not in ("", None)))
        else:
            print(f"{_(name)}　{value}")


def _body(code: str) -> Any:
    from gongxin.spine.access.models import Body

    body = Body.objects.filter(code=code).first()
    if body is None:
        raise Unsuitable(
            _("没有登记代码为 %(code)s 的单位，请先运行 gongxin staff add-body %(code)s 单位名称") % {"code": code}
        )
    return body


def _list(_args: argparse.Namespace) -> dict[str, Any]:
    from gongxin.spine.access.models import Account, ApiKey, Body

    return {
        "单位": list(Body.objects.order_by("code").values("code", "name", "kind", "region")),
        "账号": [
            {
                "username": each.username,
                "name": each.first_name,
                "role": each.role,
                "body": each.body.name if each.body else "",
                "state": "" if each.is_active else _("已停用"),
            }
            for each in Account.objects.select_related("body").order_by("username")
        ],
        "密钥": [
            {
                "prefix": key.prefix,
                "body": key.body.name,
                "label": key.label,
                "scopes": " ".join(key.scopes),
                "state": _("已撤销") if key.revoked else "",
            }
            for key in ApiKey.objects.select_related("body").order_by("created")
        ],
    }


def _add_body(args: argparse.Namespace) -> dict[str, Any]:
    from gongxin.kernel.identifiers.uscc import check_uscc
    from gongxin.spine.access.models import Body, BodyKind

    if args.kind not in BodyKind.values:
        raise Unsuitable(
            _("没有单位类别 %(kind)s，可选：%(known)s") % {"kind": args.kind, "known": "、".join(BodyKind.values)}
        )
    if len(args.code) == len("911300000000000000") and not check_uscc(args.code).ok:
        raise Unsuitable(_("统一社会信用代码 %(code)s 校验不符，请核对后再登记") % {"code": args.code})
    if Body.objects.filter(code=args.code).exists():
        raise Unsuitable(_("代码 %(code)s 已经登记，没有改动") % {"code": args.code})
    parent = _body(args.parent) if args.parent else None
    body = Body.objects.create(
        code=args.code, name=args.name, name_en=args.name_en, region=args.region, kind=args.kind, parent=parent
    )
    return {"已登记": f"{body.code} {body.name}"}


def _add_account(args: argparse.Namespace) -> dict[str, Any]:
    from gongxin.spine.access.models import Account, Role

    if args.role not in Role.values:
        raise Unsuitable(_("没有角色 %(role)s，可选：%(known)s") % {"role": args.role, "known": "、".join(Role.values)})
    if Account.objects.filter(username=args.username).exists():
        raise Unsuitable(_("账号 %(username)s 已经有了，没有改动") % {"username": args.username})
    administers = args.role == Role.ADMINISTRATOR
    password = secrets.token_urlsafe(12)
    account = Account(
        username=args.username,
        first_name=args.name,
        role=args.role,
        post=args.post,
        body=_body(args.body),
        is_staff=administers,
        is_superuser=administers,
    )
    account.set_password(password)
    account.save()
    return {"账号": account.username, "口令": password, "说明": _("口令只显示这一次，请交给本人并在首次登录后更换")}


def _end_account(args: argparse.Namespace) -> dict[str, Any]:
    from gongxin.spine.access.models import Account

    if not Account.objects.filter(username=args.username).update(is_active=False):
        raise Unsuitable(_("没有账号 %(username)s") % {"username": args.username})
    return {"已停用": args.username}


def _add_credentials(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--public-key", metavar="PEM", type=Path, help=_("公钥文件：Ed25519 或者 ECDSA P-256"))
    parser.add_argument("--certificate", metavar="PEM", type=Path, help=_("客户端证书文件；其他凭证也可以另绑一张"))


def _add_key(args: argparse.Namespace) -> dict[str, Any]:
    from gongxin.spine.access.models import ApiKey

    wanted = ApiKey(
        body=_body(args.body), label=args.label, kind=args.kind, scopes=args.scope, rate_per_minute=args.per_minute
    )
    return _issue(wanted, args)


def _issue(key: Any, args: argparse.Namespace) -> dict[str, Any]:
    """Issue a key as it is wanted, with the credentials that were handed in (签发)."""
    from gongxin.spine.access.models import ApiKey

    if key.kind == ApiKey.Kind.SIGNATURE:
        key.public_key = _public_key(args.public_key)
    if args.certificate:
        key.certificate = _fingerprint(args.certificate)
    if key.kind == ApiKey.Kind.CERTIFICATE:
        if not args.certificate:
            raise Unsuitable(_("凭证书访问须用 --certificate 交来证书文件"))
        if ApiKey.objects.filter(kind=key.kind, certificate=key.certificate, revoked=None).exists():
            raise Unsuitable(_("这张证书已经登记给一个有效的密钥，没有改动"))
    secret, key.prefix, digest = ApiKey.new_secret()
    told = {}
    if key.kind == ApiKey.Kind.SECRET:
        key.digest, told = digest, {"密钥": secret}
    key.save()
    told |= {"前缀": key.prefix, "单位": key.body.name}
    told |= {"证书指纹": key.certificate} if key.certificate else {}
    return told | {"说明": _(SAID[key.kind])}


SAID = {
    "secret": gettext_noop("密钥只显示这一次，平台只保存它的摘要"),
    "signature": gettext_noop("签名时 keyid 写前缀；私钥由单位自己保管，平台只有公钥"),
    "certificate": gettext_noop("只凭这张证书访问；证书更换前请先登记新的"),
}


def _public_key(path: Path | None) -> str:
    from gongxin.spine.access import credentials

    if path is None:
        raise Unsuitable(_("签名访问须用 --public-key 交来公钥文件"))
    try:
        text = path.read_text("ascii")
        credentials.public_key(text)
    except OSError as fault:
        raise Unsuitable(_("打不开 %(path)s，请核对路径") % {"path": path}) from fault
    except ValueError as fault:
        raise Unsuitable(
            _("%(path)s 不是 Ed25519 或者 ECDSA P-256 的公钥（PEM）；私钥请勿交出") % {"path": path}
        ) from fault
    return text


def _fingerprint(path: Path) -> str:
    from cryptography import x509

    from gongxin.spine.access import credentials

    try:
        return credentials.fingerprint(x509.load_pem_x509_certificate(path.read_bytes()))
    except OSError as fault:
        raise Unsuitable(_("打不开 %(path)s，请核对路径") % {"path": path}) from fault
    except ValueError as fault:
        raise Unsuitable(_("%(path)s 不是可以读懂的证书（PEM）") % {"path": path}) from fault


def _origin(args: argparse.Namespace) -> str:
    from gongxin.spine.access import tickets

    try:
        return tickets.origin(args.origin)
    except ValueError as fault:
        raise Unsuitable(
            _("%(origin)s 不是来源，请写成 https://主机名 或 https://主机名:端口，不带路径和通配符")
            % {"origin": args.origin}
        ) from fault


def _add_origin(args: argparse.Namespace) -> dict[str, Any]:
    from gongxin.spine.access.models import EmbedOrigin

    body, origin = _body(args.body), _origin(args)
    EmbedOrigin.objects.get_or_create(body=body, origin=origin, ended=None)
    return {"单位": body.name, "来源": origin}


def _end_origin(args: argparse.Namespace) -> dict[str, Any]:
    from gongxin.spine import clock
    from gongxin.spine.access.models import EmbedOrigin

    found = EmbedOrigin.objects.filter(body=_body(args.body), origin=_origin(args), ended=None)
    if not found.update(ended=clock.now()):
        raise Unsuitable(_("没有登记来源 %(origin)s") % {"origin": args.origin})
    return {"已停用": args.origin}


def _rotate_key(args: argparse.Namespace) -> dict[str, Any]:
    from gongxin.spine import clock
    from gongxin.spine.access.models import ApiKey

    old = ApiKey.objects.select_related("body").filter(prefix=args.prefix, revoked=None).first()
    if old is None:
        raise Unsuitable(_("没有前缀为 %(prefix)s 的有效密钥") % {"prefix": args.prefix})
    if args.keep_days < 0:
        raise Unsuitable(_("--keep-days 不能是负数"))
    wanted = ApiKey(
        body=old.body, label=old.label, kind=old.kind, scopes=old.scopes, rate_per_minute=old.rate_per_minute,
        certificate=old.certificate,
    )  # fmt: skip
    told = _issue(wanted, args)
    if args.keep_days == 0:
        old.revoked = clock.now()
    else:
        last = clock.today() + timedelta(days=args.keep_days)
        old.expires = last if old.expires is None else min(last, old.expires)
    old.save(update_fields=["revoked", "expires"])
    return told | {
        "旧密钥": f"{old.prefix} {_('已撤销') if args.keep_days == 0 else _('用到 %(day)s') % {'day': old.expires}}"
    }


def _revoke_key(args: argparse.Namespace) -> dict[str, Any]:
    from gongxin.spine import clock
    from gongxin.spine.access.models import ApiKey

    if not ApiKey.objects.filter(prefix=args.prefix, revoked=None).update(revoked=clock.now()):
        raise Unsuitable(_("没有前缀为 %(prefix)s 的有效密钥") % {"prefix": args.prefix})
    return {"已撤销": args.prefix}
