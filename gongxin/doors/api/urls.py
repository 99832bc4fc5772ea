"""The machine interface (机器接口): which calls there are. One file for each group of calls, all listed here."""

from __future__ import annotations

from gongxin.doors.api import (
    areas,
    assessments,
    auditing,
    batches,
    bodies,
    cases,
    checks,
    complaints,
    consents,
    debt,
    embedding,
    governments,
    holders,
    incentives,
    integrity,
    lawbook,
    lists,
    lookups,
    manual,
    measures,
    mine,
    monitoring,
    officials,
    promises,
    proofs,
    repairnotices,
    reports,
    restrictions,
    screens,
    subscriptions,
    tasks,
)
from gongxin.doors.api.frame import GongxinAPI

INTRODUCTION = """供各单位业务系统使用：核查、登记处理结果、报送批次、核对文件；公开信息的查询、目录、法规和开放数据不需要密钥。

密钥由信用办发给单位，写在请求头 Authorization: Bearer 密钥。每个密钥写明权限、每分钟次数和到期日；停用后几秒内失效。

所有出错的答复都是同一种格式：error 里有 code、message、way_forward，依法拒绝的有 clause，
数据有误的有 issues，平台故障的有 ticket。状态 503 表示平台现在不能作答，不表示没有记录。

不便保管密钥的，可以登记公钥后逐次签名（RFC 9421：覆盖 @method、@target-uri、content-digest，写明 created、keyid、nonce，
五分钟内有效，只能用一次），或者经前置服务器以双向 TLS 的客户端证书访问。

写操作可以带请求头 Idempotency-Key：同一个密钥在 24 小时内用同一个键重发同一请求，
得到同一个答复，不会重复登记。

每次核查都记入查阅日志并有编号，被查的主体可以看到。没有记录不等于信用良好。"""

api = GongxinAPI(
    title="公信接口说明",
    version="1",
    description=INTRODUCTION,
    urls_namespace="api",
    docs=manual.Manual(),
    docs_url="/docs",
    openapi_url="/openapi.json",
)

for router in (
    checks.router,
    measures.router,
    screens.router,
    lists.router,
    embedding.router,
    restrictions.router,
    batches.router,
    lookups.router,
    reports.router,
    proofs.router,
    consents.router,
    repairnotices.router,
    cases.router,
    complaints.router,
    integrity.rows_router,
    integrity.router,
    officials.router,
    subscriptions.router,
    subscriptions.open_router,
    holders.router,
    auditing.router,
    mine.router,
    mine.open_router,
    assessments.router,
    assessments.open_router,
    governments.router,
    governments.open_router,
    monitoring.router,
    incentives.router,
    incentives.open_router,
    areas.open_router,
    bodies.open_router,
    promises.open_router,
    promises.router,
    tasks.open_router,
    tasks.router,
    debt.open_router,
    debt.router,
    lawbook.catalogue,
    lawbook.law,
):
    api.add_router("", router)
