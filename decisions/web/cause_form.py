"""The part of an incident's page on which a person says what the cause was, once it is over."""

from __future__ import annotations

from typing import Any

from decisions import people
from decisions.domain.actors import Actor
from decisions.domain.incidents import ACTIVE
from decisions.models import Incident
from decisions.monitoring import causes
from decisions.web.option_words import ESTABLISHED
from decisions.web.words import clock

_NOTES = {
    "release": "a version or a setting that we changed",
    "other": "data, traffic or a machine that we did not change",
    "transient": "nobody did anything that helped",
}


def context(incident: Incident, actor: Actor) -> dict[str, Any]:
    """The choices, what was said last and by whom, and whether this person may say it; empty while it goes on."""
    if incident.state in ACTIVE:
        return {"cause": None}
    refusal = causes.establish_refusal(actor, incident)
    choices = [
        {"value": value, "word": word[:1].upper() + word[1:], "note": _NOTES[value]}
        for value, word in ESTABLISHED.items()
    ]
    return {"incident": incident, "cause": {"said": _said(incident), "choices": choices, "may": refusal is None}}


def _said(incident: Incident) -> str:
    if not incident.cause or incident.cause_at is None:
        return "Nobody has said yet what it was."
    who = people.names([incident.cause_by])[incident.cause_by]
    return f"It was {ESTABLISHED[incident.cause]}, said {who} at {clock(incident.cause_at)} UTC."
