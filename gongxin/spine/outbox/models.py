"""What is to be told (待告知事项): notices to people and bodies. Deliveries and their proofs stand beside them."""

from __future__ import annotations

from django.db import models


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
