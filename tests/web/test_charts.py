"""The figures of the charts: lines, marks, and a bounded number of points for any stretch of time."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from django.db.models import F
from django.urls import reverse

from decisions.models import Incident, Sample, Series
from decisions.web import chart_lines, chart_points, charts
from tests.factories import AT, make_indicator, make_level, make_live_pair, make_source
from tests.web.rooms import RATIO

HOUR = timedelta(hours=1)


@pytest.fixture
def indicator(db):
    """v2 live and v1 in shadow, measured each two seconds for a minute."""
    service = make_live_pair()
    found = make_indicator(service, unit="fraction", title="Misread", query=RATIO)
    make_level(found, target=0.04, margin=0.25)
    source = make_source(service)
    for version, mode, value in (("v2", "live", 0.6), ("v1", "shadow", 0.02)):
        measure(found, source, version, mode, value)
    return found


def measure(indicator, source, version, mode, value, *, every=timedelta(seconds=2), count=30, **fields):
    series, _ = Series.objects.get_or_create(
        service=indicator.service, indicator=indicator, source=source, version=version, mode=mode
    )
    Sample.objects.bulk_create(
        Sample(series=series, at=AT - every * place, seconds=2, value=value, n=40, **fields) for place in range(count)
    )


def line(figure, name):
    return next(trace for trace in figure["data"] if trace.get("name") == name)


def test_the_new_version_is_solid_and_the_other_one_dashed(indicator):
    figure = charts.figure(indicator, HOUR, AT)

    assert line(figure, "v2")["line"] == chart_lines.NEW
    assert line(figure, "v1 in shadow")["line"] == chart_lines.OLD
    assert line(figure, "v2")["y"][-1] == pytest.approx(60)


def test_the_new_versions_share_has_its_interval(indicator):
    figure = charts.figure(indicator, HOUR, AT)

    lower, upper = (trace for trace in figure["data"] if trace["line"] == {"width": 0})
    assert lower["y"][-1] < 60 < upper["y"][-1]
    assert upper["fill"] == "tonexty"


def test_target_margin_deployment_and_incident_are_marked(indicator):
    Incident.objects.create(service=indicator.service, title="It misreads", opened_at=AT - timedelta(minutes=1))

    figure = charts.figure(indicator, 2 * HOUR, AT)

    words = {note["text"] for note in figure["layout"]["annotations"]}
    assert "at most 4\u00a0%, margin to 5\u00a0%" in words
    assert "▲ v2 100 %" in words
    assert any(word.startswith("⬣ INC-") for word in words)
    assert [shape["y0"] for shape in figure["layout"]["shapes"] if shape["type"] == "rect"] == [4.0]


def test_names_at_the_end_do_not_lie_on_each_other(indicator):
    source = indicator.service.sources.get()
    Sample.objects.all().delete()
    for version, value in (("v2", 0.02), ("v1", 0.0201), ("v0", 0.0202)):
        measure(indicator, source, version, "live", value)

    notes = charts.figure(indicator, HOUR, AT)["layout"]["annotations"]

    ceiling = charts.figure(indicator, HOUR, AT)["layout"]["yaxis"]["range"][1]
    places = sorted(
        note["y"] / ceiling * chart_lines.PLOT_PIXELS + note["yshift"] for note in notes if note.get("x") == 1
    )
    assert all(after - before >= chart_lines.NAME_PIXELS - 1 for before, after in pairwise(places))


def test_it_says_the_same_in_words_and_numbers(indicator):
    figure = charts.figure(indicator, HOUR, AT)

    assert figure["summary"] == "Last: v1 in shadow 2\u00a0%, v2 60\u00a0%. Target at most 4\u00a0%."
    assert figure["columns"] == ["Time, UTC", "v1 in shadow", "v2"]
    assert figure["rows"][0] == ["03:04:00", "2\u00a0%", "60\u00a0%"]


def test_no_data_is_a_sentence(indicator):
    figure = charts.figure(indicator, HOUR, AT + timedelta(days=1))

    assert figure == {"data": [], "layout": {}, "empty": "No data in the last 60 min."}


@pytest.mark.parametrize("days", [0.2, 1, 7])
@pytest.mark.parametrize("query", [RATIO, {"kind": "quantile", "metric": "latency_seconds", "q": 0.99}])
def test_a_long_stretch_has_no_more_points(days, query, indicator):
    indicator.query = query
    buckets = {"buckets": [[0.1, 39], ["+Inf", 40]]} if query["kind"] == "quantile" else {}
    every = timedelta(days=days) / 3000
    indicator.service.sources.update(every_seconds=every.total_seconds())
    measure(indicator, indicator.service.sources.get(), "v0", "live", 0.05, every=every, count=3000, **buckets)

    figure = charts.figure(indicator, timedelta(days=days), AT)

    assert 20 < len(line(figure, "v0")["x"]) <= chart_points.MOST_POINTS
    assert line(figure, "v0")["y"][5] == pytest.approx(5 if query["kind"] == "ratio" else 10, rel=0.1)


def test_a_summed_up_stretch_says_what_every_sample_says(indicator):
    fine = line(charts.figure(indicator, HOUR, AT), "v2")["y"][-1]

    summed = line(charts.figure(indicator, 6 * HOUR, AT), "v2")["y"][-1]

    assert summed == pytest.approx(fine)


@pytest.mark.parametrize("asked", ["", "abc", "-5", "0", "²", "9" * 12, "1e9"])
def test_a_stretch_that_is_none_is_an_hour_or_a_bound(asked):
    assert timedelta(minutes=1) <= charts.span(asked) <= charts.LONGEST_SPAN


@pytest.mark.parametrize("asked", ["", "abc", "-5", "²", "99999999999", "9" * 30])
def test_an_end_that_is_none_is_now(asked):
    assert charts.end(asked, AT) == AT


def test_what_is_over_is_asked_for_with_its_end(indicator):
    plan = charts.plans([indicator], HOUR, AT)[0]

    assert plan["url"].endswith(f"?span=3600&until={int(AT.timestamp())}")


def test_seconds_below_one_are_drawn_in_milliseconds(db):
    service = make_live_pair()
    slow = make_indicator(service, "latency_p99", unit="s", title="Latency", query={"kind": "gauge", "metric": "x"})
    make_level(slow, target=0.25)
    measure(slow, make_source(service), "v2", "live", 0.43)

    figure = charts.figure(slow, HOUR, AT)

    assert charts.plans([slow], HOUR)[0]["title"] == "Latency, ms"
    assert line(figure, "v2")["y"][-1] == pytest.approx(430)


def test_a_chart_of_nothing_known_is_not_found(indicator, enter, ana):
    assert enter(ana).get(reverse("service-chart", args=["amounts", "none"])).status_code == 404


def outage(indicator):
    """Half an hour without data, with ten minutes before it and a minute after it."""
    series = Series.objects.get(version="v2", indicator=indicator)
    first = AT - timedelta(minutes=30)
    Sample.objects.bulk_create(
        Sample(series=series, at=first - timedelta(seconds=2 * place), seconds=2, value=0.6, n=40)
        for place in range(300)
    )


@pytest.mark.parametrize("hours", [1, 6])
def test_an_outage_is_not_drawn_as_a_straight_line(hours, indicator):
    outage(indicator)

    drawn = line(charts.figure(indicator, hours * HOUR, AT), "v2")

    assert drawn["y"].count(None) == 1
    place = drawn["y"].index(None)
    gap = datetime.fromisoformat(drawn["x"][place]) - datetime.fromisoformat(drawn["x"][place - 1])
    assert gap >= timedelta(minutes=28)


def test_the_interval_ends_where_the_line_does(indicator):
    outage(indicator)

    bands = [trace for trace in charts.figure(indicator, HOUR, AT)["data"] if trace["line"] == {"width": 0}]

    assert len(bands) == 4
    assert bands[0]["x"][-1] < bands[2]["x"][0]


def test_a_measurement_between_two_gaps_is_a_dot(indicator):
    outage(indicator)
    Sample.objects.create(
        series=Series.objects.get(version="v2"), at=AT - timedelta(minutes=15), seconds=2, value=0.5, n=40
    )

    drawn = line(charts.figure(indicator, HOUR, AT), "v2")

    assert drawn["marker"]["size"][drawn["y"].index(50.0)] > 0
    assert sum(1 for size in drawn["marker"]["size"] if size) == 1


def test_what_is_read_every_minute_has_no_gap_in_a_quarter_of_an_hour(indicator):
    indicator.service.sources.update(every_seconds=60)
    source = indicator.service.sources.get()
    measure(indicator, source, "v0", "live", 0.1, every=timedelta(minutes=1), count=15)

    drawn = line(charts.figure(indicator, timedelta(minutes=15), AT), "v0")

    assert (len(drawn["y"]), drawn["y"].count(None)) == (15, 0)


def test_values_below_zero_are_on_the_chart_with_their_names(db):
    service = make_live_pair()
    balance = make_indicator(service, "balance", title="Balance", query={"kind": "gauge", "metric": "x"})
    make_level(balance, bound="at_least", target=-10, margin=0.5)
    measure(balance, make_source(service), "v2", "live", -30.0)

    figure = charts.figure(balance, HOUR, AT)

    low, high = figure["layout"]["yaxis"]["range"]
    assert low < -30 < -15 < high
    name = next(note for note in figure["layout"]["annotations"] if note.get("x") == 1)
    assert 0 < (name["y"] - low) / (high - low) < 1


def test_a_histogram_that_is_read_late_in_each_minute_is_on_the_chart_of_a_day(indicator):
    indicator.query = {"kind": "quantile", "metric": "latency_seconds", "q": 0.99}
    indicator.service.sources.update(every_seconds=30)
    source, late = indicator.service.sources.get(), timedelta(seconds=30)
    measure(indicator, source, "v0", "live", 0.05, every=late, count=900, buckets=[[0.1, 39], ["+Inf", 40]])
    Sample.objects.filter(series__version="v0").update(at=F("at") - timedelta(seconds=15))

    drawn = line(charts.figure(indicator, timedelta(hours=7), AT), "v0")

    assert len(drawn["y"]) > 200
    assert None not in drawn["y"]
