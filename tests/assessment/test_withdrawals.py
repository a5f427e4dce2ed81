"""Withdrawing a nearer policy takes two people, is written down, and leaves the wider one in force."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from decisions.assessment import policies, withdrawals
from decisions.assessment.policies import Seen
from decisions.domain.refusals import Refused
from decisions.models import Entry, PolicyVersion
from tests.factories import EXAMPLES, make_policies, make_service

pytestmark = pytest.mark.django_db

TEXT = (EXAMPLES / "policies/default.yaml").read_text()


@pytest.fixture
def low() -> PolicyVersion:
    make_policies()
    return PolicyVersion.objects.get(scope="tier")


@pytest.fixture
def desk(low) -> PolicyVersion:
    return PolicyVersion.objects.get(scope="desk")


def test_two_owners_withdraw_it_and_the_desk_s_policy_holds(low, desk, paul, petra, at):
    withdrawals.propose(low, actor=paul, at=at)
    withdrawals.sign_off(low, seen=Seen.of(low, desk), actor=petra, at=at)

    version, _ = policies.in_force(make_service(tier="low"), at)
    assert version == desk
    events = [(entry.event, entry.actor) for entry in Entry.objects.order_by("sequence")][-2:]
    assert events == [("policy_withdrawal_proposed", "paul"), ("policy_withdrawn", "petra")]


def test_it_is_in_force_until_it_is_signed(low, paul, at):
    withdrawals.propose(low, actor=paul, at=at)

    version, _ = policies.in_force(make_service(tier="low"), at)

    assert version == low


def test_who_proposed_it_cannot_sign_it(low, desk, paul, at):
    withdrawals.propose(low, actor=paul, at=at)

    with pytest.raises(Refused, match="You proposed this withdrawal yourself"):
        withdrawals.sign_off(low, seen=Seen.of(low, desk), actor=paul, at=at)


def test_nothing_is_withdrawn_that_nobody_proposed(low, desk, petra, at):
    with pytest.raises(Refused, match="Nobody proposes"):
        withdrawals.sign_off(low, seen=Seen.of(low, desk), actor=petra, at=at)


def test_a_responder_withdraws_nothing(low, ana, at):
    with pytest.raises(Refused, match="Only a policy owner"):
        withdrawals.propose(low, actor=ana, at=at)


def test_the_desk_s_own_policy_is_replaced_and_never_withdrawn(desk, paul, at):
    with pytest.raises(Refused, match="nothing wider would hold"):
        withdrawals.propose(desk, actor=paul, at=at)


def test_without_a_wider_policy_it_stays(paul, at):
    low = policies.install((EXAMPLES / "digits/policy-low.yaml").read_text(), at=at)

    with pytest.raises(Refused, match="No wider policy is in force"):
        withdrawals.propose(low, actor=paul, at=at)


def test_a_service_s_policy_gives_way_to_its_tier_s(low, at):
    make_service("amounts", tier="low")
    own = policies.install(TEXT.replace("scope: {kind: desk}", "scope: {kind: service, name: amounts}"), at=at)

    assert withdrawals.wider(own) == low


def test_a_wider_policy_that_moved_on_has_to_be_looked_at_again(low, desk, paul, petra, at):
    withdrawals.propose(low, actor=paul, at=at)
    newer = policies.draft(TEXT.replace('"3.00"', '"4.50"'), actor=paul, at=at)
    policies.propose(newer, actor=paul, at=at)
    policies.sign_off(newer, seen=Seen.of(newer, desk), actor=petra, at=at)

    with pytest.raises(Refused, match="became active meanwhile: compare again"):
        withdrawals.sign_off(low, seen=Seen.of(low, desk), actor=petra, at=at)


def test_a_proposal_can_be_dropped_and_made_again(low, paul, petra, at):
    withdrawals.propose(low, actor=paul, at=at)
    withdrawals.drop(low, actor=petra, at=at)

    withdrawals.propose(low, actor=petra, at=at)

    assert PolicyVersion.objects.get(pk=low.pk).withdrawal_by == "petra"


def test_two_who_propose_at_once_are_one(low, paul, petra, at):
    mine = PolicyVersion.objects.get(pk=low.pk)
    withdrawals.propose(low, actor=paul, at=at)

    with pytest.raises(Refused, match="Somebody else was quicker"):
        withdrawals.propose(mine, actor=petra, at=at)


def test_the_database_keeps_the_desk_s_policy_from_being_withdrawn(desk, at):
    with pytest.raises(IntegrityError), transaction.atomic():
        PolicyVersion.objects.filter(pk=desk.pk).update(withdrawal_by="paul", withdrawal_at=at)
