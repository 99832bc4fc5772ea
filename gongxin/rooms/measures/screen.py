"""Screening (批量核查): a list of codes against one matter, by joins; all looks sealed as one batch before the file appears.

For each code the file says how many entries must be acted on and how many are for reference, and which records they
are. The words, clauses and remedies of each are what a single check is for.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from gongxin.kernel.cells import plain_cells
from gongxin.kernel.identifiers import check_orgcode_column, check_regno_column, check_uscc_column, normalise_column
from gongxin.kernel.issues import Issue, Refusal, message
from gongxin.kernel.sentences import sentence
from gongxin.law.book import Edition, LawSilent
from gongxin.law.model import Matter
from gongxin.rooms.measures import sources, verdicts
from gongxin.rooms.measures.answer import NONE_NOTE
from gongxin.rooms.measures.check import FAULTS, no_matter, regions_of
from gongxin.rooms.measures.faults import Unanswerable
from gongxin.spine import clock, shelf
from gongxin.spine.access import gate
from gongxin.spine.access.gate import Ground, Viewer, Weighed

SAMPLE = 1000
"""Rows by which the column of codes is recognised when no heading tells."""

ADDED = ("check", "subject", "problem", "hint", "must_act", "for_reference", "must_act_records", "reference_records",
         "marked_records", "as_of", "up_to")  # fmt: skip


@dataclass(frozen=True)
class Screening:
    """What is asked of a list (批量核查的要求)."""

    matter: str
    as_of: date | None = None
    case_no: str | None = None
    column: str | None = None


@dataclass(frozen=True)
class Screened:
    """What became of a list (批量核查结果)."""

    check: str
    matter: str
    as_of: str
    rows: int
    subjects: int
    invalid: int
    must_act: int
    for_reference: int
    out: str
    note: str = NONE_NOTE

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        return asdict(self)


def screen(viewer: Viewer, source: Path, out: Path, asked: Screening) -> Screened | Refusal | list[Issue]:
    """Screen a CSV file of codes and write the answer as another; raises Unanswerable when the platform cannot answer."""
    try:
        return _screen(viewer, source, out, asked)
    except FAULTS as fault:
        raise Unanswerable(fault) from fault


def _screen(viewer: Viewer, source: Path, out: Path, asked: Screening) -> Screened | Refusal | list[Issue]:
    frame = read_list(source)
    if isinstance(frame, list):
        return frame
    done = screened(viewer, frame, asked)
    if not isinstance(done, Done):
        return done
    write_list(done.answer, out)
    return replace(done.said, out=str(out))


@dataclass(frozen=True)
class Done:
    """A screened list (已核查的清单): what is said of it, and its rows with the answer's columns."""

    said: Screened
    answer: pl.DataFrame


def screened(viewer: Viewer, frame: pl.DataFrame, asked: Screening) -> Done | Refusal | list[Issue]:
    """Screen a list of texts (核查清单): every column stays, those of the answer are added; all looks are one sealed batch."""
    ready = prepare(frame, asked)
    if not isinstance(ready, Ready):
        return ready
    as_of, law, column = ready.as_of, ready.law, ready.column
    codes = identify(frame[column])
    ground = Ground(matter=asked.matter, case_no=asked.case_no)
    weighed: list[pl.DataFrame] = []

    def weigh(standings: pl.DataFrame) -> Weighed:
        admission = gate.admit(viewer, ground, "", law=law)
        assert not isinstance(admission, Refusal)
        question = verdicts.Question(law.matter(asked.matter), admission, regions_of(viewer.body), as_of, law)
        counted = _counted(verdicts.of(standings, question))
        weighed.append(counted)
        digest = hashlib.sha256(counted.write_ipc(None).getvalue()).hexdigest()
        return Weighed(int(counted["must_act"].sum()), int(counted["for_reference"].sum()), digest)

    sealed = gate.read_many(viewer, ground, codes["key"], as_of=as_of, weigh=weigh)
    if isinstance(sealed, Refusal):
        return sealed
    told = codes.join(weighed[0], left_on="key", right_on="asked", how="left", maintain_order="left")
    up_to = _up_to(law.matter(asked.matter), as_of)
    said = Screened(
        check=sealed.number,
        matter=asked.matter,
        as_of=as_of.isoformat(),
        rows=frame.height,
        subjects=sealed.subjects,
        invalid=int(codes["key"].is_null().sum()),
        must_act=int(weighed[0]["must_act"].sum()),
        for_reference=int(weighed[0]["for_reference"].sum()),
        out="",
    )
    return Done(said, _answered(frame, told, sealed.number, as_of, up_to))


