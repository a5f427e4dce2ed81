"""Error budgets over pairs of windows: what pages, what is only shown, and what silence says."""

from __future__ import annotations

from datetime import timedelta

import pytest

from decisions.models import Entry, Incident, Sample, Series, ServiceLevel
from decisions.monitoring import budgets, closing, incidents, levels
from tests.factories import make_indicator, make_level, make_live_pair, make_source

pytestmark = pytest.mark.django_db

ERRORS = {"kind": "ratio", "metric": "errors_total", "over": "requests_total"}
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def level() -> ServiceLevel:
    service = make_live_pair()
    indicator = make_indicator(service, "error_rate", query=ERRORS, unit="fraction", title="Failed, of requests")
    Series.objects.create(service=service, indicator=indicator, source=make_source(service), version="v2")
    return make_level(indicator, target=0.9, objective=0.999)


def measure(level: ServiceLevel, begin, until, share: float, *, n: float = 300) -> None:
    series = Series.objects.get(indicator=level.indicator)
    count = int((until - begin) / MINUTE)
    Sample.objects.bulk_create(
        Sample(series=series, at=begin + (place + 1) * MINUTE, seconds=60, value=share, n=n) for place in range(count)
    )


def look(level: ServiceLevel, at) -> dict[str, str]:
    held = levels.held([level.indicator.service_id])
    incidents.follow([], budgets.compare(held, at), at)
    level.refresh_from_db()
    return {pair["name"]: pair["state"] for pair in level.burn}


def test_a_budget_that_burns_in_both_windows_opens_an_incident(level, at):
    measure(level, at - HOUR, at, 0.02)

    states = look(level, at)

    assert states["page-14.4"] == "firing"
    incident = Incident.objects.get()
    assert incident.title == "Failed, of requests burns its error budget 20 times as fast as it may"
    assert incident.trigger["levels"][0]["burn"]["burn"] == 14.4
    assert Entry.objects.get(event="burn_started").incident == incident.pk


def test_a_burst_that_is_over_pages_nobody(level, at):
    measure(level, at - HOUR, at - 40 * MINUTE, 0.05)
    measure(level, at - 40 * MINUTE, at, 0.0)

    assert look(level, at)["page-14.4"] == "quiet"
    assert level.burn[0]["long_rate"] > 14.4 > level.burn[0]["short_rate"]
    assert not Incident.objects.exists()


def test_a_slow_burn_is_shown_and_opens_nothing(level, at):
    measure(level, at - 7 * HOUR, at, 0.002)

    assert look(level, at) == {"page-14.4": "quiet", "page-6": "quiet", "ticket-1": "firing"}
    assert not level.is_burning and not Incident.objects.exists()


def test_a_handful_of_requests_says_nothing(level, at):
    measure(level, at - HOUR, at, 1.0, n=1)

    assert look(level, at)["page-14.4"] == "too_few"


def test_silence_ends_no_alarm(level, at):
    measure(level, at - HOUR, at, 0.02)
    look(level, at)

    assert look(level, at + 2 * HOUR)["page-14.4"] == "no_data"
    closing.follow_up([level.indicator.service_id], at + 2 * HOUR)
    assert level.is_burning and Incident.objects.get().state == "open"


def test_good_requests_end_it(level, at):
    measure(level, at - HOUR, at, 0.02)
    look(level, at)
    measure(level, at, at + HOUR, 0.0)

    look(level, at + HOUR)

    assert not level.is_burning
    assert Entry.objects.filter(event="burn_ended").count() == 1


def test_an_at_least_level_counts_what_is_not_good(at, level):
    ServiceLevel.objects.update(bound="at_least", target=0.1)
    measure(level, at - HOUR, at, 0.98)

    assert look(level, at)["page-14.4"] == "firing"


def test_a_level_whose_objective_was_taken_away_stops_burning(level, at):
    measure(level, at - HOUR, at, 0.02)
    look(level, at)
    ServiceLevel.objects.update(objective=None)

    assert look(level, at + MINUTE) == {}
    assert not level.is_burning


def test_windows_can_be_made_shorter(level, at, settings):
    settings.BURN_SCALE = 1 / 60
    measure(level, at - MINUTE, at, 0.02)

    look(level, at)

    assert [pair["long_seconds"] for pair in level.burn] == [60.0, 360.0, 4320.0]
    assert level.is_burning


def test_a_pair_is_looked_at_ten_times_while_its_short_window_passes(level, at):
    measure(level, at - HOUR, at, 0.0)
    look(level, at)

    look(level, at + MINUTE)

    assert [pair["at"] == at.isoformat() for pair in level.burn] == [False, True, True]
