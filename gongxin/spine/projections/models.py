"""Projections (投影): what the ledger says, arranged for speed. They may be thrown away; the ledger makes them again.

`Mention` alone is no projection: it is the desk on which intake lays a row whose subject a person must decide.
"""

from __future__ import annotations

from django.db import models

from gongxin.spine.numbers import RowNumber


class Standing(models.Model):
    """The standing of one record (记录状态) in the present epoch of the law, with its days; the day asked about decides.

    `settled_on` is the day of the last thing that happened to the record: withdrawal, repair, removal, performance. The
    row holds from that day on; for an earlier day the ledger is folded. Nothing has happened to most records.
    """

    record = RowNumber("记录", primary_key=True)
    seq = models.BigIntegerField("现行条目")
    subject = models.CharField("主体", max_length=80)
    item = models.CharField("目录事项", max_length=60)
    provider = models.CharField("提供单位", max_length=32)
    decided = models.DateField("认定日", null=True)
    display_from = models.DateField("公示起", null=True)
    display_until = models.DateField("公示至", null=True)
    share_until = models.DateField("共享至", null=True)
    audience = models.CharField("受众", max_length=12)
    severity = models.CharField("程度", max_length=12, null=True)
    certainty = models.CharField("确信度", max_length=12)
    state = models.CharField("状态", max_length=12)
    settled_on = models.DateField("定局日", null=True)
    held_from = models.DateField("停用起", null=True)
    hidden_from = models.DateField("停止公示起", null=True)
    marks = models.CharField("标注", max_length=60, blank=True, default="")
    title = models.CharField("标题", max_length=300)

    class Meta:
        indexes = [
            models.Index(fields=["subject"], name="projections_standing_subject"),
            models.Index(fields=["item", "decided"], name="projections_standing_item"),
            models.Index(
                fields=["settled_on"], name="projections_standing_open", condition=models.Q(settled_on__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.record} {self.item} {self.state}"


class Subject(models.Model):
    """A subject (信用主体) as first reported or as the register has it; no name of a natural person stands here."""

    key = models.CharField("主体键", max_length=80, primary_key=True)
    code = models.CharField("代码", max_length=32, blank=True)
    name = models.CharField("名称", max_length=300, blank=True)
    kind = models.CharField("类别", max_length=20, blank=True)
    region = models.CharField("区划", max_length=20, blank=True)
    org_type = models.CharField("组织类型", max_length=100, blank=True)
    first_seq = models.BigIntegerField("首见条目")
    register_seq = models.BigIntegerField("登记条目", null=True)

    def __str__(self) -> str:
        return self.name or self.key


class SubjectName(models.Model):
    """A name (名称) under which an organisation was reported; its grams stand beside it in each store."""

    subject = models.CharField("主体键", max_length=80)
    name = models.CharField("名称", max_length=300)
    form = models.CharField("比对形", max_length=300)
    plain = models.CharField("检索形", max_length=300)
    first_seq = models.BigIntegerField("首见条目")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject", "name"], name="projections_subjectname_once")]

    def __str__(self) -> str:
        return self.name


class Link(models.Model):
    """What is presently held of a pair of keys (同一性判断): same, different or unsure; by a judgement or the register."""

    key_a = models.CharField("主体键甲", max_length=80)
    key_b = models.CharField("主体键乙", max_length=80, db_index=True)
    judgement = models.CharField("判断", max_length=12)
    origin = models.CharField("来源", max_length=12)
    seq = models.BigIntegerField("判断条目")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key_a", "key_b"], name="projections_link_pair")]

    def __str__(self) -> str:
        return f"{self.key_a} {self.judgement} {self.key_b}"


class Claim(models.Model):
    """A claim of the register (登记对照): this legacy code was entered for this subject. One legacy code, one subject."""

    legacy = models.CharField("旧码键", max_length=80)
    key = models.CharField("主体键", max_length=80)
    seq = models.BigIntegerField("登记条目")
    on = models.DateField("登记入账日")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["legacy", "key"], name="projections_claim_once")]

    def __str__(self) -> str:
        return f"{self.legacy} {self.key}"


class Freshness(models.Model):
    """How fresh a provider's data are (来源新鲜度), item by item: the last entry, and how many records there are."""

    provider = models.CharField("提供单位", max_length=32)
    item = models.CharField("目录事项", max_length=60)
    last_at = models.DateTimeField("末次入账")
    last_on = models.DateField("末次入账日")
    records = models.BigIntegerField("记录数")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "item"], name="projections_freshness_once")]

    def __str__(self) -> str:
        return f"{self.provider} {self.item} {self.last_on}"


class Epoch(models.Model):
    """The epoch (法期) the projections stand in: the days in which the same editions of the law govern."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    first_day = models.DateField("首日", null=True)
    last_day = models.DateField("末日", null=True)
    book = models.CharField("法规书版本", max_length=64)
    size = models.BigIntegerField("已含条数")

    def __str__(self) -> str:
        return f"{self.first_day}–{self.last_day} {self.book}"


class Mention(models.Model):
    """A mention (待认主体): a reported row that names somebody without identifying them; waits for a person's judgement."""

    class State(models.TextChoices):
        """Where a mention stands (处理状态)."""

        OPEN = "open", "待处理"
        SETTLED = "settled", "已处理"

    batch = models.BigIntegerField("批次", null=True)
    sheet = models.CharField("工作表", max_length=100, blank=True)
    row = models.BigIntegerField("行")
    subject_name = models.CharField("名称", max_length=300)
    reported_code = models.CharField("所报代码", max_length=100, blank=True)
    problem = models.CharField("缘由", max_length=60, blank=True)
    item = models.CharField("目录事项", max_length=60)
    provider = models.CharField("提供单位", max_length=32)
    body = models.TextField("内容")
    document = models.BigIntegerField("文书键", null=True)
    content = models.BigIntegerField("内容键", null=True)
    paper = models.BigIntegerField("文书号键", null=True)
    """Authority and document number without the subject: the document is known again when its subject is named."""
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.OPEN)
    opened = models.DateTimeField("提出时间")
    settled = models.DateTimeField("处理时间", null=True)
    settled_by = models.CharField("处理人", max_length=100, blank=True)
    settled_seq = models.BigIntegerField("所成条目", null=True)
    reason = models.TextField("理由", blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["state", "id"], name="projections_mention_state"),
            models.Index(fields=["content"], name="projections_mention_content"),
            models.Index(fields=["paper"], name="projections_mention_paper"),
        ]

    def __str__(self) -> str:
        return f"{self.subject_name} ({self.reported_code})"
