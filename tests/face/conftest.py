"""One desk of scenes for all that is looked at, and people who sign in to it in a browser."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.face.desk_of_scenes import DeskOfScenes


@pytest.fixture(scope="session")
def scenes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskOfScenes]:
    with tempfile.TemporaryDirectory(prefix="desk-run-") as run:
        desk = DeskOfScenes(tmp_path_factory.mktemp("scenes"), Path(run))
        with desk.running():
            yield desk


@pytest.fixture
def enter(scenes: DeskOfScenes, window: Callable[..., Any]) -> Callable[..., Any]:
    """A window in which somebody has signed in. What the page reports to its console is kept in `page.complaints`."""

    def signed_in(name: str, **looks: Any) -> Any:
        page = window(viewport={"width": 1440, "height": 1000}, reduced_motion="reduce", **looks)
        page.complaints = []
        page.on("console", lambda said: page.complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.goto(f"{scenes.address}/sign-in")
        page.get_by_label("Name").fill(name)
        page.get_by_label("Password").fill(scenes.password)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(f"{scenes.address}/")
        return page

    return signed_in
