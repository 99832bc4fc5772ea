"""Typesetting (排版): a report's content becomes PDF/A-3b with searchable Chinese, by compilers kept in the process.

A compiler that has set one report sets the next in a few milliseconds: it has read the fonts and the form, and remembers
what it has laid out. It forgets all of that when its inputs change, so a report comes to it as the text of a small document
that asks the form for itself. There are as many compilers as processors, and who finds none idle waits: hundreds at once
take longer, not more memory.
"""

from __future__ import annotations

import json
import os
import queue
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import segno
import typst

from gongxin.rooms.disclosure.reports.content import Content, Entry, Table
from gongxin.spine import faces, secrets

FORM = Path(__file__).with_name("paper.typ")
STANDARD = "a-3b"
DARK = "#0d2746"
LONG_ROW = 400
"""Letters from which a row of a table may be broken between two pages; a page holds some eight hundred in a column."""
UNSETTLED = "did not converge"
"""What the compiler warns of when the notes at the foot and the pages above them push each other to and fro."""


class Paper:
    """A numbered report about to be set (待排版报告): its content, and what only the paper says."""

    def __init__(
        self,
        content: Content,
        *,
        number: str,
        check: str,
        address: str,
        valid_until: str,
        chain: Sequence[str],
        place: int,
        signed: bool,
    ) -> None:
        self.content = content
        self.number = number
        self.check = check
        self.address = address
        self.valid_until = valid_until
        self.chain = tuple(chain)
        self.fingerprint = self.chain[0]
        self.place = place
        self.signed = signed

    def attached(self) -> dict[str, Any]:
        """Return the machine's copy that the file carries (机读内容)."""
        return self._attached(self.content.as_dict())

    def _attached(self, data: dict[str, Any]) -> dict[str, Any]:
        return {
            "number": self.number,
            "check": self.check,
            "valid_until": self.valid_until,
            "chain": list(self.chain),
            "status_place": self.place,
            "status_key": secrets.public_keys()[secrets.signing_key_id()].hex(),
            "content": data,
        }

    def filled(self) -> dict[str, Any]:
        """Return what the form is filled with (填表内容), as JSON holds it."""
        data = self.content.as_dict()
        return {
            **self._shown(data),
            "attached": json.dumps(self._attached(data), ensure_ascii=False, sort_keys=True),
            "qr": qr_of(self.address, f"?n={self.number}&c={self.check}"),
        }

    def _shown(self, data: dict[str, Any]) -> dict[str, Any]:
        content, references = self.content, _References()
        references.add(content.asked.basis)
        tables = [
            {
                "title": f"{table.name}（{'在公示 ' if table.polarity == 'adverse' else ''}{len(table.entries)} 条）",
                "entries": [_entry(entry, references) for entry in table.entries],
            }
            for table in content.tables
            if table.entries
        ]  # fmt: skip
        # Files keep their date in UTC; what people read is Beijing's.
        issued = content.issued.astimezone(UTC)
        return {
            "content": data,
            "document_title": f"{content.title} {self.number}",
            "number": self.number,
            "check": self.check,
            "signed": self.signed,
            "fingerprint": self.fingerprint[:32].upper() + "…",
            "issued_parts": [issued.year, issued.month, issued.day, issued.hour, issued.minute, issued.second],
            "issued_text": moment(content.issued),
            "subtitle": "",
            "watermark": watermark(content, self.number),
            "watermark_width": sum(9 if ord(letter) > 0x2E7F else 5.2 for letter in watermark(content, self.number)),
            "footer_use": f"本报告仅供“{content.asked.why}”使用，{self.valid_until} 前有效（含当日）",
            "identity": identity_rows(content),
            "overview": overview(content),
            "sector_names": sector_names(content),
            "sectors": sector_table(content),
            "tables": tables,
            "empty": empty_rows(content),
            "explanations": list(content.notes),
            "parts": _parts(content, [table["title"] for table in tables]),
            "notes": references.notes,
            "references": references.numbers,
            "each": False,
        }


