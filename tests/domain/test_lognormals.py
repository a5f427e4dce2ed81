from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import integrate, stats

from decisions.domain import lognormals

M, S = 1.7, 0.8
SAME = stats.lognorm(S, scale=math.exp(M))


def test_the_mean_is_the_textbook_one():
    assert lognormals.mean(M, S) == pytest.approx(SAME.mean())


@pytest.mark.parametrize("limit", [0.5, 5.0, 20.0, 500.0])
def test_the_limited_mean_is_the_integral_of_what_survives(limit):
    assert lognormals.limited_mean(M, S, limit) == pytest.approx(integrate.quad(SAME.sf, 0, limit)[0])


def test_a_fixed_value_is_limited_like_any_number():
    assert lognormals.limited_mean(np.log([5.0, 50.0]), 0.0, 20.0) == pytest.approx([5.0, 20.0])


@pytest.mark.parametrize(("value", "expected"), [(7.0, SAME.sf(7.0)), (0.0, 1.0), (-3.0, 1.0)])
def test_the_exceedance_is_the_upper_tail(value, expected):
    assert lognormals.exceedance(M, S, value) == pytest.approx(expected)


@pytest.mark.parametrize("elapsed", [0.0, 1.0, 10.0, 200.0])
def test_the_residual_mean_is_the_tail_above_over_the_chance_to_get_there(elapsed):
    expected = integrate.quad(SAME.sf, elapsed, np.inf)[0] / SAME.sf(elapsed)

    assert lognormals.residual_mean(M, S, elapsed) == pytest.approx(expected, rel=1e-6)


def test_the_residual_mean_first_falls_and_then_grows():
    early, middle, late = (lognormals.residual_mean(math.log(60), 0.9, minutes) for minutes in (0.1, 20, 600))

    assert early > middle < late


def test_the_residual_mean_holds_far_out_in_the_tail():
    # The hazard of a lognormal falls like (ln d - m) / (s² d).
    assert lognormals.residual_mean(0.0, 0.8, 1e12) == pytest.approx(1e12 * 0.64 / math.log(1e12), rel=0.05)


def test_cvar_is_the_mean_of_the_worst_five_percent():
    expected = integrate.quad(SAME.ppf, 0.95, 1, limit=500)[0] / 0.05

    assert lognormals.cvar(M, S) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize(("s1", "s2"), [(0.3, 0.8), (0.6, 0.6), (0.5, 0.7), (1.0, 0.9)])
@pytest.mark.parametrize("value", [30.0, 70.0, 240.0, 1000.0])
def test_the_exceedance_of_a_sum_is_the_convolution(s1, s2, value):
    m1, m2 = math.log(6), math.log(60)

    def over(z: float) -> float:
        left = value - math.exp(m1 + s1 * z)
        return float(stats.norm.pdf(z) * (stats.lognorm.sf(left, s2, scale=60) if left > 0 else 1))

    found = lognormals.sum_exceedance((m1, s1), (m2, s2), value)

    assert found == pytest.approx(integrate.quad(over, -9, 9, limit=400)[0], abs=1e-4)


def test_the_regulatory_step_of_one_duration_is_the_stated_closed_form():
    expected = 1 - stats.norm.cdf((math.log(240) - M) / S)

    assert lognormals.exceedance(M, S, 240) == pytest.approx(expected, rel=1e-9)
