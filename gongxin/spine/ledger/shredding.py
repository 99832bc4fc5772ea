"""Destruction at the lawful day (到期销毁): the payload and its salt go, the proof stays.

Without the salt nobody can try out whether a digest belongs to somebody. That it was done, by whom and when, is itself
an entry, made first; the database lets a payload become empty only behind such an entry.
"""

from __future__ import annotations

from django.db import connection, transaction

from gongxin.law.erasing import erasable
from gongxin.law.standing import fold
from gongxin.spine import clock, shelf
from gongxin.spine.ledger import head, payloads
from gongxin.spine.ledger.acts import LedgerFault, NewAct
from gongxin.spine.ledger.append import append
from gongxin.spine.ledger.models import Entry
from gongxin.spine.projections import rebuilding, standings


def shred(seq: int, *, actor: str, provider: str = "", ground: str = "", basis: str = "") -> int:
    """Destroy the payloads of the record this entry belongs to (销毁); return the number of the entry that says so.

    Raises LedgerFault while the law still keeps it: only when `destroy_at` has come, or, on a request with its `ground`
    that was granted in the case `basis`, where the law lets an entry be erased before.
    """
    today = clock.today()
    with transaction.atomic():
        # Two workers find the same record due on the same morning; the second must see what the first has done.
        head.lock()
        entry = Entry.objects.filter(seq=seq).first()
        if entry is None:
            raise LedgerFault(f"there is no entry {seq}")
        history = next(iter(payloads.histories([entry.record])), None)
        if history is None:
            raise LedgerFault(f"the payload of record {entry.record} is destroyed already")
        line = fold(history.acts, book=shelf.book(), as_of=today)
        due = None if line is None else line.clocks.destroy_at
        may = line is not None and erasable(line.state, line.clocks, ground if basis else "", as_of=today).may
        if not may:
            raise LedgerFault(f"record {entry.record} is kept {'without an end' if due is None else f'until {due}'}")
        act = NewAct(
            "destruction", entry.item, entry.subject, provider or history.provider,
            {"reason": f"{due or ground}", **({"basis": basis} if basis else {})}, actor,
            record=entry.record,
        )  # fmt: skip
        number = append([act])[0]
        seqs = [act.seq for act in history.acts]
        marks = ",".join(["%s"] * len(seqs))
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE ledger_payload SET body = NULL, salt = NULL, document = NULL, content = NULL,"
                f" paper = NULL WHERE seq IN ({marks})",
                seqs,
            )
        rebuilding.redraw_subjects(sorted({act.subject for act in history.acts}), destroyed=seqs)
        standings.refresh([entry.record], book=shelf.book(), as_of=today)
    return number
