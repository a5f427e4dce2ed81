"""Runs: the list, one with its live steps, and the halt."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from decisions.domain.actors import Actor
from decisions.execution import runs
from decisions.models import Run, clock
from decisions.web import run_pages
from decisions.web.answers import acting, answer, attempt, for_members, paged


@require_GET
@for_members
def index(request: HttpRequest) -> HttpResponse:
    found, pages = paged(request, Run.objects.select_related("service", "incident"))
    return render(request, "runs/index.html", {"rows": run_pages.rows(found), **pages})


@require_GET
@for_members
def detail(request: HttpRequest, run_id: int) -> HttpResponse:
    return render(request, "runs/detail.html", run_pages.page(_run(run_id), acting(request), clock.now()))


@require_GET
@for_members
def progress(request: HttpRequest, run_id: int) -> HttpResponse:
    return render(request, "runs/_progress.html", _context(run_id, acting(request)))


@require_POST
@for_members
def halt(request: HttpRequest, run_id: int) -> HttpResponse:
    get_object_or_404(Run, pk=run_id)
    actor, reason = acting(request), request.POST.get("reason", "")
    _, refusal = attempt(request, lambda: runs.halt(run_id, actor=actor, reason=reason, at=clock.now()))
    back = reverse("run-detail", args=[run_id])
    return answer(request, "runs/_progress.html", _context(run_id, actor), back=back, refusal=refusal)


def _context(run_id: int, actor: Actor) -> dict[str, Any]:
    return run_pages.progress(_run(run_id), actor, clock.now())


def _run(run_id: int) -> Run:
    found = Run.objects.select_related("service", "incident", "approval").prefetch_related("attempts")
    return get_object_or_404(found, pk=run_id)
