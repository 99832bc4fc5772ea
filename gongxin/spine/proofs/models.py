"""Tables of the proofs (证明的表): the log's checkpoints, and what was lodged where and held for whom."""

from __future__ import annotations

from django.db import models

from gongxin.spine.append_only import AppendOnly


class LogCheckpoint(AppendOnly):
    """A checkpoint of the log of looks (日志检查点): one signed root over the heads of all segments."""

    size = models.BigIntegerField("条数", primary_key=True)
    root = models.BinaryField("根", max_length=32)
    segments = models.JSONField("各段")
    at = models.DateTimeField("时间")
    signature = models.BinaryField("签名", max_length=64)
    key = models.CharField("密钥", max_length=16)

    def __str__(self) -> str:
        return f"{self.size} {bytes(self.root).hex()[:16]}"


class Tile(models.Model):
    """The root of a whole block of leaves (树块): kept so that a proof reads a few blocks, never the whole tree.

    It is derived and may be thrown away: every proof made with it is checked against a signed root before it leaves.
    """

    tree = models.CharField("树", max_length=20)
    index = models.BigIntegerField("块号")
    root = models.BinaryField("块根", max_length=32)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tree", "index"], name="proofs_tile_tree_index")]

    def __str__(self) -> str:
        return f"{self.tree} {self.index}"


class Witness(models.Model):
    """An outside witness (见证方) with whom checkpoints are lodged."""

    name = models.CharField("名称", max_length=60, primary_key=True)
    kind = models.CharField("方式", max_length=10)
    address = models.CharField("地址", max_length=400)
    key = models.CharField("对方公钥", max_length=64, blank=True)

    def __str__(self) -> str:
        return self.name


class Lodging(models.Model):
    """What a witness was last handed of a tree, and how it went (寄存状态)."""

    witness = models.ForeignKey(Witness, on_delete=models.CASCADE)
    tree = models.CharField("树", max_length=10)
    size = models.BigIntegerField("已寄存条数", default=0)
    root = models.CharField("已寄存的根", max_length=64, blank=True)
    state = models.CharField("状态", max_length=10, default="waiting")
    detail = models.CharField("说明", max_length=300, blank=True)
    detail_en = models.CharField("说明（英文）", max_length=300, blank=True, default="")
    tried = models.DateTimeField("最近一次", null=True)
    tries = models.IntegerField("连续未成次数", default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["witness", "tree"], name="proofs_lodging_witness_tree")]

    def __str__(self) -> str:
        return f"{self.witness_id} {self.tree} {self.state}"


class Held(AppendOnly):
    """A checkpoint of another node held here as its witness (代为见证的检查点)."""

    origin = models.CharField("来源密钥", max_length=64)
    tree = models.CharField("树", max_length=10)
    size = models.BigIntegerField("条数")
    note = models.JSONField("检查点")
    at = models.DateTimeField("收到时间")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["origin", "tree", "size"], name="proofs_held_origin_tree_size")]

    def __str__(self) -> str:
        return f"{self.origin[:16]} {self.tree} {self.size}"


class Origin(models.Model):
    """Another node for which this one is a witness (受托见证的节点), by its signing key."""

    key = models.CharField("公钥", max_length=64, primary_key=True)
    name = models.CharField("名称", max_length=60)

    def __str__(self) -> str:
        return self.name
