"""Reporting what nothing measures, from the service's page."""

from __future__ import annotations

import pytest
from django.urls import reverse

from decisions.models import Incident
from tests.web.rooms import make_measured, make_room

HTMX = {"HTTP_HX_REQUEST": "true"}


def test_a_report_opens_an_incident(enter, ana):
    make_measured()

    answer = enter(ana).post(reverse("incident-report", args=["amounts"]), {"title": "Stamps are upside down"})

    incident = Incident.objects.get()
    assert answer["Location"] == reverse("incident-detail", args=[incident.pk])
    assert (incident.kind, incident.title) == ("report", "Stamps are upside down")


def test_a_second_report_leads_to_the_incident_that_is_open(enter, ana):
    incident = make_room()

    answer = enter(ana).post(reverse("incident-report", args=["amounts"]), {"title": "It is wrong"}, **HTMX)

    assert answer["HX-Redirect"] == reverse("incident-detail", args=[incident.pk])
    assert Incident.objects.count() == 1


@pytest.mark.parametrize("title", ["", "   ", "oh"])
def test_a_report_is_a_sentence(title, enter, ana):
    make_measured()

    answer = enter(ana).post(reverse("incident-report", args=["amounts"]), {"title": title}, **HTMX)

    assert answer.status_code == 422
    assert "Say in one sentence what is wrong." in answer.content.decode()


def test_a_viewer_reports_nothing(enter, cleo):
    make_measured()

    page = enter(cleo).get(reverse("service-detail", args=["amounts"])).content.decode()
    answer = enter(cleo).post(reverse("incident-report", args=["amounts"]), {"title": "It is wrong"}, **HTMX)

    assert "Open an incident" not in page
    assert answer.status_code == 422
