"""Who a row is about (主体校验): codes and names within the row, within the file, and against the register.

A name never identifies and never overrules a code; where the two contradict each other a person decides.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import polars as pl

from gongxin.kernel.names import comparison_column, disagreement, display_name
from gongxin.law.model import Item
from gongxin.rooms.intake.cells import ROW, Findings, nulls, places

ORGANISATION_CODES = ("uscc", "regno", "orgcode", "taxno", "institution_no", "society_no")
KEY_CODES = ("uscc", "regno", "orgcode")
COMPANY = r"公司$|公司[（(]|厂$|店$|商行$|经营部$|合伙|合作社$|个体"
"""Names that only a business bears; 中心 or 社 may be either and say nothing."""
HOLDERS = {"11": "机关", "12": "事业单位", "13": "群众团体", "19": "机构编制管理的单位"}


@dataclass
class Seen:
    """Names under which this file has used each code so far (文件内代码与名称), carried from chunk to chunk."""

    first: pl.DataFrame = field(
        default_factory=lambda: pl.DataFrame(
            schema={"key": pl.String, "form": pl.String, "name": pl.String, ROW: pl.Int64, "sheet": pl.String}
        )
    )
    contested: dict[str, tuple[int, str, str]] = field(default_factory=dict)
    """Codes that bore entirely different names from the start, with row, sheet and name of the one that differs."""

    def observe(self, identities: pl.DataFrame) -> pl.DataFrame:
        """Take in key, form, name and row of a chunk; return them with the first use of the same key.

        `first_here` says that the first use stands in this very chunk: nothing of that key has been entered yet.
        """
        new = identities.filter(pl.col("key").is_not_null() & (pl.col("form") != ""))
        # Of what went before only the codes of this chunk are wanted; a file may have named a million others.
        met = self.first.join(identities.select("key"), on="key", how="semi", maintain_order="left")
        first = new.select(self.first.columns).unique("key", keep="first", maintain_order=True)
        fresh = first.join(met, on="key", how="anti", maintain_order="left")
        self.first = pl.concat([self.first, fresh])
        told = pl.concat(
            [met.with_columns(pl.lit(False).alias("first_here")), fresh.with_columns(pl.lit(True).alias("first_here"))]
        )
        firsts = told.select(
            "key",
            "first_here",
            *(pl.col(name).alias(f"first_{name.strip('_')}") for name in ("form", "name", ROW, "sheet")),
        )
        return identities.join(firsts, on="key", how="left", maintain_order="left")


def place_words(row: int, sheet: str, here: str) -> str:
    """Return a row's number, with its sheet when it is another one."""
    return str(row) if sheet == here else f"{row}（工作表“{sheet}”）"


@lru_cache(maxsize=100_000)
def _differ(left: str, right: str) -> str:
    """How two names differ; a file repeats the same pairs."""
    return disagreement(left, right)


def check_subjects(
    frame: pl.DataFrame, item: Item, findings: Findings, seen: Seen, known: pl.DataFrame | None
) -> pl.DataFrame:
    """Check who each row is about (主体校验); `frame` has `__key`, `subject_name` and, where told, `subject_kind`."""
    names = (
        frame["subject_name"] if "subject_name" in frame.columns else pl.Series([None] * frame.height, dtype=pl.String)
    )
    untidy = names.str.contains(r"^\s|\s$|[\r\n\t]").fill_null(False)
    for place in places(untidy):
        if display_name(names[place]):
            findings.tell(
                place, "name.cleaned", "subject_name", names[place], severity="notice",
                suggestion=display_name(names[place]),
            )  # fmt: skip
    _check_persons(frame, findings)
    _check_holders(frame, names, findings)
    organisation = frame["__key"].str.starts_with("person:").fill_null(False).not_()
    identities = pl.DataFrame(
        {
            "key": frame["__key"].zip_with(organisation, nulls(frame.height)),
            "form": comparison_column(names),
            "name": names,
            ROW: frame[ROW],
            "sheet": frame["__sheet"],
        }
    )
    _check_within_file(seen.observe(identities), seen, known, findings)
    if known is not None and known.height:
        _check_register(identities, known, item, findings)
    return frame


def _check_persons(frame: pl.DataFrame, findings: Findings) -> None:
    if "subject_kind" not in frame.columns:
        return
    person = (frame["subject_kind"] == "person").fill_null(False)
    if not person.any():
        return
    for code in ORGANISATION_CODES:
        if code in frame.columns:
            for place in places(person & frame[code].str.contains(r"\S")):
                findings.tell(place, "code.on_person", code, frame[code][place])
    for place in places(person & frame["__person"].is_null()):
        if place not in findings.refused:
            findings.tell(place, "person.no_number", "person_id")


