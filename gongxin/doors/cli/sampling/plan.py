"""Which files the city's departments send (报送文件): a small city's mess, or one large plain file for each item."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from gongxin.doors.cli.sampling import files, listed, records, templates
from gongxin.doors.cli.sampling.chance import Numbers
from gongxin.doors.cli.sampling.city import City
from gongxin.doors.cli.sampling.mess import spoil
from gongxin.doors.cli.sampling.sending import SENT_ON, Rhythm, parts, register_days
from gongxin.kernel.sentences import sentence

PIECE = 50_000
"""Rows made and written at a time; this bounds memory whatever the scale."""

Make = Callable[[City, Numbers], pl.DataFrame]
ITEMS: Mapping[str, tuple[Make, Mapping[str, str], float]] = {
    "registration": (records.registrations, templates.REGISTRATION, 1.0),
    "penalty": (records.penalties, templates.PENALTY, 0.4),
    "licence": (records.licences, templates.LICENCE, 0.35),
    "honour": (records.honours, templates.HONOUR, 0.06),
    "commitment": (records.commitments, templates.COMMITMENT, 0.15),
    "abnormal-operation": (records.abnormal, templates.ABNORMAL, 0.04),
    "procurement-violation": (records.procurement, templates.PROCUREMENT, 0.01),
    "list-entry": (listed.listings, templates.LISTED, 0.008),
}
"""Each item's maker, its headings, and how many records it has for one subject."""


@dataclass(frozen=True)
class Sent:
    """One file sent (报送文件): what it holds and who sends it, as `files.json` tells the demo."""

    file: str
    item: str
    provider: str
    rows: int
    note: str
    received: str = ""
    """The day it is received on; empty says the day the city is told on."""


RHYTHMS = {
    "eco": Rhythm(last=3, prompt=0.93),
    "market": Rhythm(last=17, prompt=0.72),
    "others": Rhythm(last=9, prompt=0.84),
    "approval": Rhythm(last=6, prompt=0.95),
}
"""How the departments send: the market bureau's old system brings much of it too late."""


def rows_of(item: str, city: City, penalties: int | None) -> int:
    """Return how many records of an item the city has."""
    if item == "penalty" and penalties is not None:
        return penalties
    return max(1, round(city.subjects * ITEMS[item][2]))


def pieces(city: City, item: str, count: int) -> Iterator[pl.DataFrame]:
    """Yield an item's rows under the headings of its template, piece by piece."""
    make, headings, _ = ITEMS[item]
    for start in range(0, count, PIECE):
        index = np.arange(start, min(start + PIECE, count), dtype=np.int64)
        frame = make(city, index)
        if not city.clean and item != "registration":
            frame = spoil(city, item, frame, index)
        yield files.headed(frame, headings)


def write_plain(city: City, folder: Path, items: Sequence[str], form: str, penalties: int | None = None) -> list[Sent]:
    """Write one plain file for each item: heading in the first row, present template, few slips or none."""
    sent = []
    for item in items:
        frames = pieces(city, item, rows_of(item, city, penalties))
        path = folder / f"{item}.{form}"
        if form == "csv":
            rows = files.write_csv(path, frames)
        elif form == "parquet":
            rows = files.write_parquet(path, frames, list(ITEMS[item][1].values()))
        else:
            rows = files.write_plain_workbook(path, frames, "Sheet1")
        sent.append(Sent(path.name, item, city.bodies["credit"]["code"], rows, sentence("单一文件", "one file")))
    return _told(folder, sent)


def write_city(city: City, folder: Path, penalties: int | None = None) -> list[Sent]:
    """Write what the departments send: several templates, encodings and layouts, messy unless the city is clean."""
    count = rows_of("penalty", city, penalties)
    sent = [
        *_register(city, folder),
        *_penalty_book(city, folder, count),
        *_old_penalties(city, folder, count),
        *_own_words(city, folder, count),
        _recent(city, folder, count),
        *_again(city, folder),
        *_licence_book(city, folder),
        *_lists(city, folder),
        _promises(city, folder),
    ]
    return _told(folder, sent)


