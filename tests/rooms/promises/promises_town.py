"""A city with two bureaus and a township that promised (政府承诺测试素材); every number is invented."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from gongxin.spine.access.gate import Viewer
from gongxin.spine.access.models import Account, Body
from gongxin.spine.ledger.acts import NewAct
from gongxin.spine.ledger.append import append
from tests.spine import making

GOVERNMENT, BUREAU, OTHER, TOWNSHIP = (making.organ(n) for n in (41, 42, 43, 44))
BODIES: tuple[dict[str, Any], ...] = (
    {"code": GOVERNMENT, "name": "平陵市人民政府", "region": "131500", "kind": "government"},
    {"code": BUREAU, "name": "平陵市教育局", "region": "131500", "parent_id": GOVERNMENT},
    {"code": OTHER, "name": "平陵市住房和城乡建设局", "region": "131500", "parent_id": GOVERNMENT},
    {"code": TOWNSHIP, "name": "清溪镇人民政府", "region": "131521100", "kind": "township", "parent_id": GOVERNMENT},
    {"code": "OFFICE", "name": "平陵市信用办", "region": "131500", "kind": "office"},
)
CONTRACT = {
    "subject_name": "平陵市教育局", "uscc": BUREAU, "promise_kind": "procurement", "promise_title": "三所小学校舍维修",
    "promise_content": "维修三所小学校舍，暑期完工", "document_no": "平采〔2026〕1号", "decided_on": "2026-01-15",
    "beneficiary_kind": "organisation", "beneficiary": "平陵筑安建筑有限公司", "amount_wan": "200",
    "payments": "2026-03-31 120 预付款；交付后30日 80 尾款", "small_business": "yes", "responsible_post": "财务处处长",
    "authority": "平陵市教育局", "evidence": "合同正本存财务处",
}  # fmt: skip
LIVELIHOOD = {
    "subject_name": "清溪镇人民政府", "uscc": TOWNSHIP, "promise_kind": "livelihood", "promise_title": "老年食堂",
    "promise_content": "在镇区开办一处老年食堂", "decided_on": "2026-02-01", "due_on": "2026-12-31", "services": "elderly",
    "beneficiary_kind": "public", "beneficiary": "全镇居民", "authority": "清溪镇人民政府", "responsible_post": "镇长",
    "milestones": "2026-06-30 完成选址（责任岗位：民政办主任）；2026-12-20 开业",
}  # fmt: skip
GRANT = {
    "subject_name": "平陵市教育局", "uscc": BUREAU, "promise_kind": "guarantee", "promise_title": "助学补助",
    "promise_content": "当年发放助学补助", "decided_on": "2026-03-01", "due_on": "2026-09-01", "beneficiary_kind": "person",
    "beneficiary": "申屠明月", "amount_wan": "0.3", "authority": "平陵市教育局",
}  # fmt: skip


def people() -> dict[str, Viewer]:
    """Return the stewards of the bodies and the office's operator."""
    for body in BODIES:
        Body.objects.create(**{"kind": "organ", **body})
    posts = {
        "government": (GOVERNMENT, "steward"), "bureau": (BUREAU, "steward"), "other": (OTHER, "steward"),
        "township": (TOWNSHIP, "steward"), "office": ("OFFICE", "operator"),
    }  # fmt: skip
    found = {}
    for name, (body, role) in posts.items():
        account = Account.objects.create(username=f"p-{name}", first_name=name, body_id=body, role=role)
        found[name] = Viewer(account.pk, name, body, role, "web")
    return found


def promise(item: str, said: dict[str, str]) -> int:
    """Enter a promise as the intake would, and return its record's number."""
    return append([NewAct("record", item, f"uscc:{said['uscc']}", said["uscc"], said, "测试")])[0]


def as_file(path: Path, *rows: dict[str, str]) -> Path:
    """Write promises as a department sends them: a title above the headings, the book's names for the columns."""
    from gongxin.spine import clock, shelf

    law = shelf.book().on(clock.today())
    fields = {name: law.item("government-contract").get_field(name).name for row in rows for name in row}
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["平陵市政府承诺登记表"])
        writer.writerow(list(fields.values()))
        for row in rows:
            writer.writerow([row.get(name, "") for name in fields])
    return path