@dataclass(frozen=True)
class Ready:
    """A list that can be screened (可以核查的清单): as of which day, by which edition, which column holds the codes."""

    as_of: date
    law: Edition
    column: str


def prepare(frame: pl.DataFrame, asked: Screening) -> Ready | Refusal | list[Issue]:
    """Look at a list before anything is read of anybody (核查前检查): the day, the matter, the column of codes."""
    today = clock.today()
    as_of = asked.as_of or today
    if as_of > today:
        return [Issue("check.future", "查询日晚于今日；将来的状态不能核查", column="as_of", value=as_of.isoformat())]
    law = shelf.book().on(as_of)
    refused = _refused(asked, law)
    if refused is not None:
        return refused
    column = code_column(frame, asked.column, law)
    if column is None:
        return [
            Issue("screen.column", f"没有“{asked.column}”这一列" if asked.column else "没有找到代码列", column="column")
        ]
    return Ready(as_of, law, column)


def _refused(asked: Screening, law: Edition) -> Refusal | None:
    try:
        matter = law.matter(asked.matter)
    except LawSilent:
        return no_matter(asked.matter, law)
    if matter.subject_kinds == ("person",):
        return Refusal(
            "access.person",
            sentence("“{matter}”涉及自然人，不作批量核查。", "“{matter}” is about natural persons; many are not asked at once.",
                     matter=matter),
            str(matter.clause),
            sentence("请逐件核查，并写明办件编号。", "Check one at a time, with a case number."),
        )  # fmt: skip
    if matter.ground == "case" and not (asked.case_no or "").strip():
        return Refusal(
            "access.case",
            sentence("“{matter}”须写明办件编号才能核查。", "“{matter}” is checked only with a case number.", matter=matter),
            str(matter.clause), sentence("请填写办件编号后再查。", "Give the case number and ask again."),
        )  # fmt: skip
    return None


def read_list(source: Path) -> pl.DataFrame | list[Issue]:
    """Read a list as text, whatever wrote it: CSV in UTF-8, UTF-16 with its mark or GB 18030, or a workbook."""
    from gongxin.rooms.measures import workbook  # it stands on this module

    return workbook.read_workbook(source.read_bytes())


def read_csv(data: bytes) -> pl.DataFrame | list[Issue]:
    """Read the bytes of a CSV file as text (读 CSV); cells are divided by whichever mark stands most in its first line."""
    if not data.strip():
        return [Issue("screen.empty", "没有一行数据", column="codes")]
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        try:
            data = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "gb18030").encode()
        except UnicodeDecodeError:
            return [Issue("sheet.unreadable", message("sheet.unreadable", {"reason": "不是 UTF-8 或 GB18030 文本"}))]
    first = data.lstrip().partition(b"\n")[0]
    mark = max(b",", b"\t", b";", key=first.count).decode()
    try:
        return pl.read_csv(io.BytesIO(data), infer_schema=False, truncate_ragged_lines=True, separator=mark)
    except pl.exceptions.PolarsError as fault:
        return [Issue("sheet.unreadable", message("sheet.unreadable", {"reason": str(fault).splitlines()[0]}))]


def code_column(frame: pl.DataFrame, named: str | None, law: Edition) -> str | None:
    """Return the column of codes: the one named, else by the law book's words for it, else the one that holds most."""
    if named is not None:
        return named if named in frame.columns else None
    words = heading_words(law)
    by_heading = next((column for column in frame.columns if column.strip() in words), None)
    if by_heading is not None:
        return by_heading
    valid = {column: int((identify(frame[column].head(SAMPLE))["key"].is_not_null()).sum()) for column in frame.columns}
    best = max(valid, key=lambda column: valid[column], default=None)
    return best if best is not None and valid[best] else None


def heading_words(law: Edition) -> frozenset[str]:
    """Return what a column of codes may be headed by (代码列的表头)."""
    words = {"code", "uscc", "subject"}
    for item in law.items():
        spec = item.find_field("uscc")
        if spec is not None:
            words |= {spec.id, spec.name, *spec.synonyms}
    return frozenset(words)


