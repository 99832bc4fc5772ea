"""The office (主办单位): whose platform this is, as the deployment says it, never as the code guesses it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Office:
    """Names and numbers every page's footer must carry (页脚必备)."""

    name: str
    name_en: str
    host: str
    host_en: str
    phone: str
    hours: str
    hours_en: str
    email: str
    address: str
    address_en: str
    site_code: str
    icp: str
    police: str
    notice: str

    @property
    def complete(self) -> bool:
        """A deployment that lacks a number may not call itself the formal environment (缺号不得标为正式环境)."""
        return all((self.phone, self.site_code, self.icp, self.police))


_DEMO = {
    "NAME": "平陵市公共信用信息平台",
    "NAME_EN": "Pingling Public Credit Information Platform",
    "HOST": "平陵市社会信用体系建设领导小组办公室",
    "HOST_EN": "Pingling Social Credit Office",
    "PHONE": "0300-0000 0000",
    "HOURS": "工作日 9:00—17:00",
    "HOURS_EN": "working days 9:00–17:00",
    "ADDRESS": "平陵市政务服务中心信用窗口",
    "ADDRESS_EN": "Credit counter, Pingling Government Service Centre",
    "EMAIL": "credit@pingling.example",
    "SITE_CODE": "1399000000",
    "ICP": "冀ICP备 00000000 号",
    "POLICE": "冀公网安备 00000000000000 号",
}
"""An invented office for the demonstration; a real one sets GONGXIN_OFFICE_* (see docs/operations.md)."""


@lru_cache(maxsize=1)
def office() -> Office:
    """The office of this deployment, read once from the environment."""
    preset = _DEMO if settings.GONGXIN_DEMO else {}

    def value(key: str, fallback: str = "") -> str:
        return os.environ.get(f"GONGXIN_OFFICE_{key}", preset.get(key, fallback))

    return Office(
        name=value("NAME", "公共信用信息平台"),
        name_en=value("NAME_EN", "Public Credit Information Platform"),
        host=value("HOST"),
        host_en=value("HOST_EN"),
        phone=value("PHONE"),
        hours=value("HOURS"),
        hours_en=value("HOURS_EN"),
        email=value("EMAIL"),
        address=value("ADDRESS"),
        address_en=value("ADDRESS_EN"),
        site_code=value("SITE_CODE"),
        icp=value("ICP"),
        police=value("POLICE"),
        notice=value("NOTICE"),
    )


def environment_banner() -> str:
    """What the top bar says of this environment (环境标记); empty only where the deployment is complete."""
    if settings.GONGXIN_DEMO:
        return _("演示环境，页面数据均为虚构")
    return "" if office().complete else _("测试环境")
