"""Requests sent again (幂等): the nine cases."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from gongxin.rooms.measures import repeats
from gongxin.rooms.measures.models import Repeat
from gongxin.spine import clock, secrets

pytestmark = pytest.mark.django_db


def age(by: timedelta) -> None:
    """Let time pass for what is kept."""
    for each in Repeat.objects.all():
        Repeat.objects.filter(pk=each.pk).update(at=each.at - by)


def test_1_a_new_key_is_ours() -> None:
    assert repeats.claim("1", "a", b"x").state == "ours"


def test_2_the_same_again_gets_the_same_answer() -> None:
    repeats.keep(repeats.claim("1", "a", b"x"), 201, "答复".encode())
    again = repeats.claim("1", "a", b"x")
    assert (again.state, again.status, again.answer.decode()) == ("answered", 201, "答复")


def test_3_the_same_key_for_another_request() -> None:
    repeats.keep(repeats.claim("1", "a", b"x"), 200, b"{}")
    assert repeats.claim("1", "a", b"y").state == "other_request"


def test_4_still_being_decided() -> None:
    repeats.claim("1", "a", b"x")
    assert repeats.claim("1", "a", b"x").state == "undecided"


def test_5_refused_or_failed_the_first_time_it_is_free_again() -> None:
    repeats.release(repeats.claim("1", "a", b"x"))
    assert repeats.claim("1", "a", b"y").state == "ours"


def test_6_what_was_answered_cannot_be_released() -> None:
    ours = repeats.claim("1", "a", b"x")
    repeats.keep(ours, 200, b"{}")
    repeats.release(ours)
    assert repeats.claim("1", "a", b"x").state == "answered"


def test_7_another_caller_has_keys_of_its_own() -> None:
    repeats.keep(repeats.claim("1", "a", b"x"), 200, b"{}")
    assert repeats.claim("2", "a", b"x").state == "ours"


def test_8_kept_too_long_counts_as_new() -> None:
    repeats.keep(repeats.claim("1", "a", b"x"), 200, b"{}")
    age(repeats.KEPT - timedelta(minutes=1))
    assert repeats.claim("1", "a", b"x").state == "answered"
    age(timedelta(minutes=2))
    assert repeats.claim("1", "a", b"y").state == "ours"


def test_9_left_by_a_crash_may_be_taken_over() -> None:
    repeats.claim("1", "a", b"x")
    age(repeats.ABANDONED + timedelta(seconds=1))
    assert repeats.claim("1", "a", b"x").state == "ours"


def test_answers_lie_sealed_and_not_for_ever() -> None:
    repeats.keep(repeats.claim("1", "a", b"x"), 200, "恒砾".encode())
    kept: Any = Repeat.objects.get()
    assert secrets.is_sealed(kept.answer)
    assert repeats.forget_old() == 0
    age(repeats.KEPT + timedelta(seconds=1))
    assert repeats.forget_old() == 1
    assert clock.now() > kept.at
