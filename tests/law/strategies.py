"""Facts as Hypothesis draws them: any record an item's fields can say, tidy and untidy."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st

from tests.law.conftest import BOOK

DAYS = st.dates(date(2014, 1, 1), date(2029, 12, 31)) | st.sampled_from(
    [date(2024, 2, 29), date(2025, 11, 30), date(2023, 1, 31), date(2026, 3, 31), date(2026, 4, 1), date(2025, 8, 31)]
)
# Days on which an answer is asked for, crowded around the change of law.
ASKED = st.sampled_from([date(2026, 3, 31), date(2026, 4, 1), date(2023, 4, 30), date(2023, 5, 1)]) | st.dates(
    date(2022, 1, 1), date(2031, 12, 31)
)
KIND_NAMES = [
    "警告",
    "通报批评",
    "罚款",
    "没收违法所得",
    "没收非法财物",
    "没收违法所得、没收非法财物",
    "暂扣许可证件",
    "降低资质等级",
    "吊销许可证件",
    "吊销营业执照",
    "限制从业",
    "责令停产停业",
    "责令关闭",
    "行政拘留",
    "其他",
    "fine",
    "order-stop",
    "谈话提醒",
]
PENALTIES = [
    "罚款5000元，列入不良行为记录名单，一年内禁止参加政府采购活动",
    "在1年6个月内禁止参加政府采购活动",
    "禁止参加政府采购活动两年",
    "取消参与深圳市政府采购资格",
    "三年内禁止参与深圳市政府采购",
    "在一至三年内禁止参加政府采购活动",
    "一年内（2021年10月12日至2022年10月11日）禁止参加政府采购活动",
    "给予2万元罚款的行政处罚",
    "取消其两年内参加依法必须进行招标的项目的投标资格",
    "",
]
BASES = ["《中华人民共和国政府采购法》第七十七条", "《中华人民共和国食品安全法》第一百二十四条", "《安全生产法》", ""]
AUTHORITIES = ["石家庄市市场监督管理局", "深圳市财政局", "某县消防救援大队", "食品药品监督管理局", ""]
TEXTS: dict[str, st.SearchStrategy[str | None]] = {
    "subject_kind": st.sampled_from(
        [None, "", "法人及非法人组织", "自然人", "个体工商户", "organisation", "个体", "外国企业"]
    ),
    "uscc": st.sampled_from([None, "", "91130100MA08XHX30K", "92130102MA0A1B2C3D", "11010519491231002X", "x"]),
    "regno": st.sampled_from([None, "", "110108000000016", "11010519491231002x"]),
    "person_id": st.sampled_from([None, "", "11010519491231002X"]),
    "penalty_kinds": st.lists(st.sampled_from(KIND_NAMES), max_size=3).map("；".join)
    | st.lists(st.sampled_from(KIND_NAMES), max_size=3).map("、".join),
    "fine_wan": st.sampled_from(
        [None, "", "0", "0.5", "199.999999", "200", "200.000001", "1,200", "2e3", "三万", "-1"]
    ),
    "confiscated_wan": st.sampled_from([None, "", "0", "3.2"]),
    "procedure": st.sampled_from([None, "", "简易程序", "普通程序", "听证"]),
    "document_no": st.sampled_from([None, "", "冀市监处罚〔2026〕1号", "冀当场〔2026〕7号"]),
    "document_name": st.sampled_from([None, "当场行政处罚决定书", "行政处罚决定书"]),
    "basis": st.sampled_from(BASES),
    "authority": st.sampled_from(AUTHORITIES),
    "penalty_content": st.sampled_from(PENALTIES),
    "status": st.sampled_from([None, "", "有效", "无效", "撤销", "存续", "注销", "异议", "valid", "不明"]),
    "list": st.sampled_from(
        [
            None,
            "",
            "judgment-defaulters",
            "失信被执行人名单",
            "consumption-restricted",
            "work-safety",
            "defence-duty",
            "黑名单",
        ]
    ),
    "performed": st.sampled_from([None, "", "未履行", "已履行", "no", "履行中", "不清楚"]),
}
DAY_TEXTS = (
    st.none() | st.just("") | DAYS.map(date.isoformat) | st.sampled_from(["2022-02-30", "2022-1-5", "20220105", "昨天"])
)
DAY_FIELDS = (
    "effective_on", "served_on", "ends_on", "decided_on", "valid_until", "removed_on", "due_on", "performed_on", "announced_on", "established_on",
)  # fmt: skip
ITEMS = sorted(BOOK.items)
PAYLOADS = st.fixed_dictionaries({**TEXTS, **dict.fromkeys(DAY_FIELDS, DAY_TEXTS)})
