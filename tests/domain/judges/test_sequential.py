"""Judge B: worse, fine or not yet known, at every look."""

from __future__ import annotations

import math

import numpy as np
import pytest

from decisions.domain.judges.configuration import Indicator, Rule
from decisions.domain.judges.limits import Margin
from decisions.domain.judges.reasons import reason
from decisions.domain.judges.sequential import Verdict, decide
from decisions.domain.judges.weighing import State, weigh
from tests.domain.judges.series import correlated, looks

RULE = Rule()
WORSE, FINE, NOT_YET_KNOWN = Verdict.WORSE, Verdict.FINE, Verdict.NOT_YET_KNOWN


def noise(seed, n=240, mean=100.0):
    return np.random.default_rng(seed).normal(mean, 3, n)


def found(candidate, baseline, *, rule=RULE, **stated):
    indicator = Indicator("x", **{"direction": "higher_is_worse", **stated})
    weighed = weigh({"x": np.asarray(candidate, float)}, {"x": np.asarray(baseline, float)}, indicator, rule)
    return decide(weighed, rule.alpha, rule.alpha)


@pytest.mark.parametrize(
    ("factor", "direction", "verdict"),
    [
        (1.10, "higher_is_worse", WORSE),
        (1.10, "lower_is_worse", FINE),
        (1.10, "either", WORSE),
        (1.00, "higher_is_worse", FINE),
        (1.00, "either", FINE),
        (0.90, "higher_is_worse", FINE),
        (0.90, "lower_is_worse", WORSE),
        (0.90, "either", WORSE),
        (1.05, "higher_is_worse", NOT_YET_KNOWN),
        (0.95, "lower_is_worse", NOT_YET_KNOWN),
    ],
)
@pytest.mark.parametrize("sign", [1, -1])
def test_the_change_beyond_the_margin_decides(factor, direction, verdict, sign):
    shift = 100.0 * (factor - 1)
    candidate, baseline = noise(1, mean=sign * 100 + shift), noise(2, mean=sign * 100)

    assert found(candidate, baseline, direction=direction).verdict is verdict


@pytest.mark.parametrize("margin", [Margin("ratio", 0.05), Margin("absolute", 5.0)])
@pytest.mark.parametrize("mean", [100.0, 103.0, 106.0, 112.0])
def test_the_interval_shows_the_verdict(margin, mean):
    finding = found(noise(1, mean=mean), noise(2), margin=margin)

    assert finding.unit == margin.kind
    assert (finding.low > margin.size) == (finding.verdict is WORSE)
    assert (finding.high < margin.size) == (finding.verdict is FINE)
    assert finding.low < finding.estimate < finding.high


@pytest.mark.parametrize("direction", ["higher_is_worse", "lower_is_worse", "either"])
@pytest.mark.parametrize("mean", [88.0, 93.0, 94.5, 97.0, 100.0, 103.0, 105.5, 107.0, 112.0])
@pytest.mark.parametrize("kind", ["mean", "quantile"])
def test_in_a_list_the_interval_still_shows_the_verdict(direction, mean, kind):
    indicator = Indicator("x", direction, kind=kind, quantile=0.5 if kind == "quantile" else None)
    weighed = weigh({"x": noise(1, 400, mean)}, {"x": noise(2, 400)}, indicator, RULE)

    finding = decide(weighed, RULE.alpha / 50, RULE.alpha)

    too_high = direction != "lower_is_worse" and finding.low > 0.05
    too_low = direction != "higher_is_worse" and finding.high < -0.05
    may_be_high = direction != "lower_is_worse" and finding.high > 0.05
    may_be_low = direction != "higher_is_worse" and finding.low < -0.05
    assert (finding.verdict is WORSE) == (too_high or too_low)
    assert (finding.verdict is FINE) == (not may_be_high and not may_be_low)


def test_with_a_margin_in_errors_a_row_nothing_seen_is_fine_in_time():
    margin = Margin("absolute", 0.2)

    verdicts = [found(np.zeros(rows), np.zeros(rows), margin=margin).verdict for rows in (20, 200)]

    assert verdicts == [NOT_YET_KNOWN, FINE]


def test_a_shift_that_kayenta_calls_high_is_within_the_margin():
    finding = found(noise(1, mean=100.2), noise(2))

    assert finding.verdict is FINE


def test_correlated_minutes_need_longer():
    def rows_needed(phi, seed):
        baseline, candidate = correlated(seed, phi, 240, 100), correlated(seed + 50, phi, 240, 102)
        known = looks(candidate, baseline, LOOKED_AT, RULE, range(10, 241, 10))
        return next((look.rows for look in known if look.verdict is WORSE), math.inf)

    needed = {phi: np.median([rows_needed(phi, seed) for seed in range(9)]) for phi in (0.0, 0.7)}

    assert needed[0.0] < needed[0.7]


LOOKED_AT = Indicator("x", "higher_is_worse", Margin("absolute", 0.1))


def test_the_interval_closes_in_over_time():
    candidate, baseline = noise(1, 2000, 104), noise(2, 2000)

    known = looks(candidate, baseline, LOOKED_AT, RULE, [5, 50, 500, 2000])

    widths = [look.high - look.low for look in known]
    assert widths[0] == math.inf
    assert widths[1:] == sorted(widths[1:], reverse=True)
    assert [look.rows for look in known] == [5, 50, 500, 2000]
    assert known[0].verdict is NOT_YET_KNOWN and known[-1].verdict is WORSE


