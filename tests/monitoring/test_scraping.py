"""One scrape, from the page to the incident."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from decisions.models import Entry, Incident, Sample, ServiceLevel, Source
from decisions.monitoring import incidents, scraping
from decisions.monitoring.sources import Page
from tests.factories import make_indicator, make_level, make_live_pair, make_source

pytestmark = pytest.mark.django_db

SHARE = {"kind": "ratio", "metric": "misread_total", "over": "labelled_accepted_total"}


def page(misread: object, labelled: object, version: str = "v2") -> Page:
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


def test_a_person_s_report_is_not_resolved_by_levels_that_hold(source, ana, at):
    incident = incidents.report(source.service, "Customers say that stamps are upside down", actor=ana, at=at)

    feed(source, at, [(0, 40 * step) for step in range(5)])

    incident.refresh_from_db()
    assert incident.state == "open"


def test_a_metric_that_flaps_stays_one_incident(source, at):
    misread = [0]
    for step in range(1, 120):
        misread.append(misread[-1] + (20 if step % 8 < 5 else 0))

    feed(source, at, [(count, 40 * step) for step, count in enumerate(misread)])

    assert Incident.objects.count() == 1
    assert Entry.objects.filter(event="level_broken").count() == 1


def test_an_older_page_that_comes_late_changes_nothing(source, at):
    feed(source, at, [(0, 100), (5, 150)])
    source.refresh_from_db()

    scraping.store([(source, page(2, 120))], at + timedelta(seconds=1))
    scraping.store([(source, page(5, 200))], at + timedelta(seconds=4))

    assert list(Sample.objects.values_list("value", flat=True)) == [0.1, 0.0]


def test_a_source_is_fetched_by_one_worker_at_a_time(source, at, settings, monkeypatch):
    monkeypatch.setattr(scraping.sources, "fetch_in_turn", lambda urls: iter([]))

    assert scraping.scrape(at) == 1
    assert scraping.scrape(at + timedelta(seconds=source.every_seconds)) == 0
    assert scraping.scrape(at + timedelta(seconds=2 * settings.SCRAPE_TIMEOUT_SECONDS)) == 1


def test_a_source_that_was_removed_meanwhile_is_passed_over(source, at):
    other = make_source(source.service, name="second")
    Source.objects.filter(pk=other.pk).delete()

    scraping.store([(other, page(0, 100)), (source, page(0, 100))], at)

    assert list(Source.objects.values_list("name", "state")) == [("metrics", "healthy")]


@pytest.mark.parametrize("value", ["NaN", "+Inf", "-Inf", "1e308", "-5"])
def test_a_counter_that_is_no_count_is_not_measured(source, value, at):
    for step, counts in enumerate([(0, 100), (value, value), (1, 200), (2, 240)]):
        source.refresh_from_db()
        scraping.store([(source, page(*counts))], at + timedelta(seconds=2 * step))

    assert set(Sample.objects.filter(value__isnull=False).values_list("value", flat=True)) <= {0.01, 0.005, 0.025}
    assert not Incident.objects.exists()


def test_ten_services_take_as_many_statements_as_one(at):
    sources = []
    for number in range(10):
        service = make_live_pair(f"service-{number}")
        for name in ("misread_share", "error_rate"):
            make_level(make_indicator(service, name, query=SHARE))
        sources.append(make_source(service, every_seconds=2))

    def statements(some, step):
        with CaptureQueriesContext(connection) as seen:
            scraping.store([(each, page(5 * step, 100 * step)) for each in some], at + timedelta(seconds=2 * step))
        return len(seen)

    for step in range(3):
        statements(sources, step)

    assert statements(sources, 3) == statements(sources[:1], 4)


def test_nothing_of_a_malformed_page_is_stored(source, at):
    scraping.store([(source, page(0, 100))], at)
    source.refresh_from_db()
    broken = Page(page(5, 150).text + 'misread_total{version="v2" 3\n')

    scraping.store([(source, broken)], at + timedelta(seconds=2))

    assert not Sample.objects.exists()


class Watched(str):
    """A page that notes, whenever it is read, whether a transaction was open."""

    inside: list[bool]

    def split(self, *args):
        self.inside.append(connection.in_atomic_block)
        return super().split(*args)


@pytest.mark.django_db(transaction=True)
def test_no_page_is_read_while_others_wait_to_write(source, at):
    Watched.inside = []

    scraping.store([(source, Page(Watched(page(0, 100).text)))], at)

    assert Source.objects.get().state == "healthy"
    assert Watched.inside == [False]


def test_the_page_of_an_address_that_is_no_longer_the_source_s_is_passed_over(source, at):
    scraping.store([(source, page(0, 100))], at)
    Source.objects.update(url="http://127.0.0.1:9/elsewhere")

    scraping.store([(source, page(5, 150))], at + timedelta(seconds=2))

    assert not Sample.objects.exists()
    assert Source.objects.get().scraped_at == at


def test_a_source_that_flaps_does_not_fill_the_journal(source, at):
    for step in range(240):
        source.refresh_from_db()
        said = page(0, 40 * step) if step % 2 else Page(fault="did not answer within 5 s")
        scraping.store([(source, said)], at + timedelta(seconds=20 * step))

    told = [entry.facts().get("flips", 1) for entry in Entry.objects.filter(event__startswith="source_")]
    assert told == [1] * 6 + [175] + [1] * 5


def test_a_level_that_flaps_is_written_down_so_many_times_and_opens_what_it_must(source, at):
    ServiceLevel.objects.update(window_seconds=1, for_seconds=0, clear_seconds=0)

    feed(source, at, [(20 * (step // 2), 40 * step) for step in range(100)])

    told = Entry.objects.filter(event__in=["level_broken", "level_healed"])
    assert told.count() == 6 < Incident.objects.count()
