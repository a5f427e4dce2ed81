"""Reading the points of a chart: at most a few thousand rows, whatever the stretch of time."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db.models import F, Func, Max, QuerySet, Sum, TextField

from decisions.domain.rates import Measured, combine
from decisions.models import Indicator, Sample, Source
from decisions.monitoring.readings import query_of, unpacked

MOST_POINTS = 240
# Up to here every sample is read. Beyond it the database sums them up first, and histograms are thinned.
FINE_SPAN = timedelta(hours=1)
Key = tuple[str, str]
"""(version, mode)"""


@dataclass(frozen=True)
class Point:
    """A value at the end of its step, resting on `n` events; `after_gap` when nothing was measured just before it."""

    at: datetime
    value: float
    n: float
    after_gap: bool = False


class _Text(Func):
    """A time as text in UTC, the same on both databases, so that a prefix of it is a step of time."""

    output_field = TextField()

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        return super().as_sql(compiler, connection, template="SUBSTR(%(expressions)s, 1, 19)", **more)

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        template = "TO_CHAR(%(expressions)s AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS')"
        return super().as_sql(compiler, connection, template=template, **more)


class _Part(Func):
    function = "SUBSTR"
    output_field = TextField()


@dataclass(frozen=True)
class _Steps:
    """The equal parts of a stretch of time; between points that are more than `most` of them apart lies a gap."""

    start: datetime
    each: timedelta
    most: int

    def place(self, when: datetime) -> int:
        # What was measured just now belongs to the last step, not to one that has not begun.
        return min(int((when - self.start) / self.each), MOST_POINTS - 1)


def lines(indicator: Indicator, start: datetime, at: datetime) -> dict[Key, list[Point]]:
    """Points by (version, mode), combined down to at most 240 a line."""
    query = query_of(indicator)
    rows = Sample.objects.filter(series__indicator=indicator, at__gt=start, at__lte=at)
    every = _every(indicator)
    is_fine = at - start <= FINE_SPAN
    read = _each if is_fine else partial(_thinned, every) if query.kind == "quantile" else _summed
    steps = _steps(start, at, every, timedelta() if is_fine else _mark(at - start))
    parts: dict[Key, dict[int, list[Measured]]] = defaultdict(lambda: defaultdict(list))
    for key, when, measured in read(rows, at - start):
        parts[key][steps.place(when)].append(measured)
    return {
        key: points for key, found in sorted(parts.items()) if (points := _points(found, query.kind, query.q, steps))
    }


def _every(indicator: Indicator) -> timedelta:
    """How long it takes until every source of the service was read again."""
    longest = Source.objects.filter(service=indicator.service_id).aggregate(longest=Max("every_seconds"))["longest"]
    return timedelta(seconds=longest or 0.0)


def _steps(start: datetime, at: datetime, every: timedelta, mark: timedelta) -> _Steps:
    """One missed reading is no gap, nor is what lies between two marks where only those are read."""
    each = (at - start) / MOST_POINTS
    return _Steps(start, each, int((mark + 2 * every) / each) + 1)


def _mark(length: timedelta) -> timedelta:
    """What is read as one measurement where not every sample is read."""
    return timedelta(minutes=10) if length > timedelta(days=1) else timedelta(minutes=1)


def _each(rows: QuerySet[Sample], length: timedelta) -> Iterable[tuple[Key, datetime, Measured]]:
    columns = ("series__version", "series__mode", "at", "value", "n", "seconds", "buckets")
    for version, mode, when, value, n, seconds, buckets in rows.order_by("at").values_list(*columns):
        yield (version, mode), when, Measured(value, n, seconds, unpacked(buckets))


def _thinned(every: timedelta, rows: QuerySet[Sample], length: timedelta) -> Iterable[tuple[Key, datetime, Measured]]:
    """Histograms are long: of each mark only the beginning is read, as much of it as surely holds a reading."""
    is_wide = length > timedelta(days=1)
    if every <= timedelta(seconds=10):
        place, first = (16, "0:0") if is_wide else (18, "0")
    elif is_wide and every <= timedelta(minutes=1):
        place, first = 16, "0"
    else:
        return _each(rows, length)
    marked = rows.annotate(mark=_Part(_Text(F("at")), place, len(first)))
    return _each(marked.filter(mark=first), length)


def _summed(rows: QuerySet[Sample], length: timedelta) -> Iterable[tuple[Key, datetime, Measured]]:
    """A minute, or ten, as one measurement: what counts and means need of it."""
    digits = 15 if length > timedelta(days=1) else 16
    grouped = (
        rows.filter(value__isnull=False)
        .annotate(step=_Part(_Text(F("at")), 1, digits))
        .values("series__version", "series__mode", "step")
        .annotate(last=Max("at"), weight=Sum("n"), total=Sum(F("value") * F("n")), seconds_=Sum("seconds"))
        .order_by("last")
    )
    for row in grouped:
        weight = row["weight"] or 0.0
        value = row["total"] / weight if weight else None
        yield (row["series__version"], row["series__mode"]), row["last"], Measured(value, weight, row["seconds_"])


def _points(found: Mapping[int, Sequence[Measured]], kind: str, q: float, steps: _Steps) -> list[Point]:
    points: list[Point] = []
    last = None
    for place, many in sorted(found.items()):
        whole = combine(kind, many, q)
        if whole is not None and whole.value is not None:
            after_gap = last is not None and place - last > steps.most
            points.append(Point(steps.start + steps.each * (place + 1), whole.value, whole.n or 0.0, after_gap))
            last = place
    return points


def stretches(points: Iterable[Point]) -> list[list[Point]]:
    """The points of a line, parted at its gaps."""
    found: list[list[Point]] = []
    for point in points:
        if point.after_gap or not found:
            found.append([])
        found[-1].append(point)
    return found


def band(points: Iterable[Point]) -> list[tuple[float, float]]:
    """For shares: the 90 % interval of each point by Wilson's score, which holds for few events and at the ends."""
    return [_wilson(point.value, point.n) for point in points]


def _wilson(share: float, n: float, z: float = 1.6448536269514722) -> tuple[float, float]:
    if n <= 0:
        return 0.0, 1.0
    share = min(max(share, 0.0), 1.0)
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    reach = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return max(middle - reach, 0.0), min(middle + reach, 1.0)
