"""`gongxin report` (信用报告): make one, make many for a counter or an agency, verify a file, take one back."""

from __future__ import annotations

import argparse
import getpass
import json
import sys
import urllib.error
import urllib.request
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from gongxin.doors.cli.language import english
from gongxin.kernel.sentences import in_english

NAME = "report"
HELP = gettext_noop("出具和核验信用报告（PDF/A，带电子签名）")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the acts of this command."""
    acts = parser.add_subparsers(dest="act", metavar="ACT", required=True)
    make = acts.add_parser("make", help=_("出具一份报告"))
    make.add_argument("code", metavar="CODE", help=_("统一社会信用代码；自然人写公民身份号码"))
    _add_wish(make)
    make.add_argument("-o", "--output", type=Path, required=True, metavar="FILE.pdf", help=_("报告存到哪里"))
    make.add_argument("--json", action="store_true", help=_("在标准输出给出报告内容 JSON"))
    make.set_defaults(do=_make)
    batch = acts.add_parser("batch", help=_("按清单批量出具，打成一个 zip"))
    batch.add_argument(
        "list",
        metavar="LIST.csv",
        type=Path,
        help=_("表头 code,purpose,case_no,consent；后三列可没有，一份至多 500 行"),
    )
    _add_wish(batch)
    batch.add_argument("-o", "--output", type=Path, required=True, metavar="FILE.zip", help=_("存到哪里"))
    batch.add_argument("--json", action="store_true", help=_("在标准输出给出结果 JSON"))
    batch.set_defaults(do=_batch)
    verify = acts.add_parser("verify", help=_("核验一个报告文件，不连数据库也不连网络"))
    verify.add_argument("file", metavar="FILE", type=Path)
    verify.add_argument("--trust", type=Path, metavar="CERT", help=_("签发机构证书（PEM）；默认信任本机的签发机构"))
    verify.add_argument("--fingerprint", metavar="SHA256", help=_("签发机构证书的 SHA-256 指纹，代替证书文件"))
    verify.add_argument("--status-list", metavar="FILE|URL", help=_("状态表文件或网址，查报告是否已撤回、更新或过期"))
    verify.add_argument("--sm2", type=Path, metavar="FILE.sm2", help=_("国密 SM2 签名文件；默认看报告旁边的同名 .sm2"))
    verify.add_argument("--sm2-key", metavar="HEX", help=_("信任的国密公钥（04 开头的十六进制）；默认信任本机的"))
    verify.add_argument("--json", action="store_true", help=_("输出 JSON"))
    verify.set_defaults(do=_verify)
    revoke = acts.add_parser("revoke", help=_("撤回一份报告"))
    revoke.add_argument("number", metavar="NUMBER")
    revoke.add_argument("--reason", required=True, help=_("理由，核验时会给出"))
    revoke.set_defaults(do=_revoke)
    status = acts.add_parser("status-list", help=_("导出状态表"))
    status.add_argument("-o", "--output", type=Path, metavar="FILE", help=_("默认标准输出"))
    status.set_defaults(do=_status_list)
    trust = acts.add_parser("certificate", help=_("导出签发机构证书，供核验人使用"))
    trust.add_argument("-o", "--output", type=Path, metavar="FILE", help=_("默认标准输出"))
    trust.add_argument("--sm2", action="store_true", help=_("改为导出国密 SM2 公钥（十六进制）"))
    trust.set_defaults(do=_certificate)


def _add_wish(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--kind", choices=("standard", "special"), default="standard", help=_("标准版，或替代无违法违规证明的专项报告")
    )
    parser.add_argument("--from", dest="since", type=date.fromisoformat, metavar="DAY", help=_("专项报告期间的第一天"))
    parser.add_argument(
        "--to", dest="until", type=date.fromisoformat, metavar="DAY", help=_("专项报告期间的最后一天，默认今天")
    )
    parser.add_argument(
        "--sector", action="append", default=[], metavar="ID", help=_("专项报告的领域，可写多次，默认全部")
    )
    parser.add_argument("--purpose", default="", help=_("用途，印在报告上"))
    parser.add_argument("--matter", help=_("按哪个法定事项查（含非公开信息时）"))
    parser.add_argument("--consent", metavar="TOKEN", help=_("凭本人授权查"))
    parser.add_argument("--present", action="store_true", help=_("主体本人或单位到窗口申请，须写 --case-no"))
    parser.add_argument("--case-no", metavar="NO", help=_("办件编号"))
    parser.add_argument("--body", default="LOCAL", metavar="CODE", help=_("以哪个单位的名义（默认本机）"))


def run(args: argparse.Namespace) -> int:
    """Do what was asked; 0 done, 1 refused or not genuine, 2 wrong usage."""
    return int(args.do(args))


def _asker(args: argparse.Namespace, code: str, consent: str | None, case_no: str = "") -> Any:
    from gongxin.rooms.disclosure.reports.issuing import Asker, counter_ground
    from gongxin.spine.access.gate import Ground, Viewer
    from gongxin.spine.access.models import Body, BodyKind, Role

    if args.body == "LOCAL":
        Body.objects.get_or_create(
            code="LOCAL", defaults={"name": "本机操作", "name_en": "This machine's operator", "kind": BodyKind.ORGAN}
        )
    ground, case_no = None, case_no or args.case_no or ""
    role = Role.OFFICER.value
    if consent or args.matter:
        ground = Ground(matter=args.matter, consent=consent, case_no=case_no or None)
    elif args.present:
        ground, role = counter_ground(code, case_no), Role.OPERATOR.value
    return Asker(Viewer(None, f"命令行 {getpass.getuser()}", args.body, role, "cli"), ground)


def _wish(args: argparse.Namespace, code: str, purpose: str = "") -> Any:
    from gongxin.rooms.disclosure.reports.issuing import Wish

    return Wish(code, args.kind, purpose or args.purpose, args.since, args.until, tuple(args.sector))


def _make(args: argparse.Namespace) -> int:
    from gongxin.rooms.disclosure.reports import issuing

    made = issuing.make(_asker(args, args.code, args.consent), _wish(args, args.code))
    if not isinstance(made, issuing.Made):
        return _tell_no(made, as_json=args.json)
    args.output.write_bytes(made.pdf)
    if made.sm2 is not None:
        _beside(args.output).write_text(json.dumps(made.sm2), encoding="utf-8")
    if args.json:
        print(json.dumps(_as_dict(made), ensure_ascii=False, indent=2))
    else:
        words = _("%(file)s  编号 %(number)s  核验码 %(check)s  有效期至 %(until)s")
        told = {"file": args.output, "number": made.number, "check": made.check, "until": made.valid_until}
        print(words % told)
    return 0


def _beside(file: Path) -> Path:
    """Return where the SM2 signature of a file lies (国密签名文件)."""
    return file.with_name(file.name + ".sm2")


def _as_dict(made: Any) -> dict[str, Any]:
    return {
        "number": made.number,
        "check": made.check,
        "valid_until": made.valid_until.isoformat(),
        "digest": made.digest,
        "content": made.content.as_dict(),
        **({"sm2": made.sm2} if made.sm2 is not None else {}),
    }


def _batch(args: argparse.Namespace) -> int:
    from gongxin.rooms.disclosure.reports import folders

    rows = folders.read_list(args.list.read_text(encoding="utf-8-sig"))
    if not isinstance(rows[0], folders.Row):
        print(rows[0].message, file=sys.stderr)
        return 2

    def progress(done: int) -> None:
        print(f"\r{done} / {len(rows)}", end="", file=sys.stderr, flush=True)

    wanted = (
        (_asker(args, row.code, row.consent or args.consent, row.case_no), _wish(args, row.code, row.purpose))
        for row in rows
    )
    folder = folders.Folder(wanted, progress)
    with args.output.open("wb") as file:
        file.writelines(folder)
    print(file=sys.stderr)
    if args.json:
        print(json.dumps(folder.results, ensure_ascii=False, indent=2))
    else:
        made = len(rows) - folder.refused
        words = _("%(file)s  出具 %(made)d 份，未出具 %(refused)d 份，原因见 results.json")
        print(words % {"file": args.output, "made": made, "refused": folder.refused})
    return 1 if folder.refused else 0


def _tell_no(no: Any, *, as_json: bool) -> int:
    from gongxin.rooms.disclosure.reports.folders import words_of

    if as_json:
        inner = (
            {"code": "data.invalid", "message": words_of(no)}
            if isinstance(no, list)
            else no.told(english=english()).as_dict()
        )
        print(
            json.dumps({"error": {key: value for key, value in inner.items() if value}}, ensure_ascii=False, indent=2)
        )
    else:
        print(words_of(no), file=sys.stderr)
    return 1


def _verify(args: argparse.Namespace) -> int:
    from gongxin.rooms.disclosure.reports import verifying
    from gongxin.spine import clock

    trust = _trust(args)
    pdf = args.file.read_bytes()
    try:
        found = verifying.verify(pdf, trust)
    except verifying.Forged as fault:
        return _told(args, {"result": "false", "reason": in_english(fault.message) if english() else str(fault)}, 1)
    trusted = found.trusted
    if args.fingerprint:
        wanted = args.fingerprint.replace(":", "").replace(" ", "").lower()
        trusted = wanted in (found.authority, found.fingerprint)
    answer: dict[str, Any] = {
        "result": "genuine" if trusted else "unknown-issuer",
        "number": found.number,
        "issued": found.issued.isoformat() if found.issued else None,
        "valid_until": found.valid_until.isoformat(),
        "digest": found.digest,
        "signer": found.signer,
        "fingerprint": found.fingerprint,
        "authority": found.authority,
    }
    if trusted and found.valid_until < clock.today():
        answer["result"] = "expired"
    if args.status_list:
        answer |= _status(args.status_list, found, answer["result"])
    answer |= _sm2(args, pdf)
    if answer.get("sm2") == "false":
        answer["result"] = "false"
        answer["reason"] = _("文件旁的国密 SM2 签名与文件不符")
    return _told(args, answer, 0 if answer["result"] in {"genuine", "expired", "changed"} else 1)


def _trust(args: argparse.Namespace) -> Sequence[bytes]:
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding

    from gongxin.rooms.disclosure.reports import signing

    if args.trust:
        found = x509.load_pem_x509_certificates(args.trust.read_bytes())
        return tuple(each.public_bytes(Encoding.DER) for each in found)
    return () if args.fingerprint else signing.trusted()


def _sm2(args: argparse.Namespace, pdf: bytes) -> dict[str, str]:
    """Return what the SM2 signature beside the file is, where there is one; nothing else is needed to check it."""
    from gongxin.spine import sm2

    place = args.sm2 or _beside(args.file)
    if not place.exists():
        return {}
    try:
        told = json.loads(place.read_text(encoding="utf-8"))
        public = bytes.fromhex(str(told["public_key"]))[1:]
    except (ValueError, KeyError, TypeError):
        return {"sm2": "false"}
    trusted = None
    if args.sm2_key:
        trusted = {"": bytes.fromhex(args.sm2_key.strip().lower())[-64:]}
    return {"sm2": sm2.check(pdf, told, trusted), "sm2_key": sm2.key_id(public)}


def _status(place: str, found: Any, result: str) -> dict[str, Any]:
    from gongxin.rooms.disclosure.reports import statuslist

    try:
        if place.startswith(("http://", "https://")):
            with urllib.request.urlopen(place, timeout=30) as answer:
                listed = json.loads(answer.read(64 << 20))
        else:
            listed = json.loads(Path(place).read_text(encoding="utf-8"))
        # The report names, under its signature, the key that signs the list it stands in.
        status = statuslist.status_at(listed, found.place, [bytes.fromhex(found.status_key)])
    except (OSError, ValueError, urllib.error.URLError) as fault:
        return {"status": None, "status_fault": str(fault)}
    names = {statuslist.CHANGED: "changed", statuslist.EXPIRED: "expired", statuslist.REVOKED: "revoked"}
    told = {"status": statuslist.NAMES[status], "status_of": listed.get("validFrom")}
    return {**told, "result": names.get(status, result)} if result in {"genuine", "expired"} else told


RESULTS = {
    "genuine": gettext_noop("真。签名有效，内容与出具时一致。"),
    "expired": gettext_noop("真，但已过期。"),
    "changed": gettext_noop("真，但出具之后内容已更新，请重新出具。"),
    "revoked": gettext_noop("已撤回，不能使用。"),
    "unknown-issuer": gettext_noop("签名完整，但签发机构不在信任范围内。请用 --trust 或 --fingerprint 指定。"),
    "false": gettext_noop("假。"),
}
"""What a verified file is told to be (核验结果)."""

SM2 = {
    "valid": gettext_noop("有效"),
    "unknown-key": gettext_noop("签名完整，但公钥不在信任范围内。请用 --sm2-key 指定。"),
    "unchecked": gettext_noop("没有核验：缺少国密组件，请安装 gongxin[sm2]"),
}
"""What an SM2 signature beside a file is told to be (国密签名核验结果)."""


TITLES = (
    ("reason", gettext_noop("原因")),
    ("number", gettext_noop("编号")),
    ("issued", gettext_noop("出具")),
    ("valid_until", gettext_noop("有效期至")),
    ("signer", gettext_noop("签名")),
    ("authority", gettext_noop("签发机构指纹")),
    ("digest", gettext_noop("文件摘要")),
    ("status_fault", gettext_noop("状态表")),
    ("sm2", gettext_noop("国密签名")),
    ("sm2_key", gettext_noop("国密公钥")),
)
"""What is told of a verified file, in this order (核验结果各行)."""


def _told(args: argparse.Namespace, answer: dict[str, Any], code: int) -> int:
    if args.json:
        print(json.dumps(answer, ensure_ascii=False, indent=2))
        return code
    said = RESULTS[answer["result"]]
    print(_(said))
    for name, title in TITLES:
        if answer.get(name):
            value = _(SM2[answer[name]]) if answer[name] in SM2 else answer[name]
            print(f"{_(title)}　{value}")
    return code


def _revoke(args: argparse.Namespace) -> int:
    from gongxin.kernel.issues import Refusal
    from gongxin.rooms.disclosure.reports import register
    from gongxin.spine.access.gate import Viewer

    done = register.revoke(Viewer(None, f"命令行 {getpass.getuser()}", "", "operator", "cli"), args.number, args.reason)
    if isinstance(done, Refusal):
        return _tell_no(done, as_json=False)
    print(_("已撤回 %(number)s") % {"number": done.number})
    return 0


def _status_list(args: argparse.Namespace) -> int:
    from gongxin.rooms.disclosure.reports import statuslist

    text = json.dumps(statuslist.published(), ensure_ascii=False)
    if args.output:
        args.output.write_text(text, encoding="utf-8")
    else:
        print(text)
    return 0


def _certificate(args: argparse.Namespace) -> int:
    from gongxin.rooms.disclosure.reports import signing
    from gongxin.spine import sm2

    if args.sm2:
        present = sm2.signer()
        if present is None:
            print(
                _("没有启用国密签名；把 %(setting)s 设为 local 或 模块:函数。") % {"setting": sm2.SETTING},
                file=sys.stderr,
            )
            return 1
        text = "04" + present.public_key.hex() + "\n"
    else:
        text = signing.make_keys().read_bytes().decode()
    if args.output:
        args.output.write_text(text, encoding="utf-8")
    else:
        print(text, end="")
    return 0
