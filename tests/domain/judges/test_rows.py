"""Samples become evenly spaced rows, each sample in one row; what two versions cannot differ in is not compared."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

import pytest

from decisions.domain.judges import rows
from decisions.domain.judges.expectations import Expected
from decisions.domain.judges.limits import Margin
from decisions.domain.judges.rows import Rows
from decisions.domain.levels import Level
from decisions.domain.rates import Measured

SINCE = datetime(2026, 11, 18, 3, 4, tzinfo=UTC)
SPACED = Rows(SINCE, 4.0, 3)


@pytest.mark.parametrize(
    "after, lasting, place",
    [
        (2.0, 2.0, 0),
        (4.0, 2.0, 0),
        (4.1, 2.0, 1),
        (12.0, 2.0, 2),
        (1.0, 2.0, None),  # began before the first row
        (12.1, 2.0, None),  # ended after the last
        (9.0, 5.0, None),  # longer than a row
    ],
)
def test_a_sample_belongs_to_the_row_in_which_it_ended(after, lasting, place):
    assert SPACED.place(SINCE + timedelta(seconds=after), lasting) == place


def test_a_row_is_made_of_its_samples_and_may_be_empty():
    samples = [
        (SINCE + timedelta(seconds=second), Measured(share, n, 2.0))
        for second, share, n in ((2, 0.1, 10), (4, 0.4, 20))
    ]

    found = rows.measured(SPACED, "ratio", samples)

    assert (found[0].value, found[0].n, found[1:]) == (pytest.approx(0.3), 30, [None, None])
    assert (rows.events(found)[0], rows.exposures(found)) == (9.0, [30, 0.0, 0.0])
    assert math.isnan(rows.values(found)[1])


@pytest.mark.parametrize(
    "query, direction, is_comparable",
    [
        ("ratio", "higher_is_worse", True),
        ("quantile", "higher_is_worse", True),
        ("mean", "lower_is_worse", True),
        ("rate", "higher_is_worse", False),
        ("ratio", "neither", False),
    ],
)
def test_counts_per_minute_and_what_has_no_bad_side_are_not_compared(query, direction, is_comparable):
    assert Expected("x", query, direction).is_comparable == is_comparable


def test_the_margin_of_the_level_is_what_is_borne_in_its_own_unit():
    expected = Expected("latency_p99", "quantile", "higher_is_worse", Level("at_most", 0.25, 0.2))

    assert expected.indicator().margin == Margin("absolute", pytest.approx(0.05))
    assert expected.indicator().kind == "mean"


def test_what_is_rare_by_its_own_target_is_counted():
    rare = Expected("error_rate", "ratio", "higher_is_worse", Level("at_most", 0.01, 0.5))
    often = Expected("declined_share", "ratio", "higher_is_worse", Level("at_most", 0.4, 0.5))

    assert (rare.indicator().kind, rare.indicator().per) == ("count", "error_rate out of")
    assert often.indicator().kind == "mean"
