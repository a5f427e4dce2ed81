"""What the person on call does in the war room: it works, it is refused in a sentence, and it is never done twice."""

from __future__ import annotations

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from decisions.domain.versions import Status
from decisions.models import Approval, Assessment, Entry, Incident, Run, ServiceLevel, Split
from tests.factories import AT, make_split, make_version
from tests.web.rooms import REASON, make_request, make_room, make_started, make_unassessed, option_to_ask

HTMX = {"HTTP_HX_REQUEST": "true"}


def path(name: str, incident: Incident) -> str:
    return reverse(name, args=[incident.pk])


def choice(incident: Incident, option: str = "", reason: str = "") -> dict[str, object]:
    newest = incident.assessments.get()
    return {"assessment": newest.pk, "option": option or newest.recommended, "reason": reason}


def said(answer) -> str:
    """What a plain form's person reads after the redirect."""
    return " ".join(str(message) for message in get_messages(answer.wsgi_request))


def test_ana_takes_an_incident(enter, ana):
    incident = make_room()

    answer = enter(ana).post(path("incident-take", incident), **HTMX)

    assert answer.status_code == 200
    assert "Ana looks after it since 03:04:00 UTC." in answer.content.decode()
    assert "Take it" not in answer.content.decode()


def test_without_htmx_one_is_back_on_the_page(enter, ana):
    incident = make_room()

    answer = enter(ana).post(path("incident-take", incident))

    assert (answer.status_code, answer["Location"]) == (302, path("incident-detail", incident))


def test_the_second_to_take_it_sees_who_was_first(enter, ana, adam):
    incident = make_room()
    enter(ana).post(path("incident-take", incident))

    answer = enter(ana).post(path("incident-take", incident), **HTMX)

    assert answer.status_code == 422
    assert "was taken at 03:04:00 UTC already" in answer.content.decode()
    assert "Ana looks after it" in answer.content.decode()


def test_a_viewer_cannot_take_it_and_is_offered_no_button(enter, cleo):
    incident = make_room()

    page = enter(cleo).get(path("incident-detail", incident)).content.decode()
    answer = enter(cleo).post(path("incident-take", incident), **HTMX)

    assert "Take it" not in page
    assert answer.status_code == 422
    assert "Only a responder can do this." in answer.content.decode()


def test_what_was_reported_is_closed_with_one_press(enter, ana):
    incident = make_room()
    Incident.objects.update(kind="report")
    ServiceLevel.objects.update(state="ok")

    before = enter(ana).get(path("incident-standing", incident)).content.decode()
    answer = enter(ana).post(path("incident-close", incident), **HTMX)

    assert "It is over" in before and "It is over" not in answer.content.decode()
    assert Incident.objects.get().state == "resolved"


def test_what_the_levels_end_offers_no_such_press(enter, ana):
    incident = make_room()

    answer = enter(ana).post(path("incident-close", incident), **HTMX)

    assert answer.status_code == 422
    assert "This incident ends by itself" in answer.content.decode()
    assert "It is over" not in answer.content.decode()


def test_what_another_hand_deployed_is_kept_with_one_press(enter, ana):
    incident = make_room()
    served = make_split(incident.service, {"v3": 1.0}, at=AT)

    before = enter(ana).get(path("incident-standing", incident)).content.decode()
    answer = enter(ana).post(path("incident-keep", incident), {"seen": served.pk}, **HTMX)

    assert "Keep v3 100" in before and "Keep v3 100" not in answer.content.decode()
    assert Split.objects.filter(kind="desired").first().shares == {"v3": 1.0}


def test_what_drifts_on_is_shown_anew_and_not_kept(enter, ana):
    incident = make_room()
    seen = make_split(incident.service, {"v3": 1.0}, at=AT)
    make_split(incident.service, {"v4": 1.0}, at=AT)

    answer = enter(ana).post(path("incident-keep", incident), {"seen": seen.pk}, **HTMX)

    assert answer.status_code == 422
    assert "Something else is served by now." in answer.content.decode() and "Keep v4 100" in answer.content.decode()


