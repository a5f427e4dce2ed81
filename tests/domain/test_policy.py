"""A policy is refused with the place of whatever is wrong in it, and is otherwise one frozen value."""

from __future__ import annotations

import dataclasses

import pytest

from decisions.domain import policy
from decisions.domain.canonical import BadDocument
from tests.domain import policies

HIGH = {"release": 0.9, "other": 0.9, "transient": 0.9}

# (what is set, to what, the path and reason that are named)
REFUSED = [
    ("categories.0.parts.0.rate", "-1", "$.categories[0].parts[0].rate: must not be negative"),
    ("categories.0.parts.0.rate", 0.4, "$.categories[0].parts[0].rate: must be text in quotes"),
    ("categories.0.parts.0.rate", "NaN", '$.categories[0].parts[0].rate: must be a decimal string such as "0.40"'),
    ("categories.0.parts.0.unit", "EUR/furlong", "$.categories[0].parts[0].unit: is an unknown unit"),
    ("categories.0.parts.0.unit", "USD/item", "$.categories[0].parts[0].unit: is an unknown unit"),
    ("categories.0.parts.0.if_missing", 0, "$.categories[0].parts[0].if_missing: must be more than 0"),
    ("categories.1.name", "revenue", "$.categories[1].name: revenue stands twice"),
    ("categories.0.colour", "red", "$.categories[0].colour: is not a known key"),
    ("categories.0.step", {"amount": "1", "after_seconds": 1, "reason": "x"}, "$.categories[3].step: only one"),
    ("weights", {"revenue": {"points": 0, "worst": "1"}}, "$.weights: the weights sum to 0"),
    ("weights", {"honour": {"points": 1, "worst": "1"}}, "$.weights.honour: is not a category"),
    ("weights", {"revenue": {"points": 1, "worst": "0"}}, "$.weights.revenue.worst: must be more than 0"),
    ("hypotheses.prior.release", 0.7, "$.hypotheses.prior: the chances sum to 1.02"),
    ("hypotheses.prior.release", 1.7, "$.hypotheses.prior.release: must be at most 1"),
    ("hypotheses.tokens.0.values.only_new.other", 0, "$.hypotheses.tokens[0].values.only_new.other: must be a chance"),
    ("hypotheses.tokens.0.values.only_new", HIGH, "$.hypotheses.tokens[0]: the chances under"),
    ("hypotheses.tokens.0.values.unknown", HIGH, "$.hypotheses.tokens[0].values.unknown: is always neutral"),
    ("hypotheses.tokens.1.unless", "moon", "$.hypotheses.tokens[1].unless: is not another token"),
    ("hypotheses.tokens.3.bands.0.up_to", 5000, "$.hypotheses.tokens[3].bands[1].up_to: must be more"),
    ("hypotheses.tokens.3.bands.0.up_to", None, "$.hypotheses.tokens[3].bands[0].up_to: only the last"),
    ("options.roll_back.residual.luck", 0.1, "$.options.roll_back.residual.luck: luck is not a category"),
    ("options.roll_back.shares", [0.5], "$.options.roll_back.shares: belongs to shift_traffic"),
    ("options.roll_back.takes.median_seconds", 0, "$.options.roll_back.takes.median_seconds: must be more than 0"),
    ("options.disable.running.0.rate", "-0.08", "$.options.disable.running[0].rate: must not be negative"),
    ("options.stabilise.success_when.0.token", "moon", "$.options.stabilise.success_when[0].token: is not a token"),
    ("options.stabilise.success_when.0.is", "maybe", "$.options.stabilise.success_when[0].is: is not a value"),
    ("options.pray", {}, "$.options.pray: is not a known key"),
    ("learning.half_life_days", 0, "$.learning.half_life_days: must be more than 0"),
    ("margins.0.parts.0.review_on", "2027-02-30", "$.margins[0].parts[0].review_on: is not in the calendar"),
    ("margins.1.indicator", "misread_share", "$.margins[1].indicator: misread_share stands twice"),
    ("hysteresis.share", 0.1, "$.hysteresis.share: must be at least the margin of misread_share"),
    ("after_action.reversals_at_most", 3, "$.after_action.reversals_at_most: must be at most 2"),
    ("alarms_per_month", 0, "$.alarms_per_month: must be more than 0"),
    ("tiers.low.bounds.kinds", ["roll_back", "dance"], "$.tiers.low.bounds.kinds[1]: must be one of"),
    ("tiers.low.starts.roll_back", {"who": "desk_after"}, "$.tiers.low.starts.roll_back"),
    ("tiers.low.curves.luck", {}, "$.tiers.low.curves.luck: lacks stabilise"),
    (
        "tiers.low.curves.revenue.roll_back.1.severity",
        "41",
        "$.tiers.low.curves.revenue.roll_back[1].severity: the curve",
    ),
    ("tiers.low.curves.revenue.roll_back.1.after_seconds", 9, "$.tiers.low.curves.revenue.roll_back[1].after_seconds"),
    ("tiers.low.curves.revenue.stabilise.0.severity", "41", "$.tiers.low.curves.revenue.stabilise: lies above"),
    ("tiers.low.curves.revenue.stabilise.0.severity", "0", "$.tiers.low.curves.revenue.stabilise[0].severity"),
    ("playbooks.roll_back.steps", ["switch", "read_back"], "$.playbooks.roll_back.steps[0]: must be check"),
    ("playbooks.roll_back.steps", ["check", "switch", "watch"], "$.playbooks.roll_back.steps: must read back"),
    ("playbooks.roll_back.steps", ["check", "disable", "read_back"], "$.playbooks.roll_back.steps: must hold switch"),
    ("playbooks.roll_back.behaviour", "people", "$.playbooks.roll_back.behaviour: belongs to disable"),
    ("scope", {"kind": "tier"}, "$.scope: lacks name"),
    ("currency", "euro", "$.currency"),
    ("schema", "rollback-desk/policy/9", "$.schema: must be rollback-desk/policy/1"),
]


