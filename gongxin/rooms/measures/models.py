"""What measures remembers (奖惩室的表): outcomes of checks, cases asked and watched, incomplete entries, repeated requests."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from gongxin.spine import append_only

append_only.GUARDED.setdefault("measures_outcome", None)
append_only.GUARDED.setdefault("measures_casecheck", None)
append_only.GUARDED.setdefault("measures_caserepeat", None)
append_only.GUARDED.setdefault("measures_restriction", None)
append_only.GUARDED.setdefault("measures_redress", None)


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
    ground = models.CharField("未限制的原因", max_length=24, blank=True)
    restrictions = models.JSONField("限制措施案号", default=list)
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


class CaseCheck(append_only.AppendOnly):
    """The check of one case (一案一查): what was asked in a case counts once, until the standing it told has changed."""

    number = models.CharField("核查编号", max_length=40, unique=True)
    body = models.CharField("单位", max_length=32)
    matter = models.CharField("事项", max_length=60)
    case_no = models.CharField("办件编号", max_length=100)
    subject = models.CharField("主体", max_length=80)
    standing = models.CharField("情况摘要", max_length=64)
    """SHA-256 of what the answer told of the subject, without the day: equal digests tell the same."""
    at = models.DateTimeField("时间")

    class Meta:
        indexes = [models.Index(fields=["body", "case_no", "matter", "subject"], name="casecheck_case")]

    def __str__(self) -> str:
        return f"{self.number} {self.case_no}"


class CaseRepeat(append_only.AppendOnly):
    """A look that asked the same case once more (同案重查): a look of its own, the check of before."""

    look = models.CharField("查阅编号", max_length=40, unique=True)
    number = models.CharField("核查编号", max_length=40, db_index=True)

    def __str__(self) -> str:
        return f"{self.look} = {self.number}"


class Watch(models.Model):
    """A watch (关注) over the answer to one check, until the case closes: told once that it changed, never what became of it."""

    class State(models.TextChoices):
        """How a watch stands (关注状态)."""

        OPEN = "open", _("关注中")
        CHANGED = "changed", _("已通知变动")
        CLOSED = "closed", _("已停止")

    number = models.CharField("核查编号", max_length=40, unique=True)
    look = models.CharField("查阅编号", max_length=40)
    """The look that tells the subject of the watch."""
    body = models.CharField("单位", max_length=32, db_index=True)
    matter = models.CharField("事项", max_length=60)
    case_no = models.CharField("办件编号", max_length=100)
    subject = models.CharField("主体", max_length=80, db_index=True)
    standing = models.CharField("情况摘要", max_length=64)
    until = models.DateField("截止日")
    viewer = models.CharField("查阅人", max_length=100)
    account = models.BigIntegerField("账号", null=True)
    at = models.DateTimeField("开始时间")
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.OPEN)
    ended_at = models.DateTimeField("结束时间", null=True)
    event = models.BigIntegerField("事件", null=True)

    class Meta:
        indexes = [models.Index(fields=["state", "until"], name="watch_open")]

    def __str__(self) -> str:
        return f"{self.number} {self.state} {self.until}"


class WatchRound(models.Model):
    """Up to where the watches were looked after (关注巡查进度): the ledger's size, the day and the law book."""

    size = models.BigIntegerField("台账条数")
    day = models.DateField("日期")
    book = models.CharField("法典版本", max_length=64)

    def __str__(self) -> str:
        return f"{self.size} {self.day}"


class ScreenJob(models.Model):
    """A list on its way through screening (批量核查任务): handed in on the page or by a system, answered by a worker.

    List and answer lie sealed in files while they are kept; who asked, in which matter, stands here.
    """

    class State(models.TextChoices):
        """How far it is (批量核查进度)."""

        WAITING = "waiting", _("排队中")
        RUNNING = "running", _("核查中")
        DONE = "done", _("已完成")
        FAILED = "failed", _("没有办成")

    id = models.CharField("任务号", max_length=20, primary_key=True)
    body = models.CharField("单位", max_length=32, db_index=True)
    viewer = models.CharField("查阅人", max_length=100)
    account = models.BigIntegerField("账号", null=True)
    role = models.CharField("角色", max_length=20)
    via = models.CharField("途径", max_length=20)
    matter = models.CharField("事项", max_length=60)
    case_no = models.CharField("办件编号", max_length=100, blank=True)
    as_of = models.DateField("查询日", null=True)
    column = models.CharField("代码列", max_length=200)
    rows = models.PositiveIntegerField("行数")
    done = models.PositiveIntegerField("已完成行数", default=0)
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.WAITING)
    said = models.JSONField("结果", default=dict)
    at = models.DateTimeField("提交时间", db_index=True)
    claimed = models.DateTimeField("开始时间", null=True)

    def __str__(self) -> str:
        return f"{self.id} {self.state}"


class Restriction(append_only.AppendOnly):
    """A restriction whose decision was served (已送达的限制措施): facts alone. Whether it runs on a day, the law's fold says.

    There is no row before service, so nothing that was not served can be listed anywhere.
    """

    number = models.CharField("案号", max_length=40, primary_key=True)
    check_number = models.CharField("核查编号", max_length=40, db_index=True)
    subject = models.CharField("主体", max_length=80, db_index=True)
    body = models.CharField("单位", max_length=32, db_index=True)
    matter = models.CharField("事项", max_length=60)
    provision = models.CharField("措施", max_length=80)
    records = models.JSONField("所据记录", default=list)
    document_no = models.CharField("决定文书号", max_length=200, blank=True)
    decided_on = models.DateField("决定日期")
    effective_on = models.DateField("送达日期")
    until = models.DateField("到期日")
    at = models.DateTimeField("登记时间")

    class Meta:
        ordering = ["effective_on", "number"]
        verbose_name = "限制措施"
        verbose_name_plural = "限制措施"

    def __str__(self) -> str:
        return self.number


class Redress(append_only.AppendOnly):
    """How a wrong restriction was made good (错误限制的补救): the body's own statement."""

    restriction = models.CharField("案号", max_length=40, db_index=True)
    cause = models.BigIntegerField("起因条目")
    text = models.TextField("怎样补救")
    decided_by = models.CharField("作出决定的人", max_length=100)
    body = models.CharField("单位", max_length=32)
    actor = models.CharField("经办", max_length=150)
    at = models.DateTimeField("登记时间")

    class Meta:
        ordering = ["id"]
        verbose_name = "错误限制的补救"
        verbose_name_plural = "错误限制的补救"
        constraints = [models.UniqueConstraint(fields=["restriction", "cause"], name="redress_once")]

    def __str__(self) -> str:
        return f"{self.restriction} {self.cause}"


class Chase(models.Model):
    """That a body was reminded (催报): once for each thing that is overdue, however often the work runs."""

    about = models.CharField("所催", max_length=60, unique=True)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "催报"
        verbose_name_plural = "催报"

    def __str__(self) -> str:
        return self.about
