"""Rows for the tests (测试行): an invented department's penalties, violations and register, with valid codes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from gongxin.kernel.identifiers import check_uscc

TODAY = "2026-06-01"
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
BUREAU = "11130100MB0000000"


def code(number: int, start: str = "91130102") -> str:
    """Return the valid code number `number` that begins so: the last character is sought, not reckoned."""
    stem = f"{start}{'MA' if start.startswith('9') else 'MB'}{number:07d}"[:17]
    return next(stem + last for last in ALPHABET if check_uscc(stem + last).ok)


def penalty(number: int = 1, **changes: str) -> dict[str, str]:
    """Return one penalty in the words of the 2018 template, everything in order."""
    row = {
        "行政相对人名称": f"河北明信{number}号商贸有限公司",
        "行政相对人类别": "法人及非法人组织",
        "统一社会信用代码": code(number),
        "法定代表人": "李明",
        "行政处罚决定文书号": f"石市监罚〔2026〕{number}号",
        "违法行为类型": "未按规定公示信息",
        "违法事实": "逾期未公示年度报告",
        "处罚依据": "《企业信息公示暂行条例》第十七条",
        "处罚类别": "罚款",
        "处罚内容": "罚款人民币五千元",
        "罚款金额（万元）": "0.5",
        "处罚决定日期": "2026-05-26",
        "处罚机关": "石家庄市市场监督管理局",
        "处罚机关统一社会信用代码": code(1, "11130100"),
    }
    return {**row, **changes}


def violation(number: int = 1, **changes: str) -> dict[str, str]:
    """Return one notice of a serious violation in procurement, in the words of the public list."""
    row = {
        "company_name": f"河北采购{number}号有限公司",
        "SSN": code(number),
        "company_address": "石家庄市长安区",
        "violation_detail": "提供虚假材料谋取中标",
        "penalty": "列入不良行为记录名单，一年内禁止参加政府采购活动",
        "punishment_basis": "《中华人民共和国政府采购法》第七十七条第一款",
        "punishment_date": "2026-05-20",
        "announcement_date": "2026-05-25 10:01",
        "enforcement_unit": "石家庄市财政局",
    }
    return {**row, **changes}


def registration(number: int = 1, **changes: str) -> dict[str, str]:
    """Return one row of the register of enterprises."""
    row = {
        "企业名称": f"河北登记{number}号有限公司",
        "统一社会信用代码": code(number),
        "注册日期": "2019-04-25",
        "企业类型": "有限责任公司",
        "法人代表": "王芳",
        "注册资金": "300万元人民币",
        "经营范围": "销售日用品",
        "所在省份": "河北",
        "地区": "石家庄",
        "注册地址": "石家庄市桥西区",
    }
    return {**row, **changes}


def citizens() -> Iterator[str]:
    """Yield invented identity numbers with valid check digits."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    for number in count(1):
        stem = f"13010219900101{number % 1000:03d}"
        yield stem + "10X98765432"[sum(int(each) * weight for each, weight in zip(stem, weights, strict=True)) % 11]
