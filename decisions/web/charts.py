"""Charts as Plotly figures: plain data in, plain JSON out. Colours are tokens that the page resolves for its scheme."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.urls import reverse

from decisions.models import Indicator, Series, ServiceLevel
from decisions.monitoring.readings import query_of
from decisions.monitoring.wording import in_unit
from decisions.web import chart_marks, chart_points
from decisions.web.chart_marks import iso, plain
from decisions.web.chart_points import Key, Point

DEFAULT_SPAN = timedelta(hours=1)
LONGEST_SPAN = timedelta(days=7)
SPANS = ((900, "15 min"), (3600, "1 h"), (21600, "6 h"), (86400, "24 h"), (604800, "7 days"))
TABLE_ROWS = 12
# The drawing is about this many pixels high; names at its right end need this many each.
PLOT_PIXELS, NAME_PIXELS = 180, 14
LONGEST_NAME = 8
NEW = {"color": "var(--data-new)", "width": 2.25}
OLD = {"color": "var(--data-old)", "width": 1.5, "dash": "5px,3px"}
Lines = Mapping[Key, Sequence[Point]]


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
    newest = newest_version(indicator)
    scale, unit = shown_unit(indicator)
    ceiling = _ceiling(lines, levels) * scale
    shapes, words = chart_marks.drawn(chart_marks.marks(indicator.service_id, start, at), start, at)
    for level in levels:
        shapes += chart_marks.level_shapes(level, scale)
        words.append(chart_marks.level_word(level, scale))
    return {
        "data": [trace for key, points in lines.items() for trace in _traces(indicator, key, points, newest, scale)],
        "layout": {
            "shapes": shapes,
            "annotations": [*words, *_names(indicator, lines, newest, scale, ceiling)],
            "xaxis": {"type": "date", "range": [iso(start), iso(at)]},
            "yaxis": {"ticksuffix": "\u00a0%" if unit == "%" else "", "range": [0, ceiling]},
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
        "columns": ["Time, UTC", *(_name(key) for key in sorted(known))],
    }


def _series(key: Key, newest: str) -> str:
    return "new" if key[0] == newest else "old"


def _named(key: Key, newest: str) -> str:
    return f"{_name(key)}, new" if key[0] == newest else _name(key)


def _name(key: Key) -> str:
    return key[0] if key[1] == "live" else f"{key[0]} in shadow"


def _long(length: timedelta) -> str:
    minutes = int(length.total_seconds() // 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h"


def _ceiling(lines: Lines, levels: Iterable[ServiceLevel]) -> float:
    """The top of the scale: everything that is drawn, and room for the words above a target."""
    highest = max(point.value for points in lines.values() for point in points)
    edges = [max(level.target, level.rule().breaks_at) * 1.12 for level in levels]
    return max(highest * 1.08, *edges, 1e-9) if edges else max(highest * 1.08, 1e-9)


def _traces(
    indicator: Indicator, key: Key, points: Sequence[Point], newest: str, scale: float
) -> Iterable[dict[str, Any]]:
    is_new = key[0] == newest
    if is_new and query_of(indicator).kind == "ratio":
        yield from _band(points, scale)
    yield {
        "type": "scatter",
        "mode": "lines",
        "name": plain(_name(key)),
        "x": [iso(point.at) for point in points],
        "y": [round(point.value * scale, 6) for point in points],
        "line": NEW if is_new else OLD,
        "hovertemplate": f"%{{y:.3~g}} {plain(shown_unit(indicator)[1])}".rstrip(),
    }


def _band(points: Sequence[Point], scale: float) -> Iterable[dict[str, Any]]:
    """The new version's 90 % interval: an unseen lower edge, and an upper one filled down to it."""
    edges = chart_points.band(points)
    for place in (0, 1):
        yield {
            "type": "scatter",
            "mode": "lines",
            "x": [iso(point.at) for point in points],
            "y": [round(edge[place] * scale, 6) for edge in edges],
            "line": {"width": 0},
            "hoverinfo": "skip",
            "showlegend": False,
            **({"fill": "tonexty", "fillcolor": "var(--data-new-band)"} if place else {}),
        }


def _names(indicator: Indicator, lines: Lines, newest: str, scale: float, ceiling: float) -> list[dict[str, Any]]:
    """Name and last value at the right end of each line, pushed apart where they would lie on each other."""
    ends = sorted(((points[-1].value * scale, key) for key, points in lines.items()))
    notes, floor = [], -float("inf")
    for value, key in ends:
        pixels = value / ceiling * PLOT_PIXELS
        placed = max(pixels, floor + NAME_PIXELS)
        floor = placed
        notes.append(
            {
                "xref": "paper",
                "x": 1,
                "y": value,
                "text": plain(f"{_short(key[0])} {in_unit(value / scale, indicator.unit)}"),
                "xanchor": "left",
                "yanchor": "middle",
                "xshift": 4,
                "yshift": round(placed - pixels, 1),
                "showarrow": False,
                "font": {"color": "var(--data-new)" if key[0] == newest else "var(--data-old)"},
            }
        )
    return notes


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"


def _summary(indicator: Indicator, lines: Lines, levels: Iterable[ServiceLevel]) -> str:
    now = ", ".join(f"{_name(key)} {in_unit(points[-1].value, indicator.unit)}" for key, points in lines.items())
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
    return {"columns": ["Time, UTC", *(_name(key) for key in lines)], "rows": rows}
