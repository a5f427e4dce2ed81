"""Playbooks: all of the policy in force, and one as it holds for a service."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from decisions.models import Service, clock
from decisions.web import playbook_pages
from decisions.web.answers import for_members


@require_GET
@for_members
def index(request: HttpRequest) -> HttpResponse:
    return render(request, "playbooks/index.html", playbook_pages.shelf(request.GET, clock.now()))


@require_GET
@for_members
def of_service(request: HttpRequest, name: str, kind: str) -> HttpResponse:
    context = playbook_pages.of_service(get_object_or_404(Service, name=name), kind, clock.now())
    if context is None:
        raise Http404
    return render(request, "playbooks/detail.html", context)
