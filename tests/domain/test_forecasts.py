"""What an option was expected to let the trouble cost until it is over: the part of its loss that the desk sees."""

from __future__ import annotations

import pytest

from decisions.domain import engine, forecasts
from tests.domain import policies, snapshots
from tests.domain.test_engine import option


def forecast(key="roll_back:v1", policy=None):
    return forecasts.until_over(snapshots.snapshot("crop"), policy or policies.default(), key)


def test_it_lies_around_the_rate_times_the_minutes_that_it_takes():
    result = engine.assess(snapshots.snapshot("crop"), policies.default())
    typical = float(result["harm"]["per_minute"]) * option(result, "roll_back:v1")["takes_minutes"]["median"]

    found = forecast()

    assert found.low < typical < found.high
    assert found.held(typical) and not found.held(found.high * 1.01)


@pytest.mark.parametrize(
    "path, value", [("residual.default", 0.5), ("running.0.rate", "90"), ("one_off.0.amount", "9")]
)
def test_what_the_mitigated_state_and_the_option_cost_is_no_part_of_it(path, value):
    dearer = policies.with_change(f"options.roll_back.{path}", value)

    # Another policy has other fixed points, so the ends agree to what those are good for.
    assert forecast(policy=dearer).low == pytest.approx(forecast().low, rel=0.02)


def test_how_sure_a_rate_is_does_not_widen_it():
    unsure = policies.with_change("categories.0.parts.1.spread", 0.0)
    plain, sure = forecast(), forecast(policy=unsure)

    assert sure.high / sure.low == pytest.approx(plain.high / plain.low, rel=0.02)


def test_an_option_that_was_no_action_has_none():
    assert forecast("hold") is None
    assert forecast("roll_back:v9") is None
