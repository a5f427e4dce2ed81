"""Since when a candidate is worse: where the change is looked for, what looking costs, and what is found by it."""

from __future__ import annotations

import math

import numpy as np
import pytest

from decisions.domain.judges import changes
from decisions.domain.judges.configuration import Indicator, Rule
from decisions.domain.judges.limits import Margin
from decisions.domain.judges.reasons import reason
from decisions.domain.judges.sequential import Verdict, decide
from decisions.domain.judges.weighing import weigh
from tests.domain.judges.series import looks

MINUTES = np.arange(240)
SEASON = 100 + 30 * np.sin(MINUTES / 40)


def noise(seed, mean, deviation=5.0):
    return np.random.default_rng(seed).normal(mean, deviation)


def errors(seed, mean):
    return np.random.default_rng(seed).poisson(mean).astype(float)


def steps(*levels):
    return np.repeat(np.array(levels, float), 240 // len(levels))


def found(candidate, baseline, rule=None, **stated):
    rule = rule or Rule()
    indicator = Indicator("x", **{"direction": "higher_is_worse", **stated})
    requests = np.full(candidate.size, 1000.0)
    return decide(
        weigh({"x": candidate, "requests": requests}, {"x": baseline, "requests": requests}, indicator, rule),
        rule.alpha,
        rule.alpha,
    )


def test_all_starts_together_have_no_more_than_one_share():
    shares = [math.exp(changes.log_share(start)) for start in range(100_000)]

    # What is left beyond row s is at most 1 / (4 (1 + ln s)).
    assert math.fsum(shares) + 1 / (4 * (1 + math.log(100_000))) <= 1


def test_a_step_is_looked_for_where_it_is():
    excess = noise(1, steps(-5, -5, -5, 25))

    assert 180 in changes.starts(excess)


def test_where_nothing_stands_out_nothing_is_looked_at():
    assert changes.starts(noise(1, np.zeros(240))) == []
    assert changes.starts(np.ones(12)) == []


@pytest.mark.parametrize(
    ("candidate", "baseline", "stated"),
    [
        (noise(1, steps(100, 130, 130, 130)), noise(2, steps(100)), {}),
        (noise(1, steps(100, 200, 200, 200)), noise(2, steps(100)), {}),
        (noise(1, steps(100, 70, 70, 70)), noise(2, steps(100)), {"direction": "lower_is_worse"}),
        (noise(1, steps(100, 100, 100, 70)), noise(2, steps(100)), {"direction": "either"}),
        (noise(1, steps(100, 100, 100, 130)), noise(2, steps(100)), {"margin": Margin("absolute", 10)}),
        (noise(1, steps(100, 130, 100, 130)), noise(2, steps(100)), {}),
        (noise(1, steps(100, 80, 130, 130)), noise(2, steps(100)), {}),
        (noise(1, steps(100, 100, 130, 130)), noise(2, steps(100)), {"kind": "quantile", "quantile": 0.5}),
        (noise(1, steps(100, 130, 130, 130)), noise(2, steps(100)), {"rule": Rule(same_minutes=False)}),
        (errors(1, steps(0, 5, 5, 5)), np.zeros(240), {}),
        (errors(1, steps(0, 0, 0, 1)), np.zeros(240), {"rule": Rule(same_minutes=False)}),
        (errors(1, steps(1, 50, 50, 50)), errors(2, steps(1)), {"kind": "count", "per": "requests"}),
        (noise(1, 100 + 100 * MINUTES / 240), noise(2, steps(100)), {}),
        (noise(1, 1.3 * SEASON, 3), noise(2, SEASON, 3), {}),
    ],
)
def test_what_becomes_worse_on_the_way_is_worse(candidate, baseline, stated):
    assert found(candidate, baseline, **stated).verdict is Verdict.WORSE


@pytest.mark.parametrize("healthy", [0, 10, 60, 240])
@pytest.mark.parametrize("level", [130, 200])
def test_a_clear_failure_is_known_within_half_an_hour(healthy, level):
    def minutes_needed(seed):
        candidate = noise(seed, np.r_[np.full(healthy, 100.0), np.full(60, level)])
        baseline = noise(seed + 500, np.full(healthy + 60, 100.0))
        known = looks(candidate, baseline, LATENCY, Rule(), range(healthy + 5, healthy + 61, 5))
        return next((look.rows - healthy for look in known if look.verdict is Verdict.WORSE), math.inf)

    assert np.median([minutes_needed(seed) for seed in range(9)]) <= 30


LATENCY = Indicator("x", "higher_is_worse")


def test_a_single_burst_is_still_one_piece_of_evidence():
    burst = np.zeros(240)
    burst[200] = 40.0

    assert found(burst, np.zeros(240)).verdict is Verdict.NOT_YET_KNOWN


def test_what_has_passed_is_no_longer_held_against_it():
    warming_up = np.r_[np.full(15, 130.0), np.full(225, 100.0)]

    assert found(noise(1, warming_up), noise(2, steps(100))).verdict is not Verdict.WORSE


def test_the_reason_and_the_interval_are_those_of_the_rows_since():
    candidate = noise(1, steps(100, 130, 130, 130))
    candidate[10:20] = math.nan

    finding = found(candidate, noise(2, steps(100)))

    # Rows are those of the file: what was not measured counts on.
    assert (finding.since, finding.rows) == (61, 180)
    assert finding.low < 0.3 < finding.high
    assert "higher since row 61, and at least" in reason(finding)


def test_an_improvement_on_the_way_is_not_worse():
    finding = found(noise(1, steps(100, 70, 70, 70)), noise(2, steps(100)))

    assert finding.verdict is not Verdict.WORSE
    assert finding.since == 1
