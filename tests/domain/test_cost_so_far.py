"""What an incident has cost by now: each rate over its own time, and never less than before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from decisions.domain.cost_so_far import Quiet, carried, cost_so_far, harmful_minutes, stretches

HARM = {"so_far": "600", "so_far_low": "400", "so_far_high": "900", "per_minute": "60", "low": "40", "high": "90"}
START = datetime(2026, 11, 18, 3, 0, tzinfo=UTC)


def after(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def test_while_it_goes_on_each_minute_adds_its_rate():
    found = cost_so_far(HARM, START, [], after(2))

    assert (found.expected, found.low, found.high, found.per_minute) == (720, 480, 1080, 60)


def test_once_something_took_effect_nothing_is_added():
    found = cost_so_far(HARM, START, [Quiet(after(1), None)], after(180))

    assert (found.expected, found.per_minute, found.at) == (660, 0, after(1))


def test_when_it_breaks_again_it_goes_on_from_there():
    found = cost_so_far(HARM, START, [Quiet(after(1), after(31))], after(32))

    assert (found.expected, found.per_minute, found.at) == (720, 60, after(32))


def test_what_took_effect_before_the_assessment_takes_nothing_away():
    assert cost_so_far(HARM, START, [Quiet(after(-60), None)], after(5)).expected == 600


@given(st.lists(st.tuples(st.floats(0, 50_000), st.floats(0, 600)), min_size=1, max_size=30))
def test_from_look_to_look_it_never_falls_whatever_the_rates(looks):
    spent, at = {"so_far": "0", "so_far_low": "0", "so_far_high": "0"}, START
    for rate, minutes in looks:
        harm = {**spent, "per_minute": str(rate), "low": str(rate / 2), "high": str(rate * 2)}
        later = at + timedelta(minutes=minutes)
        stated = carried(cost_so_far(harm, at, [], later), "EUR")
        assert float(stated["expected"]) >= float(spent["so_far"])
        spent = {"so_far": stated["expected"], "so_far_low": stated["low"], "so_far_high": stated["high"]}
        at = later


@pytest.mark.parametrize(
    "ended, broke, expected",
    [
        ([], [], []),
        ([1], [], [(1, None)]),
        ([1], [5], [(1, 5)]),
        ([1, 8], [5], [(1, 5), (8, None)]),
        ([1, 2], [], [(1, None)]),  # a second option while the first one held
        ([8], [5, 6], [(8, None)]),  # opened again after runs that failed
    ],
)
def test_it_is_quiet_from_an_end_until_it_breaks_again(ended, broke, expected):
    found = stretches(map(after, ended), map(after, broke))

    assert found == tuple(Quiet(after(since), None if until is None else after(until)) for since, until in expected)


def test_only_the_time_between_the_two_moments_is_counted():
    quiet = [Quiet(after(-5), after(2)), Quiet(after(4), after(5)), Quiet(after(9), after(20))]

    assert harmful_minutes(START, after(10), quiet) == 6
