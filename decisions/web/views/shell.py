"""The rail on its own: counts and the desk's health, refreshed while a page stays open."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from decisions.web.answers import for_members


@require_GET
@for_members
def rail(request: HttpRequest) -> HttpResponse:
    return render(request, "shell/_rail.html")
