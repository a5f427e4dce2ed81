"""Assessing an incident: the evidence is frozen, the recommendation right, the result replays."""

from __future__ import annotations

import pytest

from decisions.assessment import assessments
from decisions.models import Entry, Snapshot
from tests.factories import make_hurt_service

pytestmark = pytest.mark.django_db


def test_a_release_that_alone_suffers_is_rolled_back(at):
    incident = make_hurt_service()

    result = assessments.assess(incident.pk, at=at).document()

    assert result["recommendation"]["option"] == "roll_back:v1"
    assert "v1 on the same traffic does not" in result["recommendation"]["sentence"]


def test_when_every_version_suffers_rolling_back_does_not_help(at):
    incident = make_hurt_service(everybody=True)

    result = assessments.assess(incident.pk, at=at).document()

    assert result["recommendation"]["option"] == "disable"
    assert "Rolling back does not help" in result["recommendation"]["sentence"]


def test_the_same_evidence_is_stored_once(at):
    incident = make_hurt_service()
    first, second = (assessments.assess(incident.pk, at=at) for _ in range(2))

    assert first.snapshot_id == second.snapshot_id and Snapshot.objects.count() == 1


def test_an_assessment_is_journalled_with_its_digests(at):
    assessment = assessments.assess(make_hurt_service().pk, at=at)

    facts = Entry.objects.get(event="assessment_made").facts()
    assert facts["result"] == assessment.result_digest
    assert facts["evidence"] == assessment.snapshot_id


def test_a_source_that_fell_silent_is_listed_and_never_counts_as_good(at):
    incident = make_hurt_service()
    incident.service.series.filter(indicator__name="latency_p99").delete()

    state = assessments.assess(incident.pk, at=at).document()["evidence_state"]

    assert [gap["indicator"] for gap in state["missing"]] == ["latency_p99"]
