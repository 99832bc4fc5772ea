"""What the room remembers (承诺室的表): followers, warnings told, and the signed lists by which bodies hand over what they owe."""

from __future__ import annotations

from django.db import models

from gongxin.spine import append_only

append_only.GUARDED.setdefault("promises_handoverpaper", None)
append_only.GUARDED.setdefault("promises_handoversignature", None)


class Following(models.Model):
    """That somebody follows a promise or the promises of a body (关注): ends when they end it."""

    account = models.BigIntegerField("账号", db_index=True)
    record = models.BigIntegerField("记录号", null=True, db_index=True)
    body = models.CharField("单位", max_length=32, blank=True, db_index=True)
    since = models.DateTimeField("时间")

    class Meta:
        verbose_name = "承诺关注"
        verbose_name_plural = "承诺关注"
        constraints = [models.UniqueConstraint(fields=["account", "record", "body"], name="promises_following_once")]

    def __str__(self) -> str:
        return f"{self.account} {self.record or self.body}"


class Warned(models.Model):
    """That a body was told of a last day (到期提醒): once for each part, day and stage, however often the work runs."""

    record = models.BigIntegerField("记录号")
    part = models.CharField("节点", max_length=64)
    due = models.DateField("到期日")
    days = models.IntegerField("相距日数")
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "承诺到期提醒"
        verbose_name_plural = "承诺到期提醒"
        constraints = [
            models.UniqueConstraint(fields=["record", "part", "due", "days"], name="promises_warned_once"),
        ]

    def __str__(self) -> str:
        return f"{self.record} {self.due} {self.days}"


class HandoverPaper(append_only.AppendOnly):
    """A list of what a body owes as it was handed over (移交清单文书): its words, their digest, the platform's signature."""

    number = models.CharField("编号", max_length=20, unique=True)
    body = models.CharField("单位", max_length=32, db_index=True)
    as_of = models.DateField("截至")
    content = models.TextField("内容（密封）")
    digest = models.CharField("摘要", max_length=64)
    signature = models.CharField("签名", max_length=200)
    key = models.CharField("签名公钥", max_length=80)
    actor = models.CharField("经办", max_length=100)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "移交清单文书"
        verbose_name_plural = "移交清单文书"

    def __str__(self) -> str:
        return self.number


class HandoverSignature(append_only.AppendOnly):
    """That somebody signed such a list (移交签收): who leaves, who comes, who witnesses; once each, with the digest they saw."""

    number = models.CharField("编号", max_length=20, db_index=True)
    capacity = models.CharField("身份", max_length=10)
    name = models.CharField("姓名和职务", max_length=100)
    digest = models.CharField("摘要", max_length=64)
    account = models.BigIntegerField("账号", null=True)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "移交签收"
        verbose_name_plural = "移交签收"
        constraints = [models.UniqueConstraint(fields=["number", "capacity"], name="promises_handover_signed_once")]

    def __str__(self) -> str:
        return f"{self.number} {self.capacity}"
