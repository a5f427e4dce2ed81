from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import betaln
from scipy.stats import beta

from decisions.domain.beliefs import Beta
from decisions.domain.beta_quantiles import beta_interval, beta_quantiles
from decisions.domain.betas import expected_shortfall, probability_greater
from decisions.domain.points import midpoints
from tests.reference import reference_json
from tests.scoring_cases import betas


def whole_sum(first: Beta, second: Beta) -> float:
    """Miller's sum for P(first > second); the counts of the first must be whole."""
    total = 0.0
    for i in range(int(first.alpha)):
        log = betaln(second.alpha + i, first.beta + second.beta) - math.log(first.beta + i)
        total += math.exp(log - betaln(1 + i, first.beta) - betaln(second.alpha, second.beta))
    return total


@pytest.mark.parametrize("counts", [(3, 2, 2, 3), (1, 1, 1, 1), (40, 3, 30, 4), (501, 510, 43, 63), (2, 90, 3, 80)])
def test_the_probability_that_one_rate_beats_another_is_the_exact_sum(counts):
    first, second = Beta(*counts[:2]), Beta(*counts[2:])

    assert probability_greater(first, second) == pytest.approx(whole_sum(first, second), abs=1e-7)


@given(betas, betas)
def test_one_of_two_rates_is_the_greater(first, second):
    assert probability_greater(first, second) + probability_greater(second, first) == pytest.approx(1, abs=1e-5)


@given(betas, betas)
def test_what_one_choice_loses_and_the_other_differ_by_the_means(first, second):
    lost = expected_shortfall(first, second) - expected_shortfall(second, first)

    assert lost == pytest.approx(second.mean - first.mean, abs=1e-5)


def test_published_comparison_of_two_rates_is_met():
    # The source drew its probability and losses at random, so it holds to two decimals only.
    stated = reference_json("spotify_confidence_cases.json")["beta_binomial"]["difference"]
    a, b = (Beta(0.5 + worked, 0.5 + tried - worked) for worked, tried in (stated["a"], stated["b"]))

    assert probability_greater(b, a) == pytest.approx(stated["p_b_better"], abs=1e-2)
    assert expected_shortfall(a, b) == pytest.approx(stated["a_expected_loss"], abs=1e-2)
    assert expected_shortfall(b, a) == pytest.approx(stated["b_expected_loss"], abs=1e-2)
    assert b.mean - a.mean == pytest.approx(stated["mean"], abs=1e-2)


def test_published_intervals_of_one_rate_are_met():
    for row in reference_json("spotify_confidence_cases.json")["beta_binomial"]["rows"]:
        known = Beta(0.5 + row["successes"], 0.5 + row["n"] - row["successes"])

        assert beta.interval(0.95, known.alpha, known.beta) == pytest.approx(row["ci"], abs=1e-6)
        low, high = beta_interval(known)
        assert row["ci"][0] < low < known.mean < high < row["ci"][1]


@given(st.floats(0.3, 500), st.floats(0.3, 500))
def test_the_fast_quantiles_are_the_exact_ones(alpha, failures):
    exact = beta.ppf(midpoints(), alpha, failures)

    assert beta_quantiles(Beta(alpha, failures)) == pytest.approx(exact, abs=1e-6)


def test_quantiles_never_fall():
    assert (beta_quantiles(Beta(0.3, 900))[1:] >= beta_quantiles(Beta(0.3, 900))[:-1]).all()
