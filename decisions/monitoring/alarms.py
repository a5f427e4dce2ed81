"""False alarms: how often each level would break in a month like its own quiet history, as it stands or under a draft.

A level's history is read once an hour. What is kept is how its value moved over some fifty possible margins, so that
the page and the check of a draft policy read no sample.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import F, Q

from decisions.domain.levels import Level
from decisions.domain.policy import Policy
from decisions.domain.rates import Measured, across
from decisions.models import Incident, QuietHistory, Sample, ServiceLevel, bulk
from decisions.monitoring import thresholds
from decisions.monitoring.readings import query_of, unpacked

if TYPE_CHECKING:
    from decisions.domain.run_lengths import FalseAlarms

OLD = timedelta(hours=1)
AT_ONCE = 20
LONGEST = timedelta(days=1)
MOST_STEPS = 20_000
# What is measured this long before an incident opened belongs to it.
ONSET = timedelta(minutes=1)
# A history that holds fewer measurements says too little to turn a policy down.
FEWEST_SAMPLES = 600
MARGINS = (*(round(0.02 * step, 2) for step in range(51)), 1.25, 1.5, 2.0, 3.0, 5.0)

Span = tuple[datetime, datetime]


def refresh(at: datetime) -> int:
    """Read the history of the levels whose turn it is; answers how many. Safe to run twice."""
    waiting = ServiceLevel.objects.filter(Q(alarms_at__isnull=True) | Q(alarms_at__lt=at - OLD))
    waiting = waiting.select_related("indicator").order_by(F("alarms_at").asc(nulls_first=True), "pk")
    levels = list(waiting[:AT_ONCE])
    every = thresholds.intervals(level.indicator.service_id for level in levels)
    counted = [_counted(level, every[level.indicator.service_id], at) for level in levels if _is_measured(level, every)]
    now = {quiet.level_id: _alarms(quiet.level, quiet.level.rule(), quiet) for quiet in counted}
    for level in levels:
        level.alarms, level.alarms_at = _shown(now.get(level.pk)), at
    _keep(counted)
    bulk.update(levels, ["alarms", "alarms_at"])
    return len(levels)


def _is_measured(level: ServiceLevel, every: Mapping[int, float]) -> bool:
    return every.get(level.indicator.service_id, 0.0) > 0


def _keep(counted: Sequence[QuietHistory]) -> None:
    columns = ["every_seconds", "samples", "counted_for", "moves"]
    QuietHistory.objects.bulk_create(counted, update_conflicts=True, unique_fields=["level"], update_fields=columns)


def _shown(found: FalseAlarms | None) -> dict[str, Any]:
    return asdict(found) if found else {}


def under(levels: Iterable[ServiceLevel], policy: Policy) -> dict[ServiceLevel, FalseAlarms]:
    """False alarms in thirty days of each level if this policy were in force.

    Levels whose history was not read yet, or says too little to judge by, are left out.
    """
    found = {}
    for quiet in QuietHistory.objects.filter(level__in=levels).select_related("level__indicator__service"):
        held = thresholds.in_force(quiet.level, policy, quiet.every_seconds)
        alarms = _alarms(quiet.level, quiet.level.held_to(held), quiet)
        if alarms is not None and alarms.samples >= FEWEST_SAMPLES:
            found[quiet.level] = alarms
    return found


def _alarms(level: ServiceLevel, rule: Level, quiet: QuietHistory) -> FalseAlarms | None:
    if quiet.counted_for != _counted_for(level):
        return None
    from decisions.domain.quiet_history import Moves, nearest
    from decisions.domain.run_lengths import Chance

    counted = [
        Moves(margin, Chance(entered, begun), Chance(stayed, kept), quiet.samples, beyond)
        for margin, entered, begun, stayed, kept, beyond in quiet.moves
    ]
    chosen = nearest(counted, rule.margin)
    every = quiet.every_seconds
    return chosen.alarms(run=_run(rule, every), seconds_each=every) if chosen else None


def _run(rule: Level, every_seconds: float) -> int:
    """Measurements in a row that break the level."""
    return 1 + math.ceil(rule.for_seconds / every_seconds)


def _counted(level: ServiceLevel, every_seconds: float, at: datetime) -> QuietHistory:
    from decisions.domain.quiet_history import moves

    values = _quiet_values(level, every_seconds, at)
    counted = moves(values, level.target, MARGINS, is_worse_above=level.bound == "at_most")
    rows = [
        [each.margin, each.begins.hits, each.begins.tries, each.goes_on.hits, each.goes_on.tries, each.exceedances]
        for each in counted
    ]
    return QuietHistory(
        level=level,
        every_seconds=every_seconds,
        samples=counted[0].samples,
        counted_for=_counted_for(level),
        moves=rows,
    )


def _counted_for(level: ServiceLevel) -> list[Any]:
    """What the counts hold for; a service file that changes any of it makes them void."""
    return [level.bound, level.target, level.window_seconds, level.minimum_n]


def _quiet_values(level: ServiceLevel, every_seconds: float, at: datetime) -> Any:
    """The level's value at every step of its history, NaN where it was not measured or something was wrong."""
    import numpy as np

    from decisions.domain.quiet_history import windows

    steps = _steps(level, every_seconds, at)
    query, width = query_of(level.indicator), max(round(level.window_seconds / every_seconds), 1)
    found = windows(query.kind, steps, width, query.q)
    values = np.where(found.events >= level.minimum_n, found.values, np.nan)
    for begin, end in _troubles(level, at):
        first, last = (_place(when, every_seconds, at, len(steps)) for when in (begin, end))
        values[max(first, 0) : max(last + 1, 0)] = np.nan
    return values


def _steps(level: ServiceLevel, every_seconds: float, at: datetime) -> Sequence[Measured | None]:
    """One measurement for each scrape interval up to `at`, on live traffic, all versions together."""
    seconds = min(LONGEST.total_seconds(), settings.SAMPLE_FULL_SECONDS, MOST_STEPS * every_seconds)
    count = max(int(seconds / every_seconds), 1)
    rows = Sample.objects.filter(
        series__indicator=level.indicator_id,
        series__mode="live",
        at__gt=at - timedelta(seconds=count * every_seconds),
        at__lte=at,
    )
    parts: dict[int, list[Measured]] = defaultdict(list)
    for when, value, n, seconds, buckets in rows.order_by().values_list("at", "value", "n", "seconds", "buckets"):
        parts[_place(when, every_seconds, at, count)].append(Measured(value, n, seconds, unpacked(buckets)))
    query = query_of(level.indicator)
    return [across(query.kind, parts[place], query.q) if place in parts else None for place in range(count)]


def _place(when: datetime, every_seconds: float, at: datetime, count: int) -> int:
    """The step in which a moment lies; the last one, count - 1, ends at `at`."""
    return count - 1 - int((at - when).total_seconds() / every_seconds)


def _troubles(level: ServiceLevel, at: datetime) -> Iterable[Span]:
    """When something was wrong with the service, with what the level's window still held of it afterwards."""
    window = timedelta(seconds=level.window_seconds)
    lead = window + timedelta(seconds=level.rule().for_seconds) + ONSET
    near = Q(resolved_at__isnull=True) | Q(resolved_at__gt=at - LONGEST)
    incidents = Incident.objects.filter(near, service=level.indicator.service_id)
    for opened, resolved in incidents.values_list("opened_at", "resolved_at"):
        yield opened - lead, (resolved or at) + window
