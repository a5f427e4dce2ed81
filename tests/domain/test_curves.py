from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from decisions.domain.beliefs import BadCase, Beta, Duration
from decisions.domain.curves import Curve, Remedy, break_even, break_even_curve
from decisions.domain.lognormals import mean, residual_mean

BURN_RATES = Curve(((60, 14.4), (360, 6), (4320, 1)))
# The text's oracle values (30.4 at 5 min, 35.1 at 30, 18.7 at 240) come without their parameters, and no file of
# published cases holds them: the shape is tested, and the formula by hand.
ROLLBACK = Remedy(works=Beta(9, 1), takes=Duration(6, 0.5, 5), one_off=1500, running=3, residual=0.05)
NATURAL = Duration(60, 0.8)


def test_the_burn_rate_table_is_a_curve_with_the_stated_slopes():
    assert BURN_RATES.slopes() == pytest.approx((-0.489, -0.721), abs=5e-4)


@pytest.mark.parametrize(("minutes", "severity"), [(1, 14.4), (60, 14.4), (360, 6), (4320, 1), (9999, 1)])
def test_a_curve_goes_through_its_knots_and_is_constant_outside(minutes, severity):
    assert BURN_RATES.at(minutes) == pytest.approx(severity)


def test_between_two_knots_the_geometric_middle_has_the_geometric_middle():
    assert BURN_RATES.at(math.sqrt(60 * 360)) == pytest.approx(math.sqrt(14.4 * 6))


@given(st.floats(0.1, 9999), st.floats(0.1, 9999))
def test_a_curve_never_rises(one, another):
    assert BURN_RATES.at(min(one, another)) >= BURN_RATES.at(max(one, another)) - 1e-12


@pytest.mark.parametrize(
    ("knots", "says"),
    [
        ([(5, 10), (30, 11)], "rises at 30 min"),
        ([(5, 10), (5, 9)], "out of order"),
        ([(0, 10)], "above 0"),
        ([(5, math.inf)], "above 0"),
        ([], "at least one knot"),
    ],
)
def test_a_curve_that_rises_or_is_out_of_order_is_refused(knots, says):
    with pytest.raises(BadCase, match=says):
        Curve(tuple(knots))


def test_stabilise_lies_below_roll_back_everywhere_or_not():
    roll_back = Curve(((5, 100), (60, 40)))

    assert Curve(((5, 50), (60, 40))).is_below(roll_back)
    assert not Curve(((5, 50), (90, 41))).is_below(roll_back)


def test_the_break_even_severity_is_where_the_remedy_costs_what_it_spares():
    rest = residual_mean(NATURAL.location, NATURAL.spread, 30)
    takes = float(mean(ROLLBACK.takes.location, ROLLBACK.takes.predictive_spread))

    severity = break_even(ROLLBACK, NATURAL, 30)

    acting = severity * (takes + 0.9 * 0.05 * rest + 0.1 * rest) + 0.9 * 3 * rest + 1500
    assert acting == pytest.approx(severity * rest)


def test_a_remedy_that_takes_longer_than_the_harm_never_pays():
    assert break_even(Remedy(Beta(9, 1), Duration(600)), Duration(10), 1) == math.inf


def test_the_break_even_curve_is_monotone_where_the_raw_severity_rises_early():
    times = (5, 30, 60, 240, 960)
    raw = [break_even(ROLLBACK, NATURAL, minutes) for minutes in times]

    curve = break_even_curve(ROLLBACK, NATURAL, times)

    assert raw[1] > raw[0]
    assert [curve.at(minutes) for minutes in times] == pytest.approx([min(raw[: i + 1]) for i in range(len(raw))])


def test_a_curve_that_never_pays_is_refused():
    with pytest.raises(BadCase, match="at least one knot"):
        break_even_curve(Remedy(Beta(9, 1), Duration(600)), Duration(10), (1, 5))
