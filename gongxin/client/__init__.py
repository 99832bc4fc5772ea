"""The client (客户端) for departments' own systems: ask, watch, screen, say what was decided. Needs nothing of the platform.

from gongxin.client import Client, Unavailable

with Client("https://credit.example.gov.cn", key="gx….…") as credit:
    answer = credit.check("91130100MA0DEM0H4J", "procurement", case_no="PL-ZB-2026-0917")
"""

from gongxin.client.answers import Answer, Entry, Event, Repeated, Screening, Watch
from gongxin.client.client import Client
from gongxin.client.errors import (
    BadData,
    Fault,
    GongxinError,
    NotAuthorised,
    NotFound,
    Refused,
    TooMany,
    Unavailable,
    Unreachable,
)
from gongxin.client.signing import Signer

__all__ = [
    "Answer", "BadData", "Client", "Entry", "Event", "Fault", "GongxinError", "NotAuthorised", "NotFound", "Refused",
    "Repeated", "Screening", "Signer", "TooMany", "Unavailable", "Unreachable", "Watch",
]  # fmt: skip
