from __future__ import annotations

import math
from dataclasses import replace

import pytest

from decisions.domain.beliefs import Beta, CostRate, Duration
from decisions.domain.beta_quantiles import beta_interval
from decisions.domain.scoring import score
from tests.scoring_cases import make_action, make_case, make_wide_case


def leads(case, recommended):
    scores = score(case)
    others = [o.loss.expected for o in scores.options if o.key != recommended]
    return min(others) - scores.of(recommended).loss.expected


def test_the_five_that_move_the_lead_most_come_first():
    swings = score(make_wide_case()).swings
    sizes = [abs(swing.high_lead - swing.low_lead) for swing in swings]

    assert len(swings) == 5
    assert sizes == sorted(sizes, reverse=True)


def test_a_rate_at_its_end_gives_the_lead_of_a_case_in_which_it_is_known():
    case = replace(make_wide_case(), step=None)
    scores = score(case)
    for swing in scores.swings:
        if swing.input.startswith("rate:"):
            name = swing.input.removeprefix("rate:")
            rates = [r for r in case.rates if r.category != name]
            known = replace(case, rates=(*rates, CostRate(name, swing.high_value)))

            assert leads(known, scores.recommended) == pytest.approx(swing.high_lead, rel=1e-6)


def test_a_duration_is_moved_by_its_median_and_keeps_its_chance():
    takes = Duration(30, 0.8, 3)
    a, b = make_action("a", takes=takes), make_action("b", takes=Duration(60))

    swing = next(s for s in score(make_case(a, b)).swings if s.input == "takes:a")

    assert swing.low_value == pytest.approx(30 * math.exp(-1.6448536 * takes.doubt), rel=1e-6)
    assert (swing.unit, swing.label) == ("min", "Time until a takes effect")
    moved = Duration(swing.low_value, 0.8)
    assert swing.low_lead == pytest.approx(leads(make_case(replace(a, takes=moved), b), "a"), rel=1e-6)


def test_a_success_is_moved_between_its_5_and_95_percent_points_and_may_turn_the_answer():
    a = make_action("a", success={"release": Beta(3, 1), "other": Beta(1, 3)}, residual={}, running={})
    b = make_action("b", success={"release": Beta(30, 11), "other": Beta(1, 3)}, residual={}, running={})

    swing = next(s for s in score(make_case(a, b)).swings if s.input == "success:a:release")

    assert (swing.low_value, swing.high_value) == pytest.approx(beta_interval(Beta(3, 1)), rel=1e-6)
    assert swing.turns
    assert (swing.low_best, swing.high_best) == ("b", "a")
    assert swing.low_lead < 0 < swing.high_lead


def moved(case, name):
    return next(swing for swing in score(case).swings if swing.input == name)


def test_a_repair_that_is_not_well_known_moves_what_costs_until_then():
    one_off, running = {"one_off": {"revenue": 900}, "running": {}}, {"one_off": {}, "running": {"revenue": 8}}
    case = make_case(make_action("a", **one_off), make_action("b", **running), repair=Duration(100, 0.5, 2))

    swing = moved(case, "repair")

    assert swing.low_value == pytest.approx(100 * math.exp(-1.6448536 * 0.5 / math.sqrt(2)), rel=1e-6)
    assert swing.low_lead != swing.high_lead


def test_the_time_to_recover_by_hand_moves_what_may_fail():
    sure, unsure = {"release": Beta(9e6, 1e6), "other": Beta(1, 3)}, {"release": Beta(5e6, 5e6), "other": Beta(1, 3)}
    case = make_case(make_action("a", success=sure), make_action("b", success=unsure), manual=Duration(50, 0.5, 2))

    assert moved(case, "manual").high_lead > moved(case, "manual").low_lead


@pytest.mark.parametrize("name", ["cause:transient", "cause:release"])
def test_a_cause_known_from_few_incidents_moves_and_one_that_stands_does_not(name):
    known = {"release": Beta(3e6, 1e6), "other": Beta(1e6, 3e6)}
    case = make_case(
        make_action("a", success=known),
        make_action("b", success={"release": known["other"], "other": known["release"]}),
    )

    swing = moved(replace(case, cause_weight=20), name)

    assert swing.low_lead != swing.high_lead
    assert name not in {swing.input for swing in score(case).swings}


def test_the_ends_of_a_cause_are_those_of_its_beta():
    # 0.9 of it lasts, and two thirds of that is the release: 18 of 20 incidents, of which 12 and 6.
    a, b = make_action("a"), make_action("b", success={"release": Beta(1, 3), "other": Beta(3, 1)})

    swing = moved(make_case(a, b, cause_weight=20), "cause:release")

    assert (swing.low_value, swing.high_value) == pytest.approx(beta_interval(Beta(12, 6)), rel=1e-6)


@pytest.mark.parametrize(
    ("name", "spread", "stated"),
    [("residual:a", "residual_spread", 0.2 * 100 / 110), ("running:a", "running_spread", 4)],
)
def test_what_remains_and_what_runs_move_where_they_may_be_off(name, spread, stated):
    case = make_case(make_action("a", **{spread: 0.5}), make_action("b"))

    swing = moved(case, name)

    assert swing.high_value == pytest.approx(stated * math.exp(1.6448536 * 0.5 - 0.125), rel=1e-6)
    assert swing.low_lead > swing.high_lead


def test_what_is_known_exactly_or_does_not_matter_is_left_out():
    certain = make_action("a"), make_action("b", takes=Duration(60))

    named = {swing.input for swing in score(make_case(*certain)).swings}

    assert named == {f"success:{key}:{cause}" for key in "ab" for cause in ("release", "other")}


def test_one_option_alone_has_nothing_that_could_turn_it():
    assert score(make_case()).swings == ()
