"""Codes that identify (标识代码): one module for each standard, scalar and columnar with equal answers."""

from gongxin.kernel.identifiers.citizen import check_citizen, is_citizen
from gongxin.kernel.identifiers.code import CodeCheck, normalise_code
from gongxin.kernel.identifiers.columns import (
    check_citizen_column,
    check_orgcode_column,
    check_regno_column,
    check_uscc_column,
    normalise_column,
)
from gongxin.kernel.identifiers.hints import recognise, suggest_code
from gongxin.kernel.identifiers.orgcode import check_orgcode, is_orgcode, suggest_orgcode
from gongxin.kernel.identifiers.regno import check_regno, is_regno, suggest_regno
from gongxin.kernel.identifiers.uscc import check_uscc, is_uscc, suggest_uscc

__all__ = [
    "CodeCheck",
    "check_citizen",
    "check_citizen_column",
    "check_orgcode",
    "check_orgcode_column",
    "check_regno",
    "check_regno_column",
    "check_uscc",
    "check_uscc_column",
    "is_citizen",
    "is_orgcode",
    "is_regno",
    "is_uscc",
    "normalise_code",
    "normalise_column",
    "recognise",
    "suggest_code",
    "suggest_orgcode",
    "suggest_regno",
    "suggest_uscc",
]
