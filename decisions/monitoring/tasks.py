"""Monitoring's doorbells."""

from celery import shared_task

from decisions.models import clock
from decisions.monitoring import retention, scraping


@shared_task(name="monitoring.scrape")
def scrape() -> None:
    """Scrape whatever is due. Safe to deliver twice: each source is claimed once."""
    scraping.scrape(clock.now())


@shared_task(name="monitoring.retain")
def retain() -> None:
    """Down-sample and forget old samples."""
    at = clock.now()
    retention.coarsen(at)
    retention.forget(at)
