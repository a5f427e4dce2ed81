"""False alarms: how often each level would break in a month like its own quiet history, as it stands or under a draft.

A level's history is read once an hour. What is kept is how its value moved over some fifty possible margins, so that
the page and the check of a draft policy read no sample.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
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
    from decisions.domain.quiet_history import Moves
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
    now = {quiet.level_id: _shown(quiet) for quiet in counted}
    for level in levels:
        level.alarms, level.alarms_at = now.get(level.pk, {}), at
    _keep(counted)
    bulk.update(levels, ["alarms", "alarms_at"])
    return len(levels)


def _is_measured(level: ServiceLevel, every: Mapping[int, float]) -> bool:
    return every.get(level.indicator.service_id, 0.0) > 0


def _keep(counted: Sequence[QuietHistory]) -> None:
    columns = ["every_seconds", "samples", "counted_for", "moves"]
    QuietHistory.objects.bulk_create(counted, update_conflicts=True, unique_fields=["level"], update_fields=columns)


def _shown(quiet: QuietHistory) -> dict[str, Any]:
    """What the level does as it stands, and how far apart the measurements are."""
    moves, rule = _moves(quiet), quiet.level.rule()
    return {**asdict(_alarms(moves, rule, quiet)), "every_seconds": quiet.every_seconds} if moves else {}


@dataclass(frozen=True)
class Implied:
    """What a level would do under a policy, in a month like its own quiet history.

    margin: the share of the target that the level would be held to. narrowest: the narrowest of the counted margins
    that keeps the level to its part of the policy's limit, None when not even the widest does.
    """

    margin: float
    alarms: FalseAlarms
    every_seconds: float
    narrowest: float | None

    @property
    def is_enough(self) -> bool:
        """Whether the history is long enough to turn a policy down."""
        return self.alarms.samples >= FEWEST_SAMPLES


def implied(levels: Iterable[ServiceLevel], policy: Policy) -> dict[ServiceLevel, Implied]:
    """What each level would do if this policy were in force; those whose history was not read yet are left out.

    The levels of one service share the policy's limit in equal parts.
    """
    histories = QuietHistory.objects.filter(level__in=levels).select_related("level__indicator__service")
    known = [(quiet, moves) for quiet in histories if (moves := _moves(quiet))]
    sharers = Counter(quiet.level.indicator.service_id for quiet, _ in known)
    return {
        quiet.level: _implied(quiet, moves, policy, sharers[quiet.level.indicator.service_id]) for quiet, moves in known
    }


def _implied(quiet: QuietHistory, moves: Sequence[Moves], policy: Policy, sharers: int) -> Implied:
    from decisions.domain.quiet_history import narrowest

    every = quiet.every_seconds
    rule = quiet.level.held_to(thresholds.in_force(quiet.level, policy, every))
    least = narrowest(moves, policy.alarms_per_month / sharers, run=_run(rule, every), seconds_each=every)
    return Implied(rule.margin, _alarms(moves, rule, quiet), every, least)


def under(levels: Iterable[ServiceLevel], policy: Policy) -> dict[ServiceLevel, FalseAlarms]:
    """False alarms in thirty days of each level if this policy were in force.

    Levels whose history was not read yet, or says too little to judge by, are left out.
    """
    return {level: found.alarms for level, found in implied(levels, policy).items() if found.is_enough}


def _moves(quiet: QuietHistory) -> list[Moves]:
    """How the level moved over each counted margin; nothing where the counts are of another level than this one."""
    from decisions.domain.quiet_history import Moves
    from decisions.domain.run_lengths import Chance

    if quiet.counted_for != _counted_for(quiet.level):
        return []
    return [
        Moves(margin, Chance(entered, begun), Chance(stayed, kept), quiet.samples, beyond)
        for margin, entered, begun, stayed, kept, beyond in quiet.moves
    ]


def _alarms(moves: Sequence[Moves], rule: Level, quiet: QuietHistory) -> FalseAlarms:
    from decisions.domain.quiet_history import nearest

    # The counted margins begin at 0, so that there is always one that is no wider.
    chosen, every = nearest(moves, rule.margin) or moves[0], quiet.every_seconds
    return chosen.alarms(run=_run(rule, every), seconds_each=every)


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
