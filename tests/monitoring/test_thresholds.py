"""A level is held against its file and the policy in force, and the nearer word counts."""

from __future__ import annotations

from datetime import timedelta

import pytest

from decisions.assessment import policies
from decisions.domain.actors import DESK
from decisions.models import Indicator, PolicyVersion, ServiceLevel
from decisions.monitoring import levels, thresholds
from tests.domain import policies as policy_documents
from tests.factories import EXAMPLES, make_indicator, make_level, make_live_pair, make_source

SHARE = {"kind": "ratio", "metric": "misread_total", "over": "labelled_accepted_total"}
POLICY = policy_documents.default()  # misread_share 20 % of margin; a band of 20 %, 3 samples to trigger, 5 to clear


def level(name: str = "misread_share", *, direction: str = "higher_is_worse", **stated) -> ServiceLevel:
    stated = {"bound": "at_most", "target": 0.04, "margin": 0.5} | stated
    return ServiceLevel(indicator=Indicator(name=name, direction=direction), **stated)


def test_the_policy_s_margin_comes_before_the_service_s_own():
    assert thresholds.in_force(level(), POLICY, 2)["margin"] == pytest.approx(0.2)


def test_an_indicator_that_the_policy_does_not_name_keeps_its_own():
    assert thresholds.in_force(level("queue"), POLICY, 2)["margin"] == 0.5


@pytest.mark.parametrize(("bound", "margin"), [("at_least", 0.1), ("at_most", 0.03)])
def test_the_side_that_is_not_the_worse_one_keeps_its_own(bound, margin):
    held = level("accepted_share", direction="lower_is_worse", bound=bound, margin=0.03)

    assert thresholds.in_force(held, POLICY, 2)["margin"] == pytest.approx(margin)


def test_where_the_file_is_silent_the_policy_s_patience_holds():
    held = thresholds.in_force(level(), POLICY, 10)

    assert (held["release"], held["for_seconds"], held["clear_seconds"]) == (0.2, 15, 35)


def test_what_the_file_states_holds():
    held = thresholds.in_force(level(release=0.0, for_seconds=1.5, clear_seconds=6), POLICY, 10)

    assert (held["release"], held["for_seconds"], held["clear_seconds"]) == (0.0, 1.5, 6)


def test_without_a_policy_the_file_alone_holds():
    assert thresholds.in_force(level(), None, 2) == {}
    assert level().rule().breaks_at == pytest.approx(0.06)


@pytest.mark.django_db
def test_a_new_policy_moves_the_line_at_the_next_scrape(at):
    service = make_live_pair()
    make_source(service, every_seconds=2)
    make_level(make_indicator(service, query=SHARE), margin=0.5)
    install("policies/default.yaml", at - timedelta(days=1))
    levels.compare(levels.held([service.pk]), at)
    before = ServiceLevel.objects.get().rule()

    install("digits/policy-low.yaml", at, "size: 0.12", "size: 0.02")
    levels.compare(levels.held([service.pk]), at)

    assert before.breaks_at == pytest.approx(0.048)
    assert ServiceLevel.objects.get().rule().breaks_at == pytest.approx(0.044)


@pytest.mark.django_db
def test_the_nearest_policy_is_found_for_many_services_as_for_one(at):
    services = [make_live_pair(f"service-{tier}", tier=tier) for tier in ("low", "standard", "high")]
    install("policies/default.yaml", at - timedelta(days=1))
    install("digits/policy-low.yaml", at - timedelta(days=1))

    found = PolicyVersion.objects.nearest(services, at)

    assert found == {service.pk: PolicyVersion.objects.in_force(service, at) for service in services}
    assert PolicyVersion.objects.nearest(services, at - timedelta(days=2)) == {}


@pytest.mark.django_db
def test_a_policy_that_cannot_be_read_stops_no_comparison(at):
    service = make_live_pair()
    make_level(make_indicator(service, query=SHARE))
    unreadable = {"digest": "sha256:" + "0" * 64, "body": "schema: rollback-desk/policy/0"}
    PolicyVersion.objects.create(
        scope="desk", number=1, state="active", drafted_at=at, activated_at=at, drafted_by="paul", **unreadable
    )

    assert levels.compare(levels.held([service.pk]), at) == []


def install(file: str, at, *replaced: str) -> None:
    text = (EXAMPLES / file).read_text()
    version = policies.install(text.replace(*replaced) if replaced else text, at=at)
    assert version is not None and version.signed_by == DESK.key
