"""The day of what is public (公开信息的日期): the present one alone.

What has ended is shown to nobody any more, neither to those who ask about a day on which it still stood. Whoever must
know a past day asks through the gate and leaves a trace: by a check, or by `gongxin standing`.
"""

from __future__ import annotations

from datetime import date

from gongxin.kernel.issues import Refusal
from gongxin.kernel.sentences import sentence
from gongxin.spine import clock


def public_day(asked: date | None) -> date | Refusal:
    """Return the day for which public information is told (公示查询日): today; a refusal for any other day."""
    today = clock.today()
    if asked in (None, today):
        return today
    return Refusal(
        "display.today",
        sentence(
            "公示信息只按当天提供（今日 {today}），不提供 {asked} 的：停止公示的信息，不因改问以前某天而再现",
            "What is on display is told for the present day alone ({today}), not for {asked}: what is shown no more"
            " does not come back by asking about an earlier day",
            today=today, asked=asked,
        ),
        None,
        sentence(
            "请不写日期；办理公务须了解以前某天的，用核查（gongxin check、POST /api/v1/checks），会留痕",
            "Leave the day out; whoever needs a past day for a public task asks by a check (gongxin check,"
            " POST /api/v1/checks), which leaves a trace",
        ),
    )  # fmt: skip
