"""What the room remembers (承诺室的表): who follows a promise or a body's promises, and which warnings were told."""

from __future__ import annotations

from django.db import models


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
