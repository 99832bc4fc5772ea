"""What measures remembers (奖惩室的表): outcomes of checks, entries that may not be given yet, repeated requests."""

from __future__ import annotations

from django.db import models

from gongxin.spine import append_only

append_only.GUARDED.setdefault("measures_outcome", None)


class Outcome(append_only.AppendOnly):
    """What the body decided after a check (处理结果): a statement of the body, never a conclusion of the platform.

    Statements are added, not changed: the latest one for a check counts, the earlier ones stay readable.
    """

    check_number = models.CharField("核查编号", max_length=40, db_index=True)
    kind = models.CharField("结果", max_length=24)
    reason = models.TextField("说明", blank=True)
    document_no = models.CharField("决定文书号", max_length=200, blank=True)
    decided_on = models.DateField("决定日期", null=True, blank=True)
    records = models.JSONField("涉及的记录", default=list)
    body = models.CharField("单位", max_length=32, db_index=True)
    actor = models.CharField("经办", max_length=150)
    at = models.DateTimeField("登记时间")

    class Meta:
        ordering = ["id"]
        verbose_name = "处理结果"
        verbose_name_plural = "处理结果"
        indexes = [models.Index(fields=["body", "kind"], name="outcome_body_kind")]

    def __str__(self) -> str:
        return f"{self.check_number} {self.kind}"


class Incomplete(models.Model):
    """An adverse entry that lacks what an adverse effect needs (要素不全的记录): waits for the office, acts on nobody."""

    record = models.BigIntegerField("记录", primary_key=True)
    item = models.CharField("事项", max_length=64)
    missing = models.JSONField("缺少", default=list)
    matter = models.CharField("首次发现于", max_length=64)
    found_at = models.DateTimeField("发现时间")
    settled_at = models.DateTimeField("办结时间", null=True, blank=True)
    note = models.TextField("处理说明", blank=True)

    class Meta:
        ordering = ["found_at"]
        verbose_name = "要素不全的记录"
        verbose_name_plural = "要素不全的记录"

    def __str__(self) -> str:
        return f"{self.record} {','.join(self.missing)}"


class Repeat(models.Model):
    """A request that its sender may repeat (幂等请求): the same key gets the same answer, sealed while it is kept."""

    caller = models.CharField("密钥", max_length=64)
    key = models.CharField("幂等键", max_length=200)
    request = models.CharField("请求摘要", max_length=64)
    status = models.PositiveSmallIntegerField("状态码", null=True)
    answer = models.TextField("答复（加密）", blank=True)
    at = models.DateTimeField("时间", db_index=True)

    class Meta:
        verbose_name = "可重发的请求"
        verbose_name_plural = "可重发的请求"
        constraints = [models.UniqueConstraint(fields=["caller", "key"], name="repeat_once")]

    def __str__(self) -> str:
        return f"{self.caller} {self.key}"
