"""Approvals: four eyes, two areas on a high tier, and one answer for each person."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from decisions.assessment import approvals, assessments, choices
from decisions.domain.actors import Area, Role
from decisions.domain.refusals import Refused
from decisions.execution import runs
from decisions.models import Entry, Run
from tests.execution.world import make_run
from tests.factories import make_hurt_service, make_split

pytestmark = pytest.mark.django_db


@pytest.fixture
def request_(at, ana):
    """Ana asks for the recommended option on cheques, which is of tier high."""
    assessment = assessments.assess(make_hurt_service("cheques").pk, at=at)
    return choices.request(
        assessment.incident_id, assessment_id=assessment.pk, option=assessment.recommended, actor=ana, at=at
    )


def approve(approval, actor, at, digest=None):
    return approvals.approve(approval.pk, actor=actor, digest_seen=digest or approval.plan_digest, at=at)


def test_cheques_need_product_and_risk(request_):
    assert request_.needed == ["product", "risk"]


def test_the_first_of_two_approvals_runs_nothing(request_, ben, at):
    assert approve(request_, ben, at).state == "requested"
    assert not Run.objects.exists()


def test_the_second_approval_queues_exactly_the_approved_plan(request_, ben, dora, at):
    approve(request_, ben, at)
    approval = approve(request_, dora, at)

    run = Run.objects.get()
    assert approval.state == "approved"
    assert (run.approval_id, run.plan_digest) == (approval.pk, approval.plan_digest)


@pytest.fixture
def busy(request_, ana, at) -> Run:
    """Another run of the same service, which is queued already."""
    return make_run(request_.service, at, ana)


def test_the_last_approval_is_kept_while_another_run_has_to_end_first(request_, busy, ben, dora, at):
    approve(request_, ben, at)
    approval = approve(request_, dora, at)

    assert (approval.state, approval.answers.count()) == ("approved", 2)
    assert approvals.queue_due(at) == 0 and Run.objects.get() == busy
    assert f"{busy} is already rolling cheques back to v1" in approvals.waits_for(approval)


def test_an_approved_plan_is_queued_once_when_the_other_run_has_ended(request_, busy, ana, ben, dora, at):
    approve(request_, ben, at)
    approval = approve(request_, dora, at)
    runs.halt(busy.pk, actor=ana, reason="Product decides.", at=at)

    assert (approvals.queue_due(at), approvals.queue_due(at)) == (1, 0)
    assert Run.objects.get(approval=approval).plan_digest == approval.plan_digest
    assert approvals.waits_for(approval) is None


def test_an_approved_plan_that_waited_until_there_is_nothing_to_do_ends(request_, busy, ana, ben, dora, at):
    approve(request_, ben, at)
    approve(request_, dora, at)
    runs.halt(busy.pk, actor=ana, reason="Product decides.", at=at)
    make_split(request_.service, {"v1": 1.0}, at=at)

    approvals.queue_due(at)

    request_.refresh_from_db()
    assert (request_.state, request_.outcome) == ("expired", "cheques serves v1 already. There is nothing to do.")


def test_the_requester_cannot_approve(request_, ana, at):
    both = replace(ana, roles=ana.roles | {Role.APPROVER}, areas=frozenset({(Area.PRODUCT, "*")}))

    with pytest.raises(Refused, match="You asked for this one yourself"):
        approve(request_, both, at)


def test_one_person_never_counts_for_two_areas(request_, ben, at):
    both = replace(ben, areas=frozenset({(Area.PRODUCT, "*"), (Area.RISK, "*")}))
    approve(request_, both, at)

    with pytest.raises(Refused, match="You have answered already"):
        approve(request_, both, at)


def test_an_approver_of_another_service_cannot_approve(request_, ben, at):
    elsewhere = replace(ben, areas=frozenset({(Area.PRODUCT, "amounts")}))

    with pytest.raises(Refused, match="which you are not"):
        approve(request_, elsewhere, at)


def test_a_machine_cannot_approve(request_, ben, at):
    with pytest.raises(Refused, match="A machine cannot approve"):
        approve(request_, replace(ben, is_person=False), at)


def test_an_approval_of_another_plan_is_refused(request_, ben, at):
    with pytest.raises(Refused, match="The plan changed"):
        approve(request_, ben, at, digest="sha256:" + "0" * 64)


def test_the_first_rejection_ends_the_request(request_, ben, dora, at):
    approvals.reject(request_.pk, actor=ben, digest_seen=request_.plan_digest, reason="Wait for the day shift.", at=at)

    with pytest.raises(Refused, match="already rejected"):
        approve(request_, dora, at)


def test_a_rejection_needs_a_reason(request_, ben, at):
    with pytest.raises(Refused, match="why you reject"):
        approvals.reject(request_.pk, actor=ben, digest_seen=request_.plan_digest, reason=" ", at=at)


def test_asking_again_shows_what_was_rejected(request_, ana, ben, at):
    approvals.reject(request_.pk, actor=ben, digest_seen=request_.plan_digest, reason="Wait for the day shift.", at=at)

    again = choices.request(
        request_.incident_id, assessment_id=request_.assessment_id, option=request_.option, actor=ana, at=at
    )
    assert again.follows == request_


@pytest.mark.parametrize(("seconds", "may"), [(-1, True), (0, False), (1, False)])
def test_an_expired_request_cannot_be_approved(request_, ben, seconds, may):
    moment = request_.expires_at + timedelta(seconds=seconds)

    assert (approvals.refusal(ben, request_, moment) is None) is may


def test_expired_requests_are_closed_once(request_):
    late = request_.expires_at + timedelta(seconds=1)

    assert (approvals.expire_due(late), approvals.expire_due(late)) == (1, 0)
    assert Entry.objects.filter(event="approval_expired").count() == 1


def test_only_the_requester_withdraws(request_, ana, ben, at):
    with pytest.raises(Refused, match="Only the person who asked"):
        approvals.withdraw(request_.pk, actor=ben, at=at)

    assert approvals.withdraw(request_.pk, actor=ana, at=at).state == "withdrawn"
