"""Who looks (查阅者): bodies, accounts, keys, and the looks themselves."""

from django.contrib.auth.models import AbstractUser
from django.db import models


class Body(models.Model):
    """A public body (单位): the department, court, centre or office on whose behalf somebody acts."""

    code = models.CharField("代码", max_length=32, primary_key=True)
    name = models.CharField("名称", max_length=200)
    name_en = models.CharField("英文名称", max_length=200, blank=True)
    region = models.CharField("行政区划", max_length=12, blank=True)
    kind = models.CharField("类别", max_length=32, default="organ")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT)

    def __str__(self) -> str:
        return self.name


class Account(AbstractUser):
    """An account (账号) of staff: a person at a post of a body."""

    body = models.ForeignKey(Body, null=True, blank=True, on_delete=models.PROTECT)
    role = models.CharField("角色", max_length=20, blank=True)
    post = models.CharField("岗位", max_length=100, blank=True)
