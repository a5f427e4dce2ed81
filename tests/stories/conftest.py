"""One desk for the stories in a browser, a quick one for those without, and a browser."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.stories.desk import Desk, wait_for
from tests.stories.starting import example_desk, quick_desk

_figures: list[str] = []


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The desk as `make run` starts it, with short watches; cheques are in trouble from the start."""
    with example_desk(tmp_path_factory.mktemp("stories"), watch=8) as desk:
        desk.break_("transposed", "cheques")
        yield desk


@pytest.fixture(scope="session")
def quick(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk for which time goes four times as fast."""
    with quick_desk(tmp_path_factory.mktemp("quick"), pace=4, watch=8) as desk:
        yield desk


@pytest.fixture
def release_incident(quick: Desk) -> int:
    """The number of an incident: v2 has its rows and columns swapped, and the rollback to v1 is inside the bounds."""
    quick.begin_again()
    quick.break_("transposed")
    number = wait_for(quick.open_incident, "an incident")
    wait_for(lambda: (advice := quick.advice(number)) and advice.form_to("/run"), "a rollback inside the bounds")
    return number


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """The system's Chromium, without a window."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("needs Chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def window(chromium: Any) -> Iterator[Callable[..., Any]]:
    """Opens a browser window with cookies of its own: another person."""
    contexts = []

    def open_(**looks: Any) -> Any:
        contexts.append(chromium.new_context(**looks))
        page = contexts[-1].new_page()
        page.set_default_timeout(20_000)
        return page

    yield open_
    for context in contexts:
        context.close()


@pytest.fixture
def figure(record_property: Callable[[str, object], None]) -> Callable[[str, float], None]:
    """Keeps a measured figure, in seconds; it is printed at the end of the run and never asserted tightly."""

    def keep(name: str, seconds: float) -> None:
        record_property(name, round(seconds, 2))
        _figures.append(f"{name}: {seconds:.2f} s")

    return keep


def pytest_terminal_summary(terminalreporter: Any) -> None:
    for line in _figures:
        terminalreporter.write_line(line)
