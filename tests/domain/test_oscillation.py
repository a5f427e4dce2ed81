"""A metric that jumps across its threshold all day: few actions, at most two reversals, then people."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from decisions.domain.bound_checks import of_moment
from decisions.domain.oscillation import Band, Standing, reversals, step
from decisions.domain.policy_margins import AfterAction
from decisions.domain.restraint import actions_at_most

MIDNIGHT = datetime(2026, 11, 18, tzinfo=UTC)
DAY_MINUTES = 1440
NO_BAND = Band(100, 100, 1, 1)


@dataclass
class Desk:
    """Rolls back when the band is on and forward again when it is off, as far as the gate lets it."""

    after: AfterAction
    served: list[str] = field(default_factory=lambda: ["v2"])
    acted_at: list[datetime] = field(default_factory=list)

    def want(self, version: str, at: datetime) -> None:
        last = self.acted_at[-1] if self.acted_at else None
        if version != self.served[-1] and all(
            check.passes for check in of_moment(self.after, reversals(self.served), last, None, at)
        ):
            self.served.append(version)
            self.acted_at.append(at)


def _lived_through(values, band, cooldown_minutes, reversals_at_most=2):
    desk = Desk(AfterAction(60.0 * cooldown_minutes, reversals_at_most, Decimal(0)))
    standing = Standing()
    for minute, value in enumerate(values):
        standing = step(band, standing, value)
        desk.want("v1" if standing.is_on else "v2", MIDNIGHT + timedelta(minutes=minute))
    return desk


@pytest.mark.parametrize("cooldown", [1, 7, 30, 45, 240, 1440])
def test_a_metric_that_jumps_at_every_sample_is_acted_on_no_oftener_than_the_cooldown_allows(cooldown):
    jumping = [150.0 if minute % 2 else 50.0 for minute in range(DAY_MINUTES + 1)]

    desk = _lived_through(jumping, NO_BAND, cooldown, reversals_at_most=10_000)

    assert 1 <= len(desk.acted_at) <= actions_at_most(DAY_MINUTES, cooldown)


@pytest.mark.parametrize("cooldown", [0, 1, 7, 30, 240])
def test_a_metric_that_jumps_at_every_sample_is_reversed_twice_and_then_left_to_people(cooldown):
    jumping = [150.0 if minute % 2 else 50.0 for minute in range(DAY_MINUTES + 1)]

    desk = _lived_through(jumping, NO_BAND, cooldown)

    assert desk.served == ["v2", "v1", "v2", "v1"]
    assert reversals(desk.served) == 2


@settings(max_examples=60, deadline=None)
@given(
    values=st.lists(st.sampled_from([0.0, 89.0, 95.0, 101.0, 150.0, None, math.nan]), max_size=300),
    cooldown=st.integers(1, 90),
    needed=st.integers(1, 4),
)
def test_whatever_the_metric_does_actions_and_reversals_stay_within_their_limits(values, cooldown, needed):
    band = Band.around(100, margin=0.0, release=0.1, trigger_samples=needed, clear_samples=needed)

    desk = _lived_through(values, band, cooldown)

    assert len(desk.acted_at) <= actions_at_most(len(values), cooldown)
    assert reversals(desk.served) <= 2


def test_a_metric_that_jumps_inside_the_band_is_never_acted_on():
    band = Band.around(100, margin=0.2, release=0.2, trigger_samples=1, clear_samples=1)

    desk = _lived_through([81.0, 119.0] * 200, band, cooldown_minutes=0)

    assert desk.acted_at == []


def test_it_triggers_and_clears_after_so_many_samples_in_a_row():
    band, standing, seen = Band(100, 90, 3, 2), Standing(), []
    for value in (100, 100, 99, 100, 100, 100, 95, 90, 91, 90, 90):
        standing = step(band, standing, value)
        seen.append(standing.is_on)

    assert seen == [False] * 5 + [True] * 5 + [False]


@pytest.mark.parametrize("nothing", [None, math.nan])
def test_missing_data_neither_triggers_nor_clears(nothing):
    band, almost = Band(100, 90, 2, 2), Standing(is_on=False, streak=1)

    assert step(band, almost, nothing) == almost


def test_where_lower_is_worse_the_lines_are_turned():
    band = Band(0.90, 0.95, 1, 1, is_worse_above=False)

    assert step(band, Standing(), 0.90).is_on
    assert step(band, Standing(is_on=True), 0.94).is_on
    assert not step(band, Standing(is_on=True), 0.95).is_on


@pytest.mark.parametrize(
    ("states", "count"),
    [
        ([], 0),
        (["v2"], 0),
        (["v2", "v1"], 0),
        (["v2", "v1", "v2"], 1),
        (["v2", "v1", "v2", "v1"], 2),
        (["v3", "v2", "v1"], 0),
        (["v3", "v2", "v1", "v3"], 1),
        (["v2", "v2", "v1", "v1"], 0),
    ],
)
def test_a_reversal_brings_back_what_was_left(states, count):
    assert reversals(states) == count


@pytest.mark.parametrize(
    "wrong",
    [(90, 100, 1, 1), (100, 90, 0, 1), (100, 90, 1, 0), (0.95, 0.90, 1, 1, False), (math.nan, 1, 1, 1)],
)
def test_a_band_that_could_trigger_and_clear_at_once_is_refused(wrong):
    with pytest.raises(ValueError, match=r"band needs|good side"):
        Band(*wrong)
