"""Takes the pictures of README.md from a running desk: `make run` in one terminal, `make screenshots` in another.

It breaks the example's amounts, opens what the person on call opens, and runs the recommended option.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "screenshots"
DATA = Path(os.environ.get("DATA_DIR", ROOT / "var"))
ADDRESS = os.environ.get("PUBLIC_URL") or f"http://127.0.0.1:{os.environ.get('PORT', '8000')}"
SETTLES_MS = 3_500


def main() -> int:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        print("Chromium is needed: make services installs it.", file=sys.stderr)
        return 2
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        walk(browser)
        browser.close()
    return 0


def walk(browser: Browser) -> None:
    wide = signed_in(browser, 1440, 1000)
    subprocess.run([sys.executable, "manage.py", "demo", "break", "transposed"], cwd=ROOT, check=True)
    incident = opened(wide)
    time.sleep(12)
    take(wide, "/", "fleet")
    take(wide, incident, "incident")
    take(wide, "/services/amounts", "service")
    take(signed_in(browser, 390, 844), incident, "phone")
    wide.goto(ADDRESS + incident)
    wide.locator("#advice details.confirm summary").click()
    wide.locator("#advice details.confirm button[type=submit]").click()
    wide.wait_for_url("**/runs/*", timeout=60_000)
    wide.wait_for_timeout(2 * SETTLES_MS)
    wide.screenshot(path=FOLDER / "run.png")


def signed_in(browser: Browser, width: int, height: int) -> Page:
    page = browser.new_context(viewport={"width": width, "height": height}, color_scheme="dark").new_page()
    page.goto(f"{ADDRESS}/sign-in")
    page.fill("input[name=username]", "ana")
    page.fill("input[name=password]", (DATA / "demo-password").read_text().strip())
    page.click("button[type=submit]")
    page.wait_for_url(f"{ADDRESS}/")
    return page


def opened(page: Page) -> str:
    """The path of the incident that the fleet shows, once it does."""
    link = page.locator("a[href^='/incidents/']").first
    link.wait_for(timeout=60_000)
    return str(link.get_attribute("href"))


def take(page: Page, path: str, name: str) -> None:
    page.goto(ADDRESS + path)
    page.wait_for_timeout(SETTLES_MS)
    page.screenshot(path=FOLDER / f"{name}.png")


if __name__ == "__main__":
    sys.exit(main())
