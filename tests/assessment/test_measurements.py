"""What was measured reaches the evidence whole: both sides of a level, each version as it usually is, and reviews."""

from __future__ import annotations

from datetime import date

import pytest
from django.db.models import F

from decisions.assessment import policies, snapshots
from decisions.domain import allowances, engine, suffering
from decisions.models import Sample, ServiceLevel
from tests.measured import make_broken_incident, make_measured_service, make_policy

pytestmark = pytest.mark.django_db


@pytest.fixture
def taken(at):
    """Takes the evidence on an incident of the service, with the policy in force."""
    make_policy(at=at)

    def take(service):
        incident = make_broken_incident(service, at=at)
        policy = policies.in_force(service, at)[1]
        return snapshots.take(incident, policy, at), policy

    return take


def test_a_level_that_breaks_on_the_good_side_reads_broken(taken, at):
    snapshot, policy = taken(make_measured_service(fault="threshold", at=at))

    accepted = snapshot.indicators["accepted_share"]
    assert accepted.current.value == 1.0
    assert allowances.breaks(accepted.current.value, accepted, policy)
    assert suffering.versions_suffer(snapshot, policy).value == "only_new"


def test_each_version_is_held_against_how_it_usually_is(taken, at):
    snapshot, _ = taken(make_measured_service(fault="threshold", at=at))

    usual = snapshot.indicators["misread_share"].usual_by_version
    assert usual["v2"].value == pytest.approx(0.0015, rel=0.1)
    assert usual["v1"].value == pytest.approx(0.0135, rel=0.1)


def test_the_review_of_a_level_that_is_overdue_widens_what_it_costs(taken, at):
    service = make_measured_service(fault="transposed", at=at)
    # The policy names a margin for every example indicator; where it names none, the level's own holds.
    service.indicators.filter(name="misread_share").update(name="wrong_share")
    ServiceLevel.objects.filter(indicator__name="wrong_share").update(review_on=date(2026, 11, 17))
    snapshot, policy = taken(service)

    result = engine.assess(snapshot, policy)

    margin = next(each for each in result["margins"] if each["indicator"] == "wrong_share")
    assert margin["parts"][0] == {
        "allows_for": "what the service file says",
        "size": 0.25,
        "owner": "ana",
        "reason": "A misread amount is paid wrongly and found days later.",
        "review_on": "2026-11-17",
        "overdue": True,
    }
    assert result["overdue_margins"] == 1


def rescale(service, name, times):
    Sample.objects.filter(series__service=service, series__indicator__name=name).update(value=F("value") * times)


def test_a_share_of_slightly_more_than_all_is_all(taken, at):
    service = make_measured_service(fault="threshold", at=at)
    rescale(service, "accepted_share", 1.02)  # accepted was read a moment after read

    snapshot, _ = taken(service)

    assert snapshot.indicators["accepted_share"].current.value == 1.0


def test_what_its_unit_rules_out_counts_as_missing(taken, at):
    service = make_measured_service(fault="threshold", at=at)
    rescale(service, "confidence_mean", -1)

    snapshot, _ = taken(service)

    assert snapshot.indicators["confidence_mean"].current is None
    assert "confidence_mean" in snapshot.missing
