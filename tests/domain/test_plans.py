"""A plan is the exact steps, and its digest changes with any of them."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache

import pytest

from decisions.domain import clearance, engine, plans
from decisions.domain.canonical import BadDocument
from tests.domain import policies, snapshots

UNTIL = datetime(2026, 11, 18, 4, tzinfo=UTC)


@cache
def assessed(fault):
    return engine.assess(snapshots.snapshot(fault), policies.default())


def option(fault, key):
    return next(each for each in assessed(fault)["options"] if each["key"] == key)


def plan(fault="crop", key="roll_back:v1", **changes):
    found = snapshots.snapshot(fault)
    told = {"number": 3, "requester": "ana", "not_after": UNTIL, **changes}
    checks = clearance.checks(option(fault, key), found, policies.default())
    return plans.build(option(fault, key), found, policies.default(), checks=checks, **told)


def test_a_rollback_checks_switches_reads_back_and_watches():
    found = plan()

    assert [each.step for each in found.steps] == ["check", "precheck", "switch", "read_back", "watch"]
    assert found.steps[2].says == "Send all traffic to v1."
    assert (found.before.split, found.goal.split) == ({"v2": 1.0}, {"v1": 1.0})
    assert found.watch_seconds == 600


def test_restoring_a_setting_says_from_what_to_what():
    found = plan("threshold", "stabilise")

    assert found.before.settings == {"accept_threshold": "0.06"}
    assert found.goal.settings == {"accept_threshold": "0.6"}
    assert found.goal.split == {"v2": 1.0}


def test_disabling_changes_the_behaviour_and_leaves_what_lies_beneath():
    found = plan("missing_rows", "disable")

    assert (found.goal.behaviour, found.goal.split) == ("people", {"v2": 1.0})


def test_to_hold_needs_no_plan():
    with pytest.raises(BadDocument, match="to hold needs no plan"):
        plan("crop", "hold")


def test_the_same_plan_has_the_same_digest_after_it_was_stored():
    assert plan().digest == plan().digest
    assert plans.read(plan().canonical) == plan()


@pytest.mark.parametrize(
    "other, field",
    [
        ({"key": "disable"}, "kind"),
        ({"number": 4}, "policy"),
        ({"requester": "mallory"}, "requester"),
        ({"not_after": datetime(2026, 11, 18, 5, tzinfo=UTC)}, "not_after"),
        ({"fault": "transposed"}, "evidence"),
    ],
)
def test_whatever_differs_changes_the_digest_and_is_named(other, field):
    changed = plan(**{"fault": "crop", "key": "roll_back:v1", **other})

    assert changed.digest != plan().digest
    assert field in plans.changed_fields(plan(), changed)


@pytest.mark.parametrize(
    "change",
    [{"kind": "hold"}, {"epoch": -1}, {"steps": []}, {"evidence": "sha256:12"}, {"x": 1}, {"not_after": "tomorrow"}],
)
def test_what_is_not_a_plan_is_refused(change):
    with pytest.raises(BadDocument):
        plans.from_document({**plan().document, **change})


@pytest.mark.parametrize(
    "old, new, moved",
    [
        ({"v2": 1.0}, {"v1": 1.0}, 1.0),
        ({"v2": 1.0}, {"v1": 0.1, "v2": 0.9}, 0.1),
        ({"v1": 0.3, "v2": 0.7}, {"v1": 1.0}, 0.7),
        ({"v2": 1.0}, {"v2": 1.0}, 0.0),
    ],
)
def test_a_plan_moves_the_share_that_changes_hands(old, new, moved):
    plan = {"from": {"split": old, "behaviour": "serve"}, "to": {"split": new, "behaviour": "serve"}}

    assert plans.share_moved(plan) == pytest.approx(moved)
    assert plans.share_moved({**plan, "to": {"split": new, "behaviour": "people"}}) == 1.0
