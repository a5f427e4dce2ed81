from __future__ import annotations

import math
from dataclasses import replace

import pytest
from scipy.stats import lognorm

from decisions.domain import lognormals
from decisions.domain.beliefs import Beta, CostRate, Duration
from decisions.domain.betas import expected_shortfall, probability_greater
from decisions.domain.cases import Hold
from decisions.domain.scores import Because
from decisions.domain.scoring import avoided_share, planned, score
from tests.scoring_cases import make_action, make_case, make_wide_case

BY_RELEASE = {"release": 1.0, "other": 0.0, "transient": 0.0}


def two_rates(first: Beta, second: Beta, **changes):
    """Two rollbacks of which only the success is not known; a failure costs 110 x 50."""
    plain = {"residual": {}, "running": {}, "one_off": {}}
    one, two = (
        make_action(key, success={"release": p, "other": p}, **plain) for key, p in (("a", first), ("b", second))
    )
    return score(make_case(one, two, posterior=BY_RELEASE, **changes))


def test_p_best_is_the_probability_that_the_one_rate_beats_the_other():
    first, second = Beta(8, 3), Beta(12, 5)

    scores = two_rates(first, second)

    assert scores.of("a").p_best == pytest.approx(probability_greater(first, second), abs=3e-3)
    assert scores.of("a").p_best + scores.of("b").p_best == pytest.approx(1, abs=1e-8)


def test_regret_of_the_best_is_what_choosing_it_is_expected_to_lose():
    first, second = Beta(8, 3), Beta(12, 5)

    scores = two_rates(first, second)

    assert scores.recommended == "a"
    assert scores.of("a").regret == pytest.approx(5500 * expected_shortfall(first, second), rel=5e-3)
    assert scores.of("b").regret == pytest.approx(5500 * expected_shortfall(second, first), rel=5e-3)
    assert scores.waiting.worth_at_most == scores.of("a").regret


def test_options_that_are_the_same_share_p_best_and_the_name_decides():
    scores = score(make_case(make_action("b", success=_sure()), make_action("a", success=_sure()), tie_absolute=10_000))

    assert [option.regret for option in scores.options] == pytest.approx([scores.waiting.worth_at_most] * 2)
    assert (scores.recommended, scores.because) == ("a", Because.LEAST_LOSS)


def test_the_interval_and_the_tail_of_a_single_duration_are_the_lognormals():
    repair = Duration(100, 0.6, 8)

    nothing = score(make_case(repair=repair, posterior=BY_RELEASE)).do_nothing

    same = lognorm(repair.predictive_spread, scale=110 * 100)
    found = nothing.quantiles
    assert [found.p05, found.p25, found.p50, found.p75, found.p95] == pytest.approx(
        same.ppf([0.05, 0.25, 0.5, 0.75, 0.95]), rel=1e-3
    )
    exact = 110 * lognormals.cvar(repair.location, repair.predictive_spread)
    assert nothing.cvar95 == pytest.approx(exact, rel=0.01)


def test_chance_is_in_the_interval_though_nothing_is_unknown():
    action = make_action(
        success={"release": Beta(7.5e6, 2.5e6), "other": Beta(1, 1)}, residual={}, running={}, one_off={}
    )

    found = score(make_case(action, posterior=BY_RELEASE)).of(action.key)

    # In one of four cases it fails and 50 minutes are added.
    assert (found.loss.quantiles.p05, found.loss.quantiles.p95) == (1100, 1100 + 5500)
    assert found.loss.cvar95 == 6600
    assert found.p_best == 1


def test_risk_aversion_weighs_the_bad_end_on_both_sides_of_the_score():
    scores = score(make_wide_case(risk_aversion=0.3))
    for option in scores.options:
        loss = option.loss

        assert loss.risk_adjusted == pytest.approx(0.7 * loss.expected + 0.3 * loss.cvar95, rel=1e-8)
        assert option.score == avoided_share(loss.risk_adjusted, scores.do_nothing.risk_adjusted)


