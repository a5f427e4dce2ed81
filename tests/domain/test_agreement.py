"""A policy prices an indicator in the unit it is measured in, or is refused at its place."""

from __future__ import annotations

import pytest

from decisions.domain import engine
from decisions.domain.canonical import BadDocument
from decisions.domain.evidence import from_document
from tests.domain import policies, snapshots

PARTS = "categories.0.parts.0"
REFUSED = [
    (f"{PARTS}.indicator", "latency_p99", "$.categories[0].parts[0].measure: share needs an indicator in fraction"),
    (f"{PARTS}.of", "requests", "$.categories[0].parts[0].of: a share of the requests needs an indicator in fraction"),
    ("categories.1.parts.0.indicator", "error_rate", "$.categories[1].parts[0].measure: per_minute needs an indicator"),
    ("categories.1.parts.1.indicator", "requests", "$.categories[1].parts[1].measure: level needs an indicator in s"),
    (
        "categories.2.parts.0.indicator",
        "requests",
        "$.categories[2].parts[0].measure: per_minute needs an",
    ),
    ("options.disable.running.0.of", "requests", "$.options.disable.running[0].of: a share of the requests needs"),
]


@pytest.mark.parametrize("path, value, said", REFUSED, ids=[path for path, _, _ in REFUSED])
def test_a_policy_that_prices_in_another_unit_is_refused_at_the_part(path, value, said):
    with pytest.raises(BadDocument) as refused:
        engine.assess(snapshots.snapshot("crop"), policies.with_change(path, value))

    assert str(refused.value).startswith(said)


def test_an_exposure_is_priced_in_basis_points_of_the_policys_own_currency():
    document = snapshots.document("crop")
    document["indicators"].append({**snapshots.level("exposure", "USD per minute"), "current": {"value": 9, "n": 9}})

    with pytest.raises(BadDocument, match="needs an indicator in EUR per minute, and exposure is in USD per minute"):
        engine.assess(from_document(document), policies.default())


def test_an_indicator_that_the_service_lacks_is_no_reason_to_refuse():
    policy = policies.with_change(f"{PARTS}.of", "no_such_share")

    assert engine.assess(snapshots.snapshot("crop"), policy)["recommendation"]["option"]
