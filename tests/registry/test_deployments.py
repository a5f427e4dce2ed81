"""Which version was deployed when, and which one could be gone back to."""

from __future__ import annotations

from datetime import timedelta

import pytest

from decisions.domain.actors import DESK
from decisions.domain.events import Event
from decisions.domain.versions import Outcome, Status
from decisions.models import Deployment, Entry, Version
from decisions.registry import deployments
from tests.factories import make_deployment, make_live_pair, make_service, make_split, make_version

pytestmark = pytest.mark.django_db

DAY = 86_400


def names(found) -> list[str]:
    return [version.name for version in found]


def good(service, name: str, *, days: float, order: int, outcome=Outcome.HEALTHY, at):
    version = make_version(service, name, registered_at=at - timedelta(days=order))
    return make_deployment(version, days=days, ended_at=at, outcome=outcome)


def test_the_last_known_good_is_the_newest_that_was_healthy_long_enough(at):
    service = make_service()
    good(service, "v1", days=20, order=40, at=at)
    good(service, "v2", days=5, order=20, at=at)
    good(service, "v3", days=0.5, order=10, at=at)

    assert names(deployments.known_good(service, bake_seconds=DAY, at=at)) == ["v2", "v1"]
    assert deployments.last_known_good(service, bake_seconds=DAY, at=at).name == "v2"


def test_nothing_known_good_is_none(at):
    assert deployments.last_known_good(make_service(), bake_seconds=0, at=at) is None


def test_what_is_served_now_is_no_place_to_go_back_to(at):
    service = make_live_pair()
    Deployment.objects.filter(version__name="v2").update(outcome=Outcome.HEALTHY)

    assert names(deployments.known_good(service, bake_seconds=60, at=at)) == ["v1"]


@pytest.mark.parametrize("outcome", [Outcome.ROLLED_BACK, Outcome.HALTED])
def test_a_version_that_ended_badly_the_last_time_is_not_known_good(at, outcome):
    service = make_service()
    earlier = good(service, "v1", days=20, order=40, at=at - timedelta(days=3))
    make_deployment(earlier.version, days=2, ended_at=at, outcome=outcome)

    assert deployments.known_good(service, bake_seconds=DAY, at=at) == []


def test_quarantine_takes_a_version_off_the_list(at):
    service = make_service()
    good(service, "v1", days=20, order=40, at=at)
    Version.objects.update(status=Status.QUARANTINED)

    assert deployments.known_good(service, bake_seconds=DAY, at=at) == []


def test_how_long_a_version_was_healthy_counts_in_one_piece(at):
    service = make_service()
    first = good(service, "v1", days=3, order=40, at=at)
    make_deployment(first.version, days=9, ended_at=at - timedelta(days=8), outcome=Outcome.HEALTHY)
    make_deployment(first.version, days=30, ended_at=at - timedelta(days=10), outcome=Outcome.HALTED)

    assert deployments.healthy_seconds(first.version, at) == 3 * DAY


def test_a_moved_share_keeps_both_deployments_open(at):
    service = make_live_pair()

    deployments.record(service, {"v1": 0.25, "v2": 0.75}, actor=DESK, at=at, reason="a try", outcome=Outcome.HALTED)

    shares = dict(Deployment.objects.filter(ended_at=None).values_list("version__name", "share"))
    assert shares == {"v1": 0.25, "v2": 0.75}
    assert Entry.objects.filter(event=Event.DEPLOYMENT_RECORDED).count() == 2


def test_the_same_again_records_nothing(at):
    service = make_live_pair()

    deployments.record(service, {"v2": 1.0, "v1": 0.0}, actor=DESK, at=at, reason="")

    assert not Entry.objects.exists()


def test_a_version_that_only_the_target_knows_is_left_out(at):
    service = make_live_pair()

    deployments.record(service, {"v9": 1.0}, actor=DESK, at=at, reason="", outcome=Outcome.HALTED)

    assert not Deployment.objects.filter(ended_at=None).exists()


def test_known_good_takes_a_constant_number_of_queries(at, django_assert_num_queries):
    service = make_service()
    for order in range(30):
        good(service, f"v{order}", days=20, order=40 + order, at=at)
    make_split(service, {"v0": 1.0})

    with django_assert_num_queries(3):
        deployments.known_good(service, bake_seconds=DAY, at=at)
