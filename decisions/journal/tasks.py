"""The journal's doorbell: ring again what stayed unanswered."""

from celery import shared_task

from decisions.journal import bells
from decisions.models import Pulse, clock


@shared_task(name="journal.ring")
def ring() -> None:
    """Ring unanswered bells again. Safe to deliver twice."""
    at = clock.now()
    Pulse.objects.felt("worker", at)
    bells.ring_again(at)
