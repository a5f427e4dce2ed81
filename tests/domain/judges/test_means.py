"""Two means at every look: the evidence, its bounds, and what correlation in time costs."""

from __future__ import annotations

import math

import numpy as np
import pytest

from decisions.domain.judges import moments
from decisions.domain.judges.autocorrelation import dependence, lag_one
from decisions.domain.judges.limits import Limit, Margin
from decisions.domain.judges.means import Tuning, critical, log_e, same_minutes, separate_minutes
from decisions.domain.judges.moments import Effect, Side

TUNING = Tuning.tightest_at(60, 0.02)


def correlated(seed, phi, n, mean=0.0):
    shocks = np.random.default_rng(seed).normal(size=n)
    values = [shocks[0] / math.sqrt(1 - phi**2)]
    for shock in shocks[1:]:
        values.append(phi * values[-1] + shock)
    return np.array(values) + mean


@pytest.mark.parametrize("n", [6, 20, 300, 10_000])
@pytest.mark.parametrize("alpha", [0.02, 0.0004])
def test_the_evidence_reaches_its_threshold_at_the_critical_statistic(n, alpha):
    at = critical(n, alpha, TUNING)

    if at == math.inf:
        assert log_e(1e9, n, TUNING) < math.log(1 / alpha)
    else:
        assert log_e(at, n, TUNING) == pytest.approx(math.log(1 / alpha))


def test_with_many_values_the_bound_is_growthbooks():
    n, alpha = 200_000, 0.02
    spread = moments.tuning(alpha, 60, Side.GREATER)

    low, _ = moments.sequential_interval(Effect(0.0, 1.0, n, n - 2.0), alpha, spread, Side.GREATER)

    assert Tuning.tightest_at(60, alpha).spread == pytest.approx(spread**2)
    # Ours is on the cautious side by the half that an unknown variance costs.
    assert critical(n, alpha, TUNING) == pytest.approx(-low, rel=2e-3)
    assert critical(n, alpha, TUNING) >= -low


def test_few_values_say_nothing():
    assert critical(4.9, 0.02, TUNING) == math.inf
    assert log_e(1e6, 4.9, TUNING) == -math.inf


def test_evidence_against_nothing_is_at_most_one_on_average():
    statistics = np.random.default_rng(5).standard_t(29, size=20_000)

    evidence = [math.exp(log_e(float(statistic), 30, TUNING)) for statistic in statistics]

    assert np.mean(evidence) < 1


@pytest.mark.parametrize("ratio", [1.0, 1.05, 0.9])
def test_a_ratio_is_outside_its_bounds_exactly_when_it_is_rejected(ratio):
    baseline, candidate = correlated(1, 0.0, 200, 50), correlated(2, 0.0, 200, 53)
    found = same_minutes(candidate, baseline, Limit(ratio), TUNING)

    low, high = found.ratios(0.02, 0.02)

    assert (ratio < low) == (found.log_e_above(Limit(ratio)) >= math.log(50))
    assert (ratio > high) == (found.log_e_below(Limit(ratio)) >= math.log(50))


def test_a_baseline_that_may_be_zero_bounds_a_ratio_on_one_side_at_most():
    found = same_minutes(correlated(1, 0.0, 100, 5), correlated(2, 0.0, 100, 0.2), Limit(), TUNING)

    low, high = found.ratios(0.02, 0.02)

    assert 1 < low < math.inf == high
    # What is excluded is excluded: a ratio just below the bound is rejected, one just above it is not.
    assert found.log_e_above(Limit(low * 0.999)) >= math.log(50) > found.log_e_above(Limit(low * 1.001))
    assert found.differences(0.02, 0.02)[0] > 0


def test_two_means_around_zero_bound_no_ratio():
    found = same_minutes(correlated(1, 0.0, 100), correlated(2, 0.0, 100), Limit(), TUNING)

    assert found.ratios(0.02, 0.02) == (-math.inf, math.inf)


def test_what_happens_to_both_in_the_same_minute_cancels_out():
    load = correlated(3, 0.9, 200) * 10
    baseline, candidate = correlated(1, 0.0, 200, 100) + load, correlated(2, 0.0, 200, 102) + load

    together = same_minutes(candidate, baseline, Limit(), TUNING).differences(0.02, 0.02)
    apart = separate_minutes(candidate, baseline, TUNING).differences(0.02, 0.02)

    assert together[1] - together[0] < (apart[1] - apart[0]) / 5


def test_stretches_of_unequal_length_can_be_compared():
    found = separate_minutes(correlated(1, 0.3, 60, 12), correlated(2, 0.3, 900, 10), TUNING)

    assert found.differences(0.02, 0.02)[0] > 0
    assert found.effective_n < 120


@pytest.mark.parametrize(("phi", "least", "most"), [(0.0, 1.0, 1.6), (0.5, 2.5, 5), (0.7, 4.5, 10), (0.9, 13, 45)])
def test_correlation_is_paid_for_in_full(phi, least, most):
    found = [dependence(correlated(seed, phi, 2000)).inflation for seed in range(20)]

    # (1 + phi) / (1 - phi) is the true cost; the measured one is on the cautious side.
    assert least <= np.median(found) <= most


def test_slow_drift_under_fast_noise_is_found_by_blocks():
    noise = np.random.default_rng(1).normal(size=3000)
    drift = correlated(2, 0.98, 3000) * math.sqrt(1 - 0.98**2)

    found = dependence(noise + drift)

    assert found.inflation > 25


def test_a_constant_series_depends_on_nothing():
    found = dependence(np.full(30, 4.2))

    assert (found.inflation, found.effective_n) == (1, 30)
    assert lag_one(np.zeros(30)) == pytest.approx(1 / 26)


def test_an_excess_that_never_varies_is_beyond_doubt():
    found = same_minutes(np.full(30, 7.0), np.full(30, 5.0), Limit(1.05), TUNING)

    assert found.log_e_above(Limit(1.05)) == math.inf
    assert found.ratios(0.02, 0.02) == pytest.approx((1.4, 1.4))


@pytest.mark.parametrize(
    ("margin", "baseline", "upper"),
    [
        (Margin("ratio", 0.05), 100.0, 105.0),
        (Margin("ratio", 0.05), -100.0, -95.0),
        (Margin("absolute", 0.5), -100.0, -99.5),
    ],
)
def test_a_margin_allows_what_it_says(margin, baseline, upper):
    limit = margin.upper(baseline)

    assert limit.ratio * baseline + limit.offset == pytest.approx(upper)
