"""What departments record about subjects (各类记录), by canonical fields: penalties, licences, honours and the rest.

Row number n of an item is the same record wherever it is asked for. Dates are laid out from the day the files are
sent, so that at any time some terms run, some are about to end and some have ended.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from gongxin.doors.cli.sampling.chance import Numbers, taken
from gongxin.doors.cli.sampling.city import City
from gongxin.doors.cli.sampling.sending import Rhythm, sendings
from gongxin.doors.cli.sampling.subjects import identity_numbers, people, subjects
from gongxin.kernel.terms import add_months, add_months_column

Days = npt.NDArray[np.datetime64]

PERSONS = 0.04
"""The share of penalties that concern natural persons; their records are never public."""


def concerned_in(city: City, stream: str, index: Numbers) -> pl.DataFrame:
    """Return for each row its subject; a few subjects are met again and again."""
    often = city.chance.happens(f"{stream}.often", index, 0.3)
    number = city.chance.below(f"{stream}.subject", index, city.subjects)
    return subjects(city, np.where(often, number // 20, number))


def days_of(city: City, stream: str, index: Numbers, *, recent: bool = False) -> pl.Series:
    """Return for each row the day it was decided on, never a weekend."""
    spread = city.words["spread"]
    today = np.datetime64(city.today, "D")
    back = 1 + city.chance.below(f"{stream}.days", index, spread["recent"] if recent else spread["days"])
    days = today - back.astype("timedelta64[D]")
    if not recent:
        marks = np.array([add_months(city.today, -months) for months in spread["anniversaries"]], dtype="datetime64[D]")
        around = city.chance.below(f"{stream}.around", index, 2 * spread["around"]) - spread["around"]
        near = marks[city.chance.below(f"{stream}.mark", index, len(marks))] + around.astype("timedelta64[D]")
        days = np.where(city.chance.happens(f"{stream}.near", index, 0.08), near, days)
    weekday = (days.astype(np.int64) + 3) % 7
    return pl.Series(days - np.maximum(weekday - 4, 0).astype("timedelta64[D]"))


def _sent(
    city: City, stream: str, index: Numbers, decided: pl.Series, rhythm: Rhythm | None
) -> tuple[pl.Series, pl.Series]:
    """Return decision and sending days: without a rhythm everything is sent today, as one file."""
    if rhythm is None:
        return decided, pl.Series([city.today], dtype=pl.Date).new_from_index(0, len(index))
    days, sent = sendings(city, stream, index, decided.to_numpy().astype("datetime64[D]"), rhythm)
    weekday = (days.astype(np.int64) + 3) % 7
    return pl.Series(days - np.maximum(weekday - 4, 0).astype("timedelta64[D]")), pl.Series(sent)


def of_kinds(kinds: Sequence[Mapping[str, Any]], key: str, which: Numbers, otherwise: str = "") -> pl.Series:
    return taken([str(kind.get(key, otherwise)) for kind in kinds], which)


def _body(city: City, kinds: Sequence[Mapping[str, Any]], which: Numbers, key: str) -> pl.Series:
    return taken([city.bodies[kind["body"]][key] for kind in kinds], which)


def _amounts(city: City, stream: str, kinds: Sequence[Mapping[str, Any]], which: Numbers, index: Numbers) -> Numbers:
    """Return a round amount in yuan between the bounds of each kind, small ones likelier; 0 where a kind has none."""
    bounds = np.array([kind.get(stream, [0, 0]) for kind in kinds], dtype=np.float64)[which]
    share = city.chance.unit(stream, index)
    ratio = np.divide(bounds[:, 1], bounds[:, 0], out=np.ones(len(index)), where=bounds[:, 0] > 0)
    amount = bounds[:, 0] * ratio**share
    step = np.where(amount >= 10_000, 500, np.where(amount >= 1000, 100, 10))
    rounded: Numbers = (np.round(amount / step) * step).astype(np.int64)
    return rounded


def _wan(column: str) -> pl.Expr:
    """An amount in units of ten thousand yuan, written without needless zeros."""
    yuan = pl.col(column)
    text = (yuan // 10_000).cast(pl.String) + "." + (yuan % 10_000).cast(pl.String).str.zfill(4)
    return pl.when(yuan > 0).then(text.str.strip_chars_end("0").str.strip_chars_end(".")).otherwise(pl.lit(""))


def _numbered(mark: pl.Series, days: pl.Series, index: Numbers) -> pl.Series:
    return mark + "〔" + days.dt.year().cast(pl.String) + "〕" + pl.Series(index + 1).cast(pl.String) + "号"


def penalties(
    city: City,
    index: Numbers,
    *,
    only: Callable[[Mapping[str, Any]], bool] | None = None,
    recent: bool = False,
    rhythm: Rhythm | None = None,
) -> pl.DataFrame:
    """Return penalties (行政处罚); with `only`, those of some departments; with `recent`, of the last weeks."""
    kinds = [kind for kind in city.words["penalties"] if only is None or only(kind)]
    which = city.chance.weighted("penalty.kind", index, [kind["weight"] for kind in kinds])
    concerned = concerned_in(city, "penalty", index)
    decided, sent = _sent(city, "penalty", index, days_of(city, "penalty", index, recent=recent), rhythm)
    found = decided.dt.offset_by("-1d").dt.strftime("%Y年%-m月%-d日")
    frame = concerned.select("subject_name", "subject_kind", "uscc", "regno", "orgcode", "legal_rep").with_columns(
        taxno=pl.when(pl.Series(city.chance.happens("penalty.taxno", index, 0.6))).then("uscc").otherwise(pl.lit("")),
        institution_no=pl.lit(""),
        society_no=pl.lit(""),
        person_id_kind=pl.lit(""),
        person_id=pl.lit(""),
        document_no=_numbered(of_kinds(kinds, "mark", which), decided, index),
        violation=of_kinds(kinds, "violation", which),
        facts=found
        + "，本机关执法人员现场检查时发现，当事人"
        + of_kinds(kinds, "facts", which)
        + "，以上事实有现场检查笔录为证。",
        basis=of_kinds(kinds, "basis", which),
        penalty_kinds=of_kinds(kinds, "kinds", which),
        fine=pl.Series(_amounts(city, "fine", kinds, which, index)),
        taken=pl.Series(_amounts(city, "taken", kinds, which, index)),
        warned=of_kinds(kinds, "kinds", which).str.contains("警告"),
        criticised=of_kinds(kinds, "kinds", which).str.contains("通报批评"),
        order=of_kinds(kinds, "order", which),
        licence=of_kinds(kinds, "licence", which),
        decided_on=decided,
        authority=_body(city, kinds, which, "name"),
        authority_code=_body(city, kinds, which, "code"),
        remark=pl.lit(""),
        sent_on=sent.dt.strftime("%Y-%m-%d"),
    )
    nothing = pl.lit("")
    frame = frame.with_columns(
        penalty_content=pl.concat_str(
            pl.when("warned").then(pl.lit("警告；")).otherwise(nothing),
            pl.when("criticised").then(pl.lit("通报批评；")).otherwise(nothing),
            pl.when(pl.col("fine") > 0)
            .then(pl.concat_str(pl.lit("罚款人民币"), pl.col("fine"), pl.lit("元；")))
            .otherwise(nothing),
            pl.when(pl.col("taken") > 0)
            .then(pl.concat_str(pl.lit("没收违法所得"), pl.col("taken"), pl.lit("元；")))
            .otherwise(nothing),
            pl.when(pl.col("order") != "").then(pl.col("order") + "；").otherwise(nothing),
            pl.when(pl.col("licence") != "").then(_affected("licence", "penalty_kinds")).otherwise(nothing),
        ).str.strip_chars_end("；"),
        licence_affected=pl.when(pl.col("licence") != "")
        .then(pl.col("licence") + pl.lit("（平陵）第") + pl.Series(index % 9973 + 1).cast(pl.String) + "号")
        .otherwise(nothing),
        fine_wan=_wan("fine"),
        confiscated_wan=_wan("taken"),
        source=pl.col("authority"),
        source_code=pl.col("authority_code"),
        decided_on=pl.col("decided_on").dt.strftime("%Y-%m-%d"),
        valid_until=nothing,
        reported_display_until=nothing,
    )
    frame = frame.drop("fine", "taken", "warned", "criticised", "order", "licence")
    return _with_persons(city, frame, index)


def _affected(licence: str, kinds: str) -> pl.Expr:
    verb = pl.when(pl.col(kinds).str.contains("降低")).then(pl.lit("降低资质等级：")).otherwise(pl.lit("吊销"))
    return pl.concat_str(verb, pl.col(licence), pl.lit("；"))


def _with_persons(city: City, frame: pl.DataFrame, index: Numbers) -> pl.DataFrame:
    """Some penalties concern natural persons: a name and a number, no organisation's code."""
    person = city.chance.happens("penalty.person", index, PERSONS)
    rows = np.flatnonzero(person)
    if not len(rows):
        return frame
    kinds = city.words["person_violations"]
    which = city.chance.weighted("person.kind", index, [kind["weight"] for kind in kinds])
    told = {
        "subject_name": people(city, "person", index),
        "violation": of_kinds(kinds, "violation", which),
        "basis": of_kinds(kinds, "basis", which),
        "penalty_kinds": of_kinds(kinds, "kinds", which),
        "person_id": pl.Series(identity_numbers(city, "person", index)),
        "authority": _body(city, kinds, which, "name"),
        "authority_code": _body(city, kinds, which, "code"),
        "source": _body(city, kinds, which, "name"),
        "source_code": _body(city, kinds, which, "code"),
    }
    amount = _amounts(city, "fine", kinds, which, index)
    fined = pl.Series(amount > 0)
    text = pl.Series(amount).cast(pl.String)
    told["penalty_content"] = ("罚款人民币" + text + "元").zip_with(
        fined, pl.Series(["警告"]).new_from_index(0, len(index))
    )
    told["fine_wan"] = pl.DataFrame({"fine": amount}).select(_wan("fine")).to_series()
    plain = {"subject_kind": "自然人", "person_id_kind": "身份证"}
    emptied = ("uscc", "regno", "orgcode", "taxno", "legal_rep", "confiscated_wan", "licence_affected")
    chosen = pl.Series(person)
    return frame.with_columns(
        *(pl.when(chosen).then(value).otherwise(pl.col(name)).alias(name) for name, value in told.items()),
        *(pl.when(chosen).then(pl.lit(value)).otherwise(pl.col(name)).alias(name) for name, value in plain.items()),
        *(pl.when(chosen).then(pl.lit("")).otherwise(pl.col(name)).alias(name) for name in emptied),
        facts=pl.when(chosen)
        .then(pl.lit("当事人") + of_kinds(kinds, "facts", which) + "，现场查获。")
        .otherwise(pl.col("facts")),
    )


