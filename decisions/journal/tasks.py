"""The journal's doorbell: ring again what stayed unanswered."""

from celery import shared_task

from decisions.journal import bells
from decisions.models import clock


@shared_task(name="journal.ring")
def ring() -> None:
    """Ring unanswered bells again. Safe to deliver twice."""
    bells.ring_again(clock.now())
