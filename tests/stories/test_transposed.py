"""Story one: a release swaps rows and columns, and Ana rolls it back."""

from __future__ import annotations

import re
import time

import pytest

from tests.stories.desk import wait_for
from tests.stories.windows import RUN, Clicks, press_twice

pytestmark = pytest.mark.browser
expect = pytest.importorskip("playwright.sync_api").expect


def test_ana_rolls_a_broken_release_back_in_two_clicks(desk, window, figure):
    desk.begin_again("amounts")
    page = window()
    desk.sign_in(page, "ana")

    broken = desk.break_("transposed")
    incident = page.locator("#service-amounts a[href^='/incidents/']").first
    incident.wait_for(timeout=20_000)
    figure("from fault to incident on screen", time.monotonic() - broken)

    incident.click()
    page.wait_for_url(re.compile(r"/incidents/\d+$"))
    number = int(page.url.rsplit("/", 1)[1])
    advice = page.locator("#advice")
    expect(advice.get_by_role("heading", name="Roll back to v1", exact=True)).to_be_visible()
    expect(advice).to_contain_text("v2 suffers; v1 on the same traffic does not.")

    clicks = Clicks(page)
    press_twice(advice, "run")
    wait_for(lambda: desk.served("amounts") == "v1", "v1 to be served", seconds=10, every=0.02)
    figure("from click to the service serving the other version", time.time() - clicks.last)
    assert clicks.count == 2

    page.wait_for_url(RUN)
    expect(page.locator("#progress")).to_have_attribute("data-state", "succeeded", timeout=40_000)
    page.goto(f"{desk.address}/incidents/{number}")
    expect(page.locator("#standing")).to_have_attribute("data-state", "resolved", timeout=60_000)
    figure("from fault to resolved", time.monotonic() - broken)
    assert desk.served("amounts") == "v1"
    desk.journal_verify()
