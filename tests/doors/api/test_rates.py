"""The counters (频率限制): exact within a machine, whoever counts."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from gongxin.doors.api.rates import Rates


class Hand:
    """A clock whose hand the test moves."""

    def __init__(self, now: float) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


def test_a_minute_holds_so_many_and_no_more(tmp_path: Path) -> None:
    clock = Hand(120.0)
    rates = Rates(tmp_path / "rates", clock)
    assert [rates.take("key 1", 3) for _ in range(4)] == [None, None, None, 60]
    clock.now = 150.5
    assert rates.take("key 1", 3) == 30
    clock.now = 180.0
    assert rates.take("key 1", 3) is None


def test_callers_do_not_share_a_limit(tmp_path: Path) -> None:
    rates = Rates(tmp_path / "rates", Hand(0.0))
    assert rates.take("key 1", 1) is None
    assert rates.take("key 2", 1) is None
    assert rates.take("key 1", 1) is not None


def test_two_openings_count_together(tmp_path: Path) -> None:
    one, two = (Rates(tmp_path / "rates", Hand(0.0)) for _ in range(2))
    assert one.take("key", 2) is None
    assert two.take("key", 2) is None
    assert one.take("key", 2) is not None


def _knock(path: str) -> int:
    rates = Rates(Path(path), Hand(0.0))
    return sum(rates.take("key", 100) is None for _ in range(80))


def test_processes_count_together(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        admitted = pool.map(_knock, [str(tmp_path / "rates")] * 3)
    assert sum(admitted) == 100


def test_threads_count_together(tmp_path: Path) -> None:
    rates = Rates(tmp_path / "rates", Hand(0.0))
    with ThreadPoolExecutor(8) as pool:
        admitted = list(pool.map(lambda _: rates.take("key", 100) is None, range(400)))
    assert sum(admitted) == 100
