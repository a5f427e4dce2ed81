"""Charts as Plotly figures: plain data in, plain JSON out. Colours are tokens that the page resolves for its scheme."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.urls import reverse

from decisions.models import Indicator, Series, ServiceLevel
from decisions.monitoring.wording import in_unit
from decisions.web import chart_lines, chart_marks, chart_points
from decisions.web.chart_lines import Lines, version_word
from decisions.web.chart_marks import iso
from decisions.web.chart_points import Key

DEFAULT_SPAN = timedelta(hours=1)
LONGEST_SPAN = timedelta(days=7)
SPANS = ((900, "15 min"), (3600, "1 h"), (21600, "6 h"), (86400, "24 h"), (604800, "7 days"))
TABLE_ROWS = 12


def span(text: str) -> timedelta:
    """The stretch of time asked for in seconds; an hour when it is not a number, at most a week."""
    if not (text.isascii() and text.isdecimal()) or len(text) > 8:
        return DEFAULT_SPAN
    return min(max(timedelta(seconds=int(text)), timedelta(minutes=1)), LONGEST_SPAN)


def end(text: str, at: datetime) -> datetime:
    """The moment a chart ends at, asked for in seconds since 1970; now when it is no number or lies ahead."""
    if not (text.isascii() and text.isdecimal()) or len(text) > 11:
        return at
    return min(datetime.fromtimestamp(int(text), UTC), at)


def figure(indicator: Indicator, length: timedelta, at: datetime) -> dict[str, Any]:
    """An indicator over the last `length`: every version's line, target and margin, and what happened meanwhile."""
    start = at - length
    lines = chart_points.lines(indicator, start, at)
    if not lines:
        return {"data": [], "layout": {}, "empty": f"No data in the last {_long(length)}."}
    levels = list(indicator.levels.all())
    pen = chart_lines.Pen(indicator, newest_version(indicator), *shown_unit(indicator))
    low, high = (edge * pen.scale for edge in chart_lines.ends(lines, levels))
    shapes, words = chart_marks.drawn(chart_marks.marks(indicator.service_id, start, at), start, at)
    for level in levels:
        shapes += chart_marks.level_shapes(level, pen.scale)
        words.append(chart_marks.level_word(level, pen.scale))
    return {
        "data": [trace for key, points in lines.items() for trace in pen.traces(key, points)],
        "layout": {
            "shapes": shapes,
            "annotations": [*words, *pen.names(lines, low, high)],
            "xaxis": {"type": "date", "range": [iso(start), iso(at)]},
            "yaxis": {"ticksuffix": "\u00a0%" if pen.unit == "%" else "", "range": [low, high]},
        },
        "summary": _summary(indicator, lines, levels),
        **_table(indicator, lines),
    }


def shown_unit(indicator: Indicator) -> tuple[float, str]:
    """By how much values are multiplied, and in which unit they then are."""
    if indicator.unit == "fraction":
        return 100.0, "%"
    if indicator.unit == "s" and any(level.target < 1 for level in indicator.levels.all()):
        return 1000.0, "ms"
    return 1.0, indicator.unit


def newest_version(indicator: Indicator) -> str:
    """The version whose line is drawn as the new one."""
    return indicator.service.versions.values_list("name", flat=True).first() or ""


def plans(indicators: Iterable[Indicator], length: timedelta, until: datetime | None = None) -> list[dict[str, Any]]:
    """The chart elements of a page: address, name, legend. One query for all legends.

    Args:
        until: where they end; None while they go on.
    """
    listed = list(indicators)
    known: dict[int, set[Key]] = {}
    rows = Series.objects.filter(indicator__in=[each.pk for each in listed]).values_list("indicator", "version", "mode")
    for indicator, version, mode in rows:
        known.setdefault(indicator, set()).add((version, mode))
    newest = newest_version(listed[0]) if listed else ""
    query = f"?span={int(length.total_seconds())}" + (f"&until={math.ceil(until.timestamp())}" if until else "")
    return [_plan(each, known.get(each.pk, set()), newest, query) for each in listed]


def _plan(indicator: Indicator, known: set[Key], newest: str, query: str) -> dict[str, Any]:
    name = indicator.service.name
    _, unit = shown_unit(indicator)
    legend = [{"series": _series(key, newest), "word": _named(key, newest)} for key in sorted(known)[:4]]
    if indicator.levels.all():
        legend.append({"series": "margin", "word": "target and margin"})
    return {
        "id": f"chart-{indicator.name}",
        "title": f"{indicator.title}, {unit}".rstrip(", "),
        "url": reverse("service-chart", args=[name, indicator.name]) + query,
        "topic": f"service-{name}",
        "legend": legend if len(known) > 1 or indicator.levels.all() else [],
        "columns": ["Time, UTC", *(version_word(key) for key in sorted(known))],
    }


def _series(key: Key, newest: str) -> str:
    return "new" if key[0] == newest else "old"


def _named(key: Key, newest: str) -> str:
    return f"{version_word(key)}, new" if key[0] == newest else version_word(key)


def _long(length: timedelta) -> str:
    minutes = int(length.total_seconds() // 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h"


def _summary(indicator: Indicator, lines: Lines, levels: Iterable[ServiceLevel]) -> str:
    now = ", ".join(f"{version_word(key)} {in_unit(points[-1].value, indicator.unit)}" for key, points in lines.items())
    bounds = " and ".join(
        f"{'at most' if level.bound == 'at_most' else 'at least'} {in_unit(level.target, indicator.unit)}"
        for level in levels
    )
    return f"Last: {now}." + (f" Target {bounds}." if bounds else "")


def _table(indicator: Indicator, lines: Lines) -> dict[str, Any]:
    """The newest twelve points of each line as a table, for those who cannot see the drawing."""
    times = sorted({point.at for points in lines.values() for point in points})[-TABLE_ROWS:]
    values = {key: {point.at: point.value for point in points} for key, points in lines.items()}
    rows = [
        [f"{when.astimezone(UTC):%H:%M:%S}"]
        + [in_unit(values[key][when], indicator.unit) if when in values[key] else "no data" for key in lines]
        for when in reversed(times)
    ]
    return {"columns": ["Time, UTC", *(version_word(key) for key in lines)], "rows": rows}
