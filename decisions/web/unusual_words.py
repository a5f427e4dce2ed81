"""What is like nothing before, as the pages say it: since when, what, and while the detector still learns, how long."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from decisions.domain.warming import WARM_UP_ROWS
from decisions.models import Incident, Service, Unusual
from decisions.monitoring import unusual
from decisions.monitoring.wording import in_unit
from decisions.web.words import GAP

MOST = 4


def now(service: Service, at: datetime) -> dict[str, Any]:
    """What was unusual lately on a service."""
    return _shown(unusual.of(service, since=at - unusual.TOLD_FOR), _said(service))


def during(incident: Incident, at: datetime) -> dict[str, Any]:
    """What was unusual from a while before an incident until it was over."""
    until = incident.resolved_at or at
    flags = unusual.of(incident.service, since=incident.opened_at - unusual.TOLD_FOR)
    said = "Nothing was called unusual while it lasted." if incident.resolved_at else _said(incident.service)
    return _shown([flag for flag in flags if flag.at <= until], said)


def _shown(flags: Iterable[Unusual], said: str) -> dict[str, Any]:
    # One flag for each indicator, the newest: what repeats a surprise is not flagged again.
    newest: dict[int, Unusual] = {}
    for flag in flags:
        newest.setdefault(flag.indicator_id, flag)
    found = list(newest.values())
    return {"flags": [_flag(flag) for flag in found[:MOST]], "more": max(len(found) - MOST, 0), "said": said}


def _flag(flag: Unusual) -> dict[str, str]:
    since = f"{flag.at.astimezone(UTC):%H:%M}{GAP}UTC"
    value = in_unit(flag.value, flag.indicator.unit)
    return {
        "strong": f"{flag.indicator.title}: unusual since {since}.",
        "text": f"{value} in that minute, {unusual.CAUSES.get(flag.cause, flag.cause)}.",
    }


def _said(service: Service) -> str:
    """What it means that nothing is flagged."""
    measured = unusual.learning(service)
    if measured is None:
        minutes = unusual.TOLD_FOR.total_seconds() / 60
        return f"Nothing unusual in the last {minutes:.0f}{GAP}min."
    return (
        f"Learning what is usual, {measured} of {WARM_UP_ROWS} minutes: until then nothing is called unusual. "
        "Levels and budgets are watched all the same."
    )
