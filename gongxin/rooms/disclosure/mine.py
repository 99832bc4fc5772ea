"""My credit (我的信用): everything held on a subject, read by the subject itself, in plain words and as a copy.

Ended, repaired and withdrawn entries are in it: nobody else sees them any more. Each reading passes the gate as the
subject's own look, copies (个人信息保护法 第四十五条 by the law book) under a ground of their own.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from gongxin.kernel.cells import plain_cell
from gongxin.kernel.issues import Refusal
from gongxin.kernel.masking import mask_field
from gongxin.kernel.sentences import sentence
from gongxin.law import undoing
from gongxin.law.book import Citation, Edition
from gongxin.law.citing import Certainty, ClauseRef
from gongxin.law.explaining import Explained, Outlook, effects_of, explain, repair_outlook
from gongxin.law.matters import Effect
from gongxin.law.model import FieldSpec, Item, Matter
from gongxin.law.repair import Known
from gongxin.law.standing import Act, Line
from gongxin.law.wording import measured
from gongxin.spine import clock, shelf
from gongxin.spine.access import gate
from gongxin.spine.access.gate import OWN, Ground, Viewer
from gongxin.spine.access.models import Body
from gongxin.spine.outbox import service
from gongxin.spine.outbox.service import Bar
from gongxin.spine.projections import links

COPY_FORMS = ("json", "csv")
PERSON = ("person",)
ORGANISATION = ("organisation", "sole-trader")
ENDED = frozenset({"withdrawn", "repaired", "removed", "expired"})


@dataclass(frozen=True)
class Held:
    """One entry as its subject reads it (本人看到的一条记录)."""

    line: Line
    item: Item
    title: str
    authority: str
    document: str
    provider: str
    decided: date | None
    said: tuple[tuple[str, str], ...]
    citations: tuple[Citation, ...]
    effects: tuple[tuple[Matter, Effect], ...]
    explained: Explained
    outlook: Outlook
    undone: tuple[str, str, Certainty] | None = None
    """What is said of a repair that was undone (撤销修复的说明): the officer reads the same."""

    @property
    def record(self) -> int:
        return self.line.record

    @property
    def state(self) -> str:
        return "performed" if self.line.state == "effective" and self.line.facts.performed == "yes" else self.line.state

    @property
    def public(self) -> bool:
        """Whether everybody sees it today (是否公示)."""
        return self.line.visible

    @property
    def only_you(self) -> bool:
        """Whether nobody but its subject sees it any more (仅您可见)."""
        return self.line.state in ENDED

    @property
    def shared(self) -> bool:
        """Whether a body may use it in a matter today (是否共享使用)."""
        return self.line.usable

    @property
    def adverse(self) -> bool:
        return self.item.polarity == "adverse"

    @property
    def acts(self) -> tuple[Act, ...]:
        return self.line.acts

    def clocks(self) -> tuple[tuple[str, date | None], ...]:
        """The four clocks by name (四个期限); None where the law sets no end."""
        told = self.line.clocks
        return (
            ("display_until", told.display_until if told.audience == "public" else None),
            ("share_until", told.share_until),
            ("retain_until", told.retain_until),
            ("destroy_at", told.destroy_at),
        )


@dataclass(frozen=True)
class Mine:
    """Everything held on a subject (本主体的全部记录), under the number of the look that read it."""

    number: str
    at: datetime
    as_of: date
    subject: str
    entries: tuple[Held, ...]
    bar: Bar | None = None
    """A bar on applying for repair that runs today (限制再次申请)."""

    def find(self, record: int) -> Held | None:
        """Return one entry, or None."""
        return next((entry for entry in self.entries if entry.record == record), None)


def mine(viewer: Viewer, subject: str, *, form: str = "") -> Mine | Refusal:
    """Read everything held on a subject as its own look; `form` names the kind of copy that is carried away."""
    today = clock.today()
    law = shelf.book().on(today)
    ground = Ground(purpose=OWN, clause=f"copy-{form}" if form else None)
    reading = gate.read(viewer, ground, subject, as_of=today)
    if isinstance(reading, Refusal):
        return reading
    names = dict(Body.objects.values_list("code", "name"))
    kinds = PERSON if subject.startswith("person:") else ORGANISATION
    # A bar on applying is told before anybody applies in vain.
    bar = service.find_bar({subject, *links.resolve_keys(subject)}, today)
    around = _Around(law, kinds, names, Known(barred_until=bar.until if bar else None))
    entries = [
        held
        for line in reading.lines
        if (item := law.find_item(line.item)) is not None
        for held in [_held(line, item, around)]
    ]
    entries.sort(key=lambda held: (held.only_you, -(held.decided or date.min).toordinal(), -held.record))
    return Mine(reading.number, reading.at, today, subject, tuple(entries), bar)


def copy(viewer: Viewer, subject: str, form: str) -> bytes | Refusal:
    """Return a copy in machine form (机器可读的副本): `json`, or `csv` with one row for each field."""
    if form not in COPY_FORMS:
        return Refusal(
            "mine.form",
            sentence("没有这种格式。", "There is no such form."),
            None,
            sentence("可选 JSON 或者 CSV。", "Choose JSON or CSV."),
        )
    told = mine(viewer, subject, form=form)
    if isinstance(told, Refusal):
        return told
    if form == "json":
        return json.dumps(as_dict(told), ensure_ascii=False, indent=2, default=str).encode()
    return _as_csv(told)


def as_dict(told: Mine) -> dict[str, Any]:
    """Return everything held as every machine channel gives it."""
    return {
        "look": told.number,
        "at": told.at.isoformat(timespec="seconds"),
        "as_of": told.as_of,
        "law_book": shelf.book().version,
        "entries": [_entry_dict(held) for held in told.entries],
        "bar": {"until": told.bar.until, "since": told.bar.since, "case": told.bar.case} if told.bar else None,
        "note": "本副本只供本人使用，不是信用报告；没有列出的，本平台没有保存。",
    }


def _entry_dict(held: Held) -> dict[str, Any]:
    outlook = held.outlook
    return {
        "record": held.record,
        "item": held.item.id,
        "item_name": held.item.name,
        "title": held.title,
        "authority": held.authority,
        "provider": held.provider,
        "document": held.document,
        "decided": held.decided,
        "state": held.line.state,
        "only_you": held.only_you,
        "public": held.public,
        "severity": held.line.clocks.severity,
        "undecided": held.line.clocks.undecided,
        "clauses": [str(cited) for cited in held.citations],
        "certainty": held.line.clocks.certainty,
        "clocks": dict(held.clocks()),
        "marks": [hold.text for hold in held.line.holds],
        "undone": held.undone[0] if held.undone else None,
        "statements": list(held.line.statements),
        "effects": [
            {
                "matter": matter.id,
                "matter_name": matter.name,
                "kind": effect.kind,
                "text": effect.text,
                "clause": str(effect.clause) if effect.clause else None,
                "until": effect.until,
            }
            for matter, effect in held.effects
        ],
        "repair": {
            "state": outlook.state, "opens": outlook.opens, "closes": outlook.closes, "missing": list(outlook.missing),
        },
        "remedy": held.item.remedy.text if held.adverse else None,
        "fields": {spec.id: _masked(spec, held.line.payload) for spec in held.item.fields if held.line.payload.get(spec.id)},
        "acts": [{"seq": act.seq, "kind": act.kind, "on": act.on} for act in held.acts],
    }  # fmt: skip


def _as_csv(told: Mine) -> bytes:
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(["记录", "目录事项", "来源单位", "文书号", "状态", "字段", "内容"])
    for held in told.entries:
        for name, value in held.said:
            cells = (held.record, held.item.name, held.authority, held.document, held.line.state, name, value)
            rows.writerow([plain_cell(str(cell)) for cell in cells])
    return ("\ufeff" + out.getvalue()).encode()


@dataclass(frozen=True)
class _Around:
    """What is the same for all entries of one subject (同一主体的背景)."""

    law: Edition
    kinds: Sequence[str]
    names: Mapping[str, str]
    known: Known


def _held(line: Line, item: Item, around: _Around) -> Held:
    payload = line.payload
    said = []
    for spec in item.fields:
        value = payload.get(spec.id)
        if value:
            text = spec.worded(value) if spec.choices else _masked(spec, payload)
            said.append(measured(spec.name, text, spec.unit))
    explained = explain(line, law=around.law)
    title_spec = item.find_field(item.title_field)
    title = payload.get(item.title_field) or item.name
    provider = line.acts[0].actor.rpartition("@")[2] if line.acts else ""
    return Held(
        line=line,
        item=item,
        title=title_spec.worded(title) if title_spec else title,
        authority=payload.get("authority") or around.names.get(provider, ""),
        document=payload.get("document_no") or "",
        provider=payload.get("source") or around.names.get(provider, "") or payload.get("authority") or "",
        decided=line.facts.decided_on,
        said=tuple(said),
        citations=_cited(explained.clauses, around.law),
        effects=tuple(effects_of(line, law=around.law, kinds=around.kinds)),
        explained=explained,
        outlook=repair_outlook(line, law=around.law, known=around.known),
        undone=undoing.words(line, law=around.law),
    )


def _masked(spec: FieldSpec, payload: Mapping[str, str | None]) -> str:
    """A field's value; whatever it holds about somebody else's identity stays covered (遮盖)."""
    return mask_field(spec.id, payload.get(spec.id) or "", kind=spec.kind)


def _cited(clauses: Sequence[ClauseRef], law: Edition) -> tuple[Citation, ...]:
    return tuple(law.cite(ref) for ref in dict.fromkeys(clauses))
