"""Story three: cheques are of high risk. What Ana asks for needs Ben for the product and Dora for the risk."""

from __future__ import annotations

import pytest

from tests.stories.desk import wait_for
from tests.stories.windows import approve, ask, reject

pytestmark = pytest.mark.browser
expect = pytest.importorskip("playwright.sync_api").expect


@pytest.fixture
def people(desk, window):
    """Ana, Ben and Dora, each at a window of their own."""
    windows = {name: window() for name in ("ana", "ben", "dora")}
    for name, page in windows.items():
        desk.sign_in(page, name)
    return windows.values()


def test_cheques_change_hands_once_ben_and_dora_agree(desk, people):
    ana, ben, dora = people
    number = wait_for(lambda: desk.open_incident("cheques"), "an incident")
    incident = f"{desk.address}/incidents/{number}"

    advised(ana, incident)
    refused = ask(ana)
    expect(ana.locator("#state")).to_contain_text("Only an approver can answer this request.")
    expect(ana.locator("form[action$='/approve']")).to_have_count(0)

    reject(dora, refused, "Show me the labels of the last minute first.")
    expect(ana.locator("#state")).to_have_attribute("data-state", "rejected")
    expect(ana.locator("#state")).to_contain_text("Show me the labels of the last minute first.")
    assert desk.served("cheques") == "v2"

    advised(ana, incident)
    request = ask(ana)
    approve(ben, request)
    expect(ben.locator("#state")).to_contain_text("You have answered already.")
    assert desk.served("cheques") == "v2"

    approve(dora, request)
    wait_for(lambda: desk.served("cheques") == "v1", Awaited(dora))
    expect(ana.locator("#state")).to_have_attribute("data-state", "consumed")
    desk.journal_verify()


def advised(page, incident: str) -> None:
    """Open the incident and wait for the advice: in its first seconds the desk says that it is early."""
    page.goto(incident)
    advice = page.locator("#advice").get_by_role("heading", name="Roll back to v1", exact=True)
    expect(advice).to_be_visible(timeout=40_000)


class Awaited:
    """What did not come about, and what the request says instead."""

    def __init__(self, page) -> None:
        self.page = page

    def __str__(self) -> str:
        return f"v1 to read the cheques; the request says: {self.page.locator('#state').inner_text()}"
