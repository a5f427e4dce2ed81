from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from decisions.domain.restraint import actions_at_most, is_worth_switching


@given(st.lists(st.booleans(), max_size=400), st.integers(1, 60))
def test_a_cooldown_limits_the_actions_of_any_window(wanted, cooldown):
    taken, free_from = 0, 0
    for minute, wants in enumerate(wanted):
        if wants and minute >= free_from:
            taken, free_from = taken + 1, minute + cooldown

    assert taken <= actions_at_most(max(len(wanted) - 1, 0), cooldown)


def test_a_day_with_a_cooldown_of_thirty_minutes_holds_49_actions():
    assert actions_at_most(1440, 30) == 49


@pytest.mark.parametrize(("regret", "leaves"), [(99, False), (110, False), (111, True)])
def test_the_present_state_is_left_only_for_more_than_the_switch_costs(regret, leaves):
    assert is_worth_switching(regret, switching_cost=100, doubt=10) is leaves