def test_a_remark_stands_in_the_trail(enter, ben):
    incident = make_room()

    answer = enter(ben).post(path("incident-note", incident), {"text": "The night desk has four people."}, **HTMX)

    assert answer.status_code == 200
    assert "“The night desk has four people.”" in answer.content.decode()


def test_an_empty_remark_is_refused_where_it_was_written(enter, ana):
    answer = enter(ana).post(path("incident-note", make_room()), {"text": "  "}, **HTMX)

    assert answer.status_code == 422
    assert 'id="trail"' in answer.content.decode()
    assert "Write a sentence first." in answer.content.decode()


def test_without_htmx_a_refusal_is_said_on_the_page_one_comes_back_to(enter, cleo):
    incident = make_room()
    client = enter(cleo)

    answer = client.post(path("incident-note", incident), {"text": "Hello"}, follow=True)

    assert answer.redirect_chain == [(path("incident-detail", incident), 302)]
    assert "Only responders and approvers can add remarks." in answer.content.decode()


def test_the_recommended_option_runs_in_two_presses(enter, ana):
    incident = make_room()
    client = enter(ana)
    page = client.get(path("incident-detail", incident)).content.decode()

    answer = client.post(path("option-run", incident), choice(incident))

    run = Run.objects.get()
    assert "Yes, roll back to v1 now" in page
    assert (answer.status_code, answer["Location"]) == (302, reverse("run-detail", args=[run.pk]))
    assert (run.kind, run.requested_by) == ("roll_back", "ana")


def test_htmx_is_sent_on_to_the_run(enter, ana):
    incident = make_room()

    answer = enter(ana).post(path("option-run", incident), choice(incident), **HTMX)

    assert answer.status_code == 204
    assert answer["HX-Redirect"] == reverse("run-detail", args=[Run.objects.get().pk])


def test_a_double_press_runs_it_once_and_says_who_did(enter, ana):
    incident = make_room()
    client = enter(ana)
    client.post(path("option-run", incident), choice(incident), **HTMX)

    answer = client.post(path("option-run", incident), choice(incident), **HTMX)

    assert answer.status_code == 422
    assert Run.objects.count() == 1
    assert "started by Ana" in answer.content.decode()


def test_what_lies_outside_its_bounds_does_not_run(enter, ana):
    incident = make_room(tier="high")

    answer = enter(ana).post(path("option-run", incident), choice(incident, option_to_ask(incident), REASON), **HTMX)

    assert answer.status_code == 422
    assert "Outside the bounds" in answer.content.decode()
    assert not Run.objects.exists()


@pytest.mark.parametrize("name", ["option-run", "option-request"])
@pytest.mark.parametrize(
    "wrong",
    [{"assessment": "²"}, {"assessment": "9" * 30}, {"assessment": "1; drop"}, {"option": "fly:away"}, {}],
)
def test_a_choice_that_names_nothing_is_refused(name, wrong, enter, ana):
    incident = make_room()
    data = {"assessment": incident.assessments.get().pk, "option": "", "reason": REASON} | wrong

    answer = enter(ana).post(path(name, incident), data, **HTMX)

    assert answer.status_code == 422
    assert not Run.objects.exists() and not Approval.objects.exists()


def test_asking_needs_a_sentence_and_leads_to_the_request(enter, ana):
    incident = make_room(tier="high")
    client, option = enter(ana), option_to_ask(incident)

    refused = client.post(path("option-request", incident), choice(incident, option), **HTMX)
    asked = client.post(path("option-request", incident), choice(incident, option, REASON))

    assert refused.status_code == 422
    assert "Say in one sentence why you choose it." in refused.content.decode()
    assert asked["Location"] == reverse("approval-detail", args=[Approval.objects.get().pk])


