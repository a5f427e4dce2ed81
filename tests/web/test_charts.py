"""The figures of the charts: lines, marks, and a bounded number of points for any stretch of time."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest
from django.urls import reverse

from decisions.models import Incident, Sample, Series
from decisions.web import charts
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

    assert line(figure, "v2")["line"] == charts.NEW
    assert line(figure, "v1 in shadow")["line"] == charts.OLD
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
    places = sorted(note["y"] / ceiling * charts.PLOT_PIXELS + note["yshift"] for note in notes if note.get("x") == 1)
    assert all(after - before >= charts.NAME_PIXELS - 1 for before, after in pairwise(places))


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
    measure(indicator, indicator.service.sources.get(), "v0", "live", 0.05, every=every, count=3000, **buckets)

    figure = charts.figure(indicator, timedelta(days=days), AT)

    assert 20 < len(line(figure, "v0")["x"]) <= charts.chart_points.MOST_POINTS
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