class _References:
    """The places of a report that refer to a clause note (脚注引用), in their order, and the notes they refer to by number."""

    def __init__(self) -> None:
        self.notes: list[str] = []
        self.numbers: list[int | None] = []

    def add(self, text: str) -> int:
        """Take a place and return which it is; without a text there is nothing to refer to."""
        if text and text not in self.notes:
            self.notes.append(text)
        self.numbers.append(self.notes.index(text) + 1 if text else None)
        return len(self.numbers) - 1


def _parts(content: Content, tables: Sequence[Any]) -> list[str]:
    """Return the headings the paper will have, in their order, by which it numbers them (章节)."""
    shown = (
        (["概要"], True),
        (["分领域核对"], bool(content.sectors)),
        (list(tables), True),
        (["没有查到记录的栏目"], bool(empty_rows(content))),
        (["异议标注"], bool(content.objections)),
        (["来源缺失"], bool(content.gaps)),
        (["说明"], True),
    )
    return [title for titles, there in shown if there for title in titles]


def _entry(entry: Entry, references: _References) -> dict[str, Any]:
    note = "；".join(
        part for part in (entry.basis, f"救济：{entry.remedy}" if entry.polarity == "adverse" else "") if part
    )
    marks = [*entry.marks, *(f"主体声明：{text}" for text in entry.statements)]
    return {
        "document": entry.document,
        "decided": entry.decided.isoformat() if entry.decided else None,
        "text": entry.text,
        "more": list(entry.more),
        "authority": entry.authority,
        "terms": list(entry.terms),
        "marks": marks,
        "reference": references.add(note),
        # A row is kept on one page, unless it might be longer than one.
        "long": sum(map(len, (entry.text, *entry.more, *marks))) > LONG_ROW,
    }


def moment(at: datetime) -> str:
    """Return a moment as the paper prints it (出具时间)."""
    return f"{at.year} 年 {at.month} 月 {at.day} 日 {at:%H:%M}"


def watermark(content: Content, number: str) -> str:
    """Return what lies across each page (水印): body, reason, time, number."""
    return "　".join((content.asked.who, content.asked.why, f"{content.issued:%Y-%m-%d %H:%M}", number))


def sector_names(content: Content) -> str:
    """Return the chosen sectors in words (所选领域)."""
    return "、".join(row.name for row in content.sectors) if content.sectors_chosen else "全部"


def sector_table(content: Content) -> list[dict[str, str]]:
    """Return what is said of each sector; those of which nothing is collected share one row (分领域核对)."""
    silent = [row for row in content.sectors if not row.sources and not row.count]
    rows = [
        {"name": row.name, "said": row.said, "sources": "、".join(row.sources) or "—"}
        for row in content.sectors
        if row not in silent
    ]
    if silent:
        rows.append({"name": "、".join(row.name for row in silent), "said": silent[0].said, "sources": "—"})
    return rows


def identity_rows(content: Content) -> list[list[str]]:
    """Return the rows under the name: pairs side by side, long ones alone (主体身份)."""
    rows: list[list[str]] = []
    pending: list[str] = []
    for name, value in ((content.subject.code_name, content.subject.code), *content.subject.facts):
        if len(value) > 18:
            rows += [pending] if pending else []
            rows.append([name, value])
            pending = []
        elif pending:
            rows.append([*pending, name, value])
            pending = []
        else:
            pending = [name, value]
    return [*rows, pending] if pending else rows


def overview(content: Content) -> list[dict[str, str]]:
    """Return the figures at the top (概要): one for each table, and how many entries are objected to."""
    tiles = []
    for table in content.tables:
        tiles.append({"name": table.short or table.name, **_figure(table)})
    objected = sum(bool(entry.marks) for table in content.tables for entry in table.entries)
    tiles.append({"name": "异议处理中", "figure": str(objected), "unit": "条", "tone": "plain"})
    return tiles


def _figure(table: Table) -> dict[str, str]:
    count = len(table.entries)
    if count:
        tone = {"adverse": "adverse", "favourable": "good"}.get(table.polarity, "plain")
        return {"figure": str(count), "unit": "条在公示" if table.polarity == "adverse" else "条", "tone": tone}
    if not table.sources:
        return {"figure": "—", "unit": "尚未归集", "tone": "plain"}
    return {"figure": "无", "unit": f"已核对 {table.sources} 家", "tone": "plain"}


