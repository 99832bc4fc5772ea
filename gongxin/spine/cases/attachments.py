"""Attachments (附件): their kind read from their content, their size bounded, scanned, sealed outside the web root.

What the scanner refuses is kept away from everybody and told; nothing of an attachment lies in plain text on the disk.
"""

from __future__ import annotations

import hashlib
import io
import logging
import os
import secrets as chance
import shlex
import subprocess
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from gongxin.kernel.issues import Refusal
from gongxin.law.book import Edition
from gongxin.spine import clock, home, secrets, shelf
from gongxin.spine.access.gate import Viewer
from gongxin.spine.cases import finding
from gongxin.spine.cases.models import Attachment, Case
from gongxin.spine.outbox import notices
from gongxin.spine.sealed_files import plain_pieces, seal_file

logger = logging.getLogger("gongxin.cases")

KINDS, MEGABYTES, COUNT = "case.attachment.kinds", "case.attachment.megabytes", "case.attachment.count"
SCAN_COMMAND = "GONGXIN_SCAN_COMMAND"
SCAN_SECONDS = 60
UNSCANNED, CLEAN, QUARANTINED = "unscanned", "clean", "quarantined"
NAME_LIMIT = 200
MEGABYTE = 1 << 20
PARTS_LIMIT = 5_000
"""Parts a packed document may have; more are no document."""
PARTS_OF = {"ofd": "OFD.xml", "docx": "word/document.xml"}
"""The part by which a packed document is known for what it is."""
WITHIN = ("vbaProject.bin", "oleObject", ".exe", ".dll", ".js", ".bat", ".cmd", ".ps1", ".scr")
"""Names inside a packed document that say it carries a program."""
BEGINNINGS = ((b"%PDF-", "pdf"), (b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff", "jpeg"))


@dataclass(frozen=True)
class Offered:
    """A file as it was handed over (上传的文件)."""

    name: str
    content: bytes


def kind_of(content: bytes) -> str:
    """Return what a file is by its content (按内容识别类型), or nothing; its name and what the sender says do not count."""
    for beginning, kind in BEGINNINGS:
        if content.startswith(beginning):
            return kind
    if not content.startswith(b"PK\x03\x04"):
        return ""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            names = packed.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError):
        return ""
    if len(names) > PARTS_LIMIT or any(part.lower() in name.lower() for name in names for part in WITHIN):
        return ""
    return next((kind for kind, part in PARTS_OF.items() if part in names), "")


def accepted(law: Edition) -> Mapping[str, Mapping[str, str]]:
    """Return the kinds of file that are taken (可收的种类): id → name, name_en, media."""
    return {str(row["id"]): {key: str(value) for key, value in row.items()} for row in law.parameter(KINDS).table()}


def attach(viewer: Viewer, number: str, offered: Offered) -> Attachment | Refusal:
    """Attach a file to an open case (附加材料), to the last act done; refused with what would be taken."""
    law = shelf.book().on(clock.today())
    found = finding.find_open(viewer, number)
    if isinstance(found, Refusal):
        return found
    no = _unfit(found, offered, law)
    if no is not None:
        return no
    kind = kind_of(offered.content)
    digest = hashlib.sha256(offered.content).hexdigest()
    twin = Attachment.objects.filter(case=found, digest=digest).first()
    if twin is not None:
        return twin
    verdict = scan(offered.content)
    place = _store(offered.content)
    try:
        with transaction.atomic():
            kept = Attachment.objects.create(
                case=found, n=found.acts.count(), name=secrets.seal(_plain_name(offered.name)), kind=kind,
                size=len(offered.content), digest=digest, place=place, verdict=verdict,
                side=finding.side_of(viewer, found), at=clock.now(),
            )  # fmt: skip
            if verdict == QUARANTINED:
                text = _("附件没有通过查验，已隔离，请换一个文件")
                words = {"text": text, "digest": digest[:12]}
                if viewer.account_id is not None:
                    notices.tell("account", str(viewer.account_id), "case.quarantined", case=found.number, words=words)
                notices.tell("role", "operator", "case.quarantined", case=found.number, words=words)
    except Exception:
        (folder() / place).unlink(missing_ok=True)
        raise
    if verdict == QUARANTINED:
        return Refusal("case.quarantined", _("附件没有通过查验，已隔离"), None, _("请用杀毒软件检查后换一个文件"))
    return kept


def listing(case: Case) -> list[tuple[Attachment, str]]:
    """Return a case's attachments with their names (附件清单), the oldest first; what was destroyed has no name any more."""
    return [(each, secrets.unseal(each.name) if each.name else "") for each in case.attachments.order_by("id")]


def as_dict(kept: Attachment) -> dict[str, Any]:
    """Return what was kept of an attachment as machines read it (附加材料的答复): nothing of its name or content."""
    return {"attachment": kept.pk, "kind": kept.kind, "size": kept.size, "digest": kept.digest, "verdict": kept.verdict}


def opened(viewer: Viewer, number: str, attachment: int) -> tuple[Attachment, str, Iterator[bytes]] | Refusal:
    """Open an attachment for a side of its case (打开附件): the row, its name, its plain bytes piece by piece."""
    case = finding.find_case(viewer, number)
    if isinstance(case, Refusal):
        return case
    kept = case.attachments.filter(pk=attachment).exclude(verdict=QUARANTINED).first()
    if kept is None:
        return Refusal("case.attachment_unknown", _("没有这个附件"), None, _("请核对附件编号"))
    if kept.destroyed_on is not None:
        return Refusal(
            "case.attachment_destroyed", _("附件已于 %(day)s 销毁") % {"day": kept.destroyed_on}, "PIPL-2021/47",
            _("只保留摘要；持有原件的，可以凭摘要核对当时提交的就是它"),
        )  # fmt: skip
    return kept, secrets.unseal(kept.name), plain_pieces(folder() / kept.place)


def destroy(cases: Iterable[str], day: date, *, kept_of: str) -> int:
    """Destroy what was attached to cases (销毁附件), except by one side; return how many. Joins the transaction around it.

    Name and content go; kind, size and digest stay, so that whoever holds the original can prove that it was handed in.
    The files go once the transaction is certain; what a crash left behind goes with the next `clear`.
    """
    due = Attachment.objects.filter(case__in=cases, destroyed_on__isnull=True).exclude(side=kept_of)
    places = list(due.values_list("place", flat=True))
    Attachment.objects.filter(place__in=places).update(name="", destroyed_on=day)
    transaction.on_commit(lambda: _remove(places))
    return len(places)


def clear() -> None:
    """Remove the files of attachments that were destroyed and lie there all the same (清除残留): after a crash, say."""
    _remove(Attachment.objects.filter(destroyed_on__isnull=False).values_list("place", flat=True))


def scan(content: bytes) -> str:
    """Ask the office's own scanner (查验): a command run on a plain copy nobody else can read; any other end than 0 is a no.

    Without a command nothing was scanned, and that is what is written down.
    """
    command = os.environ.get(SCAN_COMMAND, "").strip()
    if not command:
        return UNSCANNED
    with tempfile.TemporaryDirectory(dir=home.running()) as place:
        plain = Path(place) / "attachment"
        with os.fdopen(os.open(plain, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            file.write(content)
        try:
            done = subprocess.run(
                [*shlex.split(command), str(plain)], check=False, capture_output=True, timeout=SCAN_SECONDS
            )
        except (OSError, ValueError, subprocess.TimeoutExpired):
            # A scanner that cannot be asked has not said yes.
            logger.exception("the scan command could not be run")
            return QUARANTINED
    return CLEAN if done.returncode == 0 else QUARANTINED


def folder() -> Path:
    """Return where attachments lie (附件目录): sealed, readable by the owner alone, outside the web root."""
    place = home.home() / "attachments"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place


def _unfit(case: Case, offered: Offered, law: Edition) -> Refusal | None:
    kinds = accepted(law)
    value = law.parameter(KINDS)
    names = "、".join(kind["name"] for kind in kinds.values())
    largest = law.parameter(MEGABYTES).number()
    if not offered.content:
        return Refusal("case.empty", _("文件是空的"), None, _("请重新选择文件"))
    if len(offered.content) > largest * MEGABYTE:
        return Refusal(
            "case.large", _("文件超过 %(n)d MB") % {"n": largest}, str(value.source), _("请压缩或者分成几个文件")
        )
    if kind_of(offered.content) not in kinds:
        return Refusal(
            "case.kind_of_file", _("不收这种文件"), str(value.source), _("可以收：%(names)s") % {"names": names}
        )
    if case.attachments.count() >= law.parameter(COUNT).number():
        return Refusal("case.many", _("附件太多"), str(value.source), _("请合并后再交，或者带到窗口"))
    return None


def _store(content: bytes) -> str:
    name = chance.token_hex(16)
    place = folder() / name[:2]
    place.mkdir(mode=0o700, exist_ok=True)
    draft = place / f".{name}"
    with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        seal_file([content], file)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(place / name)
    return f"{name[:2]}/{name}"


def _remove(places: Iterable[str]) -> None:
    for place in places:
        (folder() / place).unlink(missing_ok=True)


def _plain_name(name: str) -> str:
    """Return a file's own name (文件名) without folders and control characters."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(each for each in last if each.isprintable())[:NAME_LIMIT] or "附件"
