"""Old samples become fewer, and what windows say about them stays the same."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import Sum

from decisions.models import Sample, Series
from decisions.monitoring import retention, samples
from tests.factories import make_indicator, make_live_pair, make_source

pytestmark = pytest.mark.django_db

QUERIES = {
    "ratio": {"kind": "ratio", "metric": "bad_total", "over": "all_total"},
    "rate": {"kind": "rate", "metric": "all_total"},
    "quantile": {"kind": "quantile", "metric": "seconds", "q": 0.9},
}


@pytest.fixture(autouse=True)
def _limits(settings):
    settings.SAMPLE_FULL_SECONDS, settings.SAMPLE_COARSE_SECONDS, settings.SAMPLE_KEEP_SECONDS = 600, 60, 7200


def make_series(kind: str = "ratio") -> Series:
    service = make_live_pair()
    indicator = make_indicator(service, query=QUERIES[kind])
    return Series.objects.create(service=service, indicator=indicator, source=make_source(service), version="v2")


def fill(series: Series, at, *, seconds: int, every: int = 2) -> None:
    Sample.objects.bulk_create(
        Sample(
            series=series,
            at=at - timedelta(seconds=back),
            seconds=every,
            value=0.01 * (back % 7),
            n=10 + back % 5,
            buckets=[[0.1, float(back % 5)], [0.5, 8.0], ["+Inf", 10.0]],
        )
        for back in range(0, seconds, every)
    )


@pytest.mark.parametrize("kind", QUERIES)
def test_a_window_over_merged_samples_says_the_same(kind, at):
    series = make_series(kind)
    fill(series, at, seconds=1800)
    asked = [(series.indicator_id, kind, 0.9, 1800.0)]
    before = samples.live(asked, at=at)[series.indicator_id]

    merged = retention.coarsen(at)

    after = samples.live(asked, at=at)[series.indicator_id]
    assert merged == 600 and Sample.objects.count() == 300 + 20
    assert after.value == pytest.approx(before.value, rel=1e-12)
    assert (after.n, after.seconds) == (before.n, before.seconds)


def test_what_was_merged_is_not_merged_again(at):
    series = make_series()
    fill(series, at, seconds=1790)
    retention.coarsen(at)

    assert retention.coarsen(at) == 0
    assert retention.coarsen(at + timedelta(seconds=60)) == 30
    assert Sample.objects.aggregate(whole=Sum("seconds"))["whole"] == 1790


def test_a_batch_that_ends_within_a_step_leaves_that_step_whole(at, monkeypatch):
    monkeypatch.setattr(retention, "BATCH", 100)
    series = make_series()
    fill(series, at, seconds=1800)

    for _ in range(9):
        retention.coarsen(at)

    assert Sample.objects.filter(at__lte=at - timedelta(seconds=600)).count() == 20


def test_every_series_has_its_turn(at, monkeypatch):
    monkeypatch.setattr(retention, "MOST_SERIES", 1)
    first = make_series()
    second = Series.objects.create(
        service=first.service, indicator=first.indicator, source=first.source, version="v1", mode="shadow"
    )
    for series in (first, second):
        fill(series, at, seconds=1800)

    assert retention.coarsen(at) == retention.coarsen(at) == 600


def test_samples_as_sparse_as_the_steps_stay_as_they_are(at):
    series = make_series()
    fill(series, at, seconds=1800, every=60)

    retention.coarsen(at)

    assert Sample.objects.count() == 30


def test_the_oldest_are_deleted_a_batch_at_a_time(at, monkeypatch):
    monkeypatch.setattr(retention, "BATCH", 50)
    series = make_series()
    fill(series, at - timedelta(seconds=7000), seconds=600)

    assert retention.forget(at) == 199
    assert Sample.objects.earliest("at").at >= at - timedelta(seconds=7200)
