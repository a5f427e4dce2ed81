"""What the incident pages show beside the options: the deciding numbers, the charts, the people."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse

from decisions import people
from decisions.domain.actors import Actor, response_refusal
from decisions.domain.incidents import ACTIVE
from decisions.models import Assessment, Incident, Run
from decisions.monitoring import closing, drift
from decisions.monitoring.wording import in_unit
from decisions.registry import splits
from decisions.web import charts as figures
from decisions.web import incident_figures, unusual_words
from decisions.web.run_pages import STATE_WORDS as RUN_WORDS
from decisions.web.words import clock as clock_words
from decisions.web.words import lasting

MOST_CHARTS = 4
ROOM_SPAN, AFTERWARDS = timedelta(minutes=15), timedelta(minutes=5)
STATE_WORDS = {
    "open": "Open",
    "mitigating": "Mitigating",
    "watching": "Watching",
    "resolved": "Resolved",
    "reviewed": "Reviewed",
}

_WITHOUT_LEVELS = {"drift": "Trigger: what is served is not what was asked for."}


def rows(incidents: Iterable[Incident], at: datetime) -> list[dict[str, Any]]:
    """The list's rows: what, where, since when, for how long."""
    return [
        {
            "key": incident.key,
            "url": reverse("incident-detail", args=[incident.pk]),
            "service": incident.service.name,
            "service_url": reverse("service-detail", args=[incident.service.name]),
            "title": incident.title,
            "state": incident.state,
            "word": STATE_WORDS[incident.state],
            "severity": incident.severity,
            "opened_at": incident.opened_at,
            "lasted": lasting((incident.resolved_at or at) - incident.opened_at),
        }
        for incident in incidents
    ]


def standing(incident: Incident, assessment: Assessment | None, actor: Actor, at: datetime) -> dict[str, Any]:
    """The head and the deciding numbers."""
    live = splits.live_at(incident.service, at)
    taker = people.names([incident.taken_by])[incident.taken_by] if incident.taken_by else ""
    run = Run.objects.filter(incident=incident).first()
    return {
        "incident": incident,
        "where": [
            {"word": "Fleet", "url": reverse("fleet")},
            {"word": incident.service.name, "url": reverse("service-detail", args=[incident.service.name])},
            {"word": incident.key},
        ],
        "state_word": STATE_WORDS[incident.state],
        "taker": taker,
        "trigger": trigger_sentence(incident),
        "unusual": unusual_words.during(incident, at),
        "figures": incident_figures.figures(incident, assessment, live.served or live.desired, at),
        "may_take": incident.is_active and not taker and response_refusal(actor) is None,
        "may_close": closing.close_refusal(actor, incident) is None,
        "keeps": live.served if drift.keep_refusal(actor, incident) is None else None,
        "run": run,
        "run_word": RUN_WORDS[run.state] if run else "",
    }


def trigger_sentence(incident: Incident) -> str:
    """What broke, frozen: value, target and the end of the margin."""
    levels = incident.trigger.get("levels", [])
    parts = [
        f"{level['title']} {in_unit(level['value'], level['unit'])}, "
        f"{'at most' if level['bound'] == 'at_most' else 'at least'} {in_unit(level['target'], level['unit'])}, "
        f"margin to {in_unit(level['breaks_at'], level['unit'])}"
        for level in levels
    ]
    said = f"Trigger: {'; '.join(parts)}." if parts else _WITHOUT_LEVELS.get(incident.kind, "Reported by a person.")
    return f"{said} Frozen at {clock_words(incident.opened_at)} UTC."


def charts(incident: Incident) -> list[dict[str, Any]]:
    """The charts of what is hurting: the broken indicators first, at most four."""
    hurt = {level["indicator"] for level in incident.trigger.get("levels", [])}
    indicators = incident.service.indicators.select_related("service").prefetch_related("levels")
    found = sorted(indicators, key=lambda each: (each.name not in hurt, each.position))
    until = incident.resolved_at + AFTERWARDS if incident.resolved_at else None
    return figures.plans(found[: max(len(hurt), 2)][:MOST_CHARTS], _span(incident), until)


def _span(incident: Incident) -> timedelta:
    """A quarter of an hour, or a whole incident that is over, with some minutes before it."""
    if incident.resolved_at is None:
        return ROOM_SPAN
    lasted = incident.resolved_at - incident.opened_at
    return min(max(lasted + 2 * AFTERWARDS, ROOM_SPAN), figures.LONGEST_SPAN)


_PARTS = {
    "responsible": "decides",
    "approver": "approves what lies outside the bounds",
    "outcome_validator": "says whether the outcome is valid",
    "remediation_owner": "owns the repair",
    "informed": "is told",
}
_WHEN = {"responsible": "now", "approver": "if asked"}


def who_must_act(incident: Incident) -> list[dict[str, Any]]:
    """Who has a part in this, in the order in which they are needed; somebody with two parts stands there once."""
    order = list(_PARTS)
    parts: dict[str, list[str]] = {}
    for stake in sorted(incident.service.stakeholders.all(), key=lambda each: (order.index(each.role), each.person)):
        parts.setdefault(stake.person, []).append(stake.role)
    return [
        {
            "name": person.title(),
            "when": _WHEN.get(roles[0], "afterwards"),
            "text": ", ".join(_PARTS[role] for role in roles).capitalize() + ".",
            "current": roles[0] == "responsible" and incident.state in ACTIVE,
        }
        for person, roles in parts.items()
    ]
