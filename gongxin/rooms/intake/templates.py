"""Templates to fill in (报送模板): made from the catalogue, with choices to pick from and notes that say what is meant."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation

from gongxin.law.book import Edition
from gongxin.law.model import FieldSpec, Item
from gongxin.rooms.intake.cells import UNIT_YUAN
from gongxin.rooms.intake.reading import Sheet
from gongxin.spine import clock, shelf

ROWS = 1_048_576
"""The last row of a sheet: choices and text format hold for every row that can be filled in."""
CHOICES, EXPLAINED = "选项", "填写说明"
"""The sheets of a template that hold no records, by their titles."""

_HEAD = PatternFill("solid", fgColor="E8EEF7")
_REQUIRED = PatternFill("solid", fgColor="FCEFD2")
KINDS = {
    "text": "文字", "longtext": "文字", "name": "名称，与登记名称一致", "body": "单位全称", "date": "日期，写作 年-月-日，如 2026-03-31",
    "money": "金额，只写数字", "enum": "从下拉中选择", "uscc": "18 位统一社会信用代码", "orgcode": "9 位组织机构代码",
    "regno": "15 位工商注册号", "taxno": "税务登记号", "citizen": "证件号码", "integer": "整数",
}  # fmt: skip
PICKED = "填写下列名称"
"""What is said of a field that takes several choices: a drop-down would let one be picked."""
UNITS = {"wan": "万元", "yuan": "元"}


def workbook(item: Item, *, law: Edition | None = None, template: str | None = None) -> bytes:
    """Return the template of an item as XLSX (报送模板): one sheet to fill in, one that explains."""
    edition = law or shelf.book().on(clock.today())
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = item.name[:31]
    choices = book.create_sheet(CHOICES)
    choices.sheet_state = "hidden"
    for index, spec in enumerate(item.fields, start=1):
        _column(sheet, choices, index, spec, template)
    sheet.freeze_panes = "A2"
    sheet.row_dimensions[1].height = 32
    _explain(book.create_sheet(EXPLAINED), item, edition)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def records_of(sheets: Sequence[Sheet]) -> list[Sheet]:
    """Return the sheets that may hold records (数据表): without a template's explanation and, where that is, its choices.

    Neither is a table somebody sent, and the choices of one item read like headings of another.
    """
    explained = [sheet for sheet in sheets if sheet.name == EXPLAINED and _is_explanation(sheet)]
    if not explained or len(explained) == len(sheets):
        return list(sheets)
    return [sheet for sheet in sheets if sheet not in explained and sheet.name != CHOICES]


def _is_explanation(sheet: Sheet) -> bool:
    return bool(sheet.above) and sheet.above[0].endswith(EXPLAINED)


def heading_of(spec: FieldSpec, template: str | None = None) -> str:
    """Return a field's heading in the template: the field's name or that of an older template, a mark when required."""
    name = spec.headings.get(template or "", spec.name)
    unit = UNITS.get(spec.unit or "")
    shown = f"{name}（{unit}）" if unit and unit not in name and spec.kind == "money" else name
    return f"*{shown}" if spec.required else shown


def _column(sheet: Any, choices: Any, index: int, spec: FieldSpec, template: str | None) -> None:
    letter = get_column_letter(index)
    cell = sheet.cell(1, index, heading_of(spec, template))
    cell.font = Font(bold=True)
    cell.fill = _REQUIRED if spec.required else _HEAD
    cell.alignment = Alignment(wrap_text=True, vertical="center")
    cell.comment = Comment(note_of(spec), "公信", width=320, height=140)
    sheet.column_dimensions[letter].width = 34 if spec.kind == "longtext" else 20
    # Codes and dates are kept as text, or a spreadsheet takes their last digits away; of the column, so in every row.
    sheet.column_dimensions[letter].number_format = "@"
    if spec.choices and not spec.multiple:
        for row, choice in enumerate(spec.choices, start=1):
            choices.cell(row, index, choice.name)
        source = f"{quote_sheetname(choices.title)}!${letter}$1:${letter}${len(spec.choices)}"
        allowed = DataValidation(type="list", formula1=source, allow_blank=True, showErrorMessage=True)
        allowed.error, allowed.errorTitle = "请从下拉中选择", spec.name
        sheet.add_data_validation(allowed)
        allowed.add(f"{letter}2:{letter}{ROWS}")


def note_of(spec: FieldSpec) -> str:
    """Return what the comment on a heading says (填写提示)."""
    parts = [
        "必填" if spec.required else "有条件必填" if spec.required_if else "选填",
        PICKED if spec.choices and spec.multiple else KINDS.get(spec.kind, "文字"),
    ]
    if spec.kind == "money" and spec.unit in UNIT_YUAN:
        parts.append(f"单位：{UNITS[spec.unit or 'yuan']}")
    if spec.max_length:
        parts.append(f"不超过 {spec.max_length} 字")
    if spec.choices:
        names = "、".join(choice.name for choice in spec.choices)
        parts.append(f"可选：{names}" + ("；可填多项，用顿号分开" if spec.multiple else ""))
    parts += [text for text in (spec.example, spec.note) if text]
    if spec.sensitive:
        parts.append("加密保存，不公示")
    return "；".join(parts)


def _explain(sheet: Any, item: Item, law: Edition) -> None:
    """Say on what law the item rests, what each field means, and what becomes of the file."""
    lines: list[tuple[str, ...]] = [
        (f"{item.name}（{item.id}）{EXPLAINED}",),
        ("目录分类", f"{item.category} · {item.catalogue_code}"),
        ("依据", "；".join(str(law.cite(base)) for base in item.bases)),
        ("报送单位", "、".join(item.providers)),
        ("说明", item.note or "—"),
        ("提示", "标 * 的列必填；不要改动表头文字，列的先后可以调整；一行一条记录；表中不要放合计行。"),
        (),
        ("字段", "代码", "要求", "说明"),
    ]
    for spec in item.fields:
        codes = "、".join(f"{code}（{template}）" for template, code in sorted(spec.codes.items(), reverse=True))
        required = "必填" if spec.required else "有条件必填" if spec.required_if else "选填"
        lines.append((spec.name, codes or spec.id, required, note_of(spec)))
    for row, line in enumerate(lines, start=1):
        for column, text in enumerate(line, start=1):
            cell = sheet.cell(row, column, text)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if row == 1 or (len(line) == 4 and line[0] == "字段"):
                cell.font = Font(bold=True)
    for letter, width in zip("ABCD", (28, 40, 12, 70), strict=True):
        sheet.column_dimensions[letter].width = width
