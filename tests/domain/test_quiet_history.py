"""A level's windows over its quiet history, and what a threshold on them would have done."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from decisions.domain.quiet_history import moves, nearest, windows
from decisions.domain.rates import Measured, combine
from decisions.domain.run_lengths import false_alarms

counts = st.integers(0, 50).map(float)
bucketed = st.lists(counts, min_size=3, max_size=3).map(
    lambda more: tuple(zip((0.1, 0.5, math.inf), np.cumsum(more).tolist(), strict=True))
)
measurements = {
    "ratio": st.builds(Measured, st.floats(0, 1), counts, st.just(2.0)),
    "rate": st.builds(lambda n: Measured(n * 30, n, 2.0), counts),
    "quantile": bucketed.map(lambda buckets: Measured(None, buckets[-1][1], 2.0, buckets)),
}


@pytest.mark.parametrize("kind", measurements)
@settings(max_examples=40)
@given(data=st.data(), width=st.integers(1, 6))
def test_a_window_says_what_combining_its_steps_says(kind, data, width):
    steps = data.draw(st.lists(st.one_of(st.none(), measurements[kind]), min_size=1, max_size=20))

    found = windows(kind, steps, width, 0.9)

    for place in range(len(steps)):
        parts = [step for step in steps[max(0, place - width + 1) : place + 1] if step is not None]
        whole = combine(kind, parts, 0.9)
        value = whole.value if whole else None
        assert found.values[place] == pytest.approx(math.nan if value is None else value, nan_ok=True)


@settings(max_examples=40)
@given(
    values=st.lists(st.one_of(st.just(math.nan), st.floats(0, 2)), min_size=2, max_size=60),
    margin=st.sampled_from([0.0, 0.25, 1.0]),
    above=st.booleans(),
    run=st.integers(1, 3),
)
def test_counting_many_thresholds_at_once_counts_each_as_alone(values, margin, above, run):
    (counted,) = moves(np.array(values), 1.0, [margin], is_worse_above=above)

    line = 1 + margin if above else 1 - margin
    assert counted.alarms(run=run, seconds_each=60) == false_alarms(
        values, line, is_worse_above=above, run=run, seconds_each=60
    )


def test_a_margin_between_two_counted_ones_is_judged_by_the_narrower():
    counted = moves(np.array([0.9, 1.1, 1.3]), 1.0, [0.0, 0.2, 0.4], is_worse_above=True)

    assert nearest(counted, 0.3).margin == 0.2
    assert nearest(counted, 9).margin == 0.4
    assert nearest(counted[1:], 0.1) is None


def test_a_noisy_scrape_is_beyond_for_as_long_as_the_window_holds_it():
    steps = [Measured(0.0, 10, 2)] * 20 + [Measured(1.0, 10, 2)] + [Measured(0.0, 10, 2)] * 20

    (counted,) = moves(windows("ratio", steps, 5).values, 0.1, [0.0], is_worse_above=True)

    assert (counted.exceedances, counted.begins.hits, counted.goes_on.share) == (5, 1, 0.8)
