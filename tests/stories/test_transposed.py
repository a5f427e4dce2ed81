"""Story one: a release swaps rows and columns, and Ana rolls it back."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.stories.desk import Desk, wait_for
from tests.stories.windows import RUN, Clicks, press_twice

pytestmark = pytest.mark.browser
expect = pytest.importorskip("playwright.sync_api").expect


WIDE = {"viewport": {"width": 1440, "height": 1000}, "color_scheme": "dark"}
PHONE = {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}


def test_ana_rolls_a_broken_release_back_in_two_clicks(desk, window, figure, picture):
    desk.begin_again("amounts")
    page = window(**WIDE)
    desk.sign_in(page, "ana")

    broken = desk.break_("transposed")
    incident = page.locator("#service-amounts a[href^='/incidents/']").first
    incident.wait_for(timeout=20_000)
    figure("from fault to incident on screen", time.monotonic() - broken)

    picture(page, "fleet")
    incident.click()
    page.wait_for_url(re.compile(r"/incidents/\d+$"))
    number = int(page.url.rsplit("/", 1)[1])
    advice = page.locator("#advice")
    # In the first seconds the desk says itself that it is early, and somebody would have to approve.
    expect(advice.locator("form[action$='/run']")).to_have_count(1, timeout=40_000)
    expect(advice.get_by_role("heading", name="Roll back to v1", exact=True)).to_be_visible()
    expect(advice).to_contain_text("v2 suffers; v1 on the same traffic does not.")

    picture(page, "incident")
    look_around(desk, window, picture, number)
    clicks = Clicks(page)
    press_twice(advice, "run")
    wait_for(lambda: desk.served("amounts") == "v1", "v1 to be served", seconds=10, every=0.02)
    served = time.time()
    page.wait_for_url(RUN)
    figure("from click to the service serving the other version", served - clicks.last)
    assert clicks.count == 2

    picture(page, "run")
    expect(page.locator("#progress")).to_have_attribute("data-state", "succeeded", timeout=40_000)
    page.goto(f"{desk.address}/incidents/{number}")
    expect(page.locator("#standing")).to_have_attribute("data-state", "resolved", timeout=60_000)
    figure("from fault to resolved", time.monotonic() - broken)
    assert desk.served("amounts") == "v1"
    desk.journal_verify()


def look_around(desk: Desk, window: Callable[..., Any], picture: Callable[..., None], incident: int) -> None:
    """The service in a second window, and the incident on a phone."""
    wide, phone = window(**WIDE), window(**PHONE)
    for page, place, name in ((wide, "/services/amounts", "service"), (phone, f"/incidents/{incident}", "phone")):
        desk.sign_in(page, "ana")
        page.goto(desk.address + place)
        picture(page, name)
