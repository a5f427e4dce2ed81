"""The benchmark's scoring rule, on cases that can be worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.nab import run
from bench.nab_score import PROFILES, STANDARD, Labels, best_threshold, raw, score
from tests.reference import needs_reference, reference_dir

LABELS = Labels(rows=1_000, windows=((300, 399), (600, 699)))


def _flags(*rows: int) -> np.ndarray:
    flags = np.zeros(LABELS.rows, dtype=np.bool_)
    flags[list(rows)] = True
    return flags


def _worth(position: float) -> float:
    return 2 / (1 + math.exp(5 * position)) - 1


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.name)
def test_no_flag_is_0_and_the_first_row_of_every_window_is_100(profile):
    assert score([_flags()], [LABELS], profile) == pytest.approx(0)
    assert score([_flags(300, 600)], [LABELS], profile) == pytest.approx(100)


def test_only_the_first_flag_in_a_window_counts():
    assert raw(_flags(350, 360, 399), LABELS, STANDARD) == raw(_flags(350), LABELS, STANDARD)


def test_a_hit_in_the_middle_of_a_window_is_worth_its_place():
    points = raw(_flags(350), LABELS, STANDARD)

    assert points == pytest.approx(_worth(-0.5) / _worth(-1) - 1)


def test_a_false_alarm_costs_its_weight_and_less_just_after_a_window():
    far, near = (raw(_flags(row), LABELS, STANDARD) + 2 for row in (200, 410))

    assert far == pytest.approx(-0.11)
    assert near == pytest.approx(0.11 * _worth(11 / 99))


def test_the_first_fifteen_percent_are_not_scored():
    assert raw(_flags(0, 149), LABELS, STANDARD) == raw(_flags(), LABELS, STANDARD)
    assert raw(_flags(150), LABELS, STANDARD) < raw(_flags(), LABELS, STANDARD)


@given(scores=st.lists(st.sampled_from([0.0, 0.2, 0.5, 0.9]), min_size=40, max_size=40))
def test_no_other_threshold_beats_the_best(scores):
    labels, found = Labels(40, ((10, 14), (25, 30))), np.array(scores)

    best = raw(found >= best_threshold([found], [labels], STANDARD), labels, STANDARD)

    others = [raw(found >= at, labels, STANDARD) for at in (0.0, 0.2, 0.5, 0.9, 1.0)]
    assert best == pytest.approx(max(others))


@needs_reference
def test_the_seven_series_with_known_causes_score_as_the_page_says():
    figures = run(["--data", str(reference_dir() / "nab")])

    assert (figures["series"], figures["windows"]) == (7, 19)
    assert figures["profiles"]["standard"]["fixed"] >= 40
