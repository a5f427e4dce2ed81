"""The facts of this moment, for whoever asks the gate."""

from __future__ import annotations

from datetime import timedelta

import pytest

from decisions.domain.bound_checks import SLICED_WITHIN
from decisions.execution import present
from decisions.models import Run
from tests.execution.world import carry_on, make_plan, make_run, state

pytestmark = pytest.mark.django_db


def shift(service, at, share: float, **fields) -> Run:
    """A tenth more of the traffic goes to v1, and nobody approves it."""
    before, after = (state({"v1": has, "v2": 1 - has}) for has in (share, share + 0.1))
    plan = make_plan(service, "shift_traffic", **{"from": before, "to": after, "not_after": "2026-11-18T05:00:00Z"})
    return carry_on(make_run(service, at, plan=plan, **fields), at)


def test_moves_that_nobody_approved_add_up(amounts, at):
    service, _ = amounts

    for place in range(3):
        shift(service, at + timedelta(minutes=place), place / 10)

    assert present.moved(service, at + timedelta(minutes=5)) == {"shift_traffic": pytest.approx(0.3)}


def test_moves_are_forgotten_after_an_hour(amounts, at):
    service, _ = amounts
    shift(service, at, 0.0)

    assert present.moved(service, at + SLICED_WITHIN) == {}


def test_a_run_that_changed_nothing_has_moved_nothing(amounts, at):
    service, target = amounts
    target.change(split={"v1": 1.0})
    shift(service, at, 0.0)

    assert present.moved(service, at) == {}
