"""The measured part of the evidence: every indicator now, as it usually is, and for each version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max

from decisions.domain import units
from decisions.domain.evidence_indicators import WORSE_SIDE
from decisions.domain.rates import Measured, across
from decisions.models import Incident, Indicator, Service, ServiceLevel, Source
from decisions.monitoring import levels, samples
from decisions.monitoring.readings import query_of

# How long "now" is for an indicator without a level of its own.
WINDOW_SECONDS = 30.0
# "As usual" is measured before the incident, with a gap so that its beginning does not count as usual.
USUAL_SECONDS = 600.0
GAP_SECONDS = 30.0


@dataclass(frozen=True)
class Look:
    """What was read for all indicators at once: now, as usual, over which windows, how old, for which versions."""

    now: Mapping[samples.Key, Measured]
    usual: Mapping[samples.Key, Measured]
    windows: Mapping[int, float]
    age: float
    versions: frozenset[str]


def of(service: Service, incident: Incident, at: datetime) -> dict[str, Any]:
    """`indicators`, `missing` and `traffic_per_minute` of a snapshot."""
    indicators = list(service.indicators.prefetch_related("levels"))
    look = _look(service, indicators, incident, at)
    found = {each: _indicator(each, look) for each in indicators}
    fault = _fault(service)
    return {
        "indicators": list(found.values()),
        "missing": [
            {"indicator": each.name, "reason": fault or f"nothing was measured in the last {look.windows[each.pk]:g} s"}
            for each, seen in found.items()
            if seen["current"] is None
        ],
        "traffic_per_minute": _traffic(list(found.values())),
    }


def _look(service: Service, indicators: list[Indicator], incident: Incident, at: datetime) -> Look:
    windows = {indicator.pk: _window(indicator) for indicator in indicators}
    held = [level for indicator in indicators for level in indicator.levels.all()]
    quiet = incident.opened_at - timedelta(seconds=GAP_SECONDS)
    return Look(
        now=_read(indicators, windows, at, since=incident.last_action_at or levels.onset(held, incident)),
        usual=_read(indicators, dict.fromkeys(windows, USUAL_SECONDS), quiet),
        windows=windows,
        age=_age(service, at),
        versions=frozenset(service.versions.values_list("name", flat=True)),
    )


def _age(service: Service, at: datetime) -> float:
    """Seconds since the last good scrape; what was measured is at least this old."""
    last = service.sources.aggregate(last=Max("scraped_at"))["last"]
    return max((at - last).total_seconds(), 0.0) if last else 0.0


def _window(indicator: Indicator) -> float:
    return max((level.window_seconds for level in indicator.levels.all()), default=WINDOW_SECONDS)


def _read(
    indicators: list[Indicator], windows: Mapping[int, float], at: datetime, since: datetime | None = None
) -> dict[samples.Key, Measured]:
    asked = []
    for indicator in indicators:
        query = query_of(indicator)
        asked.append((indicator.pk, query.kind, query.q, windows[indicator.pk]))
    return samples.window(asked, at=at, since=since)


def _indicator(indicator: Indicator, look: Look) -> dict[str, Any]:
    window = look.windows[indicator.pk]
    found: dict[str, Any] = {
        "name": indicator.name,
        "unit": indicator.unit or units.PLAIN,
        "direction": indicator.direction,
        "current": _seen(_live(indicator, look.now), indicator, window, look.age),
        "baseline": _seen(_live(indicator, look.usual), indicator, USUAL_SECONDS, look.age),
        "by_version": _by_version(indicator, look.now, window, look),
        "usual_by_version": _by_version(indicator, look.usual, USUAL_SECONDS, look),
        "levels": [_stated(level) for level in indicator.levels.all()],
    }
    if indicator.category:
        found["category"] = indicator.category
    level = _level(indicator)
    if level is not None:
        found |= {"target": level.target, "margin": level.margin}
    return found


def _live(indicator: Indicator, seen: Mapping[samples.Key, Measured]) -> Measured | None:
    query = query_of(indicator)
    live = [one for (pk, _, mode), one in sorted(seen.items()) if pk == indicator.pk and mode == "live"]
    return across(query.kind, live, query.q)


def _seen(measured: Measured | None, indicator: Indicator, window: float, age: float) -> dict[str, Any] | None:
    """A measurement as evidence holds it; one that its unit rules out is none, and so counts as missing."""
    least, most = units.limits(indicator.unit or units.PLAIN)
    if measured is None or measured.value is None or measured.value < least:
        return None
    # Two counters are read one after the other: what was counted between may make a share of slightly more than all.
    value = min(measured.value, most)
    return {"value": value, "n": measured.n or 0.0, "window_seconds": window, "age_seconds": age}


def _by_version(
    indicator: Indicator, measured: Mapping[samples.Key, Measured], window: float, look: Look
) -> dict[str, Any]:
    """Each version's own value: on live traffic where it has any, in shadow otherwise.

    People who take over are counted by some sources under a name of their own; they are no version.
    """
    found: dict[str, Any] = {}
    for (pk, version, mode), each in sorted(measured.items()):
        seen = _seen(each, indicator, window, look.age)
        if pk != indicator.pk or version not in look.versions or seen is None:
            continue
        if version not in found or mode == "live":
            found[version] = {**seen, "mode": "live" if mode == "live" else "shadow"}
    return found


def _stated(level: ServiceLevel) -> dict[str, Any]:
    """A level as its service file states it; what the policy says of its margin is the policy's to say."""
    found: dict[str, Any] = {"bound": level.bound, "target": level.target, "margin": level.margin}
    if level.review_on is not None:
        found["review_on"] = level.review_on.isoformat()
    return found | {name: said for name, said in (("owner", level.owner), ("reason", level.reason)) if said}


def _level(indicator: Indicator) -> ServiceLevel | None:
    """The level on the side that the indicator's direction calls worse; harm is counted beyond it."""
    return next((level for level in indicator.levels.all() if level.bound == WORSE_SIDE[indicator.direction]), None)


def _fault(service: Service) -> str:
    unhealthy = service.sources.filter(state=Source.UNHEALTHY).first()
    return f"the source {unhealthy.name} {unhealthy.reason}" if unhealthy else ""


def _traffic(found: list[dict[str, Any]]) -> float | None:
    current = next((each["current"] for each in found if each["name"] == "requests"), None)
    return current["value"] if current else None
