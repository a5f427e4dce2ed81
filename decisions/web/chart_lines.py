"""The lines of a chart: one for each version, broken where nothing was measured, named at their right end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from decisions.models import Indicator, ServiceLevel
from decisions.monitoring.readings import query_of
from decisions.monitoring.wording import in_unit
from decisions.web import chart_points
from decisions.web.chart_marks import iso, plain
from decisions.web.chart_points import Key, Point

# The drawing is about this many pixels high; names at its right end need this many each.
PLOT_PIXELS, NAME_PIXELS = 180, 14
LONGEST_NAME = 8
NEW = {"color": "var(--data-new)", "width": 2.25}
OLD = {"color": "var(--data-old)", "width": 1.5, "dash": "5px,3px"}
DOT_PIXELS = 4
Lines = Mapping[Key, Sequence[Point]]


def version_word(key: Key) -> str:
    """What a line is called."""
    return key[0] if key[1] == "live" else f"{key[0]} in shadow"


def ends(lines: Lines, levels: Iterable[ServiceLevel]) -> tuple[float, float]:
    """The ends of the scale: 0, everything that is drawn, and room for the words beside a target."""
    values = [1.08 * point.value for points in lines.values() for point in points]
    edges = [1.12 * edge for level in levels for edge in (level.target, level.rule().breaks_at)]
    return min(0.0, *values, *edges), max(0.0, *values, *edges) or 1e-9


@dataclass(frozen=True)
class Pen:
    """What all lines of one chart share: which version is the new one, and the unit that values are shown in."""

    indicator: Indicator
    newest: str
    scale: float
    unit: str

    def traces(self, key: Key, points: Sequence[Point]) -> Iterable[dict[str, Any]]:
        """A version's line, with the interval of its share under it when it is the new one."""
        is_new = key[0] == self.newest
        stretches = chart_points.stretches(points)
        if is_new and query_of(self.indicator).kind == "ratio":
            yield from chain.from_iterable(self._band(stretch) for stretch in stretches)
        yield {
            "type": "scatter",
            "name": plain(version_word(key)),
            **self._line(stretches),
            "line": NEW if is_new else OLD,
            "hovertemplate": f"%{{y:.3~g}} {plain(self.unit)}".rstrip(),
        }

    def _line(self, stretches: Sequence[Sequence[Point]]) -> dict[str, Any]:
        """Nothing is drawn between two stretches; a point on its own, which a line cannot show, is a dot."""
        xs: list[str] = []
        ys: list[float | None] = []
        dots: list[int] = []
        for stretch in stretches:
            if xs:
                xs, ys, dots = [*xs, iso(stretch[0].at)], [*ys, None], [*dots, 0]
            xs += [iso(point.at) for point in stretch]
            ys += [round(point.value * self.scale, 6) for point in stretch]
            dots += [DOT_PIXELS if len(stretch) == 1 else 0] * len(stretch)
        dotted = {"mode": "lines+markers", "marker": {"size": dots}} if any(dots) else {"mode": "lines"}
        return {"x": xs, "y": ys, **dotted}

    def _band(self, points: Sequence[Point]) -> Iterable[dict[str, Any]]:
        """The new version's 90 % interval: an unseen lower edge, and an upper one filled down to it."""
        edges = chart_points.band(points)
        for place in (0, 1):
            yield {
                "type": "scatter",
                "mode": "lines",
                "x": [iso(point.at) for point in points],
                "y": [round(edge[place] * self.scale, 6) for edge in edges],
                "line": {"width": 0},
                "hoverinfo": "skip",
                "showlegend": False,
                **({"fill": "tonexty", "fillcolor": "var(--data-new-band)"} if place else {}),
            }

    def names(self, lines: Lines, low: float, high: float) -> list[dict[str, Any]]:
        """Name and last value at the right end of each line, pushed apart where they would lie on each other."""
        last = sorted(((points[-1].value * self.scale, key) for key, points in lines.items()))
        notes, floor = [], -float("inf")
        for value, key in last:
            pixels = (value - low) / (high - low) * PLOT_PIXELS
            placed = max(pixels, floor + NAME_PIXELS)
            floor = placed
            word = f"{_short(key[0])} {in_unit(value / self.scale, self.indicator.unit)}"
            notes.append(
                {
                    "xref": "paper",
                    "x": 1,
                    "y": value,
                    "text": plain(word),
                    "xanchor": "left",
                    "yanchor": "middle",
                    "xshift": 4,
                    "yshift": round(placed - pixels, 1),
                    "showarrow": False,
                    "font": {"color": "var(--data-new)" if key[0] == self.newest else "var(--data-old)"},
                }
            )
        return notes


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"
