"""Following a run and halting it."""

from __future__ import annotations

import pytest
from django.urls import reverse

from decisions.models import Run
from tests.web.rooms import make_room, make_started

HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def started(ana, db) -> Run:
    return make_started(make_room(), ana)


def halt(client, run: Run, **data: str):
    return client.post(reverse("run-halt", args=[run.pk]), data, **HTMX)


def test_a_run_shows_every_step_that_lies_ahead(started, enter, ana, cleo):
    enter(ana)

    page = enter(cleo).get(reverse("run-detail", args=[started.pk])).content.decode()

    assert "Send all traffic to v1." in page
    assert "Watch the indicators" in page
    assert "Ana started it at 03:04:00 UTC" in page


def test_ana_halts_it_with_a_reason(started, enter, ana):
    answer = halt(enter(ana), started, reason="The night desk keys it in.")

    started.refresh_from_db()
    assert answer.status_code == 200
    assert started.state == "cancelled"
    assert "It was halted: The night desk keys it in." in answer.content.decode()


def test_a_halt_needs_its_reason(started, enter, ana):
    answer = halt(enter(ana), started, reason="")

    assert answer.status_code == 422
    assert "Say in a sentence why it is halted." in answer.content.decode()


def test_a_viewer_halts_nothing_and_reads_why(started, enter, cleo):
    page = enter(cleo).get(reverse("run-detail", args=[started.pk])).content.decode()
    answer = halt(enter(cleo), started, reason="I want to.")

    started.refresh_from_db()
    assert "Only a responder can do this." in page
    assert (answer.status_code, started.state) == (422, "queued")


def test_what_is_in_the_middle_of_a_change_is_not_halted(started, enter, ana):
    Run.objects.update(state="switching")

    page = enter(ana).get(reverse("run-progress", args=[started.pk])).content.decode()
    answer = halt(enter(ana), started, reason="Stop.")

    assert "Yes, halt" not in page
    assert answer.status_code == 422


def test_the_second_press_finds_it_halted(started, enter, ana):
    halt(enter(ana), started, reason="Stop.")

    answer = halt(enter(ana), started, reason="Stop.")

    assert answer.status_code == 422
    assert 'data-state="cancelled"' in answer.content.decode()


def test_without_htmx_one_is_back_on_the_run(started, enter, ana):
    answer = enter(ana).post(reverse("run-halt", args=[started.pk]), {"reason": "Stop."})

    assert (answer.status_code, answer["Location"]) == (302, reverse("run-detail", args=[started.pk]))


def test_a_run_that_ended_asks_for_itself_no_more(started, enter, ana):
    assert "hx-get" in enter(ana).get(reverse("run-progress", args=[started.pk])).content.decode()

    halt(enter(ana), started, reason="Stop.")

    assert "hx-get" not in enter(ana).get(reverse("run-progress", args=[started.pk])).content.decode()
