"""What a snapshot and a policy make of a case: how well each figure is known, and how much an option touches."""

from __future__ import annotations

import math

import pytest

from decisions.domain import policy
from decisions.domain.case_making import make
from decisions.domain.evidence import from_document
from tests.domain import policies, snapshots


def made(fault="crop", policy=None, **changes):
    return make(snapshots.snapshot(fault, **changes), policy or policies.default())


def action(key, found):
    return next(each for each in found.case.actions if each.key == key)


def test_repair_and_recovery_by_hand_are_known_as_well_as_the_policy_says():
    stated = made(policy=policies.with_change("durations.repair.pseudo_uses", 8)).case

    assert stated.repair.doubt == pytest.approx(0.5 / math.sqrt(8))
    assert stated.manual.doubt == pytest.approx(0.5 / math.sqrt(2))


def test_a_policy_that_does_not_say_how_well_counts_them_as_options():
    plain = {"median_seconds": 7200, "spread": 0.5}

    assert made(policy=policies.with_change("durations.repair", plain)).case.repair.weight == 2


def test_a_cause_is_known_as_well_as_from_the_incidents_that_the_policy_states():
    stated = policies.with_change("hypotheses.pseudo_incidents", 50)
    silent = policies.document()
    del silent["hypotheses"]["pseudo_incidents"]

    assert made(policy=stated).case.cause_weight == 50
    assert made(policy=policy.from_document(silent)).case.cause_weight == 20


@pytest.mark.parametrize(
    ("key", "radius"), [("shift_traffic:v1:50", 0.2), ("shift_traffic:v1:90", 0.36), ("roll_back:v1", 0.5)]
)
def test_an_option_touches_the_share_of_the_traffic_that_it_moves(key, radius):
    assert action(key, made()).blast_radius == pytest.approx(radius)


def test_a_version_that_serves_a_tenth_is_rolled_back_with_a_tenth_of_the_reach():
    canary = {"split": {"v1": 0.9, "v2": 0.1}, "behaviour": "serve", "settings": []}

    assert action("roll_back:v1", made(served=canary)).blast_radius == pytest.approx(0.05)


def test_what_stays_on_the_traffic_that_is_not_moved_is_known_as_well_as_todays_harm():
    found = made()

    assert action("roll_back:v1", found).residual_spread == pytest.approx(0.5)
    assert 0 < action("shift_traffic:v1:50", found).residual_spread < 0.05


def test_a_running_cost_for_each_request_is_known_less_well_where_its_share_is_not_known():
    document = snapshots.document()
    document["indicators"] = [each for each in document["indicators"] if each["name"] != "accepted_share"]

    known = action("disable", made("none")).running_spread
    guessed = action("disable", make(from_document(document), policies.default())).running_spread

    assert known == pytest.approx(0.2)
    assert guessed == pytest.approx(math.hypot(0.2, policies.default().doubt.missing_widens))
