"""What is kept of a report (报告登记): its number and digests, never its content; and reports taken back."""

from __future__ import annotations

from django.db import models

from gongxin.spine.append_only import AppendOnly


class Report(AppendOnly):
    """A report issued (已出具报告): whom it is about stands here as a key, what it says only as digests."""

    number = models.CharField("编号", max_length=40, primary_key=True)
    check_index = models.CharField("核验码索引", max_length=32)
    kind = models.CharField("种类", max_length=16)
    subject = models.CharField("主体", max_length=80)
    open = models.BooleanField("公开版")
    body = models.CharField("申请单位", max_length=32, blank=True)
    account = models.BigIntegerField("账号", null=True)
    via = models.CharField("途径", max_length=20)
    look = models.CharField("查阅编号", max_length=40, blank=True)
    purpose = models.TextField("用途")
    issued = models.DateTimeField("出具时间")
    as_of = models.DateField("查询日")
    valid_until = models.DateField("有效期至")
    digest = models.CharField("文件摘要", max_length=64)
    imprint = models.CharField("内容印记", max_length=64)
    steady_until = models.DateField("无新增时不变至")
    view = models.JSONField("范围")
    law_book = models.CharField("法典版本", max_length=16)
    ledger_size = models.BigIntegerField("台账条数")
    certificate = models.CharField("证书指纹", max_length=64)
    place = models.BigIntegerField("状态表位置", unique=True)

    class Meta:
        app_label = "disclosure"
        indexes = [
            models.Index(fields=["body", "issued"], name="disclosure_report_body"),
            models.Index(fields=["subject", "issued"], name="disclosure_report_subject"),
            models.Index(fields=["valid_until"], name="disclosure_report_valid"),
        ]

    def __str__(self) -> str:
        return self.number


class Revocation(AppendOnly):
    """A report taken back by the office (撤回报告), with the reason the verification page gives."""

    number = models.CharField("编号", max_length=40, primary_key=True)
    at = models.DateTimeField("时间")
    reason = models.CharField("理由", max_length=200)
    actor = models.CharField("经办", max_length=100)

    class Meta:
        app_label = "disclosure"

    def __str__(self) -> str:
        return self.number
