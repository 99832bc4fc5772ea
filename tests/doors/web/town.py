"""An invented town for the pages (网页测试小城): bodies, one account for each role, and records of every kind."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from gongxin.kernel.identifiers.uscc import check_character
from gongxin.law.consents import Terms
from gongxin.spine.access import consents, identities
from gongxin.spine.access.gate import Viewer
from gongxin.spine.access.identities import Verified
from gongxin.spine.access.models import Account, Body
from gongxin.spine.ledger.acts import NewAct
from gongxin.spine.ledger.append import append

TODAY = date(2026, 11, 22)
PASSWORD = "pingling-2026-town"


def code(letters: str, number: int, division: str = "130102") -> str:
    """Return a valid invented code."""
    eight = f"MA{number:06d}" if letters[0] == "9" else f"{number:08d}"
    values = [int(each) if each.isdigit() else ord(each) - 55 for each in eight]
    rest = 11 - sum(value * weight for value, weight in zip(values, (3, 7, 9, 10, 5, 8, 4, 2), strict=True)) % 11
    body = f"{letters}{division}{eight}" + {10: "X", 11: "0"}.get(rest, str(rest))
    return body + check_character(body)


ENVIRONMENT = code("11", 101)
FINANCE = code("11", 102)
CENTRE = code("12", 103)
OFFICE = code("11", 104)
COUNTY = code("11", 105, "130123")
HOUSING = code("11", 106)
FIRM = code("91", 201)
QUIET = code("91", 202)
SHOP = code("92", 203)
BUILDER = code("91", 204)
AGENCY = code("91", 205)

BODIES = (
    (ENVIRONMENT, "平陵市生态环境局", "Pingling Ecology and Environment Bureau", "organ"),
    (FINANCE, "平陵市财政局", "Pingling Finance Bureau", "organ"),
    (CENTRE, "平陵市公共资源交易中心", "Pingling Public Resources Trading Centre", "trading-centre"),
    (OFFICE, "平陵市信用办", "Pingling Credit Office", "office"),
    (FIRM, "燕北精密机械有限公司", "Yanbei Precision Machinery Co.", "company"),
    (AGENCY, "安达信用评估有限公司", "Anda Credit Assessment Co.", "agency"),
)
ACCOUNTS = (
    ("steward", ENVIRONMENT, "数据管理员", "郑文澜"),
    ("officer", CENTRE, "招标管理科", "何敏之"),
    ("operator", OFFICE, "平台运行科", "陆远"),
    ("supervisor", OFFICE, "监督处", "陈立衡"),
    ("auditor", OFFICE, "审计室", "许静"),
    ("administrator", OFFICE, "信息中心", "高原"),
    ("subject", FIRM, "经办人", "宋知远"),
)


def people() -> dict[str, Account]:
    """Make the bodies and one account for each role; the account is called as its role."""
    for body, name, name_en, kind in BODIES:
        Body.objects.update_or_create(
            code=body, defaults={"name": name, "name_en": name_en, "kind": kind, "region": "130100"}
        )
    made = {}
    for role, body, post, name in ACCOUNTS:
        account, _new = Account.objects.update_or_create(
            username=role,
            defaults={
                "role": role,
                "body_id": body,
                "post": post,
                "last_name": name,
                "is_staff": role == "administrator",
                "is_superuser": role == "administrator",
            },
        )
        account.set_password(PASSWORD)
        account.save()
        made[role] = account
    return made


def _enter(item: str, uscc: str, provider: str, payload: dict[str, Any]) -> int:
    payload = {"uscc": uscc, **payload}
    return append([NewAct("record", item, "uscc:" + uscc, provider, payload, "王工@市局")])[0]


def register(uscc: str, name: str, **more: Any) -> int:
    """Enter an organisation in the register."""
    said = {
        "subject_name": name, "org_type": "有限责任公司", "established_on": "2016-03-18", "status": "active",
        "authority": "平陵市市场监督管理局", "address": "平陵市高新区砚北路 118 号", "legal_rep": "宋知远",
    }  # fmt: skip
    return _enter("registration", uscc, OFFICE, said | more)


def penalty(uscc: str, name: str, decided: str, **more: Any) -> int:
    """Enter a penalty of the environment bureau."""
    said = {
        "subject_name": name, "subject_kind": "organisation", "document_no": "平环罚〔2026〕117 号",
        "violation": "超过大气污染物排放标准排放", "facts": "经监测，二氧化硫超标 0.4 倍",
        "basis": "《中华人民共和国大气污染防治法》", "penalty_kinds": "confiscate-income",
        "penalty_content": "没收违法所得 12 万元，已于 2026 年 7 月 2 日缴清", "confiscated_wan": "12",
        "decided_on": decided, "authority": "平陵市生态环境局", "authority_code": ENVIRONMENT,
        "source": "平陵市生态环境局", "source_code": ENVIRONMENT, "legal_rep": "宋知远",
    }  # fmt: skip
    return _enter("penalty", uscc, ENVIRONMENT, said | more)


def licence(uscc: str, name: str, number: int) -> int:
    """Enter a licence."""
    said = {
        "subject_name": name, "subject_kind": "organisation", "document_name": f"特种设备生产许可（第 {number} 类）",
        "document_no": f"TS2713-{number:04d}-2030", "licence_kind": "ordinary", "licence_content": "压力管道元件制造",
        "decided_on": "2026-10-12", "valid_from": "2026-10-12", "valid_until": "2030-10-11", "status": "valid",
        "authority": "省市场监督管理局", "authority_code": OFFICE, "source": "省市场监督管理局", "source_code": OFFICE,
        "legal_rep": "宋知远",
    }  # fmt: skip
    return _enter("licence", uscc, OFFICE, said)


def promise(uscc: str, name: str, content: str, due: str, performed: str) -> int:
    """Enter a promise of a government body."""
    said = {
        "subject_name": name, "subject_kind": "organisation", "commitment_kind": "voluntary", "commitment_content": content,
        "decided_on": "2026-01-10", "due_on": due, "performed": performed, "authority": "平陵市信用办",
    }  # fmt: skip
    return _enter("commitment", uscc, OFFICE, said)


def owed(uscc: str, name: str, beneficiary: str) -> int:
    """Enter a promise of a body to a person, past its last day, with its evidence; who benefits is named to nobody."""
    said = {
        "subject_name": name, "promise_kind": "guarantee", "promise_title": "监测设备补助",
        "promise_content": "验收后三个月内发放设备补助", "decided_on": "2026-03-02", "due_on": "2026-09-30",
        "beneficiary_kind": "person", "beneficiary": beneficiary, "amount_wan": "0.6", "responsible_post": "监测处处长",
        "milestones": "2026-06-30 完成验收；2026-09-30 发放", "authority": name, "evidence": "台账存监测处",
    }  # fmt: skip
    return _enter("government-promise", uscc, uscc, said)


CITIZEN_NUMBER = "110101199003077758"


def citizen() -> Account:
    """A citizen with an invented number, verified at the counter, and one penalty; the account is called `citizen`."""
    account, _new = Account.objects.update_or_create(
        username="citizen", defaults={"role": "subject", "body": None, "last_name": "林知夏"}
    )
    account.set_password(PASSWORD)
    account.save()
    key = identities.bind(account.pk, Verified("local", number=CITIZEN_NUMBER, holder=CITIZEN_NUMBER), actor="窗口")
    assert isinstance(key, str), key
    said = {
        "subject_name": "林知夏", "subject_kind": "person", "document_no": "平市监罚〔2026〕21 号",
        "violation": "无证从事食品小摊点经营", "basis": "《中华人民共和国食品安全法》",
        "penalty_kinds": "confiscate-income", "penalty_content": "没收违法所得 0.2 万元", "confiscated_wan": "0.2",
        "decided_on": "2026-08-03", "authority": "平陵市生态环境局", "authority_code": ENVIRONMENT,
        "source": "平陵市生态环境局", "source_code": ENVIRONMENT,
    }  # fmt: skip
    append([NewAct("record", "penalty", key, ENVIRONMENT, said, "王工@市局")])
    return account


def consent(holder: Account) -> str:
    """Let a company's account consent that the agency looks at its penalties twice; returns the consent's number."""
    terms = Terms(
        f"uscc:{holder.body_id}", AGENCY, "credit-service", "经营贷款审批", {"penalty": ("violation", "decided_on")}, 2,
        TODAY + timedelta(days=20),
    )  # fmt: skip
    made = consents.grant(Viewer(holder.pk, str(holder), holder.body_id or "", "subject", "web"), terms)
    assert isinstance(made, consents.Consent), made
    return made.number


def settle() -> dict[str, int]:
    """Fill the town; the record numbers of what the tests name are returned."""
    made: dict[str, int] = {}
    register(FIRM, "燕北精密机械有限公司")
    register(QUIET, "平陵静水文化传媒有限公司")
    register(BUILDER, "恒砾建筑工程有限公司")
    register(SHOP, "平陵市槐荫面馆", org_type="个体工商户")
    made["penalty"] = penalty(FIRM, "燕北精密机械有限公司", "2026-06-14")
    made["licence"] = licence(FIRM, "燕北精密机械有限公司", 1)
    for number in range(2, 5):
        licence(FIRM, "燕北精密机械有限公司", number)
    _enter(
        "honour", FIRM, OFFICE,
        {"subject_name": "燕北精密机械有限公司", "subject_kind": "organisation", "honour_name": "省级守合同重信用企业（2025 年度）",
         "level": "provincial", "period": "2025", "document_no": "冀市监信〔2025〕88 号", "decided_on": "2025-11-20",
         "valid_until": "2027-11-19", "authority": "省市场监督管理局"},
    )  # fmt: skip
    made["ban"] = _enter(
        "procurement-violation", BUILDER, FINANCE,
        {"subject_name": "恒砾建筑工程有限公司", "subject_kind": "organisation", "violation": "提供虚假材料谋取中标",
         "penalty_content": "列入不良行为记录名单，一年内禁止参加政府采购活动", "basis": "《中华人民共和国政府采购法》第七十七条第一款",
         "decided_on": "2026-03-02", "announced_on": "2026-03-05", "authority": "平陵市财政局"},
    )  # fmt: skip
    made["builder-penalty"] = penalty(
        BUILDER,
        "恒砾建筑工程有限公司",
        "2026-05-20",
        document_no="平环罚〔2026〕98 号",
        violation="施工扬尘未采取抑尘措施",
    )
    made["abnormal"] = _enter(
        "abnormal-operation", SHOP, OFFICE,
        {"subject_name": "平陵市槐荫面馆", "reason": "通过登记的住所无法联系", "decided_on": "2026-04-20",
         "authority": "平陵市市场监督管理局", "document_no": "平市监异〔2026〕7 号"},
    )  # fmt: skip
    made["expired"] = penalty(
        QUIET,
        "平陵静水文化传媒有限公司",
        "2022-01-05",
        document_no="平环罚〔2022〕3 号",
        violation="已过公示期的旧处罚",
    )
    made["undecided"] = penalty(
        QUIET, "平陵静水文化传媒有限公司", "2026-07-01", document_no="平环罚〔2026〕140 号", violation="由人认定程度的处罚",
        penalty_kinds="other", penalty_content="责令限期治理",
    )  # fmt: skip
    promise(COUNTY, "青砚县人民政府", "兑现标准厂房租金补贴 186 万元，涉及 3 家企业", "2026-12-31", "running")
    promise(HOUSING, "平陵市住房和城乡建设局", "分三期支付道路改造工程款 420 万元（第 2 期）", "2026-11-30", "running")
    promise(FINANCE, "平陵市财政局", "拨付 2025 年度技术改造奖补资金", "2026-09-30", "no")
    promise(ENVIRONMENT, "平陵市生态环境局", "老旧小区增设油烟监测点 120 个", "2026-10-31", "yes")
    return made