def licences(city: City, index: Numbers, *, recent: bool = False, rhythm: Rhythm | None = None) -> pl.DataFrame:
    """Return licences (行政许可)."""
    kinds = city.words["licences"]
    which = city.chance.weighted("licence.kind", index, [kind["weight"] for kind in kinds])
    decided, sent = _sent(city, "licence", index, days_of(city, "licence", index, recent=recent), rhythm)
    years = pl.Series(np.array([kind["years"] for kind in kinds], dtype=np.int64)[which])
    until = add_months_column(decided, years * 12).dt.offset_by("-1d").dt.strftime("%Y-%m-%d")
    lasting = pl.Series(["2099-12-31"]).new_from_index(0, len(index))
    number = pl.lit("PL") + pl.Series(index + 100_001).cast(pl.String)
    return (
        concerned_in(city, "licence", index)
        .select("subject_name", "subject_kind", "uscc", "regno", "orgcode", "legal_rep")
        .with_columns(
            document_name=of_kinds(kinds, "document", which),
            document_no=_numbered(of_kinds(kinds, "mark", which), decided, index),
            licence_kind=of_kinds(kinds, "kind", which),
            certificate_name=of_kinds(kinds, "certificate", which),
            licence_no=number,
            licence_content=of_kinds(kinds, "content", which),
            decided_on=decided.dt.strftime("%Y-%m-%d"),
            valid_from=decided.dt.strftime("%Y-%m-%d"),
            valid_until=until.zip_with(years > 0, lasting),
            authority=_body(city, kinds, which, "name"),
            authority_code=_body(city, kinds, which, "code"),
            status=pl.lit("有效"),
            source=_body(city, kinds, which, "name"),
            source_code=_body(city, kinds, which, "code"),
            remark=pl.lit(""),
            sent_on=sent.dt.strftime("%Y-%m-%d"),
        )
    )


