"""One desk for the stories in a browser, a quick one for those without, and a browser."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.stories.desk import Desk, wait_for
from tests.stories.starting import example_desk, quick_desk

CHARTS_SETTLE_MS = 3_500


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


@pytest.fixture
def figure(record_property: Callable[[str, object], None]) -> Callable[[str, float], None]:
    """Keeps a measured figure, in seconds; it is printed at the end of the run and never asserted tightly."""

    def keep(name: str, seconds: float) -> None:
        record_property(name, round(seconds, 2))

    return keep


@pytest.fixture
def picture() -> Callable[[Any, str], None]:
    """Keeps what a window shows under a name, where SCREENSHOTS names a folder: the pictures of README.md."""
    folder = os.environ.get("SCREENSHOTS")

    def keep(page: Any, name: str) -> None:
        if folder:
            page.wait_for_load_state("networkidle")
            page.wait_for_timeout(CHARTS_SETTLE_MS)
            page.screenshot(path=Path(folder) / f"{name}.png")

    return keep


def pytest_terminal_summary(terminalreporter: Any) -> None:
    for report in terminalreporter.getreports("passed"):
        if report.when == "call":
            for name, seconds in report.user_properties:
                terminalreporter.write_line(f"{name}: {seconds:.2f} s")
