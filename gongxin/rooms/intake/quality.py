"""Quality of reporting (报送质量): for each provider how timely, how complete, how often turned back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max, Sum

from gongxin.rooms.intake.models import Batch
from gongxin.spine.access.models import Body


@dataclass(frozen=True)
class ProviderQuality:
    """How one provider reports (单位报送质量). Rates are None where nothing was received."""

    provider: str
    name: str
    batches: int
    received: int
    accepted: int
    duplicates: int
    refused: int
    waiting: int
    late: int
    failed: int
    last: date | None

    @property
    def refusal_rate(self) -> float | None:
        """Share of the rows received that were turned back (退回率)."""
        return self.refused / self.received if self.received else None

    @property
    def timely_rate(self) -> float | None:
        """Share of the rows entered that came in time (及时率)."""
        return 1 - self.late / self.accepted if self.accepted else None

    @property
    def entry_rate(self) -> float | None:
        """Share of the rows received that are in the ledger, those already there included (入库率)."""
        return (self.accepted + self.duplicates) / self.received if self.received else None


def by_provider(as_of: date, *, since: date | None = None, item: str | None = None) -> list[ProviderQuality]:
    """Return every provider's quality of reporting as of a day (各单位报送质量), the most rows first."""
    batches = Batch.objects.filter(day__lte=as_of).exclude(state__in=[Batch.State.QUEUED, Batch.State.CONFIRM])
    if since is not None:
        batches = batches.filter(day__gte=since)
    if item is not None:
        batches = batches.filter(item=item)
    sums = {name: Sum(name) for name in ("received", "accepted", "duplicates", "refused", "waiting", "late")}
    rows = batches.values("provider").annotate(**sums, number=Count("id"), last=Max("day"))
    failed = dict(
        batches.filter(state=Batch.State.FAILED).values_list("provider").annotate(number=Count("id")).order_by()
    )
    names = dict(Body.objects.values_list("code", "name"))
    found = [
        ProviderQuality(
            provider=row["provider"], name=names.get(row["provider"], row["provider"]), batches=row["number"],
            failed=failed.get(row["provider"], 0), last=row["last"],
            **{name: row[name] or 0 for name in sums},
        )
        for row in rows.order_by()
    ]  # fmt: skip
    return sorted(found, key=lambda each: (-each.received, each.provider))


def commonest_issues(as_of: date, *, provider: str | None = None, limit: int = 20) -> list[tuple[str, int]]:
    """Return which notices a provider's files bear most often (常见问题), by code."""
    batches = Batch.objects.filter(day__lte=as_of)
    if provider is not None:
        batches = batches.filter(provider=provider)
    counts: dict[str, int] = {}
    for noted in batches.values_list("notice_counts", flat=True):
        for code, count in noted.items():
            counts[code] = counts.get(code, 0) + count
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:limit]
