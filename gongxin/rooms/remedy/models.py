"""What the room keeps of its own (权益保护室的表): notices of repair that went out, and how far the ledger was read for them."""

from __future__ import annotations

from django.db import models


class RepairNotice(models.Model):
    """That a notice of repair went with a record (信用修复告知): once for each record, whatever is sent again."""

    record = models.BigIntegerField("记录", primary_key=True)
    subject = models.CharField("主体", max_length=80)
    item = models.CharField("目录事项", max_length=60)
    body = models.CharField("报送单位", max_length=32, db_index=True)
    notice = models.BigIntegerField("告知", unique=True)
    made_on = models.DateField("制作日")
    served_on = models.DateField("送达日", null=True, db_index=True)
    """The day of service as entered with its proof; a notice opened in the portal is known by that."""

    def __str__(self) -> str:
        return str(self.record)


class Progress(models.Model):
    """How far the ledger was read (台账阅读进度)."""

    name = models.CharField("用途", max_length=20, primary_key=True)
    seq = models.BigIntegerField("末号", default=0)

    def __str__(self) -> str:
        return f"{self.name} {self.seq}"
