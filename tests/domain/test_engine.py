"""The assessment end to end: the right option for each fault, its sentence, and the same digest everywhere."""

from __future__ import annotations

import json
import math
import random
from dataclasses import replace
from decimal import Decimal

import pytest

from decisions.domain import canonical, engine, policy
from decisions.domain.canonical import BadDocument
from decisions.domain.evidence import from_document
from tests.domain import policies, snapshots


def assessed(fault="crop", policy=None, **changes):
    return engine.assess(snapshots.snapshot(fault, **changes), policy or policies.default())


def option(result, key):
    return next(each for each in result["options"] if each["key"] == key)


SEVEN = [
    ("unit_change", True, "roll_back:v1", "Roll back to v1: v2 suffers; v1 on the same traffic does not."),
    ("transposed", True, "roll_back:v1", "Roll back to v1: v2 suffers; v1 on the same traffic does not."),
    ("crop", True, "roll_back:v1", "Roll back to v1: v2 suffers; v1 on the same traffic does not."),
    ("slow", True, "roll_back:v1", "Roll back to v1: v2 suffers; v1 on the same traffic does not."),
    ("transposed", False, "disable", "Fall back to people: there is no known good version to roll back to."),
    ("threshold", True, "stabilise", "No rollback is needed"),
    ("missing_rows", True, "disable", "Rolling back does not help"),
]


@pytest.mark.parametrize("tier", ["low", "standard", "high"])
@pytest.mark.parametrize("fault, known_good, key, sentence", SEVEN)
def test_each_fault_has_its_right_answer_and_the_sentence_says_why(fault, known_good, key, sentence, tier):
    advice = assessed(fault, known_good=known_good, tier=tier)["recommendation"]

    assert advice["option"] == key
    assert sentence in advice["sentence"]


@pytest.mark.parametrize("fault, known_good, key, sentence", SEVEN)
def test_the_example_policy_answers_alike(fault, known_good, key, sentence):
    assert assessed(fault, policies.example(), known_good=known_good)["recommendation"]["option"] == key


def test_the_setting_is_named_with_what_it_is_and_was():
    said = assessed("threshold")["recommendation"]["sentence"]

    assert "accept_threshold stands at 0.06 and is recorded as 0.6" in said


def test_where_nothing_is_wrong_there_is_nothing_to_act_on():
    result = assessed("none")

    assert result["recommendation"]["kind"] == "hold"
    assert result["recommendation"]["nothing_to_act_on"] is True
    assert result["do_nothing"]["expected"] == "0"


def test_harm_too_small_for_a_change_is_left_alone():
    costly = policies.with_change("after_action.switching_cost", "100000")

    result = assessed("slow", costly)

    assert result["recommendation"]["option"] == "hold"
    assert "every action would cost more than it is expected to save" in result["recommendation"]["sentence"]


def test_the_money_is_said_beside_doing_nothing_and_beside_the_next_best_act():
    result = assessed("missing_rows")
    best = option(result, "disable")

    assert result["recommendation"]["reason"].startswith("Expected loss 9,")
    assert "for doing nothing" in result["recommendation"]["reason"]
    assert best["against"]["option"] == result["recommendation"]["runner_up"]
    assert float(best["against"]["difference"]) < 0


def test_every_figure_that_issue_three_asks_for_is_there():
    result = assessed("transposed")

    for each in result["options"]:
        assert {"expected", "low", "high", "tail", "score", "p_best", "regret", "categories", "against"} <= set(each)
        assert {"name", "expected", "low", "high"} <= set(each["categories"][0])
        assert float(each["low"]) <= float(each["high"]) <= float(each["tail"]) * 1.001
    assert 0 < len(result["tornado"]) <= 5
    assert result["deciding_category"] == "revenue"
    assert math.fsum(each["p_best"] for each in result["options"]) == pytest.approx(1)


def test_the_lines_of_the_arithmetic_add_up_to_the_expected_loss():
    for each in assessed("transposed")["options"]:
        for category in each["categories"]:
            lines = [float(line["amount"]) for line in each["terms"][category["name"]]]
            assert math.fsum(lines) == pytest.approx(float(category["expected"]), rel=1e-8, abs=1e-6)


def test_the_cost_so_far_is_the_cost_per_minute_times_the_minutes():
    found = assessed("crop")["harm"]

    assert found["minutes_open"] == 0.5
    assert float(found["so_far"]) == pytest.approx(float(found["per_minute"]) / 2)
    assert float(found["low"]) < float(found["per_minute"]) < float(found["high"])


