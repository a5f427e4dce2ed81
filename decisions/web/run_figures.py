"""The deciding numbers of a run: how long it still watches, what it took, how the levels are, what is served."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from decisions.models import Run, ServiceLevel, Split
from decisions.monitoring.wording import in_unit
from decisions.web.words import clock, lasting

LEVEL_FIGURES = 2
_RANK = {"broken": 0, "clearing": 1, "pending": 2, "no_data": 3, "ok": 4}


def figures(run: Run, levels: Iterable[ServiceLevel], served: Split | None, at: datetime) -> list[dict[str, Any]]:
    """Rows of the `figures` component, the clock first."""
    return [_clock(run, at), *_levels(run, levels), _served(served), *_took(run)]


def _clock(run: Run, at: datetime) -> dict[str, Any]:
    if not run.is_active and run.ended_at is not None:
        took = lasting(run.ended_at - run.requested_at)
        return {"name": "Took", "value": took, "note": f"{clock(run.requested_at)} to {clock(run.ended_at)} UTC"}
    if run.state == "watching" and run.watch_until is not None:
        left = max((run.watch_until - at).total_seconds(), 0.0)
        value = f"{int(left // 60)}:{int(left % 60):02d}"
        found = {"name": "Watch ends in", "value": value, "unit": "min", "note": f"at {clock(run.watch_until)} UTC"}
        return found | {"counts": "until", "at": run.watch_until}
    since = max((at - run.requested_at).total_seconds(), 0.0)
    value = f"{int(since // 60)}:{int(since % 60):02d}"
    found = {"name": "Runs since", "value": value, "unit": "min", "note": f"{clock(run.requested_at)} UTC"}
    return found | {"counts": "since", "at": run.requested_at}


def _levels(run: Run, levels: Iterable[ServiceLevel]) -> list[dict[str, Any]]:
    """The levels that were broken when it began, or the worst ones now."""
    trigger = run.incident.trigger if run.incident else {}
    hurt = {(level["indicator"], level["bound"]) for level in trigger.get("levels", [])}
    ranked = sorted(levels, key=lambda each: ((each.indicator.name, each.bound) not in hurt, _RANK[each.state]))
    return [_level(level) for level in ranked[:LEVEL_FIGURES]]


def _level(level: ServiceLevel) -> dict[str, Any]:
    unit = level.indicator.unit
    value, _, unit_word = in_unit(level.value, unit).partition("\u00a0")
    return {
        "name": level.indicator.title,
        "value": value,
        "unit": unit_word,
        "note": f"margin ends at {in_unit(level.rule().breaks_at, unit)}",
        "state": "broken" if level.is_broken else "",
    }


def _served(served: Split | None) -> dict[str, Any]:
    if served is None:
        return {"name": "Served", "value": "unknown", "note": "the serving side was not read yet"}
    seen = f"seen {clock(served.seen_at)} UTC" if served.seen_at else ""
    return {"name": "Served", "value": served.words, "note": seen}


def _took(run: Run) -> list[dict[str, Any]]:
    """From the press until the serving side said that it serves what was wanted."""
    ends = [each.ended_at for each in run.attempts.all() if each.kind == "read_back" and each.outcome == "done"]
    if not ends or ends[0] is None:
        return []
    seconds = (ends[0] - run.requested_at).total_seconds()
    return [
        {"name": "Took effect in", "value": f"{seconds:.1f}", "unit": "s", "note": "from the press to the read-back"}
    ]
