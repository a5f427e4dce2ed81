"""Forgetting with measure: older samples are down-sampled, the oldest deleted, in small transactions."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import transaction

from decisions.domain.rates import Measured, combine
from decisions.models import Sample, Series
from decisions.monitoring.readings import packed, query_of, unpacked

BATCH = 5_000


def forget(at: datetime) -> int:
    """Delete samples older than the keeping time, a batch at a time; answers how many went."""
    edge = at - timedelta(seconds=settings.SAMPLE_KEEP_SECONDS)
    gone = 0
    for series in Series.objects.values_list("pk", flat=True):
        while batch := list(
            Sample.objects.filter(series=series, at__lt=edge).order_by("at").values_list("at", flat=True)[:BATCH]
        ):
            with transaction.atomic():
                gone += Sample.objects.filter(series=series, at__lte=batch[-1], at__lt=edge).delete()[0]
    return gone


def coarsen(at: datetime, *, most_series: int = 1_000) -> int:
    """Merge samples older than the full-resolution time into one for each coarse step; answers how many were merged.

    A merged sample keeps counts, seconds and bucket deltas, so that windows over it stay exact.
    """
    edge = _floor(at - timedelta(seconds=settings.SAMPLE_FULL_SECONDS))
    merged = 0
    for series in Series.objects.select_related("indicator")[:most_series]:
        fine = Sample.objects.filter(series=series, at__lt=edge, seconds__lt=settings.SAMPLE_COARSE_SECONDS)
        rows = list(fine.order_by("at")[:BATCH])
        merged += _merge(series, rows)
    return merged


def _merge(series: Series, rows: list[Sample]) -> int:
    steps: dict[datetime, list[Sample]] = defaultdict(list)
    for row in rows:
        steps[_floor(row.at)].append(row)
    query = query_of(series.indicator)
    with transaction.atomic():
        for start, many in steps.items():
            if len(many) > 1:
                _replace(series, start, many, query.kind, query.q)
    return len(rows)


def _replace(series: Series, start: datetime, many: list[Sample], kind: str, q: float) -> None:
    parts = [Measured(row.value, row.n, row.seconds, unpacked(row.buckets)) for row in many]
    whole = combine(kind, parts, q)
    Sample.objects.filter(series=series, at__in=[row.at for row in many]).delete()
    if whole is not None:
        Sample.objects.create(
            series=series,
            at=many[-1].at,
            seconds=whole.seconds,
            value=whole.value,
            n=whole.n,
            buckets=packed(whole.buckets),
        )


def _floor(at: datetime) -> datetime:
    step = settings.SAMPLE_COARSE_SECONDS
    return datetime.fromtimestamp(at.timestamp() // step * step, UTC)
