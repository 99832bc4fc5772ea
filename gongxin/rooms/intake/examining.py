"""Examining a file (文件检查): open, recognise, check, find repeats – everything that needs no store.

`gongxin validate`, the web page, the API, the watched folder and `gongxin intake` all come through here, so that they
find the same and say it in the same words.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from gongxin.kernel.calendar import WorkCalendar
from gongxin.kernel.issues import Issue
from gongxin.law.book import Book, Edition
from gongxin.law.model import Item
from gongxin.rooms.intake import bodies, templates
from gongxin.rooms.intake.anatomy import SetAside
from gongxin.rooms.intake.cells import NOTICES_KEPT, ROW, Budget, Terms
from gongxin.rooms.intake.checking import GOOD, REFUSED, WAITING, Checked, check, shape
from gongxin.rooms.intake.headings import Match, counted_in, heading_issues, is_known, known_words, match
from gongxin.rooms.intake.reading import CHUNK, Sheet, Unreadable, open_sheets
from gongxin.rooms.intake.subjects import Seen, place_words
from gongxin.rooms.intake.words import found

if TYPE_CHECKING:
    from gongxin.spine.bodies.register import Register

DUPLICATE = "duplicate"
KnownOf = Callable[[pl.Series], pl.DataFrame]


@dataclass(frozen=True)
class Desk:
    """What checking stands on (检查依据): the book, its calendar and divisions, the day, and what the office has learned."""

    book: Book
    calendar: WorkCalendar
    divisions: frozenset[str]
    day: date
    provinces: frozenset[str] = frozenset()
    learned: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Item → {normal heading → field}."""
    bodies: Mapping[str, str] = field(default_factory=dict)
    """Code → kind of the bodies the register knows (登记单位类别)."""
    heirs: Mapping[str, str] = field(default_factory=dict)
    """Code of a body that is no more → of the one that goes on for it (承继单位)."""
    known: Register | None = None
    """The register of bodies, read where the store is; None where there is none (登记簿)."""

    @property
    def edition(self) -> Edition:
        return self.book.on(self.day)


@dataclass(frozen=True)
class Table:
    """One sheet that reports the batch's item (可归集的表)."""

    sheet: Sheet
    matched: Match
    item: Item
    issues: tuple[Issue, ...]

    @property
    def must_confirm(self) -> bool:
        """A required field hangs on a heading whose meaning a person must confirm first."""
        return bool(self.matched.must_confirm)

    def mapping(self) -> dict[str, object]:
        """Return where each field comes from, for the batch (列对应)."""
        letters, headings = self.sheet.letters, self.sheet.headings
        return {
            "heading_row": self.sheet.heading_row,
            "template": self.matched.template,
            "columns": {
                letters[index]: [headings[index], name] for index, name in sorted(self.matched.columns.items())
            },
        }


@dataclass(frozen=True)
class Survey:
    """What a file holds (文件概况): the tables to take in, and what must be said about the file as a whole."""

    form: str
    item: Item | None
    tables: tuple[Table, ...]
    issues: tuple[tuple[str, Issue], ...]
    left_out: int = 0
    """Rows of sheets that fit no item or another one; each such sheet is named in the issues."""


@dataclass(frozen=True)
class Examined:
    """A run of rows after examination (检查后的行): payload columns beside `__outcome`, `__key`, `__person`, texts of keys."""

    sheet: str
    chunk: int
    frame: pl.DataFrame
    reported: pl.DataFrame
    payload: pl.DataFrame
    issues: list[Issue]
    set_aside: tuple[SetAside, ...]
    more: Counter[str] = field(default_factory=Counter)
    """Notices that were only counted."""
    last: bool = True
    """The last piece of its chunk; a chunk is checked whole and may be handed over in pieces."""


def _parts(rows: pl.DataFrame, checked: Checked, size: int | None) -> Iterator[tuple[pl.DataFrame, Checked, bool]]:
    """Cut a checked chunk into runs of rows (分片), each with its issues; the last one says so.

    Who is meant is asked of the whole chunk; what comes after is made run by run, so that the first ones are being
    entered while the others are made ready.
    """
    height = rows.height
    if size is None or height <= size:
        yield rows, checked, True
        return
    firsts = rows[ROW].gather_every(size).to_list()
    issues: dict[int, list[Issue]] = {}
    for issue in checked.issues:
        # Rows stand in the order of the file; what concerns none is told with the first run.
        issues.setdefault(max(0, bisect_right(firsts, issue.row or 0) - 1), []).append(issue)
    for number, start in enumerate(range(0, height, size)):
        # What was only counted is counted last: until then the words that were kept have their place.
        last = start + size >= height
        part = Checked(checked.frame.slice(start, size), issues.get(number, []), checked.more if last else Counter())
        yield rows.slice(start, size), part, last