def test_what_was_spent_before_is_carried_over_unless_it_is_in_another_currency():
    spent = {"expected": "8281.5", "low": "7000", "high": "9000", "currency": "EUR"}

    carried, foreign = (assessed("crop", spent={**spent, "currency": each})["harm"] for each in ("EUR", "CHF"))

    assert (carried["so_far"], carried["so_far_low"], carried["so_far_high"]) == ("8281.5", "7000", "9000")
    assert float(foreign["so_far"]) == pytest.approx(float(foreign["per_minute"]) / 2)


def test_below_the_confidence_of_the_tier_it_is_too_close_to_call():
    result = assessed("crop", tier="high")

    assert result["too_close_to_call"] is True
    assert "this tier asks for 95 %" in result["too_close_sentence"]
    assert assessed("crop")["too_close_to_call"] is False


def test_it_looks_again_when_waiting_may_be_worth_more_than_it_costs():
    close = policies.with_change("options.disable.running.0.rate", "0.02")  # falling back is nearly as good

    result = assessed("crop", close)

    assert float(result["wait"]["worth_at_most"]) > float(result["wait"]["cost_per_minute"])
    assert result["look_again_at"] == f"2026-11-18T03:{4 + int(result['wait']['break_even_minutes']):02d}:00Z"


def test_after_two_reversals_people_decide():
    incident = {"opened_at": snapshots.OPENED_AT, "reversals": 2}

    advice = assessed("crop", incident=incident)["recommendation"]

    assert advice["hand_over"] is True
    assert "people decide" in advice["hand_over_sentence"]


def test_missing_indicators_widen_the_interval_and_are_listed():
    gone = [{"indicator": "error_rate", "reason": "no scrape for 90 s"}]
    document = snapshots.document("crop", missing=gone)
    document["indicators"] = [each for each in document["indicators"] if each["name"] != "error_rate"]

    whole, part = assessed("crop"), engine.assess(from_document(document), policies.default())

    width = {
        name: float(found["harm"]["high"]) - float(found["harm"]["low"])
        for name, found in (("whole", whole), ("part", part))
    }
    assert width["part"] > width["whole"]
    assert part["evidence_state"]["missing"] == gone
    assert part["evidence_state"]["complete"] == pytest.approx(5 / 6)


def test_an_option_more_changes_no_other_options_loss():
    plain, more = assessed("crop"), assessed("crop", picked=["v2"])

    for each in plain["options"]:
        other = option(more, each["key"])
        assert (each["expected"], each["low"], each["high"], each["score"]) == (
            other["expected"],
            other["low"],
            other["high"],
            other["score"],
        )


def test_a_picked_version_that_cannot_serve_is_shown_with_the_reason():
    found = option(assessed("crop", picked=["v2"]), "roll_back:v2")

    assert found["refusal"] == "v2 serves all the traffic already."


def test_past_uses_move_the_estimate_and_are_counted():
    failed = snapshots.past("roll_back", 6, success=False, minutes=None)

    plain, taught = assessed("crop"), assessed("crop", past_uses=failed)

    assert option(taught, "roll_back:v1")["success"]["release"]["mean"] < 0.5
    assert float(option(taught, "roll_back:v1")["expected"]) > float(option(plain, "roll_back:v1")["expected"])
    assert option(taught, "roll_back:v1")["past_uses"]["all"] == 6


def test_drills_count_for_less_than_the_real_thing():
    real = assessed("crop", past_uses=snapshots.past("roll_back", 4))
    drilled = assessed("crop", past_uses=snapshots.past("roll_back", 4, source="drill"))

    uses = [option(each, "roll_back:v1")["past_uses"]["effective"] for each in (real, drilled)]
    assert uses[1] == pytest.approx(uses[0] / 2)


def test_a_regulatory_step_that_is_passed_is_sunk():
    early, late = ({"opened_at": at, "reversals": 0} for at in ("2026-11-18T03:00:00Z", "2026-11-17T03:00:00Z"))

    before, after = (assessed("transposed", incident=each)["do_nothing"]["categories"][2] for each in (early, late))

    assert before["name"] == after["name"] == "regulatory"
    assert float(before["expected"]) > float(after["expected"])


def test_severity_is_held_against_the_curves_of_its_tier():
    assert assessed("transposed")["severity"]["asks_for"] == "roll_back"
    assert assessed("none")["severity"]["asks_for"] == "nothing"


def test_margins_say_what_they_allow_for_and_what_is_overdue():
    late = policies.with_change("margins.0.parts.1.review_on", "2026-11-17")

    result = assessed("crop", late)

    parts = next(each for each in result["margins"] if each["indicator"] == "misread_share")["parts"]
    assert [(each["allows_for"], each["overdue"]) for each in parts] == [
        ("data_quality", False),
        ("user_behaviour", True),
    ]
    assert result["overdue_margins"] == 1


