"""Threshold curves as drawings: log-log, stabilise under roll back, with today's point and the line it crossed."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from django.urls import reverse

from decisions.web import curve_drawing
from decisions.web.curve_drawing import Today
from tests.web.rooms import make_policy, make_room, parsed

DESK = parsed("desk")
REVENUE = DESK.tier("low").curves["revenue"]


def drawn(today: Today | None = None):
    return curve_drawing.of(DESK, "revenue", REVENUE, today)


def points(found, series: str) -> list[tuple[float, float]]:
    line = next(line for line in found["lines"] if line["series"] == series)
    return [tuple(map(float, point.split(","))) for point in line["points"].split()]


def test_stabilise_lies_below_roll_back_and_both_fall():
    found = drawn()

    low, high = points(found, "stabilise"), points(found, "roll_back")
    assert all(y_low > y_high for (_, y_low), (_, y_high) in zip(low, high, strict=True))
    assert [y for _, y in high] == sorted(y for _, y in high)


def test_equal_ratios_are_equally_far_apart():
    found = drawn()

    times = {tick["word"]: tick["x"] for tick in found["times"]}
    apart = (times["15 min"] - times["1 min"]) / (times["1 h"] - times["15 min"])
    assert apart == pytest.approx(math.log(15) / math.log(4), rel=1e-6)


def test_a_severity_between_the_curves_is_drawn_between_them_and_marks_the_one_it_crossed():
    found = drawn(Today(5, 30, "stabilise"))

    crossed = {line["series"] for line in found["lines"] if line["state"]}
    high, low = points(found, "roll_back")[0][1], points(found, "stabilise")[0][1]
    assert crossed == {"stabilise"}
    assert high < found["today"]["y"] < low
    assert found["summary"].startswith("Now 30\u00a0EUR/min after 5\u00a0min: above stabilise, below roll back.")


@pytest.mark.parametrize("today", [Today(0, 0, "nothing"), Today(1e5, 1e6, "roll_back"), Today(0.01, 1e-9, "nothing")])
def test_a_point_far_off_is_drawn_inside(today):
    found = drawn(today)

    assert 0 <= found["today"]["x"] <= 100
    assert 0 <= found["today"]["y"] <= curve_drawing.HEIGHT


@pytest.mark.parametrize("severity", [10, 15, 19, 25, 39, 41, 60])
def test_no_line_runs_through_the_words_beside_the_point(severity):
    found = drawn(Today(2, severity, "nothing"))

    heights = [points(found, series)[0][1] for series in ("stabilise", "roll_back")]
    words = found["today"]["word_y"]
    assert not any(words - 12 < height < words + 3 for height in heights)


def test_break_even_stands_beside_it_and_is_named():
    found = drawn()

    assert {name["word"].rsplit(" ", 1)[0] for name in found["names"]} == {
        "roll back",
        "stabilise",
        "roll back pays",
        "stabilise pays",
    }
    assert "Break-even by the policy's own numbers: roll back pays from" in found["summary"]


def test_names_do_not_lie_on_each_other():
    heights = sorted(name["y"] for name in drawn()["names"])

    assert all(after - before >= curve_drawing.NAME_PIXELS - 0.1 for before, after in pairwise(heights))


def test_the_numbers_say_what_is_drawn():
    found = drawn()

    assert found["columns"][:3] == ["After", "Roll back", "Stabilise"]
    row = next(row for row in found["rows"] if row[0] == "5\u00a0min")
    assert row[1:3] == ["40", "20"]


def test_a_policy_draws_the_curves_of_every_tier_and_names_what_has_none(enter, paul):
    page = enter(paul).get(reverse("policy-detail", args=[make_policy("desk").pk])).content.decode()

    assert page.count('class="curves__plot"') == 6
    assert page.count("No curve for: market, regulatory.") == 3


def test_an_incident_says_where_its_severity_lies_for_each_category(enter, ana):
    incident = make_room()

    page = enter(ana).get(reverse("incident-detail", args=[incident.pk])).content.decode()

    rows = page.split('aria-label="Severity beside its thresholds"')[1].split("</table>")[0]
    assert "above roll back" in rows
    assert rows.count(">no curve<") >= 4
    assert page.count('class="curves__today"') == 2
    assert "data-crossed" in page
