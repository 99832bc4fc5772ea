"""What is kept of publishing debt (债务公布的表): which body is the finance authority where, and what it published."""

from __future__ import annotations

from django.db import models

from gongxin.spine import append_only

append_only.GUARDED.setdefault("debtbook_authority", None)
append_only.GUARDED.setdefault("debtbook_publication", None)


class Authority(append_only.AppendOnly):
    """That a body is the finance authority of a division (财政主管部门): the last entry of a division counts."""

    region = models.CharField("区划", max_length=12, db_index=True)
    body = models.CharField("单位", max_length=32)
    document = models.CharField("依据文件", max_length=200)
    actor = models.CharField("登记人", max_length=100)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "财政主管部门"
        verbose_name_plural = "财政主管部门"

    def __str__(self) -> str:
        return f"{self.region} {self.body}"


class Publication(append_only.AppendOnly):
    """That the stock of a day was published, or taken back (公布和撤下): the last word of a division and a day counts.

    `last` is the last bond that counted; what is taken in later of the same day was not published with it.
    """

    PUBLISH, WITHDRAW = "publish", "withdraw"

    region = models.CharField("区划", max_length=12, db_index=True)
    stock_day = models.DateField("余额日")
    verb = models.CharField("行为", max_length=10)
    document_no = models.CharField("公布文件号", max_length=128)
    reason = models.TextField("撤下理由", blank=True)
    body = models.CharField("公布单位", max_length=32)
    last = models.BigIntegerField("末笔", default=0)
    balance = models.BigIntegerField("余额（分）", default=0)
    confirmed_by = models.CharField("确认人", max_length=100)
    account = models.BigIntegerField("账号", null=True)
    day = models.DateField("日期")
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "债务公布"
        verbose_name_plural = "债务公布"

    def __str__(self) -> str:
        return f"{self.region} {self.stock_day} {self.verb}"
