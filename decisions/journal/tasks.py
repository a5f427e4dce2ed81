"""The journal's doorbells: ring again what stayed unanswered, take down what was answered."""

from celery import shared_task

from decisions.journal import bells
from decisions.models import Pulse, clock


@shared_task(name="journal.ring")
def ring() -> None:
    """Ring unanswered bells again. Safe to deliver twice."""
    at = clock.now()
    Pulse.objects.felt("worker", at)
    bells.ring_again(at)


@shared_task(name="journal.forget")
def forget() -> None:
    """Take down bells that were answered long ago. Safe to deliver twice."""
    bells.forget(clock.now())
