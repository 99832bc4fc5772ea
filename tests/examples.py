"""How many examples a property over the whole store is tried with (样例数)."""

from __future__ import annotations

import os

SECOND_STORE = os.environ.get("GONGXIN_DATABASE_URL", "").startswith("postgres")
FEWEST = 5


def how_many(number: int) -> int:
    """Return the number of histories to try: all on the embedded database, a third on the second store.

    What is decided in a history is the same on both. A store differs in how it keeps and finds, and every history asks
    it every question there is; so the search for a strange history goes on beside, and here a few of them suffice.
    """
    return max(FEWEST, number // 3) if SECOND_STORE else number
