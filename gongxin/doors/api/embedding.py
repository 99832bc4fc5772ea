"""Tickets for old approval systems (嵌入票): the system's server asks for one, its page shows the check in a frame."""

from __future__ import annotations

from typing import Any, Literal
from urllib.parse import quote

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status
from pydantic import BaseModel, ConfigDict

from gongxin.doors.api.keys import Key
from gongxin.doors.api.requests import Text
from gongxin.spine.access import tickets

router = Router(tags=["嵌入核查"], auth=Key(tickets.SCOPE))


class TicketIn(BaseModel):
    """For which question a ticket is wanted (申请嵌入票)."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    matter: Text = Field(min_length=1, max_length=64, description="办理事项代号，见 /law/matters")
    code: Text = Field(min_length=1, max_length=64, description="对方的统一社会信用代码；自然人事项写公民身份号码")
    case_no: Text | None = Field(None, max_length=100, description="办件编号")
    officer: Text = Field(min_length=1, max_length=50, description="经办人在贵系统的账号或姓名，记入查阅日志")
    language: Literal["zh", "en"] = Field("zh", description="页面语言")


class TicketOut(Schema):
    """A ticket (嵌入票)."""

    ticket: str
    address: str = Field(description="放进 iframe 或者链接的地址")
    seconds: int = Field(description="多少秒内有效，只能用一次")


@router.post(
    "/embed/tickets", response={201: TicketOut}, summary="申请嵌入票", operation_id="issue_ticket",
    openapi_extra={"x-scope": tickets.SCOPE},
)  # fmt: skip
def issue_ticket(request: HttpRequest, wanted: TicketIn) -> Status[dict[str, Any]]:
    """老的审批系统由服务器端申请一张票，再在自己的页面上用脚本或者 iframe 打开核查页。票五分钟内有效，只能用一次，
    浏览器读不懂也改不了；只有信用办为本单位登记过的来源才能嵌入。用法见 /help/embed/。
    """
    caller = request.auth  # type: ignore[attr-defined]
    ticket = tickets.issue(
        tickets.Question(
            caller.key_id, wanted.matter, wanted.code, wanted.case_no or "", wanted.officer, wanted.language
        )
    )
    address = request.build_absolute_uri(f"/embed/check?ticket={quote(ticket)}")
    return Status(201, {"ticket": ticket, "address": address, "seconds": tickets.GOOD_FOR})
