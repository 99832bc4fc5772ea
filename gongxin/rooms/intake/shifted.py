"""Shifted rows (错列): a comma inside a name moves every later cell; what then stands in a column cannot belong there."""

from __future__ import annotations

import polars as pl

from gongxin.rooms.intake.cells import Findings, Terms, flags, places

NOTHING = r"^\s*(?:N/?A|-+|—+|/|无|空|NULL|暂无|不详)?\s*$"
FIGURE = r"[0-9０-９一二三四五六七八九十百千万亿零壹贰叁肆伍陆柒捌玖拾佰仟]"
AMOUNT = r"^\s*[0-9][0-9,.]*\s*[(（]?(?:万|亿|元|$)"
PROVINCE_END = r"(?:省|市|壮族自治区|回族自治区|维吾尔自治区|自治区|特别行政区)$"


def check_register_row(frame: pl.DataFrame, terms: Terms, findings: Findings) -> None:
    """Notice a register's row whose province, capital or type cannot be one (登记信息错列)."""
    told = flags(frame.height)
    if "province" in frame.columns and terms.provinces:
        stem = frame["province"].str.strip_chars().str.replace(PROVINCE_END, "")
        odd = ~stem.is_in(sorted(terms.provinces)) & ~frame["province"].str.contains(NOTHING).fill_null(True)
        told = _tell(frame, "province", odd, told, findings)
    if "capital" in frame.columns:
        column = frame["capital"]
        odd = ~column.str.contains(FIGURE).fill_null(True) & ~column.str.contains(NOTHING).fill_null(True)
        told = _tell(frame, "capital", odd, told, findings)
    if "org_type" in frame.columns:
        _tell(frame, "org_type", frame["org_type"].str.contains(AMOUNT).fill_null(False), told, findings)


def _tell(frame: pl.DataFrame, column: str, odd: pl.Series, told: pl.Series, findings: Findings) -> pl.Series:
    for place in places(odd & ~told):
        findings.tell(place, "row.shifted", column, frame[column][place])
    return told | odd


def province_stems(names: dict[str, str]) -> frozenset[str]:
    """Return the provinces' names without 省, 市 or 自治区 (省级名称), as registers write them."""
    full = pl.Series([name for code, name in names.items() if code.endswith("0000")], dtype=pl.String)
    return frozenset(full.str.replace(PROVINCE_END, "").to_list())
