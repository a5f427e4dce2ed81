"""What every page shows around its own content: who is here, where they can go, how the desk is."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from decisions.domain.actors import Actor, sight_refusal
from decisions.domain.runs import ACTIVE as RUN_ACTIVE
from decisions.live import tickets
from decisions.models import Approval, Incident, Pulse, Run, clock
from decisions.people import actor_of
from decisions.web.words import lasting

SILENT_AFTER = timedelta(seconds=30)


def shell(request: HttpRequest) -> dict[str, Any]:
    """The rail, the stream's address, the person and the time. Nobody without a role is told anything."""
    actor = actor_of(request.user) if hasattr(request, "user") else None
    if actor is None or sight_refusal(actor) is not None:
        return {"person": _person(request, actor)}
    at = clock.now()
    return {
        "nav": _nav(request),
        "beats": beats(at),
        "rail_url": reverse("rail"),
        "stream_url": f"/live/stream?ticket={tickets.issue(actor.key)}",
        "person": _person(request, actor),
        "now": at,
    }


def _person(request: HttpRequest, actor: Actor | None) -> dict[str, str] | None:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return None
    roles = ", ".join(sorted(role.replace("_", " ") for role in actor.roles)) if actor else ""
    return {
        "name": user.get_full_name() or user.get_username(),
        "role": roles or "no role yet",
        "sign_out_url": reverse("sign-out"),
    }


def _nav(request: HttpRequest) -> list[dict[str, Any]]:
    path = _page_path(request)
    incidents = Incident.objects.active().count()
    approvals = Approval.objects.waiting().count()
    running = Run.objects.filter(state__in=sorted(RUN_ACTIVE)).count()
    items = [
        ("Fleet", "fleet", "fleet", 0, "", ""),
        ("Incidents", "incidents", "incidents", incidents, "open", "bad"),
        ("Approvals", "approvals", "approvals", approvals, "waiting", ""),
        ("Runs", "runs", "runs", running, "running", ""),
        ("Policies", "policies", "policies", 0, "", ""),
        ("Journal", "journal", "journal", 0, "", ""),
    ]
    return [
        {
            "word": word,
            "url": reverse(name),
            "icon": icon,
            "count": count,
            "counted": counted,
            "state": state,
            "current": path.startswith(reverse(name)) if name != "fleet" else _is_fleet(path),
        }
        for word, name, icon, count, counted, state in items
    ]


def _page_path(request: HttpRequest) -> str:
    """The page that the person looks at; when the rail asks for itself, that is the one it stands on."""
    htmx = getattr(request, "htmx", None)
    on = (htmx.current_url_abs_path or "") if htmx else ""
    return on.partition("?")[0] or request.path


def _is_fleet(path: str) -> bool:
    return path == "/" or path.startswith("/services/")


def beats(at: datetime) -> dict[str, str]:
    """How long ago each part of the desk was last at work; silence is said, not guessed at."""
    pulses = {pulse.name: at - pulse.at for pulse in Pulse.objects.all()}
    ages = " · ".join(f"{name} {lasting(age)} ago" for name, age in sorted(pulses.items()))
    silent = sorted(name for name, age in pulses.items() if age > SILENT_AFTER)
    if not pulses:
        return {"state": "unknown", "word": "Desk not heard yet", "ages": ""}
    if silent:
        return {"state": "bad", "word": f"Silent: {', '.join(silent)}", "ages": ages}
    return {"state": "ok", "word": "Desk running", "ages": ages}
