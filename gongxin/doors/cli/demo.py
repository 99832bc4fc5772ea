"""`gongxin demo` (演示): the invented city of 平陵, from an empty folder to an open door; run twice, nothing doubles."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

NAME = "demo"
HELP = gettext_noop("演示：装入虚构城市平陵市，归集各部门文件，打开网页 · take in the sample city and serve it")

SUBJECTS = 3000
SEED = 2026
SCOPES = ["checks:write", "batches:write", "search:read"]
COUNTS = ("received", "accepted", "duplicates", "refused", "waiting")
"""What becomes of the rows of a file; the last four add up to the first."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare where to listen, how large the city is, and whether to serve at all."""
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument(
        "--subjects", type=int, default=SUBJECTS, metavar="N", help=_("主体数量（%(n)d）") % {"n": SUBJECTS}
    )
    parser.add_argument("--no-serve", action="store_true", help=_("只装入，不打开网页"))


def run(args: argparse.Namespace) -> int:
    """Lay everything out, say what is done, then serve until told to stop."""
    from gongxin.doors.cli import serve
    from gongxin.doors.cli.sampling import (
        assessed,
        casework,
        complaints,
        history,
        measured,
        official,
        promised,
        rights,
        tasked,
    )
    from gongxin.spine.opening import open_installation

    if not args.no_serve and (no := serve.cannot_listen(args.host, args.port)) is not None:
        # Told before the minutes of taking in, not after them.
        print(no, file=sys.stderr)
        print(_("用 make 时写作 make demo PORT=8001"), file=sys.stderr)
        return 1
    opened = open_installation(progress=lambda text: say(f"· {text}"))
    told = lay_out()
    with _told_of(_("· 往事：十五个月的承诺、付款和投诉")):
        history.settle()
    files = _files(args.subjects)
    _seat_subjects(files)
    totals = []
    for file in files:
        with _on(file["received"], file["item"]):
            totals.append(_take_in(file))
    _summarise(totals)
    # After the files, so that there is something to look at; run twice, nothing doubles.
    password, accounts = told["password"], told["accounts"]
    with _told_of(_("· 异议、修复和其他案件")):
        accounts += rights.settle(password)
        accounts += casework.settle(password)
    with _told_of(_("· 投诉和政府承诺")):
        accounts += complaints.settle(password)
        accounts += promised.settle(password)
    with _told_of(_("· 惩戒、激励和公职人员记录")):
        listed, partner = measured.settle(password)
        accounts += listed
        accounts += official.settle(password)
    with _told_of(_("· 评价和任务")):
        accounts += assessed.settle(password)
        tasked.settle()
    say("")
    say(_("数据库　%(place)s") % {"place": opened["database"]})
    say(_("演示账号（口令都是 %(password)s）") % {"password": told["password"]})
    for account in told["accounts"]:
        say(f"  {account['username']:<10} {account['name']}　{account['body']}　{account['post']}")
    say(_("接口密钥　%(key)s　（公共资源交易中心）") % {"key": told["api_key"]})
    words = _("　　　　　%(key)s　（合作机构，只能确认激励：POST /api/v1/incentives/partner-benefits/confirmations）")
    say(words % {"key": partner})
    if args.no_serve:
        return 0
    say("")
    address = f"http://{args.host}:{args.port}"
    say(_("打开 %(address)s　（Ctrl-C 停止；再次运行 make demo 不会重复装入）") % {"address": address})
    # A fresh program serves: its workers are forked, and threads of the taking-in would not live on in a fork.
    command = ["serve", "--host", args.host, "--port", str(args.port), "--workers", str(args.workers)]
    os.execv(sys.executable, [sys.executable, "-m", "gongxin.doors.cli", *command])


@contextmanager
def _on(day: str, item: str) -> Iterator[None]:
    """Receive a file on the day it was sent (按报送日收件): whether it came in time is asked of that day.

    On a day on which the catalogue did not know the item yet nothing could have been received; such a file comes today.
    """
    from datetime import date

    from django.conf import settings

    from gongxin.spine import shelf

    before = settings.GONGXIN_TODAY
    if day and shelf.book().on(date.fromisoformat(day)).find_item(item) is not None:
        settings.GONGXIN_TODAY = day
    try:
        yield
    finally:
        settings.GONGXIN_TODAY = before


@contextmanager
def _told_of(text: str) -> Iterator[None]:
    """Say what is done and how long it took (计时)."""
    began = time.monotonic()
    yield
    say(_("%(text)s　%(seconds)s 秒") % {"text": text, "seconds": f"{time.monotonic() - began:.1f}"})


def say(text: str) -> None:
    """Tell the person at the terminal; standard output stays free for scripts that read it line by line."""
    print(text, flush=True)


def lay_out() -> dict[str, Any]:
    """Make the sample city's bodies, accounts and one key for the machine interface, where they are missing."""
    import yaml
    from django.db import transaction

    from gongxin.doors.cli.sampling.city import sample_folder
    from gongxin.spine.access.models import Account, Body

    folder = sample_folder()
    city = yaml.safe_load((folder / "departments.yaml").read_text(encoding="utf-8"))
    people = yaml.safe_load((folder / "accounts.yaml").read_text(encoding="utf-8"))
    bodies: dict[str, Body] = {}
    accounts = []
    with transaction.atomic():
        for told in city["bodies"]:
            bodies[told["id"]], _made = Body.objects.get_or_create(
                code=told["code"], defaults={key: told[key] for key in ("name", "name_en", "region", "kind")}
            )
        for told in people["accounts"]:
            body = bodies.get(told.get("body", ""))
            if not Account.objects.filter(username=told["username"]).exists():
                administers = told["role"] == "administrator"
                account = Account(
                    username=told["username"],
                    first_name=told["name"],
                    role=told["role"],
                    post=told["post"],
                    body=body,
                    is_staff=administers,
                    is_superuser=administers,
                )
                account.set_password(people["password"])
                account.save()
            accounts.append(
                {
                    "username": told["username"],
                    "name": told["name"],
                    "post": told["post"],
                    "body": "" if body is None else body.name,
                }
            )
    return {
        "password": people["password"],
        "accounts": accounts,
        "api_key": key_of(bodies["trading"], "演示", "demo-key.txt", SCOPES),
    }


