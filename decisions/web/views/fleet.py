"""The fleet: every service, what needs somebody first."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from decisions.models import clock
from decisions.web import fleet_page
from decisions.web.answers import for_members


@require_GET
@for_members
def page(request: HttpRequest) -> HttpResponse:
    return render(request, "fleet/page.html", fleet_page.page(request.GET, clock.now()))


@require_GET
@for_members
def rows(request: HttpRequest) -> HttpResponse:
    return render(request, "fleet/_rows.html", fleet_page.page(request.GET, clock.now()))
