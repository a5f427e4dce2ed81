"""One scrape: claim the due sources, fetch them at once, store, compare levels, open and heal incidents."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from decisions import journal
from decisions.domain.actors import DESK
from decisions.domain.events import Event
from decisions.domain.rates import Measured
from decisions.live import wake
from decisions.models import Indicator, Source
from decisions.monitoring import exposition, incidents, levels, readings, samples, sources

logger = logging.getLogger("decisions.monitoring")
LONGEST_WAIT = timedelta(seconds=60)


def scrape(at: datetime) -> int:
    """Scrape every due source; answers how many. Two at once share the work: each source is claimed by one of them."""
    due = [source for source in Source.objects.due(at).select_related("service") if _claim(source, at)]
    if not due:
        return 0
    pages = sources.fetch([source.url for source in due])
    store(list(zip(due, pages, strict=True)), at)
    return len(due)


def _claim(source: Source, at: datetime) -> bool:
    until = at + timedelta(seconds=source.every_seconds)
    mine = Source.objects.filter(pk=source.pk, due_at=source.due_at).update(due_at=until)
    return bool(mine)


def store(fetched: Sequence[tuple[Source, sources.Page]], at: datetime) -> None:
    """Store what the sources said, one transaction for all of them, and follow it through to the incidents."""
    indicators = _indicators({source.service_id for source, _ in fetched})
    found: dict[int, tuple[Source, dict[samples.Key, Measured]]] = {}
    with journal.act(DESK, at=at) as act:
        for source, page in fetched:
            values = _values(source, page, indicators[source.service_id], at, act)
            if values:
                found[source.pk] = (source, values)
        Source.objects.bulk_update(
            [source for source, _ in fetched],
            ["state", "reason", "state_since", "scraped_at", "reading", "due_at"],
        )
        samples.store(found, at)
        services = {source.service_id for source, _ in fetched}
        incidents.follow(levels.compare(services, at), at)
        incidents.heal(services, at)
    wake.topics({"fleet", *(f"service-{source.service.name}" for source, _ in fetched)})


def _indicators(services: set[int]) -> dict[int, list[Indicator]]:
    found: dict[int, list[Indicator]] = defaultdict(list)
    for indicator in Indicator.objects.filter(service__in=services):
        found[indicator.service_id].append(indicator)
    return found


def _values(
    source: Source, page: sources.Page, indicators: list[Indicator], at: datetime, act: journal.Act
) -> dict[samples.Key, Measured]:
    try:
        if page.fault:
            raise exposition.BadPage(page.fault)
        reading = exposition.read(page.text, readings.wanted(indicators), most_series=settings.SCRAPE_SERIES)
    except exposition.BadPage as bad:
        _mark(source, Source.UNHEALTHY, str(bad), at, act)
        return {}
    if indicators and not any(reading.values()):
        _mark(source, Source.UNHEALTHY, "exports none of the metrics that this service reads", at, act)
        return {}
    found = readings.values(indicators, source.reading, reading, every_seconds=source.every_seconds, at=at)
    source.reading, source.scraped_at = readings.stored(reading, at), at
    _mark(source, Source.HEALTHY, "", at, act)
    return found


def _mark(source: Source, state: str, reason: str, at: datetime, act: journal.Act) -> None:
    changed = source.state != state
    if changed:
        source.state_since = at
        event = Event.SOURCE_HEALTHY if state == Source.HEALTHY else Event.SOURCE_UNHEALTHY
        act.note(event, about=source, **_facts(source, reason))
        logger.info("Source %s is %s. %s", source, state, reason, extra={"source": source.pk})
    source.state, source.reason = state, reason[:300]
    source.due_at = at + _wait(source, at)


def _facts(source: Source, reason: str) -> dict[str, Any]:
    return {"source": source.name, "reason": reason} if reason else {"source": source.name}


def _wait(source: Source, at: datetime) -> timedelta:
    """Until the next scrape: the interval, doubling up to a minute for a source that keeps failing."""
    every = timedelta(seconds=source.every_seconds)
    if source.state != Source.UNHEALTHY or source.state_since is None:
        return every
    return max(every, min(at - source.state_since, LONGEST_WAIT))
