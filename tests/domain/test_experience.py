"""What past uses teach: only what was true when they were made, and never more than the evidence says."""

from __future__ import annotations

import pytest

from decisions.domain import engine, experience
from decisions.domain.policy_options import Success
from tests.domain import policies, snapshots
from tests.domain.test_engine import SEVEN, option

USUAL = {"versions_suffer": "only_new", "setting_changed": "no"}
CHANGED = {"versions_suffer": "unknown", "setting_changed": "yes"}
ALIKE = {"versions_suffer": "all_alike", "setting_changed": "no"}
LIKELY_RELEASE = {"release": 0.9, "other": 0.08, "transient": 0.02}
LIKELY_OTHER = {"release": 0.15, "other": 0.75, "transient": 0.1}


def uses(kind, times, seen, causes=LIKELY_RELEASE, **changes):
    """So many past uses as the desk stores them."""
    found = [{**each, "seen": seen, "causes": causes} for each in snapshots.past(kind, 1, **changes)] * times
    return [{name: value for name, value in each.items() if name != "hypothesis"} for each in found]


def assessed(fault, past, **changes):
    return engine.assess(snapshots.snapshot(fault, past_uses=past, **changes), policies.default())


def works(result, key, cause="release"):
    return option(result, key)["success"][cause]["mean"]


SERVED_WELL = [
    *uses("roll_back", 50, USUAL),
    *uses("shift_traffic", 50, USUAL),
    *uses("stabilise", 50, CHANGED),
    *uses("disable", 50, ALIKE, LIKELY_OTHER),
]


@pytest.mark.parametrize("tier", ["low", "standard", "high"])
@pytest.mark.parametrize("fault, known_good, key, sentence", SEVEN)
def test_after_fifty_good_uses_of_each_kind_the_right_answer_is_still_right(fault, known_good, key, sentence, tier):
    advice = assessed(fault, SERVED_WELL, known_good=known_good, tier=tier)["recommendation"]

    assert advice["option"] == key
    assert sentence in advice["sentence"]


@pytest.mark.parametrize("fault, known_good, key, sentence", SEVEN)
@pytest.mark.parametrize("cause", ["release", "other", "transient"])
def test_fifty_incidents_of_one_cause_turn_no_right_answer(cause, fault, known_good, key, sentence):
    past = [{"cause": cause, "at": "2026-10-01T12:00:00Z", "key": f"INC-{number}"} for number in range(50)]

    assert assessed(fault, [], known_good=known_good, past_causes=past)["recommendation"]["option"] == key


def test_one_established_cause_moves_the_prior_by_one_incident_in_twenty_one():
    causes = assessed("crop", [], past_causes=[{"cause": "other", "at": snapshots.TAKEN_AT}])["causes"]

    assert causes["prior"] == pytest.approx({"release": 13.6 / 21, "other": 5.4 / 21, "transient": 2 / 21})
    assert (causes["incidents"], causes["stated"]["other"]) == (1, 0.22)


@pytest.mark.parametrize("fault, known_good, key, sentence", SEVEN)
@pytest.mark.parametrize("kind", ["roll_back", "disable"])
def test_fifty_uses_of_one_kind_alone_turn_no_right_answer(kind, fault, known_good, key, sentence):
    past = uses(kind, 50, USUAL)

    assert assessed(fault, past, known_good=known_good)["recommendation"]["option"] == key


@pytest.mark.parametrize("times", [3, 10, 25, 50])
def test_rollbacks_that_worked_while_the_settings_stood_say_nothing_once_one_is_changed(times):
    past = snapshots.past("roll_back", 1) * times

    result = assessed("threshold", past)

    assert works(result, "roll_back:v1") == pytest.approx(0.55)
    assert result["recommendation"]["option"] == "stabilise"
    found = option(result, "roll_back:v1")["past_uses"]
    assert (found["apart"], found["effective"], found["all"]) == (times, 0, 0)


def test_under_the_same_exception_they_do_teach():
    result = assessed("threshold", uses("roll_back", 6, CHANGED, success=False, minutes=None))

    assert works(result, "roll_back:v1") < 0.45
    assert option(result, "roll_back:v1")["past_uses"]["all"] == 6


def test_a_version_that_suffers_as_much_is_judged_by_its_sample_alone():
    result = assessed("missing_rows", uses("roll_back", 50, ALIKE, success=False, minutes=None))

    assert works(result, "roll_back:v1") == pytest.approx(0.97)
    assert option(result, "roll_back:v1")["past_uses"]["effective"] == 0


def test_what_passes_by_itself_teaches_no_success_and_counts_towards_no_bound():
    passing = {"release": 0.0, "other": 0.0, "transient": 1.0}

    result = assessed("crop", uses("roll_back", 5, USUAL, passing, success=False, minutes=None))

    assert works(result, "roll_back:v1") == pytest.approx(0.97)
    assert option(result, "roll_back:v1")["past_uses"]["effective"] == 0


def test_a_failure_under_doubt_teaches_as_much_as_a_lasting_cause_was_likely():
    doubtful = {"release": 0.3, "other": 0.1, "transient": 0.6}

    result = assessed("crop", uses("roll_back", 5, USUAL, doubtful, success=False, minutes=None))

    assert 0.85 < works(result, "roll_back:v1") < 0.92
    found = option(result, "roll_back:v1")["past_uses"]
    assert found["effective"] == pytest.approx(5 * 0.4, rel=0.2)
    assert (found["worked"], found["all"], found["unresolved"]) == (0, 5, 0)


def test_a_use_whose_outcome_nobody_knows_is_counted_and_not_learned_from():
    result = assessed("crop", uses("roll_back", 5, USUAL, success=False, resolved=False))

    found = option(result, "roll_back:v1")["past_uses"]
    assert works(result, "roll_back:v1") == pytest.approx(0.97)
    assert (found["effective"], found["all"], found["unresolved"]) == (0, 0, 5)


def test_a_success_speaks_for_the_cause_against_which_the_option_works():
    (use,) = snapshots.snapshot("crop", past_uses=uses("roll_back", 1, USUAL)).past_uses

    found = experience.shares(use, Success(release=0.97, other=0.05))

    assert found["release"] == pytest.approx(0.98 * 0.9 * 0.97 / (0.9 * 0.97 + 0.08 * 0.05))
    assert sum(found.values()) == pytest.approx(0.98)


def test_other_services_move_where_the_estimate_starts_and_count_as_two_uses():
    elsewhere = uses("roll_back", 50, USUAL, success=False, minutes=None, service="cheques")
    own = uses("roll_back", 4, USUAL)

    start, learned = (works(assessed("crop", past), "roll_back:v1") for past in (elsewhere, elsewhere + own))

    assert start < 0.2
    assert learned == pytest.approx((2 * start + 3.1) / (2 + 3.1), abs=0.05)


def test_uses_of_other_services_satisfy_no_bound_and_teach_no_time():
    far = uses("roll_back", 50, USUAL, minutes=60, service="cheques")

    plain, taught = (option(assessed("crop", past), "roll_back:v1") for past in ([], far))

    assert taught["past_uses"]["effective"] == 0
    assert taught["takes_minutes"] == plain["takes_minutes"]
