"""Every page and part: for each role, for nobody, for strangers, and for what is not there."""

from __future__ import annotations

import pytest
from django.urls import reverse

from decisions.web import urls
from tests.web.addresses import ACTS, OUTSIDE, PAGES, PARTS, arguments, unknown
from tests.web.rooms import make_policy, make_request, make_room, make_started

ROLES = ("ana", "ben", "cleo", "paul", "olga", "adam")


@pytest.fixture
def filled(ana, db):
    """One of everything: an incident that is run, one that waits for an approval, policies and entries."""
    make_policy("desk")
    make_started(make_room(), ana)
    make_request(make_room(name="cheques", tier="high"), ana)


def test_every_address_is_known_here():
    assert {pattern.name for pattern in urls.urlpatterns} == {*PAGES, *PARTS, *ACTS, *OUTSIDE}


@pytest.mark.parametrize("role", ROLES)
def test_every_page_and_part_opens_for_every_role(role, filled, enter, request):
    client = enter(request.getfixturevalue(role))

    answers = {name: client.get(reverse(name, args=arguments(name))).status_code for name in (*PAGES, *PARTS)}

    assert {name for name, status in answers.items() if status != 200} == set()


@pytest.mark.parametrize("name", [*PAGES, *PARTS])
def test_a_stranger_is_sent_to_sign_in(name, filled, client):
    answer = client.get(reverse(name, args=arguments(name)))

    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("sign-in"))


@pytest.mark.parametrize("name", [*PAGES, *PARTS])
def test_without_a_role_one_sees_a_sentence_and_nothing_else(name, filled, enter, nobody):
    answer = enter(nobody).get(reverse(name, args=arguments(name)))

    assert answer.status_code == 403
    assert "You have no role on this desk yet." in answer.content.decode()
    assert "amounts" not in answer.content.decode()


@pytest.mark.parametrize("name", [name for name in (*PAGES, *PARTS) if unknown(name)])
def test_what_is_not_there_is_not_found(name, filled, enter, ana):
    answer = enter(ana).get(reverse(name, args=unknown(name)))

    assert answer.status_code == 404
    assert "There is nothing at this address" in answer.content.decode()


@pytest.mark.parametrize("name", [name for name in (*PAGES, *PARTS) if name != "policy-new"])
def test_reading_is_never_done_by_posting(name, filled, enter, ana):
    assert enter(ana).post(reverse(name, args=arguments(name))).status_code == 405


@pytest.mark.parametrize("name", ACTS)
def test_acting_is_never_done_by_reading(name, filled, enter, ana):
    assert enter(ana).get(reverse(name, args=arguments(name))).status_code == 405


@pytest.mark.parametrize("name", ACTS)
def test_a_stranger_cannot_act(name, filled, client):
    answer = client.post(reverse(name, args=arguments(name)))

    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("sign-in"))


@pytest.mark.parametrize("name", ACTS)
def test_without_a_role_one_cannot_act(name, filled, enter, nobody):
    assert enter(nobody).post(reverse(name, args=arguments(name))).status_code == 403


@pytest.mark.parametrize("name", [name for name in PARTS if name != "service-chart"])
def test_a_part_is_one_element_and_no_page(name, filled, enter, ana):
    part = enter(ana).get(reverse(name, args=arguments(name)), HTTP_HX_REQUEST="true").content.decode()

    assert "<html" not in part
    assert part.lstrip().startswith("<")


@pytest.mark.parametrize(
    "name", ["incident-detail", "service-detail", "run-detail", "approval-detail", "policy-detail"]
)
def test_numbers_too_large_for_the_database_are_not_found(name, filled, enter, ana):
    path = reverse(name, args=arguments(name)).rsplit("/", 1)[0] + "/99999999999999999999"

    assert enter(ana).get(path).status_code == 404


@pytest.mark.parametrize("page", ["-1", "0", "abc", "99999", "²", "9" * 40])
def test_a_page_number_that_is_none_shows_a_page(page, filled, enter, ana):
    assert enter(ana).get(reverse("incidents"), {"page": page}).status_code == 200


@pytest.mark.parametrize("before", ["1-1", "abc", "-", "9" * 38, "²-²", "99999999999999999-1"])
def test_a_place_among_the_versions_that_is_none_shows_versions(before, filled, enter, ana):
    answer = enter(ana).get(reverse("service-versions", args=["amounts"]), {"before": before})

    assert answer.status_code == 200


def test_the_front_door_says_that_the_desk_is_alive(client, db):
    assert client.get(reverse("healthz")).content == b"ok\n"
    assert client.get(reverse("readyz")).status_code == 200
