"""One scrape: claim the due sources, fetch them at once, store, compare levels, open and heal incidents."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from decisions import journal
from decisions.domain.actors import DESK
from decisions.domain.events import Event
from decisions.domain.rates import Measured
from decisions.domain.telling import Told
from decisions.live import wake
from decisions.models import Indicator, Source, bulk
from decisions.monitoring import budgets, closing, exposition, incidents, levels, readings, samples, sources

logger = logging.getLogger("decisions.monitoring")
LONGEST_WAIT = timedelta(seconds=60)
# Characters; reading so many takes a tenth of a second, and the largest page that is taken two seconds.
LARGE = 200_000

Fetched = tuple[Source, sources.Page]


@dataclass(frozen=True)
class Read:
    """A page, read: its counters, and what they say beside those that stood on the source; or why it is not used."""

    source: Source
    reading: dict[str, Any] = field(default_factory=dict)
    values: Mapping[samples.Key, Measured] = field(default_factory=dict)
    fault: str = ""


def scrape(at: datetime) -> int:
    """Scrape every due source; answers how many. Two at once share the work: each source is claimed by one of them.

    What answers soon is stored soon; a source that hangs keeps nobody waiting but itself, and a large page is read when
    all others are stored.
    """
    found = Source.objects.due(at).select_related("service").defer("reading")
    due = [source for source in found if _claim(source, at)]
    large: list[Fetched] = []
    for pages in sources.fetch_in_turn([source.url for source in due]):
        come = [(due[place], page) for place, page in pages]
        store([each for each in come if len(each[1].text) <= LARGE], at)
        large += [each for each in come if len(each[1].text) > LARGE]
    for each in large:
        store([each], at)
    return len(due)


def _claim(source: Source, at: datetime) -> bool:
    # Until its answer is stored, which sets the real time, nobody else fetches it.
    until = at + max(timedelta(seconds=source.every_seconds), timedelta(seconds=2 * settings.SCRAPE_TIMEOUT_SECONDS))
    mine = Source.objects.filter(pk=source.pk, due_at=source.due_at).update(due_at=until)
    return bool(mine)


def store(fetched: Sequence[Fetched], at: datetime) -> None:
    """Store what the sources said, one transaction for all of them, and follow it through to the incidents.

    The pages are read before it: a large one takes seconds, in which nobody else could write. A source that is gone or
    has another address by now, or whose newer page was stored already, is passed over.
    """
    read = _read_all(fetched, at)
    if not read:
        return
    with journal.act(DESK, at=at) as act:
        held = [source for source in _held(read, at) if _is_as_read(source, read[source.pk])]
        for source in held:
            _mark(source, read[source.pk].fault, at, act)
        good = [source for source in held if not read[source.pk].fault]
        for source in good:
            source.reading, source.scraped_at = read[source.pk].reading, at
        bulk.update(held, ["state", "reason", "state_since", "due_at", "told"])
        bulk.update(good, ["reading", "scraped_at"])
        samples.store({source.pk: (source, read[source.pk].values) for source in good}, at)
        services = {source.service_id for source in held}
        compared = levels.held(services)
        turned, burned = levels.compare(compared, at), budgets.compare(compared, at)
        incidents.follow(turned, burned, at)
        closing.follow_up(services, at)
    wake.topics({"fleet", *(f"service-{source.service.name}" for source in held)})


def _read_all(fetched: Sequence[Fetched], at: datetime) -> dict[int, Read]:
    said = {source.pk: (source.url, page) for source, page in fetched}
    indicators = _indicators({source.service_id for source, _ in fetched})
    return {
        source.pk: _read(source, said[source.pk][1], indicators[source.service_id], at)
        for source in Source.objects.filter(pk__in=list(said))
        if source.url == said[source.pk][0]
    }


def _read(source: Source, page: sources.Page, indicators: list[Indicator], at: datetime) -> Read:
    try:
        if page.fault:
            raise exposition.BadPage(page.fault)
        reading = exposition.read(page.text, readings.wanted(indicators), most_series=settings.SCRAPE_SERIES)
        if indicators and not any(reading.values()):
            raise exposition.BadPage("exports none of the metrics that this service reads")
        values = readings.values(indicators, source.reading, reading, every_seconds=source.every_seconds, at=at)
    except exposition.BadPage as bad:
        return Read(source, fault=str(bad))
    except Exception:
        # One page that trips over us must not keep the others from being stored.
        logger.exception("The page of %s could not be read.", source, extra={"source": source.pk})
        return Read(source, fault="exports a page that we cannot read")
    return Read(source, readings.stored(reading, at), values)


def _held(wanted: Collection[int], at: datetime) -> list[Source]:
    """The sources as they are now, held until the transaction ends: the counters of the last page must be the last."""
    rows = Source.objects.filter(pk__in=list(wanted)).select_related("service").defer("reading")
    held = rows.select_for_update(of=("self",)).order_by("pk")
    return [source for source in held if source.scraped_at is None or source.scraped_at < at]


def _is_as_read(source: Source, read: Read) -> bool:
    """Whether the counters that the page was compared with are still the last ones of this address."""
    return (source.url, source.scraped_at) == (read.source.url, read.source.scraped_at)


def _indicators(services: set[int]) -> dict[int, list[Indicator]]:
    found: dict[int, list[Indicator]] = defaultdict(list)
    for indicator in Indicator.objects.filter(service__in=services):
        found[indicator.service_id].append(indicator)
    return found


def _mark(source: Source, fault: str, at: datetime, act: journal.Act) -> None:
    state = Source.UNHEALTHY if fault else Source.HEALTHY
    if source.state != state:
        source.state_since = at
    told, flips = Told.read(source.told).after(state, at)
    source.told = told.written()
    if flips:
        event = Event.SOURCE_HEALTHY if state == Source.HEALTHY else Event.SOURCE_UNHEALTHY
        act.note(event, about=source, **_facts(source, fault, flips))
        logger.info("Source %s is %s. %s", source, state, fault, extra={"source": source.pk})
    source.state, source.reason = state, fault[:300]
    source.due_at = at + _wait(source, at)


def _facts(source: Source, reason: str, flips: int) -> dict[str, Any]:
    more: dict[str, Any] = {"flips": flips} if flips > 1 else {}
    return {"source": source.name, **({"reason": reason} if reason else {}), **more}


def _wait(source: Source, at: datetime) -> timedelta:
    """Until the next scrape: the interval, doubling up to a minute for a source that keeps failing."""
    every = timedelta(seconds=source.every_seconds)
    if source.state != Source.UNHEALTHY or source.state_since is None:
        return every
    return max(every, min(at - source.state_since, LONGEST_WAIT))