def honours(city: City, index: Numbers) -> pl.DataFrame:
    """Return honours (诚实守信荣誉)."""
    kinds = city.words["honours"]
    which = city.chance.weighted("honour.kind", index, [kind["weight"] for kind in kinds])
    decided = days_of(city, "honour", index)
    years = pl.Series(np.array([kind["years"] for kind in kinds], dtype=np.int64)[which])
    return (
        concerned_in(city, "honour", index)
        .select("subject_name", "uscc")
        .with_columns(
            honour_name=of_kinds(kinds, "name", which),
            level=of_kinds(kinds, "level", which),
            period=(decided.dt.year() - 1).cast(pl.String) + "年度",
            decided_on=decided.dt.strftime("%Y-%m-%d"),
            valid_until=add_months_column(decided, years * 12).dt.strftime("%Y-%m-%d"),
            authority=_body(city, kinds, which, "name"),
            authority_code=_body(city, kinds, which, "code"),
        )
    )


def commitments(city: City, index: Numbers) -> pl.DataFrame:
    """Return commitments (信用承诺); those whose day has come are performed, mostly."""
    kinds = city.words["commitments"]
    which = city.chance.weighted("commitment.kind", index, [kind["weight"] for kind in kinds])
    decided = days_of(city, "commitment", index)
    allowed = np.array([kind["days"] for kind in kinds], dtype=np.int64)[which].astype("timedelta64[D]")
    due = decided.to_numpy() + allowed
    past = due < np.datetime64(city.today, "D")
    broken = city.chance.happens("commitment.broken", index, 0.08)
    done = past & ~broken
    on = pl.Series(due - np.minimum(allowed, np.timedelta64(9, "D"))).dt.strftime("%Y-%m-%d")
    return (
        concerned_in(city, "commitment", index)
        .select("subject_name", "subject_kind", "uscc")
        .with_columns(
            commitment_kind=of_kinds(kinds, "kind", which),
            commitment_content=of_kinds(kinds, "content", which),
            document_no=pl.lit("CN") + pl.Series(index + 500_001).cast(pl.String),
            decided_on=decided.dt.strftime("%Y-%m-%d"),
            due_on=pl.Series(due).dt.strftime("%Y-%m-%d"),
            performed=taken(["履行中", "未履行", "全部履行"], past.astype(np.int64) + done),
            performed_on=on.zip_with(pl.Series(done), pl.Series([""]).new_from_index(0, len(index))),
            authority=_body(city, kinds, which, "name"),
            authority_code=_body(city, kinds, which, "code"),
        )
    )


