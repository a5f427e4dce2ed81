"""Runs as the pages show them: one line each, and one with every step, live."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse

from decisions import people
from decisions.domain.actors import Actor, response_refusal
from decisions.execution import runs, story
from decisions.execution.story import StepStory
from decisions.models import Entry, Run, ServiceLevel
from decisions.registry import splits
from decisions.web import charts, run_figures, trail
from decisions.web.fleet_rows import newest_versions, split_parts
from decisions.web.words import clock, lasting, short_digest

STATE_WORDS = {
    "queued": "Queued",
    "claimed": "Taken",
    "preparing": "Preparing",
    "switching": "Switching",
    "watching": "Watching",
    "succeeded": "Succeeded",
    "compensating": "Putting it back",
    "compensated": "Put back",
    "needs_human": "Needs a person",
    "cancelled": "Cancelled",
}
STEP_NAMES = {
    "check": "Check again",
    "precheck": "Try the target version",
    "switch": "Switch",
    "shift": "Shift traffic",
    "restore": "Restore the setting",
    "disable": "Take the model out",
    "read_back": "Read back what is served",
    "watch": "Watch the indicators",
    "undo": "Put back what was served before",
}
STEP_ICONS = {"done": "check", "failed": "cross", "skipped": "skipped"}
MOST_CHARTS = 2
CHART_SPAN, AFTERWARDS = timedelta(minutes=30), timedelta(minutes=10)
STEP_STATES = {"waiting": "pending", "doing": "running", "done": "done", "failed": "failed", "skipped": "skipped"}


def rows(found: Iterable[Run]) -> list[dict[str, Any]]:
    """The list's rows, with one query for all names."""
    listed = list(found)
    named = people.names({run.requested_by for run in listed})
    return [
        {
            "run": run,
            "url": reverse("run-detail", args=[run.pk]),
            "service_url": reverse("service-detail", args=[run.service.name]),
            "word": STATE_WORDS[run.state],
            "who": named[run.requested_by],
            "lasted": lasting(run.ended_at - run.requested_at) if run.ended_at else "",
        }
        for run in listed
    ]


def page(run: Run, actor: Actor, at: datetime) -> dict[str, Any]:
    """The whole page: the live part, and the charts that show whether it works."""
    hurt = {level["indicator"] for level in (run.incident.trigger if run.incident else {}).get("levels", [])}
    indicators = run.service.indicators.prefetch_related("levels")
    found = sorted(indicators, key=lambda each: (each.name not in hurt, not each.levels.all(), each.position))
    return {**progress(run, actor, at), "charts": charts.plans(found[:MOST_CHARTS], CHART_SPAN, _until(run))}


def _until(run: Run) -> datetime | None:
    """A run that ended is shown with the minutes around it, not with those of today."""
    return run.ended_at + AFTERWARDS if run.ended_at else None


def progress(run: Run, actor: Actor, at: datetime) -> dict[str, Any]:
    """One run: the steps with what was seen, what is served now, and the halt while there is something to halt."""
    live = splits.live_at(run.service, at)
    newest = newest_versions(split for split in (live.served, live.desired) if split).get(run.service_id, "")
    entries = Entry.objects.filter(about_kind="run", about_id=str(run.pk)).order_by("-sequence")
    levels = list(ServiceLevel.objects.filter(indicator__service=run.service_id).select_related("indicator"))
    return {
        "run": run,
        "word": STATE_WORDS[run.state],
        "where": _where(run),
        "who": people.names([run.requested_by])[run.requested_by],
        "figures": run_figures.figures(run, levels, live.served, at),
        "steps": [_step(step, run, at) for step in story.steps(run)],
        "digest": short_digest(run.plan_digest),
        "desired": split_parts(live.desired, newest) if live.desired else None,
        "served": split_parts(live.served, newest) if live.served else None,
        "desired_words": live.desired.words if live.desired else "",
        "served_words": live.served.words if live.served else "",
        "seen": f"seen {clock(live.served.seen_at)} UTC" if live.served and live.served.seen_at else "",
        "drifts": live.drifts,
        "halt": _halt(run, actor),
        "halt_refusal": _halt_refusal(run, actor),
        "events": trail.events(entries[: trail.MOST]),
    }


def _where(run: Run) -> list[dict[str, Any]]:
    steps = [{"word": "Runs", "url": reverse("runs")}]
    if run.incident is not None:
        steps.append({"word": run.incident.key, "url": reverse("incident-detail", args=[run.incident.pk])})
    if run.approval is not None:
        steps.append({"word": str(run.approval), "url": reverse("approval-detail", args=[run.approval.pk])})
    return [*steps, {"word": str(run), "url": ""}]


def _step(step: StepStory, run: Run, at: datetime) -> dict[str, Any]:
    state = STEP_STATES[step.state]
    found: dict[str, Any] = {
        "state": state,
        "name": STEP_NAMES.get(step.step, step.step),
        "icon": STEP_ICONS.get(state, ""),
        "text": step.says,
        "note": step.sentence,
        "when": _when(step),
        "current": step.state == "doing",
    }
    if step.step == "watch" and step.state == "doing" and run.watch_until is not None:
        found |= _countdown(step, run.watch_until, at)
    return found


def _countdown(step: StepStory, until: datetime, at: datetime) -> dict[str, Any]:
    left = max((until - at).total_seconds(), 0.0)
    whole = (until - step.began_at).total_seconds() if step.began_at else 0.0
    done = 100.0 * (1 - left / whole) if whole > 0 else 100.0
    return {
        "state": "watching",
        "icon": "watching",
        "counts": "until",
        "at": until,
        "value": f"{int(left // 60)}:{int(left % 60):02d}",
        "unit": f"min left of {lasting(whole)}",
        "progress": {"done": min(max(done, 0.0), 100.0), "label": f"{done:.0f} per cent of the watch is over"},
    }


def _when(step: StepStory) -> str:
    if step.began_at is None:
        return ""
    tries = f" · try {len(step.attempts)}" if len(step.attempts) > 1 else ""
    if step.ended_at is None:
        return f"since {clock(step.began_at)}{tries}"
    took = lasting(step.ended_at - step.began_at)
    return f"{clock(step.began_at)} to {clock(step.ended_at)} · {took}{tries}"


def _halt_refusal(run: Run, actor: Actor) -> str:
    """Why this person cannot halt it, where halting is a question at all."""
    if not run.is_active:
        return ""
    return response_refusal(actor) or runs.halt_refusal(run) or ""


def _halt(run: Run, actor: Actor) -> dict[str, Any] | None:
    if not run.is_active or _halt_refusal(run, actor):
        return None
    return {
        "id": f"confirm-halt-{run.pk}",
        "word": f"Halt {run}",
        "yes": f"Yes, halt {run} here",
        "action": reverse("run-halt", args=[run.pk]),
        "kind": "halt",
        "icon": "halt",
        "strong": "Nothing further starts, and nothing is put back.",
        "text": "What is served stays as it is now; the incident stays open.",
        "fields": [
            {
                "name": "reason",
                "id": "halt-reason",
                "label": "Why",
                "kind": "text",
                "required": True,
                "maxlength": 250,
                "autocomplete": "off",
            }
        ],
        "target": "progress",
    }
