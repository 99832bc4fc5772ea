"""What is kept of complaints (投诉的表): who complained, sealed and apart from the case; what is counted; what was published."""

from __future__ import annotations

from django.db import models

from gongxin.spine import append_only

append_only.GUARDED.setdefault(
    "complaints_complainant",
    "NEW.id = OLD.id AND NEW.\"case\" = OLD.\"case\" AND NEW.at = OLD.at AND NEW.name = '' AND NEW.contact = ''"
    ' AND EXISTS (SELECT 1 FROM complaints_destruction AS done WHERE done."case" = OLD."case")',
)
"""The one change that is lawful: a sealed name becomes empty after its destruction was entered."""
append_only.GUARDED.setdefault("complaints_publication", None)
append_only.GUARDED.setdefault("complaints_destruction", None)


class Complainant(append_only.AppendOnly):
    """Who complained (投诉人): sealed, opened for a reason that is logged; nothing of it stands in the case itself."""

    case = models.CharField("案号", max_length=40, unique=True)
    name = models.TextField("姓名或者单位（密封）", blank=True)
    contact = models.TextField("联系方式（密封）", blank=True)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "投诉人"
        verbose_name_plural = "投诉人"

    def __str__(self) -> str:
        return self.case


class Destruction(append_only.AppendOnly):
    """That a complainant's sealed name was destroyed (销毁登记): for which case, kept until when, on which day. Nothing of it."""

    case = models.CharField("案号", max_length=40, unique=True)
    until = models.DateField("保存到")
    on = models.DateField("销毁日")
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "投诉人信息销毁"
        verbose_name_plural = "投诉人信息销毁"

    def __str__(self) -> str:
        return self.case


class Docket(models.Model):
    """What is counted of a complaint (投诉登记): kept from the acts of its case, so that lists and figures are quick.

    Nothing of the complainant and nothing of what was said is in it.
    """

    case = models.CharField("案号", max_length=40, primary_key=True)
    against = models.CharField("被投诉单位", max_length=32, db_index=True)
    region = models.CharField("区划", max_length=12, blank=True)
    promise = models.BigIntegerField("所涉承诺（记录号）", null=True, db_index=True)
    category = models.CharField("类别", max_length=24, blank=True)
    handler = models.CharField("承办单位", max_length=32, blank=True)
    opened_on = models.DateField("提出日")
    referred_on = models.DateField("转办日", null=True)
    """The day of the last referral."""
    answered_on = models.DateField("答复日", null=True)
    outcome = models.CharField("结论", max_length=16, blank=True)
    rating = models.CharField("评价", max_length=16, blank=True)
    reopened = models.BooleanField("重新办理过", default=False)
    main = models.CharField("并入", max_length=40, blank=True, db_index=True)

    class Meta:
        verbose_name = "投诉登记"
        verbose_name_plural = "投诉登记"
        indexes = [models.Index(fields=["region", "opened_on"], name="complaints_docket_region")]

    def __str__(self) -> str:
        return self.case


class Publication(append_only.AppendOnly):
    """That a complaint and its answer were published, or taken back (公开和撤下): the last word counts.

    The text is what a person read, masked and confirmed; it is not the complainant's own.
    """

    PUBLISH, WITHDRAW = "publish", "withdraw"

    case = models.CharField("案号", max_length=40, db_index=True)
    verb = models.CharField("行为", max_length=10)
    text = models.TextField("投诉内容（公开）", blank=True)
    answer = models.TextField("答复（公开）", blank=True)
    confirmed_by = models.CharField("确认人", max_length=100)
    account = models.BigIntegerField("账号", null=True)
    day = models.DateField("日期")
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "投诉公开"
        verbose_name_plural = "投诉公开"

    def __str__(self) -> str:
        return f"{self.case} {self.verb}"


class Letter(models.Model):
    """A message from before the platform, with the reply it had (既往留言): for figures of how fast bodies answer.

    Its words lie sealed and are never published: nobody masked them.
    """

    source = models.CharField("来源", max_length=60)
    number = models.CharField("原编号", max_length=60)
    region = models.CharField("区划", max_length=12, blank=True)
    category = models.CharField("类别", max_length=60, blank=True)
    asked_at = models.DateTimeField("留言时间")
    answered_at = models.DateTimeField("答复时间", null=True)
    words = models.TextField("内容（密封）")
    digest = models.CharField("摘要", max_length=64)
    at = models.DateTimeField("导入时间")

    class Meta:
        verbose_name = "既往留言"
        verbose_name_plural = "既往留言"
        constraints = [models.UniqueConstraint(fields=["source", "number"], name="complaints_letter_once")]

    def __str__(self) -> str:
        return f"{self.source} {self.number}"
