"""What is kept of cases (案件的表): cases, the acts on them, what was attached. A case's state is the fold of its acts."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from gongxin.spine import append_only

append_only.GUARDED.setdefault("cases_caseact", None)
append_only.GUARDED.setdefault("cases_handover", None)


class Channel(models.TextChoices):
    """How a case came in (提出方式)."""

    ONLINE = "online", _("网上")
    COUNTER = "counter", _("窗口")
    PAPER = "paper", _("纸质")
    MACHINE = "api", _("接口")


class Case(models.Model):
    """A case (案件): what it is about, who brought it, who must act. All that changes below is kept from the fold."""

    number = models.CharField("案号", max_length=40, primary_key=True)
    kind = models.CharField("种类", max_length=20)
    subject = models.CharField("主体", max_length=80, db_index=True)
    record = models.BigIntegerField("记录", null=True, db_index=True)
    item = models.CharField("目录事项", max_length=60, blank=True)
    about = models.CharField("所涉编号", max_length=60, blank=True)
    """The number of the look or of the earlier case it is about."""
    body = models.CharField("承办单位", max_length=32, db_index=True)
    brought_by = models.CharField("提出单位", max_length=32, blank=True, db_index=True)
    """The body that brought it before the other, where one did (单位之间)."""
    region = models.CharField("区划", max_length=12, blank=True)
    channel = models.CharField("提出方式", max_length=10, choices=Channel.choices)
    applicant = models.TextField("申请人（密封）")
    account = models.BigIntegerField("申请人账号", null=True)
    receipt = models.CharField("回执码摘要", max_length=64, db_index=True)
    """The digest of the code by which whoever has the receipt finds the case again."""
    opened_on = models.DateField("提出日")
    opened_at = models.DateTimeField("提出时间")
    # Kept from the fold of the acts, so that lists can be sorted; `engine.refresh` makes them again.
    state = models.CharField("状态", max_length=24)
    turn = models.CharField("待办方", max_length=12, blank=True)
    due = models.DateField("最近到期", null=True)
    clock = models.CharField("最近时钟", max_length=24, blank=True)
    closed_on = models.DateField("办结日", null=True)
    handler = models.BigIntegerField("经办账号", null=True)
    """Whom the body or the office has given it to; the last handover says so too."""
    answer_by = models.DateField("答复期限", null=True)
    """The last day for an answer as the ledger holds it; entered again when the coming year's days are announced."""

    class Meta:
        verbose_name = "案件"
        verbose_name_plural = "案件"
        indexes = [
            models.Index(fields=["turn", "due"], name="cases_case_turn"),
            models.Index(fields=["kind", "state"], name="cases_case_kind"),
        ]

    def __str__(self) -> str:
        return self.number


class CaseAct(append_only.AppendOnly):
    """An act on a case (案件行为): who did what, when, saying what. What was said lies sealed."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="acts")
    n = models.PositiveIntegerField("序")
    verb = models.CharField("行为", max_length=24)
    side = models.CharField("方", max_length=12)
    on = models.DateField("行为日")
    since = models.DateField("起算日", null=True)
    at = models.DateTimeField("时间")
    account = models.BigIntegerField("账号", null=True)
    actor = models.CharField("经办", max_length=100)
    body = models.CharField("单位", max_length=32, blank=True)
    said = models.TextField("内容（密封）")
    entries = models.JSONField("台账条目", default=list)
    """The numbers of the ledger's entries this act brought about."""

    class Meta:
        ordering = ["case", "n"]
        constraints = [models.UniqueConstraint(fields=["case", "n"], name="cases_caseact_order")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.n} {self.verb}"


class Attachment(models.Model):
    """Something attached to a case (附件): sealed on disk outside the web root, checked when it came in."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="attachments")
    n = models.PositiveIntegerField("所附行为")
    name = models.TextField("文件名（密封）")
    kind = models.CharField("类型", max_length=60)
    size = models.BigIntegerField("大小")
    digest = models.CharField("摘要", max_length=64)
    place = models.CharField("存放处", max_length=200)
    verdict = models.CharField("查验结果", max_length=40)
    side = models.CharField("提交方", max_length=12, blank=True, default="")
    """On which side of the case whoever attached it stood; empty for what came in before this was kept."""
    destroyed_on = models.DateField("销毁日", null=True, db_index=True)
    """Since when neither name nor content is there any more; digest and size stay, as proof of what was handed in."""
    at = models.DateTimeField("时间")

    def __str__(self) -> str:
        return f"{self.case_id} {self.digest[:12]}"


class Handover(append_only.AppendOnly):
    """A handover (移交): from one account of a body to another; the case stays where it is."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="handovers")
    handler = models.BigIntegerField("接手账号")
    by = models.BigIntegerField("移交账号", null=True)
    actor = models.CharField("移交人", max_length=100)
    reason = models.TextField("理由（密封）")
    at = models.DateTimeField("时间")

    def __str__(self) -> str:
        return f"{self.case_id} {self.handler}"


class Reminder(models.Model):
    """That somebody was reminded (催办): once for each clock and stage, whatever how often the work runs."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="reminders")
    clock = models.CharField("时钟", max_length=24)
    started = models.DateField("起算日")
    stage = models.CharField("阶段", max_length=10)
    """`soon` before the end, `late` after it."""
    at = models.DateTimeField("时间")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "clock", "started", "stage"], name="cases_reminder_once")
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.clock} {self.stage}"


class Count(models.Model):
    """The last number given to a kind of case in a year (案号计数)."""

    kind = models.CharField("种类", max_length=20)
    year = models.PositiveSmallIntegerField("年份")
    last = models.PositiveIntegerField("末号", default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "year"], name="cases_count_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.year} {self.last}"
