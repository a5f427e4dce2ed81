"""Processes are killed in the middle of a run. It ends once all the same, and the service was told once."""

from __future__ import annotations

import httpx
import pytest

from tests.stories.desk import Desk, wait_for

pytestmark = pytest.mark.processes

WORKER, BROKER, PAGES = "rollback_site worker -n urgent", "valkey-server", "uvicorn"


def test_a_worker_is_killed_while_it_waits_for_the_service_and_again_after_the_switch(quick, release_incident):
    before = len(quick.effects())

    with quick.hanging_example():
        run = roll_back(quick, release_incident)
        wait_for(lambda: quick.run_state(run) in ("preparing", "switching"), "the run to begin", every=0.02)
        quick.kill(WORKER)
    wait_for(lambda: len(quick.effects()) > before, "the switch", seconds=60, every=0.005)
    quick.kill(WORKER)

    expect_one_end(quick, run, release_incident, before)


def test_a_run_outlives_the_broker_and_the_pages(quick, release_incident):
    before = len(quick.effects())
    run = roll_back(quick, release_incident)

    quick.kill(BROKER)
    quick.kill(PAGES)

    wait_for(lambda: answers(quick), "the pages to answer", seconds=60)
    expect_one_end(quick, run, release_incident, before)


def roll_back(desk: Desk, incident: int) -> int:
    advice = desk.advice(incident)
    assert advice is not None
    page = desk.person("ana").press(advice.form_to("/run"))
    return int(page.url.path.removeprefix("/runs/"))


def expect_one_end(desk: Desk, run: int, incident: int, effects_before: int) -> None:
    assert desk.wait_until_ended(run) == "succeeded", desk.run_words(run)
    assert desk.served() == "v1"
    effects = desk.effects()[effects_before:]
    assert [effect["change"] for effect in effects] == [{"shares": {"v1": 1.0, "v2": 0.0}}]
    assert desk.entries("run_ended", incident=incident) == 1
    desk.journal_verify()


def answers(desk: Desk) -> bool:
    try:
        return desk.person("cleo").client.get("/healthz").status_code == 200
    except httpx.TransportError:
        return False
