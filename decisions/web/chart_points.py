"""Reading the points of a chart: at most a few thousand rows, whatever the stretch of time."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Func, Max, QuerySet, Sum, TextField

from decisions.domain.rates import Measured, combine
from decisions.models import Indicator, Sample
from decisions.monitoring.readings import query_of, unpacked

MOST_POINTS = 240
# Up to here every sample is read. Beyond it the database sums them up first, and histograms are thinned.
FINE_SPAN = timedelta(hours=1)
Key = tuple[str, str]
"""(version, mode)"""


@dataclass(frozen=True)
class Point:
    """A value at the end of its step, resting on `n` events."""

    at: datetime
    value: float
    n: float


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


def lines(indicator: Indicator, start: datetime, at: datetime) -> dict[Key, list[Point]]:
    """Points by (version, mode), combined down to at most 240 a line."""
    step = (at - start) / MOST_POINTS
    query = query_of(indicator)
    rows = Sample.objects.filter(series__indicator=indicator, at__gt=start, at__lte=at)
    read = _each if at - start <= FINE_SPAN else _thinned if query.kind == "quantile" else _summed
    parts: dict[Key, dict[int, list[Measured]]] = defaultdict(lambda: defaultdict(list))
    for key, when, measured in read(rows, at - start):
        # What was measured just now belongs to the last step, not to one that has not begun.
        parts[key][min(int((when - start) / step), MOST_POINTS - 1)].append(measured)
    return {
        key: points
        for key, steps in sorted(parts.items())
        if (points := _points(steps, query.kind, query.q, start, step))
    }


def _each(rows: QuerySet[Sample], length: timedelta) -> Iterable[tuple[Key, datetime, Measured]]:
    columns = ("series__version", "series__mode", "at", "value", "n", "seconds", "buckets")
    for version, mode, when, value, n, seconds, buckets in rows.order_by("at").values_list(*columns):
        yield (version, mode), when, Measured(value, n, seconds, unpacked(buckets))


def _thinned(rows: QuerySet[Sample], length: timedelta) -> Iterable[tuple[Key, datetime, Measured]]:
    """Histograms are long: only those of the first seconds of each minute, or of each tenth minute, are read."""
    place, first = (16, "0:0") if length > timedelta(days=1) else (18, "0")
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


def _points(
    steps: Mapping[int, Sequence[Measured]], kind: str, q: float, start: datetime, step: timedelta
) -> list[Point]:
    found = []
    for place, many in sorted(steps.items()):
        whole = combine(kind, many, q)
        if whole is not None and whole.value is not None:
            found.append(Point(start + step * (place + 1), whole.value, whole.n or 0.0))
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
