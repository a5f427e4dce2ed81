"""One scrape: claim the due sources, fetch them at once, store, compare levels, open and heal incidents."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from decisions import journal
from decisions.domain.actors import DESK
from decisions.domain.events import Event
from decisions.domain.rates import Measured
from decisions.live import wake
from decisions.models import Indicator, Source, bulk
from decisions.monitoring import budgets, closing, exposition, incidents, levels, readings, samples, sources

logger = logging.getLogger("decisions.monitoring")
LONGEST_WAIT = timedelta(seconds=60)


def scrape(at: datetime) -> int:
    """Scrape every due source; answers how many. Two at once share the work: each source is claimed by one of them.

    What answers soon is stored soon; a source that hangs keeps nobody waiting but itself.
    """
    due = [source for source in Source.objects.due(at).select_related("service") if _claim(source, at)]
    for pages in sources.fetch_in_turn([source.url for source in due]):
        store([(due[place], page) for place, page in pages], at)
    return len(due)


def _claim(source: Source, at: datetime) -> bool:
    # Until its answer is stored, which sets the real time, nobody else fetches it.
    until = at + max(timedelta(seconds=source.every_seconds), timedelta(seconds=2 * settings.SCRAPE_TIMEOUT_SECONDS))
    mine = Source.objects.filter(pk=source.pk, due_at=source.due_at).update(due_at=until)
    return bool(mine)


def store(fetched: Sequence[tuple[Source, sources.Page]], at: datetime) -> None:
    """Store what the sources said, one transaction for all of them, and follow it through to the incidents.

    A source that is gone, or whose newer page was stored already, is passed over.
    """
    said = {source.pk: page for source, page in fetched}
    indicators = _indicators({source.service_id for source, _ in fetched})
    found: dict[int, tuple[Source, dict[samples.Key, Measured]]] = {}
    with journal.act(DESK, at=at) as act:
        held = _held(said, at)
        for source in held:
            values = _values(source, said[source.pk], indicators[source.service_id], at, act)
            if values:
                found[source.pk] = (source, values)
        bulk.update(held, ["state", "reason", "state_since", "scraped_at", "reading", "due_at"])
        samples.store(found, at)
        services = {source.service_id for source in held}
        compared = levels.held(services)
        turned, burned = levels.compare(compared, at), budgets.compare(compared, at)
        incidents.follow(turned, burned, at)
        closing.follow_up(services, at)
    wake.topics({"fleet", *(f"service-{source.service.name}" for source in held)})


def _held(wanted: Collection[int], at: datetime) -> list[Source]:
    """The sources as they are now, held until the transaction ends: the counters of the last page must be the last."""
    rows = Source.objects.filter(pk__in=list(wanted)).select_related("service")
    held = rows.select_for_update(of=("self",)).order_by("pk")
    return [source for source in held if source.scraped_at is None or source.scraped_at < at]


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