@pytest.mark.parametrize(("loss", "nothing", "expected"), [(25, 100, 75), (150, 100, 0), (0, 0, 100), (5, 0, 0)])
def test_the_score_is_the_share_of_the_loss_that_is_avoided(loss, nothing, expected):
    assert avoided_share(loss, nothing) == expected


def test_options_come_best_first_and_differ_from_the_recommended_one():
    scores = score(make_wide_case())
    best, *rest = scores.options

    assert best.key == scores.recommended
    assert [o.loss.risk_adjusted for o in scores.options] == sorted(o.loss.risk_adjusted for o in scores.options)
    assert (best.against, best.difference) == (scores.runner_up, -scores.of(scores.runner_up).difference)
    assert all(option.against == best.key and option.difference > 0 for option in rest)


def test_the_category_that_decides_is_the_one_with_the_largest_part_of_the_difference():
    scores = score(make_case(make_action("a", one_off={"regulatory": 900}, running={}), make_action("b", one_off={})))

    found = scores.of("a")

    assert (found.against, found.difference, found.decided_by) == ("b", 900 - 180 - 30 - 2, "regulatory")
    assert scores.of("b").decided_by == "regulatory"


def test_it_is_too_close_to_call_when_no_option_reaches_the_confidence():
    case = {"first": Beta(8, 3), "second": Beta(12, 5)}

    assert two_rates(*case.values(), confidence=0.85).too_close
    assert not two_rates(*case.values(), confidence=0.5).too_close


def test_it_is_too_close_where_another_is_the_best_more_often():
    # a is cheaper on average, since it is much cheaper where the time to recover is long; mostly b is the cheaper one.
    a = make_action("a", success=_always(), running={}, residual={}, one_off={"revenue": 53_000})
    b = make_action("b", success=_never(), running={}, residual={}, one_off={})
    case = make_case(a, b, manual=Duration(30, 2.0, 2), confidence=0.6, posterior=BY_RELEASE)

    scores = score(case)

    assert scores.recommended == "a"
    assert scores.of("b").p_best > 0.6 > scores.of("a").p_best
    assert scores.too_close


def test_among_equals_it_is_not_too_close():
    first, second = make_action("a", success=_sure(), takes=Duration(8, 0.5, 4)), make_action("b", success=_sure())
    case = make_case(first, replace(second, blast_radius=0.1), tie_absolute=10_000, confidence=0.9)

    scores = score(case)

    assert (scores.recommended, scores.because) == ("b", Because.SMALLEST_BLAST_RADIUS)
    assert scores.of("b").p_best < 0.9
    assert not scores.too_close


def test_what_is_not_known_of_the_repair_and_of_the_recovery_counts_in_p_best():
    costly = make_action("a", success=_always(), one_off={"revenue": 5000}, running={}, residual={})
    risky = make_action("b", success=_never(), one_off={}, running={}, residual={})
    sure = make_case(costly, risky, posterior=BY_RELEASE)

    assert score(sure).of("a").p_best == pytest.approx(1, abs=1e-3)
    assert 0.1 < score(replace(sure, manual=Duration(50, 1.0, 2))).of("a").p_best < 0.9


def test_the_present_state_that_is_not_worth_leaving_is_kept_however_sure_an_action_is():
    case = make_case(make_action(), Hold("hold", 5, None), switching_cost=20_000, confidence=0.9)

    scores = score(case)

    assert (scores.recommended, scores.because) == ("hold", Because.NOT_WORTH_SWITCHING)
    assert not scores.too_close


def test_a_hold_dominates_nothing_that_touches_less_than_what_it_plans():
    # Waiting costs nothing where it will surely last no time: the hold is its plan, and cheaper than the shift.
    plan = make_action("a", one_off={}, blast_radius=0.9)
    shift = make_action("b", one_off={"revenue": 5000, "regulatory": 50}, blast_radius=0.3)
    case = make_case(plan, shift, Hold("hold", 0.001, "a"))

    assert score(case).of("b").dominated_by is None
    assert score(replace(case, options=(replace(plan, blast_radius=0.3), *case.options[1:]))).of("b").dominated_by