def _told(folder: Path, sent: list[Sent]) -> list[Sent]:
    text = json.dumps([asdict(each) for each in sent], ensure_ascii=False, indent=2)
    (folder / "files.json").write_text(text + "\n", encoding="utf-8")
    return sent


def _code(city: City, body: str) -> str:
    return city.bodies[body]["code"]


def _rows(city: City, item: str, frame: pl.DataFrame, index: Numbers, heavily: int = 6) -> pl.DataFrame:
    return frame if city.clean else spoil(city, item, frame, index, heavily=heavily)


def _range(start: int, count: int) -> Numbers:
    return np.arange(start, start + max(count, 1), dtype=np.int64)


def _from(*bodies: str) -> Callable[[Mapping[str, Any]], bool]:
    return lambda kind: kind["body"] in bodies


def _register(city: City, folder: Path) -> list[Sent]:
    """The register: what stood in it long ago, and each year what was founded since."""
    sent, after = [], date.min
    for day in register_days(city):
        path = folder / f"市场监督管理局-登记注册信息{'' if day == city.today else f'-{day:%Y-%m}'}.csv"
        frames = (
            files.headed(piece.filter(_founded(after, day)), templates.REGISTRATION)
            for start in range(0, city.subjects, PIECE)
            for piece in [records.registrations(city, _range(start, min(PIECE, city.subjects - start)))]
        )
        rows = files.write_csv(path, frames, encoding="utf-8-sig")
        if rows:
            code = _code(city, "market")
            sent.append(
                Sent(
                    path.name,
                    "registration",
                    code,
                    rows,
                    sentence("主体登记库，UTF-8 带 BOM", "register of subjects, UTF-8 with BOM"),
                    day.isoformat(),
                )
            )
        else:
            path.unlink()
        after = day
    return sent


def _founded(after: date, day: date) -> pl.Expr:
    founded = pl.col("established_on").str.to_date("%Y-%m-%d")
    return (founded > after) & (founded <= day)


