"""Events and quantiles of two versions: exact evidence, bounds, clusters."""

from __future__ import annotations

import math

import numpy as np
import pytest

from decisions.domain.judges import trials
from decisions.domain.judges.clustering import clustering
from decisions.domain.judges.counts import Counts, same_minutes, separate_minutes
from decisions.domain.judges.limits import Limit
from decisions.domain.judges.mixtures import BetaBinomial
from decisions.domain.judges.quantiles import quantiles

NEEDED = math.log(50)


def counts(candidate, baseline, clusters=1.0):
    one = np.array([60.0])
    return Counts(np.array([float(candidate)]), np.array([float(baseline)]), one, one, clusters)


def test_evidence_from_trials_is_exactly_one_on_average_under_the_claim():
    n, chance = 12, 0.3
    odds = np.array([math.log(chance / (1 - chance))])
    successes = np.arange(n + 1.0)[:, np.newaxis]
    weights = [math.comb(n, k) * chance**k * (1 - chance) ** (n - k) for k in range(n + 1)]

    for side in (1, -1):
        assert weights @ np.exp(trials.log_e(successes, n - successes, odds, side)) == pytest.approx(1)


def test_evidence_from_a_rate_is_exactly_one_on_average_under_the_claim():
    expected = 2.5
    weights = [math.exp(-expected) * expected**k / math.factorial(k) for k in range(150)]

    for side in (1, -1):
        found = [float(trials.log_e_of_rate(k, np.array([expected]), side)[0]) for k in range(150)]
        # The largest alternative is 400 times the claim, and its events are beyond 150.
        assert weights @ np.exp(found) == pytest.approx(1, abs=0.26)
        assert weights @ np.exp(found) <= 1 + 1e-9


def test_points_and_integral_of_the_beta_mixture_say_nearly_the_same():
    found = float(trials.log_e(np.array([40.0]), np.array([20.0]), np.array([0.0]), 1))

    integral = BetaBinomial(3.0, 0.5, 0.5, two_sided=False).log_e(10.0, 15.0)

    assert found == pytest.approx(integral, abs=0.7)


@pytest.mark.parametrize(("candidate", "is_worse"), [(5, False), (7, False), (10, True)])
def test_ten_errors_against_none_are_enough_and_seven_are_not(candidate, is_worse):
    found = counts(candidate, 0)

    assert (found.log_e_above(Limit()) >= NEEDED) == is_worse
    assert found.ratios(0.02, 0.02)[1] == math.inf


def test_a_ratio_is_outside_its_bounds_exactly_when_it_is_rejected():
    found = counts(150, 100)
    low, high = found.ratios(0.02, 0.02)

    assert found.log_e_above(Limit(low)) == pytest.approx(NEEDED, abs=1e-6)
    assert found.log_e_below(Limit(high)) == pytest.approx(NEEDED, abs=1e-6)
    assert low < 1.5 < high


def test_a_difference_is_bounded_where_the_baseline_has_no_event():
    found = counts(60, 0)
    low, high = found.differences(0.02, 0.02)

    assert 0 < low < 1 < high < 3
    assert found.log_e_above(Limit(offset=low * 0.99)) >= NEEDED


def test_events_in_one_burst_are_one_piece_of_evidence():
    burst = np.zeros(60)
    burst[30] = 30.0
    one = np.ones(60)

    at_once = same_minutes(burst, np.zeros(60), one, one)
    spread = same_minutes((np.arange(60) % 2).astype(float), np.zeros(60), one, one)

    assert at_once.effective_events == pytest.approx(1)
    assert at_once.log_e_above(Limit()) < NEEDED < spread.log_e_above(Limit())


def test_independent_events_are_hardly_ever_taken_for_clusters():
    rng = np.random.default_rng(4)
    half = np.full(240, 0.5)

    found = [clustering(*rng.poisson(0.1, (2, 240)).astype(float), half) for _ in range(200)]

    assert np.median(found) == 1
    assert np.percentile(found, 90) < 1.8


def test_a_step_of_traffic_is_no_change_of_the_rate():
    # Errors follow the requests: 5 % of traffic at first, then half of it, while the error rate of both falls.
    exposure_candidate, exposure_baseline = np.repeat([50.0, 500.0], 60), np.repeat([950.0, 500.0], 60)
    rate = np.repeat([0.02, 0.002], 60)

    found = same_minutes(exposure_candidate * rate, exposure_baseline * rate, exposure_candidate, exposure_baseline)

    low, high = found.ratios(0.02, 0.02)
    assert low < 1 < high
    assert found.rate_candidate < 0.5 * found.rate_baseline


def test_separate_stretches_compare_rates():
    found = separate_minutes(np.full(60, 2.0), np.full(600, 0.5), np.ones(60), np.ones(600))

    assert found.ratios(0.02, 0.02)[0] > 2


def test_a_rate_below_zero_is_no_limit():
    found = counts(3, 3)

    assert found.log_e_below(Limit(0.0)) == -math.inf
    assert found.log_e_above(Limit(0.0)) == math.inf


def test_false_alarms_of_counts_stay_under_nominal_at_every_look():
    rng = np.random.default_rng(9)
    one = np.ones(240)

    def alarmed():
        candidate, baseline = rng.poisson(0.3, (2, 240)).astype(float)
        looks = (same_minutes(candidate[:t], baseline[:t], one[:t], one[:t]) for t in range(20, 241, 20))
        return any(look.log_e_above(Limit()) >= NEEDED for look in looks)

    assert np.mean([alarmed() for _ in range(100)]) <= 0.02


def latencies(seed, n, tail=1.0):
    return np.exp(np.random.default_rng(seed).normal(size=n) * tail)


def test_a_heavier_tail_is_found_where_the_median_is_the_same():
    baseline, candidate = latencies(1, 3000), latencies(2, 3000, tail=1.6)

    tail, middle = quantiles(candidate, baseline, 0.95), quantiles(candidate, baseline, 0.5)

    assert tail.log_e_above(Limit(1.1)) >= NEEDED
    assert middle.log_e_above(Limit(1.1)) < 0


def test_bounds_of_a_quantile_hold_the_true_change_and_close_in():
    widths = []
    for n in (500, 5000):
        found = quantiles(latencies(3, n) * 1.5, latencies(4, n), 0.9)
        low, high = found.ratios(0.02, 0.02)
        assert low < 1.5 < high
        widths.append(high - low)

    assert widths[1] < widths[0] / 2


def test_a_quantile_difference_is_outside_its_bounds_exactly_when_it_is_rejected():
    found = quantiles(latencies(5, 800) + 1, latencies(6, 800), 0.9)

    low, high = found.differences(0.02, 0.02)

    assert found.log_e_above(Limit(offset=low - 1e-9)) >= NEEDED > found.log_e_above(Limit(offset=low + 1e-9))
    assert found.log_e_below(Limit(offset=high + 1e-9)) >= NEEDED > found.log_e_below(Limit(offset=high - 1e-9))


def test_samples_without_any_difference_are_rejected_by_no_look():
    candidate, baseline = latencies(7, 1000), latencies(8, 1000)

    looks = [quantiles(candidate[:t], baseline[:t], 0.9).log_e_above(Limit()) for t in range(50, 1001, 50)]

    assert max(looks) < NEEDED
