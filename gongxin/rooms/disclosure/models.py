"""Tables of this room (公示查询的表): the reports that were issued, and who wants to be told of looks."""

from __future__ import annotations

from django.db import models

from gongxin.rooms.disclosure.reports.models import Report, Revocation


class LookAlert(models.Model):
    """That an account wants to be told when somebody looks (看过我提醒); a preference, gone when it is taken back."""

    account = models.BigIntegerField("账号")
    subject = models.CharField("主体", max_length=80)
    since = models.DateTimeField("从何时算起")
    told_on = models.DateField("上次告知日", null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "subject"], name="disclosure_lookalert_once")]

    def __str__(self) -> str:
        return f"{self.account}"


__all__ = ["LookAlert", "Report", "Revocation"]
