"""What is like nothing before: the detector on every indicator, a minute at a time.

Evidence only. It opens no incident: how often it is wrong on noise stands in docs/nab.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Max

from decisions import journal
from decisions.domain.actors import DESK
from decisions.domain.events import Event
from decisions.domain.warming import WARM_UP_ROWS
from decisions.models import Indicator, Service, Unusual, Watch, bulk
from decisions.monitoring import samples
from decisions.monitoring.readings import query_of
from decisions.monitoring.wording import in_unit

MINUTE = timedelta(minutes=1)
# After a longer silence of the desk the watch goes on from here; what lies before is a gap.
MOST_MINUTES = 60
AT_ONCE = 100

# A minute that was unlike all before it is worth telling for this long.
TOLD_FOR = timedelta(minutes=30)

CAUSES = {
    "usual": "far from its usual value",
    "hour_of_day": "far from what this hour of the day brings",
    "level_shift": "its level has moved",
}


def of(service: Service, since: datetime) -> list[Unusual]:
    """The minutes since then in which an indicator of the service was unlike all before, newest first."""
    found = Unusual.objects.filter(indicator__service=service, at__gt=since)
    return list(found.select_related("indicator")[:100])


def learning(service: Service) -> int | None:
    """How many minutes the detector has measured of the service's indicators, while it is too early to flag; else None.

    An indicator that was never measured says nothing about how long the others still take.
    """
    seen = Watch.objects.filter(indicator__service=service).aggregate(most=Max("measured"))["most"] or 0
    return seen if seen < WARM_UP_ROWS else None


def sentence(found: Unusual) -> str:
    """One flag in one sentence."""
    value = in_unit(found.value, found.indicator.unit)
    why = CAUSES.get(found.cause, found.cause)
    return f"{found.indicator.title} was unusual at {found.at.astimezone(UTC):%H:%M} UTC: {value}, {why}."


def look(at: datetime) -> int:
    """Read the minutes that are over since the last look; answers how many flags were raised. Safe to run twice."""
    last = _last_minute(at)
    _begin(last)
    due = Watch.objects.filter(minute__lt=last).select_related("indicator__service").order_by("pk")
    watches = list(due)
    return sum(_look(watches[start : start + AT_ONCE], last, at) for start in range(0, len(watches), AT_ONCE))


def _last_minute(at: datetime) -> int:
    """The last minute, counted from 1970, that is over and whose pages have all been stored."""
    over = at - timedelta(seconds=settings.SCRAPE_TIMEOUT_SECONDS + 1)
    return int(over.timestamp() // 60) - 1


def _begin(last: int) -> None:
    fresh = Indicator.objects.filter(watch__isnull=True)
    Watch.objects.bulk_create([Watch(indicator=each, minute=last - 1) for each in fresh], ignore_conflicts=True)


def _look(watches: Sequence[Watch], last: int, at: datetime) -> int:
    """Everything is read and worked out first; the transaction only writes, and leaves out what moved meanwhile."""
    values = _values(watches, last)
    was = {watch.pk: watch.minute for watch in watches}
    flags = {watch.pk: _read(watch, last, values) for watch in watches}
    with journal.act(DESK, at=at) as act:
        held = Watch.objects.filter(pk__in=was).select_for_update().order_by("pk")
        mine = {pk for pk, minute in held.values_list("pk", "minute") if minute == was[pk]}
        bulk.update([watch for watch in watches if watch.pk in mine], ["minute", "measured", "learnt"])
        raised = [flag for pk, many in flags.items() if pk in mine for flag in many]
        Unusual.objects.bulk_create(raised, ignore_conflicts=True)
        for flag in raised:
            act.note(Event.UNUSUAL_FOUND, about=flag.indicator.service, **_facts(flag))
    return len(raised)


def _values(watches: Sequence[Watch], last: int) -> dict[tuple[int, int], float]:
    """One value for each indicator and minute that has one, on live traffic, all versions together."""
    queries = {watch.pk: query_of(watch.indicator) for watch in watches}
    asked = [(pk, query.kind, query.q, MINUTE.total_seconds()) for pk, query in queries.items()]
    first = max(min(watch.minute for watch in watches) + 1, last - MOST_MINUTES + 1)
    found = {}
    for minute in range(first, last + 1):
        for pk, measured in samples.live(asked, at=_end(minute)).items():
            if measured.value is not None:
                found[pk, minute] = measured.value
    return found


def _read(watch: Watch, last: int, values: dict[tuple[int, int], float]) -> list[Unusual]:
    """Let the detector read the watch's minutes; the watch is changed, not saved."""
    # Imported when asked for: the pages that show flags do without numpy at their start.
    import numpy as np

    from decisions.domain.detection import CAUSES as NAMES
    from decisions.domain.detection import Detector

    detector = Detector.resumed(watch.learnt)
    minutes = range(max(watch.minute + 1, last - MOST_MINUTES + 1), last + 1)
    times = np.array([60.0 * minute for minute in minutes])
    readings = detector.read(times, np.array([values.get((watch.pk, minute), np.nan) for minute in minutes]))
    watch.minute, watch.measured, watch.learnt = last, detector.rows, detector.learnt()
    return [
        Unusual(
            indicator=watch.indicator,
            at=_end(minutes[place]),
            value=values[watch.pk, minutes[place]],
            score=round(float(readings.scores[place]), 6),
            cause=NAMES[readings.causes[place]],
        )
        for place in np.flatnonzero(readings.flags)
    ]


def _end(minute: int) -> datetime:
    return datetime.fromtimestamp(60 * (minute + 1), UTC)


def _facts(flag: Unusual) -> dict[str, Any]:
    indicator = flag.indicator
    return {
        "indicator": indicator.name,
        "title": indicator.title,
        "unit": indicator.unit,
        "value": flag.value,
        "score": flag.score,
        "cause": flag.cause,
        "minute": flag.at.isoformat(),
    }
