"""Trying other inputs on a stored assessment: every slider answers as an assessment would."""

from __future__ import annotations

import pytest

from decisions.assessment import assessments
from decisions.assessment.rescoring import rescore
from tests.factories import make_hurt_service

pytestmark = pytest.mark.django_db


@pytest.fixture
def assessment(at):
    return assessments.assess(make_hurt_service().pk, at=at)


def titles(found):
    return {option["key"]: option["title"] for option in found["options"]}


def test_nothing_wanted_is_what_was_assessed(assessment):
    found, stored = rescore(assessment, {}), assessment.document()

    assert not found["turns"]
    assert titles(found) == {option["key"]: option["title"] for option in stored["options"]}
    assert {each["input"] for each in stored["tornado"]} <= {each["key"] for each in found["inputs"]}


def test_sliders_that_nobody_moved_change_nothing(assessment):
    plain = rescore(assessment, {})

    sent = rescore(assessment, {each["key"]: each["value"] for each in plain["inputs"]})

    assert sent == plain


def test_a_hold_says_what_would_follow_it_under_the_inputs_that_are_tried(assessment):
    before, after = rescore(assessment, {}), rescore(assessment, {"cause:release": 0.0})

    assert titles(before)["hold"].endswith("then roll back to v1")
    assert after["turns"] and after["now"] == titles(after)["disable"]
    assert titles(after)["hold"].endswith("then disable and fall back to people")


def test_an_input_without_a_slider_can_be_tried_by_its_key_and_is_then_shown(assessment):
    found = rescore(assessment, {"manual": 4.0, "weather": 1.0})

    shown = {each["key"]: each for each in found["inputs"]}
    assert shown["manual"]["wanted"] == 4.0
    assert shown["manual"]["title"] == "Time to recover by hand"
    assert "weather" not in shown


def test_inputs_name_options_as_people_do(assessment):
    found = {each["key"]: each["title"] for each in rescore(assessment, {})["inputs"]}

    assert found["takes:roll_back:v1"] == "Time until “Roll back to v1” takes effect"
