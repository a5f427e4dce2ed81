"""A pair of threshold curves as a drawing: severity against time, both in logarithms, in words and in numbers.

Drawn on the server, so that it is there without JavaScript and in print. Lines are in per cent of the width and in
pixels of the height, words are in pixels both ways.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from decisions.domain.policy import Policy
from decisions.domain.policy_curves import ROLL_BACK, STABILISE, Curve
from decisions.web.words import GAP, amount, lasting

if TYPE_CHECKING:
    from decisions.domain import curves

HEIGHT, NAME_PIXELS = 200.0, 15.0
FIRST_MINUTE, LEAST_SPAN = 1.0, 240.0
ROOM = 1.8
TIMES = {1: "1 min", 5: "5 min", 15: "15 min", 60: "1 h", 240: "4 h", 1440: "1 day", 10_080: "7 days"}
ROWS = (5, 15, 60, 240)
WORDS = {STABILISE: "stabilise", ROLL_BACK: "roll back"}
PLACES = {"nothing": "below both lines", STABILISE: "above stabilise, below roll back", ROLL_BACK: "above roll back"}


@dataclass(frozen=True)
class Today:
    """Where an incident stands: severity (currency per minute) after so many minutes, and what that asks for."""

    minutes: float
    severity: float
    asks_for: str


@dataclass(frozen=True)
class _Line:
    name: str
    series: str
    knots: tuple[tuple[float, float], ...]

    def spread_over(self, first: float, last: float) -> list[tuple[float, float]]:
        """Its points from edge to edge; a curve is constant outside its knots."""
        inside = [knot for knot in self.knots if first < knot[0] < last]
        return [(first, self.knots[0][1]), *inside, (last, self.knots[-1][1])]


@dataclass(frozen=True)
class _Scale:
    """Logarithms of time and severity as per cent of the width and pixels of the height."""

    first: float
    last: float
    low: float
    high: float

    def x(self, minutes: float) -> float:
        return 100 * _share(minutes, self.first, self.last)

    def y(self, severity: float) -> float:
        return HEIGHT * (1 - _share(severity, self.low, self.high))


def _share(value: float, low: float, high: float) -> float:
    return math.log(min(max(value, low), high) / low) / math.log(high / low)


def of(policy: Policy, category: str, pair: Mapping[str, Curve], today: Today | None = None) -> dict[str, Any]:
    """The drawing of a category's two curves, beside where each action breaks even by the policy's own numbers."""
    stated = [_Line(WORDS[kind], kind, _stated(pair[kind])) for kind in (ROLL_BACK, STABILISE)]
    even = [_Line(f"{WORDS[kind]} pays", "even", found.knots) for kind, found in _even(policy, category).items()]
    lines = [*stated, *even]
    scale = _scale(lines, today)
    unit = f"{policy.currency}/min"
    return {
        "title": category.capitalize(),
        "unit": unit,
        "lines": [_drawn(line, scale, today) for line in lines],
        "names": _names(lines, scale),
        "times": [
            {"x": scale.x(each), "word": word} for each, word in TIMES.items() if scale.first <= each <= scale.last
        ],
        "amounts": [{"y": scale.y(each), "word": _amount(each)} for each in _amounts(scale)],
        "today": _today(today, lines, scale, unit),
        "summary": _summary(stated, even, today, unit),
        "columns": ["After", *(line.name.capitalize() for line in lines)],
        "rows": [_row(minutes, lines) for minutes in _minutes(stated)],
    }


def _stated(curve: Curve) -> tuple[tuple[float, float], ...]:
    return tuple((knot.after_seconds / 60, float(knot.severity)) for knot in curve.knots)


def _even(policy: Policy, category: str) -> dict[str, curves.Curve]:
    # Imported when asked for: the pages do without numpy at their start.
    from decisions.domain import policy_break_even

    found = {kind: policy_break_even.curve(policy, kind, category) for kind in (ROLL_BACK, STABILISE)}
    return {kind: curve for kind, curve in found.items() if curve is not None}


def _scale(lines: Iterable[_Line], today: Today | None) -> _Scale:
    knots = [knot for line in lines for knot in line.knots]
    stated = [minutes for line in lines if line.series != "even" for minutes, _ in line.knots]
    severities = [severity for _, severity in knots] + ([today.severity] if today and today.severity > 0 else [])
    longest = max(LEAST_SPAN, *stated, today.minutes if today else 0.0)
    return _Scale(min(FIRST_MINUTE, *stated), longest, min(severities) / ROOM, max(severities) * ROOM)


def _drawn(line: _Line, scale: _Scale, today: Today | None) -> dict[str, Any]:
    points = line.spread_over(scale.first, scale.last)
    crossed = today is not None and line.series == today.asks_for
    return {
        "series": line.series,
        "state": "bad" if crossed else "",
        "points": " ".join(f"{scale.x(minutes):.2f},{scale.y(severity):.2f}" for minutes, severity in points),
    }


def _names(lines: Iterable[_Line], scale: _Scale) -> list[dict[str, Any]]:
    """Name and last value over the right end of each line, pushed apart where they would lie on each other."""
    notes: list[dict[str, Any]] = []
    floor = HEIGHT + NAME_PIXELS
    for line in sorted(lines, key=lambda each: each.knots[-1][1]):
        floor = min(scale.y(line.knots[-1][1]) - 4, floor - NAME_PIXELS)
        notes.append({"y": floor, "word": f"{line.name} {_amount(line.knots[-1][1])}", "series": line.series})
    return notes


def _amounts(scale: _Scale) -> list[float]:
    """Powers of ten, at most four of them."""
    found = range(math.ceil(math.log10(scale.low)), math.floor(math.log10(scale.high)) + 1)
    step = math.ceil(len(found) / 4) or 1
    return [10.0**power for power in found[::step]]


def _today(today: Today | None, lines: Iterable[_Line], scale: _Scale, unit: str) -> dict[str, Any] | None:
    if today is None:
        return None
    x, y = scale.x(today.minutes), scale.y(today.severity)
    taken = [scale.y(_at(line, max(today.minutes, scale.first))) for line in lines]
    return {
        "x": x,
        "y": y,
        "word": f"now {amount(today.severity, unit)} after {lasting(today.minutes * 60)}",
        "word_y": _free(y, taken),
        "anchor": "end" if x > 50 else "start",
    }


def _free(y: float, taken: Iterable[float]) -> float:
    """Where the words beside a point stand, so that no line runs through them: above it, or else below."""
    heights = list(taken)
    fits = (
        place
        for place in (y - 10, y + 20, y + 36, y - 26)
        if NAME_PIXELS <= place <= HEIGHT and not any(place - NAME_PIXELS < line < place + 4 for line in heights)
    )
    return next(fits, y - 10)


def _summary(stated: Iterable[_Line], even: Iterable[_Line], today: Today | None, unit: str) -> str:
    said = [f"{line.name.capitalize()} from {_course(line, unit)}." for line in stated]
    pays = " and ".join(f"{line.name} from {_amount(line.knots[0][1])}{GAP}{unit}" for line in even)
    said.append(f"Break-even by the policy's own numbers: {pays}." if pays else "By its own numbers neither pays.")
    if today is not None:
        now = f"{amount(today.severity, unit)} after {lasting(today.minutes * 60)}"
        said.insert(0, f"Now {now}: {PLACES[today.asks_for]}.")
    return " ".join(said)


def _course(line: _Line, unit: str) -> str:
    first, last = line.knots[0], line.knots[-1]
    fall = f", falling to {_amount(last[1])} at {lasting(last[0] * 60)}" if len(line.knots) > 1 else ", however long"
    return f"{_amount(first[1])}{GAP}{unit}{fall}"


def _minutes(stated: Iterable[_Line]) -> list[float]:
    return sorted({*(minutes for line in stated for minutes, _ in line.knots), *ROWS})


def _row(minutes: float, lines: Iterable[_Line]) -> list[str]:
    return [lasting(minutes * 60), *(_amount(_at(line, minutes)) for line in lines)]


def _at(line: _Line, minutes: float) -> float:
    from decisions.domain.curves import Curve as Minutely

    return Minutely(line.knots).at(minutes)


def _amount(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:.2g}"
