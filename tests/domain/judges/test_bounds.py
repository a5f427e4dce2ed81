"""Bounds that hold at every look have the published values, and hold."""

from __future__ import annotations

import math

import numpy as np
import pytest

from decisions.domain.judges import mixtures, quantile_test, shares, stitching
from tests.reference import needs_reference, reference_cases, reference_json

FILE = "confseq_cases.json"
TOLERANCE = 1e-5  # Stated in the file; a test below holds it to that.


def value(mixture, case):
    if case["fn"] == "log_mixture":
        return mixture.log_e(case["s"], case["v"])
    return mixture.bound(case["v"], case["alpha"])


def rho(case, *, two_sided):
    return mixtures.best_rho(case["v_opt"], 0.05, two_sided=two_sided)


@needs_reference
def test_the_tolerance_is_the_stated_one():
    assert reference_json(FILE)["tol"] == TOLERANCE


@needs_reference
@pytest.mark.parametrize("case", reference_cases(FILE, "normal_mixture"))
def test_a_normal_mixture_has_the_published_value(case):
    spread = rho(case, two_sided=case["two_sided"])
    if "best_rho" in case:
        assert spread == pytest.approx(case["best_rho"], abs=TOLERANCE)
        return
    mixture = (mixtures.Normal if case["two_sided"] else mixtures.NormalAbove)(spread)

    assert value(mixture, case) == pytest.approx(case["expected"], abs=TOLERANCE)


@needs_reference
@pytest.mark.parametrize("case", reference_cases(FILE, "gamma_exponential"))
def test_a_gamma_exponential_mixture_has_the_published_value(case):
    mixture = mixtures.GammaExponential(rho(case, two_sided=False), case["c"])

    assert value(mixture, case) == pytest.approx(case["expected"], abs=TOLERANCE)


@needs_reference
@pytest.mark.parametrize("case", reference_cases(FILE, "gamma_poisson"))
def test_a_gamma_poisson_mixture_has_the_published_value(case):
    mixture = mixtures.GammaPoisson(rho(case, two_sided=False), case["c"])

    assert value(mixture, case) == pytest.approx(case["expected"], abs=TOLERANCE)


@needs_reference
@pytest.mark.parametrize("case", reference_cases(FILE, "beta_binomial"))
def test_a_beta_binomial_mixture_has_the_published_value(case):
    two_sided = case["two_sided"]
    mixture = mixtures.BetaBinomial(rho(case, two_sided=two_sided), case["g"], case["h"], two_sided)

    assert value(mixture, case) == pytest.approx(case["expected"], abs=TOLERANCE)


@needs_reference
@pytest.mark.parametrize("case", reference_cases(FILE, "poly_stitching"))
def test_a_stitched_bound_has_the_published_value(case):
    found = stitching.stitched(case["v"], case["alpha"], case["v_min"], case["c"])

    assert found == pytest.approx(case["expected"], abs=TOLERANCE)


@needs_reference
@pytest.mark.parametrize("case", reference_cases(FILE, "double_stitching"))
def test_a_bound_for_all_quantiles_has_the_published_value(case):
    found = stitching.quantile_stitched(case["quantile"], case["t"], case["alpha"], case["t_opt"])

    assert found == pytest.approx(case["expected"], abs=TOLERANCE)


@needs_reference
@pytest.mark.parametrize("case", reference_cases(FILE, "empirical_process_lil"))
def test_a_band_for_a_distribution_has_the_published_value(case):
    found = stitching.distribution_band(case["t"], case["alpha"], case["t_min"], case["A"])

    assert found == pytest.approx(case["expected"], abs=TOLERANCE)


@needs_reference
@pytest.mark.parametrize("case", reference_cases(FILE, "quantile_ab_p"))
def test_two_quantiles_have_the_published_p_value(case):
    first = np.arange(1.0, 1001.0)

    found = quantile_test.p_value(first, first + case["offset"], case["quantile"], case["t_opt"], case["alpha_opt"])

    assert found == pytest.approx(case["expected"], abs=TOLERANCE)


@needs_reference
@pytest.mark.parametrize("case", reference_cases(FILE, "bernoulli_ci"))
def test_a_share_has_the_published_interval(case):
    found = shares.interval(case["successes"], case["n"], case["alpha"], case["t_opt"])

    assert found == pytest.approx(case["expected"], abs=TOLERANCE)


def test_the_normal_bound_has_the_figures_of_the_decision_model():
    spread = mixtures.best_rho(100, 0.05)

    assert spread == pytest.approx(12.60, abs=0.005)
    assert mixtures.Normal(spread).bound(100, 0.05) == pytest.approx(30.352, abs=0.0005)


def test_a_sum_that_cannot_reach_the_bound_is_bounded_by_what_it_can_reach():
    mixture = mixtures.BetaBinomial(mixtures.best_rho(100, 0.05, two_sided=False), 0.2, 0.8, two_sided=False)

    assert mixture.bound(2 * 0.2 * 0.8, 0.05) == pytest.approx(2 * 0.8)


def test_a_band_says_nothing_before_its_first_time():
    assert stitching.distribution_band(99, 0.05, 100) == math.inf


def test_walks_leave_the_normal_bound_no_more_often_than_allowed():
    rng = np.random.default_rng(3)
    sums = np.cumsum(rng.normal(size=(2000, 400)), axis=1)
    mixture = mixtures.Normal(mixtures.best_rho(100, 0.05))
    bound = np.array([mixture.bound(v, 0.05) for v in range(1, 401)])

    left = (np.abs(sums) >= bound).any(axis=1).mean()

    assert left <= 0.05
