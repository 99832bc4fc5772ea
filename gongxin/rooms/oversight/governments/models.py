"""What is kept beside the figures (政务诚信评价的表): what bodies say of themselves, sets handed out, ratings handed in.

No figure is kept: each is computed for the day asked about. All but the content of a set is only added to; that content
is destroyed when the set closes, since what it holds leaves display in its own time. Its digest stays.
"""

from __future__ import annotations

from django.db import models

from gongxin.spine import append_only

append_only.GUARDED.setdefault("governments_selfscore", None)
append_only.GUARDED.setdefault("governments_dataset", None)
append_only.GUARDED.setdefault("governments_rating", None)
append_only.IDENTIFIED_BY.setdefault("governments_dataset", "number = NEW.number")


class SelfScore(append_only.AppendOnly):
    """What a body says of itself on one indicator (自评分); the latest word of a day counts, every word stays."""

    system = models.CharField("指标体系", max_length=60)
    version = models.CharField("版本", max_length=40)
    body = models.CharField("单位", max_length=32, db_index=True)
    indicator = models.CharField("指标", max_length=60)
    points = models.DecimalField("自评分", max_digits=5, decimal_places=2)
    text = models.TextField("依据")
    on = models.DateField("提交日")
    actor = models.CharField("经办", max_length=100)
    account = models.BigIntegerField("账号", null=True)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "自评分"
        verbose_name_plural = "自评分"

    def __str__(self) -> str:
        return f"{self.body} {self.indicator} {self.points}"


class DataSet(append_only.AppendOnly):
    """A frozen set of data for one third party (冻结数据集): what it holds, its digest, until when it is open."""

    number = models.CharField("编号", max_length=20, primary_key=True)
    system = models.CharField("指标体系", max_length=60)
    version = models.CharField("版本", max_length=40)
    region = models.CharField("区划", max_length=12)
    as_of = models.DateField("评价日")
    rater = models.CharField("第三方", max_length=32, db_index=True)
    digest = models.CharField("摘要", max_length=64)
    size = models.BigIntegerField("字节数")
    units = models.JSONField("参评单位", default=list)
    rows = models.BigIntegerField("依据行数")
    made_on = models.DateField("冻结日")
    open_until = models.DateField("开放至")
    actor = models.CharField("经办", max_length=100)
    account = models.BigIntegerField("账号", null=True)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "评价数据集"
        verbose_name_plural = "评价数据集"

    def __str__(self) -> str:
        return self.number


class Content(models.Model):
    """The content of a set while it is open (数据集内容): the very bytes of the digest, packed."""

    number = models.CharField("编号", max_length=20, primary_key=True)
    packed = models.BinaryField("内容")
    open_until = models.DateField("开放至", db_index=True)

    def __str__(self) -> str:
        return self.number


class Rating(append_only.AppendOnly):
    """Ratings a third party handed in (第三方评级): with their method, under its name; the latest of a set counts."""

    dataset = models.CharField("数据集", max_length=20, db_index=True)
    rater = models.CharField("第三方", max_length=32)
    method = models.TextField("评级方法")
    decided_by = models.CharField("负责人", max_length=100)
    lines = models.JSONField("评级", default=list)
    on = models.DateField("交来日")
    actor = models.CharField("经办", max_length=100)
    account = models.BigIntegerField("账号", null=True)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "第三方评级"
        verbose_name_plural = "第三方评级"

    def __str__(self) -> str:
        return f"{self.dataset} {self.rater}"
