"""What is unusual, what is still learnt, and how fast budgets burn stands on the pages of those who must know."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from decisions.models import Sample, Unusual, Watch
from decisions.monitoring import budgets, levels
from tests.factories import AT, make_incident
from tests.measured import make_measured_service

pytestmark = pytest.mark.django_db


@pytest.fixture
def service():
    return make_measured_service(minutes=60)


def page(client, service) -> str:
    return client.get(reverse("service-detail", args=[service.name])).content.decode()


def flag(service, minutes: float) -> None:
    indicator = service.indicators.get(name="misread_share")
    at = AT - timedelta(minutes=minutes)
    Unusual.objects.create(indicator=indicator, at=at, value=0.3, score=0.7, cause="usual")


def burn(service, share: float) -> None:
    Sample.objects.filter(series__service=service, series__indicator__name="error_rate").update(value=share)
    budgets.compare(levels.held([service.pk]), AT)


def test_what_is_unusual_stands_on_the_service_and_on_its_incident(service, enter, ana):
    flag(service, minutes=8)
    incident = make_incident(service)

    room = enter(ana).get(reverse("incident-detail", args=[incident.pk])).content.decode()

    for shown in (page(enter(ana), service), room):
        assert "Misread, of accepted: unusual since 02:56" in shown
        assert "30\xa0% in that minute, far from its usual value." in shown


def test_what_was_unusual_long_ago_is_not_told_any_more(service, enter, ana):
    flag(service, minutes=31)

    assert "unusual since" not in page(enter(ana), service)


def test_a_detector_that_still_learns_says_so(service, enter, ana):
    Watch.objects.create(indicator=service.indicators.get(name="misread_share"), minute=0, measured=60)

    assert "Learning what is usual, 60 of 100 minutes" in page(enter(ana), service)


def test_a_detector_that_knows_says_that_nothing_is_unusual(service, enter, ana):
    Watch.objects.create(indicator=service.indicators.get(name="misread_share"), minute=0, measured=100)

    assert "Nothing unusual in the last 30" in page(enter(ana), service)


def test_a_budget_shows_its_windows_and_how_long_it_lasts(service, enter, ana):
    burn(service, 0.05)  # of 0.02 that may fail

    shown = page(enter(ana), service)

    assert "Ticket: burns 2.5 times its budget" in shown
    assert "98\xa0% good over 30\xa0days" in shown
    assert "12\xa0days" in shown
    assert shown.count("Within budget") == 2  # the pairs that page


def test_a_budget_that_pages_is_broken_on_its_levels_row(service, enter, ana):
    burn(service, 0.5)

    assert "Page: burns 25 times its budget" in page(enter(ana), service)


def test_a_service_without_an_objective_has_no_budgets(service, enter, ana):
    service.indicators.get(name="error_rate").levels.update(objective=None)

    assert "Error budgets" not in page(enter(ana), service)
