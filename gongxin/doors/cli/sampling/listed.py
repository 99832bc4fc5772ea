"""Entries on lists of serious dishonesty the city's court and bureaux hand in (名单条目): decided, served, in effect."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import numpy as np
import polars as pl

from gongxin.doors.cli.sampling.chance import Numbers
from gongxin.doors.cli.sampling.city import City
from gongxin.doors.cli.sampling.records import concerned_in, days_of, of_kinds

SERVED_AFTER = 3
"""Days between the decision and its service."""
UNPROVED = 0.12
"""Share of rows whose proof of service was forgotten; they wait."""


def listings(city: City, index: Numbers, bodies: Sequence[str] = ("court", "labour", "emergency")) -> pl.DataFrame:
    """Return entries on the lists of these bodies (严重失信主体名单), some without their proof of service."""
    kinds = [kind for kind in city.words["listings"] if kind["body"] in bodies]
    stream = "listings." + ".".join(bodies)
    which = city.chance.weighted(f"{stream}.kind", index, [kind["weight"] for kind in kinds])
    decided = days_of(city, stream, index)
    today = np.datetime64(city.today, "D")
    served = np.minimum(decided.to_numpy() + np.timedelta64(SERVED_AFTER, "D"), today)
    day = pl.Series(served).dt.strftime("%Y-%m-%d")
    forgotten = pl.Series(city.chance.happens(f"{stream}.unproved", index, 0 if city.clean else UNPROVED))
    number = [
        kinds[kind]["document"].format(year=on.year, number=row + 1)
        for row, (kind, on) in enumerate(zip(which.tolist(), decided.to_list(), strict=True))
    ]
    proof = pl.Series([f"送达回证 {each}" for each in number], dtype=pl.String)
    return (
        concerned_in(city, stream, index)
        .select("subject_name", "uscc")
        .with_columns(
            list=of_kinds(kinds, "list", which),
            facts=of_kinds(kinds, "facts", which),
            basis=of_kinds(kinds, "basis", which),
            document_name=of_kinds(kinds, "title", which),
            document_no=pl.Series(number, dtype=pl.String),
            decided_on=decided.dt.strftime("%Y-%m-%d"),
            served_on=day,
            effective_on=day,
            authority=pl.Series([city.bodies[kinds[kind]["body"]]["name"] for kind in which.tolist()], dtype=pl.String),
            exit_conditions=of_kinds(kinds, "exit", which),
            proof_of_service=pl.select(pl.when(forgotten).then(pl.lit("")).otherwise(proof)).to_series(),
        )
    )


def of_a_body(city: City, body: str) -> pl.DataFrame:
    """Return one entry about one of the city's own bodies (机关事业单位被列入), which the daily comparison must find."""
    frame = listings(city, np.arange(1, dtype=np.int64), ("court",))
    decided, served = (city.today - timedelta(days=days) for days in (20, 17))
    return frame.with_columns(
        subject_name=pl.lit(city.bodies[body]["name"]),
        uscc=pl.lit(city.bodies[body]["code"]),
        document_no=pl.lit(f"（{city.today.year}）平执字第0001号"),
        list=pl.lit("失信被执行人名单"),
        decided_on=pl.lit(decided.isoformat()),
        served_on=pl.lit(served.isoformat()),
        effective_on=pl.lit(served.isoformat()),
        proof_of_service=pl.lit("送达回证 平执1号"),
    )
