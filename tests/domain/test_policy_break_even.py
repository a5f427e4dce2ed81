"""The severity from which an action pays by the policy's own numbers."""

from __future__ import annotations

import math

import pytest

from decisions.domain import policy_break_even
from decisions.domain.lognormals import residual_mean
from decisions.domain.policy import from_document
from tests.domain import policies


def test_it_is_where_what_a_rollback_costs_is_what_it_spares():
    found = policy_break_even.curve(policies.default(), "roll_back", "revenue")

    rest = residual_mean(math.log(120), 0.5, 1)
    works, takes = 0.68 * 0.97 + 0.22 * 0.05, 0.5 * math.exp((0.5**2 + 0.5**2 / 2) / 2)
    spared, spent = works * (1 - 0.02) * rest, takes
    assert found.at(1) == pytest.approx((10 + works * 0.2 * rest) / (spared - spent))


def test_harm_that_an_action_leaves_in_place_asks_for_more_severity():
    document = policies.document()
    document["options"]["stabilise"]["residual"] = {"default": 0.0, "customer": 0.9}
    policy = from_document(document)

    revenue, customer = (policy_break_even.curve(policy, "stabilise", name) for name in ("revenue", "customer"))

    assert customer.at(5) == pytest.approx(10 * revenue.at(5), rel=0.1)


def test_a_cost_for_each_request_is_counted_at_the_traffic_that_is_assumed():
    rare, busy = policies.document(), policies.document()
    rare["doubt"]["traffic_if_missing"], busy["doubt"]["traffic_if_missing"] = 60, 600

    low, high = (policy_break_even.curve(from_document(one), "disable", "revenue").at(5) for one in (rare, busy))

    assert high > 5 * low


def test_what_takes_longer_than_the_harm_lasts_never_pays():
    document = policies.document()
    document["options"]["stabilise"]["takes"] = {"median_seconds": 86_400, "spread": 0.4}

    assert policy_break_even.curve(from_document(document), "stabilise", "revenue") is None
