"""Wiring: settings, environment, Celery, bells, addresses. No rule of the product lives here."""

__version__ = "0.1.0"

from rollback_site.celery import app as celery_app

__all__ = ["celery_app"]
