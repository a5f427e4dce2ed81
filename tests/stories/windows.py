"""What people do in a browser. Acts are found by where their forms lead, since the words on the buttons may change."""

from __future__ import annotations

import re
from typing import Any

REQUEST = re.compile(r"/approvals/\d+$")
RUN = re.compile(r"/runs/\d+$")


class Clicks:
    """The clicks on a page from now on, as the page itself meets them: how many, and when the last one was."""

    def __init__(self, page: Any) -> None:
        self.count, self.last = 0, 0.0
        page.on("console", self._heard)
        page.evaluate("addEventListener('click', () => console.log('clicked', Date.now()), true)")

    def _heard(self, message: Any) -> None:
        word, _, milliseconds = message.text.partition(" ")
        if word == "clicked":
            self.count, self.last = self.count + 1, float(milliseconds) / 1000


def press_twice(part: Any, act: str, *, option: str = "", reason: str = "") -> None:
    """Press the button of an act, whose form leads to `.../act`; give a reason where its sheet asks; say yes."""
    form = f"form[action$='/{act}']" + (f":has([name=option][value='{option}'])" if option else "")
    part.locator(f"details:has({form}) > summary").click()
    asks = part.locator(f"{form} [name=reason]")
    if reason and asks.count():
        asks.fill(reason)
    part.locator(form).get_by_role("button").click(no_wait_after=True)


def ask(page: Any) -> str:
    """Ask for the recommended option; answers the address of the request."""
    press_twice(page.locator("#advice"), "request")
    page.wait_for_url(REQUEST)
    return str(page.url)


def ask_for_version(page: Any, version: str, reason: str) -> str:
    """Have one more version assessed and ask for it, whatever is recommended; answers the address of the request."""
    page.locator("form[action$='/pick'] select").select_option(version)
    page.locator("form[action$='/pick']").get_by_role("button").click()
    press_twice(page.locator("#options"), "request", option=f"roll_back:{version}", reason=reason)
    page.wait_for_url(REQUEST)
    return str(page.url)


def approve(page: Any, url: str) -> None:
    """Look at a request and approve it."""
    page.goto(url)
    press_twice(page.locator("#state"), "approve")


def reject(page: Any, url: str, reason: str) -> None:
    page.goto(url)
    press_twice(page.locator("#state"), "reject", reason=reason)