def test_two_tokens_that_look_at_the_same_thing_count_once():
    plain = assessed("crop")["causes"]["posterior"]
    doubled = assessed("crop", tokens=[{"name": "version_verdict", "value": "worse"}])["causes"]

    assert doubled["posterior"] == plain
    assert next(each for each in doubled["tokens"] if each["name"] == "version_verdict")["likelihood"] is None


def test_the_digest_is_that_of_the_result():
    result = assessed("crop")
    rest = {name: value for name, value in result.items() if name != "digest"}

    assert result["digest"] == canonical.digest(rest)
    assert canonical.digest(json.loads(json.dumps(rest))) == result["digest"]


def test_what_no_decision_can_be_scored_from_is_refused_as_a_document_is():
    policy_without_sense = replace(policies.default(), tie_amount=Decimal(-1))

    with pytest.raises(BadDocument, match="no decision can be scored from this: the absolute tie limit"):
        engine.assess(snapshots.snapshot("crop"), policy_without_sense)


def test_the_order_of_the_evidence_does_not_change_the_result():
    plain = snapshots.document("transposed", past_uses=snapshots.past("roll_back", 5))
    mixed = dict(reversed(plain.items()))
    for name in ("versions", "indicators", "past_uses"):
        mixed[name] = random.Random(2).sample(plain[name], len(plain[name]))

    one, other = (engine.assess(from_document(each), policies.default()) for each in (plain, mixed))

    assert one == other


def test_scaling_every_amount_scales_every_loss():
    found = policies.document()
    for category in found["categories"]:
        for each in category["parts"]:
            each["rate"] = str(float(each["rate"]) * 10)
        if "step" in category:
            category["step"]["amount"] = "25000"
    for kind in ("stabilise", "shift_traffic", "roll_back", "disable"):
        for each in found["options"][kind]["one_off"]:
            each["amount"] = str(int(each["amount"]) * 10)
        for each in found["options"][kind]["running"]:
            each["rate"] = str(round(float(each["rate"]) * 10, 9))
    found["tolerance"]["amount"], found["after_action"]["switching_cost"] = "50", "200"

    plain, tenfold = assessed("transposed"), assessed("transposed", policy.from_document(found))

    for each in plain["options"]:
        assert float(option(tenfold, each["key"])["expected"]) == pytest.approx(10 * float(each["expected"]))


def test_a_tier_that_weighs_the_worst_says_so_when_it_prefers_the_dearer_option():
    wary = policies.changed("tiers.high.tail_weight", 1.0)
    wary["durations"]["repair"]["spread"] = 0.3  # what a fallback costs until the repair is well known

    advice = assessed("transposed", policy.from_document(wary), tier="high")["recommendation"]

    assert advice["option"] == "disable"
    assert "less on average, but its worst 5 % average" in advice["reason"]
    assert advice["reason"].endswith("and this tier weighs them with 100 %.")


def test_while_the_comparison_has_not_come_out_it_is_early():
    young = {"opened_at": "2026-11-18T03:03:50Z", "reversals": 0}
    document = snapshots.document("crop", incident=young)
    for each in document["indicators"]:
        if each["name"] == "misread_share":
            each["by_version"]["v1"]["n"] = 5  # labels have only begun to come

    result = engine.assess(from_document(document), policies.default())

    assert result["settled"] is False
    assert result["look_again_at"] <= "2026-11-18T03:04:50Z"
    assert result["wait"]["sentence"].startswith("It is early: whether the other versions suffer too should show by")
    assert assessed("crop", incident=young)["settled"] is True


def test_owners_weights_are_shown_beside_the_money_with_what_a_euro_counts_as():
    swings = {"revenue": {"points": 100, "worst": "50000"}, "regulatory": {"points": 20, "worst": "2500"}}
    weighed = assessed("transposed", policies.with_change("weights", swings))

    assert weighed["weights"]["revenue"]["weight"] == pytest.approx(5 / 6)
    assert weighed["weights"]["regulatory"]["counts_as"] == pytest.approx(1 / 6 / 2500 * 52500)
    assert 0 < option(weighed, "disable")["weighted_score"] < 100
    assert option(assessed("transposed"), "disable")["weighted_score"] is None


def test_what_is_too_little_to_switch_for_is_left_whatever_more_could_be_learned():
    # Rolling back saves 1,426: one more than the change costs, and less than the 5 that can be told apart.
    dear = policies.with_change("after_action.switching_cost", "1425")

    result = assessed("slow", dear)

    assert (result["recommendation"]["option"], result["recommendation"]["settled_by"]) == (
        "hold",
        "not_worth_switching",
    )
    assert result["recommendation"]["reason"].endswith("would cost about 1,426 EUR less, which is not worth a change.")
    assert result["too_close_to_call"] is False
