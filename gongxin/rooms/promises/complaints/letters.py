"""Earlier messages with their replies (既往留言导入): taken in once each, whatever way their dates are written.

A row is taken or held with its reason; none is lost and none is changed silently. The words are sealed: nobody masked them.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path
from typing import Any

from django.db import transaction

from gongxin.kernel.dates import read_date
from gongxin.kernel.issues import Refusal
from gongxin.kernel.sentences import sentence
from gongxin.rooms.promises.complaints.models import Letter
from gongxin.spine import clock, secrets

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "number": ("留言编号", "编号", "number"),
    "title": ("留言主题", "主题", "title"),
    "asked": ("留言时间", "投诉时间", "asked_at"),
    "text": ("留言详情", "内容", "text"),
    "answer": ("答复意见", "答复", "answer"),
    "answered": ("答复时间", "answered_at"),
    "category": ("一级分类", "类别", "category"),
    "region": ("行政区划", "区划", "region"),
}
"""What each column may be called (列名)."""
NEEDED = ("number", "asked", "text")
CHUNK = 500
LIMITS = {"number": 60, "category": 60, "region": 12}


@dataclass(frozen=True)
class Held:
    """A row that was not taken (未导入的行): its line in the file, its number, why."""

    row: int
    number: str
    why: str


@dataclass(frozen=True)
class Taken:
    """What an import did (导入结果)."""

    rows: int
    taken: int
    known: int
    """Taken already by an earlier import of the same source (已导入过)."""
    held: tuple[Held, ...]


def take_file(path: Path, source: str) -> Taken | Refusal:
    """Take in a file (导入文件): CSV in UTF-8, plain or packed with gzip."""
    try:
        raw = path.read_bytes()
        content = gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw
        text = content.decode("utf-8-sig")
    except (OSError, EOFError, UnicodeDecodeError) as fault:
        return Refusal(
            "letters.file", sentence("不能读取文件：{fault}", "The file cannot be read: {fault}", fault=fault), None,
            sentence("请交 UTF-8 编码的 CSV 文件，可以用 gzip 压缩", "Give a CSV file in UTF-8, gzip or plain"),
        )  # fmt: skip
    return take(csv.DictReader(io.StringIO(text)), source)


def take(rows: Iterable[Mapping[str, Any]], source: str) -> Taken | Refusal:
    """Take in rows (导入留言): each once by its number within its source.

    Returns:  Taken, with every row that was held and why
    Refuses:  a source without a name, rows without the columns that are needed
    """
    if not source.strip() or len(source) > LIMITS["number"]:
        return Refusal(
            "letters.source", sentence("没有写明来源", "The source is missing"), None,
            sentence("请写明留言来自哪里，不超过 60 字", "Say where the messages come from, in at most 60 characters"),
        )  # fmt: skip
    given, held, fresh = list(rows), [], []
    columns = _columns(given[0] if given else {})
    missing = [HEADINGS[name][0] for name in NEEDED if name not in columns]
    if missing:
        return Refusal(
            "letters.columns", sentence("缺少列：{names}", "Columns are missing: {names}", names="、".join(missing)), None,
            sentence("请对照列名补齐", "Add them under one of their names"),
        )  # fmt: skip
    known = set(Letter.objects.filter(source=source).values_list("number", flat=True))
    before = len(known)
    repeated = 0
    for n, row in enumerate(given, 2):
        read = _read(row, columns, source)
        number = str(row.get(columns["number"]) or "").strip()
        if isinstance(read, str):
            held.append(Held(n, number, read))
        elif read.number in known:
            repeated += 1
        else:
            known.add(read.number)
            fresh.append(read)
    with transaction.atomic():
        for part in _chunks(fresh):
            Letter.objects.bulk_create(part)
    return Taken(len(given), len(known) - before, repeated, tuple(held))


def moment(text: str) -> datetime | None:
    """Read a moment as people write it (时间识别): a day in any form, perhaps followed by a time; None for what is none."""
    day, _blank, rest = text.strip().replace("T", " ").partition(" ")
    read = read_date(day)
    if read.value is None or read.precision != "day":
        return None
    parts = rest.strip().split(":") if rest.strip() else ["0"]
    try:
        hour, minute, second = (*(int(float(part)) for part in parts), 0, 0)[:3]
        return datetime.combine(read.value, time(hour, minute, second), clock.ZONE)
    except ValueError:
        return None


def _columns(row: Mapping[str, Any]) -> dict[str, str]:
    present = {str(name).strip(): str(name) for name in row}
    found = {}
    for name, spellings in HEADINGS.items():
        spelled = next((each for each in spellings if each in present), None)
        if spelled is not None:
            found[name] = present[spelled]
    return found


def _read(row: Mapping[str, Any], columns: Mapping[str, str], source: str) -> Letter | str:
    said = {name: str(row.get(column) or "").strip() for name, column in columns.items()}
    asked, answered = moment(said["asked"]), moment(said.get("answered", ""))
    why = ""
    if not said["number"] or any(len(said.get(name, "")) > limit for name, limit in LIMITS.items()):
        why = sentence("编号、类别或者区划为空或者过长", "Number, category or division is empty or too long")
    elif asked is None:
        why = sentence(
            "留言时间认不出：{text}", "The time of the message cannot be read: {text}", text=said["asked"][:40]
        )
    elif said.get("answered") and answered is None:
        why = sentence(
            "答复时间认不出：{text}", "The time of the reply cannot be read: {text}", text=said["answered"][:40]
        )
    elif answered is not None and answered < asked:
        why = sentence("答复早于留言", "The reply lies before the message")
    if why or asked is None:
        return why
    words = json.dumps({name: said.get(name, "") for name in ("title", "text", "answer")}, ensure_ascii=False)
    return Letter(
        source=source, number=said["number"], region=said.get("region", ""), category=said.get("category", ""),
        asked_at=asked, answered_at=answered, words=secrets.seal(words), digest=hashlib.sha256(words.encode()).hexdigest(),
        at=clock.now(),
    )  # fmt: skip


def _chunks(letters: list[Letter]) -> Iterator[list[Letter]]:
    for start in range(0, len(letters), CHUNK):
        yield letters[start : start + CHUNK]
