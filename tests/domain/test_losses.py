"""The one formula, held against the lines of the calculation, against chance and against itself."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings

from decisions.domain import lognormals
from decisions.domain.arithmetic import arithmetic
from decisions.domain.beliefs import Beta, Duration
from decisions.domain.cases import Hold, RegulatoryStep
from decisions.domain.courses import courses
from decisions.domain.losses import by_category, totals
from decisions.domain.reported import reported
from decisions.domain.unknowns import as_expected, at_ends, on_points
from decisions.domain.worlds import fallen, foreseen
from tests.scoring_cases import cases, make_action, make_case, make_wide_case


def expected_totals(case):
    table = courses(case)
    return totals(case, table, foreseen(case, table, as_expected(case)))[:, 0]


@settings(max_examples=40)
@given(cases())
def test_the_lines_add_up_to_the_closed_form(case):
    lines = arithmetic(case)
    keys = [*(option.key for option in case.options), None]

    by_line = [math.fsum(lines.expected(key, category) for category in case.categories) for key in keys]

    assert by_line == pytest.approx(expected_totals(case).tolist(), rel=1e-8, abs=1e-9)


@settings(max_examples=40)
@given(cases())
def test_the_amounts_shown_are_the_products_of_the_factors_shown(case):
    lines = arithmetic(case)
    for option in case.options:
        for category in case.categories:
            terms = lines.terms(option.key, category)

            assert all(t.amount == reported(math.prod(f.value for f in t.factors)) for t in terms)
            assert reported(math.fsum(t.amount for t in terms)) == lines.expected(option.key, category)


@settings(max_examples=40)
@given(cases())
def test_the_categories_add_up_to_the_total_in_every_world(case):
    table = courses(case)
    for worlds in (fallen(case, table), foreseen(case, table, on_points(case))):
        parts, whole = by_category(case, table, worlds).sum(axis=1), totals(case, table, worlds)

        assert np.allclose(parts, whole, rtol=1e-12)


@pytest.mark.parametrize("horizon", [None, 120])
def test_the_mean_over_chance_and_over_what_is_not_known_is_the_closed_form(horizon):
    case = make_wide_case(horizon_minutes=horizon)
    table = courses(case)

    unknown = totals(case, table, foreseen(case, table, on_points(case))).mean(axis=1)
    chance = totals(case, table, fallen(case, table)).mean(axis=1)

    assert unknown == pytest.approx(expected_totals(case), rel=2e-3)
    assert chance == pytest.approx(expected_totals(case), rel=2e-2)


def test_a_horizon_cuts_the_means_as_the_closed_form_says():
    repair = Duration(100, 0.8, 5)
    case = make_case(repair=repair, horizon_minutes=150)

    mean = lognormals.limited_mean(repair.location, repair.predictive_spread, 150)

    assert expected_totals(case)[-1] == pytest.approx(110 * (0.9 * mean + 0.1 * 20))


def test_the_step_falls_due_for_doing_nothing_with_the_stated_probability():
    repair = Duration(200, 0.45, 40)
    step = RegulatoryStep("regulatory", 10_000, 240)

    without, due = (expected_totals(make_case(repair=repair, step=s))[-1] for s in (None, step))

    late = lognormals.exceedance(repair.location, repair.predictive_spread, 240)
    assert due - without == pytest.approx(0.9 * 10_000 * late)


@pytest.mark.parametrize(
    ("after", "late"),
    [
        (5, 1.0),  # a transient alone takes 20 minutes
        (15, 0.1 + 0.6 * 0.25 + 0.3 * 0.75),  # 10 minutes if it works, 60 if it fails
        (25, 0.6 * 0.25 + 0.3 * 0.75),
        (61, 0.0),
    ],
)
def test_the_step_falls_due_when_the_harm_of_its_category_outlasts_it(after, late):
    step = RegulatoryStep("regulatory", 1000, after)

    without, due = (expected_totals(make_case(step=s))[0] for s in (None, step))

    assert due - without == pytest.approx(1000 * late)


def test_harm_that_remains_lasts_until_the_repair():
    action = make_action(residual={"regulatory": 0.1})
    step = RegulatoryStep("regulatory", 1000, 105)  # the action and the repair take 110

    without, due = (expected_totals(make_case(action, step=s))[0] for s in (None, step))

    assert due - without == pytest.approx(1000 * (0.6 * 0.75 + 0.3 * 0.25))


def test_a_hold_has_its_wait_less_until_the_step():
    step = RegulatoryStep("regulatory", 1000, 25)  # 20 of waiting and 10 of acting
    case = make_case(make_action(), Hold("hold", 20, "roll_back:v1"))

    without = expected_totals(case)
    due = expected_totals(make_case(*case.options, step=step))

    assert (due - without)[:2] == pytest.approx([1000 * 0.9, 1000 * (0.6 * 0.25 + 0.3 * 0.75)])


def test_moving_one_unknown_to_its_ends_averages_to_the_expectation_where_the_loss_is_linear():
    case = make_case(make_action(success={"release": Beta(3, 3), "other": Beta(1, 3)}))
    table = courses(case)

    at = totals(case, table, foreseen(case, table, at_ends(case)))[0]

    release = 1 + 2 * 6  # two rates, repair, manual, two causes, then the success under the release
    assert at[release : release + 2].mean() == pytest.approx(at[0])
    assert at[release] > at[release + 1]
