"""Pressing the button that runs an option: twice at once, and where it cannot work."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from tests.stories.desk import Desk, wait_for
from tests.stories.person import Person
from tests.stories.reading import read

pytestmark = pytest.mark.processes


@pytest.fixture
def incident(quick) -> int:
    """v2 has its rows and columns swapped, and rolling back to v1 is inside the bounds."""
    quick.begin_again()
    quick.break_("transposed")
    number = wait_for(quick.open_incident, "an incident")
    wait_for(lambda: way_back(quick, number), "a rollback inside the bounds")
    return number


def way_back(desk: Desk, incident: int):
    advice = desk.advice(incident)
    form = advice.form_to("/run") if advice else None
    return form if form and form.fields()["option"] == "roll_back:v1" else None


def test_of_two_presses_at_once_one_runs_and_the_other_is_told(quick, incident):
    tabs = [Person(quick.address, "ana", quick.password) for _ in range(2)]
    before = len(quick.effects())
    forms = [tab.page(f"/incidents/{incident}").by_id("advice").form_to("/run") for tab in tabs]

    with ThreadPoolExecutor(2) as pool:
        pages = list(pool.map(lambda tab, form: tab.press(form), tabs, forms))

    ran, told = sorted(pages, key=lambda page: "/incidents/" in page.url.path)
    run = int(ran.url.path.removeprefix("/runs/"))
    assert f"R-{run} is already rolling amounts back to v1, started by Ana at" in read(told.text).text
    assert quick.wait_until_ended(run) == "succeeded"
    assert [effect["change"] for effect in quick.effects()[before:]] == [{"shares": {"v1": 1.0, "v2": 0.0}}]
    assert quick.entries("run_queued", incident=incident) == 1
    for tab in tabs:
        tab.client.close()


def test_a_version_that_is_served_already_is_not_gone_back_to(quick, incident):
    ana = quick.person("ana")
    ana.press(quick.options(incident).form_to("/pick"), version="v2")
    card = wait_for(lambda: quick.options(incident).maybe("option-roll_back-v2"), "v2 to be assessed")
    assert "v2 serves all the traffic already." in card.text
    assert card.form_to("/run") is None and card.form_to("/request") is None

    form = way_back(quick, incident)
    answer = ana.press(form, option="roll_back:v2", reason="I press it all the same.")

    assert "v2 serves all the traffic already." in read(answer.text).text
    assert quick.served() == "v2"


def test_a_version_that_does_not_load_is_not_gone_back_to(quick, incident):
    with broken_file(quick, "v1"):
        page = quick.person("ana").press(way_back(quick, incident))
        run = int(page.url.path.removeprefix("/runs/"))
        assert quick.wait_until_ended(run) == "cancelled"
        assert "v1 does not load" in quick.run_words(run)
        assert quick.served() == "v2"

        wait_for(lambda: "v1 does not load" in quick.options(incident).text, "the option to be refused")
        assert way_back(quick, incident) is None


@contextmanager
def broken_file(desk: Desk, version: str):
    """The artifact of a version is cut short, and whole again afterwards."""
    described = desk.control.get("/services/amounts").json()["versions"]
    address = next(each["artifact_uri"] for each in described if each["version"] == version)
    path = Path(unquote(urlsplit(address).path))
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    try:
        yield
    finally:
        path.write_bytes(whole)
        desk.control.post("/services/amounts/probe", json={"version": version}).raise_for_status()
