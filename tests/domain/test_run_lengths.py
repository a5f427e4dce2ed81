"""Run lengths against closed forms, a solved chain and a counted one."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from decisions.domain.run_lengths import (
    Chance,
    false_alarms,
    noise_score,
    persistence,
    samples_to_alarm,
    samples_to_alarm_independent,
)

MINUTE = 60.0
chances = st.floats(0.01, 0.99)


def _solved(p01: float, p11: float, run: int) -> float:
    """The mean wait from the linear equations of the chain whose state is the length of the run so far."""
    go_on = np.array([p01] + [p11] * (run - 1))
    moves = np.diag(go_on[:-1], 1)
    moves[:, 0] += 1 - go_on
    return float(np.linalg.solve(np.eye(run) - moves, np.ones(run))[0])


def test_three_in_a_row_at_one_in_a_hundred_come_once_in_a_million_samples():
    assert samples_to_alarm_independent(0.01, 3) == pytest.approx(1_010_100)


def test_persistence_makes_the_same_threshold_fire_eight_thousand_times_as_often():
    assert samples_to_alarm(0.01, 0.9, 3) == pytest.approx(125.8, abs=0.01)


@given(chance=chances, run=st.integers(1, 6))
def test_without_persistence_the_wait_is_the_textbook_one(chance, run):
    textbook = (1 - chance**run) / ((1 - chance) * chance**run)

    assert samples_to_alarm(chance, chance, run) == pytest.approx(textbook)


@given(p01=chances, p11=chances, run=st.integers(1, 5))
def test_the_wait_solves_the_chain(p01, p11, run):
    assert samples_to_alarm(p01, p11, run) == pytest.approx(_solved(p01, p11, run), rel=1e-6)


@given(p01=chances, p11=chances, run=st.integers(1, 6))
def test_a_longer_run_never_comes_sooner(p01, p11, run):
    assert samples_to_alarm(p01, p11, run + 1) >= samples_to_alarm(p01, p11, run)


@pytest.mark.parametrize(("p01", "p11", "run"), [(0.0, 0.9, 1), (0.1, 0.0, 2)])
def test_what_cannot_come_is_never_waited_for_in_vain(p01, p11, run):
    assert samples_to_alarm(p01, p11, run) == math.inf


def test_a_metric_that_never_leaves_alarms_as_soon_as_it_entered():
    assert samples_to_alarm(0.1, 1.0, 3) == pytest.approx(10 + 2)


def test_a_run_of_none_is_refused():
    with pytest.raises(ValueError, match="at least one"):
        samples_to_alarm(0.1, 0.1, 0)


def test_a_gap_is_no_neighbour():
    moves = persistence([False, True, None, True, True, False, False])

    assert (moves.begins, moves.goes_on) == (Chance(1, 2), Chance(1, 2))


def test_the_counted_chances_are_those_of_the_chain():
    random, state, history = np.random.default_rng(5), False, []
    for draw in random.random(50_000):
        state = bool(draw < (0.9 if state else 0.01))
        history.append(10.0 if state else 1.0)

    found = false_alarms(history, 5, is_worse_above=True, run=3, seconds_each=MINUTE)

    assert found.per_month == pytest.approx(43_200 / 125.8, rel=0.15)
    assert found.per_month < found.at_most < 1.5 * found.per_month


def test_a_history_without_exceedance_rules_out_only_what_its_length_can():
    found = false_alarms([1.0] * 3_000, 5, is_worse_above=True, run=1, seconds_each=MINUTE)

    # Three in so many tries is the known limit for none seen.
    assert found.per_month == 0
    assert found.at_most == pytest.approx(43_200 * 3 / 3_000, rel=0.01)


def test_no_history_rules_out_nothing():
    assert false_alarms([], 5, is_worse_above=True, run=1, seconds_each=MINUTE).at_most == 43_200


def test_where_lower_is_worse_the_threshold_is_a_floor():
    history = [9.0, 9.0, 1.0, 9.0, math.nan, None, 9.0]

    found = false_alarms(history, 5, is_worse_above=False, run=1, seconds_each=MINUTE)

    assert (found.samples, found.exceedances) == (5, 1)
    assert found.per_month == pytest.approx(43_200 / 2)


@pytest.mark.parametrize("run", [1, 2, 3])
def test_the_noise_score_gives_the_tolerated_alarms(run):
    score = noise_score(2.0, run, MINUTE)

    beyond = math.erfc(score / math.sqrt(2)) / 2
    assert 43_200 / samples_to_alarm_independent(beyond, run) == pytest.approx(2, rel=1e-6)


@pytest.mark.parametrize("per_month", [0.0, 1e9])
def test_an_impossible_number_of_alarms_is_refused(per_month):
    with pytest.raises(ValueError, match="alarms"):
        noise_score(per_month, 3, MINUTE)
