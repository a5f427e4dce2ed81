"""Readings between two scrapes: kept on the source's row, turned into values for each indicator."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from decisions.domain.rates import Measured, Query, Reading, measure
from decisions.models import Indicator

# Beyond this many intervals without a scrape, a difference says too little about any moment in between.
LONGEST_GAP = 5


def query_of(indicator: Indicator) -> Query:
    """The indicator's query as the domain reads it."""
    asked = indicator.query
    return Query(
        kind=asked["kind"],
        metric=asked["metric"],
        over=asked.get("over", ""),
        q=asked.get("q", 0.99),
        labels=tuple(sorted(asked.get("labels", {}).items())),
    )


def wanted(indicators: Iterable[Indicator]) -> set[str]:
    return {name for indicator in indicators for name in query_of(indicator).metrics()}


def stored(reading: Reading, at: datetime) -> dict[str, Any]:
    """A reading as JSON, for the source's row. Values are text: JSON knows neither NaN nor Infinity."""
    series = [[name, labels, repr(value)] for name, many in reading.items() for labels, value in many.items()]
    return {"at": at.isoformat(), "series": series}


def restored(kept: Mapping[str, Any]) -> tuple[Reading, datetime] | None:
    """The reading of the scrape before, and when it was made; None when there is none."""
    if not kept:
        return None
    found: dict[str, dict[Any, float]] = {}
    for name, labels, value in kept["series"]:
        found.setdefault(name, {})[tuple((key, word) for key, word in labels)] = float(value)
    return found, datetime.fromisoformat(kept["at"])


def values(
    indicators: Iterable[Indicator], kept: Mapping[str, Any], reading: Reading, *, every_seconds: float, at: datetime
) -> dict[tuple[int, str, str], Measured]:
    """What each indicator did since the last scrape, by (indicator id, version, mode).

    Empty on the first scrape and after a gap of more than five intervals: the next scrape has a neighbour again.
    """
    past = restored(kept)
    if past is None:
        return {}
    before, then = past
    seconds = (at - then).total_seconds()
    if not 0 < seconds <= LONGEST_GAP * every_seconds:
        return {}
    return {
        (indicator.pk, version, mode): measured
        for indicator in indicators
        for (version, mode), measured in measure(query_of(indicator), before, reading, seconds).items()
    }


def packed(buckets: Iterable[tuple[float, float]] | None) -> list[list[Any]] | None:
    """Histogram deltas as JSON; the last bound is written +Inf."""
    if buckets is None:
        return None
    return [["+Inf" if math.isinf(bound) else bound, count] for bound, count in buckets]


def unpacked(buckets: Iterable[Iterable[Any]] | None) -> tuple[tuple[float, float], ...] | None:
    return None if buckets is None else tuple((float(bound), float(count)) for bound, count in buckets)