def _penalty_book(city: City, folder: Path, count: int) -> list[Sent]:
    """The present template as a workbook with title, notes and total."""
    index = _range(0, count // 6)
    frame = records.penalties(city, index, only=_from("eco"), rhythm=RHYTHMS["eco"])
    frame = _rows(city, "penalty.eco", frame, index)
    frame = frame.filter(pl.col("authority") == city.bodies["eco"]["name"])
    sent = []
    for path, day, part in parts(frame, folder / "生态环境局-行政处罚.xlsx", city.today):
        rows = files.write_workbook(
            path,
            [("行政处罚", files.headed(part, templates.PENALTY))],
            title="平陵市生态环境局行政处罚信息公示表",
            footer=f"填表人：周明远    填表日期：{day:%Y年%m月%d日}",
        )
        note = sentence(
            "现行模板，表头上有标题和说明，末尾有合计", "present template, title and notes above, totals below"
        )
        sent.append(Sent(path.name, "penalty", _code(city, "eco"), rows, note, day.isoformat()))
    return sent


_OLD_KINDS = {"警告": "1", "罚款": "2", "没收": "3", "责令": "4", "吊销": "5", "降低": "5"}


def _old_penalties(city: City, folder: Path, count: int) -> list[Sent]:
    """The template of 2016 under its field codes, in GBK, as an older system still exports it."""
    index = _range(1_000_000, count // 4)
    frame = records.penalties(city, index, only=_from("market"), rhythm=RHYTHMS["market"])
    frame = frame.filter(pl.col("authority") == city.bodies["market"]["name"])
    frame = _rows(city, "penalty.market", frame, index[: frame.height])
    kinds = [[code for word, code in _OLD_KINDS.items() if word in said] or ["9"] for said in frame["penalty_kinds"]]
    frame = frame.with_columns(
        first_kind=pl.Series([codes[0] for codes in kinds], dtype=pl.String),
        second_kind=pl.Series([codes[1] if len(codes) > 1 else "" for codes in kinds], dtype=pl.String),
        status=pl.lit("0"),
        local_code=pl.lit(city.region),
        updated_at=pl.col(SENT_ON).str.replace_all("-", "/") + " 08:00:00",
    )
    sent = []
    for path, day, part in parts(frame, folder / "市场监督管理局-行政处罚（旧系统导出）.csv", city.today):
        rows = files.write_csv(path, [files.headed(part, templates.PENALTY_CODES)], encoding="gbk")
        note = sentence("2016年旧模板，表头为字段代码，GBK 编码", "template of 2016, codes as headings, GBK")
        sent.append(Sent(path.name, "penalty", _code(city, "market"), rows, note, day.isoformat()))
    return sent


def _own_words(city: City, folder: Path, count: int) -> list[Sent]:
    """Headings in the departments' own words, one file for each of the others."""
    sent = []
    bodies = ("emergency", "transport", "housing", "labour", "urban", "health", "culture", "agriculture", "tax")
    index = _range(2_000_000, count // 2)
    frame = records.penalties(city, index, only=_from(*bodies), rhythm=RHYTHMS["others"])
    frame = _rows(city, "penalty.others", frame, index)
    for body in bodies:
        path = (
            folder
            / f"{city.bodies[body]['name'].removeprefix(city.name).removeprefix('国家税务总局平陵市')}-处罚台账.csv"
        )
        own = frame.filter(pl.col("source") == city.bodies[body]["name"])
        encoding = "gb18030" if body in ("transport", "urban") else "utf-8"
        note = sentence(
            "部门自拟表头，{encoding} 编码", "the department's own headings, {encoding}", encoding=encoding.upper()
        )
        for named, day, part in parts(own, path, city.today):
            rows = files.write_csv(named, [files.headed(part, templates.PENALTY_OWN_WORDS)], encoding=encoding)
            sent.append(Sent(named.name, "penalty", _code(city, body), rows, note, day.isoformat()))
    return sent


def _recent(city: City, folder: Path, count: int) -> Sent:
    """What was decided in the last weeks: some of it reported in time, some late."""
    path = folder / f"应急管理局-{city.today.month}月报送.xlsx"
    index = _range(3_000_000, max(count // 20, 12))
    frame = records.penalties(city, index, only=_from("emergency"), recent=True)
    frame = frame.filter(pl.col("authority") == city.bodies["emergency"]["name"])
    month = f"{city.today:%Y-%m}"
    this, before = (files.headed(part, templates.PENALTY) for part in _split(frame, month))
    rows = files.write_workbook(
        path,
        [("本月", this), ("上月补报", before)],
        title="平陵市应急管理局双公示信息报送表",
        footer="联系人：双公示专员",
    )
    return Sent(path.name, "penalty", _code(city, "emergency"), rows, "两个工作表，近期决定，部分迟报")


def _split(frame: pl.DataFrame, month: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    inside = pl.col("decided_on").str.starts_with(month)
    return frame.filter(inside), frame.filter(~inside)


def _again(city: City, folder: Path) -> list[Sent]:
    """A part of the ecology bureau's rows once more, some of them corrected: sent again without harm."""
    if city.clean:
        return []
    path = folder / "生态环境局-行政处罚-更正.csv"
    index = _range(0, max(rows_of("penalty", city, None) // 6 // 10, 5))
    frame = records.penalties(city, index, only=_from("eco"), rhythm=RHYTHMS["eco"])
    frame = frame.filter(pl.col("authority") == city.bodies["eco"]["name"])
    corrected = pl.int_range(pl.len()) % 3 == 0
    frame = frame.with_columns(
        facts=pl.when(corrected).then(pl.col("facts") + "（更正：补充现场照片编号）").otherwise(pl.col("facts"))
    )
    rows = files.write_csv(path, [files.headed(frame, templates.PENALTY)])
    return [Sent(path.name, "penalty", _code(city, "eco"), rows, "重复报送，三分之一有更正")]


def _licence_book(city: City, folder: Path) -> list[Sent]:
    index = _range(0, rows_of("licence", city, None))
    frame = _rows(city, "licence", records.licences(city, index, rhythm=RHYTHMS["approval"]), index, heavily=3)
    frame = frame.filter(pl.col("authority") == city.bodies["approval"]["name"])
    sent = []
    for path, day, part in parts(frame, folder / "行政审批局-行政许可.xlsx", city.today):
        rows = files.write_workbook(
            path,
            [("行政许可", files.headed(part, templates.LICENCE))],
            title="平陵市行政审批局行政许可信息公示表",
            footer="审批专员：顾长宁",
        )
        note = sentence("现行模板，有标题和合计", "present template with title and totals")
        sent.append(Sent(path.name, "licence", _code(city, "approval"), rows, note, day.isoformat()))
    return sent


def _promises(city: City, folder: Path) -> Sent:
    """What the city's own organs have promised (政府承诺): held to the same columns as everybody's commitments."""
    path = folder / "公共信用信息中心-政府承诺.csv"
    frame = records.government_promises(city)
    rows = files.write_csv(path, [files.headed(frame, templates.COMMITMENT)], encoding="utf-8-sig")
    return Sent(
        path.name,
        "commitment",
        _code(city, "credit"),
        rows,
        sentence("政府机构作出的承诺", "promises of public bodies"),
    )


def _lists(city: City, folder: Path) -> list[Sent]:
    """Honours, commitments, abnormal operation and procurement violations, one file each."""
    plan = (
        ("honour", "税务局等-诚信荣誉.csv", "credit", "utf-8-sig"),
        ("commitment", "行政审批局-信用承诺.csv", "approval", "gb18030"),
        ("abnormal-operation", "市场监督管理局-经营异常名录.csv", "market", "utf-8"),
        ("procurement-violation", "财政局-政府采购严重违法失信.csv", "finance", "utf-8"),
    )
    sent = []
    for item, name, body, encoding in plan:
        make, headings, _ = ITEMS[item]
        index = _range(0, rows_of(item, city, None))
        frame = _rows(city, item, make(city, index), index, heavily=3)
        rows = files.write_csv(folder / name, [files.headed(frame, headings)], encoding=encoding)
        sent.append(
            Sent(
                name,
                item,
                _code(city, body),
                rows,
                sentence("{encoding} 编码", "{encoding}", encoding=encoding.upper()),
            )
        )
    return [*sent, *_listed(city, folder)]


def _listed(city: City, folder: Path) -> list[Sent]:
    """What the court and two bureaux hand in for their lists, each in a file of its own; the court's names a public body."""
    plan = (
        ("court", "人民法院-失信被执行人和限制消费.csv", 0.005),
        ("labour", "人力资源和社会保障局-拖欠农民工工资名单.csv", 0.002),
        ("emergency", "应急管理局-安全生产严重失信名单.csv", 0.001),
    )
    sent = []
    for body, name, share in plan:
        frame = listed.listings(city, _range(0, max(1, round(city.subjects * share))), (body,))
        if body == "court":
            frame = pl.concat([frame, listed.of_a_body(city, "trading").select(frame.columns)])
        rows = files.write_csv(folder / name, [files.headed(frame, templates.LISTED)], encoding="utf-8-sig")
        sent.append(
            Sent(
                name,
                "list-entry",
                _code(city, body),
                rows,
                sentence("名单条目，附送达证明；有的漏填", "entries of lists with proof of service, some left out"),
            )
        )
    return sent
