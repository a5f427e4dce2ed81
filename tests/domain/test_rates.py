"""Counters, histograms and summaries read as Prometheus reads them, and nothing made up where they say nothing."""

from __future__ import annotations

import math

import pytest

from decisions.domain.rates import LARGEST, Measured, Query, across, combine, increase, measure, quantile

INF, NAN = math.inf, math.nan
LIVE = (("mode", "live"), ("version", "v2"))
SHARE = Query("ratio", "errors_total", over="requests_total")


def reading(**metrics: float):
    return {name: {LIVE: value} for name, value in metrics.items()}


@pytest.mark.parametrize(
    ("before", "after", "grown"),
    [
        (10, 15, 5),
        (10, 10, 0),
        (10, 3, 3),  # a reset: all that it counted since
        (10, 0, 0),
        (None, 7, None),  # the first scrape has no neighbour
        (7, None, None),
        (NAN, 7, None),
        (7, NAN, None),
        (7, INF, None),
        (INF, 7, None),
        (0, -3, None),  # whatever counts below 0 is no counter
        (-3, 2, None),
        (0, 2 * LARGEST, None),
    ],
)
def test_a_counter_grows_as_prometheus_says(before, after, grown):
    assert increase(before, after) == grown


def test_a_share_is_the_ratio_of_two_increases():
    found = measure(SHARE, reading(errors_total=2, requests_total=100), reading(errors_total=5, requests_total=160), 2)

    assert found == {("v2", "live"): Measured(0.05, 60, 2)}


def test_a_share_of_nothing_is_not_zero():
    found = measure(SHARE, reading(errors_total=2, requests_total=100), reading(errors_total=2, requests_total=100), 2)

    assert found["v2", "live"].value is None


def test_a_numerator_that_nobody_exports_yet_has_not_happened():
    found = measure(SHARE, reading(requests_total=100), reading(requests_total=160), 2)

    assert found["v2", "live"].value == 0


@pytest.mark.parametrize(("before", "after"), [(2, NAN), (2, None), (None, 5), (NAN, 5)])
def test_a_numerator_that_comes_goes_or_is_not_a_number_is_unknown(before, after):
    past = reading(requests_total=100) | ({} if before is None else reading(errors_total=before))
    now = reading(requests_total=160) | ({} if after is None else reading(errors_total=after))

    assert measure(SHARE, past, now, 2)["v2", "live"].value is None


def test_a_missing_denominator_is_no_measurement():
    assert measure(SHARE, reading(errors_total=1), reading(errors_total=2), 2) == {}


def test_both_counters_reset_together():
    found = measure(SHARE, reading(errors_total=90, requests_total=900), reading(errors_total=1, requests_total=20), 2)

    assert found["v2", "live"].value == 0.05


def test_a_rate_is_per_minute():
    found = measure(Query("rate", "requests_total"), reading(requests_total=100), reading(requests_total=130), 15)

    assert found["v2", "live"] == Measured(120, 30, 15)


def test_series_of_one_version_are_summed_and_foreign_labels_left_out():
    query = Query("rate", "requests_total", labels=(("service", "amounts"),))
    labels = [(("code", code), ("service", name), ("version", "v2")) for code, name in ("2a", "5a", "2c")]
    labels = [tuple((k, {"a": "amounts", "c": "cheques"}.get(v, v)) for k, v in each) for each in labels]
    before = {"requests_total": dict.fromkeys(labels, 0.0)}
    after = {"requests_total": dict(zip(labels, (10.0, 2.0, 99.0), strict=True))}

    assert measure(query, before, after, 60) == {("v2", "live"): Measured(12, 12, 60)}


def test_a_mean_is_the_sum_over_the_count():
    before, after = reading(seconds_sum=10, seconds_count=100), reading(seconds_sum=16, seconds_count=120)

    assert measure(Query("mean", "seconds"), before, after, 2)["v2", "live"] == Measured(0.3, 20, 2)


@pytest.mark.parametrize("value", [NAN, INF, -INF, 1e300])
def test_a_gauge_that_is_no_usable_number_is_not_measured(value):
    assert measure(Query("gauge", "queue"), {}, reading(queue=value), 2) == {}


