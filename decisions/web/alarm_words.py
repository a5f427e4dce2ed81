"""Alarms for nothing, as people read them: how many a month beside each threshold, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from decisions.domain.policy import Policy
from decisions.models import ServiceLevel
from decisions.monitoring.alarms import FEWEST_SAMPLES, Implied
from decisions.web.words import lasting, percent

MOST_SERVICES = 5


def of_level(level: ServiceLevel) -> dict[str, str]:
    """What a level does as it stands."""
    found = level.alarms
    if not found:
        return {"value": "not known", "note": "its quiet history was not read yet"}
    if found["samples"] < FEWEST_SAMPLES:
        return {"value": "not known", "note": _short(found["samples"], found["every_seconds"])}
    return {"value": _monthly(found["per_month"]), "note": _sureness(found["at_most"], found["samples"])}


def by_indicator(found: Mapping[ServiceLevel, Implied]) -> dict[str, dict[str, str]]:
    """For each indicator what its margin does on the service where it does most, and what the noise there asks for."""
    grouped: dict[str, list[tuple[ServiceLevel, Implied]]] = {}
    for level, each in found.items():
        grouped.setdefault(level.indicator.name, []).append((level, each))
    return {name: _worst(many) for name, many in grouped.items()}


def _worst(many: list[tuple[ServiceLevel, Implied]]) -> dict[str, str]:
    known = [(level, each) for level, each in many if each.is_enough]
    if not known:
        longest = max((each for _, each in many), key=lambda each: each.alarms.samples)
        return {"alarms": f"Alarms for nothing: {_short(longest.alarms.samples, longest.every_seconds)}.", "asks": ""}
    level, each = max(known, key=lambda pair: (pair[1].alarms.per_month, pair[1].alarms.at_most))
    where = f"on {level.indicator.service.name}" + (f", the most of {len(known)} services" if len(known) > 1 else "")
    sure = _sureness(each.alarms.at_most, each.alarms.samples)
    return {
        "alarms": f"Alarms for nothing {where}: {_monthly(each.alarms.per_month)}, {sure}.",
        "asks": _asks(each),
    }


def _asks(each: Implied) -> str:
    """What margin the noise of the quiet history would ask for, beside the one that is stated."""
    if each.narrowest is None:
        return "No margin that was tried would keep the noise of this history within the limit."
    if each.narrowest == 0:
        return "The noise of this history asks for no margin."
    wider = ": more than is stated" if each.narrowest > each.margin + 1e-9 else ""
    return f"The noise of this history asks for a margin of {percent(each.narrowest)}{wider}."


def of_policy(policy: Policy, found: Mapping[ServiceLevel, Implied]) -> dict[str, Any]:
    """Each service under a policy against its limit: those that would be paged most, and how many cannot be said."""
    totals: dict[str, list[Implied]] = {}
    for level, each in found.items():
        totals.setdefault(level.indicator.service.name, []).append(each)
    known = {name: [each for each in many if each.is_enough] for name, many in totals.items()}
    rows = [_service(name, many, policy.alarms_per_month) for name, many in known.items() if many]
    rows.sort(key=lambda row: (-row["total"], row["name"]))
    return {
        "rows": rows[:MOST_SERVICES],
        "more": max(len(rows) - MOST_SERVICES, 0),
        "short": _too_short(each for many in totals.values() for each in many if not each.is_enough),
        "limit": f"{policy.alarms_per_month:g} a month and service",
    }


def _service(name: str, many: list[Implied], limit: float) -> dict[str, Any]:
    total = sum(each.alarms.per_month for each in many)
    most = sum(each.alarms.at_most for each in many)
    return {
        "name": name,
        "total": total,
        "value": _monthly(total),
        "note": f"at most {_number(most)}, {_levels(len(many))}",
        "state": "warn" if total > limit else "kept",
    }


def _too_short(many: Iterable[Implied]) -> str:
    found = list(many)
    if not found:
        return ""
    longest = max(found, key=lambda each: each.alarms.samples)
    says = _short(longest.alarms.samples, longest.every_seconds)
    return f"{_levels(len(found))} more: {says}" + (" at the longest." if len(found) > 1 else ".")


def _levels(count: int) -> str:
    return "1 level" if count == 1 else f"{count} levels"


def _short(samples: int, every_seconds: float) -> str:
    needed = lasting(FEWEST_SAMPLES * every_seconds)
    return f"quiet history too short, {lasting(samples * every_seconds)} of {needed}"


def _sureness(at_most: float, samples: int) -> str:
    return f"at most {_number(at_most)} by {samples:,} samples"


def _monthly(per_month: float) -> str:
    return f"{_number(per_month)} a month" if per_month else "none a month"


def _number(count: float) -> str:
    return "under 0.1" if 0 < count < 0.095 else f"{count:,.0f}" if count >= 9.95 else f"{count:.1f}"
