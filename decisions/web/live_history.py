"""What was live when: the drawing, one moment looked up, and the last deployments."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from decisions.domain import moments
from decisions.models import Deployment, Service, Split
from decisions.registry import splits
from decisions.web import share_timeline
from decisions.web.words import clock, day_and_minute, moment

MOST_CHANGES = 15
FORM = "2026-11-18T03:04"


def was_live(service: Service, query: Mapping[str, str], at: datetime) -> dict[str, Any]:
    """What was desired and served at the moment asked for; nothing is looked up while none was."""
    text = query.get("at", "").strip()[:40]
    when, fault = _moment(text, at)
    newest = service.versions.values_list("name", flat=True).first() or ""
    changes = Deployment.objects.filter(service=service).select_related("version")[:MOST_CHANGES]
    return {
        "service": service,
        "asked": text or f"{at.astimezone(UTC):%Y-%m-%dT%H:%M}",
        "fault": fault,
        "answer": _answer(service, when) if text and not fault else None,
        "timeline": share_timeline.timeline(service, newest, at),
        "changes": [_change(each) for each in changes],
    }


def _moment(text: str, at: datetime) -> tuple[datetime, str]:
    if not text:
        return at, ""
    try:
        return moments.in_utc(text), ""
    except ValueError:
        return at, f"That is no time. Write it like {FORM}, in UTC."


def _answer(service: Service, when: datetime) -> dict[str, str]:
    live = splits.live_at(service, when)
    return {
        "strong": f"At {moment(when)}: {_said(live.desired)} desired; {_said(live.served)} served.",
        "text": _since(live.served or live.desired),
    }


def _said(split: Split | None) -> str:
    return split.words if split else "nothing known to be"


def _since(split: Split | None) -> str:
    if split is None:
        return "Nothing had been recorded by then."
    seen = f", last confirmed {clock(split.seen_at)} UTC" if split.seen_at else ""
    return f"Since {moment(split.at)}{seen}."


def _change(deployment: Deployment) -> dict[str, Any]:
    until = f" until {day_and_minute(deployment.ended_at)}" if deployment.ended_at else ""
    outcome = f", {deployment.outcome.replace('_', ' ')}" if deployment.outcome else ""
    return {
        "at": deployment.started_at,
        "time": day_and_minute(deployment.started_at),
        "icon": "back" if deployment.run else "up",
        "state": "",
        "text": f"{deployment.version} at {deployment.share * 100:.0f}\u00a0%{until}{outcome}.",
        "note": deployment.reason,
    }
