"""What happened, in words, newest first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from decisions import people
from decisions.models import Entry
from decisions.web.journal_words import sentence, sign
from decisions.web.words import clock

MOST = 40


def of_incident(incident_id: int) -> list[dict[str, Any]]:
    """The newest entries about an incident, its approvals and its runs."""
    return events(Entry.objects.filter(incident=incident_id).order_by("-sequence")[:MOST])


def events(entries: Iterable[Entry]) -> list[dict[str, Any]]:
    """Entries as rows of the `trail` component."""
    listed = list(entries)
    facts = [entry.facts() for entry in listed]
    keys = {entry.actor for entry in listed} | {str(each["requested_by"]) for each in facts if "requested_by" in each}
    named = people.names(keys)
    return [
        {
            "at": entry.at,
            "time": clock(entry.at),
            "text": sentence(entry, fact, named),
            **sign(entry),
        }
        for entry, fact in zip(listed, facts, strict=True)
    ]
