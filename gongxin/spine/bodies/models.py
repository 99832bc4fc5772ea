"""What happened to bodies and posts (机构沿革、岗位): events that are only added to. `access.Body` is what is so today."""

from __future__ import annotations

from django.db import models

from gongxin.spine import append_only

append_only.GUARDED.setdefault("bodies_bodyevent", None)
append_only.GUARDED.setdefault("bodies_postact", None)
append_only.IDENTIFIED_BY.setdefault("bodies_bodyevent", "id = NEW.id")
append_only.IDENTIFIED_BY.setdefault("bodies_postact", "id = NEW.id")


class BodyEvent(append_only.AppendOnly):
    """One event in a body's life (机构沿革事件), with the document it rests on."""

    body = models.CharField("单位", max_length=32, db_index=True)
    verb = models.CharField("事项", max_length=12)
    on = models.DateField("生效日")
    name = models.CharField("名称", max_length=200, blank=True)
    to = models.JSONField("去向", default=list)
    """Codes of those who go on, the general successor first; of the superior, where it is placed under one."""
    document = models.CharField("依据文件", max_length=200, blank=True)
    actor = models.CharField("经办", max_length=100)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "机构沿革"
        verbose_name_plural = "机构沿革"

    def __str__(self) -> str:
        return f"{self.body} {self.verb} {self.on}"


class PostAct(append_only.AppendOnly):
    """One act on a post (岗位事项): established, held, left, moved to another body, closed."""

    post = models.CharField("岗位", max_length=40, db_index=True)
    verb = models.CharField("事项", max_length=12)
    on = models.DateField("生效日")
    body = models.CharField("单位", max_length=32, blank=True)
    name = models.CharField("岗位名称", max_length=100, blank=True)
    holder = models.CharField("任职人", max_length=100, blank=True)
    account = models.BigIntegerField("账号", null=True)
    document = models.CharField("依据文件", max_length=200, blank=True)
    actor = models.CharField("经办", max_length=100)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "岗位任职"
        verbose_name_plural = "岗位任职"

    def __str__(self) -> str:
        return f"{self.post} {self.verb} {self.on}"
