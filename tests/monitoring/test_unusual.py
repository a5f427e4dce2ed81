"""The detector reads every minute once, flags what is like nothing before, and opens no incident."""

from __future__ import annotations

import math
from datetime import timedelta

import pytest

from decisions.models import Entry, Incident, Sample, Series, Unusual, Watch
from decisions.monitoring import unusual
from tests.factories import make_indicator, make_live_pair, make_source

pytestmark = pytest.mark.django_db

SHARE = {"kind": "ratio", "metric": "misread_total", "over": "labelled_accepted_total"}
MINUTES = 170
HOUR = timedelta(hours=1)
# A page that is fetched at the end of a minute may be stored some seconds later.
LATE = timedelta(seconds=10)


@pytest.fixture
def series() -> Series:
    service = make_live_pair()
    indicator = make_indicator(service, query=SHARE, unit="fraction", title="Misread, of accepted")
    return Series.objects.create(service=service, indicator=indicator, source=make_source(service), version="v2")


def measure(series: Series, at, values) -> None:
    """Two samples in each minute from `at` on; None where none was measured."""
    Sample.objects.bulk_create(
        Sample(series=series, at=at + timedelta(minutes=place, seconds=second), seconds=30, value=value, n=50)
        for place, value in enumerate(values)
        if value is not None
        for second in (30, 60)
    )


def usual(count: int) -> list[float]:
    return [0.02 + 0.002 * math.sin(1.7 * place) for place in range(count)]


def look_through(at, hours: int = 3) -> int:
    unusual.look(at + LATE)
    return sum(unusual.look(at + hour * HOUR + LATE) for hour in range(1, hours + 1))


def test_a_jump_is_flagged_once_and_told_once(series, at):
    measure(series, at, usual(MINUTES) + [0.3] * 10)

    look_through(at)

    flag = Unusual.objects.get()
    assert (flag.at, flag.value) == (at + timedelta(minutes=MINUTES + 1), 0.3)
    assert flag.score >= 0.5
    assert Entry.objects.get(event="unusual_found").service == "amounts"


def test_the_detector_says_how_long_it_has_learnt_until_it_knows(series, at):
    measure(series, at, usual(180))

    unusual.look(at + LATE)
    unusual.look(at + HOUR + LATE)
    assert unusual.learning(series.service) == 59  # the first minute has nothing to be compared with

    unusual.look(at + 2 * HOUR + LATE)
    assert unusual.learning(series.service) is None


def test_what_is_usual_is_not_flagged(series, at):
    measure(series, at, usual(180))

    assert look_through(at) == 0


def test_a_flag_opens_no_incident(series, at):
    measure(series, at, usual(MINUTES) + [0.3] * 10)

    assert look_through(at) == 1
    assert not Incident.objects.exists()


def test_a_minute_is_read_once_however_often_one_looks(series, at):
    measure(series, at, usual(MINUTES) + [0.3] * 10)
    look_through(at)
    kept = Watch.objects.get()

    assert unusual.look(at + 3 * HOUR + LATE) == 0
    assert (kept.minute, kept.learnt) == Watch.objects.values_list("minute", "learnt").get()


def test_looking_every_minute_and_every_hour_say_the_same(series, at):
    measure(series, at, usual(MINUTES) + [0.3] * 10)
    look_through(at)
    at_once = list(Unusual.objects.values_list("at", "score", "cause"))
    Unusual.objects.all().delete()
    Watch.objects.all().delete()

    for minute in range(181):
        unusual.look(at + timedelta(minutes=minute) + LATE)

    assert list(Unusual.objects.values_list("at", "score", "cause")) == at_once


def test_minutes_without_a_value_are_no_surprise(series, at):
    measure(series, at, [*usual(150), *[None] * 20, *usual(10)])

    assert look_through(at) == 0


def test_after_a_long_silence_the_watch_goes_on_from_the_last_hour(series, at):
    measure(series, at, usual(180))
    look_through(at, hours=1)

    unusual.look(at + 30 * HOUR + LATE)

    assert Watch.objects.get().minute == int((at + 30 * HOUR).timestamp() // 60) - 1


def test_flags_are_told_in_a_sentence(series, at):
    measure(series, at, usual(MINUTES) + [0.3] * 10)
    look_through(at)

    found = unusual.of(series.service, since=at)

    assert unusual.sentence(found[0]) == (
        "Misread, of accepted was unusual at 05:55 UTC: 30\u00a0%, far from its usual value."
    )
