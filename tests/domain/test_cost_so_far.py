"""What an incident has cost by now."""

from __future__ import annotations

from datetime import timedelta

import pytest

from decisions.domain.cost_so_far import cost_so_far, stopped
from decisions.domain.incidents import State

HARM = {"so_far": "600", "so_far_low": "400", "so_far_high": "900", "per_minute": "60", "low": "40", "high": "90"}


def test_while_it_goes_on_each_minute_adds_its_rate(at):
    found = cost_so_far(HARM, at, None, at + timedelta(minutes=2))

    assert (found.expected, found.low, found.high, found.per_minute) == (720, 480, 1080, 60)


def test_once_it_has_stopped_nothing_is_added(at):
    found = cost_so_far(HARM, at, at + timedelta(minutes=1), at + timedelta(hours=3))

    assert (found.expected, found.per_minute, found.at) == (660, 0, at + timedelta(minutes=1))


def test_it_never_falls_below_nothing(at):
    assert cost_so_far(HARM, at, at - timedelta(hours=1), at).expected == 0


@pytest.mark.parametrize("state", [State.OPEN, State.MITIGATING])
def test_an_incident_that_nobody_has_ended_goes_on_costing(at, state):
    assert stopped(state, last_action_at=at, healed_at=None, resolved_at=None) is None


def test_an_incident_that_is_watched_stopped_costing_with_the_action(at):
    later = at + timedelta(minutes=9)

    assert stopped(State.WATCHING, last_action_at=at, healed_at=later, resolved_at=later) == at


def test_one_that_healed_by_itself_stopped_costing_when_it_healed(at):
    assert stopped(State.RESOLVED, last_action_at=None, healed_at=at, resolved_at=at + timedelta(minutes=1)) == at
