"""Approvals: what waits, one request, and the answers to it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from decisions.assessment import approvals
from decisions.domain.actors import Actor
from decisions.models import Approval, clock
from decisions.web import approval_pages
from decisions.web.answers import acting, answer, attempt, for_members


@require_GET
@for_members
def queue(request: HttpRequest) -> HttpResponse:
    return render(request, "approvals/index.html", approval_pages.inbox(acting(request), clock.now()))


@require_GET
@for_members
def detail(request: HttpRequest, approval_id: int) -> HttpResponse:
    return render(request, "approvals/detail.html", _context(approval_id, acting(request)))


@require_GET
@for_members
def state(request: HttpRequest, approval_id: int) -> HttpResponse:
    return render(request, "approvals/_state.html", _context(approval_id, acting(request)))


@require_POST
@for_members
def approve(request: HttpRequest, approval_id: int) -> HttpResponse:
    return _answered(request, approval_id, approvals.approve, **_said(request))


@require_POST
@for_members
def reject(request: HttpRequest, approval_id: int) -> HttpResponse:
    return _answered(request, approval_id, approvals.reject, **_said(request))


@require_POST
@for_members
def withdraw(request: HttpRequest, approval_id: int) -> HttpResponse:
    return _answered(request, approval_id, approvals.withdraw)


def _said(request: HttpRequest) -> dict[str, str]:
    return {"digest_seen": request.POST.get("digest", ""), "reason": request.POST.get("reason", "")}


def _answered(request: HttpRequest, approval_id: int, act: Any, **said: str) -> HttpResponse:
    get_object_or_404(Approval, pk=approval_id)
    actor = acting(request)
    _, refusal = attempt(request, lambda: act(approval_id, actor=actor, at=clock.now(), **said))
    back = reverse("approval-detail", args=[approval_id])
    return answer(request, "approvals/_state.html", _context(approval_id, actor), back=back, refusal=refusal)


def _context(approval_id: int, actor: Actor) -> dict[str, Any]:
    found = Approval.objects.select_related("service", "incident", "assessment", "assessment__policy")
    return approval_pages.request_page(get_object_or_404(found, pk=approval_id), actor, clock.now())
