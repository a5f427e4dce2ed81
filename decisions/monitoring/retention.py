"""Forgetting with measure: older samples are down-sampled, the oldest deleted, in small transactions."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from decisions.domain.rates import Measured, combine
from decisions.models import Comparison, Sample, Series, Unusual, bulk
from decisions.monitoring.readings import packed, query_of, unpacked

BATCH = 5_000
# In one run; the others follow in the next, those that waited longest first.
MOST_SERIES = 500


def forget(at: datetime) -> int:
    """Delete what is older than the keeping time, samples a batch at a time; answers how many of them went."""
    edge = at - timedelta(seconds=settings.SAMPLE_KEEP_SECONDS)
    Unusual.objects.filter(at__lt=edge).delete()
    Comparison.objects.filter(looked_at__lt=edge).delete()
    overdue = Sample.objects.filter(series=OuterRef("pk"), at__lt=edge - _slack())
    series = Series.objects.filter(Exists(overdue)).order_by().values_list("pk", flat=True)[:MOST_SERIES]
    return sum(_forget(pk, edge) for pk in series)


def _forget(series: int, edge: datetime) -> int:
    old, gone = Sample.objects.filter(series=series, at__lt=edge), 0
    while batch := list(old.order_by("at").values_list("at", flat=True)[:BATCH]):
        with transaction.atomic():
            gone += old.filter(at__lte=batch[-1]).delete()[0]
    return gone


def coarsen(at: datetime) -> int:
    """Merge samples older than the full-resolution time into one for each coarse step; answers how many were merged.

    A merged sample keeps counts, seconds and bucket deltas, so that windows over it stay exact.
    """
    edge = _step(at - timedelta(seconds=settings.SAMPLE_FULL_SECONDS), math.floor)
    waiting = Series.objects.filter(Q(coarse_until__isnull=True) | Q(coarse_until__lt=edge - _slack()))
    waiting = waiting.select_related("indicator").order_by(F("coarse_until").asc(nulls_first=True), "pk")
    return sum(_coarsen(series, edge) for series in waiting[:MOST_SERIES])


def _slack() -> timedelta:
    """A series' turn comes once an hour, not at every sample that grows old."""
    return timedelta(seconds=min(3600.0, settings.SAMPLE_FULL_SECONDS / 48))


def _coarsen(series: Series, edge: datetime) -> int:
    """Merge a series up to `edge`, or as far as one batch reaches. A step is merged whole or not yet."""
    fine = Sample.objects.filter(series=series, at__lte=edge)
    if series.coarse_until is not None:
        fine = fine.filter(at__gt=series.coarse_until)
    rows = list(fine.order_by("at")[:BATCH])
    if len(rows) == BATCH:
        edge = max(_step(rows[-1].at, math.floor), _step(rows[0].at))
        rows = [row for row in rows if row.at <= edge]
    with transaction.atomic():
        _replace(series, rows)
        Series.objects.filter(pk=series.pk).update(coarse_until=edge)
    return len(rows)


def _replace(series: Series, rows: list[Sample]) -> None:
    steps: dict[datetime, list[Sample]] = defaultdict(list)
    for row in rows:
        steps[_step(row.at)].append(row)
    if len(steps) == len(rows):
        return
    Sample.objects.filter(series=series, at__gte=rows[0].at, at__lte=rows[-1].at).delete()
    bulk.insert([merged for many in steps.values() for merged in _merged(series, many)])


def _merged(series: Series, many: list[Sample]) -> Iterable[Sample]:
    query = query_of(series.indicator)
    parts = [Measured(row.value, row.n, row.seconds, unpacked(row.buckets)) for row in many]
    whole = combine(query.kind, parts, query.q)
    if whole is not None:
        yield Sample(
            series=series,
            at=many[-1].at,
            seconds=whole.seconds,
            value=whole.value,
            n=whole.n,
            buckets=packed(whole.buckets),
        )


def _step(at: datetime, rounded: Callable[[float], int] = math.ceil) -> datetime:
    """The end of the step in which a sample lies. It was measured over the time before it, so the end belongs to it."""
    step = settings.SAMPLE_COARSE_SECONDS
    return datetime.fromtimestamp(rounded(at.timestamp() / step) * step, UTC)