def survey(path: Path, desk: Desk, item_id: str | None = None, confirmed: Mapping[str, str] | None = None) -> Survey:
    """Open a file and say what its sheets report (文件概况); raises Unreadable when nothing can be taken in."""
    edition = desk.edition
    learned = {name: dict(words) for name, words in desk.learned.items()}
    taught = {heading: name for words in learned.values() for heading, name in words.items()} | dict(confirmed or {})
    words = known_words(edition, taught)
    sheets = templates.records_of(open_sheets(path, lambda text: is_known(text, words)))
    chosen = item_id or _guess(sheets, edition, taught)
    learned.setdefault(chosen or "", {}).update(confirmed or {})
    tables: list[Table] = []
    issues: list[tuple[str, Issue]] = []
    left_out = 0
    for sheet in sheets:
        table, said = _table(sheet, edition, chosen, learned)
        issues += [(sheet.name, each) for each in said]
        if table is None:
            left_out += sheet.frame.height
        else:
            tables.append(table)
    if not tables:
        raise Unreadable(_nothing_recognised(path, sheets, edition, chosen))
    return Survey(sheets[0].form, edition.item(chosen) if chosen else None, tuple(tables), tuple(issues), left_out)


def _guess(sheets: list[Sheet], edition: Edition, taught: Mapping[str, str]) -> str | None:
    """Return the item of the sheet whose headings say it most clearly."""
    headed = [sheet for sheet in sheets if sheet.headings]
    tries = [match(sheet.headings, edition, learned=taught) for sheet in headed]
    sure = [each for each in tries if each.item is not None]
    if sure:
        return max(sure, key=lambda each: each.confidence).item
    # Several items have the same columns: the sheet's own title, as the template bears it, says which is meant.
    named = {
        item
        for sheet, each in zip(headed, tries, strict=True)
        for item in each.candidates
        if any(edition.item(item).name in title for title in (sheet.name, *sheet.above))
    }
    return named.pop() if len(named) == 1 else None


def _table(
    sheet: Sheet, edition: Edition, item_id: str | None, learned: Mapping[str, Mapping[str, str]]
) -> tuple[Table | None, list[Issue]]:
    if not sheet.headings:
        rows = sheet.frame.height
        return None, [found("sheet.no_heading_rows", severity="notice", sheet=sheet.name, rows=rows)] if rows else []
    if item_id is None:
        return None, [found("sheet.not_recognised", severity="notice", sheet=sheet.name, rows=sheet.frame.height)]
    item = edition.item(item_id)
    matched = match(sheet.headings, edition, item_id, learned.get(item_id, {}))
    if matched.fulfilled < 0.5 and not matched.must_confirm:
        other = match(sheet.headings, edition)
        code = "sheet.not_recognised" if other.item in (None, item_id) else "sheet.other_item"
        shown = edition.item(other.item).name if other.item else ""
        return None, [found(code, severity="notice", sheet=sheet.name, rows=sheet.frame.height, item=shown)]
    matched = counted_in(matched, item, sheet.above)
    said = heading_issues(sheet.headings, sheet.letters, matched, item)
    return Table(sheet, matched, item, tuple(said)), said


def _nothing_recognised(path: Path, sheets: list[Sheet], edition: Edition, chosen: str | None) -> str:
    if not any(sheet.headings for sheet in sheets):
        return f"{path.name}：没有找到表头；请在数据上方写明各列名称（可下载模板），再重新报送"
    if chosen is not None:
        item = edition.item(chosen)
        needed = "、".join(spec.name for spec in item.fields if spec.required)
        return f"{path.name}：表头与“{item.name}”不符；该事项至少需要这些列：{needed}"
    fitting = {item for sheet in sheets if sheet.headings for item in match(sheet.headings, edition).candidates}
    names = "、".join(f"{item.id}（{item.name}）" for item in edition.items() if item.id in fitting or not fitting)
    why = "表头同样符合几个目录事项" if fitting else "看不出报送的是哪个目录事项"
    return f"{path.name}：{why}；请指明其中之一（命令行用 --item）：{names}"


