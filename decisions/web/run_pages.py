"""Runs as the pages show them: one line each, and one with every step, live."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse

from decisions import people
from decisions.domain.actors import Actor, response_refusal
from decisions.execution import story
from decisions.execution.story import StepStory
from decisions.models import Entry, Run
from decisions.registry import splits
from decisions.web import trail
from decisions.web.words import clock, lasting

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
STEP_STATES = {"waiting": "pending", "doing": "running", "done": "done", "failed": "failed", "skipped": "skipped"}


def rows(runs: Iterable[Run]) -> list[dict[str, Any]]:
    """The list's rows, with one query for all names."""
    listed = list(runs)
    named = people.names({run.requested_by for run in listed})
    return [
        {
            "run": run,
            "url": reverse("run-detail", args=[run.pk]),
            "word": STATE_WORDS[run.state],
            "who": named[run.requested_by],
            "lasted": lasting((run.ended_at - run.requested_at) if run.ended_at else None) if run.ended_at else "",
        }
        for run in listed
    ]


def progress(run: Run, actor: Actor, at: datetime) -> dict[str, Any]:
    """One run: the steps with what was seen, what is served now, and the halt while there is something to halt."""
    live = splits.live_at(run.service, at)
    entries = Entry.objects.filter(about_kind="run", about_id=str(run.pk)).order_by("-sequence")
    return {
        "run": run,
        "word": STATE_WORDS[run.state],
        "where": _where(run),
        "who": people.names([run.requested_by])[run.requested_by],
        "steps": [_step(step, run, at) for step in story.steps(run)],
        "desired": live.desired.words if live.desired else "unknown",
        "served": live.served.words if live.served else "unknown",
        "seen": clock(live.served.seen_at) if live.served else "",
        "halt": _halt(run, actor),
        "events": trail.events(entries[: trail.MOST]),
    }


def _where(run: Run) -> list[dict[str, Any]]:
    steps = [{"word": "Runs", "url": reverse("runs")}]
    if run.incident is not None:
        steps.append({"word": run.incident.key, "url": reverse("incident-detail", args=[run.incident.pk])})
    return [*steps, {"word": str(run), "url": ""}]


def _step(step: StepStory, run: Run, at: datetime) -> dict[str, Any]:
    found: dict[str, Any] = {
        "state": STEP_STATES[step.state],
        "name": STEP_NAMES.get(step.step, step.step),
        "text": step.says,
        "note": step.sentence,
        "when": _when(step),
        "current": step.state == "doing",
    }
    if step.step == "watch" and step.state == "doing" and run.watch_until is not None:
        left = max((run.watch_until - at).total_seconds(), 0)
        found |= {"counts": "until", "at": run.watch_until, "value": f"{int(left // 60)}:{int(left % 60):02d}"}
        found["unit"] = "min left"
    return found


def _when(step: StepStory) -> str:
    if step.began_at is None:
        return ""
    took = f" · {lasting(step.ended_at - step.began_at)}" if step.ended_at else ""
    tries = f" · try {len(step.attempts)}" if len(step.attempts) > 1 else ""
    return f"{clock(step.began_at)} UTC{took}{tries}"


def _halt(run: Run, actor: Actor) -> dict[str, Any] | None:
    if not run.is_active or response_refusal(actor) is not None:
        return None
    return {
        "id": f"confirm-halt-{run.pk}",
        "word": f"Halt {run}",
        "yes": "Yes, halt it here",
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
                "maxlength": 500,
            }
        ],
        "target": "progress",
    }
