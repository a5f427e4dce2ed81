"""One scrape, from the page to the incident."""

from __future__ import annotations

from datetime import timedelta

import pytest

from decisions.models import Incident, Sample, ServiceLevel, Source
from decisions.monitoring import scraping
from decisions.monitoring.sources import Page
from tests.factories import make_indicator, make_level, make_live_pair, make_source

pytestmark = pytest.mark.django_db

SHARE = {"kind": "ratio", "metric": "misread_total", "over": "labelled_accepted_total"}


def page(misread: int, labelled: int, version: str = "v2") -> Page:
    labels = f'{{version="{version}",mode="live"}}'
    return Page(
        "# TYPE misread_total counter\n"
        f"misread_total{labels} {misread}\n"
        "# TYPE labelled_accepted_total counter\n"
        f"labelled_accepted_total{labels} {labelled}\n"
    )


@pytest.fixture
def source():
    service = make_live_pair()
    make_level(make_indicator(service, query=SHARE, unit="fraction"), window_seconds=20, for_seconds=4, clear_seconds=4)
    return make_source(service, every_seconds=2)


def feed(source: Source, at, counts: list[tuple[int, int]]) -> None:
    for step, (misread, labelled) in enumerate(counts):
        source.refresh_from_db()
        scraping.store([(source, page(misread, labelled))], at + timedelta(seconds=2 * step))


def test_a_share_is_measured_between_two_scrapes(source, at):
    feed(source, at, [(0, 100), (5, 150)])

    sample = Sample.objects.get()
    assert (sample.value, sample.n, sample.seconds) == (0.1, 50.0, 2.0)


def test_a_broken_level_opens_one_incident(source, at):
    feed(source, at, [(0, 0), (20, 40), (40, 80), (60, 120), (80, 160)])

    incident = Incident.objects.get()
    assert incident.title == "misread share is 50\u00a0%, at most 4\u00a0% is allowed"
    assert incident.trigger["levels"][0]["value"] == 0.5


def test_two_broken_levels_are_still_one_incident(source, at):
    make_level(make_indicator(source.service, "other", query=SHARE), for_seconds=6, window_seconds=20)

    feed(source, at, [(0, 0), (20, 40), (40, 80), (60, 120), (80, 160), (90, 200)])

    assert Incident.objects.count() == 1
    assert set(ServiceLevel.objects.values_list("state", flat=True)) == {"broken"}


def test_an_incident_heals_when_its_levels_do(source, at):
    bad = [(20 * step, 40 * step) for step in range(5)]
    good = [(80, 160 + 40 * step) for step in range(1, 18)]

    feed(source, at, bad + good)

    assert Incident.objects.get().state == "resolved"


def test_missing_data_never_resolves_an_incident(source, at):
    feed(source, at, [(20 * step, 40 * step) for step in range(5)])

    for step in range(5, 60):
        source.refresh_from_db()
        scraping.store([(source, Page(fault="did not answer within 5 s"))], at + timedelta(seconds=2 * step))

    assert Incident.objects.get().state == "open"
    assert source.state == "unhealthy"


def test_a_fault_of_one_source_leaves_the_other_alone(source, at):
    other = make_source(source.service, name="second")
    for step, counts in enumerate([(0, 100), (5, 150)]):
        source.refresh_from_db()
        other.refresh_from_db()
        fetched = [(other, Page(text="{{{")), (source, page(*counts))]
        scraping.store(fetched, at + timedelta(seconds=2 * step))

    assert Sample.objects.count() == 1
    assert other.state == "unhealthy" and "Prometheus text format" in other.reason


def test_nothing_of_a_malformed_page_is_stored(source, at):
    scraping.store([(source, page(0, 100))], at)
    source.refresh_from_db()
    broken = Page(page(5, 150).text + 'misread_total{version="v2" 3\n')

    scraping.store([(source, broken)], at + timedelta(seconds=2))

    assert not Sample.objects.exists()