def test_asking_twice_is_one_request(enter, ana):
    incident = make_room(tier="high")
    option = make_request(incident, ana).option

    answer = enter(ana).post(path("option-request", incident), choice(incident, option, REASON), **HTMX)

    assert answer.status_code == 422
    assert Approval.objects.count() == 1
    assert f"{Approval.objects.get()}, requested" in answer.content.decode()


@pytest.mark.parametrize("role", ["ben", "cleo", "paul", "olga", "adam"])
def test_only_a_responder_runs_or_asks(role, enter, request):
    incident = make_room()
    client = enter(request.getfixturevalue(role))

    answers = [client.post(path(name, incident), choice(incident), **HTMX) for name in ("option-run", "option-request")]

    assert {answer.status_code for answer in answers} == {422}
    assert all("Only a responder can do this." in answer.content.decode() for answer in answers)
    assert not Run.objects.exists()


def test_who_may_not_press_sees_the_sentence_instead_of_the_button(enter, cleo):
    page = enter(cleo).get(path("incident-detail", make_room())).content.decode()

    assert "Only a responder can do this. You can watch, or ask the responder on call." in page
    assert "Yes, roll back to v1 now" not in page


def test_an_earlier_version_is_assessed_like_the_rest(enter, ana):
    incident = make_room()
    make_version(incident.service, "v0", status=Status.SUPERSEDED)
    client = enter(ana)

    page = client.get(path("incident-options", incident)).content.decode()
    answer = client.post(path("incident-pick", incident), {"version": "v0"}, **HTMX)

    incident.refresh_from_db()
    assert "<option>v0</option>" in page
    assert (answer.status_code, incident.picked) == (200, ["v0"])


def test_a_version_that_is_not_there_is_not_picked(enter, ana):
    answer = enter(ana).post(path("incident-pick", make_room()), {"version": "v9"}, **HTMX)

    assert answer.status_code == 422
    assert "has no version called v9" in answer.content.decode()


def test_a_fresh_look_is_asked_for(enter, ana):
    incident = make_room()

    answer = enter(ana).post(path("incident-assess", incident), **HTMX)

    assert answer.status_code == 200
    assert Entry.objects.filter(incident=incident.pk, actor="ana").exists()


def test_a_viewer_asks_for_no_fresh_look(enter, cleo):
    assert enter(cleo).post(path("incident-assess", make_room()), **HTMX).status_code == 422


def test_an_incident_that_is_over_offers_nothing(enter, ana):
    incident = make_room()
    Incident.objects.update(state="resolved", resolved_at=incident.opened_at)

    page = enter(ana).get(path("incident-detail", incident)).content.decode()

    assert "This incident is already resolved." in page
    assert "Yes, roll back to v1 now" not in page
    assert "Take it" not in page


def test_an_incident_that_is_over_runs_nothing(enter, ana):
    incident = make_room()
    Incident.objects.update(state="resolved")

    answer = enter(ana).post(path("option-run", incident), choice(incident), **HTMX)

    assert answer.status_code == 422
    assert "This incident is already resolved." in answer.content.decode()


def test_before_the_first_assessment_the_page_says_so(enter, ana):
    page = enter(ana).get(path("incident-detail", make_unassessed())).content.decode()

    assert "Not assessed yet." in page


def test_the_dock_holds_the_same_press_as_the_advice(enter, ana):
    incident = make_room()
    part = enter(ana).get(path("incident-dock", incident)).content.decode()

    assert 'id="dock-confirm-roll_back-v1-' in part
    assert f'value="{incident.assessments.get().pk}"' in part


def test_the_dock_is_empty_when_there_is_nothing_to_press(enter, cleo):
    part = enter(cleo).get(path("incident-dock", make_room())).content.decode()

    assert "hidden" in part and "<form" not in part


def test_a_run_under_way_is_one_press_away(enter, ana):
    incident = make_room()
    run = make_started(incident, ana)

    page = enter(ana).get(path("incident-detail", incident)).content.decode()

    assert f"Follow {run}: Roll back to v1" in page
    assert Assessment.objects.count() == 1
