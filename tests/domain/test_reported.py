from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from decisions.domain.reported import reported, reported_like

figures = st.floats(-1e15, 1e15, allow_nan=False)


@pytest.mark.parametrize(
    ("value", "expected"),
    [(1234567894.0, 1234567890.0), (1234567885.0, 1234567880.0), (1234567895.0, 1234567900.0), (0.1 + 0.2, 0.3)],
)
def test_nine_digits_are_kept_and_a_half_goes_to_the_even_one(value, expected):
    assert reported(value) == expected


@given(figures)
def test_a_reported_figure_is_reported_as_itself(value):
    assert reported(reported(value)) == reported(value)


@given(st.floats(1e-9, 1e15), st.integers(-3, 3))
def test_last_bits_do_not_survive(value, steps):
    nudged = reported(value)
    for _ in range(abs(steps)):
        nudged = math.nextafter(nudged, math.inf if steps > 0 else -math.inf)

    assert reported(nudged) == reported(value)


def test_zero_has_no_sign():
    assert math.copysign(1, reported(-0.0)) == 1


def test_a_small_difference_of_large_figures_has_no_more_decimals_than_they_have():
    assert reported_like(12345.6789 - 12345.6788, 12345.6789) == 0.0001
    assert reported_like(1e-12, 12345.6789) == 0
