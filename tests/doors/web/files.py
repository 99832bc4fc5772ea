"""Files as departments hand them in (测试报送文件)."""

from __future__ import annotations

import csv
from pathlib import Path

from tests.doors.web import town as place

HEADINGS = (
    "行政相对人名称", "行政相对人类别", "统一社会信用代码", "法定代表人", "行政处罚决定文书号", "违法行为类型", "违法事实",
    "处罚依据", "处罚类别", "处罚内容", "没收违法所得、没收非法财物的金额（万元）", "处罚决定日期", "处罚机关",
    "处罚机关统一社会信用代码", "数据来源单位", "数据来源单位统一社会信用代码",
)  # fmt: skip
GOOD = 5


def rows() -> list[list[str]]:
    """Five good rows, then one with a wrong check digit, one with an impossible day, one without a code."""
    listed = []
    for number in range(GOOD + 3):
        listed.append(
            [
                f"平陵示例{number}有限公司", "法人及非法人组织", place.code("91", 301 + number), "赵敏",
                f"平环罚〔2026〕{200 + number}号", "超标排放", "经监测超标", "大气污染防治法第九十九条", "没收违法所得",
                "没收违法所得 2 万元", "2", f"2026-11-{number + 10:02d}", "平陵市生态环境局", place.ENVIRONMENT,
                "平陵市生态环境局", place.ENVIRONMENT,
            ]
        )  # fmt: skip
    right = listed[GOOD][2]
    listed[GOOD][2] = right[:-1] + ("A" if right[-1] != "A" else "B")
    listed[GOOD + 1][11] = "2026/13/04"
    listed[GOOD + 2][2] = ""
    return listed


def penalties(path: Path, headings: tuple[str, ...] = HEADINGS) -> Path:
    """Write the rows as a CSV file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(headings)
        writer.writerows(rows())
    return path
