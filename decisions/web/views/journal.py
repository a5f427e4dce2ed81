"""The journal: searching it, and one entry with its bytes."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from decisions.models import Entry
from decisions.web import journal_pages
from decisions.web.answers import for_members


@require_GET
@for_members
def index(request: HttpRequest) -> HttpResponse:
    return render(request, "journal/index.html", journal_pages.search(request.GET))


@require_GET
@for_members
def entry(request: HttpRequest, sequence: int) -> HttpResponse:
    return render(request, "journal/entry.html", journal_pages.entry_page(get_object_or_404(Entry, pk=sequence)))
