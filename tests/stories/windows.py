"""What people do in a browser, by the words they read on the page."""

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


def press_twice(part: Any, first: str, second: str) -> None:
    """Open the sheet of an act, whose button begins with `first`, and say yes."""
    part.locator("summary", has_text=re.compile(rf"^\s*{re.escape(first)}")).click()
    part.get_by_role("button", name=second).click(no_wait_after=True)


def ask_for(page: Any, title: str) -> str:
    """Ask for the recommended option; answers the address of the request."""
    press_twice(page.locator("#advice"), f"Ask: {title}", "Yes, ask for approval")
    page.wait_for_url(REQUEST)
    return str(page.url)


def ask_for_version(page: Any, version: str, reason: str) -> str:
    """Have one more version assessed and ask for it, against the recommendation; answers the request's address."""
    page.get_by_label("Another earlier version").select_option(version)
    page.get_by_role("button", name="Assess it, too").click()
    card = page.locator(f"#option-roll_back-{version}")
    card.locator("summary", has_text=f"Ask: roll back to {version}").click()
    card.get_by_label("Why this one").fill(reason)
    card.get_by_role("button", name="Yes, ask for approval").click(no_wait_after=True)
    page.wait_for_url(REQUEST)
    return str(page.url)


def approve(page: Any, url: str) -> None:
    """Look at a request and approve it."""
    page.goto(url)
    press_twice(page.locator("#state"), "Approve:", "Yes, approve")


def reject(page: Any, url: str, reason: str) -> None:
    page.goto(url)
    page.get_by_label("Why you reject it").fill(reason)
    page.get_by_role("button", name="Reject it").click(no_wait_after=True)
