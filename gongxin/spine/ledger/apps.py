"""Ledger (账本): append, read, prove."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Ledger (账本): append, read, prove."""

    name = "gongxin.spine.ledger"
    label = "ledger"
    verbose_name = "账本"
