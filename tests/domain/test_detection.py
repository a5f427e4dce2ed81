"""The detector: causal, the same in pieces, quiet on what it knows, and a stated outcome for every odd series."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from decisions.domain.detection import CAUSES, REPEAT_ROWS, Detector, scan
from decisions.domain.series import BadSeries
from decisions.domain.warming import WARM_UP_ROWS

MINUTE, DAY = 60, 86_400
ROOT = Path(__file__).resolve().parents[2]

some_values = arrays.arrays(
    np.float64,
    st.integers(1, 400),
    elements=st.one_of(st.floats(-1e6, 1e6), st.sampled_from([0.0, 1.0, float("nan"), 1e-9])),
)


def _times(rows: int, every: float = 5 * MINUTE) -> np.ndarray:
    return 1_763_600_000 + every * np.arange(rows)


def _noise(rows: int, seed: int = 7) -> np.ndarray:
    return 50 + np.random.default_rng(seed).normal(size=rows)


def _read(values, every=5 * MINUTE):
    values = np.asarray(values, dtype=np.float64)
    return scan(_times(len(values), every), values)


@settings(max_examples=60, deadline=None)
@given(values=some_values, every=st.sampled_from([2, MINUTE, 3600]), cut=st.integers(0, 400))
def test_the_scores_of_a_prefix_are_the_prefix_of_the_scores(values, every, cut):
    whole = _read(values, every)

    part = _read(values[:cut], every)

    assert np.array_equal(part.scores, whole.scores[:cut])
    assert np.array_equal(part.flags, whole.flags[:cut])


@settings(max_examples=15, deadline=None)
@given(values=some_values, every=st.sampled_from([MINUTE, 3600]), cut=st.integers(0, 400))
def test_what_was_learnt_can_be_kept_as_text_and_gone_on_from(values, every, cut):
    values = np.concatenate((_noise(1100), values))
    times, cut = _times(len(values), every), 900 + cut
    detector = Detector()
    detector.read(times[:cut], values[:cut])

    resumed = Detector.resumed(json.loads(json.dumps(detector.learnt(), allow_nan=False)))

    again, whole = resumed.read(times[cut:], values[cut:]), detector.read(times[cut:], values[cut:])
    assert np.array_equal(again.scores, whole.scores) and np.array_equal(again.causes, whole.causes)


def test_a_detector_that_learnt_nothing_is_a_new_one():
    values = _noise(300)

    assert np.array_equal(Detector.resumed({}).read(_times(300), values).scores, _read(values).scores)


@settings(max_examples=30, deadline=None)
@given(values=some_values, seed=st.integers(0, 9), every=st.sampled_from([MINUTE, 3600]))
def test_reading_in_pieces_gives_the_bits_of_the_whole(values, seed, every):
    times = _times(len(values), every)
    edges = np.sort(np.random.default_rng(seed).integers(0, len(values) + 1, size=20))
    detector = Detector()

    pieces = [detector.read(t, v) for t, v in zip(np.split(times, edges), np.split(values, edges), strict=True)]

    assert np.array_equal(np.concatenate([piece.scores for piece in pieces]), scan(times, values).scores)


def test_row_by_row_over_two_days_gives_the_bits_of_the_whole():
    values = _noise(600) + np.sin(np.arange(600) / 46)
    values[500] += 20
    detector, times = Detector(), _times(600)

    scores = [detector.read(times[n : n + 1], values[n : n + 1]).scores[0] for n in range(600)]

    assert scores == scan(times, values).scores.tolist()


@settings(max_examples=60, deadline=None)
@given(values=some_values)
def test_scores_lie_between_0_and_1_and_flags_are_those_of_a_half_and_more(values):
    readings = _read(values)

    assert np.all((readings.scores >= 0) & (readings.scores <= 1))
    assert np.array_equal(readings.flags, readings.scores >= 0.5)


@given(factor=st.sampled_from([0.25, 4.0, 1024.0]))
def test_another_unit_changes_no_score(factor):
    values = _noise(600)

    assert np.array_equal(_read(values * factor).scores, _read(values).scores)


def test_a_spike_is_flagged_where_it_stands():
    values = _noise(2_000)
    values[1_500] += 15

    assert 1_500 in np.flatnonzero(_read(values).flags)


def test_a_step_is_flagged_at_once_and_then_taken_as_usual():
    values = _noise(3_000)
    values[1_500:] += 15

    flagged = np.flatnonzero(_read(values).flags)

    assert flagged[flagged >= 1_500][0] == 1_500
    assert len(flagged[flagged > 1_600]) <= 4


def test_a_small_step_that_no_single_value_shows_is_found_by_the_level():
    values = np.tile([49.0, 51.0], 1_000)
    values[1_500:] += 1

    readings = _read(values)

    found = np.flatnonzero(readings.flags)
    assert found[0] == 1_500
    assert {CAUSES[cause] for cause in readings.causes[found]} == {"level_shift"}


def test_a_value_that_is_usual_at_noon_is_flagged_at_midnight():
    rows = np.arange(10 * 288)
    values = 100 + 50 * (rows % 288 // 144) + 0.1 * _noise(len(rows))
    midnight = 9 * 288
    values[midnight] += 50

    readings = scan(20_000 * DAY + 300.0 * rows, values)

    assert readings.flags[midnight]
    assert CAUSES[readings.causes[midnight]] == "hour_of_day"


def test_a_repeat_is_not_flagged_again_and_counts_half():
    values = _noise(2_000)
    values[[1_500, 1_502]] = [75, 75.5]

    readings = _read(values)

    assert readings.flags[1_500] and not readings.flags[1_502]
    assert readings.scores[1_502] < 0.5


def test_something_larger_is_flagged_even_during_a_repeat():
    values = _noise(2_000)
    values[[1_500, 1_510]] = [60, 100]

    flagged = np.flatnonzero(_read(values).flags)

    assert {1_500, 1_510} <= set(flagged.tolist())


def test_noise_is_flagged_less_than_once_in_a_thousand_rows():
    flags = _read(_noise(50_000), MINUTE).flags

    assert flags.sum() / 50_000 < 1e-3


def test_a_constant_series_is_quiet_and_its_first_change_is_not():
    values = np.full(500, 0.1)
    values[400] = 0.2

    readings = _read(values)

    assert np.flatnonzero(readings.flags).tolist() == [400]
    assert not readings.scores[:400].any()


def test_rounding_of_a_constant_series_is_no_change():
    assert not _read(np.tile([0.1 + 0.2, 0.3], 300)).flags.any()


def test_a_series_shorter_than_the_warm_up_scores_nothing():
    assert not _read(np.geomspace(1, 1e12, WARM_UP_ROWS)).scores.any()


def test_no_rows_give_no_readings():
    assert _read([]).scores.shape == (0,)


def test_a_missing_value_scores_nothing_and_teaches_nothing():
    values = _noise(1_000)
    with_gaps = np.insert(values, [300, 300, 700], np.nan)
    times = np.insert(_times(1_000), [300, 300, 700], _times(1_000)[[300, 300, 700]])

    readings = scan(times, with_gaps)

    measured = ~np.isnan(with_gaps)
    assert not readings.scores[~measured].any()
    assert np.array_equal(readings.scores[measured], _read(values).scores)


def test_nothing_but_missing_values_is_quiet():
    assert not _read(np.full(300, np.nan)).scores.any()


def test_repeated_times_are_rows_like_any_other():
    values = _noise(500)
    values[400] = 90

    readings = scan(np.repeat(_times(250), 2), values)

    assert readings.flags[400]


def test_rows_around_a_gap_are_neighbours():
    times, values = _times(1_000), _noise(1_000)
    times[500:] += 30 * DAY

    assert not scan(times, values).flags[500:520].any()


def test_rows_out_of_order_are_refused_at_their_row():
    times = _times(10)
    times[[4, 5]] = times[[5, 4]]

    with pytest.raises(BadSeries, match="row 6: is earlier than the row before it"):
        scan(times, np.ones(10))


@pytest.mark.parametrize("value", [np.inf, -np.inf, 1e151])
def test_what_cannot_be_compared_is_refused_at_its_row(value):
    with pytest.raises(BadSeries, match="row 3"):
        _read([1, 2, value])


def test_the_largest_values_allowed_still_give_scores():
    values = np.tile([1e150, -1e150], 200)

    assert np.isfinite(_read(values).scores).all()


def test_a_repeat_is_one_for_a_hundred_rows_only():
    values = np.full(3_000, 10.0)
    values[[1_000, 2_500]] = 20.0

    flagged = np.flatnonzero(_read(values).flags)

    assert flagged.tolist() == [1_000, 2_500]
    assert REPEAT_ROWS < 1_500


def test_the_narrow_registers_of_an_older_machine_give_the_same_bits():
    program = (
        "import hashlib, numpy as np; from decisions.domain.detection import scan\n"
        "values = np.random.default_rng(1).normal(size=5000)\n"
        "print(hashlib.sha256(scan(300.0 * np.arange(5000), values).scores.tobytes()).hexdigest())"
    )

    def digest(**extra: str) -> str:
        # Numpy warns where a machine does not have what is switched off.
        command = [sys.executable, "-W", "ignore", "-c", program]
        return subprocess.run(command, env=os.environ | extra, cwd=ROOT, capture_output=True, check=True).stdout

    assert digest() == digest(NPY_DISABLE_CPU_FEATURES="X86_V3 X86_V4 AVX2 AVX512F AVX512_SKX FMA3")
