"""Storing samples with one multi-row insert, and reading windows of them back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q, QuerySet, Sum

from decisions.domain.rates import Measured, across, combine
from decisions.models import Sample, Series, Source, bulk
from decisions.monitoring.readings import packed, unpacked

Key = tuple[int, str, str]
"""(indicator id, version, mode)"""

Asked = tuple[int, str, float, float]
"""(indicator id, query kind, quantile, window in seconds)"""

_Wanted = Mapping[int, tuple[str, float, float]]
_KEY = ("series__indicator_id", "series__version", "series__mode")

# Values of these kinds over a time are means, weighted by the events behind them.
SUMMED = frozenset({"ratio", "mean", "gauge"})


def store(found: Mapping[int, tuple[Source, Mapping[Key, Measured]]], at: datetime) -> int:
    """Store what several sources measured at `at`, in one insert; answers how many samples. Call inside an act."""
    wanted = {(source.pk, *key) for source, values in found.values() for key in values}
    series = _series({pk: source for pk, (source, _) in found.items()}, wanted)
    rows = [
        Sample(
            series_id=series[(source.pk, *key)],
            at=at,
            seconds=measured.seconds,
            value=measured.value,
            n=measured.n,
            buckets=packed(measured.buckets),
        )
        for source, values in found.values()
        for key, measured in values.items()
    ]
    bulk.insert(rows)
    return len(rows)


def _series(sources: Mapping[int, Source], wanted: set[tuple[int, int, str, str]]) -> dict[tuple, int]:
    versions = {version for _, _, version, _ in wanted}
    known = _known(sources, versions)
    missing = sorted(wanted - known.keys())
    if missing:
        Series.objects.bulk_create(
            (
                Series(
                    service_id=sources[source].service_id,
                    source_id=source,
                    indicator_id=indicator,
                    version=version,
                    mode=mode,
                )
                for source, indicator, version, mode in missing
            ),
            ignore_conflicts=True,
        )
        known = _known(sources, versions)
    return known


def _known(sources: Collection[int], versions: Collection[str]) -> dict[tuple, int]:
    # By version, too: a service keeps the series of every version that it ever served.
    rows = Series.objects.filter(source__in=list(sources), version__in=list(versions)).order_by()
    return {
        (source, indicator, version, mode): pk
        for pk, source, indicator, version, mode in rows.values_list(
            "pk", "source_id", "indicator_id", "version", "mode"
        )
    }


def window(indicators: Iterable[Asked], *, at: datetime, since: datetime | None = None) -> dict[Key, Measured]:
    """Each indicator over its own window, by (indicator id, version, mode), in two queries.

    Args:
        since: nothing before this counts; a switch makes what was measured before it stale.
    """
    summed, rest = _parted(indicators)
    return (_sums(summed, at, since) if summed else {}) | (_combined(rest, at, since) if rest else {})


def live(indicators: Iterable[Asked], *, at: datetime) -> dict[int, Measured]:
    """Each indicator on live traffic over its own window, all versions and sources together, by id, in two queries."""
    summed, rest = _parted(indicators)
    return (_live_sums(summed, at) if summed else {}) | (_put_together(rest, at) if rest else {})


def _parted(indicators: Iterable[Asked]) -> tuple[_Wanted, _Wanted]:
    """What the database can add up, and the rest."""
    wanted = {pk: (kind, q, seconds) for pk, kind, q, seconds in indicators}
    summed = {pk: asked for pk, asked in wanted.items() if asked[0] in SUMMED}
    return summed, {pk: asked for pk, asked in wanted.items() if pk not in summed}


def _sums(wanted: _Wanted, at: datetime, since: datetime | None) -> dict[Key, Measured]:
    rows = _summed(Sample.objects.filter(_windows(wanted, at, since)), *_KEY)
    return {(pk, version, mode): Measured(top / n, n, seconds) for pk, version, mode, top, n, seconds in rows}


def _live_sums(wanted: _Wanted, at: datetime) -> dict[int, Measured]:
    rows = _summed(Sample.objects.filter(_windows(wanted, at, None), series__mode="live"), _KEY[0])
    return {pk: Measured(top / n, n, seconds) for pk, top, n, seconds in rows}


def _summed(rows: QuerySet[Sample], *keys: str) -> Iterable[tuple[Any, ...]]:
    """Added up by the database, as `combine` would: a window of minutes holds thousands of rows a service."""
    grouped = rows.filter(value__isnull=False, n__gt=0).order_by().values(*keys)
    sums = grouped.annotate(top=Sum(F("value") * F("n")), events=Sum("n"), length=Sum("seconds"))
    return sums.values_list(*keys, "top", "events", "length")


def _combined(wanted: _Wanted, at: datetime, since: datetime | None) -> dict[Key, Measured]:
    parts: dict[Key, list[Measured]] = defaultdict(list)
    rows = Sample.objects.filter(_windows(wanted, at, since)).order_by("series_id", "at")
    for indicator, version, mode, value, n, seconds, buckets in rows.values_list(
        *_KEY, "value", "n", "seconds", "buckets"
    ):
        parts[indicator, version, mode].append(Measured(value, n, seconds, unpacked(buckets)))
    combined = {key: combine(wanted[key[0]][0], many, wanted[key[0]][1]) for key, many in parts.items()}
    return {key: measured for key, measured in combined.items() if measured is not None}


def _put_together(wanted: _Wanted, at: datetime) -> dict[int, Measured]:
    # By source and moment: versions that were read together share their seconds, and moments add them up.
    parts: dict[int, dict[int, dict[datetime, list[Measured]]]]
    parts = defaultdict(lambda: defaultdict(lambda: defaultdict(list)))
    rows = Sample.objects.filter(_windows(wanted, at, None), series__mode="live").order_by("series_id", "at")
    columns = ("series__indicator_id", "series__source_id", "at", "value", "n", "seconds", "buckets")
    for indicator, source, when, value, n, seconds, buckets in rows.values_list(*columns):
        parts[indicator][source][when].append(Measured(value, n, seconds, unpacked(buckets)))
    whole = {pk: _whole(wanted[pk][0], wanted[pk][1], sources.values()) for pk, sources in parts.items()}
    return {pk: measured for pk, measured in whole.items() if measured is not None}


def _whole(kind: str, q: float, sources: Iterable[Mapping[datetime, list[Measured]]]) -> Measured | None:
    if kind != "rate":
        return combine(kind, (part for moments in sources for many in moments.values() for part in many), q)
    return across(kind, [part for moments in sources if (part := _rate(moments.values()))])


def _rate(moments: Iterable[list[Measured]]) -> Measured | None:
    return combine("rate", [part for many in moments if (part := across("rate", many))])


def _windows(wanted: _Wanted, at: datetime, since: datetime | None) -> Q:
    by_length: dict[float, list[int]] = defaultdict(list)
    for pk, (_, _, seconds) in wanted.items():
        by_length[seconds].append(pk)
    condition = Q(pk__in=[])
    for seconds, many in by_length.items():
        start = at - timedelta(seconds=seconds)
        if since is not None:
            start = max(start, since)
        condition |= Q(series__indicator__in=many, at__gt=start, at__lte=at)
    return condition