@dataclass
class Repeats:
    """Documents this file has already named (文件内重复), by hashes that live only while the file is read."""

    rows: pl.DataFrame = field(
        default_factory=lambda: pl.DataFrame(
            schema={"document": pl.UInt64, "content": pl.UInt64, ROW: pl.Int64, "sheet": pl.String}
        )
    )

    def observe(self, hashes: pl.DataFrame) -> pl.DataFrame:
        """Take in document, content, row and sheet of a chunk; return where each document was named first."""
        # The rows of the whole file are only looked through; the few that are met again are worked with.
        met = self.rows.join(hashes.select("document"), on="document", how="semi", maintain_order="left")
        first = hashes.unique("document", keep="first", maintain_order=True)
        new = first.join(met, on="document", how="anti", maintain_order="left")
        self.rows = pl.concat([self.rows, new]) if new.height else self.rows
        return hashes.join(
            pl.concat([met, new]).rename({"content": "first_content", ROW: "first_row", "sheet": "first_sheet"}),
            on="document", how="left", maintain_order="left",
        )  # fmt: skip


def examine(
    found_tables: Survey,
    desk: Desk,
    *,
    given: Mapping[str, str] | None = None,
    known_of: KnownOf | None = None,
    size: int = CHUNK,
    contested: Mapping[str, tuple[int, str, str]] | None = None,
    at_once: int | None = None,
) -> Iterator[Examined]:
    """Check every row of a surveyed file (逐段检查), in chunks that are always cut alike.

    A chunk is handed over whole, or in runs of `at_once` rows; what is found is the same.
    """
    number = 0
    budget, seen, repeats = Budget(), Seen(contested=dict(contested or {})), Repeats()
    for table in found_tables.tables:
        terms = Terms(
            desk.edition, desk.calendar, desk.day, table.matched.template, table.matched.units,
            {name: table.sheet.headings[index] for index, name in table.matched.columns.items()},
            desk.divisions, desk.provinces, table.sheet.name, desk.bodies, (given or {}).get("source_code", ""),
            table.matched.no_unit,
            desk.heirs,
            desk.known,
        )  # fmt: skip
        for chunk in table.sheet.chunks(size):
            rows = shape(chunk.frame, table.matched, table.sheet.letters, table.item)
            checked = check(rows, table.item, terms=terms, seen=seen, budget=budget, known_of=known_of)
            aside = chunk.set_aside
            for part, found_there, last in _parts(rows, checked, at_once):
                examined = _made_ready(
                    part, found_there, table.item, sheet=terms.sheet, repeats=repeats, budget=budget, given=given or {}
                )
                issues, frame = _forbidden(examined.issues, examined.frame, table)
                yield replace(
                    examined, sheet=table.sheet.name, chunk=number, frame=frame, issues=issues, set_aside=aside,
                    last=last,
                )  # fmt: skip
                aside = ()
            number += 1


def examine_rows(
    rows: pl.DataFrame,
    item: Item,
    terms: Terms,
    *,
    seen: Seen,
    repeats: Repeats,
    budget: Budget | None = None,
    given: Mapping[str, str] | None = None,
    known_of: KnownOf | None = None,
) -> Examined:
    """Check rows that are already named by field (按字段检查)."""
    budget = budget or Budget()
    checked = check(rows, item, terms=terms, seen=seen, budget=budget, known_of=known_of)
    return _made_ready(rows, checked, item, sheet=terms.sheet, repeats=repeats, budget=budget, given=given or {})


def _made_ready(
    rows: pl.DataFrame,
    checked: Checked,
    item: Item,
    *,
    sheet: str,
    repeats: Repeats,
    budget: Budget,
    given: Mapping[str, str],
) -> Examined:
    """Return checked rows with the texts they are known by again (备查文本), and with what repeats this file's own rows."""
    frame = checked.frame
    payload = bodies.payload_columns(frame, item, given)
    body = bodies.body_column(payload)
    subject = frame["__key"].fill_null(frame["__person"])
    frame = frame.with_columns(
        body.alias("__body"),
        bodies.document_column(payload, item, subject, body).alias("__document"),
        bodies.content_column(item, subject, body).alias("__content"),
    )
    outcome, repeated, more = _repeated(frame, sheet, repeats, budget)
    issues = sorted([*checked.issues, *repeated], key=lambda each: each.row or 0)
    return Examined("", 0, frame.with_columns(outcome), rows, payload, issues, (), checked.more + more)


