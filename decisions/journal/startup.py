"""What the journal says of itself when the desk starts."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from decisions.domain.actors import DESK
from decisions.domain.events import Event
from decisions.journal import guards
from decisions.journal.acts import act
from decisions.models import Head


def check(at: datetime) -> list[str]:
    """Write down the size and root that the desk starts with, and the guards that are missing; answers those."""
    missing = guards.missing(connection)
    with act(DESK, at=at) as starting:
        head = Head.objects.get(pk=1)
        starting.note(Event.JOURNAL_CHECKED, size=head.size, root=head.root, missing_guards=missing)
    return missing
