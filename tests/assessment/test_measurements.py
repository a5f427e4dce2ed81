"""What was measured reaches the evidence whole: both sides of a level, each version as it usually is, and reviews."""

from __future__ import annotations

import pytest

from decisions.assessment import policies, snapshots
from decisions.domain import allowances, suffering
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
