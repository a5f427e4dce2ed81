"""Open pages hear of changes by the stream, ask by themselves where it is down, and return to it."""

from __future__ import annotations

import time

import pytest

from tests.stories.person import Person

pytestmark = pytest.mark.browser
expect = pytest.importorskip("playwright.sync_api").expect

SAFETY_MS = 15_000  # with a stream a page asks by itself only this often


def test_a_page_hears_by_the_stream_polls_without_it_and_returns_to_it(scenes, enter):
    page = enter("ana")
    page.goto(f"{scenes.address}/incidents/3")
    connection, trail = page.locator("#connection"), page.locator("#trail")
    expect(connection).to_have_text("Live")
    page.wait_for_load_state("networkidle")

    remark(scenes, "Heard by the stream.")
    expect(trail).to_contain_text("Heard by the stream.", timeout=SAFETY_MS / 3)

    scenes.stop_broker()
    expect(connection).to_have_text("Polling", timeout=20_000)
    remark(scenes, "Asked for.")
    expect(trail).to_contain_text("Asked for.", timeout=20_000)

    scenes.start_broker()
    expect(connection).to_have_text("Live", timeout=40_000)
    time.sleep(1)  # the page asks once when a stream opens; what comes now can only be heard
    remark(scenes, "Heard again.")
    expect(trail).to_contain_text("Heard again.", timeout=SAFETY_MS / 3)


def remark(scenes, text: str) -> None:
    ben = Person(scenes.address, "ben", scenes.password)
    form = ben.page("/incidents/3").form_to("/note")
    ben.press(form, text=text)
    ben.client.close()
