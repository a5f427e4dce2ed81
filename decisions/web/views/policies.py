"""Policies: the versions, one of them to read, a new draft, and the signatures."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from decisions.assessment import policies, withdrawals
from decisions.models import PolicyVersion, clock
from decisions.web import policy_pages, policy_standing, trials
from decisions.web.answers import acting, answer, attempt, for_members, forward

LONGEST = 512 * 1024


@require_GET
@for_members
def index(request: HttpRequest) -> HttpResponse:
    return render(request, "policies/index.html", policy_pages.shelf(acting(request)))


@require_GET
@for_members
def detail(request: HttpRequest, policy_id: int) -> HttpResponse:
    version = get_object_or_404(PolicyVersion, pk=policy_id)
    try_it = bool(request.GET.get("backtest"))
    context = policy_pages.version_page(version, acting(request), clock.now(), try_it=try_it)
    return render(request, "policies/detail.html", context)


@require_GET
@for_members
def backtest(request: HttpRequest, policy_id: int) -> HttpResponse:
    version = get_object_or_404(PolicyVersion, pk=policy_id)
    return render(request, "policies/_backtest.html", trials.of_version(version, clock.now()))


@require_http_methods(["GET", "POST"])
@for_members
def new(request: HttpRequest) -> HttpResponse:
    if request.method == "GET":
        return render(request, "policies/new.html", policy_pages.draft_page(acting(request), request.GET))
    text = request.POST.get("body", "")[:LONGEST]
    drafted, refusal = attempt(request, lambda: policies.draft(text, actor=acting(request), at=clock.now()))
    if drafted is not None:
        return forward(request, reverse("policy-detail", args=[drafted.pk]))
    context = policy_pages.draft_page(acting(request), request.GET, text=text) | {"refusal": refusal}
    return render(request, "policies/new.html", context, status=422)


@require_POST
@for_members
def check(request: HttpRequest) -> HttpResponse:
    text = request.POST.get("body", "")[:LONGEST]
    try_it = bool(request.GET.get("backtest"))
    return render(request, "policies/_check.html", policy_pages.checked(text, clock.now(), try_it=try_it))


@require_POST
@for_members
def propose(request: HttpRequest, policy_id: int) -> HttpResponse:
    return _signed(request, policy_id, policies.propose)


@require_POST
@for_members
def sign_off(request: HttpRequest, policy_id: int) -> HttpResponse:
    return _signed(request, policy_id, partial(policies.sign_off, seen=_seen(request)))


@require_POST
@for_members
def drop(request: HttpRequest, policy_id: int) -> HttpResponse:
    return _signed(request, policy_id, policies.retire)


@require_POST
@for_members
def withdraw(request: HttpRequest, policy_id: int) -> HttpResponse:
    return _signed(request, policy_id, withdrawals.propose, afresh=True)


@require_POST
@for_members
def sign_withdrawal(request: HttpRequest, policy_id: int) -> HttpResponse:
    return _signed(request, policy_id, partial(withdrawals.sign_off, seen=_seen(request)), afresh=True)


@require_POST
@for_members
def keep(request: HttpRequest, policy_id: int) -> HttpResponse:
    return _signed(request, policy_id, withdrawals.drop, afresh=True)


def _seen(request: HttpRequest) -> policies.Seen:
    return policies.Seen(request.POST.get("digest", ""), request.POST.get("beside", ""))


def _signed(request: HttpRequest, policy_id: int, act: Callable[..., Any], *, afresh: bool = False) -> HttpResponse:
    """Do it and show where the version stands; `afresh` when what stands below that changes as well."""
    version, actor, at = get_object_or_404(PolicyVersion, pk=policy_id), acting(request), clock.now()
    _, refusal = attempt(request, lambda: act(version, actor=actor, at=at))
    back = reverse("policy-detail", args=[policy_id])
    if afresh and not refusal:
        return forward(request, back)
    version.refresh_from_db()
    context = policy_standing.of(version, actor)
    return answer(request, "policies/_state.html", context, back=back, refusal=refusal)
