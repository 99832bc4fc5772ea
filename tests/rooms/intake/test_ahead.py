"""Working ahead: the same parts in the same order, every question answered after the part before was done with."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from gongxin.rooms.intake.ahead import ahead


def test_parts_come_in_order_and_each_answer_stands_on_the_parts_before() -> None:
    done: list[int] = []

    def parts(ask: Callable[[int], list[int]]) -> Iterator[tuple[int, list[int]]]:
        for number in range(5):
            yield number, ask(number)

    taken = []
    for number, known in ahead(parts, lambda _: list(done)):
        taken.append((number, known))
        done.append(number)
    assert taken == [(number, list(range(number))) for number in range(5)]


def test_questions_are_answered_in_the_thread_of_the_caller() -> None:
    def parts(ask: Callable[[str], str]) -> Iterator[tuple[str, str]]:
        yield threading.current_thread().name, ask("who")

    [(examiner, answerer)] = ahead(parts, lambda _: threading.current_thread().name)
    assert examiner == "gongxin-examiner"
    assert answerer == threading.current_thread().name


def test_a_fault_of_the_examination_reaches_the_caller_after_the_parts_before_it() -> None:
    def parts(ask: Callable[[int], int]) -> Iterator[int]:
        yield ask(1)
        raise ValueError("unreadable from here on")

    taken = []
    with pytest.raises(ValueError, match="unreadable from here on"):
        for part in ahead(parts, lambda number: number):
            taken.append(part)
    assert taken == [1]


def test_a_fault_while_answering_ends_the_examination() -> None:
    def parts(ask: Callable[[int], int]) -> Iterator[int]:
        yield ask(1)

    def refuse(_: int) -> int:
        raise LookupError("the store is gone")

    with pytest.raises(LookupError, match="the store is gone"):
        list(ahead(parts, refuse))
    assert not _examiners()


@pytest.mark.parametrize("asking", [True, False])
def test_a_caller_who_stops_leaves_no_thread_and_nothing_is_read_far_ahead(asking: bool) -> None:
    read: list[int] = []

    def parts(ask: Callable[[int], int]) -> Iterator[int]:
        for number in range(1000):
            read.append(number)
            yield ask(number) if asking else number

    with closing(ahead(parts, lambda number: number)) as prepared:
        assert next(prepared) == 0
    assert not _examiners()
    assert len(read) <= 4


def _examiners() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "gongxin-examiner"]
