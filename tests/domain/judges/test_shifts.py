"""The Mann-Whitney interval and the statistics around it."""

from __future__ import annotations

import math
import time
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from decisions.domain.judges import effects, outliers
from decisions.domain.judges.differences import differences
from decisions.domain.judges.shifts import rank_statistic, shift, superiority
from tests.reference import needs_reference, reference_cases, reference_json

FILE = "kayenta_cases.json"


def sample(values):
    return np.array([math.nan if value is None else value for value in values], dtype=float)


def pair_of(case):
    cases = {one["id"]: one for one in reference_json(FILE)["mann_whitney"]}
    return [sample(case.get(side) or cases[case[f"{side}_ref"].split(".")[0]][side]) for side in ("x", "y")]


def intervals():
    return [one for one in reference_cases(FILE, "mann_whitney") if "ci_low" in str(one.get("expected"))]


@needs_reference
@pytest.mark.parametrize("case", intervals(), ids=lambda case: case["id"])
def test_the_interval_is_the_stated_one(case):
    x, y = pair_of(case)

    found = shift(x, y, case["confidence_level"])

    expected = case["expected"]
    tolerance = case.get("tol_recommended", case.get("tol_ci"))
    assert (found.low, found.estimate, found.high) == pytest.approx(
        (expected["ci_low"], expected["estimate"], expected["ci_high"]), abs=tolerance
    )


@needs_reference
def test_the_rank_statistic_is_the_stated_one():
    case = reference_json(FILE)["mann_whitney"][0]
    x, y = pair_of(case)

    found = [rank_statistic(x, y, one["mu"], one["quantile"]) for one in case["evals"]]

    assert found == pytest.approx([one["expected"] for one in case["evals"]], rel=case["tol"], abs=case["tol"])


@needs_reference
def test_the_steps_on_the_way_to_the_interval_are_the_stated_ones():
    case = reference_json(FILE)["mann_whitney"][-1]
    (x, y), expected = pair_of(case), reference_json(FILE)["mann_whitney"][-1]["expected"]
    low, high = x.min() - y.max(), x.max() - y.min()

    assert (low, high) == pytest.approx((expected["mu_min"], expected["mu_max"]), abs=case["tol"])
    for end in ("lower", "upper"):
        quantile = expected[f"zq_{end}"]
        assert rank_statistic(x, y, low, quantile) == pytest.approx(expected[f"f_lower_at_zq_{end}"], abs=case["tol"])
        assert rank_statistic(x, y, high, quantile) == pytest.approx(expected[f"f_upper_at_zq_{end}"], abs=case["tol"])


@needs_reference
def test_the_normal_quantile_is_the_stated_one():
    case = reference_json(FILE)["mann_whitney"][1]

    assert NormalDist().inv_cdf(case["p"]) == pytest.approx(case["expected"], abs=case["tol"])


@needs_reference
@pytest.mark.parametrize("case", reference_cases(FILE, "statistic"), ids=lambda case: case["id"])
def test_a_statistic_has_the_stated_value(case):
    if case["stat"] == "summary":
        found, expected = effects.summary(sample(case["data"])), case["expected"]
        assert (found.least, found.greatest, found.mean, found.count) == pytest.approx(
            (expected["min"], expected["max"], expected["mean"], expected["count"])
        )
        assert found.deviation == pytest.approx(expected["std"], abs=case.get("tol_std", 1e-12))
        return
    if case["stat"] == "percentile_R7":
        found = effects.percentile(sample(case["data"]), case["p"])
    else:
        by_name = {
            "meanRatio": effects.mean_ratio,
            "cohenD": effects.standardised_difference,
            "cles": effects.superiority,
        }
        found = by_name[case["stat"]](sample(case["experiment"]), sample(case["control"]))
    expected = math.nan if case["expected"] == "NaN" else case["expected"]
    assert found == pytest.approx(expected, abs=case["tol"], nan_ok=True)


@needs_reference
@pytest.mark.parametrize("case", reference_cases(FILE, "detector"), ids=lambda case: case["id"])
def test_the_stated_values_are_outliers(case):
    detect = {"iqr": outliers.beyond_quartiles, "ksigma": outliers.beyond_deviations}[case["detector"]]

    assert detect(sample(case["data"]), case["factor"]).tolist() == case["expected_outlier"]


@needs_reference
@pytest.mark.parametrize("case", reference_cases(FILE, "transform"), ids=lambda case: case["id"])
def test_what_is_taken_out_leaves_what_is_stated(case):
    values = sample(case["data"])
    detect = {"iqr": outliers.beyond_quartiles, "ksigma": outliers.beyond_deviations}.get(case.get("detector"))
    done = {
        "remove_nan": lambda: outliers.without_missing(values),
        "replace_nan": lambda: outliers.missing_as(values, case["value"]),
        "remove_outliers": lambda: values[~detect(values, case["factor"])],
    }

    assert done[case["op"]]().tolist() == case["expected"]


@pytest.mark.parametrize(
    "draw",
    [
        lambda rng, n: rng.normal(size=n),
        lambda rng, n: rng.integers(0, 4, n) * 0.1,
        lambda rng, n: np.exp(4 * rng.normal(size=n)),
        lambda rng, n: np.where(rng.random(n) < 0.5, 0.0, rng.normal(size=n) * 1e6),
        lambda rng, n: np.arange(n) * 0.1,
        lambda rng, n: rng.standard_cauchy(n),
        lambda rng, n: rng.lognormal(0, 10, n),
        lambda rng, n: 1e16 + 10 * rng.normal(size=n),
    ],
)
@pytest.mark.parametrize(("n", "m"), [(1, 5), (7, 3), (300, 400), (1500, 17), (900, 1100)])
def test_a_rank_among_all_differences_is_exact(draw, n, m):
    rng = np.random.default_rng(n * m)
    x, y = np.sort(draw(rng, n)), np.sort(draw(rng, m))
    every = np.sort(np.subtract.outer(x, y).ravel())
    ranks = sorted({0, every.size // 100, every.size // 2, every.size - 1})

    found = differences(x, y).spans([(rank, rank) for rank in ranks])

    assert [low for low, _ in found] == pytest.approx(
        [every[rank] for rank in ranks], rel=0, abs=1e-12 * abs(every).max()
    )


def test_values_over_many_orders_of_magnitude_are_no_slower_by_orders_of_magnitude():
    x, y = np.random.default_rng(1).lognormal(0, 10, (2, 10_000))
    started = time.perf_counter()

    shift(x, y, 0.98)

    # It takes some milliseconds; with one allowance for rounding for all values it took five seconds.
    assert time.perf_counter() - started < 1


@given(
    some.lists(some.floats(-1e6, 1e6), min_size=1, max_size=30),
    some.lists(some.floats(-1e6, 1e6), min_size=1, max_size=30),
)
def test_exchanging_the_samples_mirrors_the_interval(first, second):
    x, y = np.array(first), np.array(second)

    there, back = shift(x, y, 0.98), shift(y, x, 0.98)

    assert (there.low, there.estimate, there.high) == pytest.approx((-back.high, -back.estimate, -back.low), abs=1e-9)
    assert there.low <= there.estimate <= there.high


def test_a_chance_of_being_above_counts_ties_half():
    assert superiority(np.array([1.0, 2.0]), np.array([2.0, 3.0])) == 0.125
