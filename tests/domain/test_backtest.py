"""A draft is held against the past before anybody signs it off."""

from __future__ import annotations

from decisions.domain import backtest
from decisions.domain.backtest import Past
from decisions.domain.hypotheses import Hypothesis
from tests.domain import policies, snapshots

PAST = [
    Past("INC-1", snapshots.snapshot("crop"), Hypothesis.RELEASE),
    Past("INC-2", snapshots.snapshot("missing_rows"), Hypothesis.OTHER),
    Past("DRILL-3", snapshots.snapshot("slow"), None, is_drill=True),
]


def case(found, key):
    return next(each for each in found["cases"] if each["key"] == key)


def test_the_policy_in_force_against_itself_changes_nothing():
    found = backtest.compare(PAST, policies.default(), policies.default())

    assert (found["flips"], found["bounds_flip"], found["saved"]) == (0, 0, "0")
    assert [each["key"] for each in found["cases"]] == ["DRILL-3", "INC-1", "INC-2"]


def test_a_draft_that_makes_people_cheap_flips_the_rollback_and_says_at_what_price():
    draft = policies.with_change("options.disable.running.0.rate", "0.0001")

    found = backtest.compare(PAST, policies.default(), draft)
    flipped = case(found, "INC-1")

    assert flipped["flips"] and flipped["after"]["option"] == "disable"
    assert float(flipped["saved"]) < 0  # dearer, at the prices of the policy in force
    assert float(flipped["saved_in_hindsight"]) < 0
    assert case(found, "INC-2")["flips"] is False


def test_looser_bounds_flip_no_decision_but_let_it_run():
    draft = policies.with_change("tiers.low.bounds.past_uses_at_least", 0)

    found = backtest.compare(PAST, policies.default(), draft)

    assert (found["flips"], found["bounds_flip"]) == (0, 3)
    assert case(found, "INC-1")["after"]["in_bounds"] is True


def test_a_past_of_another_tier_is_skipped_with_the_reason():
    high = Past("INC-9", snapshots.snapshot("crop", tier="high"))

    found = backtest.compare([*PAST, high], policies.default(), policies.example())

    assert [each["key"] for each in found["skipped"]] == ["INC-9"]
    assert "no rules for the tier high" in found["skipped"][0]["reason"]


def test_without_a_known_cause_nothing_is_claimed_in_hindsight():
    found = backtest.compare(PAST[2:], policies.default(), policies.default())

    assert (found["causes_known"], found["saved_in_hindsight"]) == (0, None)
    assert case(found, "DRILL-3")["saved_in_hindsight"] is None
    assert case(found, "DRILL-3")["drill"] is True


def test_in_hindsight_both_choices_are_priced_as_if_the_cause_had_been_known():
    draft = policies.with_change("options.disable.running.0.rate", "0.0001")
    likely, known = (
        backtest.compare([Past("INC-1", snapshots.snapshot("crop"), cause)], policies.default(), draft)
        for cause in (Hypothesis.RELEASE, Hypothesis.OTHER)
    )

    # Against another cause a rollback hardly works, so falling back would have been right after all.
    assert float(likely["saved_in_hindsight"]) < 0 < float(known["saved_in_hindsight"])


def test_a_draft_is_priced_at_its_own_rates_as_well():
    draft = policies.with_change("options.disable.running.0.rate", "0.0001")

    found = backtest.compare(PAST, policies.default(), draft)

    assert float(found["saved"]) < 0 < float(found["saved_at_its_own"])


def test_without_a_policy_in_force_the_draft_is_judged_alone():
    found = backtest.compare(PAST, None, policies.default())

    assert (found["before"], found["flips"], found["saved"]) == (None, 0, None)
    assert case(found, "INC-1")["after"]["option"] == "roll_back:v1"
