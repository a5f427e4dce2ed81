"""Ringing bells, answering them, and ringing again whatever stayed unanswered."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from celery import current_app, shared_task
from django.conf import settings

from decisions.models import Bell, Entry, clock

logger = logging.getLogger("decisions.journal")

# A bell is rung again after this long without an answer, and then at doubling distances up to the last one.
FIRST_PATIENCE = timedelta(seconds=3)
LAST_PATIENCE = timedelta(minutes=5)
BATCH = 1_000
# So many are rung in one turn. The longest due go first, so that those which nobody ever answers hide no other.
AT_ONCE = 200

Handler = Callable[[Entry, datetime], None]


def ring(hung: Iterable[Bell]) -> None:
    """Send each bell's task its id. A broker that is down costs nothing: the sweeper rings again."""
    for bell in hung:
        try:
            current_app.send_task(bell.task, args=[bell.pk], retry=False)
        except Exception as error:
            logger.warning("A bell could not be rung now: %s", error, extra={"task": bell.task})


def ring_again(at: datetime) -> int:
    """Ring the bells that are due again; answers how many. Safe to run twice at once."""
    due = Bell.objects.filter(answered_at__isnull=True, due_at__lte=at).order_by("due_at", "pk")
    mine = [bell for bell in due[:AT_ONCE] if _claim(bell, at)]
    ring(mine)
    return len(mine)


def forget(at: datetime) -> int:
    """Take down the bells that were answered long ago, in small transactions; answers how many. Safe to run twice."""
    edge, gone = at - timedelta(seconds=settings.BELL_KEEP_SECONDS), 0
    old = Bell.objects.filter(answered_at__lt=edge).order_by("pk")
    while batch := list(old.values_list("pk", flat=True)[:BATCH]):
        gone += Bell.objects.filter(pk__in=batch).delete()[0]
    return gone


def _patience(rings: int) -> timedelta:
    return min(FIRST_PATIENCE * 2 ** min(rings, 10), LAST_PATIENCE)


def _claim(bell: Bell, at: datetime) -> bool:
    return bool(
        Bell.objects.filter(pk=bell.pk, rings=bell.rings, answered_at__isnull=True).update(
            rings=bell.rings + 1, due_at=at + _patience(bell.rings + 1)
        )
    )


def answers(name: str) -> Callable[[Handler], Any]:
    """Make a handler of one entry the task `name` in `rollback_site/bells.py`.

    The handler gets the entry and the time, must be safe to run twice, and counts as an answer when it returns.
    """

    def make(handler: Handler) -> Any:
        @shared_task(name=name)
        @wraps(handler)
        def task(bell_id: int) -> None:
            bell = Bell.objects.select_related("entry").filter(pk=bell_id, answered_at__isnull=True).first()
            if bell is None:
                return
            handler(bell.entry, clock.now())
            Bell.objects.filter(pk=bell_id, answered_at__isnull=True).update(answered_at=clock.now())

        return task

    return make
