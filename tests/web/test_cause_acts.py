"""Once an incident is over, a person says what the cause was, and whoever knows better says it again."""

from __future__ import annotations

import pytest
from django.urls import reverse

from decisions.models import Entry, Incident
from tests.web.rooms import make_room

HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def over(db, at) -> Incident:
    incident = make_room()
    Incident.objects.update(state="resolved", resolved_at=at)
    return incident


def say(client, incident: Incident, cause: str, **headers: str):
    return client.post(reverse("incident-cause", args=[incident.pk]), {"cause": cause}, **headers)


def page(client, incident: Incident) -> str:
    return client.get(reverse("incident-detail", args=[incident.pk])).content.decode()


def test_ana_says_that_it_was_the_release(over, enter, ana):
    answer = say(enter(ana), over, "release", **HTMX)

    assert "It was the release, said Ana at 03:04:00 UTC." in answer.content.decode()
    assert Incident.objects.get().cause == "release"
    assert Entry.objects.get(event="cause_established").facts() == {"cause": "release"}


def test_who_knows_better_later_says_it_again_and_the_journal_keeps_both(over, enter, ana, ben):
    say(enter(ana), over, "transient")
    say(enter(ben), over, "other")

    assert "It was something else, said Ben" in page(enter(ana), over)
    assert Entry.objects.filter(event="cause_established").count() == 2


def test_while_it_goes_on_nobody_is_asked_and_nobody_can_say(over, enter, ana):
    Incident.objects.update(state="open", resolved_at=None)

    answer = say(enter(ana), over, "release")

    assert answer.status_code == 302 and Incident.objects.get().cause == ""
    assert "What the cause was" not in page(enter(ana), over)


@pytest.mark.parametrize("cause", ["", "weather", "RELEASE"])
def test_what_is_none_of_the_three_is_refused_with_a_sentence(cause, over, enter, ana):
    answer = say(enter(ana), over, cause, **HTMX)

    assert answer.status_code == 422
    assert "Choose which of the three causes it was." in answer.content.decode()


def test_who_only_watches_reads_it_and_is_offered_no_form(over, enter, cleo):
    answer = say(enter(cleo), over, "release", **HTMX)

    assert answer.status_code == 422 and Incident.objects.get().cause == ""
    assert "Nobody has said yet what it was." in page(enter(cleo), over)
    assert "Write it down" not in page(enter(cleo), over)


def test_without_htmx_one_is_back_on_the_page(over, enter, ana):
    answer = say(enter(ana), over, "other")

    assert answer["Location"] == reverse("incident-detail", args=[over.pk])
