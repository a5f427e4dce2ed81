"""Sparklines: the last hour, and nothing drawn where nothing was measured."""

from __future__ import annotations

import pytest

from decisions.web import sparks
from tests.factories import AT, make_indicator, make_level, make_service

NOW = int(AT.timestamp() // 60)


@pytest.fixture
def level(db):
    return make_level(make_indicator(make_service(), unit="fraction"), state="ok")


def drawn(level, minutes, *, every=15.0, value=0.02):
    level.recent = [[NOW - back, value] for back in sorted(minutes, reverse=True)]
    return sparks.line(level, AT, every)


def test_a_whole_hour_is_one_line(level):
    found = drawn(level, range(60))

    assert len(found["lines"]) == 1
    assert "gaps" not in found["label"]


def test_an_outage_is_not_drawn_as_a_straight_line(level):
    found = drawn(level, [*range(0, 10), *range(40, 60)])

    before, after = found["lines"]
    assert float(before.split()[-1].split(",")[0]) < 34 < 83 < float(after.split()[0].split(",")[0])
    assert "with gaps" in found["label"]


def test_a_minute_on_its_own_is_seen(level):
    alone = drawn(level, [0, 1, 20])["lines"][0]

    first, last = (float(point.split(",")[0]) for point in alone.split())
    assert 0 < last - first < 2


def test_what_is_read_every_two_minutes_has_no_gaps(level):
    assert len(drawn(level, range(0, 60, 2), every=120)["lines"]) == 1


def test_a_line_that_ended_long_ago_does_not_reach_now(level):
    found = drawn(level, range(30, 60))

    assert found["last"]["x"] == pytest.approx(50)


def test_what_is_older_than_the_hour_is_not_drawn(level):
    assert drawn(level, range(90, 120)) is None


def test_a_value_below_zero_and_a_margin_below_the_target_stay_in_the_box(level):
    level.bound, level.target, level.margin = "at_least", -4.0, 0.5

    found = drawn(level, range(10), value=-5.0)

    heights = [float(point.split(",")[1]) for point in found["lines"][0].split()]
    assert all(0 <= y <= sparks.HEIGHT for y in [*heights, found["target"], found["band"] + found["band_height"]])
