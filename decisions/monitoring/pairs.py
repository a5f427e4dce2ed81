"""Which versions are compared, and over which rows: the newest one served, while it is young or something is wrong."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max

from decisions.domain.judges.rows import Rows
from decisions.models import Comparison, Deployment, Incident, Indicator, Service, Source, Split, Version
from decisions.monitoring.levels import onset

# A scrape that comes late leaves a row with one sample instead of two, not with none.
SCRAPES_A_ROW = 2
# So many looks the judge's false alarms were measured for (bench/false_alarms.py); by then it has said what it can.
MOST_ROWS = 240
# A version that went live no more rows than this before an incident is looked at from its first moment on.
FRESH_ROWS = 20
LONGEST = timedelta(days=1)
MOST_OLDER = 3


@dataclass(frozen=True)
class Scene:
    """A version to be compared: with which it may be (the nearest first), and in which rows.

    `known` is what was found so far; it has seen fewer rows than there are now.
    """

    service: Service
    incident: Incident | None
    candidate: str
    older: tuple[str, ...]
    rows: Rows
    indicators: tuple[Indicator, ...]
    known: Comparison | None


def began(live_since: datetime, hurt_since: datetime | None, row_seconds: float) -> datetime:
    """From when on a version is compared: since it went live, or since the trouble began where it was well before."""
    if hurt_since is None or hurt_since - live_since <= timedelta(seconds=FRESH_ROWS * row_seconds):
        return live_since
    return hurt_since


def trouble(incident: Incident, indicators: Iterable[Indicator]) -> datetime:
    """Since when things are as they are: the incident's beginning, or what was done about it last."""
    return incident.last_action_at or onset((level for each in indicators for level in each.levels.all()), incident)


def scenes(at: datetime) -> list[Scene]:
    """The services with something new to compare. Idle services, which most are, cost two queries all together."""
    incidents = {each.service_id: each for each in Incident.objects.active().select_related("service")}
    young = Deployment.objects.filter(ended_at__isnull=True, started_at__gt=at - LONGEST).select_related("service")
    services = {each.service_id: each.service for each in young}
    services |= {each.service_id: each.service for each in incidents.values()}
    scraped = _scraped(services)
    found = (_scene(services[pk], incidents.get(pk), *scraped[pk], at) for pk in sorted(services) if pk in scraped)
    return [scene for scene in found if scene is not None]


def _scraped(services: dict[int, Service]) -> dict[int, tuple[float, datetime]]:
    """The longest interval between two scrapes of each service, and when it was scraped last."""
    rows = Source.objects.filter(service__in=services, scraped_at__isnull=False).values("service").order_by("service")
    known = rows.annotate(every=Max("every_seconds"), last=Max("scraped_at"))
    return {pk: (every, last) for pk, every, last in known.values_list("service", "every", "last")}


def _scene(service: Service, incident: Incident | None, every: float, scraped: datetime, at: datetime) -> Scene | None:
    candidate, older = _versions(service, at)
    deployment = Deployment.objects.filter(version=candidate, ended_at__isnull=True).first() if candidate else None
    if candidate is None or deployment is None or not older:
        return None
    indicators = tuple(service.indicators.prefetch_related("levels"))
    seconds = SCRAPES_A_ROW * every
    since = began(deployment.started_at, trouble(incident, indicators) if incident else None, seconds)
    passed = int((scraped - since).total_seconds() / seconds)
    known = Comparison.objects.filter(service=service, candidate=candidate.name, since=since).first()
    # Without an incident only a young version is compared: an old one has been, or is known by its samples.
    if passed < 1 or (incident is None and known is None and passed > MOST_ROWS):
        return None
    rows = Rows(since, seconds, min(passed, MOST_ROWS))
    if known is not None and not is_due(known.rows, rows.count):
        return None
    return Scene(service, incident, candidate.name, older, rows, indicators, known)


def is_due(seen: int, rows: int) -> bool:
    """Each row at first, then each twentieth part more, and the last one: some eighty looks at 240 rows."""
    return rows >= seen + max(seen // 20, 1) or seen < rows == MOST_ROWS


def _versions(service: Service, at: datetime) -> tuple[Version | None, tuple[str, ...]]:
    """The newest version that is served, and the names of those before it, the nearest first."""
    served = Split.objects.last_before(service, Split.SERVED, at)
    shares = served.shares if served else {}
    newest = Version.objects.filter(service=service, name__in=[name for name, share in shares.items() if share > 0])
    candidate = newest.first()
    if candidate is None:
        return None, ()
    older = Version.objects.filter(service=service, registered_at__lte=candidate.registered_at)
    names = older.exclude(pk=candidate.pk).values_list("name", flat=True)
    return candidate, tuple(names[:MOST_OLDER])
