"""A rollback that somebody undid is noticed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from decisions.domain.refusals import Refused
from decisions.models import Entry, Incident, Split
from decisions.monitoring import drift, scraping
from decisions.monitoring.sources import Page
from tests.factories import make_incident, make_indicator, make_level, make_live_pair, make_source, make_split

pytestmark = pytest.mark.django_db

SENTENCE = "amounts serves v2, and was told to serve v1."


@pytest.mark.parametrize("state", ["watching", "resolved"])
def test_an_undone_rollback_opens_its_incident_again(at, state):
    resolved = at if state == "resolved" else None
    incident = make_incident(make_live_pair(), state=state, resolved_at=resolved)

    drift.found(incident.service, SENTENCE, at + timedelta(seconds=9))

    incident.refresh_from_db()
    assert incident.state == "open"
    assert Entry.objects.get().facts()["outcome"] == SENTENCE


def test_drift_of_a_quiet_service_is_an_incident_of_its_own(at):
    drift.found(make_live_pair(), SENTENCE, at)

    assert Incident.objects.get().title == SENTENCE


def test_drift_found_twice_opens_one_incident(at):
    service = make_live_pair()
    for _ in range(2):
        drift.found(service, SENTENCE, at)

    assert Incident.objects.count() == 1


SHARE = {"kind": "ratio", "metric": "misread_total", "over": "labelled_total"}


@pytest.fixture
def undone(at):
    """The drift of a healthy service that serves v2 although it was told to serve v1."""
    service = make_live_pair()
    make_level(make_indicator(service, query=SHARE))
    make_source(service, every_seconds=2)
    make_split(service, {"v1": 1.0}, kind="desired", at=at)
    scrape(service, at - timedelta(seconds=2))
    drift.found(service, SENTENCE, at)
    return Incident.objects.get()


def scrape(service, at) -> str:
    """One scrape that finds all well; answers what has become of the incident."""
    labelled = int(at.timestamp())
    text = f'misread_total{{version="v2"}} 0\nlabelled_total{{version="v2"}} {labelled}\n'
    scraping.store([(service.sources.get(), Page(text))], at)
    return "".join(Incident.objects.values_list("state", flat=True))


def test_drift_stays_an_incident_until_what_was_asked_for_is_served(undone, at):
    assert scrape(undone.service, at + timedelta(seconds=2)) == "open"

    make_split(undone.service, {"v1": 1.0}, at=at + timedelta(seconds=3))
    assert scrape(undone.service, at + timedelta(seconds=4)) == "resolved"


@pytest.mark.parametrize("state", ["watching", "resolved"])
def test_an_incident_that_drift_opened_again_stays_open_while_it_stands(undone, at, state):
    Incident.objects.update(kind="level", state=state, resolved_at=at if state == "resolved" else None)

    drift.found(undone.service, SENTENCE, at + timedelta(seconds=3))

    assert scrape(undone.service, at + timedelta(seconds=4)) == "open"


def test_what_ana_keeps_is_what_is_wanted_from_then_on(undone, ana, at):
    served = Split.objects.get(kind="served")

    drift.keep(undone, seen=served.pk, actor=ana, at=at + timedelta(seconds=3))

    assert Split.objects.filter(kind="desired").first().shares == served.shares
    assert Entry.objects.get(event="drift_kept").facts()["words"] == served.words
    assert scrape(undone.service, at + timedelta(seconds=4)) == "resolved"


def test_nobody_keeps_what_they_did_not_see(undone, ana, at):
    seen = Split.objects.get(kind="served").pk
    make_split(undone.service, {"v3": 1.0}, at=at + timedelta(seconds=3))

    with pytest.raises(Refused, match="Something else is served by now"):
        drift.keep(undone, seen=seen, actor=ana, at=at + timedelta(seconds=3))


def test_what_is_served_as_wanted_cannot_be_kept(ana, cleo, at):
    incident = make_incident(make_live_pair())

    assert drift.keep_refusal(ana, incident) == "What is served is what was asked for."
    assert "responder" in drift.keep_refusal(cleo, incident)
