"""What a service's page tells: how it stands, its versions, what was live when, who and what belongs to it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.dateparse import parse_datetime

from decisions.models import Deployment, Incident, Run, Service, ServiceLevel, Split, Version
from decisions.monitoring.wording import in_unit
from decisions.registry import splits
from decisions.web import charts as figures
from decisions.web.fleet_rows import split_parts
from decisions.web.words import clock, lasting, moment

PAGE = 25
LEVEL_WORDS = {
    "ok": "Inside",
    "pending": "Beyond its margin",
    "broken": "Broken",
    "clearing": "Clearing",
    "no_data": "No data",
}
LEVEL_STATES = {"ok": "ok", "pending": "warn", "broken": "broken", "clearing": "warn", "no_data": "missing"}
VERSION_WORDS = {
    "registered": "Registered",
    "deploying": "Deploying",
    "live": "Live",
    "superseded": "Superseded",
    "quarantined": "Quarantined",
}


def standing(service: Service, at: datetime) -> dict[str, Any]:
    """The live part: what is served, whether that is what was asked for, and every level."""
    live = splits.live_at(service, at)
    incident = Incident.objects.active().filter(service=service).first()
    levels = ServiceLevel.objects.filter(indicator__service=service).select_related("indicator")
    return {
        "service": service,
        "where": [{"word": "Fleet", "url": reverse("fleet")}, {"word": service.name}],
        "incident": incident,
        "run": Run.objects.active().filter(service=service).first(),
        "served": _split(live.served, at),
        "desired": _split(live.desired, at),
        "drifts": _drifts(live),
        "levels": [_level(level, at) for level in levels],
        "sources": [_source(source, at) for source in service.sources.all()],
        "report_url": reverse("incident-report", args=[service.name]),
    }


def _split(split: Split | None, at: datetime) -> dict[str, Any] | None:
    if split is None:
        return None
    seen = f"seen {lasting(at - split.seen_at)} ago" if split.seen_at else ""
    return {"parts": split_parts(split), "words": split.words, "since": moment(split.at), "seen": seen}


def _drifts(live: splits.Live) -> bool:
    if live.desired is None or live.served is None:
        return False
    return not splits.fulfils(splits.state_of(live.served), splits.state_of(live.desired))


def _level(level: ServiceLevel, at: datetime) -> dict[str, Any]:
    unit, rule = level.indicator.unit, level.rule()
    side = "at most" if level.bound == "at_most" else "at least"
    return {
        "name": level.indicator.title,
        "state": LEVEL_STATES[level.state],
        "word": LEVEL_WORDS[level.state],
        "value": in_unit(level.value, unit),
        "bound": f"{side} {in_unit(level.target, unit)}, margin to {in_unit(rule.breaks_at, unit)}",
        "window": f"over {lasting(level.window_seconds)}, for {lasting(rule.for_seconds)}",
        "measured": f"{lasting(at - level.measured_at)} ago" if level.measured_at else "never",
        "owner": level.owner,
        "reason": level.reason,
        "review": level.review_on,
        "overdue": level.review_on is not None and level.review_on < at.date(),
    }


def _source(source: Any, at: datetime) -> dict[str, Any]:
    return {
        "name": source.name,
        "state": {"healthy": "healthy", "unhealthy": "bad"}.get(source.state, "unknown"),
        "word": source.state.capitalize(),
        "text": source.reason or f"each {source.every_seconds:g} s",
        "when": f"last read {lasting(at - source.scraped_at)} ago" if source.scraped_at else "never read",
    }


def versions(service: Service, query: Mapping[str, str], at: datetime) -> dict[str, Any]:
    """A page of versions, newest first, by keyset: the ten-thousandth costs what the first costs."""
    found = Version.objects.filter(service=service).order_by("-registered_at", "-pk")
    before = _cursor(query.get("before", ""))
    if before is not None:
        when, pk = before
        found = found.filter(Q(registered_at__lt=when) | Q(registered_at=when, pk__lt=pk))
    rows = list(found[: PAGE + 1])
    url = reverse("service-detail", args=[service.name])
    return {
        "service": service,
        "versions": [_version(version) for version in rows[:PAGE]],
        "older_url": f"{url}?before={_place(rows[PAGE - 1])}#versions" if len(rows) > PAGE else "",
        "newest_url": f"{url}#versions" if before else "",
    }


def _cursor(text: str) -> tuple[datetime, int] | None:
    micros, _, pk = text.partition("-")
    if not (micros.isdecimal() and pk.isdecimal() and len(text) < 40):
        return None
    try:
        return datetime.fromtimestamp(int(micros) / 1_000_000, UTC), int(pk)
    except (OverflowError, ValueError, OSError):
        return None


def _place(version: Version) -> str:
    return f"{round(version.registered_at.timestamp() * 1_000_000)}-{version.pk}"


def _version(version: Version) -> dict[str, Any]:
    metrics = ", ".join(
        f"{name} {value:.3g}" for name, value in sorted(version.training_metrics.items()) if _is_number(value)
    )
    return {
        "name": version.name,
        "state": version.status,
        "word": VERSION_WORDS[version.status],
        "reason": version.status_reason,
        "trained": moment(version.trained_at) if version.trained_at else "unknown",
        "metrics": metrics or "none",
        "attested": version.is_attested,
        "sha256": version.sha256,
    }


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def was_live(service: Service, query: Mapping[str, str], at: datetime) -> dict[str, Any]:
    """What was desired and served at the moment asked for; now, while none was asked for."""
    text = query.get("at", "")
    when, fault = _moment(text, at)
    live = splits.live_at(service, when)
    changes = Deployment.objects.filter(service=service).select_related("version")[:15]
    return {
        "service": service,
        "asked": text,
        "at_words": moment(when),
        "fault": fault,
        "was_served": _split(live.served, when),
        "was_desired": _split(live.desired, when),
        "changes": [_change(each) for each in changes],
    }


def _moment(text: str, at: datetime) -> tuple[datetime, str]:
    if not text:
        return at, ""
    try:
        found = parse_datetime(text.strip())
    except ValueError:
        found = None
    if found is None:
        return at, "That is no time. Write it like 2026-11-18T03:04, in UTC."
    return (found if found.tzinfo else found.replace(tzinfo=UTC)), ""


def _change(deployment: Deployment) -> dict[str, Any]:
    until = f" until {clock(deployment.ended_at)}" if deployment.ended_at else ""
    return {
        "at": deployment.started_at,
        "time": moment(deployment.started_at),
        "icon": "up",
        "state": deployment.outcome,
        "text": f"{deployment.version} at {deployment.share * 100:.0f}\u00a0%{until}"
        + (f", {deployment.outcome.replace('_', ' ')}" if deployment.outcome else ""),
        "note": deployment.reason,
    }


def around(service: Service) -> dict[str, Any]:
    """Who has a part in the service, and its last incidents."""
    stakes = [
        {"name": stake.person.title(), "text": stake.role.replace("_", " ").capitalize() + "."}
        for stake in service.stakeholders.all()
    ]
    past = Incident.objects.filter(service=service)[:5]
    return {"stakes": stakes, "incidents": list(past)}


def charts(service: Service, asked: str) -> dict[str, Any]:
    """One chart for each indicator, those with levels first, over the stretch of time that was asked for."""
    length = figures.span(asked)
    found = service.indicators.select_related("service").prefetch_related("levels")
    ranked = sorted(found, key=lambda each: (not each.levels.all(), each.position))
    shown = int(length.total_seconds())
    spans = [
        {"word": word, "url": f"?span={seconds}#charts", "current": seconds == shown} for seconds, word in figures.SPANS
    ]
    return {"charts": figures.plans(ranked, length), "spans": spans}
