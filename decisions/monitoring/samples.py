"""Storing samples with one multi-row insert, and reading windows of them back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta

from django.db.models import Q

from decisions.domain.rates import Measured, combine
from decisions.models import Sample, Series, Source
from decisions.monitoring.readings import packed, unpacked

Key = tuple[int, str, str]
"""(indicator id, version, mode)"""


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
    Sample.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _series(sources: Mapping[int, Source], wanted: set[tuple[int, int, str, str]]) -> dict[tuple, int]:
    known = _known(sources)
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
        known = _known(sources)
    return known


def _known(sources: Collection[int]) -> dict[tuple, int]:
    rows = Series.objects.filter(source__in=list(sources))
    return {
        (source, indicator, version, mode): pk
        for pk, source, indicator, version, mode in rows.values_list(
            "pk", "source_id", "indicator_id", "version", "mode"
        )
    }


def window(
    indicators: Iterable[tuple[int, str, float, float]], *, at: datetime, since: datetime | None = None
) -> dict[Key, Measured]:
    """Each indicator over its own window, by (indicator id, version, mode), in one query.

    Args:
        indicators: (id, query kind, quantile, window in seconds).
        since: nothing before this counts; a switch makes what was measured before it stale.
    """
    wanted = {pk: (kind, q, seconds) for pk, kind, q, seconds in indicators}
    if not wanted:
        return {}
    parts: dict[Key, list[Measured]] = defaultdict(list)
    rows = Sample.objects.filter(_windows(wanted, at, since)).order_by("series_id", "at")
    columns = ("series__indicator_id", "series__version", "series__mode", "value", "n", "seconds", "buckets")
    for indicator, version, mode, value, n, seconds, buckets in rows.values_list(*columns):
        parts[indicator, version, mode].append(Measured(value, n, seconds, unpacked(buckets)))
    combined = {key: combine(wanted[key[0]][0], many, wanted[key[0]][1]) for key, many in parts.items()}
    return {key: measured for key, measured in combined.items() if measured is not None}


def _windows(wanted: Mapping[int, tuple[str, float, float]], at: datetime, since: datetime | None) -> Q:
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
