"""Every input that moves the answer can be tried by its own name, and the decision is then made as always."""

from __future__ import annotations

from dataclasses import replace

import pytest

from decisions.domain import engine, what_if
from decisions.domain.beliefs import Beta, Duration
from decisions.domain.case_making import make
from decisions.domain.inputs import inputs
from decisions.domain.scoring import score
from tests.domain import policies, snapshots
from tests.scoring_cases import make_action, make_case


def made(fault="crop", **changes):
    return make(snapshots.snapshot(fault, **changes), policies.default())


def decided(found, **wanted):
    return engine.settle(found.supposing(what_if.changed(found.case, wanted)))


@pytest.mark.parametrize("fault", ["crop", "transposed", "threshold", "missing_rows"])
def test_each_input_of_the_tornado_can_be_tried_by_its_key(fault):
    found = made(fault)
    _, scores = engine.settle(found)

    shown = {each.key: each for each in what_if.shown(found.case, scores)}

    assert {each.input for each in scores.swings} <= set(shown)
    for key, trial in shown.items():
        tried = score(what_if.changed(found.case, {key: trial.most}))
        assert [each.loss.expected for each in tried.options] != [each.loss.expected for each in scores.options]


def test_the_inputs_that_move_most_come_first_and_none_comes_twice():
    found = made()
    _, scores = engine.settle(found)

    keys = [each.key for each in what_if.shown(found.case, scores)]

    assert keys[:5] == [each.input for each in scores.swings]
    assert len(keys) == len(set(keys))
    assert {"repair", "cause:release", "takes:roll_back:v1", "success:roll_back:v1:release"} <= set(keys)


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("rate:revenue", 2.0, lambda case: case.rates[1].median == 200),
        ("repair", 3.0, lambda case: case.repair.median_minutes == 300),
        ("manual", 0.5, lambda case: case.manual.median_minutes == 25),
        ("takes:roll_back:v1", 2.0, lambda case: case.actions[0].takes.median_minutes == 20),
        ("residual:roll_back:v1", 10.0, lambda case: case.actions[0].residual["revenue"] == 1.0),
        ("running:roll_back:v1", 2.0, lambda case: case.actions[0].running["revenue"] == 8),
        ("success:roll_back:v1:other", 0.5, lambda case: case.actions[0].success["other"] == Beta(2, 2)),
        ("cause:release", 0.5, lambda case: case.posterior == {"release": 0.45, "other": 0.45, "transient": 0.1}),
        ("cause:transient", 1.0, lambda case: case.posterior == {"release": 0.0, "other": 0.0, "transient": 1.0}),
    ],
)
def test_an_input_changes_what_it_names(key, value, expected):
    assert expected(what_if.changed(make_case(), {key: value}))


def test_every_input_has_a_name_of_its_own():
    case = make_case(make_action("a"), make_action("b"))

    keys = [each.key for each in inputs(case)]

    assert len(keys) == len(set(keys)) == 2 + 4 + 2 * 5


def test_what_is_not_moved_or_not_known_or_out_of_range_changes_nothing_more_than_it_may():
    case = make_case()
    same = {each.key: each.value for each in what_if.trials(case).values()}

    assert what_if.changed(case, {**same, "weather": 5.0}) == case
    assert what_if.changed(case, {"repair": 1e9}).repair == Duration(1000)


def test_what_a_hold_would_do_is_planned_anew():
    found = made("transposed")

    supposed, scores = decided(found, **{"cause:release": 0.3})

    assert found.plan_after_hold == "roll_back:v1"
    assert scores.recommended == supposed.plan_after_hold == "disable"


def test_harm_that_becomes_too_small_for_a_change_is_left_alone():
    found = made("slow")
    small = replace(found, case=what_if.changed(found.case, {"rate:customer": 0.1}))

    supposed, scores = decided(small, **{"rate:customer": 0.1})

    assert scores.recommended == "hold"
    assert supposed.plan_after_hold is None
