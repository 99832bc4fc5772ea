"""What is to be told (待告知事项): notices to people and bodies, events to subscribers, and how each was delivered."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from gongxin.spine import append_only

append_only.GUARDED.setdefault("outbox_event", None)
append_only.GUARDED.setdefault("outbox_attempt", None)
append_only.GUARDED.setdefault("outbox_served", None)


class Notice(models.Model):
    """A notice (告知): to an account, a body or a subject, about a case; its words come from a template and sealed values."""

    to_kind = models.CharField("收件方种类", max_length=12)
    """`account`, `body`, `role` or `subject`."""
    to = models.CharField("收件方", max_length=80, db_index=True)
    template = models.CharField("模板", max_length=60)
    case = models.CharField("案号", max_length=40, blank=True, db_index=True)
    words = models.TextField("内容（密封）", blank=True)
    at = models.DateTimeField("时间")
    read_at = models.DateTimeField("阅读时间", null=True)

    class Meta:
        indexes = [models.Index(fields=["to_kind", "to", "read_at"], name="outbox_notice_open")]

    def __str__(self) -> str:
        return f"{self.to_kind}:{self.to} {self.template}"


class Contact(models.Model):
    """Where an account wants to be told (送达地址): an e-mail address or a mobile number, sealed; added by the account itself."""

    account = models.BigIntegerField("账号", db_index=True)
    channel = models.CharField("方式", max_length=8)
    """`email` or `sms`."""
    address = models.TextField("地址（密封）")
    added = models.DateTimeField("登记时间")
    ended = models.DateTimeField("停用时间", null=True)

    def __str__(self) -> str:
        return f"{self.account} {self.channel}"


class Event(append_only.AppendOnly):
    """A change event (变更事件): what became of a record, signed, told to everybody who may hold a copy of it."""

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField("种类", max_length=20)
    entry = models.BigIntegerField("台账条目", unique=True, null=True)
    """The entry that brought it about; none where the law changed, which is no entry about anybody."""
    record = models.BigIntegerField("记录", db_index=True)
    """The record it is about; 0 for all of them."""
    item = models.CharField("目录事项", max_length=60, blank=True)
    person = models.BooleanField("自然人", default=False)
    body = models.TextField("内容")
    """The event as it is sent: canonical JSON, the very bytes the digest and the signature are over."""
    digest = models.CharField("摘要", max_length=64)
    signature = models.CharField("签名", max_length=128)
    key = models.CharField("密钥", max_length=16)
    at = models.DateTimeField("时间")

    def __str__(self) -> str:
        return f"{self.pk} {self.kind} {self.record}"


class Subscriber(models.Model):
    """A subscriber (订阅方): a node, a department or an agency that holds copies and must let go of what has ended."""

    class Kind(models.TextChoices):
        """Kinds of subscribers (订阅方种类)."""

        NODE = "node", _("上下级平台")
        DEPARTMENT = "department", _("部门系统")
        AGENCY = "agency", _("信用服务机构")
        CHECKER = "checker", _("核查单位")

    body = models.CharField("单位代码", max_length=32, unique=True)
    name = models.CharField("名称", max_length=200)
    kind = models.CharField("种类", max_length=12, choices=Kind.choices)
    endpoint = models.URLField("接收地址", max_length=400, blank=True)
    """Where events are sent; empty for one that fetches them itself."""
    items = models.JSONField("目录事项", default=list)
    """Which items it holds; none named means all of them."""
    persons = models.BooleanField("含自然人", default=False)
    since = models.DateTimeField("订阅时间")
    ended = models.DateTimeField("停止时间", null=True)

    def __str__(self) -> str:
        return self.name


class Delivery(models.Model):
    """A delivery (送达) of one event to one subscriber: pending until it was acknowledged by its very digest."""

    class State(models.TextChoices):
        """Where a delivery stands (送达状态)."""

        PENDING = "pending", "待送达"
        SENT = "sent", "已送达，待确认"
        ACKNOWLEDGED = "acknowledged", "已确认"

    subscriber = models.ForeignKey(Subscriber, on_delete=models.PROTECT, related_name="deliveries")
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="deliveries")
    state = models.CharField("状态", max_length=14, choices=State.choices, default=State.PENDING)
    tries = models.PositiveIntegerField("次数", default=0)
    next_try = models.DateTimeField("下次")
    last = models.CharField("上次结果", max_length=40, blank=True)
    sent_at = models.DateTimeField("送达时间", null=True)
    acknowledged_at = models.DateTimeField("确认时间", null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subscriber", "event"], name="outbox_delivery_once")]
        indexes = [models.Index(fields=["state", "next_try"], name="outbox_delivery_due")]

    def __str__(self) -> str:
        return f"{self.subscriber_id} {self.event_id} {self.state}"


class Attempt(append_only.AppendOnly):
    """An attempt (送达尝试): when, what came back, and the digest of the answer – the proof of service."""

    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="attempts", null=True)
    message = models.BigIntegerField("通知送达", null=True, db_index=True)
    """The e-mail or short message it was an attempt at, where it was no event."""
    at = models.DateTimeField("时间")
    outcome = models.CharField("结果", max_length=40)
    detail = models.CharField("说明", max_length=300, blank=True)
    answer = models.CharField("回执摘要", max_length=64, blank=True)

    def __str__(self) -> str:
        return f"{self.at} {self.outcome}"


class Message(models.Model):
    """A message (外发通知): one notice on its way to one address by e-mail or short message."""

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="messages")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT)
    state = models.CharField("状态", max_length=10, default="pending")
    """`pending`, `sent` or `failed`."""
    tries = models.PositiveIntegerField("次数", default=0)
    next_try = models.DateTimeField("下次")
    last = models.CharField("上次结果", max_length=40, blank=True)
    sent_at = models.DateTimeField("发出时间", null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["notice", "contact"], name="outbox_message_once")]
        indexes = [models.Index(fields=["state", "next_try"], name="outbox_message_due")]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.state}"


class Served(append_only.AppendOnly):
    """That a document was served (送达登记): what, on whom, how and when, with the proof sealed and its digest open."""

    case = models.CharField("案号", max_length=40, blank=True, db_index=True)
    record = models.BigIntegerField("记录", null=True, db_index=True)
    document = models.CharField("文书种类", max_length=40)
    digest = models.CharField("文书摘要", max_length=64, blank=True)
    """SHA-256 of the document as it was served, where the platform made it."""
    to = models.CharField("受送达人", max_length=80)
    method = models.CharField("方式", max_length=12)
    on = models.DateField("送达日")
    proof = models.TextField("证明（密封）", blank=True)
    proof_digest = models.CharField("证明摘要", max_length=64, blank=True)
    actor = models.CharField("登记人", max_length=100)
    at = models.DateTimeField("登记时间")

    def __str__(self) -> str:
        return f"{self.case or self.record} {self.document} {self.method} {self.on}"


class Round(models.Model):
    """One deed of the day's round (每日维护): when it was last done, and what stopped it since."""

    deed = models.CharField("事项", max_length=20, primary_key=True)
    done_on = models.DateField("最近运行日", null=True)
    at = models.DateTimeField("时间")
    fault = models.CharField("中断原因", max_length=300, blank=True)

    def __str__(self) -> str:
        return f"{self.deed} {self.done_on}"
