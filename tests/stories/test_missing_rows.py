"""Story two: the scanner loses two rows of pixels. Rolling back does not help, so people read until it is repaired."""

from __future__ import annotations

import pytest

from tests.stories.desk import wait_for
from tests.stories.windows import RUN, approve, ask_for_version, press_twice

pytestmark = pytest.mark.browser
expect = pytest.importorskip("playwright.sync_api").expect
DISABLE = "Disable and fall back to people"


def test_people_read_until_the_scanner_is_repaired(desk, window):
    desk.begin_again("amounts")
    ana, ben = window(), window()
    desk.sign_in(ana, "ana")

    desk.break_("missing_rows")
    number = wait_for(desk.open_incident, "an incident")
    ana.goto(f"{desk.address}/incidents/{number}")
    advice = ana.locator("#advice")
    expect(advice.get_by_role("heading", name=DISABLE, exact=True)).to_be_visible(timeout=40_000)
    expect(advice).to_contain_text("Rolling back does not help", timeout=40_000)

    press_twice(advice, "run")
    wait_for(lambda: desk.served("amounts") == "people", "people to read")
    ana.wait_for_url(RUN)
    expect(ana.locator("#progress")).to_have_attribute("data-state", "succeeded", timeout=40_000)

    desk.heal("amounts")
    ana.goto(f"{desk.address}/incidents/{number}")
    expect(ana.locator("#standing")).to_have_attribute("data-state", "watching")
    ana.get_by_role("button", name="Assess again now").click()
    request = ask_for_version(ana, "v2", "The scanner is repaired.")
    assert desk.served("amounts") == "people"

    desk.sign_in(ben, "ben")
    approve(ben, request)
    wait_for(lambda: desk.served("amounts") == "v2", "v2 to be served again")
    desk.journal_verify()
