"""What oversight remembers (督导室的表): which questions were asked of which body, and under which case."""

from __future__ import annotations

from django.db import models

from gongxin.spine import append_only

append_only.GUARDED.setdefault("oversight_question", None)
append_only.GUARDED.setdefault("oversight_debtholding", None)


class Question(append_only.AppendOnly):
    """A question about looks, asked of the body that looked (疑问): never a verdict, and asked once."""

    key = models.CharField("疑问摘要", max_length=64, unique=True)
    rule = models.CharField("种类", max_length=24)
    body = models.CharField("单位", max_length=32)
    looks = models.JSONField("查阅编号", default=list)
    case = models.CharField("案号", max_length=60, blank=True)
    account = models.BigIntegerField("提出账号", null=True)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "查阅疑问"
        verbose_name_plural = "查阅疑问"

    def __str__(self) -> str:
        return f"{self.rule} {self.body}"


class DebtHolding(append_only.AppendOnly):
    """A bond in the stock of a day as it was reported (债券余额); amounts in fen, internal."""

    stock_day = models.DateField("余额日")
    code = models.CharField("债券代码", max_length=40)
    name = models.CharField("债券名称", max_length=200, blank=True)
    debtor = models.CharField("债务主体", max_length=200)
    region = models.CharField("区划", max_length=12, blank=True)
    matures_on = models.DateField("到期日")
    issued = models.BigIntegerField("发行额（分）")
    balance = models.BigIntegerField("余额（分）", null=True)
    source = models.CharField("来源", max_length=200)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "债券余额"
        verbose_name_plural = "债券余额"
        constraints = [models.UniqueConstraint(fields=["stock_day", "code"], name="oversight_debt_once")]
        indexes = [models.Index(fields=["region", "stock_day"], name="oversight_debt_region")]

    def __str__(self) -> str:
        return f"{self.stock_day} {self.code}"
