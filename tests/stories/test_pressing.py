"""Pressing the button that runs an option: where it cannot work, and twice at once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

import httpx
import pytest

from tests.stories.desk import Desk, wait_for
from tests.stories.person import Person
from tests.stories.reading import Element, read

pytestmark = pytest.mark.processes


def test_what_cannot_work_is_refused_and_of_two_presses_at_once_one_runs(quick, release_incident):
    incident = release_incident
    ana = quick.person("ana")

    offered = quick.options(incident).form_to("/pick")
    assert offered is None, f"v2 is served, and v1 is among the options: {quick.options(incident).text}"
    form = quick.options(incident).form_to("/assess")
    ana.send(f"/incidents/{incident}/pick", {**form.fields(), "version": "v2"})
    card = wait_for(lambda: quick.options(incident).maybe("option-roll_back-v2"), "v2 to be assessed")
    assert "v2 serves all the traffic already." in card.text
    assert card.form_to("/run") is None and card.form_to("/request") is None
    told = ana.press(way_back(quick, incident), option="roll_back:v2", reason="I press it all the same.")
    assert "v2 serves all the traffic already." in read(told.text).text

    with broken_file(quick, "v1"):
        run = number_of(ana.press(way_back(quick, incident)))
        assert quick.wait_until_ended(run) == "cancelled"
        assert "v1 does not load" in quick.run_words(run)
        wait_for(lambda: "v1 does not load" in quick.options(incident).text, "the option to be refused")
        assert way_back(quick, incident) is None
    assert quick.served() == "v2"

    wait_for(lambda: way_back(quick, incident), "v1 to load again")
    before = len(quick.effects())
    one, other = press_at_once(quick, incident)
    assert f"R-{number_of(one)} is already rolling amounts back to v1, started by Ana at" in read(other.text).text
    assert quick.wait_until_ended(number_of(one)) == "succeeded"
    assert [effect["change"] for effect in quick.effects()[before:]] == [{"shares": {"v1": 1.0, "v2": 0.0}}]
    quick.journal_verify()


def way_back(desk: Desk, incident: int) -> Element | None:
    advice = desk.advice(incident)
    form = advice.form_to("/run") if advice else None
    return form if form and form.fields()["option"] == "roll_back:v1" else None


def number_of(page: httpx.Response) -> int:
    return int(page.url.path.removeprefix("/runs/"))


def press_at_once(desk: Desk, incident: int) -> list[httpx.Response]:
    """Ana presses the same button in two tabs; the page of the run that began, and what the other tab shows."""
    tabs = [Person(desk.address, "ana", desk.password) for _ in range(2)]
    forms = [tab.page(f"/incidents/{incident}").by_id("advice").form_to("/run") for tab in tabs]
    with ThreadPoolExecutor(2) as pool:
        pages = list(pool.map(lambda tab, form: tab.press(form), tabs, forms))
    for tab in tabs:
        tab.client.close()
    return sorted(pages, key=lambda page: "/incidents/" in page.url.path)


@contextmanager
def broken_file(desk: Desk, version: str) -> Iterator[None]:
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