# The cases follow the documentation of histogram_quantile: linear inside a bucket, the lowest bucket from 0 where its
# bound is above 0, the upper bound of the second highest bucket for what lies in the highest.
@pytest.mark.parametrize(
    ("q", "buckets", "value"),
    [
        (0.5, ((1, 0), (2, 100), (INF, 100)), 1.5),
        (0.9, ((1, 50), (2, 100), (INF, 100)), 1.8),
        (0.25, ((1, 100), (INF, 100)), 0.25),
        (0.5, ((-1, 100), (INF, 100)), -1),
        (0.99, ((1, 50), (2, 90), (INF, 100)), 2),
        (0, ((1, 0), (2, 10), (INF, 10)), 1),
        (1, ((1, 5), (2, 10), (INF, 10)), 2),
        (0.5, ((1, 5), (INF, 0)), 0.5),  # counts that fall are held up: the layout changed in between
        (0.5, ((1, 0), (INF, 0)), None),
        (0.5, ((1, 5), (2, 10)), None),
        (0.5, ((INF, 10),), None),
        (0.5, (), None),
    ],
)
def test_quantiles_of_a_histogram(q, buckets, value):
    assert quantile(q, buckets) == pytest.approx(value) if value is not None else quantile(q, buckets) is None


def test_a_quantile_is_read_from_what_the_buckets_grew_by():
    def page(**counts: float):
        return {"seconds_bucket": {(("le", le), *LIVE): count for le, count in counts.items()}}

    before, after = page(**{"0.1": 1000, "0.5": 1000, "+Inf": 1000}), page(**{"0.1": 1000, "0.5": 1090, "+Inf": 1100})
    found = measure(Query("quantile", "seconds", q=0.5), before, after, 2)["v2", "live"]

    assert found.value == pytest.approx(0.1 + 0.4 * 50 / 90)
    assert (found.n, found.buckets) == (100, ((0.1, 0), (0.5, 90), (INF, 100)))


@pytest.mark.parametrize("le", ["", "abc", "NaN", "-Inf", "1e999x"])
def test_a_bucket_without_a_bound_is_left_out(le):
    labels = {(("le", bound), *LIVE): 0.0 for bound in ("1", le, "+Inf")}
    grown = dict.fromkeys(labels, 10.0)

    found = measure(Query("quantile", "seconds", q=0.5), {"seconds_bucket": labels}, {"seconds_bucket": grown}, 2)

    assert found["v2", "live"].buckets == ((1, 10), (INF, 10))


def test_shares_over_time_are_weighted_by_their_events():
    assert combine("ratio", [Measured(0.5, 10, 2), Measured(0.0, 90, 2)]) == Measured(0.05, 100, 4)


def test_what_is_not_known_weighs_nothing():
    assert combine("ratio", [Measured(0.5, 10, 2), Measured(None, 90, 2)]) == Measured(0.5, 10, 4)
    assert combine("ratio", [Measured(None, 0, 2)]) == Measured(None, 0, 2)
    assert combine("ratio", []) is None


def test_rates_over_time_are_weighted_by_their_seconds():
    assert combine("rate", [Measured(60, 2, 2), Measured(120, 20, 10)]).value == pytest.approx(110)


def test_rates_of_versions_add_up_and_their_shares_do_not():
    assert across("rate", [Measured(60, 10, 10), Measured(30, 5, 10)]) == Measured(90, 15, 10)
    assert across("ratio", [Measured(0.2, 10, 10), Measured(0.4, 30, 10)]).value == pytest.approx(0.35)


def test_quantiles_over_time_come_from_the_buckets_and_not_from_quantiles():
    slow = Measured(0.9, 10, 2, ((0.5, 0.0), (1.0, 10.0), (INF, 10.0)))
    quick = Measured(0.4, 90, 2, ((0.5, 90.0), (1.0, 90.0), (INF, 90.0)))

    assert combine("quantile", [slow, quick], 0.5).value == pytest.approx(0.5 * 50 / 90)
