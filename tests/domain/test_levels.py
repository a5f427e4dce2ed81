"""Target, margin and hysteresis of a service level, one measurement after another."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from decisions.domain.levels import Level, Standing, State, step

AT = datetime(2026, 11, 18, 3, 4, tzinfo=UTC)
# Breaks above 5 after 4 s, heals at 3 and below after 6 s; one measurement each two seconds.
AT_MOST = Level("at_most", 4, margin=0.25, release=0.25, for_seconds=4, clear_seconds=6)
AT_LEAST = Level("at_least", 4, margin=0.25, release=0.25, for_seconds=4, clear_seconds=6)

LETTERS = {
    "-": State.NO_DATA,
    ".": State.OK,
    "p": State.PENDING,
    "B": State.BROKEN,
    "c": State.CLEARING,
}


def walk(level: Level, values: list[float | None], *, n: float = 100) -> str:
    names = {state: letter for letter, state in LETTERS.items()}
    standing, found = Standing(State.NO_DATA), ""
    for place, value in enumerate(values):
        standing = step(level, standing, value, n, AT + timedelta(seconds=2 * place))
        found += names[standing.state]
    return found


@pytest.mark.parametrize(
    ("values", "states"),
    [
        ([4, 4, 4], "..."),
        ([5, 5, 5], "..."),  # on the line is not beyond it
        ([6, 6, 6, 6], "ppBB"),
        ([6, 6, 4, 6, 6, 6], "pp.ppB"),  # one good value and the count begins again
        ([6, 6, 6, 3, 3, 3, 3], "ppBccc."),
        ([6, 6, 6, 4, 4, 4, 4, 4], "ppBBBBBB"),  # between the lines nothing heals
        ([6, 6, 6, 3, 3, 4, 3, 3, 3, 3], "ppBccBccc."),
        ([6, 6, 6, 3, 6, 3, 6, 3, 6], "ppBcBcBcB"),  # jumping, it stays broken
        ([None, None], "--"),
        ([4, None, 4], ".-."),
        ([6, 6, None, 6, 6, 6], "pp-ppB"),
        ([6, 6, 6, None, None, None, None], "ppBBBBB"),  # silence heals nothing
        ([6, 6, 6, 3, 3, None, None, 3, 3, 3, 3], "ppBccBBccc."),  # and bridges no gap in the good values
    ],
)
def test_a_level_breaks_late_and_heals_later(values, states):
    assert walk(AT_MOST, values) == states


def test_at_least_is_the_mirror_image():
    values = [2, 2, 2, 4, 4, 5, 5, 5, 5]

    assert walk(AT_LEAST, values) == "ppBBBccc."


def test_too_few_events_are_no_data():
    level = Level("at_most", 4, minimum_n=20)

    assert walk(level, [6, 6], n=19) == "--"
    assert walk(level, [6, 6], n=20) == "BB"


def test_without_patience_the_first_value_breaks_and_the_first_one_inside_heals():
    assert walk(Level("at_most", 4), [5, 4, 5, 4]) == "B.B."


def test_the_state_says_since_when():
    first = step(AT_MOST, Standing(State.OK, AT), 6, 100, AT + timedelta(seconds=2))
    second = step(AT_MOST, first, 6, 100, AT + timedelta(seconds=4))

    assert first == second == Standing(State.PENDING, AT + timedelta(seconds=2))
