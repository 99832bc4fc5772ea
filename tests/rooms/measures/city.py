"""The invented city's codes and usual contents; every number here is made up, with right check digits."""

from __future__ import annotations

from typing import Any

FIRM_CODE = "91130100MA0DEM0H4J"
OTHER_CODE = "91130100MA0DEM1H0U"
TRADER_CODE = "92130102MA0DEM2H71"
FIRM, OTHER, TRADER = (f"uscc:{code}" for code in (FIRM_CODE, OTHER_CODE, TRADER_CODE))
PERSON_NUMBER = "130102199001010015"
CENTRE, ORGAN, BUREAU, OFFICE = "CENTRE", "ORGAN", "BUREAU", "OFFICE"

BODIES: list[dict[str, str]] = [
    {"code": CENTRE, "name": "平陵市公共资源交易中心", "kind": "trading-centre", "region": "130100"},
    {"code": ORGAN, "name": "平陵市人力资源和社会保障局", "kind": "organ", "region": "130100"},
    {"code": BUREAU, "name": "平陵市财政局", "kind": "organ", "region": "130100"},
    {"code": OFFICE, "name": "平陵市信用办", "kind": "office", "region": "130100"},
]

_FIRM = {"subject_name": "恒砾建筑工程有限公司", "subject_kind": "organisation", "uscc": FIRM_CODE}
DEFAULTS: dict[str, dict[str, Any]] = {
    "penalty": {
        **_FIRM, "document_no": "平建罚〔2026〕41号", "violation": "未按规定办理施工许可变更", "facts": "开工后未办理变更",
        "basis": "《中华人民共和国建筑法》第六十四条", "penalty_kinds": "罚款;没收违法所得", "penalty_content": "罚款3万元",
        "fine_wan": "3", "confiscated_wan": "1", "decided_on": "2026-05-20", "authority": "平陵市住房和城乡建设局",
        "authority_code": "11130100000000001X",
    },
    "procurement-violation": {
        **_FIRM, "violation": "提供虚假材料谋取中标", "penalty_content": "列入不良行为记录名单，一年内禁止参加政府采购活动",
        "basis": "《中华人民共和国政府采购法》第七十七条第一款", "decided_on": "2026-03-02", "announced_on": "2026-03-05",
        "authority": "平陵市财政局",
    },
    "honour": {
        **_FIRM, "honour_name": "守合同重信用企业", "level": "市级", "decided_on": "2026-01-10",
        "authority": "平陵市市场监督管理局",
    },
}  # fmt: skip
