"""Freshness (来源新鲜度): when each provider last handed something in, kept with each act so that no page has to count."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime

from django.db import connection

from gongxin.spine.ledger.payloads import LINE_KINDS


def note(provider: str, item: str, records: int, *, at: datetime, on: date) -> None:
    """Note that a provider handed in so many new records of an item, or acts upon earlier ones."""
    later = "MAX" if connection.vendor == "sqlite" else "GREATEST"
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO projections_freshness (provider, item, last_at, last_on, records) VALUES (%s, %s, %s, %s, %s)"
            " ON CONFLICT (provider, item) DO UPDATE SET"
            f" last_at = {later}(projections_freshness.last_at, excluded.last_at),"
            f" last_on = {later}(projections_freshness.last_on, excluded.last_on),"
            " records = projections_freshness.records + excluded.records",
            [provider, item, stored_moment(at), on, records],
        )


def rebuild() -> None:
    """Draw the freshness of all providers anew from the ledger."""
    kinds = ",".join(f"'{kind}'" for kind in LINE_KINDS)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM projections_freshness")
        cursor.execute(
            "INSERT INTO projections_freshness (provider, item, last_at, last_on, records)"
            " SELECT provider, item, MAX(at), MAX(\"on\"), SUM(CASE WHEN kind = 'record' THEN 1 ELSE 0 END)"
            f" FROM ledger_entry WHERE kind IN ({kinds}) GROUP BY provider, item"
        )


def until(as_of: date) -> Iterable[tuple[str, str, datetime, date, int]]:
    """Yield provider, item, last moment, last day and number of records as of a day."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT provider, item, last_at, last_on, records FROM projections_freshness ORDER BY 1, 2")
        rows = cursor.fetchall()
        late = any(_day(row[3]) > as_of for row in rows)
        if late:
            # Only a day in the past asks the ledger itself.
            kinds = ",".join(f"'{kind}'" for kind in LINE_KINDS)
            cursor.execute(
                "SELECT provider, item, MAX(at), MAX(\"on\"), SUM(CASE WHEN kind = 'record' THEN 1 ELSE 0 END)"
                f' FROM ledger_entry WHERE kind IN ({kinds}) AND "on" <= %s GROUP BY provider, item ORDER BY 1, 2',
                [as_of],
            )
            rows = cursor.fetchall()
    return [(row[0], row[1], _moment(row[2]), _day(row[3]), int(row[4])) for row in rows]


def stored_moment(at: datetime) -> datetime | str:
    """Return a moment as this store's own columns hold it."""
    utc = at.astimezone(UTC)
    return utc if connection.vendor == "postgresql" else utc.replace(tzinfo=None).isoformat(" ", "microseconds")


def _moment(value: datetime | str) -> datetime:
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _day(value: date | str) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value
