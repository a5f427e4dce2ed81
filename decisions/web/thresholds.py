"""Thresholds on an incident's page: where today's severity lies, which line it crossed, and what the margins allow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from decisions.assessment import gate
from decisions.models import Service, ServiceLevel
from decisions.web import alarm_words, curve_drawing
from decisions.web.curve_drawing import PLACES, Today
from decisions.web.words import amount, lasting, percent

ASKS = {"nothing": "nothing yet", "stabilise": "stabilising", "roll_back": "rolling back"}
STATES = {"nothing": "ok", "stabilise": "warn", "roll_back": "bad"}


def of(ground: gate.Ground) -> dict[str, Any]:
    """Every category beside its curves, the curves with today's point, and the margins with what they do."""
    severity, unit = ground.result["severity"], f"{ground.result['currency']}/min"
    on_curves = {row["category"]: row for row in severity["curves"]}
    alarms = _alarms(ground.incident.service)
    return {
        "thresholds": [_row(each, on_curves.get(each["name"]), unit) for each in ground.result["harm"]["categories"]],
        "curves": _curves(ground, on_curves),
        "asks_for": ASKS[severity["asks_for"]],
        "after": lasting(severity["minutes"] * 60),
        "margins": [_margin(each, alarms.get(each["indicator"], "")) for each in ground.result["margins"]],
        "overdue": ground.result["overdue_margins"],
    }


def _row(category: Mapping[str, Any], found: Mapping[str, Any] | None, unit: str) -> dict[str, str]:
    row = {"category": category["name"], "severity": amount(category["per_minute"], unit)}
    if found is None:
        return row | {"stabilise": "no curve", "roll_back": "no curve", "place": "no curve", "state": "unknown"}
    return row | {
        "stabilise": amount(found["stabilise_from"], unit),
        "roll_back": amount(found["roll_back_from"], unit),
        "place": PLACES[found["asks_for"]],
        "state": STATES[found["asks_for"]],
    }


def _curves(ground: gate.Ground, on_curves: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The policy's curves with the point of this incident, those that ask for most first."""
    minutes = float(ground.result["severity"]["minutes"])
    pairs = ground.policy.tier(ground.snapshot.tier).curves
    order = list(STATES)
    shown = sorted(
        (row for row in on_curves.values() if row["category"] in pairs),
        key=lambda row: (-order.index(row["asks_for"]), row["category"]),
    )
    return [
        curve_drawing.of(
            ground.policy,
            row["category"],
            pairs[row["category"]],
            Today(minutes, float(row["severity"]), row["asks_for"]),
        )
        for row in shown
    ]


def _alarms(service: Service) -> dict[str, str]:
    """By indicator, how often its threshold would be crossed for nothing."""
    levels = ServiceLevel.objects.filter(indicator__service=service).select_related("indicator")
    return {level.indicator.name: "{value}, {note}".format(**alarm_words.of_level(level)) for level in levels}


def _margin(margin: Mapping[str, Any], alarms: str) -> dict[str, Any]:
    return {
        "indicator": margin["indicator"].replace("_", " "),
        "size": percent(margin["size"]),
        "alarms": alarms,
        "parts": [
            {
                "for": part["allows_for"].replace("_", " "),
                "size": percent(part["size"]),
                "text": part["reason"],
                "owner": part["owner"],
                "review": part["review_on"],
                "overdue": part["overdue"],
            }
            for part in margin["parts"]
        ],
    }
