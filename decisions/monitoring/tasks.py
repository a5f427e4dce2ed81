"""Monitoring's doorbells."""

from __future__ import annotations

from datetime import datetime

from celery import shared_task

from decisions.journal import bells
from decisions.models import Entry, Service, clock
from decisions.monitoring import alarms, comparisons, drift, retention, scraping, unusual


@shared_task(name="monitoring.scrape")
def scrape() -> None:
    """Scrape whatever is due. Safe to deliver twice: each source is claimed once."""
    scraping.scrape(clock.now())


@shared_task(name="monitoring.look")
def look() -> None:
    """Show the detector the minutes that are over. Safe to deliver twice: each minute is read once."""
    unusual.look(clock.now())


@shared_task(name="monitoring.compare")
def compare() -> None:
    """Hold new versions against the ones before them. Safe to deliver twice: each number of rows is looked at once."""
    comparisons.look(clock.now())


@shared_task(name="monitoring.retain")
def retain() -> None:
    """Down-sample and forget old samples."""
    at = clock.now()
    retention.coarsen(at)
    retention.forget(at)


@shared_task(name="monitoring.count_alarms")
def count_alarms() -> None:
    """Read the quiet history of the levels whose turn it is. Safe to deliver twice."""
    alarms.refresh(clock.now())


@bells.answers("monitoring.drift_found")
def drift_found(entry: Entry, at: datetime) -> None:
    service = Service.objects.filter(name=entry.service).first()
    if service is not None:
        drift.found(service, str(entry.facts().get("sentence", "")), at)
