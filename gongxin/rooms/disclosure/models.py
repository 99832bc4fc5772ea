"""Tables of this room (公示查询的表): the reports that were issued."""

from gongxin.rooms.disclosure.reports.models import Report, Revocation

__all__ = ["Report", "Revocation"]
