"""One service: what is served, its levels, charts, versions, and what was live when."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from decisions.models import Service, clock
from decisions.monitoring import incidents
from decisions.web import charts, live_history, service_story, verdicts, version_rows
from decisions.web.answers import acting, answer, attempt, for_members, forward


@require_GET
@for_members
def detail(request: HttpRequest, name: str) -> HttpResponse:
    return render(request, "services/detail.html", _context(request, name))


@require_GET
@for_members
def standing(request: HttpRequest, name: str) -> HttpResponse:
    return render(
        request, "services/_standing.html", service_story.standing(_service(name), acting(request), clock.now())
    )


@require_GET
@for_members
def versions(request: HttpRequest, name: str) -> HttpResponse:
    return render(request, "services/_versions.html", version_rows.versions(_service(name), request.GET, clock.now()))


@require_GET
@for_members
def compared(request: HttpRequest, name: str) -> HttpResponse:
    return render(request, "services/_verdicts.html", verdicts.of(_service(name)))


@require_GET
@for_members
def was_live(request: HttpRequest, name: str) -> HttpResponse:
    return render(request, "services/_was_live.html", live_history.was_live(_service(name), request.GET, clock.now()))


@require_GET
@for_members
def chart(request: HttpRequest, name: str, indicator: str) -> HttpResponse:
    found = get_object_or_404(_service(name).indicators.prefetch_related("levels"), name=indicator)
    until = charts.end(request.GET.get("until", ""), clock.now())
    return JsonResponse(charts.figure(found, charts.span(request.GET.get("span", "")), until))


@require_POST
@for_members
def report(request: HttpRequest, name: str) -> HttpResponse:
    service, at = _service(name), clock.now()
    opened, refusal = attempt(
        request, lambda: incidents.report(service, request.POST.get("title", ""), actor=acting(request), at=at)
    )
    if opened is not None:
        return forward(request, reverse("incident-detail", args=[opened.pk]))
    context = service_story.standing(service, acting(request), at)
    return answer(request, "services/_standing.html", context, back=_back(name), refusal=refusal)


def _back(name: str) -> str:
    return reverse("service-detail", args=[name])


def _service(name: str) -> Service:
    return get_object_or_404(Service, name=name)


def _context(request: HttpRequest, name: str) -> dict[str, Any]:
    service, at = _service(name), clock.now()
    return {
        **service_story.standing(service, acting(request), at),
        **version_rows.versions(service, request.GET, at),
        **live_history.was_live(service, request.GET, at),
        **service_story.around(service, at),
        **verdicts.of(service),
        **service_story.charts(service, request.GET.get("span", "")),
    }