def government_promises(city: City) -> pl.DataFrame:
    """Return what the city's own organs have promised (政府承诺): seven, kept, broken and under way, around today."""
    credit = city.bodies["credit"]

    def day(promise: Mapping[str, Any], name: str) -> str:
        return (city.today + timedelta(days=promise[name])).isoformat() if name in promise else ""

    return pl.DataFrame(
        [
            {
                "subject_name": city.bodies[promise["body"]]["name"],
                "subject_kind": "法人及非法人组织",
                "uscc": city.bodies[promise["body"]]["code"],
                "commitment_kind": "主动型",
                "commitment_content": promise["content"],
                "document_no": f"ZC{number:04d}",
                "decided_on": day(promise, "made"),
                "due_on": day(promise, "due"),
                "performed": promise["state"],
                "performed_on": day(promise, "done"),
                "authority": credit["name"],
                "authority_code": credit["code"],
            }
            for number, promise in enumerate(city.words["government_promises"], start=1)
        ]
    )


def abnormal(city: City, index: Numbers) -> pl.DataFrame:
    """Return entries on the list of abnormal operation (经营异常名录), a third of them removed again."""
    kinds = city.words["abnormal"]
    which = city.chance.weighted("abnormal.kind", index, [kind["weight"] for kind in kinds])
    decided = days_of(city, "abnormal", index)
    age = (np.datetime64(city.today, "D") - decided.to_numpy()).astype(np.int64)
    removed = city.chance.happens("abnormal.removed", index, 0.35) & (age > 60)
    later = city.chance.below("abnormal.later", index, 50) + 5
    removed_on = pl.Series(decided.to_numpy() + later.astype("timedelta64[D]")).dt.strftime("%Y-%m-%d")
    nothing = pl.Series([""]).new_from_index(0, len(index))
    chosen = pl.Series(removed)
    market = city.bodies["market"]
    return (
        concerned_in(city, "abnormal", index)
        .select("subject_name", "uscc", "regno")
        .with_columns(
            reason=of_kinds(kinds, "reason", which),
            basis=of_kinds(kinds, "basis", which),
            document_no=_numbered(taken(["平市监异"], np.zeros(len(index), dtype=np.int64)), decided, index),
            decided_on=decided.dt.strftime("%Y-%m-%d"),
            authority=pl.lit(market["name"]),
            removed_on=removed_on.zip_with(chosen, nothing),
            removal_reason=pl.when(chosen).then(pl.lit(city.words["removal"])).otherwise(pl.lit("")),
        )
    )


