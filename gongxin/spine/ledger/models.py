"""The ledger's tables (台账): entries, their payloads, and signed checkpoints. Nothing here is ever rewritten."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from gongxin.spine.append_only import AppendOnly
from gongxin.spine.numbers import RowNumber


class Entry(AppendOnly):
    """An entry (台账条目): one act about one subject, with the digest of its payload and its leaf in the tree."""

    seq = RowNumber("序号", primary_key=True)
    kind = models.CharField("行为", max_length=20)
    record = models.BigIntegerField("记录")
    item = models.CharField("目录事项", max_length=60)
    subject = models.CharField("主体", max_length=80)
    provider = models.CharField("提供单位", max_length=32)
    batch = models.BigIntegerField("批次", null=True)
    on = models.DateField("行为日")
    at = models.DateTimeField("入账时间")
    actor = models.CharField("经办", max_length=100)
    digest = models.BinaryField("内容摘要", max_length=32)
    leaf = models.BinaryField("叶散列", max_length=32)

    class Meta:
        indexes = [
            models.Index(fields=["subject"], name="ledger_entry_subject"),
            # A record's own entry is found by its number; only the later acts need an index, and they are few.
            models.Index(fields=["record"], name="ledger_entry_later", condition=~Q(record=F("seq"))),
            models.Index(fields=["kind"], name="ledger_entry_acts", condition=~Q(kind="record")),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.kind} {self.item}"


class Payload(AppendOnly):
    """The payload (内容) beside an entry: what was reported, and the salt of its digest. Empty after destruction."""

    seq = RowNumber("序号", primary_key=True)
    salt = models.BinaryField("盐", max_length=16, null=True)
    body = models.TextField("内容", null=True)
    document = models.BigIntegerField("文书键", null=True)
    content = models.BigIntegerField("内容键", null=True)
    paper = models.BigIntegerField("文书号键", null=True)
    """Authority and document number without the subject: one document under two subjects does not pass unnoticed."""

    class Meta:
        indexes = [
            models.Index(fields=["document"], name="ledger_payload_document"),
            # Items without document numbers, and everything entered before this key was kept, have none.
            models.Index(fields=["paper"], name="ledger_payload_paper", condition=Q(paper__isnull=False)),
        ]

    def __str__(self) -> str:
        return str(self.seq)


class Checkpoint(AppendOnly):
    """A checkpoint (检查点): the tree's size and root after one transaction, signed; with its compact frontier."""

    size = models.BigIntegerField("条数", primary_key=True)
    root = models.BinaryField("根", max_length=32)
    frontier = models.BinaryField("前沿")
    at = models.DateTimeField("时间")
    signature = models.BinaryField("签名", max_length=64)
    key = models.CharField("密钥", max_length=16)

    def __str__(self) -> str:
        return f"{self.size} {bytes(self.root).hex()[:16]}"
