"""What the incident pages show beside the options: the deciding numbers, the charts, the people."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse

from decisions import people
from decisions.domain.incidents import ACTIVE
from decisions.models import Assessment, Incident, Run, Split
from decisions.monitoring.wording import in_unit
from decisions.registry import splits
from decisions.web.words import GAP, amount, lasting, percent
from decisions.web.words import clock as clock_words

STATE_WORDS = {
    "open": "Open",
    "mitigating": "Mitigating",
    "watching": "Watching",
    "resolved": "Resolved",
    "reviewed": "Reviewed",
}
CAUSE_WORDS = {"release": "the release", "other": "something else", "transient": "passes by itself"}


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


def standing(incident: Incident, assessment: Assessment | None, at: datetime) -> dict[str, Any]:
    """The head and the deciding numbers."""
    result = assessment.document() if assessment else None
    live = splits.live_at(incident.service, at)
    taker = people.names([incident.taken_by])[incident.taken_by] if incident.taken_by else ""
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
        "figures": _figures(incident, result, live.served or live.desired, at),
        "run": Run.objects.filter(incident=incident).first(),
    }


def trigger_sentence(incident: Incident) -> str:
    """What broke, frozen: value, target and the end of the margin."""
    levels = incident.trigger.get("levels", [])
    parts = [
        f"{level['title']} was {in_unit(level['value'], level['unit'])} "
        f"({'at most' if level['bound'] == 'at_most' else 'at least'} {in_unit(level['target'], level['unit'])}, "
        f"margin to {in_unit(level['breaks_at'], level['unit'])})"
        for level in levels
    ]
    said = "; ".join(parts) or "Reported by a person"
    return f"{said}. Trigger frozen at {clock_words(incident.opened_at)} UTC."


def _figures(
    incident: Incident, result: dict[str, Any] | None, served: Split | None, at: datetime
) -> list[dict[str, Any]]:
    found = []
    if result is not None:
        harm, currency = result["harm"], result["currency"]
        found.append(
            {
                "name": "Cost so far",
                "value": amount(harm["so_far"]),
                "unit": currency,
                "note": f"{amount(harm['per_minute'], currency)} more each minute · 90{GAP}%: "
                f"{amount(harm['so_far_low'])} to {amount(harm['so_far_high'])}",
            }
        )
    found.append(_open_for(incident, at))
    if result is not None:
        found.append(_severity(result))
    if served is not None:
        found.append({"name": "Served", "value": served.words, "note": f"since {clock_words(served.at)} UTC"})
    if result is not None:
        found.append(_cause(result))
    return found


def _open_for(incident: Incident, at: datetime) -> dict[str, Any]:
    until = incident.resolved_at or at
    minutes, seconds = divmod(int((until - incident.opened_at).total_seconds()), 60)
    found: dict[str, Any] = {
        "name": "Open for",
        "value": f"{minutes}:{seconds:02d}",
        "unit": "min",
        "note": f"since {clock_words(incident.opened_at)} UTC",
    }
    if incident.state in ACTIVE:
        found |= {"counts": "since", "at": incident.opened_at}
    return found


def _severity(result: dict[str, Any]) -> dict[str, Any]:
    severity = result["severity"]
    asks = {"nothing": "nothing yet", "stabilise": "stabilising", "roll_back": "rolling back"}[severity["asks_for"]]
    return {
        "name": "Severity",
        "value": amount(result["harm"]["per_minute"]),
        "unit": f"{result['currency']}/min",
        "note": f"the threshold curve asks for {asks}",
    }


def _cause(result: dict[str, Any]) -> dict[str, Any]:
    posterior = result["causes"]["posterior"]
    ranked = sorted(posterior, key=lambda name: (-posterior[name], name))
    rest = ", ".join(f"{percent(posterior[name])} {CAUSE_WORDS[name]}" for name in ranked[1:])
    return {
        "name": "Likely cause",
        "value": percent(posterior[ranked[0]]).removesuffix(f"{GAP}%"),
        "unit": f"% {CAUSE_WORDS[ranked[0]]}",
        "note": rest,
    }


def charts(incident: Incident) -> list[dict[str, Any]]:
    """The charts of what is hurting: the broken indicators first, at most four."""
    hurt = {level["indicator"] for level in incident.trigger.get("levels", [])}
    found = sorted(incident.service.indicators.all(), key=lambda each: (each.name not in hurt, each.position))
    name = incident.service.name
    return [
        {
            "id": f"chart-{indicator.name}",
            "title": f"{indicator.title}, {_axis_unit(indicator.unit)}".rstrip(", "),
            "url": reverse("service-chart", args=[name, indicator.name]) + "?span=900",
            "topic": f"service-{name}",
        }
        for indicator in found[: max(len(hurt), 2)][:4]
    ]


def _axis_unit(unit: str) -> str:
    return "%" if unit == "fraction" else unit


def _part(role: str) -> str:
    return {
        "responsible": "Decides.",
        "approver": "Approves what lies outside the bounds.",
        "outcome_validator": "Says afterwards whether the outcome is valid.",
        "remediation_owner": "Owns the repair.",
        "informed": "Is told.",
    }[role]


def who_must_act(incident: Incident) -> list[dict[str, Any]]:
    """Who has a part in this, in the order in which they are needed."""
    order = ["responsible", "approver", "outcome_validator", "remediation_owner", "informed"]
    stakes = sorted(incident.service.stakeholders.all(), key=lambda stake: (order.index(stake.role), stake.person))
    return [
        {
            "name": stake.person.title(),
            "when": {"responsible": "now", "approver": "if asked"}.get(stake.role, "afterwards"),
            "text": _part(stake.role),
            "current": stake.role == "responsible" and incident.state in ACTIVE,
        }
        for stake in stakes
    ]