def test_two_identical_correlated_series_are_hardly_ever_called_worse():
    # Every third of 240 looks and the strictest margin there is. Every look of 1,000 seeds, more correlations and more
    # kinds of noise are in bench/false_alarms.py.
    indicator = Indicator("x", "higher_is_worse", Margin("absolute", 0.0))
    needed = math.log(1 / RULE.alpha)

    def alarmed(seed):
        candidate, baseline = correlated(2 * seed, 0.7, 240), correlated(2 * seed + 1, 0.7, 240)
        rows = range(RULE.minimum_rows, 241, 3)
        evidence = (weigh({"x": candidate[:row]}, {"x": baseline[:row]}, indicator, RULE) for row in rows)
        return any(one.worse >= needed for one in evidence)

    assert sum(alarmed(seed) for seed in range(100)) <= 2


@pytest.mark.parametrize(
    ("candidate", "baseline", "state", "verdict"),
    [
        ([], [], State.EMPTY, NOT_YET_KNOWN),
        ([], [1.0] * 50, State.EMPTY, NOT_YET_KNOWN),
        ([math.nan] * 50, noise(1, 50), State.EMPTY, NOT_YET_KNOWN),
        (noise(1, 9), noise(2, 9), State.SHORT, NOT_YET_KNOWN),
        (noise(1, 9), noise(2, 500), State.SHORT, NOT_YET_KNOWN),
        ([7.0] * 20, [7.0] * 20, State.CONSTANT, FINE),
        ([7.0] * 20, [5.0] * 20, State.MEASURED, WORSE),
        ([5.0] * 20, [7.0] * 20, State.MEASURED, FINE),
        ([0.0] * 20, [0.0] * 20, State.QUIET, NOT_YET_KNOWN),
        ([0.0] * 60, [0.0] * 60, State.QUIET, FINE),
    ],
)
def test_little_to_judge_has_a_stated_outcome(candidate, baseline, state, verdict):
    finding = found(candidate, baseline)

    assert (finding.evidence.state, finding.verdict) == (state, verdict)
    assert reason(finding)


def test_gaps_are_rows_without_a_pair():
    candidate, baseline = noise(1, 100, 120), noise(2, 100)
    candidate[::4], baseline[1::4] = math.nan, math.nan

    finding = found(candidate, baseline)

    assert (finding.evidence.rows, finding.evidence.missing) == (50, 50)
    assert finding.verdict is WORSE
    assert "(50 without)" in reason(finding)


def test_series_of_different_times_need_not_be_of_one_length():
    rule = Rule(same_minutes=False)

    finding = found(noise(1, 60, 110), noise(2, 900), rule=rule)

    assert finding.verdict is WORSE
    assert finding.evidence.rows == 60


def test_rare_errors_on_a_baseline_of_none_are_counted():
    errors = (np.arange(60) % 4 == 0).astype(float)

    finding = found(errors, np.zeros(60))

    assert (finding.kind, finding.verdict) == ("count", WORSE)
    # How many times nothing that is cannot be told, but that it is many times is known.
    assert finding.unit == "ratio" and 0.05 < finding.low < finding.estimate == finding.high == math.inf


def test_errors_are_counted_per_request():
    requests = {"candidate": np.full(60, 50.0), "baseline": np.full(60, 1000.0)}
    errors = {"candidate": np.full(60, 1.0), "baseline": np.full(60, 2.0)}
    indicator = Indicator("errors", "higher_is_worse", kind="count", per="requests")

    evidence = weigh(
        {"errors": errors["candidate"], "requests": requests["candidate"]},
        {"errors": errors["baseline"], "requests": requests["baseline"]},
        indicator,
        RULE,
    )

    assert decide(evidence, 0.02, 0.02).verdict is WORSE
    assert evidence.measured.candidate == pytest.approx(0.02)


def test_a_minute_without_requests_is_a_missing_one():
    series = {"errors": np.zeros(30), "requests": np.where(np.arange(30) < 10, 0.0, 100.0)}
    indicator = Indicator("errors", "higher_is_worse", kind="count", per="requests")

    assert weigh(series, series, indicator, RULE).missing == 10


def test_a_tail_is_judged_by_its_quantile():
    rng = np.random.default_rng(1)
    baseline, candidate = np.exp(rng.normal(size=2000)), np.exp(rng.normal(size=2000) * 1.5)

    tail = found(candidate, baseline, kind="quantile", quantile=0.95)
    middle = found(candidate, baseline, kind="quantile", quantile=0.5, margin=Margin("ratio", 0.5))

    assert (tail.verdict, middle.verdict) == (WORSE, FINE)


@pytest.mark.parametrize(
    ("candidate", "stated", "sentence"),
    [
        (112, {}, "higher, and at least"),
        (100, {}, "at worst, within the margin of 5 %"),
        (105, {}, "the margin is 5 %"),
        (80, {"direction": "lower_is_worse"}, "lower, and at least"),
        (100, {"direction": "either"}, "within the margin of 5 %"),
        (112, {"margin": Margin("absolute", 2.0)}, "beyond the margin of 2"),
    ],
)
def test_the_reason_names_estimate_bound_margin_and_rows(candidate, stated, sentence):
    said = reason(found(noise(1, mean=candidate), noise(2), **stated))

    assert sentence in said
    assert "after 240 rows worth" in said


def test_a_baseline_around_zero_has_no_shares():
    finding = found(noise(1, mean=0), noise(2, mean=0))

    assert finding.unit == "absolute"
    assert "the baseline may be 0" in reason(finding)
