"""Approving, rejecting, withdrawing: from the form to the answer, and what the second person sees."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from decisions.execution import runs
from decisions.models import Approval, Run, clock
from tests.execution.world import make_run
from tests.factories import AT
from tests.web.rooms import make_request, make_room

HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def asked(ana, db) -> Approval:
    """Ana asked for something of high risk: product and risk have to agree."""
    return make_request(make_room(tier="high"), ana)


def post(client, name: str, approval: Approval, **data: str):
    data = {"digest": approval.plan_digest} | data
    return client.post(reverse(f"approval-{name}", args=[approval.pk]), data, **HTMX)


def test_the_page_shows_the_exact_steps_and_both_sides(asked, enter, ben):
    page = enter(ben).get(reverse("approval-detail", args=[asked.pk])).content.decode()

    assert "Check the kill switch, the bounds and the approvals again." in page
    assert "Which bounds it breaks" in page
    assert "Reject, and nobody acts" in page
    assert f"Approve: {asked.title[0].lower()}{asked.title[1:]}" in page


def test_ben_approves_and_risk_is_waited_for(asked, enter, ben):
    answer = post(enter(ben), "approve", asked, reason="v1 was quiet.")

    assert answer.status_code == 200
    assert "“v1 was quiet.”" in answer.content.decode()
    assert "An approver for risk has to answer." in answer.content.decode()
    assert not Run.objects.exists()


def test_the_last_approval_starts_the_run_and_shows_it(asked, enter, ben, dora):
    post(enter(ben), "approve", asked)

    answer = post(enter(dora), "approve", asked)

    run = Run.objects.get()
    assert f"{run} carries out exactly this plan." in answer.content.decode()
    assert (run.approval_id, run.requested_by) == (asked.pk, "ana")


def test_a_second_press_is_refused_with_the_state_as_it_is(asked, enter, ben):
    post(enter(ben), "approve", asked)

    answer = post(enter(ben), "approve", asked)

    assert answer.status_code == 422
    assert "You have answered already." in answer.content.decode()
    assert asked.answers.count() == 1


def test_who_comes_too_late_sees_who_was_first(asked, enter, ben, dora):
    post(enter(ben), "reject", asked, reason="The night desk can key it in.")

    answer = post(enter(dora), "approve", asked)

    assert answer.status_code == 422
    assert "This request is already rejected." in answer.content.decode()
    assert "“The night desk can key it in.”" in answer.content.decode()


def test_a_rejection_needs_its_reason(asked, enter, dora):
    answer = post(enter(dora), "reject", asked, reason=" ")

    assert answer.status_code == 422
    assert "Say in a sentence why you reject it" in answer.content.decode()


def test_a_plan_that_was_not_shown_is_not_approved(asked, enter, ben):
    answer = post(enter(ben), "approve", asked, digest="sha256:" + "0" * 64)

    assert answer.status_code == 422
    assert "The plan changed after you opened this page." in answer.content.decode()


@pytest.mark.parametrize(
    ("role", "sentence"),
    [
        ("ana", "Only an approver can answer this request."),
        ("cleo", "Only an approver can answer this request."),
        ("adam", "Only an approver can answer this request."),
    ],
)
def test_others_read_why_they_cannot_answer(role, sentence, asked, enter, request):
    client = enter(request.getfixturevalue(role))

    page = client.get(reverse("approval-detail", args=[asked.pk])).content.decode()
    answer = post(client, "approve", asked)

    assert sentence in page
    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_ana_takes_her_request_back(asked, enter, ana):
    answer = post(enter(ana), "withdraw", asked)

    assert answer.status_code == 200
    assert "Withdrawn" in answer.content.decode()


def test_nobody_else_takes_it_back(asked, enter, ben):
    page = enter(ben).get(reverse("approval-detail", args=[asked.pk])).content.decode()
    answer = post(enter(ben), "withdraw", asked)

    assert "Withdraw the request" not in page
    assert answer.status_code == 422


def test_an_expired_request_is_not_answered(asked, enter, ben, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: AT + timedelta(days=2))

    answer = post(enter(ben), "approve", asked)

    assert answer.status_code == 422
    assert "This request expired at" in answer.content.decode()


def test_without_htmx_one_is_back_on_the_request(asked, enter, ben):
    url = reverse("approval-approve", args=[asked.pk])

    answer = enter(ben).post(url, {"digest": asked.plan_digest})

    assert (answer.status_code, answer["Location"]) == (302, reverse("approval-detail", args=[asked.pk]))


def test_the_inbox_has_what_i_can_answer_on_top(asked, enter, dora):
    page = enter(dora).get(reverse("approvals")).content.decode()

    assert "1 of 1 for you to answer" in page
    assert "amounts misreads amounts" in page


def test_a_plan_that_could_not_run_says_why_and_can_be_asked_for_again(asked, enter, ana, ben, dora):
    for approver in (ben, dora):
        post(enter(approver), "approve", asked)
    run = Run.objects.get()
    asked.service.versions.update(status="quarantined", status_reason="it misreads")

    runs.claim(run.pk, "worker", AT)

    page = enter(ana).get(reverse("approval-detail", args=[asked.pk])).content.decode()
    assert f"{run} was to carry out exactly this plan." in page
    assert "is in quarantine: it misreads." in page
    assert "Expired" in page
    asked.service.versions.update(status="superseded")
    again = make_request(asked.incident, ana, asked.option)
    assert again.follows == asked


def test_the_last_approval_is_kept_and_the_page_says_what_it_waits_for(asked, enter, ana, ben, dora):
    busy = make_run(asked.service, AT, ana)
    post(enter(ben), "approve", asked)

    answer = post(enter(dora), "approve", asked)

    assert answer.status_code == 200
    assert "Approved, and waiting for its turn." in answer.content.decode()
    assert f"{busy} is already rolling amounts back to v1" in answer.content.decode()
