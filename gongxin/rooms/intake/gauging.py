"""Gauges of reporting (报送指标): for each batch of a month how much came in time, and whether nothing was turned back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from gongxin.kernel.sentences import named, sentence
from gongxin.law.gauges import Row
from gongxin.rooms.intake.models import Batch
from gongxin.spine import gauges, shelf


def timely(since: date, until: date) -> Iterable[Row]:
    """Yield the batches of a period with what of them came in time (按期报送), by rows entered."""
    for batch in _finished(since, until):
        if batch.accepted:
            told = sentence(
                "批次 {n}　{item}：入库 {accepted} 行，其中迟报 {late} 行", "Batch {n}, {item}: {accepted} rows entered, {late} of them late",
                n=batch.pk, item=_item(batch, until), accepted=batch.accepted, late=batch.late,
            )  # fmt: skip
            yield Row(batch.provider, batch.day, told, f"batch:{batch.pk}", batch.accepted, batch.accepted - batch.late)


def first_pass(since: date, until: date) -> Iterable[Row]:
    """Yield the batches of a period, each good where no row was turned back (一次通过)."""
    for batch in _finished(since, until):
        if batch.received:
            told = sentence(
                "批次 {n}　{item}：收到 {received} 行，退回 {refused} 行", "Batch {n}, {item}: {received} rows received, {refused} turned back",
                n=batch.pk, item=_item(batch, until), received=batch.received, refused=batch.refused,
            )  # fmt: skip
            yield Row(batch.provider, batch.day, told, f"batch:{batch.pk}", 1, int(batch.refused == 0))


def _finished(since: date, until: date) -> Iterable[Batch]:
    return Batch.objects.filter(day__gte=since, day__lte=until, state=Batch.State.DONE).order_by("id").only(
        "id", "provider", "day", "item", "received", "accepted", "refused", "late"
    )  # fmt: skip


def _item(batch: Batch, until: date) -> str:
    item = shelf.book().on(until).find_item(batch.item)
    return named(item) if item is not None else batch.item


gauges.register("timely", timely)
gauges.register("first-pass", first_pass)
