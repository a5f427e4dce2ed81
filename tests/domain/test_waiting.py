from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from decisions.domain.beliefs import CostRate
from decisions.domain.waiting import action_threshold, perfect_information, waiting
from tests.scoring_cases import make_action, make_case, shares


def test_waiting_breaks_even_where_its_minutes_cost_what_knowledge_is_worth():
    found = waiting(make_case(), 385)

    assert (found.cost_per_minute, found.break_even_minutes, found.look_again_minutes) == (110, 3.5, 3)
    assert found.is_worth(3.4) and not found.is_worth(3.5)


def test_where_not_even_a_minute_pays_there_is_nothing_to_look_at_again():
    assert waiting(make_case(), 109).look_again_minutes is None


def test_waiting_costs_nothing_where_nothing_hurts():
    free = make_case(make_action(residual={}, running={}, one_off={}), rates=(CostRate("revenue", 0),))

    found = waiting(free, 5)

    assert (found.break_even_minutes, found.look_again_minutes) == (None, None)
    assert found.is_worth(1e6)


def test_acting_pays_above_the_threshold_of_two_actions():
    assert action_threshold(needless_cost=100, benefit=300) == 0.25


@given(shares(), st.floats(0.1, 1e4), st.floats(0.1, 1e4))
def test_perfect_information_is_worth_what_the_better_of_two_actions_still_loses(probability, cost, benefit):
    acting, not_acting = (1 - probability) * cost, probability * benefit

    worth = perfect_information(probability, cost, benefit)

    assert worth == min(acting, not_acting)
    assert worth <= perfect_information(action_threshold(cost, benefit), cost, benefit) * (1 + 1e-9)


@pytest.mark.parametrize("probability", [0, 1])
def test_a_certain_cause_leaves_nothing_to_be_learned(probability):
    assert perfect_information(probability, 100, 300) == 0
