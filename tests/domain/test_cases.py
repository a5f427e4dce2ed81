from __future__ import annotations

import math

import pytest

from decisions.domain.beliefs import BadCase, Beta, CostRate, Duration
from decisions.domain.cases import Hold, RegulatoryStep
from tests.scoring_cases import make_action, make_case


@pytest.mark.parametrize("bad", [-1.0, math.nan, math.inf])
def test_a_cost_rate_is_finite_and_not_below_0(bad):
    with pytest.raises(BadCase, match="the cost rate of revenue must be finite and not below 0"):
        CostRate("revenue", bad)


@pytest.mark.parametrize("counts", [(0, 1), (1, 0), (-1, 1), (math.nan, 1), (1, math.inf)])
def test_a_beta_needs_two_counts_above_0(counts):
    with pytest.raises(BadCase, match="two finite counts"):
        Beta(*counts)


@pytest.mark.parametrize(
    "values", [(0, 1, 1), (math.inf, 1, 1), (5, -1, 1), (5, 1, 0), (5, math.nan, 1), (5, 1, math.nan)]
)
def test_a_duration_that_cannot_be_is_refused(values):
    with pytest.raises(BadCase):
        Duration(*values)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"residual": {"revenue": 1.01}}, "residual share of revenue"),
        ({"running": {"revenue": -1}}, "cost in revenue"),
        ({"one_off": {"revenue": math.inf}}, "cost in revenue"),
        ({"blast_radius": 2}, "blast radius"),
        ({"undo_minutes": -1}, "time to undo"),
        ({"success": {"release": Beta(1, 1)}}, "success needs exactly release, other"),
    ],
)
def test_an_action_that_cannot_be_is_refused(changes, says):
    with pytest.raises(BadCase, match=says):
        make_action(**changes)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"rates": ()}, "at least one cost rate"),
        ({"rates": (CostRate("revenue", 1), CostRate("revenue", 2))}, "more than one cost rate named revenue"),
        ({"rates": (CostRate("market", 1),)}, "no cost rate for revenue"),
        ({"options": ()}, "at least one option"),
        ({"options": (make_action(), make_action())}, "more than one option named roll_back:v1"),
        ({"options": (Hold("hold", 5, "elsewhere"),)}, "elsewhere is not an option"),
        ({"posterior": {"release": 1.0}}, "needs exactly release, other, transient"),
        ({"posterior": {"release": 0.9, "other": 0.2, "transient": 0.0}}, "must sum to 1"),
        ({"posterior": {"release": 1.2, "other": -0.2, "transient": 0.0}}, "below 0"),
        ({"step": RegulatoryStep("elsewhere", 1, 1)}, "no cost rate for elsewhere"),
        ({"risk_aversion": 1.5}, "risk aversion"),
        ({"confidence": -0.1}, "confidence"),
        ({"tie_absolute": math.nan}, "absolute tie limit"),
        ({"horizon_minutes": 0}, "horizon"),
        ({"transient_minutes": -1}, "natural time of a transient"),
    ],
)
def test_a_case_that_cannot_be_is_refused(changes, says):
    with pytest.raises(BadCase, match=says):
        make_case(**changes)


def test_a_case_keeps_its_rates_and_options_in_order():
    case = make_case(Hold("hold", 5, "b"), make_action("b"), make_action("a"))

    assert [option.key for option in case.options] == ["a", "b", "hold"]
    assert case.categories == ("regulatory", "revenue")


@pytest.mark.parametrize("minutes", [0, -5, math.inf])
def test_a_hold_waits_for_a_time(minutes):
    with pytest.raises(BadCase, match="wait above 0 minutes"):
        Hold("hold", minutes, None)
