"""Subjects and their names in the store (信用主体与名称): only what is new is written, and no person's name ever."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl
from django.db import connection
from django.db.models import Max

from gongxin.kernel.names import comparison_column
from gongxin.spine.columnar import read_by_keys, write_frame
from gongxin.spine.projections import grams
from gongxin.spine.projections.models import Subject, SubjectName

NAME_LIMIT = 300
SEEN_SCHEMA = {
    "seq": pl.Int64,
    "key": pl.String,
    "name": pl.String,
    "kind": pl.String,
    "region": pl.String,
    "org_type": pl.String,
    "register": pl.Boolean,
}
"""What one act says about its subject: `register` is true where the row comes from the register of subjects itself."""

NAMED_KINDS = ("organisation", "sole-trader")
"""Kinds whose names are public. A row without a code is named only when it says to be one of these: unknown is a person."""

SUBJECT_COLUMNS = ["key", "code", "name", "kind", "region", "org_type", "first_seq", "register_seq"]


@dataclass(frozen=True)
class Known:
    """What the store already holds of the keys in hand (已知主体)."""

    keys: pl.DataFrame
    names: pl.DataFrame


def look_up(keys: pl.Series) -> Known:
    """Read which of these keys and names are known."""
    found = read_by_keys(
        "SELECT s.key, s.register_seq, n.name FROM projections_subject s"
        " LEFT JOIN projections_subjectname n ON n.subject = s.key WHERE s.key IN {keys}",
        keys,
        {"key": pl.String, "register_seq": pl.Int64, "name": pl.String},
    )
    return Known(
        keys=found.select("key", "register_seq").unique("key"),
        names=found.filter(pl.col("name").is_not_null()).select("key", "name"),
    )


def known_subjects(keys: pl.Series | list[str]) -> pl.DataFrame:
    """Return key, name and comparison form of every known name of these keys (已知主体名称); no natural person."""
    series = keys if isinstance(keys, pl.Series) else pl.Series(keys, dtype=pl.String)
    return read_by_keys(
        "SELECT subject, name, form FROM projections_subjectname WHERE subject IN {keys}",
        series,
        {"key": pl.String, "name": pl.String, "form": pl.String},
    )


def enter(seen: pl.DataFrame, known: Known) -> None:
    """Write the subjects and names that are new, in the order of the ledger."""
    seen = _tidy(seen)
    # In the register's own rows the last word counts, elsewhere the first: a later typing slip renames nobody.
    chosen = seen.sort("seq").group_by("key", maintain_order=True).agg(
        pl.col("seq").min().alias("first_seq"),
        pl.col("seq").filter("register").max().alias("register_seq"),
        *(
            pl.when(pl.col("register").any())
            .then(pl.col(column).filter("register").last())
            .otherwise(pl.col(column).first())
            .alias(column)
            for column in ("name", "kind", "region", "org_type")
        ),
    )  # fmt: skip
    new = chosen.join(known.keys, on="key", how="anti", maintain_order="left")
    write_frame("projections_subject", _with_code(new).select(SUBJECT_COLUMNS))
    again = chosen.join(known.keys.rename({"register_seq": "before"}), on="key", how="inner", maintain_order="left")
    _rename(again.filter(pl.col("register_seq").is_not_null()))
    _enter_names(seen, known)


def forget(keys: list[str]) -> None:
    """Forget these subjects and their names, so that they can be drawn anew from what the ledger still holds."""
    names = list(SubjectName.objects.filter(subject__in=keys).values_list("id", "plain"))
    if names:
        forms = pl.Series([plain for _, plain in names], dtype=pl.String)
        grams.forget_names(connection, [number for number, _ in names], forms)
    SubjectName.objects.filter(subject__in=keys).delete()
    Subject.objects.filter(key__in=keys).delete()


def _tidy(seen: pl.DataFrame) -> pl.DataFrame:
    """Fill what is missing, and take away every name of a natural person."""
    named = pl.col("kind").is_in(NAMED_KINDS)
    coded = ~pl.col("key").str.contains("^(?:person|row):")
    person = ~named & ~(coded & (pl.col("kind") == ""))
    return seen.with_columns(
        pl.col("kind", "org_type", "name", "region").fill_null("").str.slice(0, NAME_LIMIT)
    ).with_columns(
        pl.when(person).then(pl.lit("")).otherwise(pl.col("name")).alias("name"),
        pl.when(pl.col("key").str.starts_with("person:"))
        .then(pl.lit("person"))
        .otherwise(pl.col("kind"))
        .alias("kind"),
        pl.when(person).then(pl.lit("")).otherwise(pl.col("region")).alias("region"),
    )


def _with_code(subjects: pl.DataFrame) -> pl.DataFrame:
    code = pl.col("key").str.extract(r"^(?:uscc|regno|orgcode):(.*)$").fill_null("")
    division = pl.when(pl.col("key").str.starts_with("uscc:")).then(code.str.slice(2, 6)).otherwise(pl.lit(""))
    return subjects.with_columns(
        code.alias("code"),
        pl.when(pl.col("region") == "").then(division).otherwise(pl.col("region").str.slice(0, 20)).alias("region"),
        pl.col("kind").str.slice(0, 20),
        pl.col("org_type").str.slice(0, 100),
    )


def _rename(registered: pl.DataFrame) -> None:
    if registered.is_empty():
        return
    registered = _with_code(registered)
    rows = list(registered.select("name", "kind", "region", "org_type", "register_seq", "key").iter_rows())
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE projections_subject SET name = %s, kind = %s, region = %s, org_type = %s, register_seq = %s"
            " WHERE key = %s",
            rows,
        )


def _enter_names(seen: pl.DataFrame, known: Known) -> None:
    pairs = seen.filter(pl.col("name") != "").sort("seq").unique(["key", "name"], keep="first", maintain_order=True)
    new = pairs.join(known.names, on=["key", "name"], how="anti", maintain_order="left")
    if new.is_empty():
        return
    first = (SubjectName.objects.aggregate(last=Max("id"))["last"] or 0) + 1
    forms = grams.plain_column(new["name"]).str.slice(0, NAME_LIMIT)
    rows = pl.DataFrame(
        [
            pl.Series("id", range(first, first + new.height), dtype=pl.Int64),
            new["key"].alias("subject"),
            new["name"],
            comparison_column(new["name"]).str.slice(0, NAME_LIMIT).alias("form"),
            forms.alias("plain"),
            new["seq"].alias("first_seq"),
        ]
    )
    if connection.vendor == "postgresql":
        rows = rows.with_columns(grams.array_texts(forms).alias("grams"))
    write_frame("projections_subjectname", rows)
    grams.index_names(connection, rows["id"].to_list(), forms)
