"""An act: one transaction, what it changes and the entries that say so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models, transaction

from decisions.domain.actors import Actor
from decisions.domain.events import Event
from decisions.journal import log
from decisions.live import wake
from decisions.models import Entry


@dataclass
class Act:
    """What is happening: who does it and when, and the notes that become entries at its end."""

    actor: Actor
    at: datetime
    notes: list[log.Note] = field(default_factory=list)

    def note(self, event: Event, *, about: models.Model | None = None, **facts: Any) -> None:
        """Write down an event. `facts` are JSON values; never a secret, never a name of a person.

        The entry is appended when the outermost act ends, in the order of the notes.
        """
        self.notes.append(log.Note(event=event, actor=self.actor, at=self.at, about=about, facts=facts))


_open: ContextVar[Act | None] = ContextVar("open_act", default=None)


@contextmanager
def act(actor: Actor, *, at: datetime) -> Iterator[Act]:
    """Open a transaction in which something happens; an act inside an act joins it.

    The entries are appended in one go as the last statement before the outermost commit, since the journal is gapless
    and its lock is held for that moment only. Bells are rung and pages woken after the commit. No network call belongs
    inside. An exception undoes everything; inside a joined act it undoes that part, notes included.
    """
    outer = _open.get()
    if outer is not None:
        yield from _joined(outer, actor, at)
        return
    with transaction.atomic():
        mine = Act(actor, at)
        reset = _open.set(mine)
        try:
            yield mine
        finally:
            _open.reset(reset)
        entries = log.append(mine.notes)
        transaction.on_commit(lambda: wake.topics(topics_of(entries)))


def _joined(outer: Act, actor: Actor, at: datetime) -> Iterator[Act]:
    kept = len(outer.notes)
    part = Act(actor, at, outer.notes)
    try:
        with transaction.atomic():
            yield part
    except BaseException:
        del outer.notes[kept:]
        raise


def topics_of(entries: Iterable[Entry]) -> set[str]:
    """The topics of the pages that show what these entries are about."""
    found = set()
    for entry in entries:
        found |= {"journal", f"{entry.about_kind}-{entry.about_id}"}
        if entry.service:
            found |= {"fleet", f"service-{entry.service}"}
        if entry.incident is not None:
            found.add(f"incident-{entry.incident}")
    return found


def entries_about(record: models.Model) -> models.QuerySet[Entry]:
    """The entries about one record, oldest first."""
    return Entry.objects.filter(about_kind=record._meta.model_name, about_id=str(record.pk)).order_by("sequence")