def identify(texts: pl.Series) -> pl.DataFrame:
    """Return `key`, `code`, `problem` and `hint` of each text; where the writing alone is loose, the code still counts."""
    plain = normalise_column(texts)
    unified = check_uscc_column(plain)
    found = pl.DataFrame(
        {"code": plain, "ok": unified["ok"], "problem": unified["problem"], "hint": unified["hint"]}
    ).with_columns(pl.when("ok").then(pl.lit("uscc:") + pl.col("code")).alias("key"))
    # Older codes are few; only what is no unified code is looked at once more, each distinct text once.
    rest = found.filter(~pl.col("ok"))["code"].unique()
    regno, orgcode = check_regno_column(rest)["ok"], check_orgcode_column(rest)["ok"]
    older = {
        code: f"regno:{code}" if is_regno else f"orgcode:{code}"
        for code, is_regno, is_orgcode in zip(rest, regno, orgcode, strict=True)
        if is_regno or is_orgcode
    }
    return found.with_columns(
        pl.coalesce("key", pl.col("code").replace_strict(older, default=None, return_dtype=pl.String)).alias("key")
    ).select(
        "key",
        "code",
        pl.when(pl.col("key").is_null()).then("problem").alias("problem"),
        pl.when(pl.col("key").is_null()).then("hint").alias("hint"),
    )


def _counted(judged: pl.DataFrame) -> pl.DataFrame:
    """Return for each key asked how many entries must be acted on and are for reference, and which."""
    judged = judged.select("asked", "record", "kind", "marks").sort("record")
    must = _listed(judged.filter(pl.col("kind") == "must_act"), "must_act")
    rest = _listed(judged.filter(pl.col("kind") != "must_act"), "for_reference")
    marked = _listed(judged.filter(pl.col("marks").fill_null("") != ""), "marked")
    return (
        must.join(rest, on="asked", how="full", coalesce=True)
        .join(marked, on="asked", how="left")
        .sort("asked")
        .select(
            "asked",
            pl.col("must_act", "for_reference").fill_null(0),
            pl.col("must_act_records").fill_null(""),
            pl.col("for_reference_records").fill_null("").alias("reference_records"),
            pl.col("marked_records").fill_null(""),
        )
    )


def _listed(judged: pl.DataFrame, name: str) -> pl.DataFrame:
    """Return for each key how many records there are, and which; lists become texts column by column, not group by group."""
    numbered = judged.group_by("asked").agg(pl.col("record").cast(pl.String))
    return numbered.select(
        "asked",
        pl.col("record").list.len().cast(pl.Int64).alias(name),
        pl.col("record").list.join(";").alias(f"{name}_records"),
    )


def _up_to(matter: Matter, as_of: date) -> date | None:
    """Return up to when the sources of what the matter sees have handed in."""
    found = sources.by_item(as_of)
    return max((each.up_to for item in matter.sees for each in found.get(item, ()) if each.up_to), default=None)


def _answered(frame: pl.DataFrame, told: pl.DataFrame, number: str, as_of: date, up_to: date | None) -> pl.DataFrame:
    problems = pl.col("problem").replace_strict(_messages(told["problem"]), default=None, return_dtype=pl.String)
    valid = pl.when(pl.col("key").is_not_null())
    return frame.select([column for column in frame.columns if column not in ADDED]).hstack(
        told.select(
            pl.lit(number).alias("check"),
            pl.col("code").alias("subject"),
            problems.alias("problem"),
            "hint",
            valid.then(pl.col("must_act").fill_null(0)).alias("must_act"),
            valid.then(pl.col("for_reference").fill_null(0)).alias("for_reference"),
            "must_act_records",
            "reference_records",
            "marked_records",
            pl.lit(as_of.isoformat()).alias("as_of"),
            pl.lit(up_to.isoformat() if up_to else None, dtype=pl.String).alias("up_to"),
        )
    )


def _messages(problems: pl.Series) -> dict[str, str]:
    return {problem: message(problem) for problem in problems.drop_nulls().unique().to_list()}


def write_list(frame: pl.DataFrame, out: Path) -> None:
    """Write the answer whole or not at all, with the mark by which spreadsheet programs know UTF-8."""
    draft = out.with_name(f".{out.name}.draft")
    plain_cells(frame).write_csv(draft, include_bom=True)
    draft.replace(out)