def procurement(city: City, index: Numbers) -> pl.DataFrame:
    """Return serious violations in government procurement (政府采购严重违法失信行为记录)."""
    kinds, bans = city.words["procurement"], city.words["bans"]
    which = city.chance.weighted("procurement.kind", index, [kind["weight"] for kind in kinds])
    decided = days_of(city, "procurement", index)
    ban = city.chance.below("procurement.ban", index, len(bans))
    fine = 1000 + city.chance.below("procurement.fine", index, 400) * 85
    content = [bans[form].format(fine=amount) for form, amount in zip(ban.tolist(), fine.tolist(), strict=True)]
    return (
        concerned_in(city, "procurement", index)
        .select("subject_name", "uscc", "address")
        .with_columns(
            violation=of_kinds(kinds, "violation", which),
            penalty_content=pl.Series(content, dtype=pl.String),
            basis=of_kinds(kinds, "basis", which),
            decided_on=decided.dt.strftime("%Y-%m-%d"),
            announced_on=decided.dt.offset_by("6d").dt.strftime("%Y-%m-%d"),
            authority=pl.lit(city.bodies["finance"]["name"]),
        )
    )


def registrations(city: City, index: Numbers) -> pl.DataFrame:
    """Return the register of subjects (登记注册基本信息)."""
    return (
        subjects(city, index)
        .drop("number", "subject_kind", "orgcode")
        .with_columns(
            established_on=pl.col("established_on").dt.strftime("%Y-%m-%d"),
            authority=pl.lit(city.bodies["market"]["name"]),
        )
    )