def test_what_runs_may_be_off_in_the_interval_and_in_p_best():
    runs = make_action("a", success=_always(), running={"revenue": 50}, residual={}, one_off={}, running_spread=0.5)
    paid = make_action("b", success=_always(), running={}, residual={}, one_off={"revenue": 5200})
    case = make_case(runs, paid, posterior=BY_RELEASE)

    found = score(case)

    # 1,100 until it takes effect, and 100 minutes of 50 that may be off by a factor with mean 1.
    same = lognorm(0.5, scale=5000 * math.exp(-0.125))
    quantiles = found.of("a").loss.quantiles
    assert [quantiles.p05 - 1100, quantiles.p95 - 1100] == pytest.approx(same.ppf([0.05, 0.95]), rel=1e-2)
    assert found.of("a").loss.expected == pytest.approx(6100)
    assert found.of("a").p_best == pytest.approx(same.cdf(5200), abs=3e-3)


def test_what_remains_may_be_off_in_the_interval_and_in_p_best():
    leaves = make_action("a", success=_always(), residual={"revenue": 0.4}, running={}, one_off={}, residual_spread=0.5)
    paid = make_action("b", success=_always(), residual={}, running={}, one_off={"revenue": 4100})
    case = make_case(leaves, paid, posterior=BY_RELEASE)

    found = score(case)

    same = lognorm(0.5, scale=4000 * math.exp(-0.125))
    quantiles = found.of("a").loss.quantiles
    assert [quantiles.p05 - 1100, quantiles.p95 - 1100] == pytest.approx(same.ppf([0.05, 0.95]), rel=1e-2)
    assert found.of("a").p_best == pytest.approx(same.cdf(4100), abs=3e-3)


def test_a_silly_option_changes_nothing_for_the_others():
    case = make_wide_case()
    silly = make_action("silly", running={"revenue": 500})

    with_it, without = score(replace(case, options=(*case.options, silly))), score(case)

    for option in without.options:
        assert with_it.of(option.key).loss == option.loss
        assert with_it.of(option.key).score == option.score
    assert with_it.do_nothing == without.do_nothing


def test_a_hold_is_best_when_it_will_probably_pass():
    action = make_action(one_off={"revenue": 2000})
    case = make_case(action, posterior={"release": 0.05, "other": 0.05, "transient": 0.9})

    scores = score(replace(case, options=(action, Hold("hold", 5, planned(case)))))

    assert scores.recommended == "hold"


def test_where_nothing_hurts_an_action_scores_nothing_and_a_hold_everything():
    free = (CostRate("revenue", 0), CostRate("regulatory", 0))

    scores = score(make_case(make_action(), Hold("hold", 5, None), rates=free))

    assert (scores.of("hold").score, scores.of("roll_back:v1").score) == (100, 0)
    assert scores.recommended == "hold"


def test_there_is_no_plan_without_an_action():
    assert planned(make_case(Hold("hold", 5, None))) is None


def test_a_cause_that_surely_passes_still_has_a_plan():
    assert planned(make_case(posterior={"release": 0.0, "other": 0.0, "transient": 1.0})) == "roll_back:v1"


def test_figures_are_finite_and_have_nine_digits():
    for option in score(make_wide_case()).options:
        for figure in (option.score, option.p_best, option.regret, option.loss.expected, option.loss.cvar95):
            assert math.isfinite(figure)
            assert figure == float(f"{figure:.9g}")


def _always() -> dict[str, Beta]:
    return {"release": Beta(1e9, 1e-3), "other": Beta(1, 1)}


def _never() -> dict[str, Beta]:
    return {"release": Beta(1e-3, 1e9), "other": Beta(1, 1)}


def _sure() -> dict[str, Beta]:
    return {"release": Beta(3, 1), "other": Beta(1, 3)}
