"""Tests from sums alone have GrowthBook's published values."""

from __future__ import annotations

import math

import pytest

from decisions.domain.judges import moments
from decisions.domain.judges.beliefs import Belief, belief
from decisions.domain.judges.moments import Moments, Side
from tests.reference import needs_reference, reference_cases, reference_json

FILE = "growthbook_cases.json"
ROUNDED = 0.51e-5  # The source rounds these to five decimals.
EXACT = 1e-9
ONE_SIDED = {"greater": Side.GREATER, "lesser": Side.LESSER}


def moments_of(stated):
    if "successes" in stated:
        return Moments.of_successes(stated["successes"], stated["n"])
    return Moments.of_sums(stated["sum"], stated["sum_squares"], stated["n"])


def effect_of(case):
    return moments.effect(moments_of(case["a"]), moments_of(case["b"]), relative=case["difference"] == "relative")


def interval_of(expected):
    low, high = expected["ci"]
    return (-math.inf if low is None else low), (math.inf if high is None else high)


@needs_reference
@pytest.mark.parametrize("case", reference_cases(FILE, "two_sided_t"))
def test_a_t_test_has_the_published_figures(case):
    found, expected = effect_of(case), case["expected"]

    assert found.estimate == pytest.approx(expected["effect"], abs=ROUNDED)
    assert found.error == pytest.approx(expected["stderr"], abs=ROUNDED)
    assert moments.fixed_interval(found, 0.05) == pytest.approx(interval_of(expected), abs=ROUNDED)
    assert moments.fixed_p(found) == pytest.approx(expected["p"], abs=ROUNDED)


@needs_reference
@pytest.mark.parametrize("side", ["greater", "lesser"])
@pytest.mark.parametrize("place", [0, 1])
def test_a_one_sided_t_test_has_the_published_figures(side, place):
    case = reference_json(FILE)[f"one_sided_{side}_t"][place]
    found, expected = effect_of(case), case["expected"]

    assert found.estimate == pytest.approx(expected["effect"], abs=EXACT)
    assert found.error == pytest.approx(expected["stderr"], abs=EXACT)
    assert moments.fixed_interval(found, 0.05, ONE_SIDED[side]) == pytest.approx(interval_of(expected), abs=EXACT)
    assert moments.fixed_p(found, ONE_SIDED[side]) == pytest.approx(expected["p"], abs=EXACT)


@needs_reference
@pytest.mark.parametrize("case", reference_cases(FILE, "sequential_two_sided"))
def test_a_sequential_test_has_the_published_figures(case):
    found, expected = effect_of(case), case["expected"]
    spread = moments.tuning(0.05, case["tuning_n"])

    assert moments.sequential_interval(found, 0.05, spread) == pytest.approx(interval_of(expected), abs=ROUNDED)
    assert moments.sequential_p(found, spread) == pytest.approx(expected["p"], abs=ROUNDED)


@needs_reference
@pytest.mark.parametrize("side", ["greater", "lesser"])
@pytest.mark.parametrize("place", [0, 1])
def test_a_one_sided_sequential_test_has_the_published_figures(side, place):
    case = reference_json(FILE)[f"sequential_one_sided_{side}"][place]
    found, expected = effect_of(case), case["expected"]
    spread = moments.tuning(0.05, case["tuning_n"], ONE_SIDED[side])

    interval = moments.sequential_interval(found, 0.05, spread, ONE_SIDED[side])

    assert interval == pytest.approx(interval_of(expected), abs=EXACT)
    # How the source comes to a figure that is off by 1e-4 stands in the next test.
    assert moments.sequential_p(found, spread, ONE_SIDED[side]) == pytest.approx(expected["p"], abs=2e-4)


@needs_reference
def test_the_stated_p_value_is_one_halving_beside_where_the_interval_ends_at_zero():
    case = reference_json(FILE)["sequential_one_sided_greater"][1]
    spread = moments.tuning(0.05, case["tuning_n"], Side.GREATER)
    # The source halves 0.00001 to 0.4999, stops when the end is within 1e-6 of 0, and reports the next middle.
    tried = case["expected"]["p"] - (moments.GREATEST_P - moments.LEAST_P) / 2**12

    low, _ = moments.sequential_interval(effect_of(case), tried, spread, Side.GREATER)

    assert low == pytest.approx(0, abs=1e-6)


@needs_reference
def test_the_interval_is_narrowest_where_it_is_tuned():
    case = reference_json(FILE)["sequential_tuning_order"]
    found = effect_of(case)

    ends = [moments.sequential_interval(found, 0.05, moments.tuning(0.05, n)) for n in (10, 10_000, 6461)]

    widths = [high - low for low, high in ends]
    assert widths == sorted(widths, reverse=True)


@needs_reference
@pytest.mark.parametrize("case", reference_cases(FILE, "bayesian_effect"))
def test_a_belief_has_the_published_figures(case):
    prior = None if isinstance(case["prior"], str) else Belief(case["prior"]["mean"], case["prior"]["variance"] ** 0.5)

    found, expected = belief(effect_of(case), prior), case["expected"]

    assert (found.mean, found.deviation) == pytest.approx((expected["effect"], expected["stderr"]), abs=ROUNDED)
    assert found.interval(0.95) == pytest.approx(expected["ci"], abs=ROUNDED)
    assert found.chance_above_zero == pytest.approx(expected["p_better"], abs=ROUNDED)
    assert (found.expected_gain, found.expected_loss) == pytest.approx(expected["risk_control_treatment"], abs=ROUNDED)


@needs_reference
@pytest.mark.parametrize("case", reference_cases(FILE, "gaussian_risk"))
def test_gain_and_loss_have_the_published_figures(case):
    found = Belief(case["mu"], case["sigma"])

    assert (found.expected_gain, found.expected_loss) == pytest.approx(case["expected_gain_loss"], abs=1e-12)


def test_the_form_of_the_decision_model_gives_its_two_figures():
    baseline, candidate = Moments.of_sums(1396.87, 52377.9767, 3000), Moments.of_sums(2422.7, 134698.29, 3461)
    found = moments.effect(baseline, candidate, relative=True)

    two_sided = moments.sequential_interval(found, 0.05, moments.tuning(0.05, 1000))
    low, _ = moments.sequential_interval(found, 0.05, moments.tuning(0.05, 5000, Side.GREATER), Side.GREATER)

    assert two_sided == pytest.approx((-0.55844, 1.56516), abs=ROUNDED)
    assert low == pytest.approx(-0.42356454602790883, abs=EXACT)


def test_a_share_of_nothing_is_refused():
    with pytest.raises(ValueError, match="share of 0"):
        moments.effect(Moments(0.0, 1.0, 10), Moments(1.0, 1.0, 10), relative=True)
