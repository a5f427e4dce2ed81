"""A metric that jumps across its threshold at every sample for a day cannot make the desk act without end."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import timedelta

import pytest

from decisions.domain import clearance, engine
from decisions.domain.clearance import Now
from tests.domain import policies, snapshots

SNAPSHOT = snapshots.snapshot("crop", past_uses=snapshots.past("roll_back", 6))


@pytest.mark.parametrize("cooldown_minutes", [1, 15, 37, 720, 1440, 2000])
def test_within_a_day_the_cooldown_bounds_the_actions(cooldown_minutes):
    policy = policies.with_change("after_action.cooldown_seconds", cooldown_minutes * 60)
    best = engine.assess(SNAPSHOT, policies.default())["options"][0]
    now, actions = Now.of(SNAPSHOT), 0

    for minute in range(1441):
        now = replace(now, at=SNAPSHOT.taken_at + timedelta(minutes=minute))
        found = [each for each in clearance.checks(best, SNAPSHOT, policy, now) if each.name == "cooldown"]
        if clearance.is_in_bounds(found):
            now, actions = replace(now, last_action_at=now.at), actions + 1

    assert actions <= math.floor(1440 / cooldown_minutes) + 1


def test_after_two_reversals_the_desk_starts_nothing():
    policy = policies.with_change("tiers.low.starts.roll_back", {"who": "desk"})
    result = engine.assess(SNAPSHOT, policy)
    best, reversals = result["options"][0], 0

    while reversals < 10:
        now = replace(Now.of(SNAPSHOT), reversals=reversals)
        checks = clearance.checks(best, SNAPSHOT, policy, now)
        if clearance.starter(best, result, checks, policy.tier("low")).who == "person":
            break
        reversals += 1

    assert reversals == 2
