"""One assessment, line by line, and the same scored again with other inputs without saving anything."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from decisions.assessment import thinning
from decisions.models import Assessment
from decisions.web import calculation, sliders
from decisions.web.answers import for_members


@require_GET
@for_members
def detail(request: HttpRequest, assessment_id: int) -> HttpResponse:
    if thinning.was_thinned(assessment_id):
        return render(request, "assessments/thinned.html", status=404)
    return render(request, "assessments/detail.html", calculation.page(_found(assessment_id), request.GET))


@require_GET
@for_members
def rescore(request: HttpRequest, assessment_id: int) -> HttpResponse:
    return render(request, "assessments/_sliders.html", sliders.of(_found(assessment_id), request.GET))


def _found(assessment_id: int) -> Assessment:
    found = Assessment.objects.select_related("incident__service", "policy", "snapshot")
    return get_object_or_404(found, pk=assessment_id)
