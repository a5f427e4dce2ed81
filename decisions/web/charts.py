"""Charts as Plotly figures: plain data in, plain JSON out. Colours are tokens that the page resolves for its scheme."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from decisions.domain.rates import Measured, combine
from decisions.models import Deployment, Incident, Indicator, Sample, ServiceLevel, Split
from decisions.monitoring.readings import query_of, unpacked
from decisions.monitoring.wording import in_unit

MOST_POINTS = 240
DEFAULT_SPAN = timedelta(hours=1)
LONGEST_SPAN = timedelta(days=7)
Point = tuple[datetime, float]


def span(text: str) -> timedelta:
    """The stretch of time asked for in seconds; an hour when it is not a number, at most a week."""
    if not text.isdecimal() or len(text) > 8:
        return DEFAULT_SPAN
    return min(max(timedelta(seconds=int(text)), timedelta(minutes=1)), LONGEST_SPAN)


def figure(indicator: Indicator, length: timedelta, at: datetime) -> dict[str, Any]:
    """An indicator over the last `length`: every version's line, target and margin, and what happened meanwhile."""
    start = at - length
    lines = _lines(indicator, start, at)
    if not lines:
        return {"data": [], "layout": {}, "empty": f"No data in the last {int(length.total_seconds() // 60)} min."}
    levels = list(indicator.levels.all())
    leading = _leading(indicator)
    scale, suffix = (100.0, " %") if indicator.unit == "fraction" else (1.0, f" {indicator.unit}".rstrip())
    traces = [_trace(key, points, key[0] == leading, scale, suffix) for key, points in lines.items()]
    shapes, notes = _marks(indicator, levels, start, at, scale)
    return {
        "data": traces,
        "layout": {
            "shapes": shapes,
            "annotations": notes + [_end(key, points, key[0] == leading, scale) for key, points in lines.items()],
            "xaxis": {"type": "date", "range": [_iso(start), _iso(at)], "hoverformat": "%H:%M:%S UTC"},
            "yaxis": {"ticksuffix": suffix, "rangemode": "tozero"},
        },
        "summary": _summary(indicator, lines, levels),
        **_table(indicator, lines),
    }


def _lines(indicator: Indicator, start: datetime, at: datetime) -> dict[tuple[str, str], list[Point]]:
    """Points by (version, mode), averaged down to at most 240 a line."""
    step = (at - start) / MOST_POINTS
    parts: dict[tuple[str, str], dict[int, list[Measured]]] = defaultdict(lambda: defaultdict(list))
    rows = Sample.objects.filter(series__indicator=indicator, at__gt=start, at__lte=at).order_by("at")
    columns = ("series__version", "series__mode", "at", "value", "n", "seconds", "buckets")
    for version, mode, when, value, n, seconds, buckets in rows.values_list(*columns):
        parts[version, mode][int((when - start) / step)].append(Measured(value, n, seconds, unpacked(buckets)))
    query = query_of(indicator)
    return {
        key: points
        for key, steps in sorted(parts.items())
        if (points := _points(steps, query.kind, query.q, start, step))
    }


def _points(
    steps: Mapping[int, Sequence[Measured]], kind: str, q: float, start: datetime, step: timedelta
) -> list[Point]:
    found = []
    for place, many in sorted(steps.items()):
        whole = combine(kind, many, q)
        if whole is not None and whole.value is not None:
            found.append((start + step * (place + 1), whole.value))
    return found


def _leading(indicator: Indicator) -> str:
    served = Split.objects.filter(service=indicator.service_id, kind=Split.SERVED).order_by("-at", "-pk").first()
    newest = indicator.service.versions.values_list("name", flat=True).first()
    return newest or (served.leading if served else "")


def _trace(key: tuple[str, str], points: list[Point], is_new: bool, scale: float, suffix: str) -> dict[str, Any]:
    style = {"color": "var(--data-new)", "width": 2.25} if is_new else {"color": "var(--data-old)", "width": 1.5}
    if not is_new:
        style["dash"] = "5px,3px"
    if key[1] == "shadow":
        style["width"], style["dash"] = 1, "2px,2px"
    return {
        "type": "scatter",
        "mode": "lines",
        "name": _name(key),
        "x": [_iso(when) for when, _ in points],
        "y": [round(value * scale, 6) for _, value in points],
        "line": style,
        "hovertemplate": f"%{{y:.3~g}}{suffix}",
    }


