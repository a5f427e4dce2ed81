"""What goes to and fro is told at first, then seldom, and never wrongly for long."""

from __future__ import annotations

from datetime import timedelta

import pytest

from decisions.domain.telling import Told


def tell(at, states: str, *, every: float) -> list[tuple[int, str, int]]:
    """What is told of these states, one each `every` seconds: after how many seconds, which state, how many changes."""
    told, said = Told("u", "u"), []
    for place, state in enumerate(states):
        told, flips = told.after(state, at + timedelta(seconds=every * place))
        if flips:
            said.append((round(every * place), state, flips))
    return said


@pytest.mark.parametrize(
    ("states", "said"),
    [
        ("uuuu", []),
        ("uddd", [(2, "d", 1)]),
        ("uduu", [(2, "d", 1), (4, "u", 1)]),
        ("ududud", [(2, "d", 1), (4, "u", 1), (6, "d", 1), (8, "u", 1), (10, "d", 1)]),
    ],
)
def test_the_first_changes_are_told_at_once(at, states, said):
    assert tell(at, states, every=2) == said


def test_what_flaps_all_day_is_told_six_times_an_hour(at):
    said = tell(at, "ud" * 21_600, every=2)

    assert len(said) == 24 * 6
    assert sum(flips for _, _, flips in said) > 41_000


def test_a_state_that_stays_is_told_when_its_turn_comes(at):
    said = tell(at, "ud" * 10 + "d" * 2000, every=2)

    assert said[6:] == [(3602, "d", 13)]


def test_a_state_that_was_told_is_not_told_again(at):
    assert len(tell(at, "ud" * 10 + "u" * 4000, every=2)) == 6
