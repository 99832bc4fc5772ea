"""The worker (处理队列): takes queued batches one after the other, and goes on with those whose process has died."""

from __future__ import annotations

import logging
from collections.abc import Iterator

from gongxin.rooms.intake import batches
from gongxin.rooms.intake.models import Batch
from gongxin.spine import clock

log = logging.getLogger(__name__)


def pending() -> Iterator[Batch]:
    """Yield the batches that wait for work (待处理批次): abandoned ones first, then the queue, oldest first."""
    for batch in Batch.objects.filter(state=Batch.State.RUNNING).order_by("id"):
        if batches.is_abandoned(batch):
            yield batch
    yield from Batch.objects.filter(state=Batch.State.QUEUED).order_by("id")


def run_pending(progress: batches.Progress | None = None, *, limit: int | None = None) -> list[Batch]:
    """Run what waits and return what was run (处理待办批次); another worker's batches are left to it."""
    done: list[Batch] = []
    for batch in list(pending())[:limit]:
        try:
            done.append(batches.run(batch.pk, progress))
        except batches.NotNow:
            continue
        except Exception:
            # One broken batch must not keep the others waiting; it is told on its own page, with the trace in the log.
            log.exception("batch %s failed", batch.pk)
            done.append(_broken(batch.pk))
    return done


def _broken(batch_id: int) -> Batch:
    batch = Batch.objects.get(pk=batch_id)
    batch.state, batch.claim, batch.finished = Batch.State.FAILED, "", clock.now()
    batch.message = (
        f"处理中出现程序故障，已处理的 {batch.received} 行不受影响；请把批次号 {batch_id} 告知平台运维，修复后可继续"
    )
    batch.save(update_fields=["state", "claim", "finished", "message"])
    return batch
