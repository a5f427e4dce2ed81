"""Burn rates against the SRE workbook's table and the arithmetic behind it."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from decisions.domain import burn_rates
from decisions.domain.burn_rates import HOUR, MINUTE, TABLE, Counted, State, Windows

PAGE, SLOW_PAGE, TICKET = TABLE
OBJECTIVE = 0.999


@pytest.mark.parametrize(("windows", "spent"), [(PAGE, 0.02), (SLOW_PAGE, 0.05), (TICKET, 0.10)])
def test_a_row_of_the_table_fires_after_its_share_of_the_budget(windows, spent):
    assert burn_rates.budget_spent(windows) == pytest.approx(spent)


def test_a_burn_rate_of_1_spends_the_budget_over_the_period():
    assert burn_rates.burn_rate(0.001, OBJECTIVE) == pytest.approx(1)


@pytest.mark.parametrize(("bad_share", "seconds"), [(1.0, 51.84), (0.02, 43.2 * MINUTE), (0.0144, math.inf)])
def test_the_time_to_fire_is_the_long_window_filled_to_the_threshold(bad_share, seconds):
    assert burn_rates.seconds_to_fire(PAGE, OBJECTIVE, bad_share) == pytest.approx(seconds)


@pytest.mark.parametrize(("bad_share", "seconds"), [(1.0, 295.68), (0.0288, 150.0), (0.01, 0.0)])
def test_the_time_to_reset_is_the_short_window_drained_to_the_threshold(bad_share, seconds):
    assert burn_rates.seconds_to_reset(PAGE, OBJECTIVE, bad_share) == pytest.approx(seconds)


@given(bad=st.floats(0.015, 1.0))
def test_firing_starts_and_ends_when_the_windows_say_so(bad):
    windows, second = Windows(HOUR, 5 * MINUTE, 14.4, "page"), 1e-3
    starts = burn_rates.seconds_to_fire(windows, OBJECTIVE, bad)
    ends = burn_rates.seconds_to_reset(windows, OBJECTIVE, bad)

    def said(long_bad_seconds, short_bad_seconds):
        long = Counted(1e6 * bad * long_bad_seconds / windows.long, 1e6)
        short = Counted(1e6 * bad * short_bad_seconds / windows.short, 1e6)
        return burn_rates.state(windows, OBJECTIVE, long, short)

    assert said(starts * (1 - second), windows.short) == State.QUIET
    assert said(starts * (1 + second), windows.short) == State.FIRING
    assert said(windows.long, windows.short - ends * (1 - second)) == State.FIRING
    assert said(windows.long, windows.short - ends - second * windows.short) == State.QUIET


def test_one_failure_alone_pages_below_seventy_requests_and_not_from_there():
    # The workbook's 1 / 0.0144 is 69.4: among 69 requests one failure is still above the threshold.
    assert burn_rates.requests_needed(PAGE, OBJECTIVE) == 70
    assert burn_rates.burn_rate(1 / 69, OBJECTIVE) > PAGE.burn > burn_rates.burn_rate(1 / 70, OBJECTIVE)


@pytest.mark.parametrize(
    ("long", "short", "said"),
    [
        (Counted(200, 10_000), Counted(20, 1_000), State.FIRING),
        (Counted(200, 10_000), Counted(1, 1_000), State.QUIET),
        (Counted(10, 10_000), Counted(20, 1_000), State.QUIET),
        (Counted(144, 10_000), Counted(14.4, 1_000), State.QUIET),
        (Counted(200, 10_000), Counted(20, 69), State.TOO_FEW),
        (Counted(200, 10_000), None, State.NO_DATA),
        (None, Counted(20, 1_000), State.NO_DATA),
        (Counted(200, 10_000), Counted(0, 0), State.NO_DATA),
    ],
)
def test_both_windows_must_burn_and_missing_data_is_neither_firing_nor_quiet(long, short, said):
    assert burn_rates.state(PAGE, OBJECTIVE, long, short) == said


@pytest.mark.parametrize(
    ("states", "together"),
    [
        ([State.QUIET, State.FIRING, State.NO_DATA], State.FIRING),
        ([State.QUIET, State.NO_DATA, State.TOO_FEW], State.NO_DATA),
        ([State.QUIET, State.TOO_FEW], State.TOO_FEW),
        ([State.QUIET, State.QUIET], State.QUIET),
        ([], State.NO_DATA),
    ],
)
def test_several_pairs_are_quiet_only_together(states, together):
    assert burn_rates.worst(states) == together


@pytest.mark.parametrize("objective", [0.0, 1.0, 1.5, math.nan])
def test_an_objective_without_a_budget_is_refused(objective):
    with pytest.raises(ValueError, match="lies between 0 and 1"):
        burn_rates.burn_rate(0.1, objective)


@pytest.mark.parametrize("wrong", [(HOUR, 2 * HOUR, 14.4), (HOUR, 0, 14.4), (HOUR, 60, 0)])
def test_windows_that_cannot_work_are_refused(wrong):
    with pytest.raises(ValueError, match="needs a short window"):
        Windows(*wrong, "page")


@pytest.mark.parametrize("wrong", [(-1, 5), (6, 5), (0, math.inf), (math.nan, 5)])
def test_counts_that_cannot_be_are_refused(wrong):
    with pytest.raises(ValueError, match="bad must be"):
        Counted(*wrong)


@pytest.mark.parametrize(
    ("states", "stand"),
    [
        (["quiet", "firing", "quiet"], [False, True, False]),
        (["firing", "no_data", "too_few", "quiet"], [True, True, True, False]),
        (["no_data", "too_few", "quiet"], [False, False, False]),
    ],
)
def test_an_alarm_begins_with_firing_and_ends_with_quiet_alone(states, stand):
    found, before = [], False
    for state in states:
        before = burn_rates.stands(before, State(state))
        found.append(before)

    assert found == stand
