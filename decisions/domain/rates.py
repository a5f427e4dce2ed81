"""From counters to values: increases, shares, quantiles and means, treating resets and gaps as Prometheus does.

A reading is what one scrape saw: `{metric: {labels: value}}` with labels as a sorted tuple of (name, value) pairs.
Source for increases and quantiles: the Prometheus documentation of `increase`, `rate` and `histogram_quantile`.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

# No source counts further between two scrapes; a page that says so is broken, and sums of such numbers overflow.
LARGEST = 1e15

Labels = tuple[tuple[str, str], ...]
Reading = Mapping[str, Mapping[Labels, float]]
Buckets = Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Query:
    """How an indicator is read from counters.

    kind: "ratio" (numerator over denominator), "rate" (events a minute), "quantile" (of a histogram), "mean"
        (a summary's sum over its count), "gauge".
    metric: the numerator, counter, gauge, or the name of the histogram or summary without its suffix.
    over: the denominator of a ratio. q: the quantile, 0 to 1. labels: what a series must carry.
    """

    kind: str
    metric: str
    over: str = ""
    q: float = 0.99
    labels: tuple[tuple[str, str], ...] = ()

    def metrics(self) -> tuple[str, ...]:
        """The metric names, with suffixes, that this query reads."""
        if self.kind == "quantile":
            return (f"{self.metric}_bucket",)
        if self.kind == "mean":
            return (f"{self.metric}_sum", f"{self.metric}_count")
        return (self.metric, self.over) if self.over else (self.metric,)


@dataclass(frozen=True)
class Measured:
    """A value over `seconds`, resting on `n` events. `value` is None when nothing happened that could be measured.

    `buckets` are (upper bound, events at or below it) for histograms, cumulative as Prometheus exports them.
    """

    value: float | None
    n: float | None
    seconds: float
    buckets: tuple[tuple[float, float], ...] | None = None


def increase(before: float | None, after: float | None) -> float | None:
    """How much a counter grew; after a reset, all that it counted since.

    None when either end is missing, NaN or infinite, when it counts below 0, or beyond 1e15 in one go.
    """
    if before is None or after is None or not (0 <= before < math.inf and 0 <= after < math.inf):
        return None
    grown = after if after < before else after - before
    return grown if grown <= LARGEST else None


def measure(query: Query, before: Reading, after: Reading, seconds: float) -> dict[tuple[str, str], Measured]:
    """The indicator between two scrapes, for each (version, mode) that both of them saw.

    Args:
        before, after: two readings of one source, `seconds` (> 0) apart.

    Returns:
        By (version, mode); mode is "live" for every series that does not call itself "shadow".
    """
    if query.kind == "gauge":
        return {key: Measured(value, 1.0, seconds) for key, value in _sums(query, query.metric, after).items()}
    grown = {name: _increases(query, name, before, after) for name in query.metrics()}
    if query.kind == "quantile":
        return _quantiles(query, grown[query.metrics()[0]], seconds)
    top = _by_version(grown[query.metrics()[0]])
    if query.kind == "rate":
        return {key: Measured(value * 60 / seconds, value, seconds) for key, value in top.items()}
    below = _by_version(grown[query.metrics()[1]])
    # A counter that was never touched is not exported yet by some clients: nothing of it happened. One that just came,
    # went or reads NaN is another matter: nobody knows how far it grew.
    touched = _versions(query, before) | _versions(query, after)
    return {
        key: Measured(_over(top.get(key, None if key in touched else 0.0), n), n, seconds) for key, n in below.items()
    }


def _over(top: float | None, n: float) -> float | None:
    share = top / n if top is not None and n > 0 else math.inf
    return share if share <= LARGEST else None


def _versions(query: Query, reading: Reading) -> set[tuple[str, str]]:
    wanted = set(query.labels)
    return {_version_of(labels) for labels in reading.get(query.metrics()[0], {}) if wanted <= set(labels)}


def combine(kind: str, parts: Iterable[Measured], q: float = 0.99) -> Measured | None:
    """One value over several samples: shares and means weighted by their counts, rates by their seconds, buckets added.

    A part without a value is left out, and so are its events: what they were like is not known.

    Returns None when there is no part; a Measured whose value is None when the parts rest on no event.
    """
    parts = list(parts)
    if not parts:
        return None
    seconds = math.fsum(part.seconds for part in parts)
    n = math.fsum(part.n or 0.0 for part in parts)
    if kind == "quantile":
        buckets = _added(part.buckets for part in parts if part.buckets)
        return Measured(quantile(q, buckets), n, seconds, buckets)
    known = [part for part in parts if part.value is not None]
    if kind == "rate":
        return Measured(n * 60 / seconds if seconds > 0 else None, n, seconds)
    weight = math.fsum(part.n or 0.0 for part in known)
    if weight <= 0:
        return Measured(None, n, seconds)
    value = math.fsum((part.value or 0.0) * (part.n or 0.0) for part in known) / weight
    return Measured(value, weight, seconds)


def across(kind: str, parts: Iterable[Measured], q: float = 0.99) -> Measured | None:
    """One value over several versions that were measured over the same time: rates add up, the rest is combined."""
    parts = list(parts)
    if kind != "rate" or len(parts) < 2:
        return combine(kind, parts, q)
    known = [part for part in parts if part.value is not None]
    n = math.fsum(part.n or 0.0 for part in parts)
    value = math.fsum(part.value or 0.0 for part in known) if known else None
    return Measured(value, n, max(part.seconds for part in parts))


def quantile(q: float, buckets: Buckets) -> float | None:
    """The q-quantile of a cumulative histogram, linear inside its bucket, as `histogram_quantile` answers.

    Args:
        buckets: (upper bound, cumulative count), bounds rising, the last one +Inf. A count below the one before it,
            as layouts that changed or were read half leave behind, counts as equal to it.

    Returns:
        The unit of the bounds. The second largest bound when the quantile lies in the last bucket; None when empty.
    """
    if len(buckets) < 2 or not math.isinf(buckets[-1][0]):
        return None
    counts = list(accumulate((count for _, count in buckets), max))
    if counts[-1] <= 0:
        return None
    buckets = [(bound, count) for (bound, _), count in zip(buckets, counts, strict=True)]
    rank = q * counts[-1]
    place = next(place for place, (_, count) in enumerate(buckets) if count >= rank)
    if place == len(buckets) - 1:
        return buckets[-2][0]
    if place == 0 and buckets[0][0] <= 0:
        return buckets[0][0]
    lower, below = buckets[place - 1] if place else (0.0, 0.0)
    upper, count = buckets[place]
    inside = count - below
    return upper if inside <= 0 else lower + (upper - lower) * (rank - below) / inside


def _increases(query: Query, name: str, before: Reading, after: Reading) -> dict[Labels, float]:
    past = before.get(name, {})
    wanted = set(query.labels)
    grown = {}
    for labels, value in after.get(name, {}).items():
        more = increase(past.get(labels), value) if wanted <= set(labels) else None
        if more is not None:
            grown[labels] = more
    return grown


def _sums(query: Query, name: str, reading: Reading) -> dict[tuple[str, str], float]:
    wanted = set(query.labels)
    return _by_version({labels: value for labels, value in reading.get(name, {}).items() if wanted <= set(labels)})


def _by_version(values: Mapping[Labels, float]) -> dict[tuple[str, str], float]:
    found: dict[tuple[str, str], list[float]] = defaultdict(list)
    for labels, value in values.items():
        if abs(value) <= LARGEST:
            found[_version_of(labels)].append(value)
    return {key: math.fsum(parts) for key, parts in found.items()}


def _version_of(labels: Labels) -> tuple[str, str]:
    named = dict(labels)
    return named.get("version", ""), "shadow" if named.get("mode") == "shadow" else "live"


def _quantiles(query: Query, grown: Mapping[Labels, float], seconds: float) -> dict[tuple[str, str], Measured]:
    found: dict[tuple[str, str], dict[float, float]] = defaultdict(lambda: defaultdict(float))
    for labels, value in grown.items():
        found[_version_of(labels)][_bound(dict(labels).get("le", ""))] += value
    measured = {}
    for key, counts in found.items():
        buckets = tuple(sorted((bound, count) for bound, count in counts.items() if not math.isnan(bound)))
        n = buckets[-1][1] if buckets else 0.0
        measured[key] = Measured(quantile(query.q, buckets), n, seconds, buckets)
    return measured


def _bound(text: str) -> float:
    try:
        bound = float(text)
    except ValueError:
        return math.nan
    return bound if abs(bound) <= LARGEST or bound == math.inf else math.nan


def _added(many: Iterable[Buckets]) -> tuple[tuple[float, float], ...]:
    total: dict[float, float] = defaultdict(float)
    for buckets in many:
        for bound, count in buckets:
            total[bound] += count
    return tuple(sorted(total.items()))