def _seat_subjects(files: list[dict[str, Any]]) -> None:
    """Give each account of a subject its company of the generated register: the one told by its place there."""
    import csv

    import yaml

    from gongxin.doors.cli.sampling.city import sample_folder
    from gongxin.spine.access.models import Account, Body, BodyKind

    people = yaml.safe_load((sample_folder() / "accounts.yaml").read_text(encoding="utf-8"))
    places = {told["subject"]: told["username"] for told in people["accounts"] if "subject" in told}
    registers = [file["path"] for file in files if file["item"] == "registration"]
    for register in registers[:1]:
        with register.open(encoding="utf-8-sig", newline="") as lines:
            rows = list(islice(csv.DictReader(lines), max(places, default=-1) + 1))
        for place, row in enumerate(rows):
            if place in places:
                body, _made = Body.objects.get_or_create(
                    code=row["统一社会信用代码"], defaults={"name": row["企业名称"], "kind": BodyKind.COMPANY}
                )
                Account.objects.filter(username=places[place], body=None).update(body=body)


def key_of(body: Any, label: str, file: str, scopes: list[str]) -> str:
    """Return a key of the demonstration, made once and kept in a file; a real key is shown once and kept nowhere."""
    from gongxin.spine import home
    from gongxin.spine.access.models import ApiKey

    place = home.home() / file
    if place.exists():
        secret = place.read_text(encoding="ascii").strip()
        if ApiKey.objects.filter(digest=ApiKey.digest_of(secret)).exists():
            return secret
    secret, prefix, digest = ApiKey.new_secret()
    ApiKey.objects.create(body=body, label=label, prefix=prefix, digest=digest, scopes=scopes)
    place.write_text(secret + "\n", encoding="ascii")
    place.chmod(0o600)
    return secret


def _files(subjects: int) -> list[dict[str, Any]]:
    """Return the files to take in: the departments', made once for this store, and the real public notices."""
    from gongxin.doors.cli.sampling.city import found_city, sample_folder
    from gongxin.doors.cli.sampling.plan import write_city
    from gongxin.spine import clock, home

    folder = home.home() / "sample"
    if not (folder / "files.json").exists():
        say(_("· 生成平陵市各部门的报送文件（%(n)s 个主体）") % {"n": f"{subjects:,}"})
        draft = home.home() / "sample.draft"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True)
        write_city(found_city(seed=SEED, subjects=subjects, today=clock.today()), draft)
        # Renamed only when complete, so that an interrupted first run starts over instead of going on with half a city.
        shutil.rmtree(folder, ignore_errors=True)
        draft.rename(folder)
    told = json.loads((folder / "files.json").read_text(encoding="utf-8"))
    listed = [{**file, "path": folder / file["file"]} for file in told]
    notices = sample_folder() / "notices" / "procurement.csv"
    finance = next(file["provider"] for file in listed if file["item"] == "procurement-violation")
    listed.append(
        {"path": notices, "file": notices.name, "item": "procurement-violation", "provider": finance, "received": ""}
    )
    # In the order in which they came; what has no day came last.
    return sorted(listed, key=lambda file: file["received"] or "9999")


def _take_in(file: dict[str, Any]) -> Any:
    """Take one file in, or find that it is in already; a batch that was interrupted goes on where it stood."""
    from gongxin.rooms.intake import batches
    from gongxin.rooms.intake.models import Batch

    path: Path = file["path"]
    states = Batch.State
    before = Batch.objects.filter(file_name=path.name, provider=file["provider"]).order_by("-id").first()
    if before is not None and before.state not in (states.QUEUED, states.RUNNING):
        say(_("  已在库　%(file)s") % {"file": path.name})
        return before
    batch = before or batches.receive(
        path, file_name=path.name, provider=file["provider"], via="cli", actor="gongxin demo", item=file["item"]
    )
    began = time.monotonic()
    batch = batches.run(batch.pk, progress=lambda now: _draw(path.name, now.received))
    _draw(path.name, batch.received, ended=True)
    words = _(
        "　收到 %(received)s　归集 %(accepted)s　重复 %(duplicates)s　退回 %(refused)s　待人工 %(waiting)s　迟报 %(late)s　%(seconds)s 秒"
    )
    counted = {name: f"{getattr(batch, name):,}" for name in (*COUNTS, "late")}
    told = words % {**counted, "seconds": f"{time.monotonic() - began:.1f}"}
    say(told + (f"　{batch.message}" if batch.state == states.FAILED else ""))
    return batch


def _draw(name: str, received: int, ended: bool = False) -> None:
    if sys.stdout.isatty() and not ended:
        print("\r" + _("  %(file)s　已核对 %(n)s 行") % {"file": name, "n": f"{received:,}"}, end="", flush=True)
    elif ended:
        print(("\r" if sys.stdout.isatty() else "") + f"  {name}", end="", flush=True)


def _summarise(batches: list[Any]) -> None:
    total = {name: f"{sum(getattr(batch, name) for batch in batches):,}" for name in COUNTS}
    words = _(
        "合计　收到 %(received)s 行 = 归集 %(accepted)s + 重复 %(duplicates)s + 退回 %(refused)s + 待人工 %(waiting)s"
    )
    say("")
    say(words % total)
