"""Verdict, interval and sentence say the same thing, whatever was measured."""

from __future__ import annotations

import math
import re

import numpy as np
from hypothesis import given
from hypothesis import strategies as some

from decisions.domain.judges.configuration import Indicator, Rule
from decisions.domain.judges.limits import Margin
from decisions.domain.judges.reasons import reason
from decisions.domain.judges.sequential import Verdict, decide
from decisions.domain.judges.weighing import State, weigh

TOLERANCE = 1e-9
directions = some.sampled_from(["higher_is_worse", "lower_is_worse", "either"])
margins = some.sampled_from(
    [
        Margin("ratio", 0.0),
        Margin("ratio", 0.05),
        Margin("ratio", 0.5),
        Margin("absolute", 0.0),
        Margin("absolute", 0.1),
    ]
)
levels = some.sampled_from([0.0, 0.02, 0.1, 0.5, 2.0, 5.0])


def poisson(rng, level, rows):
    return rng.poisson(level, rows).astype(float)


def clusters(rng, level, rows):
    return poisson(rng, level, rows) * rng.poisson(1, rows)


def around(rng, level, rows):
    return rng.normal(level, 1, rows)


def decided(drawn, before, after, baseline, seed, direction, margin, kind):
    rng = np.random.default_rng(seed)
    candidate = np.concatenate((drawn(rng, before, 40), drawn(rng, after, int(rng.integers(10, 160)))))
    series = {"x": candidate}, {"x": drawn(rng, baseline, candidate.size)}
    evidence = weigh(*series, Indicator("x", direction, margin, kind=kind), Rule())
    return decide(evidence, float(rng.choice([0.02, 0.0004])), 0.02)


def holds(finding):
    """What the interval shows: beyond the margin to a bad side, and within it to all of them."""
    direction, margin = finding.indicator.direction, finding.indicator.margin
    # In another unit than the margin's only what is nobody's doubt can be shown.
    size = margin.size if finding.unit == margin.kind else 0.0
    is_high, is_low = finding.low >= size - TOLERANCE, finding.high <= -size + TOLERANCE
    within = {"high": finding.high <= size + TOLERANCE, "low": finding.low >= -size - TOLERANCE}
    if direction == "higher_is_worse":
        return is_high, within["high"]
    if direction == "lower_is_worse":
        return is_low, within["low"]
    return is_high or is_low, all(within.values())


@given(
    some.sampled_from([(poisson, "count"), (poisson, None), (clusters, "count"), (around, None), (around, "mean")]),
    levels,
    levels,
    levels,
    some.integers(0, 10_000),
    directions,
    margins,
)
def test_verdict_interval_and_sentence_agree(drawn, before, after, baseline, seed, direction, margin):
    finding = decided(drawn[0], before, after, baseline, seed, direction, margin, drawn[1])
    is_beyond, is_within = holds(finding)

    if finding.verdict is Verdict.WORSE:
        assert is_beyond and finding.low <= finding.estimate <= finding.high
        said = re.search(r"and at least (\S+)( %)? (higher|lower), which is beyond", reason(finding))
        assert said and (said[3] == "higher") == (finding.low > 0)
        bound = finding.low if said[3] == "higher" else -finding.high
        assert math.isclose(float(said[1].replace(",", "")), 100 * bound if said[2] else bound, rel_tol=0.01)
    elif finding.verdict is Verdict.FINE and finding.evidence.state is State.MEASURED:
        assert is_within
    elif finding.unit == margin.kind and finding.evidence.state is State.MEASURED:
        assert direction == "lower_is_worse" or finding.low <= margin.size + TOLERANCE
        assert direction == "higher_is_worse" or finding.high >= -margin.size - TOLERANCE


def test_nine_errors_against_none_are_not_yet_worse_and_ten_are():
    def against_none(count):
        candidate = np.zeros(240)
        candidate[20 * np.arange(count)] = 1
        evidence = weigh({"x": candidate}, {"x": np.zeros(240)}, Indicator("x", "higher_is_worse"), Rule())
        return decide(evidence, 0.02, 0.02)

    nine, ten = against_none(9), against_none(10)

    assert nine.verdict is Verdict.NOT_YET_KNOWN and nine.low < 0.05
    assert ten.verdict is Verdict.WORSE and ten.low > 0.05
    assert "0.0417 a row against none on the baseline, and at least 17.7 % higher" in reason(ten)
