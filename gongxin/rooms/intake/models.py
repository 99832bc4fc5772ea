"""Batches and the rows they hold back (批次与待处理行): ordinary lists beside the ledger; what was accepted stands in the ledger."""

from __future__ import annotations

from django.db import models


class Batch(models.Model):
    """A file handed in (批次): where it came from, what its headings mean, how far it is, what became of its rows."""

    class State(models.TextChoices):
        """How far a batch is (批次状态)."""

        QUEUED = "queued", "等待处理"
        CONFIRM = "confirm", "待确认表头"
        RUNNING = "running", "处理中"
        DONE = "done", "已完成"
        CANCELLED = "cancelled", "已取消"
        FAILED = "failed", "无法读取"

    item = models.CharField("目录事项", max_length=60, blank=True)
    provider = models.CharField("提供单位", max_length=32)
    via = models.CharField("渠道", max_length=20)
    actor = models.CharField("经办", max_length=100)
    file_name = models.CharField("文件名", max_length=255)
    file_hash = models.CharField("文件摘要", max_length=64, db_index=True)
    size = models.BigIntegerField("字节数")
    form = models.CharField("格式", max_length=40, blank=True)
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.QUEUED)
    claim = models.CharField("处理进程", max_length=100, blank=True)
    beat = models.DateTimeField("最近进度", null=True)
    cancelling = models.BooleanField("要求取消", default=False)
    chunk_rows = models.IntegerField("每段行数", default=0)
    """Set when the first row is entered and kept: a resumed batch must be cut as it was begun."""
    next_chunk = models.IntegerField("下一段", default=0)
    day = models.DateField("受理日")
    """The day the file was received: rows are checked as of it, also when the work is resumed on a later day."""
    created = models.DateTimeField("受理时间")
    started = models.DateTimeField("开始时间", null=True)
    finished = models.DateTimeField("结束时间", null=True)
    seconds = models.FloatField("用时", default=0)
    received = models.BigIntegerField("收到行数", default=0)
    accepted = models.BigIntegerField("接收", default=0)
    corrections = models.BigIntegerField("其中更正", default=0)
    duplicates = models.BigIntegerField("重复", default=0)
    refused = models.BigIntegerField("退回", default=0)
    waiting = models.BigIntegerField("待人工", default=0)
    late = models.BigIntegerField("迟报", default=0)
    set_aside = models.JSONField("非记录行", default=dict)
    columns = models.JSONField("列对应", default=dict)
    """Sheet → {heading row, template, columns: {letter: [heading, field]}}: where each value of an entry came from."""
    confirmed = models.JSONField("人工确认的表头", default=dict)
    notices = models.JSONField("提示", default=list)
    notice_counts = models.JSONField("提示计数", default=dict)
    message = models.TextField("说明", blank=True)
    resubmits = models.BigIntegerField("与此批次文件相同", null=True)
    returned_from = models.BigIntegerField("改正自批次", null=True)

    class Meta:
        indexes = [
            models.Index(fields=["state", "id"], name="intake_batch_state"),
            models.Index(fields=["provider", "-id"], name="intake_batch_provider"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.file_name}"


class HeldRow(models.Model):
    """A row that was not entered (未归集行): duplicate, refused or waiting, with its values and all its issues."""

    class Outcome(models.TextChoices):
        """Why a row is held (未归集原因)."""

        DUPLICATE = "duplicate", "重复"
        REFUSED = "refused", "退回"
        WAITING = "waiting", "待人工处理"

    class State(models.TextChoices):
        """Whether it still waits to be put right (处理状态)."""

        OPEN = "open", "未处理"
        ENTERED = "entered", "改正后已归集"
        SETTLED = "settled", "已处理"

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="held", db_index=False)
    sheet = models.CharField("工作表", max_length=100, blank=True)
    row = models.BigIntegerField("行")
    outcome = models.CharField("结果", max_length=12, choices=Outcome.choices)
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.OPEN)
    values = models.TextField("内容", default="{}")
    """Field → value as reported, JSON; values of sensitive fields sealed."""
    issues = models.TextField("问题", default="[]")
    mention = models.BigIntegerField("待认主体", null=True)
    seq = models.BigIntegerField("归集条目", null=True)

    class Meta:
        indexes = [
            models.Index(fields=["batch", "outcome", "id"], name="intake_heldrow_batch"),
            models.Index(fields=["mention"], name="intake_heldrow_mention", condition=models.Q(mention__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id}/{self.sheet}/{self.row} {self.outcome}"


class Portion(models.Model):
    """Where a run of entries came from (条目来源): batch, sheet, and the rows of the file, in the entries' order."""

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="portions")
    sheet = models.CharField("工作表", max_length=100, blank=True)
    first_seq = models.BigIntegerField("首条", unique=True)
    count = models.IntegerField("条数")
    rows = models.TextField("行号")
    """Row numbers as ranges, such as `2-50001,50003`."""

    def __str__(self) -> str:
        return f"{self.first_seq}+{self.count} ← {self.batch_id}"


class LearnedHeading(models.Model):
    """A heading a person of this office has confirmed (已确认的表头)."""

    item = models.CharField("目录事项", max_length=60)
    heading = models.CharField("表头", max_length=200)
    field = models.CharField("字段", max_length=60)
    confirmed_by = models.CharField("确认人", max_length=100)
    at = models.DateTimeField("时间")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "heading"], name="intake_learnedheading_once")]

    def __str__(self) -> str:
        return f"{self.heading} → {self.field}"
