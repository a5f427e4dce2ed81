"""The deciding numbers of an incident: what it costs, since when, how bad it is, what is served, what caused it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from decisions.assessment import costs
from decisions.domain.cost_so_far import CostSoFar
from decisions.domain.incidents import ACTIVE
from decisions.models import Assessment, Incident, Split
from decisions.web.option_words import CAUSES
from decisions.web.thresholds import ASKS
from decisions.web.words import GAP, amount, lasting, percent
from decisions.web.words import clock as clock_words

# From here on minutes and seconds say less than hours.
LONG_MINUTES = 90


def figures(
    incident: Incident, assessment: Assessment | None, served: Split | None, at: datetime
) -> list[dict[str, Any]]:
    """Rows of the `figures` component, the cost first."""
    result = assessment.document() if assessment else None
    found = [_open_for(incident, at)]
    if assessment is not None and result is not None:
        found = [_cost(incident, assessment, result, at), *found, _severity(result)]
    if served is not None:
        found.append({"name": "Served", "value": served.words, "note": f"since {clock_words(served.at)} UTC"})
    if result is not None:
        found.append(_cause(result))
    return found


def _cost(incident: Incident, assessment: Assessment, result: dict[str, Any], at: datetime) -> dict[str, Any]:
    """The hero: it runs while the harm goes on, in the browser as well."""
    cost = costs.so_far(incident, assessment, at)
    currency = result["currency"]
    figure: dict[str, Any] = {
        "name": "Cost so far" if cost.per_minute else "Cost",
        "value": amount(cost.expected),
        "unit": currency,
        "note": _cost_note(cost, currency),
    }
    if cost.per_minute >= 1 and cost.expected >= 10:
        figure |= {"counts": "grows", "at": at, "base": f"{cost.expected:.4f}", "rate": f"{cost.per_minute / 60:.6f}"}
    return figure


def _cost_note(cost: CostSoFar, currency: str) -> str:
    between = f"90{GAP}%: {amount(cost.low)} to {amount(cost.high)}"
    if cost.per_minute:
        return f"{amount(cost.per_minute, currency)} more each minute · {between}"
    return f"until {clock_words(cost.at)} UTC · {between}"


def _open_for(incident: Incident, at: datetime) -> dict[str, Any]:
    is_active = incident.state in ACTIVE
    lasted = (incident.resolved_at or at) - incident.opened_at
    minutes, seconds = divmod(max(int(lasted.total_seconds()), 0), 60)
    if minutes >= LONG_MINUTES:
        name, value, unit = "Open for", lasting(lasted), ""
        found: dict[str, Any] = {"name": name if is_active else "Was open for", "value": value, "unit": unit}
        return found | {"note": f"since {clock_words(incident.opened_at)} UTC"}
    found = {
        "name": "Open for" if is_active else "Was open for",
        "value": f"{minutes}:{seconds:02d}",
        "unit": "min",
        "note": f"since {clock_words(incident.opened_at)} UTC",
    }
    return found | ({"counts": "since", "at": incident.opened_at} if is_active else {})


def _severity(result: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": "Severity",
        "value": amount(result["harm"]["per_minute"]),
        "unit": f"{result['currency']}/min",
        "note": f"its threshold curve asks for {ASKS[result['severity']['asks_for']]}",
    }


def _cause(result: dict[str, Any]) -> dict[str, Any]:
    posterior = result["causes"]["posterior"]
    ranked = sorted(posterior, key=lambda name: (-posterior[name], name))
    rest = ", ".join(f"{percent(posterior[name])} {CAUSES[name]}" for name in ranked[1:])
    return {
        "name": "Likely cause",
        "value": percent(posterior[ranked[0]]).removesuffix(f"{GAP}%"),
        "unit": f"% {CAUSES[ranked[0]]}",
        "note": rest,
    }