def _repeated(
    frame: pl.DataFrame, sheet: str, repeats: Repeats, budget: Budget
) -> tuple[pl.Series, list[Issue], Counter[str]]:
    """Find rows that repeat a document of this file: identical ones are duplicates, others wait for a person."""
    outcome = frame["__outcome"]
    hashes = pl.DataFrame(
        {"document": frame["__document"].hash(), "content": frame["__content"].hash(), ROW: frame[ROW]}
    ).with_columns(pl.lit(sheet).alias("sheet"))
    # A refused row leaves no trace: its corrected twin further down must not count as a repeat.
    counted = repeats.observe(hashes.filter(outcome != REFUSED))
    again = counted.filter((pl.col(ROW) != pl.col("first_row")) | (pl.col("first_sheet") != sheet))
    more: Counter[str] = Counter()
    if not again.height:
        return outcome, [], more
    issues: list[Issue] = []
    counted_rows = again[ROW].implode()
    told_of = frame.select(ROW, outcome).with_row_index("place").filter(pl.col(ROW).is_in(counted_rows))
    changed = dict(told_of.select(ROW, "__outcome").iter_rows())
    same = pl.col("content") == pl.col("first_content")
    for row, alike, first, there in again.select(ROW, same, "first_row", "first_sheet").iter_rows():
        other = place_words(first, there, sheet)
        if alike:
            changed[row] = DUPLICATE
            if budget.left("row.duplicate_in_file"):
                budget.told["row.duplicate_in_file"] += 1
                issues.append(found("row.duplicate_in_file", row=row, severity="notice", other=other))
            else:
                more["row.duplicate_in_file"] += 1
        elif changed[row] == GOOD:
            changed[row] = WAITING
            issues.append(found("row.conflict_in_file", row=row, severity="wait", other=other))
    settled = pl.Series(list(changed.values()), dtype=pl.String)
    return outcome.clone().scatter(told_of["place"], settled), issues, more


def _forbidden(issues: list[Issue], frame: pl.DataFrame, table: Table) -> tuple[list[Issue], pl.DataFrame]:
    """A table with a column that has no way in is refused whole (含禁止归集的列), each row saying so."""
    if not table.matched.forbidden:
        return issues, frame
    barred = [each for each in table.issues if each.code == "field.forbidden_column"]
    told = [replace(each, row=row) for row in frame[ROW].to_list() for each in barred]
    refused = frame.with_columns(pl.lit(REFUSED).alias("__outcome"))
    return sorted([*issues, *told], key=lambda each: each.row or 0), refused


@dataclass
class Tally:
    """Counts and notices of a whole file (统计): the four outcomes add up to the rows received."""

    counts: Counter[str] = field(default_factory=Counter)
    late: int = 0
    set_aside: Counter[str] = field(default_factory=Counter)
    notices: list[dict[str, object]] = field(default_factory=list)
    notice_counts: Counter[str] = field(default_factory=Counter)

    def keep_notice(self, sheet: str, issue: Issue) -> None:
        """Keep a notice, or only count it when there are many of its kind."""
        self.notice_counts[issue.code] += 1
        if self.notice_counts[issue.code] <= NOTICES_KEPT:
            self.notices.append(told(sheet, issue))

    def more_notices(self) -> dict[str, int]:
        """Return how many notices of a kind were only counted (未逐条列出的提示)."""
        return more_notices(self.notice_counts)


def more_notices(counts: Mapping[str, int]) -> dict[str, int]:
    """Return, for each kind of notice, how many were counted beyond those kept word for word."""
    return {code: count - NOTICES_KEPT for code, count in sorted(counts.items()) if count > NOTICES_KEPT}


def told(sheet: str, issue: Issue) -> dict[str, object]:
    """Return an issue as every channel shows it (问题的统一形式)."""
    return {**issue.as_dict(), "sheet": sheet}


def in_order(issues: list[dict[str, object]]) -> list[dict[str, object]]:
    """Return issues in the order every channel shows them: about the file first, then by sheet and row."""

    def place(each: dict[str, object]) -> tuple[bool, str, int, str, str]:
        row = each["row"]
        return (row is not None, str(each["sheet"]), int(str(row or 0)), str(each["column"] or ""), str(each["code"]))

    return sorted(issues, key=place)