def _check_holders(frame: pl.DataFrame, names: pl.Series, findings: Findings) -> None:
    """A code given out to a public body (机关、事业单位) cannot be a company's."""
    odd = frame["__key"].str.starts_with("uscc:1") & display_column(names).str.contains(COMPANY)
    for place in places(odd):
        holder = HOLDERS.get(frame["__key"][place][5:7], HOLDERS["19"])
        findings.tell(
            place, "code.organ_for_company", "uscc", frame["__key"][place][5:], severity="wait", holder=holder
        )


def display_column(names: pl.Series) -> pl.Series:
    """Return names without white space, for looking at their ends."""
    return names.str.replace_all(r"\s+", "")


def _check_within_file(identities: pl.DataFrame, seen: Seen, known: pl.DataFrame | None, findings: Findings) -> None:
    """Find codes that this file uses for several names (一码多名).

    Where the names are entirely different and the store does not say whose the code is, no row of that code is certain,
    the first one neither: all of them wait. Rows of an earlier chunk have been entered by then; there the later wait.
    """
    other = (
        identities["first_form"].is_not_null()
        & (identities["form"] != "")
        & (identities["form"] != identities["first_form"])
    )
    apart: dict[int, tuple[int, str, str]] = {}
    for place in places(other):
        row = identities.row(place, named=True)
        differs = _differ(row["first_name"], row["name"])
        first = (row["first_row"], row["first_sheet"], row["first_name"])
        if differs == "different":
            apart[place] = first
            if row["first_here"]:
                seen.contested.setdefault(row["key"], (row[ROW], row["sheet"], row["name"]))
        elif differs == "variant":
            _tell_other(findings, "code.variant_in_file", place, row, first)
    if seen.contested:
        doubted = identities["key"].is_in(list(seen.contested)) & (identities["form"] != "")
        for place in places(doubted):
            apart.setdefault(place, seen.contested[identities["key"][place]])
    registered = _names_of({identities["key"][place] for place in apart}, known)
    for place in sorted(apart):
        row = identities.row(place, named=True)
        if not _vouched(registered.get(row["key"], ()), row["name"]):
            _tell_other(findings, "code.shared_in_file", place, row, apart[place])


def _tell_other(findings: Findings, code: str, place: int, row: dict[str, Any], other: tuple[int, str, str]) -> None:
    number, sheet, name = other
    findings.tell(
        place, code, "subject_name", row["name"],
        severity="wait" if code == "code.shared_in_file" else "notice",
        other=place_words(number, sheet, row["sheet"]), name=display_name(name),
    )  # fmt: skip


def _names_of(keys: Collection[str], known: pl.DataFrame | None) -> dict[str, list[str]]:
    """Return the names under which the store knows each of these codes (库中名称)."""
    if known is None or not known.height or not keys:
        return {}
    wanted = pl.Series(list(keys), dtype=pl.String).implode()
    return dict(known.filter(pl.col("key").is_in(wanted)).group_by("key").agg("name").iter_rows())


def _vouched(registered: Iterable[str], name: str) -> bool:
    """Tell whether the store already knows a code under this name (库中名称相符)."""
    return any(_differ(known, name) != "different" for known in registered)


def _check_register(identities: pl.DataFrame, known: pl.DataFrame, item: Item, findings: Findings) -> None:
    """Compare with the names the store knows for the code (与登记名称核对)."""
    of_register = item.document_key == ("uscc",)
    agreeing = known.select("key", "form").unique().with_columns(pl.lit(True).alias("agrees"))
    joined = identities.with_row_index("place").join(agreeing, on=["key", "form"], how="left", maintain_order="left")
    doubtful = joined.filter(
        pl.col("agrees").is_null() & pl.col("key").is_in(known["key"].unique().implode()) & (pl.col("form") != "")
    )
    if not doubtful.height:
        return
    of_key = _names_of(doubtful["key"].unique().to_list(), known)
    for place, key, name in doubtful.select("place", "key", "name").iter_rows():
        verdicts = [(_differ(registered, name), registered) for registered in of_key[key]]
        best = min(verdicts, key=lambda each: ("same", "variant", "different").index(each[0]))
        if best[0] == "same":
            continue
        # The register itself may rename a subject; everybody else who differs waits for a person.
        waits = best[0] == "different" and not of_register
        findings.tell(
            place, "code.name_different" if best[0] == "different" else "code.name_variant", "subject_name", name,
            severity="wait" if waits else "notice", registered=display_name(best[1]),
        )  # fmt: skip
