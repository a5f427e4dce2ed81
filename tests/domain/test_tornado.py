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


def test_what_is_known_exactly_or_does_not_matter_is_left_out():
    certain = make_action("a"), make_action("b", takes=Duration(60))

    named = {swing.input for swing in score(make_case(*certain)).swings}

    assert named == {f"success:{key}:{cause}" for key in "ab" for cause in ("release", "other")}


def test_one_option_alone_has_nothing_that_could_turn_it():
    assert score(make_case()).swings == ()
