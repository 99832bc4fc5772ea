"""What intake says about a row (归集提示): the kernel's words, and those only this room needs. One finding, one shape."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial

from gongxin.kernel.issues import MESSAGES, MESSAGES_EN, Issue, filled, issue

WORDS: dict[str, str] = {
    "code.float": "代码“{value}”被当作数字保存，末几位已经丢失；请把单元格设为文本后按原件重填",
    "code.whole_number": "代码曾被当作数字保存（带“.0”），已按整数匹配，原值照原样保留",
    "code.shared_in_file": "同一代码在本文件中用于不同名称（另见第 {other} 行“{name}”），须由人工判断",
    "code.variant_in_file": "同一代码在本文件中的名称略有出入（另见第 {other} 行“{name}”），请核对",
    "code.organ_for_company": "所填代码属于{holder}，而名称是企业，须由人工判断",
    "code.legacy": "旧代码尚未与统一社会信用代码对照，暂按旧代码归集",
    "person.no_number": "自然人记录须填写证件号码",
    "person.other_document": "证件类型不是身份证，按证件号码归集",
    "text.identity_number": "“{column}”中含有居民身份证号码；公开信息不得载有证件号码，请删去后再报送",
    "text.broken": "文字中有无法识别的字符（编码损坏）；请用 UTF-8 重新导出后再报送",
    "row.extra_cells": "本行单元格多于表头，可能有内容错列；请核对后重填",
    "row.unpaired_quote": "本行引号没有配对，内容可能错列；请核对后重填",
    "row.shifted": "“{column}”填的是“{value}”，内容可能错列；请对照表头核对整行后重填",
    "row.not_json": "本行不是一个完整的 JSON 对象",
    "row.conflict_in_file": "本文件第 {other} 行是同一份文书，内容却不同；须由人工确认以哪一行为准",
    "row.same_key_differs": "同一机关同日对同一主体已有一条内容不同的记录，又没有文书号可以区分；是更正还是另一条，须由人工确认",
    "row.already_waiting": "同样的一行已经在等待人工处理",
    "row.given_back": "这一行已经退回：{reason}。请按理由改正后再报；确认无误的，请在该行页面上原样提交，交由人工再看",
    "row.settled_elsewhere": "同一机关同一文书号的一行已由人工认定给其他主体；是更正还是同一文书的另一当事人，须由人工确认",
    "row.paper_elsewhere": "同一机关的同一文书号已用于另一主体（{other}，记录 {record}）；是更正主体，还是同一文书有多个当事人，须由人工确认",
    "row.resubmitted": "本文件与批次 {batch} 的文件完全相同",
    "field.removed": "列“{column}”不在“{item}”的目录字段中，不予接收，本列内容未归集",
    "field.forbidden_column": "列“{column}”是不得归集的信息（{kind}）；{way_forward}",
    "list.unserved": "没有送达日期：决定书送达以前不发生效果；补上送达日期和送达证明后再报，或者在该行页面补填",
    "list.unproved": "没有送达证明：补上送达回证编号、邮件号和签收情况或者公告编号后再报，或者在该行页面补填",
    "list.minor": "作出决定时为未成年人，不得列入严重失信主体名单",
    "list.subject": "这份名单不列入这类主体：{reason}",
    "list.authority": "认定单位不是该名单的有权单位，须由人工核对：{reason}",
    "list.unverified": "{reason}",
    "list.repealed": "{reason}",
    "list.field": "{reason}",
    "list.rank": "{reason}",
    "list.region": "{reason}",
    "list.unknown": "法典中没有这份名单，须由人工核对",
    "list.term": "列入期限须由人工核对：{reason}",
    "promise.reported_anew": "这项承诺已登记为记录 {record}，内容与本行不同；承诺不得以重报变更，须写明理由、程序、批准机关和补偿后走承诺变更",
    "promise.needs": "{reason}；{way}",
    "promise.decided": "{reason}；{way}",
    "promise.person": "{reason}；{way}",
    "promise.milestones": "{reason}；{way}",
    "promise.posts": "{reason}；{way}",
    "promise.holder-kind": "{reason}；{way}",
    "payment.plan": "{reason}；{way}",
    "payment.total": "{reason}；{way}",
    "promise.holder": "“{value}”不是机关、事业单位的代码；政府承诺的责任单位须是机关、事业单位或者街道、乡镇",
    "integrity.unregistered": "当事单位或者认定单位（{value}）没有登记；请先登记单位再报送",
    "integrity.decider": "认定单位 {value} 不是当事单位的上级，也不是它的信用主管单位；由它的上级或者信用主管单位认定后报送",
    "integrity.reporter": "“{item}”只能由认定单位（{value}）或者信用主管单位报送",
    "report.decider": "“{item}”由作出决定的单位报送：请由{decider}、它的上级或者信用主管单位报送，或者核对所填机关",
    "report.private": "企业、信用服务机构不报送由机关作出的“{item}”；请由作出决定的机关报送",
    "row.of_another": "同一文书已由{reporter}报送为记录 {record}，内容与本行不同；只有它或者作出决定的单位能更正。有误的，请告知它更正",
    "official.decider": "“{item}”只能由作出决定的单位或者它的承继单位报送；请由 {value} 报送，或者核对所填代码",
    "heading.suggested": "列“{column}”可能是“{field}”，须确认后才能归集",
    "heading.repeated_column": "列“{column}”与前面的列是同一字段，本列未归集；请只保留一列",
    "heading.unnamed": "第 {column} 列没有表头，本列内容未归集",
    "heading.unit_assumed": "列“{column}”没有写明金额单位，按“{unit}”归集；若不是，请在表头写明单位后重新报送",
    "heading.unit_above": "列“{column}”没有写明金额单位，按表上方所写的“{unit}”归集",
    "money.no_unit": "金额“{value}”没有写明单位，是元还是万元无法判断；请在表头或金额后写明单位，确为万元的在该行页面上原样提交",
    "money.unit_slip": "按本行文字所写，“{value}”的单位是元，这一列的单位却是万元，相差一万倍；请核对后改正",
    "sheet.not_recognised": "工作表“{sheet}”的表头与任何目录事项都不相符，共 {rows} 行未归集；可用 --item 指明事项",
    "sheet.no_heading_rows": "工作表“{sheet}”没有找到表头，共 {rows} 行未归集；请在第一行写明各列名称",
    "sheet.other_item": "工作表“{sheet}”像是“{item}”，与本批事项不同，共 {rows} 行未归集；请另行报送",
    "sheet.no_rows": "文件中只有表头，没有一行数据；请检查导出时是否漏了内容",
    "sheet.unsure": "工作表“{sheet}”有必填列须先确认含义：{columns}",
    "date.not_on_day": "日期“{value}”没有写到日，请补全",
    "date.before_founding": "日期“{value}”早于统一的合理范围，请核对",
}

WORDS_EN: dict[str, str] = {
    "code.float": "The code “{value}” was kept as a number and has lost its last digits; set the cell to text and retype",
    "code.whole_number": "The code was kept as a number (“.0”); matched as a whole number, the reported value is kept",
    "code.shared_in_file": "One code, different names in this file (row {other}: “{name}”); a person must decide",
    "code.variant_in_file": "One code, slightly different names in this file (row {other}: “{name}”); please check",
    "code.organ_for_company": "The code belongs to {holder} but the name is a company's; a person must decide",
    "code.legacy": "The old code is not yet matched to a unified code; kept under the old code",
    "person.no_number": "A natural person's record needs the number of a document",
    "person.other_document": "The document is no resident identity card; kept by its number",
    "text.identity_number": "“{column}” holds an identity number; public information must not carry one, please remove it",
    "text.broken": "Some characters cannot be read (damaged encoding); export again as UTF-8",
    "row.extra_cells": "The row has more cells than headings; something may have shifted",
    "row.unpaired_quote": "A quotation mark in this row is unpaired; something may have shifted",
    "row.shifted": "“{column}” says “{value}”; the cells may have shifted, please check the whole row",
    "row.not_json": "This line is no complete JSON object",
    "row.conflict_in_file": "Row {other} of this file is the same document with other content; a person must decide",
    "row.same_key_differs": "A different record by the same authority, day and subject exists and no document number tells them apart",
    "row.already_waiting": "The same row is already waiting for a person",
    "row.given_back": "This row was given back: {reason}. Correct it and hand it in again, or submit it unchanged on its own page",
    "row.settled_elsewhere": "A row of the same document was held by a person to be another subject's; a person must decide",
    "row.paper_elsewhere": "This authority's document number stands under another subject already ({other}, record {record});"
    " whether its subject is to be corrected or the document names several parties, a person must decide",
    "row.resubmitted": "This file is identical to that of batch {batch}",
    "field.removed": "The column “{column}” is no field of “{item}”; its content was not taken in",
    "field.forbidden_column": "The column “{column}” is information that must not be collected ({kind}); {way_forward}",
    "list.unserved": "No day of service: a decision has no effect before it was served; add the day and the proof of service",
    "list.unproved": "No proof of service: add the number of the receipt, of the posting or of the announcement",
    "list.minor": "A minor on the day of the decision; may not be put on a list of serious dishonesty",
    "list.subject": "This list does not take this kind of subject",
    "list.authority": "The body that decided is not the authority of this list; a person must look",
    "list.unverified": "The criteria of this list await legal review; nobody is listed before they are confirmed",
    "list.repealed": "The clause that sets this list up is not in force",
    "list.field": "The list lies outside the four permitted fields",
    "list.rank": "The list rests on too low a rank",
    "list.region": "The local list does not say where it holds",
    "list.unknown": "The law book has no such list; a person must look",
    "list.term": "The term on the list must be looked at by a person",
    "promise.reported_anew": "The promise is record {record} already and says something else; it is changed only with ground, procedure,"
    " authority and compensation, never by being reported anew",
    "promise.needs": "Something this kind of promise must say is missing: see the kind's fields; complete it and hand it in again",
    "promise.decided": "How a promise was kept is decided, not reported; leave it empty",
    "promise.person": "The public text names the person who benefits; name the person in 受益人 alone",
    "promise.milestones": "A milestone cannot be read; write: 2026-06-30 what is to be done（责任岗位：the post）",
    "promise.posts": "The post that answers for each stage is missing; add（责任岗位：…）to each milestone",
    "promise.holder-kind": "This kind of body cannot owe this kind of promise; check both, or let the office add it to its own law book",
    "payment.plan": "A node of the payment plan cannot be read; write: 2026-06-30 120万元 advance；交付后30日 80万元 the rest",
    "payment.total": "The nodes of the payment plan do not add up to the contract's amount",
    "promise.holder": "“{value}” is no public body's code; a promise of government is answered for by one",
    "integrity.unregistered": "the body concerned or the one that decided ({value}) is not registered; register it first",
    "integrity.decider": "{value}, which decided, stands neither above the body concerned nor is its office of credit; one of those decides",
    "integrity.reporter": "“{item}” is handed in by the body that decided ({value}) or by the office of credit",
    "report.decider": "“{item}” is handed in by the body that decided: by {decider}, one above it or the office of credit; or check the authority",
    "report.private": "Companies and agencies hand in no “{item}” of an authority; let the authority that decided do so",
    "row.of_another": "Record {record} by {reporter} is this document and says something else; only {reporter} or whoever decided corrects it",
    "official.decider": "“{item}” comes from the body that decided, or who goes on for it, alone; let {value} hand it in, or check the code",
    "heading.suggested": "The column “{column}” may be “{field}”; it must be confirmed first",
    "heading.repeated_column": "The column “{column}” repeats a field; it was not taken in",
    "heading.unnamed": "Column {column} has no heading; it was not taken in",
    "heading.unit_assumed": "The column “{column}” names no unit; its amounts were taken in units of “{unit}”;"
    " if that is wrong, name the unit in the heading and hand it in again",
    "heading.unit_above": "The column “{column}” names no unit; its amounts were taken in “{unit}”, as written above the table",
    "money.no_unit": "The amount “{value}” has no unit; name it in the heading or behind the amount, or submit the row"
    " unchanged on its own page if it is in 万元",
    "money.unit_slip": "By the row's own words “{value}” is in yuan, but the column is in 10 000 yuan; check and correct it",
    "sheet.not_recognised": "The headings of sheet “{sheet}” fit no catalogue item; {rows} rows not taken in; name it with --item",
    "sheet.no_heading_rows": "No heading was found in sheet “{sheet}”; {rows} rows not taken in",
    "sheet.other_item": "Sheet “{sheet}” looks like “{item}”, not this batch's item; {rows} rows not taken in",
    "sheet.no_rows": "The file has a heading and not one row of data; please check the export",
    "sheet.unsure": "Sheet “{sheet}” has required columns to be confirmed first: {columns}",
    "date.not_on_day": "The date “{value}” names no day; please complete it",
    "date.before_founding": "The date “{value}” lies before any sensible range; please check",
}


def say(code: str, details: Mapping[str, object], *, language: str = "zh") -> str:
    """Return the words for a code; an unknown code is shown as it is, so that nothing is hidden."""
    tables = (WORDS_EN, MESSAGES_EN, WORDS, MESSAGES) if language.startswith("en") else (WORDS, MESSAGES)
    template = next((table[code] for table in tables if code in table), None)
    return code if template is None else filled(template, details)


found = partial(issue, told_by=say)
"""Make an issue in intake's words (数据问题); as `kernel.issues.issue` in everything else."""


def findings(issues: Iterable[Issue]) -> list[dict[str, str | int | None]]:
    """Return issues as every channel shows them (各渠道一致的问题清单): by row, whole-file ones first."""
    return [each.as_dict() for each in sorted(issues, key=lambda each: (each.row is not None, each.row or 0))]
