"""What the comparison of two versions says reaches the evidence, and moves what is held for the cause."""

from __future__ import annotations

from datetime import timedelta

import pytest

from decisions.assessment import assessments, snapshots, tasks
from decisions.domain import cause_finding
from decisions.models import Bell, Comparison, Entry, Incident
from decisions.monitoring import comparisons
from tests.factories import AT, make_hurt_service
from tests.sampled import OLD, TRANSPOSED, measure
from tests.web.rooms import parsed

pytestmark = pytest.mark.django_db

BEGAN = timedelta(seconds=2.5)


@pytest.fixture
def incident(at) -> Incident:
    """v2 misreads since two minutes, v1 in shadow does not; nobody has looked yet."""
    found = make_hurt_service()
    found.service.series.all().delete()
    Incident.objects.filter(pk=found.pk).update(opened_at=AT - timedelta(minutes=2))
    found.refresh_from_db()
    for version, values, mode in (("v2", TRANSPOSED, "live"), ("v1", OLD, "shadow")):
        measure(found.service, version, values, mode=mode, since=found.opened_at - BEGAN, seconds=122)
    return found


def seen(incident, at):
    return snapshots.take(incident, parsed("low"), at).tokens.get("version_verdict")


def test_a_verdict_stands_in_the_next_evidence(incident, at):
    assert seen(incident, at) is None

    comparisons.look(at)

    token = seen(incident, at)
    assert token.value == "worse"
    assert token.detail.startswith("v2 is worse than v1 on the same traffic. Misread, of accepted: ")


def test_what_is_not_yet_known_is_left_out(incident, at):
    comparisons.look(at)
    Comparison.objects.update(verdict="unknown")

    assert seen(incident, at) is None


def test_a_verdict_on_the_time_before_the_trouble_is_left_out(incident, at):
    comparisons.look(at)
    Comparison.objects.update(since=AT - timedelta(minutes=30))

    assert seen(incident, at) is None


def test_a_verdict_on_another_version_is_left_out(incident, at):
    comparisons.look(at)
    Comparison.objects.update(candidate="v1", baseline="v0")

    assert seen(incident, at) is None


def test_what_was_worse_all_along_explains_nothing_that_began_today(incident, at):
    Incident.objects.filter(pk=incident.pk).update(trigger={"levels": [{"indicator": "latency_p99", "value": None}]})
    incident.refresh_from_db()

    comparisons.look(at)

    assert Comparison.objects.get().verdict == "worse"
    assert seen(incident, at) is None


def test_a_verdict_moves_the_cause_where_nothing_else_tells_the_versions_apart(incident, at):
    incident.service.series.filter(mode="shadow").delete()
    earlier = AT - timedelta(hours=1, minutes=3)
    measure(incident.service, "v1", OLD, since=earlier, seconds=180)
    before = cause_finding.find(snapshots.take(incident, parsed("low"), at), parsed("low"))

    comparisons.look(at)
    after = cause_finding.find(snapshots.take(incident, parsed("low"), at), parsed("low"))

    assert after.says("version_verdict") == "worse"
    assert after.posterior["release"] > before.posterior["release"]


def test_a_verdict_is_not_counted_beside_what_tells_the_same(incident, at):
    before = cause_finding.find(snapshots.take(incident, parsed("low"), at), parsed("low"))

    comparisons.look(at)
    after = cause_finding.find(snapshots.take(incident, parsed("low"), at), parsed("low"))

    assert (after.says("versions_suffer"), after.says("version_verdict")) == ("only_new", "worse")
    assert after.posterior == before.posterior


def test_a_new_verdict_rings_for_a_new_assessment(incident, at):
    comparisons.look(at)

    entry = Entry.objects.get(event="version_compared")
    assert list(Bell.objects.filter(entry=entry).values_list("task", flat=True)) == ["assessment.version_compared"]
    tasks.version_compared.run(Bell.objects.get(entry=entry).pk)
    assert assessments.newest(incident) is not None
