"""Incidents: the list, the war room, and the acts of the person on call."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from decisions.assessment import assessments, choices
from decisions.models import Incident, clock
from decisions.monitoring import causes, closing, drift, incidents
from decisions.web import cause_form, incident_room, option_cards, verdicts
from decisions.web import trail as trails
from decisions.web.answers import acting, answer, attempt, for_members, forward, paged


@require_GET
@for_members
def index(request: HttpRequest) -> HttpResponse:
    found, pages = paged(request, Incident.objects.select_related("service"))
    return render(request, "incidents/index.html", {"rows": incident_room.rows(found, clock.now()), **pages})


@require_GET
@for_members
def detail(request: HttpRequest, incident_id: int) -> HttpResponse:
    return render(request, "incidents/detail.html", _room(request, incident_id))


@require_GET
@for_members
def standing(request: HttpRequest, incident_id: int) -> HttpResponse:
    return render(request, "incidents/_standing.html", _standing(request, incident_id))


@require_GET
@for_members
def options(request: HttpRequest, incident_id: int) -> HttpResponse:
    return render(request, "incidents/_options.html", _options(request, incident_id))


@require_GET
@for_members
def dock(request: HttpRequest, incident_id: int) -> HttpResponse:
    incident = _incident(incident_id)
    context = option_cards.dock(incident, assessments.newest(incident), acting(request), clock.now())
    return render(request, "incidents/_dock.html", context)


@require_GET
@for_members
def trail(request: HttpRequest, incident_id: int) -> HttpResponse:
    return render(request, "incidents/_trail.html", trails.context(_incident(incident_id), acting(request)))


@require_POST
@for_members
def take(request: HttpRequest, incident_id: int) -> HttpResponse:
    incident = _incident(incident_id)
    _, refusal = attempt(request, lambda: incidents.take(incident, actor=acting(request), at=clock.now()))
    return answer(
        request, "incidents/_standing.html", _standing(request, incident_id), back=_back(incident_id), refusal=refusal
    )


@require_POST
@for_members
def close(request: HttpRequest, incident_id: int) -> HttpResponse:
    incident = _incident(incident_id)
    _, refusal = attempt(request, lambda: closing.close(incident, actor=acting(request), at=clock.now()))
    return answer(
        request, "incidents/_standing.html", _standing(request, incident_id), back=_back(incident_id), refusal=refusal
    )


@require_POST
@for_members
def keep(request: HttpRequest, incident_id: int) -> HttpResponse:
    incident, seen = _incident(incident_id), _number(request, "seen")
    _, refusal = attempt(request, lambda: drift.keep(incident, seen=seen, actor=acting(request), at=clock.now()))
    return answer(
        request, "incidents/_standing.html", _standing(request, incident_id), back=_back(incident_id), refusal=refusal
    )


@require_POST
@for_members
def note(request: HttpRequest, incident_id: int) -> HttpResponse:
    incident, text = _incident(incident_id), request.POST.get("text", "")
    _, refusal = attempt(request, lambda: incidents.note(incident, text, actor=acting(request), at=clock.now()))
    context = trails.context(incident, acting(request))
    return answer(request, "incidents/_trail.html", context, back=_back(incident_id), refusal=refusal)


@require_POST
@for_members
def cause(request: HttpRequest, incident_id: int) -> HttpResponse:
    incident, chosen = _incident(incident_id), request.POST.get("cause", "")
    _, refusal = attempt(request, lambda: causes.establish(incident, chosen, actor=acting(request), at=clock.now()))
    context = cause_form.context(_incident(incident_id), acting(request))
    return answer(request, "incidents/_cause.html", context, back=_back(incident_id), refusal=refusal)


@require_POST
@for_members
def assess(request: HttpRequest, incident_id: int) -> HttpResponse:
    _incident(incident_id)
    _, refusal = attempt(request, lambda: choices.assess_again(incident_id, actor=acting(request), at=clock.now()))
    return _answer_options(request, incident_id, refusal)


@require_POST
@for_members
def pick(request: HttpRequest, incident_id: int) -> HttpResponse:
    _incident(incident_id)
    version = request.POST.get("version", "")
    _, refusal = attempt(
        request, lambda: choices.pick_version(incident_id, version=version, actor=acting(request), at=clock.now())
    )
    return _answer_options(request, incident_id, refusal)


@require_POST
@for_members
def run(request: HttpRequest, incident_id: int) -> HttpResponse:
    _incident(incident_id)
    started, refusal = attempt(request, lambda: choices.run(incident_id, **_choice(request)))
    if started is not None:
        return forward(request, reverse("run-detail", args=[started.pk]))
    return _answer_options(request, incident_id, refusal)


@require_POST
@for_members
def request_approval(request: HttpRequest, incident_id: int) -> HttpResponse:
    _incident(incident_id)
    asked, refusal = attempt(request, lambda: choices.request(incident_id, **_choice(request)))
    if asked is not None:
        return forward(request, reverse("approval-detail", args=[asked.pk]))
    return _answer_options(request, incident_id, refusal)


def _choice(request: HttpRequest) -> dict[str, Any]:
    return {
        "assessment_id": _number(request, "assessment"),
        "option": request.POST.get("option", ""),
        "reason": request.POST.get("reason", "")[:500],
        "actor": acting(request),
        "at": clock.now(),
    }


def _number(request: HttpRequest, name: str) -> int:
    """The key of a record that a form names; 0, which none has, where it names none."""
    text = request.POST.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 19 else 0


def _answer_options(request: HttpRequest, incident_id: int, refusal: str) -> HttpResponse:
    context = _options(request, incident_id)
    return answer(request, "incidents/_options.html", context, back=_back(incident_id), refusal=refusal)


def _back(incident_id: int) -> str:
    return reverse("incident-detail", args=[incident_id])


def _incident(incident_id: int) -> Incident:
    return get_object_or_404(Incident.objects.select_related("service"), pk=incident_id)


def _standing(request: HttpRequest, incident_id: int) -> dict[str, Any]:
    incident = _incident(incident_id)
    return incident_room.standing(incident, assessments.newest(incident), acting(request), clock.now())


def _options(request: HttpRequest, incident_id: int) -> dict[str, Any]:
    incident = _incident(incident_id)
    return option_cards.of(incident, assessments.newest(incident), acting(request), clock.now())


def _room(request: HttpRequest, incident_id: int) -> dict[str, Any]:
    incident, at = _incident(incident_id), clock.now()
    assessment = assessments.newest(incident)
    return {
        **incident_room.standing(incident, assessment, acting(request), at),
        **option_cards.of(incident, assessment, acting(request), at),
        "charts": incident_room.charts(incident),
        "people": incident_room.who_must_act(incident),
        **verdicts.of_incident(incident),
        **cause_form.context(incident, acting(request)),
        **trails.context(incident, acting(request)),
    }
