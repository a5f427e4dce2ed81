"""Planned looks: published bounds, and what bounds spend."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pytest

from decisions.domain import spending
from decisions.domain.judges import moments
from decisions.domain.judges.moments import Moments
from tests.reference import needs_reference, reference_cases, reference_json

FILE = "spotify_confidence_cases.json"
# The source looks for its bounds until the chance at a look is right to 1e-7, and integrates by trapezoids.
SOLVER = 2e-7


@needs_reference
@pytest.mark.parametrize("case", reference_cases(FILE, "group_sequential_bounds", "cases"))
def test_published_bounds_spend_what_is_planned_at_each_look(case):
    shares = case["information_fraction"]
    planned = np.diff(case["alpha"] / case["sides"] * np.square([0.0, *shares]))

    found = np.array(spending.spent(shares, case["expected_z"]))

    assert np.abs(found - planned).max() < SOLVER


@needs_reference
@pytest.mark.parametrize("case", reference_cases(FILE, "group_sequential_bounds", "cases"))
def test_bounds_are_the_published_ones_as_far_as_those_are_settled(case):
    shares = np.array(case["information_fraction"])
    found = np.array(spending.bounds(case["information_fraction"], case["alpha"], case["sides"]))

    planned = np.diff(case["alpha"] / case["sides"] * np.square([0.0, *shares]))
    # By how much a bound may be off when the chance above it is off by the solver's tolerance, at this look and before.
    slope = np.maximum(planned, spending.LEAST_SPENT) * found
    assert found[0] == pytest.approx(case["expected_z"][0], abs=1e-6)
    assert (np.abs(found - case["expected_z"]) <= 4 * SOLVER / slope + 1e-3).all()


@needs_reference
def test_more_values_than_planned_rescale_the_looks():
    case = reference_json(FILE)["sequential_adjusted_alpha"]

    found = spending.adjusted_alphas(case["total"], case["final_expected"], case["alpha"])

    assert found == pytest.approx(case["expected"], abs=case["atol"])


def z_interval(case, level):
    effect = moments.effect(
        *(Moments.of_sums(side["sum"], side["sum_squares"], side["n"]) for side in (case["a"], case["b"])),
        relative=False,
    )
    reach = -NormalDist().inv_cdf(level) * effect.error
    return effect.estimate, effect.estimate - reach, effect.estimate + reach


@needs_reference
def test_an_interval_at_a_planned_look_is_the_published_one():
    case = reference_json(FILE)["sequential_z"][0]
    total = case["a"]["n"] + case["b"]["n"]
    (level,) = spending.adjusted_alphas([total], case["final_expected"], case["alpha"])

    found, low, high = z_interval(case, level / 2)

    # Three decimals are stated of the interval, four of the difference.
    assert found == pytest.approx(case["expected"]["difference"], abs=1e-3)
    assert (low, high) == pytest.approx(case["expected"]["adjusted_ci"], abs=1e-3)


@needs_reference
def test_a_one_sided_bound_at_a_planned_look_is_the_published_one():
    case = reference_json(FILE)["sequential_z"][1]
    total = case["a"]["n"] + case["b"]["n"]
    (level,) = spending.adjusted_alphas([total], case["final_expected"], case["alpha"], sides=1)

    found, low, _ = z_interval(case, level)

    assert found == pytest.approx(case["expected"]["difference"], abs=1e-3)
    assert low == pytest.approx(case["expected"]["adjusted_lower"], abs=1e-3)


def test_a_single_look_is_the_ordinary_test():
    assert spending.bounds([1.0], 0.05) == pytest.approx([1.959963985])


def test_all_looks_together_spend_alpha():
    shares = [0.1, 0.3, 0.5, 0.5, 0.8, 1.0]

    found = spending.spent(shares, spending.bounds(shares, 0.05))

    assert sum(found) == pytest.approx(0.025, abs=1e-9)
    assert found[3] == 0


def test_walks_pass_the_bounds_as_often_as_planned():
    rng = np.random.default_rng(11)
    shares = np.arange(1, 11) / 10
    walks = np.cumsum(rng.normal(size=(40_000, 10)), axis=1) / np.sqrt(np.arange(1, 11))

    passed = (np.abs(walks) >= spending.bounds(list(shares), 0.05)).any(axis=1).mean()

    assert passed == pytest.approx(0.05, abs=4 * (0.05 * 0.95 / 40_000) ** 0.5)


@pytest.mark.parametrize("shares", [[0.0, 0.5], [0.5, 0.4], [0.5, 1.1]])
def test_looks_that_do_not_rise_from_0_to_1_are_refused(shares):
    with pytest.raises(ValueError, match="rise"):
        spending.bounds(shares, 0.05)
