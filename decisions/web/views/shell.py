"""The rail on its own, and what a machine asks: does the web answer, can it work."""

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from decisions.models import Head
from decisions.web.answers import for_members


@require_safe
@for_members
def rail(request: HttpRequest) -> HttpResponse:
    return render(request, "shell/_rail.html")


@require_safe
@login_not_required
def healthy(request: HttpRequest) -> HttpResponse:
    """The web process answers; says nothing of anything else."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@login_not_required
def ready(request: HttpRequest) -> HttpResponse:
    """The database answers and is migrated."""
    try:
        is_ready = Head.objects.filter(pk=1).exists()
    except DatabaseError:
        is_ready = False
    return HttpResponse("ready\n" if is_ready else "not ready\n", status=200 if is_ready else 503)
