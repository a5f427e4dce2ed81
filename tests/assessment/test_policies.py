"""Policies: two people for each version, one in force for a scope, the nearest one holds."""

from __future__ import annotations

import pytest

from decisions.assessment import assessments, backtests, policies
from decisions.assessment.policies import Seen
from decisions.domain import policy as rules
from decisions.domain.canonical import BadDocument
from decisions.domain.refusals import Refused
from decisions.models import PolicyVersion
from tests.factories import EXAMPLES, make_hurt_service, make_policies, make_service

pytestmark = pytest.mark.django_db


@pytest.fixture
def text() -> str:
    return (EXAMPLES / "policies/default.yaml").read_text()


@pytest.fixture
def draft(text, paul, at):
    make_policies()
    return policies.draft(text, actor=paul, at=at)


def seen(version: PolicyVersion) -> Seen:
    return Seen.of(version, backtests.nearest(policies.parsed(version)))


def test_a_draft_takes_the_next_number(draft):
    assert (draft.scope, draft.number, draft.state) == ("desk", 2, "draft")


def test_the_author_cannot_sign_off(draft, paul, at):
    policies.propose(draft, actor=paul, at=at)

    with pytest.raises(Refused, match="You drafted this policy yourself"):
        policies.sign_off(draft, seen=seen(draft), actor=paul, at=at)


def test_a_signed_policy_retires_the_one_before(draft, paul, petra, at):
    policies.propose(draft, actor=paul, at=at)
    policies.sign_off(draft, seen=seen(draft), actor=petra, at=at)

    states = dict(PolicyVersion.objects.filter(scope="desk").values_list("number", "state"))
    assert states == {1: "retired", 2: "active"}


def test_a_signature_counts_only_beside_the_policy_it_was_compared_with(draft, text, paul, petra, at):
    policies.propose(draft, actor=paul, at=at)
    compared = seen(draft)
    other = policies.draft(text.replace('"3.00"', '"4.50"'), actor=paul, at=at)
    policies.propose(other, actor=paul, at=at)
    policies.sign_off(other, seen=seen(other), actor=petra, at=at)

    with pytest.raises(Refused, match="Policy desk 3 became active meanwhile: compare again before you sign"):
        policies.sign_off(draft, seen=compared, actor=petra, at=at)

    assert PolicyVersion.objects.get(state="active", scope="desk") == other


@pytest.mark.parametrize("digest", ["", "sha256:0"])
def test_a_signature_counts_only_on_the_text_that_was_read(digest, draft, paul, petra, at):
    policies.propose(draft, actor=paul, at=at)

    with pytest.raises(Refused, match="Read it again before you sign"):
        policies.sign_off(draft, seen=Seen(digest, seen(draft).beside), actor=petra, at=at)


def test_a_responder_cannot_draft(text, ana, at):
    with pytest.raises(Refused, match="Only a policy owner"):
        policies.draft(text, actor=ana, at=at)


def test_a_draft_that_breaks_its_schema_names_the_key(text, paul, at):
    with pytest.raises(BadDocument, match=r"\$\.currency"):
        policies.draft(text.replace("currency: EUR", "currency: 7"), actor=paul, at=at)

    assert not PolicyVersion.objects.exists()


@pytest.mark.parametrize(("tier", "scope"), [("low", "tier"), ("high", "desk")])
def test_the_nearest_policy_holds(at, tier, scope):
    make_policies()

    version, _ = policies.in_force(make_service("fraud-scorer", tier=tier), at)

    assert version.scope == scope


def test_without_a_policy_nothing_is_decided(at):
    with pytest.raises(Refused, match="No policy is in force"):
        policies.in_force(make_service(), at)


def test_a_back_test_covers_the_incidents_that_the_draft_would_decide(text, at):
    incident = make_hurt_service("cheques")
    assessments.assess(incident.pk, at=at)
    before = policies.parsed(PolicyVersion.objects.get(scope="desk"))

    found = backtests.against(before, rules.parse(text.replace("p_best_at_least: 0.95", "p_best_at_least: 0.5")), at)

    assert [case["key"] for case in found["cases"]] == [incident.key]
    assert found["flips"] == 0


def test_a_draft_for_one_service_is_compared_with_the_nearest_policy(text):
    make_policies()
    draft = text.replace("scope: {kind: desk}", "scope: {kind: service, name: amounts}")

    assert backtests.nearest(rules.parse(draft)).scope == "desk"