def _name(key: tuple[str, str]) -> str:
    return key[0] if key[1] == "live" else f"{key[0]} in shadow"


def _end(key: tuple[str, str], points: list[Point], is_new: bool, scale: float) -> dict[str, Any]:
    when, value = points[-1]
    return {
        "x": _iso(when),
        "y": value * scale,
        "text": _name(key),
        "xanchor": "left",
        "showarrow": False,
        "xshift": 4,
        "font": {"color": "var(--data-new)" if is_new else "var(--data-old)"},
    }


def _marks(
    indicator: Indicator, levels: Iterable[ServiceLevel], start: datetime, at: datetime, scale: float
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    shapes: list[dict[str, Any]] = []
    notes: list[dict[str, Any]] = []
    for level in levels:
        shapes += _level_shapes(level, scale)
    service = indicator.service_id
    for each in Deployment.objects.filter(service=service, started_at__gt=start).select_related("version")[:20]:
        back = each.reason.lower().startswith("roll")
        word = f"◀ {each.version}" if back else f"▲ {each.version} {each.share * 100:.0f} %"
        line = {"color": "var(--text)", "width": 1, **({"dash": "dash"} if back else {})}
        shapes.append(_vertical(each.started_at, line))
        notes.append(_sign(each.started_at, word, "right", "var(--text-muted)"))
    for incident in Incident.objects.filter(service=service, opened_at__gt=start)[:10]:
        shapes.append(_vertical(incident.opened_at, {"color": "var(--danger-fill)", "width": 1.5}))
        notes.append(_sign(incident.opened_at, f"⬣ {incident.key}", "left", "var(--danger)"))
    return shapes, notes


def _level_shapes(level: ServiceLevel, scale: float) -> list[dict[str, Any]]:
    target, edge = level.target * scale, level.rule().breaks_at * scale
    across = {"xref": "paper", "x0": 0, "x1": 1, "layer": "below"}
    return [
        {"type": "rect", **across, "y0": target, "y1": edge, "fillcolor": "var(--data-margin)", "line": {"width": 0}},
        {"type": "line", **across, "y0": edge, "y1": edge, "line": {"color": "var(--data-margin-line)", "width": 1}},
        {"type": "line", **across, "y0": target, "y1": target, "line": {"color": "var(--data-target)", "width": 1}},
    ]


def _vertical(when: datetime, line: dict[str, Any]) -> dict[str, Any]:
    return {"type": "line", "x0": _iso(when), "x1": _iso(when), "yref": "paper", "y0": 0, "y1": 1, "line": line}


def _sign(when: datetime, text: str, anchor: str, colour: str) -> dict[str, Any]:
    return {
        "x": _iso(when),
        "y": 1,
        "yref": "paper",
        "yanchor": "bottom",
        "xanchor": anchor,
        "text": text,
        "showarrow": False,
        "font": {"color": colour},
    }


def _summary(indicator: Indicator, lines: Mapping[tuple[str, str], list[Point]], levels: Iterable[ServiceLevel]) -> str:
    now = ", ".join(f"{_name(key)} {in_unit(points[-1][1], indicator.unit)}" for key, points in lines.items())
    bounds = " and ".join(
        f"{'at most' if level.bound == 'at_most' else 'at least'} {in_unit(level.target, indicator.unit)}"
        for level in levels
    )
    return f"Last: {now}." + (f" Target {bounds}." if bounds else "")


def _table(indicator: Indicator, lines: Mapping[tuple[str, str], list[Point]]) -> dict[str, Any]:
    """The newest twelve points of each line as a table, for those who cannot see the drawing."""
    times = sorted({when for points in lines.values() for when, _ in points})[-12:]
    values = {key: dict(points) for key, points in lines.items()}
    rows = [
        [f"{when.astimezone(UTC):%H:%M:%S}"]
        + [in_unit(values[key][when], indicator.unit) if when in values[key] else "no data" for key in lines]
        for when in reversed(times)
    ]
    return {"columns": ["Time, UTC", *(_name(key) for key in lines)], "rows": rows}


def _iso(when: datetime) -> str:
    return when.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
