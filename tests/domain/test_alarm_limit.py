"""A policy whose thresholds page for nothing too often is told so before it holds."""

from __future__ import annotations

from decisions.domain import alarm_limit
from decisions.domain.alarm_limit import Quiet
from tests.domain import policies, snapshots

LATENCY = snapshots.snapshot().indicators["latency_p99"]  # target 0.1 s, margin of the policy 20 %


def quiet(values, times=1000):
    return Quiet(LATENCY, tuple(values) * times, 60.0)


def test_a_metric_that_keeps_inside_its_margin_pages_nobody():
    alarms = alarm_limit.implied(policies.default(), [quiet((0.05, 0.119))])

    assert alarms["latency_p99"].per_month == 0
    assert alarm_limit.refusal(policies.default(), alarms) is None


def test_a_metric_that_often_stays_beyond_it_is_named_with_its_rate():
    alarms = alarm_limit.implied(policies.default(), [quiet((0.05, 0.13, 0.13, 0.13))])

    said = alarm_limit.refusal(policies.default(), alarms)

    assert "most often on latency_p99" in said
    assert "the policy allows 4" in said


def test_a_wider_margin_is_the_way_out():
    wide = policies.document()
    wide["margins"][2]["parts"][0]["size"] = wide["hysteresis"]["share"] = 0.5
    draft = policies.policy.from_document(wide)

    assert alarm_limit.refusal(draft, alarm_limit.implied(draft, [quiet((0.05, 0.13, 0.13, 0.13))])) is None


def test_without_a_target_nobody_is_paged():
    touched = snapshots.snapshot().indicators["customers_touched"]

    assert alarm_limit.implied(policies.default(), [Quiet(touched, (1.0, 900.0) * 50, 60.0)]) == {}