@pytest.mark.parametrize("path, value, said", REFUSED, ids=[f"{path}={value}"[:60] for path, value, _ in REFUSED])
def test_a_faulty_policy_is_refused_with_the_path_of_the_fault(path, value, said):
    with pytest.raises(BadDocument) as refused:
        policy.from_document(policies.changed(path, value))

    assert str(refused.value).startswith(said)
    assert "\n" not in str(refused.value)


def test_a_weight_sum_of_0_between_journal_and_drills_is_refused():
    found = policies.changed("learning.journal_weight", 0)
    found["learning"]["drill_weight"] = 0

    with pytest.raises(BadDocument, match=r"^\$\.learning: the weights of journal and drills sum to 0"):
        policy.from_document(found)


def test_a_policy_for_the_desk_says_something_about_every_tier():
    found = policies.document()
    del found["tiers"]["high"]

    with pytest.raises(BadDocument, match=r"^\$\.tiers: lacks high"):
        policy.from_document(found)


def test_a_policy_for_one_tier_needs_no_other():
    assert set(policies.example().tiers) == {"low"}
    with pytest.raises(BadDocument, match=r"^\$\.tiers\.high: the policy example-low has no rules"):
        policies.example().tier("high")


def test_a_policy_is_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        policies.default().tie_share = 1.0


def test_the_stored_document_builds_the_same_policy():
    again = policy.from_document(dict(policies.default().document))

    assert again == policies.default()
    assert again.digest == policies.default().digest


def test_the_digest_follows_the_content_and_not_the_layout_of_the_text():
    text = policies.DEFAULT.read_text()

    assert policy.parse("# a comment\n" + text).digest == policies.default().digest
    assert policy.parse(text.replace('"3.00"', '"3.01"')).digest != policies.default().digest


def test_words_that_older_yaml_takes_for_true_stay_words():
    token = policies.default().causes.token("setting_changed")

    assert set(token.values) == {"yes", "no"}


def test_a_number_falls_into_the_first_band_above_it():
    token = policies.default().causes.token("recent_release")

    assert token.likelihood(59.9) == token.bands[0].likelihood
    assert token.likelihood(60) == token.bands[1].likelihood
    assert token.likelihood(1e9) == token.bands[2].likelihood
    assert token.likelihood("yes") is None


def test_a_curve_is_straight_in_the_logarithms_and_flat_outside():
    curve = policies.default().tiers["low"].curves["revenue"]["roll_back"]

    assert curve.severity_at(1) == 40
    assert curve.severity_at(10**6) == 10
    assert curve.severity_at((300 * 3600) ** 0.5) == pytest.approx((40 * 10) ** 0.5)


def test_basis_points_are_hundredths_of_a_per_cent():
    exposure = policies.default().categories[2].parts[0]

    assert exposure.factor == pytest.approx(0.002)


def test_the_example_policy_says_that_its_bounds_are_example_values():
    assert "EXAMPLE VALUES" in policies.example().note
    assert "EXAMPLE VALUES" in policies.example().tiers["low"].bounds.note
