"""What a service's page tells: how it stands, its versions, what was live when, who and what belongs to it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse

from decisions.domain.actors import Actor, response_refusal
from decisions.models import Incident, Run, Service, ServiceLevel, Source, Split
from decisions.monitoring.wording import in_unit
from decisions.registry import splits
from decisions.web import alarm_words, budget_rows, unusual_words
from decisions.web import charts as figures
from decisions.web.fleet_rows import INCIDENT_WORDS, newest_versions, split_parts
from decisions.web.playbook_pages import links
from decisions.web.version_rows import last_known_good
from decisions.web.words import lasting, moment

LEVEL_WORDS = {
    "ok": "Inside",
    "pending": "Beyond its margin",
    "broken": "Broken",
    "clearing": "Clearing",
    "no_data": "No data",
}
LEVEL_STATES = {"ok": "ok", "pending": "warn", "broken": "broken", "clearing": "warn", "no_data": "missing"}


def standing(service: Service, actor: Actor, at: datetime) -> dict[str, Any]:
    """The live part: what is served, whether that is what was asked for, and every level."""
    live = splits.live_at(service, at)
    newest = newest_versions(split for split in (live.served, live.desired) if split)
    incident = Incident.objects.active().filter(service=service).first()
    levels = list(ServiceLevel.objects.filter(indicator__service=service).select_related("indicator"))
    return {
        "service": service,
        "where": [{"word": "Fleet", "url": reverse("fleet")}, {"word": service.name}],
        "incident": incident,
        "run": Run.objects.active().filter(service=service).first(),
        "incident_word": INCIDENT_WORDS[incident.state] if incident else "",
        "served": _split(live.served, newest.get(service.pk, ""), at),
        "desired": _split(live.desired, newest.get(service.pk, ""), at),
        "live_note": " · ".join(part for part in (_epoch(live), _seen(live.served, at)) if part),
        "drift": _drift(live),
        "levels": [_level(level, at) for level in levels],
        "budgets": budget_rows.of(levels, at),
        "unusual": unusual_words.now(service, at),
        "sources": [_source(source, at) for source in service.sources.defer("reading")],
        "may_report": response_refusal(actor) is None,
    }


def _split(split: Split | None, newest: str, at: datetime) -> dict[str, Any] | None:
    if split is None:
        return None
    return {"parts": split_parts(split, newest), "words": split.words, "since": f"since {moment(split.at)}"}


def _seen(split: Split | None, at: datetime) -> str:
    return f"seen {lasting(at - split.seen_at)} ago" if split and split.seen_at else ""


def _epoch(live: splits.Live) -> str:
    known = [split.epoch for split in (live.desired, live.served) if split]
    return f"epoch {max(known)}" if known else ""


def _drift(live: splits.Live) -> str:
    """How what is served differs from what was asked for, in a sentence; empty while it does not."""
    if not live.drifts or live.desired is None or live.served is None:
        return ""
    return f"The desk asked for {live.desired.words}; the serving side says {live.served.words}."


def _level(level: ServiceLevel, at: datetime) -> dict[str, Any]:
    unit, rule = level.indicator.unit, level.rule()
    side = "at most" if level.bound == "at_most" else "at least"
    return {
        "name": level.indicator.title,
        "state": LEVEL_STATES[level.state],
        "word": LEVEL_WORDS[level.state],
        "value": "no data" if level.state == "no_data" else in_unit(level.value, unit),
        "bound": f"{side} {in_unit(level.target, unit)}, margin to {in_unit(rule.breaks_at, unit)}",
        "window": f"over {lasting(level.window_seconds)}, for {lasting(rule.for_seconds)}",
        "measured": f"{lasting(at - level.measured_at)} ago" if level.measured_at else "never",
        "alarms": alarm_words.of_level(level),
        "burns": budget_rows.alarm(level),
        "owner": level.owner,
        "reason": level.reason,
        "review": level.review_on,
        "overdue": level.review_on is not None and level.review_on < at.date(),
    }


def _source(source: Source, at: datetime) -> dict[str, Any]:
    return {
        "name": source.name,
        "state": {"healthy": "healthy", "unhealthy": "bad"}.get(source.state, "unknown"),
        "word": source.state.capitalize(),
        "text": source.reason or f"each {source.every_seconds:g} s",
        "when": f"last read {lasting(at - source.scraped_at)} ago" if source.scraped_at else "never read",
    }


def around(service: Service, at: datetime) -> dict[str, Any]:
    """Who has a part in the service, its last incidents, and what it could go back to."""
    parts: dict[str, list[str]] = {}
    for stake in service.stakeholders.all():
        parts.setdefault(stake.person, []).append(stake.role.replace("_", " "))
    people = [{"name": name.title(), "text": ", ".join(roles).capitalize() + "."} for name, roles in parts.items()]
    past = Incident.objects.filter(service=service)[:5]
    return {
        "stakes": people,
        "incidents": list(past),
        "good": last_known_good(service, at),
        "playbooks": links(service),
    }


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
