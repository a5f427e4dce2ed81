"""Playbooks that people can read before and while they need them."""

from __future__ import annotations

import pytest
from django.urls import reverse

from decisions.domain import playbooks as rules
from decisions.models import Service, Stakeholder
from decisions.web import playbook_pages
from tests.web.rooms import make_measured, make_policy, make_room

KINDS = ("stabilise", "shift_traffic", "roll_back", "disable")


@pytest.fixture
def page(enter, ana):
    def read(name: str, *arguments: object, **query: str) -> str:
        answer = enter(ana).get(reverse(name, args=arguments), query)
        return answer.content.decode().replace("\u00a0", " ")

    return read


def test_every_step_a_playbook_may_hold_has_words():
    assert set(playbook_pages.STEPS) == {"check", "precheck", "read_back", *rules.ACTS_BY.values()}


def test_it_says_who_authorises_how_it_runs_and_who_validates(page, db):
    make_policy("desk")
    service = make_measured(tier="standard")
    Stakeholder.objects.create(service=service, person="dora", role="outcome_validator")

    said = page("service-playbook", "amounts", "roll_back")

    for part in (
        "The responder on call",
        "All traffic to one version that is known good",
        "Check that the version that takes over loads and answers.",
        "Watch every service level for 10 min",
        "Every broken level is back inside its target for the whole watch",
        "The outcome validator of the service",
        "The team that owns the release",
        "Dora",
        "approved by an approver for product",
        "Misread, of accepted",
    ):
        assert part in said


def test_taking_the_model_out_says_who_does_the_work_meanwhile(page, db):
    make_policy("desk")
    make_measured(tier="standard")

    assert "people do it by hand" in page("service-playbook", "amounts", "disable")


def test_the_nearest_policy_s_playbooks_are_shown(page, db):
    make_policy("desk")
    make_policy("low")
    make_measured("amounts", tier="low")

    assert "by <a" in page("playbooks", **{"for": "service:amounts"})
    assert ">policy low 1</a>" in page("playbooks", **{"for": "service:amounts"})
    assert ">policy low 1</a>" in page("playbooks", **{"for": "tier:low"})
    assert ">policy desk 1</a>" in page("playbooks", **{"for": "tier:high"})
    assert ">policy desk 1</a>" in page("playbooks")


def test_all_kinds_are_there_and_holding_too(page, db):
    make_policy("desk")

    said = page("playbooks")

    assert all(f'id="{kind}-title"' in said for kind in KINDS)
    assert "the desk looks again after 10 min" in said


@pytest.mark.parametrize("asked", ["service:none", "tier:none", "x", ":", "service:"])
def test_who_is_not_known_is_the_whole_desk(asked, page, db):
    make_policy("desk")

    assert "For the whole desk" in page("playbooks", **{"for": asked})


def test_without_a_policy_it_says_so(page, db):
    make_measured()

    assert "No policy is in force here." in page("playbooks")
    assert "No policy is in force for this service." in page("service-playbook", "amounts", "roll_back")


def test_the_card_of_every_option_that_acts_leads_to_its_playbook(page, db):
    incident = make_room()

    said = page("incident-detail", incident.pk)

    kinds = {option["kind"] for option in incident.assessments.get().document()["options"]} - {"hold"}
    assert kinds
    assert all(f'href="{reverse("service-playbook", args=["amounts", kind])}"' in said for kind in kinds)


def test_the_service_leads_to_all_of_them(page, db):
    make_measured()

    said = page("service-detail", Service.objects.get().name)

    assert all(reverse("service-playbook", args=["amounts", kind]) in said for kind in KINDS)
