"""What a key may be used for (接口权限): the one list that keys are issued from and calls are held to."""

from __future__ import annotations

from collections.abc import Mapping

SCOPES: Mapping[str, str] = {
    "checks:write": "核查、读取和登记本单位核查的结果",
    "batches:write": "报送批次、查看本单位批次",
    "validate:write": "报送前核对文件",
    "reports:write": "出具信用报告、取回本单位出具的报告",
    "consents:write": "向本人请求授权，查看本单位取得的授权",
    "mine:read": "信用主体读取本主体的全部信息、谁看过和授权",
    "mine:write": "信用主体答复授权请求、给出和撤回授权",
    "cases:write": "提出、查看、办理本单位的案件",
    "events:read": "订阅方取变更事件、逐个确认",
    "subscribers:write": "信用办的系统登记、查看、停止订阅方",
    "audit:read": "审计岗位的系统读取从查阅日志提出的疑问",
    "assess:read": "按指标体系评价单位，用于确定检查频次",
    "monitor:read": "监督单位查看监测疑问和办理情况",
    "incentives:confirm": "合作机构凭本人授权确认激励，只得到符合二字",
    "search:read": "公开信息查询，按密钥的频率",
}
"""Every scope a key may carry, and what it is for."""
