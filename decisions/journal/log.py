"""Appending to the log: canonical bytes, leaf hashes, the head, and one bell for each subscriber."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import models, transaction

from decisions.domain import canonical, merkle
from decisions.domain.actors import Actor
from decisions.domain.events import Event
from decisions.journal import bells
from decisions.models import Bell, Entry, Head

logger = logging.getLogger("decisions.journal")


@dataclass(frozen=True)
class Note:
    """One thing that happened, before it has a place in the log."""

    event: Event
    actor: Actor
    at: datetime
    about: models.Model | None = None
    facts: dict[str, Any] = field(default_factory=dict)


def append(notes: Sequence[Note]) -> list[Entry]:
    """Append the notes as entries, in order, and ring their bells on commit. Call inside a transaction, last.

    The head row's lock makes writers queue; the unique, gapless sequence makes two of them collide rather than fork.
    """
    if not notes:
        return []
    head = Head.objects.select_for_update().get(pk=1)
    frontier = [bytes.fromhex(part) for part in head.frontier]
    entries = []
    for offset, note in enumerate(notes):
        entry = _entry(note, head.size + offset)
        frontier = merkle.append(frontier, entry.sequence, bytes(entry.leaf))
        entries.append(entry)
    Entry.objects.bulk_create(entries)
    head.size += len(entries)
    head.root = merkle.root_of(frontier).hex()
    head.frontier = [part.hex() for part in frontier]
    head.at = notes[-1].at
    head.save()
    _hang_bells(entries)
    transaction.on_commit(lambda: _say(entries))
    return entries


def _say(entries: Sequence[Entry]) -> None:
    """One log line for each entry, with the ids by which the rest of the log can be joined to it."""
    for entry in entries:
        ids: dict[str, Any] = {"entry": entry.sequence, "service": entry.service, "incident": entry.incident}
        if entry.about_kind == "run":
            ids["run"] = entry.about_id
        logger.info(entry.event, extra={name: value for name, value in ids.items() if value not in ("", None)})


def _entry(note: Note, sequence: int) -> Entry:
    subject = _subject(note.about)
    body = canonical.canonical(
        {
            "sequence": sequence,
            "at": rfc3339(note.at),
            "event": str(note.event),
            "actor": note.actor.key,
            "about": subject,
            "facts": note.facts,
        }
    )
    return Entry(
        sequence=sequence,
        at=note.at,
        event=note.event,
        actor=note.actor.key,
        about_kind=subject.get("kind", ""),
        about_id=subject.get("id", ""),
        service=subject.get("service", ""),
        incident=subject.get("incident"),
        body=body,
        leaf=merkle.leaf_hash(body),
    )


def _subject(about: models.Model | None) -> dict[str, Any]:
    """What an entry is about: kind and id, and the service and incident it belongs to, so that it can be found."""
    if about is None:
        return {}
    kind = str(about._meta.model_name)
    found: dict[str, Any] = {"kind": kind, "id": str(about.pk)}
    service: Any = about if kind == "service" else getattr(about, "service", None)
    if service is not None:
        found["service"] = service.name
    incident = about.pk if kind == "incident" else getattr(about, "incident_id", None)
    if incident is not None:
        found["incident"] = incident
    return found


def _hang_bells(entries: Sequence[Entry]) -> None:
    hung = [
        Bell(entry=entry, task=task, due_at=entry.at + bells.FIRST_PATIENCE)
        for entry in entries
        for task in settings.BELLS.get(entry.event, ())
    ]
    if hung:
        Bell.objects.bulk_create(hung)
        transaction.on_commit(lambda: bells.ring(hung))


def rfc3339(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