def empty_rows(content: Content) -> list[dict[str, str]]:
    """Return the sections without an entry, each with what was looked at (没有查到记录的栏目)."""
    rows = [{"name": table.name, "said": table.none} for table in content.tables if not table.entries]
    if content.without_item:
        rows.append({"name": "、".join(content.without_item), "said": "本平台的目录中没有这些栏目的事项，没有归集"})
    return rows


def qr_of(address: str, asked: str) -> str:
    """Return the QR code of an address with what it is asked, as SVG (二维码)."""
    drawn = BytesIO()
    code = segno.make(address + asked, error="m", micro=False, mask=_mask_of(address, asked))
    code.save(drawn, kind="svg", dark=DARK, border=0, xmldecl=False, svgns=True)
    return drawn.getvalue().decode()


_masks: dict[tuple[str, int], int] = {}


def _mask_of(address: str, asked: str) -> int:
    """Return the mask pattern that suits an address (掩模), found at its first code.

    Any pattern can be read. Weighing all eight takes longer than setting the page, and their weights hang on what all codes
    of an address have in common far more than on the few letters in which two of them differ.
    """
    kind = (address, len(asked))
    if kind not in _masks:
        _masks[kind] = segno.make(address + asked, error="m", micro=False).mask
    return _masks[kind]


WARMING = f"""#import "{FORM.name}": serif, sans, strong-text
#set document(title: "公信")
#set text(lang: "zh", font: serif)
信用报告 0123456789 #text(font: sans)[信用报告 #strong-text[信用报告]] #strong-text[信用报告]
"""
"""A page of a few letters in each of the form's faces; nothing of it is kept."""


class Typesetter:
    """A few compilers, each used by one report at a time (排版机)."""

    def __init__(self, size: int | None = None) -> None:
        self.size = size or max(1, os.cpu_count() or 1)
        self._idle: queue.LifoQueue[typst.Compiler | None] = queue.LifoQueue()
        for _ in range(self.size):
            self._idle.put(None)

    @contextmanager
    def _borrowed(self) -> Iterator[typst.Compiler]:
        kept = self._idle.get()
        try:
            if kept is None:
                kept = compiler()
            yield kept
        finally:
            self._idle.put(kept)

    def pdf(self, filled: Mapping[str, Any], at: datetime) -> bytes:
        """Return the PDF/A of a filled form."""
        with self._borrowed() as kept:
            made, warnings = _compiled(kept, filled, at)
            if any(UNSETTLED in warning.message for warning in warnings):
                made, _ = _compiled(kept, {**filled, "each": True}, at)
        if not isinstance(made, bytes):
            raise TypeError("typst gave no single document")
        return made

    def warm(self) -> None:
        """Make one compiler ready (预热): the form is read and its letters are found before anybody waits for a report."""
        with self._borrowed() as kept:
            kept.compile(WARMING.encode(), format="pdf", pdf_standards=[STANDARD])

    def text_of(self, filled: Mapping[str, Any], selector: str) -> str:
        """Return what the form holds under a selector, as JSON (版面查询)."""
        return str(compiler(document_of(filled)).query(selector))


def compiler(document: bytes | None = None) -> typst.Compiler:
    """Return a compiler with the form's fonts, for one document or for any (排版机)."""
    return faces.compiler(FORM, document)


def _compiled(kept: typst.Compiler, filled: Mapping[str, Any], at: datetime) -> tuple[Any, list[Any]]:
    return kept.compile_with_warnings(
        document_of(filled), format="pdf", pdf_standards=[STANDARD], timestamp=int(at.timestamp())
    )


def document_of(filled: Mapping[str, Any]) -> bytes:
    """Return the small document that holds a report's words as one piece of text and asks the form to set them."""
    words = json.dumps(filled, ensure_ascii=False).replace("\\", "\\\\").replace('"', '\\"')
    return f'#import "{FORM.name}": report\n#report(json(bytes("{words}")))\n'.encode()


_kept: list[Typesetter] = []
_lock = threading.Lock()


def typesetter() -> Typesetter:
    """Return this process's compilers, made at the first asking."""
    with _lock:
        if not _kept:
            _kept.append(Typesetter())
        return _kept[0]
