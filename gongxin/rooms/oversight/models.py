"""What oversight remembers (督导室的表): which questions were asked of which body, and under which case."""

from __future__ import annotations

from django.db import models

from gongxin.spine import append_only

append_only.GUARDED.setdefault("oversight_question", None)


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
