"""Proofs (证明): inclusion, consistency, checkpoints of the log, and witnesses outside."""

from django.apps import AppConfig


class ProofsConfig(AppConfig):
    """Proofs (证明): inclusion, consistency, checkpoints of the log, and witnesses outside."""

    name = "gongxin.spine.proofs"
    label = "proofs"
    verbose_name = "证明"
