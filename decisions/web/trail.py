"""What happened, in words, newest first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from decisions import people
from decisions.domain.actors import Actor
from decisions.domain.events import Event
from decisions.models import Entry, Incident
from decisions.monitoring import incidents
from decisions.web.journal_words import sentence, sign
from decisions.web.option_words import option_words
from decisions.web.words import clock

MOST = 40
# An open incident is assessed every half minute; a day of that is more than anybody reads.
MOST_ASSESSED = 400


def context(incident: Incident, actor: Actor) -> dict[str, Any]:
    """The trail part of an incident's page."""
    may_note = incidents.note_refusal(actor) is None
    return {"incident": incident, "events": of_incident(incident), "may_note": may_note}


def of_incident(incident: Incident) -> list[dict[str, Any]]:
    """The newest entries about an incident, its approvals and its runs; assessments only where their answer changed."""
    entries = Entry.objects.filter(incident=incident.pk).exclude(event=Event.ASSESSMENT_MADE).order_by("-sequence")
    rows = [*events(entries[:MOST]), *_assessed(incident)]
    return sorted(rows, key=lambda row: row["at"], reverse=True)[:MOST]


def _assessed(incident: Incident) -> list[dict[str, Any]]:
    """One row for each stretch of assessments with the same answer."""
    newest = incident.assessments.values_list("at", "recommended")[:MOST_ASSESSED]
    rows: list[dict[str, Any]] = []
    for at, recommended in reversed(list(newest)):
        if rows and rows[-1]["recommended"] == recommended:
            rows[-1]["last"] = at
        else:
            rows.append({"at": at, "last": at, "recommended": recommended})
    return [_stretch(row) for row in rows]


def _stretch(row: dict[str, Any]) -> dict[str, Any]:
    answer = option_words(row["recommended"]) if row["recommended"] else "no recommendation"
    # How often is not said: of older ones that repeat each other only the first and the last are kept.
    note = f"again until {clock(row['last'])}" if row["last"] > row["at"] else ""
    found = {"at": row["at"], "time": clock(row["at"]), "icon": "running", "state": ""}
    return {**found, "text": f"Assessed: {answer}.", "note": note}


def events(entries: Iterable[Entry]) -> list[dict[str, Any]]:
    """Entries as rows of the `trail` component."""
    listed = list(entries)
    facts = [entry.facts() for entry in listed]
    keys = {entry.actor for entry in listed} | {str(each["requested_by"]) for each in facts if "requested_by" in each}
    named = people.names(keys)
    return [
        {"at": entry.at, "time": clock(entry.at), "text": sentence(entry, fact, named), **sign(entry)}
        for entry, fact in zip(listed, facts, strict=True)
    ]
